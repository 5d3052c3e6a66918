"""Composition: a letter and the mark behind it become the one character that they are.

By default (``marks``) only what was taken apart is put together.  Singletons (the ohm sign
U+2126) and compatibility ideographs (U+FA19), which normalization form C would turn into other
characters, stay, and so does the order of marks that form nothing.

Source: UAX #15, Unicode Normalization Forms; the limit of 30 marks is its Stream-Safe Text Format.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

from archivetk.patch import Edit
from archivetk.steps import Context, edit

__all__ = ["RULES", "composition"]

RULES: Final[dict[str, str]] = {
    "repair.compose": "A letter and its combining mark are one character, so that the same word "
    "is the same text.",
    "repair.normalize": "The text was to be in normalization form C.",
}

#: Normalization is quadratic in the number of marks on one letter; with more the text is no
#: language.
_MOST_MARKS: Final = 30

#: Consonants, vowels and final consonants of Hangul compose by arithmetic.
_HANGUL: Final = "[\u1161-\u1175](?<=[\u1100-\u1112].)|[\u11a8-\u11c2]"


def composition(text: str, context: Context) -> Iterable[Edit]:
    """Compose letters and marks: ``repair.compose``, or all of form C: ``repair.normalize``.

    Args:
        text: the text.
        context: ``settings.normalize`` is ``marks``, ``nfc`` or ``none``.
    """
    mode = context.settings.normalize
    if mode == "none" or text.isascii():
        return ()
    rule = "repair.normalize" if mode == "nfc" else "repair.compose"
    if not context.allows(rule):
        return ()
    return list(_all(text) if mode == "nfc" else _marks(text))


def _marks(text: str) -> Iterator[Edit]:
    """Clusters with a mark that composes."""
    done = 0
    for match in _composing().finditer(text):
        if match.start() < done:
            continue
        start, done = _cluster(text, match.start())
        old = text[start:done]
        if done - start > _MOST_MARKS:
            continue
        new = unicodedata.normalize("NFC", old)
        # nothing composed: the marks would only change places
        if len(new) < len(old) and all(_is_stable(one) for one in old):
            yield edit(start, done, new, "repair.compose")


def _all(text: str) -> Iterator[Edit]:
    """Every cluster that normalization form C changes."""
    done = 0
    for match in _changing().finditer(text):
        if match.start() < done:
            continue
        start, done = _cluster(text, match.start())
        old = text[start:done]
        if done - start <= _MOST_MARKS:
            new = unicodedata.normalize("NFC", old)
            if new != old:
                yield edit(start, done, new, "repair.normalize")


def _cluster(text: str, at: int) -> tuple[int, int]:
    """The letter that a mark stands on, with all its marks, around a place in the text."""
    start, end = at, at + 1
    while start > 0 and _is_mark(text[start]):
        start -= 1
    while end < len(text) and _is_mark(text[end]):
        end += 1
    return start, end


@cache
def _is_mark(one: str) -> bool:
    return unicodedata.combining(one) > 0 or one in _pairs() or "\u1161" <= one <= "\u11c2"


@cache
def _is_stable(one: str) -> bool:
    return unicodedata.is_normalized("NFC", one)


@cache
def _pairs() -> dict[str, str]:
    """The letters that each composing mark forms one character with, by mark."""
    result: defaultdict[str, str] = defaultdict(str)
    for code in range(0xC0, 0x20000):
        parts = unicodedata.decomposition(chr(code)).split()
        if len(parts) == 2 and parts[0][0] != "<" and _is_stable(chr(code)):
            result[chr(int(parts[1], 16))] += chr(int(parts[0], 16))
    return dict(result)


@cache
def _composing() -> re.Pattern[str]:
    """A mark behind a letter that it forms one character with, or behind another mark."""
    marks = "\u0300-\u036f\u0591-\u05bd\u064b-\u0655"
    branches = [
        f"{mark}(?<=[{re.escape(letters)}{marks}].)" for mark, letters in sorted(_pairs().items())
    ]
    return re.compile("|".join([*branches, _HANGUL]))


@cache
def _changing() -> re.Pattern[str]:
    """A character that normalization form C may change or that may join another one."""
    changing = [
        chr(code)
        for code in range(0xC0, 0x30000)
        if not 0xAC00 <= code <= 0xD7A3
        and not 0xD800 <= code <= 0xDFFF
        and (not _is_stable(chr(code)) or _is_mark(chr(code)))
    ]
    return re.compile(f"[{''.join(changing)}]")

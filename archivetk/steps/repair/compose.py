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
from collections.abc import Iterator
from functools import cache
from itertools import chain
from typing import Final

from archivetk.patch import Edit
from archivetk.steps import edit

__all__ = ["RULES", "composing", "compositions", "has_marks"]

RULES: Final[dict[str, str]] = {
    "repair.compose": "A letter and its combining mark are one character, so that the same word "
    "is the same text.",
    "repair.normalize": "The text was to be in normalization form C.",
}

#: Normalization is quadratic in the number of marks on one letter; with more the text is no
#: language.
_MOST_MARKS: Final = 30


def has_marks(text: str) -> bool:
    """Whether a text has marks that could compose, wherever they stand."""
    return bool(_any_mark().search(text))


@cache
def _any_mark() -> re.Pattern[str]:
    return re.compile(f"[{composing()[1]}]")


def compositions(text: str, mode: str) -> Iterator[Edit]:
    """Compose letters and marks.

    Args:
        text: the text.
        mode: ``marks`` composes what was taken apart (``repair.compose``), ``nfc`` gives all of
            form C (``repair.normalize``).
    """
    return _all(text) if mode == "nfc" else _marks(text)


def _marks(text: str) -> Iterator[Edit]:
    """Clusters with a mark that composes."""
    pairs = _pairs()
    done = 0
    for match in _composing().finditer(text):
        if match.start() < done:
            continue
        at = match.start()
        before = text[at - 1]
        if before not in pairs.get(text[at], before) and not _is_mark(before):
            # each belongs to another
            continue
        start, done = _cluster(text, at)
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
    # no ideograph and no syllable of Hangul has such a decomposition, and they are many
    for code in chain(range(0xC0, 0x3400), range(0xA000, 0xAC00), range(0xF900, 0x20000)):
        parts = unicodedata.decomposition(chr(code)).split()
        if len(parts) == 2 and parts[0][0] != "<" and _is_stable(chr(code)):
            result[chr(int(parts[1], 16))] += chr(int(parts[0], 16))
    return dict(result)


@cache
def composing() -> tuple[str, str]:
    """Letters, and marks that form one character with one of them: parts of character classes.

    The vowels and final consonants of Hangul count as marks; they compose by arithmetic.
    """
    pairs = _pairs()
    letters = re.escape("".join(sorted({*"".join(pairs.values())} - {*pairs})))
    return (
        f"{letters}\u0591-\u05bd\u064b-\u0655\u1100-\u1112\uac00-\ud7a3\u0300-\u036f",
        # those beyond the basic plane as one range, since each costs time for every character
        "".join(sorted(mark for mark in pairs if mark < "\uffff"))
        + "\u1161-\u1175\u11a8-\u11c2\U000110ba-\U0010ffff",
    )


@cache
def _composing() -> re.Pattern[str]:
    """A mark that may form one character with what stands before it."""
    letters, marks = composing()
    return re.compile(f"[{marks}](?<=[{letters}{marks}].)")


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

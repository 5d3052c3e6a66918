"""Joins in scripts without capitals: Arabic, Hebrew, Indic, Ethiopic, Georgian, Korean.

Nothing there tells a new sentence but the mark itself, so a mark of the script's own counts
alone, and a full stop only between two whole words.  Chinese, Japanese, Thai, Lao, Khmer, Burmese
and Tibetan set no space behind their marks, or not always: they are left as they are.
"""

from __future__ import annotations

from typing import Final
from unicodedata import category

from archivetk.steps.join.places import CASELESS_MARKS, Place
from archivetk.steps.join.words import Words, guard_words

__all__ = ["is_caseless", "is_caseless_join"]

#: First and last code point of the blocks of a script, and how many code points the words before
#: and behind a full stop need: with fewer it may belong to an abbreviation.
_SCRIPTS: Final = (
    (0x0590, 0x05FF, 2, 2),  # Hebrew
    (0x0600, 0x077F, 2, 2),  # Arabic, Syriac
    (0x08A0, 0x08FF, 2, 2),  # Arabic
    (0x0900, 0x0A7F, 4, 2),  # Devanagari, Bengali, Gurmukhi
    (0x0A80, 0x0B7F, 4, 2),  # Gujarati, Odia
    (0x0B80, 0x0DFF, 5, 2),  # Tamil, Telugu, Kannada, Malayalam, Sinhala
    (0x10A0, 0x10FF, 3, 2),  # Georgian
    (0x1200, 0x139F, 3, 2),  # Ethiopic
    (0xAC00, 0xD7AF, 2, 1),  # Hangul
    (0xFB1D, 0xFDFF, 2, 2),  # presentation forms of Hebrew and Arabic
    (0xFE70, 0xFEFF, 2, 2),
)
#: Syllables that end a Korean sentence.
_HANGUL_ENDS: Final = frozenset("다요까죠음함임됨지네라자군")
_CLOSERS: Final = "”’»›)]\"'“"
_BARRED: Final = frozenset("@\\_/{}<>=|^~`+*&#")


def is_caseless(letter: str) -> bool:
    """Whether a letter has no case; Georgian's is for headlines only and does not count."""
    return not (letter.isupper() or letter.islower()) or "\u10d0" <= letter <= "\u10ff"


def is_caseless_join(place: Place, token: tuple[str, str], text: str, words: Words) -> bool:
    """Whether a space is missing at a place with a letter without case behind it.

    Args:
        place: the place.
        token: what stands on both sides up to white space.
        text: the text.
        words: the word lists; the abbreviations are used.
    """
    left, right = token
    bare = left.rstrip(_CLOSERS)
    if not bare or not _BARRED.isdisjoint(left) or not _BARRED.isdisjoint(right):
        return False
    behind = _script(text[place.next])
    last = bare[-1]
    before = _script(last)
    if behind is None and place.marks[-1] in CASELESS_MARKS:
        return before is not None and text[place.next].isupper()
    if behind is None or (
        before is None and not last.isdecimal() and not last.islower() and last != "%"
    ):
        return False
    mark = place.marks[-1]
    if mark == "…":
        return False
    if mark in "!?" or (mark in CASELESS_MARKS and mark != "۔"):
        return True
    one, other = _tail(bare), _head(right)
    if mark == "۔":
        return (
            "۔" not in bare
            and min(len(one), len(other)) > 1
            and guard_words("urdu-letters").isdisjoint((one, other))
        )
    if place.marks != "." or "." in bare or one in words.abbreviations:
        return False
    if (
        right[len(other) : len(other) + 1] == "."
        and right[len(other) + 1 : len(other) + 2].isalpha()
    ):
        return False
    if last.isdecimal() or last == "%":
        figure = bare.lstrip("([").rstrip("%")
        return figure.isdecimal() and len(bare) > 1 and len(other) > 2
    if before is None:
        return len(bare) > 3 and bare.isalpha() and len(other) > 2
    if behind[0] == 0xAC00:
        return one[-1:] in _HANGUL_ENDS and len(one) > 1
    return behind == before and behind[2] <= len(one) and behind[3] <= len(other)


def _script(letter: str) -> tuple[int, int, int, int] | None:
    code = ord(letter)
    return next((one for one in _SCRIPTS if one[0] <= code <= one[1]), None)


def _is_letter(one: str) -> bool:
    """Whether it is a letter, or a mark on one."""
    return one.isalpha() or (one != "" and not one.isascii() and category(one)[0] == "M")


def _tail(text: str) -> str:
    """The word at the end, with its combining marks."""
    at = len(text)
    while at and (
        _is_letter(text[at - 1]) or (text[at - 1] == '"' and _is_letter(text[at - 2 : at - 1]))
    ):
        at -= 1
    return text[at:]


def _head(text: str) -> str:
    """The word at the beginning, with its combining marks."""
    at = 0
    while at < len(text) and (
        _is_letter(text[at]) or (at and (text[at] == '"' or text[at].isdecimal()))
    ):
        at += 1
    return text[:at]

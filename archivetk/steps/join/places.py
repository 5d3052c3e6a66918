"""Where sentences may run together: a mark between two words, and no white space.

One pass of one pattern finds every place; on text without damage it finds next to nothing and
costs next to nothing.  Whether a place is a join is decided by the evidence, not here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

__all__ = ["CLOSING", "QUOTES", "Place", "places"]

#: Marks that end a sentence in scripts with capitals.
_CASED: Final = ".!?…‽։;"
#: Marks that end a sentence in scripts without.
_CASELESS: Final = "؟۔।॥።፧፨։။។؛"
_CLOSING: Final = "”’»›)]"
_OPENING: Final = "“‘«‹„‚([¿¡"
_STRAIGHT: Final = "\"'"
QUOTES: Final = frozenset(_CLOSING + _OPENING + _STRAIGHT)
CLOSING: Final = frozenset(_CLOSING)
OPENING: Final = frozenset(_OPENING)

_PLACE: Final = re.compile(
    rf"[{_CASED}{_CASELESS},:]++[{re.escape(_CLOSING + _OPENING + _STRAIGHT)}]{{0,4}}+(?=[^\W\d_])"
)


class Place(NamedTuple):
    """A place where a space may be missing.

    Attributes:
        start: where the marks begin.
        marks: the marks.
        at: where the space would stand, behind the quotes that close.
        next: the first letter behind it.
    """

    start: int
    marks: str
    at: int
    next: int


def places(text: str) -> Iterator[Place]:
    """All places, in order."""
    for found in _PLACE.finditer(text):
        start, end = found.span()
        whole = found[0]
        marks = whole.rstrip("”’»›)]“‘«‹„‚([¿¡\"'")
        closed = start + len(marks)
        yield Place(start, marks, closed + _closers(text, closed, end, start), end)


def _closers(text: str, start: int, end: int, mark: int) -> int:
    """How many of the quotes and brackets between mark and word close what went before."""
    count = 0
    for at in range(start, end):
        one = text[at]
        if one in OPENING and not (one in "“‘" and _open_before(text, mark, "„‚")):
            break
        if one in _STRAIGHT and at + 1 < end and text[at + 1] == one:
            count += 1  # two single quotes stand for a double one
            continue
        if one in _STRAIGHT and not (count and text[at - 1] == one) and not _odd(text, mark, one):
            break
        if one in "»›" and not _open_before(text, mark, "«‹"):
            break  # Danish and German set them the other way round
        count += 1
    return count


def _line_before(text: str, mark: int) -> str:
    line = text.rfind("\n", max(0, mark - 1000), mark) + 1
    return text[line or max(0, mark - 1000) : mark]


def _odd(text: str, mark: int, quote: str) -> bool:
    """Whether a straight quote is open at a place."""
    before = _line_before(text, mark)
    if quote == '"':
        return before.count(quote) % 2 == 1
    opened = sum(1 for _ in re.finditer(r"(?<![^\s(\"“])'(?=\w)", before))
    closed = sum(1 for _ in re.finditer(r"(?<=[\w.,!?])'(?!\w)", before))
    return opened > closed


def _open_before(text: str, mark: int, quotes: str) -> bool:
    before = _line_before(text, mark)
    return any(one in before for one in quotes)

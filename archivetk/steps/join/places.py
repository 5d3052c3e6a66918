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
    before = _before(text, mark)
    for at in range(start, end):
        one = text[at]
        if one in _STRAIGHT:
            if count and text[at - 1] == one:
                count += 1  # two single quotes stand for a double one
                continue
            if not _is_open(before, one) and not (
                text[at + 1 : at + 2] == one == "'" and _tex_quote(before)
            ):
                break
        elif one in "“‘":
            if not _last(before, "„‚“‘") in {"„", "‚"}:
                break
        elif one in _OPENING:
            break
        elif one in "»›" and _reversed(text):
            break
        count += 1
    return count


def _before(text: str, mark: int) -> str:
    floor = max(0, mark - 1000)
    return text[text.rfind("\n", floor, mark) + 1 or floor : mark]


def _last(before: str, quotes: str) -> str:
    at = max(before.rfind(one) for one in quotes)
    return before[at] if at >= 0 else ""


def _tex_quote(before: str) -> bool:
    """Whether the last quote before a place is \`\` or ,, which two apostrophes close."""
    return max(before.rfind("``"), before.rfind(",,")) > before.rfind("''")


def _is_open(before: str, quote: str) -> bool:
    """Whether the last straight quote before a place is one that opens."""
    at = before.rfind(quote)
    while quote == "'" and 0 < at and before[at - 1].isalnum() and before[at + 1 : at + 2].isalnum():
        at = before.rfind(quote, 0, at)  # an apostrophe
    if at < 0:
        return False
    return (at == 0 or not (before[at - 1].isalnum() or before[at - 1] in ".,!?…")) and (
        at + 1 == len(before) or not before[at + 1].isspace()
    )


def _reversed(text: str) -> bool:
    """Whether a text sets its guillemets as »this« and not as «this»."""
    return text.count("»") > 0 and _count(_INWARD, text) > _count(_OUTWARD, text)


_INWARD: Final = re.compile(r"(?<!\S)[»›]\w")
_OUTWARD: Final = re.compile(r"(?<!\S)[«‹]\s?\w")


def _count(pattern: re.Pattern[str], text: str) -> int:
    return sum(1 for _ in pattern.finditer(text, 0, 100_000))

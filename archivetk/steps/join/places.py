"""Where a space may be missing: a mark between two words, and no white space.

One pass over the text finds every place; on text without damage it finds next to nothing and
costs next to nothing.  Whether a place is a join is decided by the evidence, not here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from archivetk.characters import DIGIT, MARK, WHITE, kinds_of

__all__ = ["CASELESS_MARKS", "TERMINAL_MARKS", "Place", "before_on_line", "places"]

#: Marks that end a sentence in scripts with capitals.
TERMINAL_MARKS: Final = frozenset(".!?…‽։")
#: Marks that end a sentence in scripts without: Arabic, Urdu, Indic, Ethiopic.
CASELESS_MARKS: Final = frozenset("؟۔।॥።፧፨")

_ALL_MARKS: Final = frozenset(",:;؛") | TERMINAL_MARKS | CASELESS_MARKS
_CLOSING: Final = "”’»›)]"
_OPENING: Final = "“‘«‹„‚([¿¡"
_STRAIGHT: Final = "\"'"
_QUOTES: Final = _CLOSING + _OPENING + _STRAIGHT

_PLACE: Final = re.compile(
    rf"[{''.join(sorted(_ALL_MARKS))}](?![\s\d])[{re.escape(_QUOTES)}]{{0,4}}+(?=[^\W\d_])"
)
#: What stands before an initial; anything else belongs to a longer word.
_NO_WORD: Final = frozenset(' \n\t,;:!?…()[]{}<>/\\|=+*&#@_"“”„«»\u00a0\u202f')
#: How far the quotes of a line are looked at.
_LINE: Final = 1000
_INWARD: Final = re.compile(r"(?<!\S)[»›]\w")
_OUTWARD: Final = re.compile(r"(?<!\S)[«‹]\s?\w")


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


def places(text: str, memory: dict[str, Any]) -> Iterator[Place]:
    """All places worth a look, in order.

    Args:
        text: the text.
        memory: where is kept what its characters are.

    Left out are initials (a single letter before the full stop) and a lower-case letter behind a
    sentence mark: between them the commonest innocent ones.
    """
    kinds = kinds_of(text, memory)
    # what follows a mark is nearly always white space
    is_mark = (kinds & MARK) != 0
    is_far = (kinds & (WHITE | DIGIT)) != 0
    for at in (is_mark[:-1] > is_far[1:]).nonzero()[0].tolist():
        found = _PLACE.match(text, at)
        if found is None:
            continue
        start, end = found.span()
        mark = text[start]
        after = start + 1
        if mark == ".":
            if text[end].islower() and end == after and not "\u10d0" <= text[end] <= "\u10ff":
                continue
            if (
                end == after
                and start
                and text[start - 1].isalpha()
                and (start == 1 or text[start - 2] in _NO_WORD)
            ):
                continue
        while start and text[start - 1] in _ALL_MARKS and after - start < 8:
            start -= 1
        yield Place(
            start,
            text[start:after],
            after + _closers(text, after, end, start) if end > after else end,
            end,
        )


def before_on_line(text: str, position: int, reach: int = _LINE) -> str:
    """What stands before a place on its line, at most ``reach`` characters."""
    floor = max(0, position - reach)
    return text[text.rfind("\n", floor, position) + 1 or floor : position]


def _closers(text: str, start: int, end: int, mark: int) -> int:
    """How many of the quotes and brackets between mark and word close what went before."""
    count = 0
    before = before_on_line(text, mark)
    for at in range(start, end):
        one = text[at]
        if one in _STRAIGHT:
            if count and text[at - 1] == one:
                count += 1  # two single quotes stand for a double one
                continue
            twice = text[at + 1 : at + 2] == one == "'"
            if not _is_open(before, one) and not (twice and _tex_quote(before)):
                break
        elif one in "“‘":
            if _last(before, "„‚“‘") not in {"„", "‚"}:
                break
        elif one in "«‹»›":
            if (one in "»›") == _turned(text, mark):
                break
        elif one in _OPENING:
            break
        count += 1
    return count


def _last(before: str, quotes: str) -> str:
    at = max(before.rfind(one) for one in quotes)
    return before[at] if at >= 0 else ""


def _tex_quote(before: str) -> bool:
    """Whether the last quote is one of those that two apostrophes close, as in TeX."""
    return max(before.rfind("``"), before.rfind(",,")) > before.rfind("''")


def _is_open(before: str, quote: str) -> bool:
    """Whether the last straight quote before a place is one that opens."""
    at = before.rfind(quote)
    tries = 20
    while (
        quote == "'" and at > 0 and before[at - 1].isalnum() and before[at + 1 : at + 2].isalnum()
    ):
        at = before.rfind(quote, 0, at)  # an apostrophe
        tries -= 1
        if not tries:
            return False
    if at < 0:
        return False
    return not (at and (before[at - 1].isalnum() or before[at - 1] in ".,!?…")) and (
        at + 1 == len(before) or not before[at + 1].isspace()
    )


def _turned(text: str, mark: int) -> bool:
    """Whether the text around a place sets its guillemets as »this« and not as «this»."""
    window = text[max(0, mark - _LINE) : mark + _LINE]
    return len(_INWARD.findall(window)) > len(_OUTWARD.findall(window))

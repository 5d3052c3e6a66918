"""The canonical form of the edits of one stage, made against the text that they are for."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from itertools import chain
from operator import le, lt
from typing import Final

from archivetk.patch.edits import MANY, BadPatchError, Edit, Edits, Offsets, Reason

__all__ = ["canonical", "few_trimmed", "trimmed"]

#: Last words of rules that decode one symbol written in several characters (``&amp;``): such an
#: edit stays whole, so that the symbol leads back to all of its characters.
_SYMBOLS: Final = ("reference", "entity", "escape")


def trimmed(text: str, edits: Edits) -> Edits | None:
    """The canonical form of edits in columns that are in order and hold no insertion.

    Returns:
        The edits themselves where they are canonical already; ``None`` where their order has to
        be made or what is wrong with them has to be said.
    """
    starts, ends, news, whys = edits.starts, edits.ends, edits.news, edits.whys
    if not _in_order(starts, ends, len(text)):
        return None
    last = None
    for why in whys:
        if why is not last:  # nearly all are the same few tuples
            if not why or not why[-1].rule:
                return None
            last = why
    changed: list[tuple[int, int, int, str]] = []
    empty = 0
    for at, new in enumerate(news):
        if new and (text[starts[at]] == new[0] or text[ends[at] - 1] == new[-1]):
            begin, stop, rest = _trim(text, starts[at], ends[at], new, whys[at])
            if len(rest) != len(new) or begin == stop:
                changed.append((at, begin, stop, rest))
                if begin == stop:
                    if rest:
                        return None  # an insertion has come out of it
                    empty += 1
    if changed:
        starts, ends, news = starts[:], ends[:], news[:]
        for at, start, end, new in changed:
            starts[at], ends[at], news[at] = start, end, new
        edits = Edits(starts, ends, news, whys)
        if empty:
            edits = Edits.of(edit for edit in edits if edit.start < edit.end)
    return edits


def few_trimmed(text: str, rows: list[Edit]) -> tuple[Edits, Offsets, int] | None:
    """The same of a few edits, in one go: the edits, where they stand in the result, its length.

    Returns:
        ``None`` where :func:`trimmed` gives none.
    """
    length = len(text)
    starts, ends, placed = array("q"), array("q"), array("q")
    news: list[str] = []
    whys: list[tuple[Reason, ...]] = []
    position = growth = 0
    for start, end, new, why in rows:
        if not position <= start < end <= length or not why or not why[-1].rule:
            return None
        position = end
        begin, stop, rest = start, end, new
        if new and (text[start] == new[0] or text[end - 1] == new[-1]):
            begin, stop, rest = _trim(text, start, end, new, why)
            if begin == stop:
                if rest:
                    return None  # an insertion has come out of it
                continue
        starts.append(begin)
        ends.append(stop)
        news.append(rest)
        whys.append(why)
        placed.append(begin + growth)
        growth += len(rest) - stop + begin
    return Edits(starts, ends, news, whys), placed, length + growth


def _in_order(starts: Offsets, ends: Offsets, length: int) -> bool:
    """Whether edits take something away each, follow one another, and end within the text."""
    if len(starts) >= MANY:
        from archivetk.patch import columns

        return columns.in_order(starts, ends, length)
    return all(map(lt, starts, ends)) and all(map(le, chain((0,), ends), chain(starts, (length,))))


def _trim(
    text: str, start: int, end: int, new: str, why: tuple[Reason, ...]
) -> tuple[int, int, str]:
    """An edit without what ``new`` has in common with the text at its beginning or end."""
    rule = why[-1].rule
    if end - start > 1 and len(new) == 1 and not rule.endswith(_SYMBOLS):
        # by far the commonest case: it stands there already, at one end or the other
        return (start + 1, end, "") if text[start] == new else (start, end - 1, "")
    old = text[start:end]
    if old == new:
        return start, start, ""
    if not old or rule.rpartition(".")[2] in _SYMBOLS:
        return start, end, new
    head = _common_prefix(old, new)
    back = head - 1 if head else None
    tail = _common_prefix(old[:back:-1], new[:back:-1])
    return start + head, end - tail, new[head : len(new) - tail]


def canonical(text: str, edits: Iterable[Edit]) -> list[Edit]:
    """The canonical form of any edits, made one by one."""
    length = len(text)
    result: list[Edit] = []
    waiting: list[Edit] = []  # insertions that a deletion may follow
    place = 0  # where they stand
    for edit in sorted(edits, key=_by_position):
        start, end, new, why = edit
        if not (0 <= start <= end <= length):
            raise BadPatchError(f"edit [{start}, {end}) does not fit {length} characters")
        if not why or not why[-1].rule:
            raise BadPatchError(f"edit [{start}, {end}) has no reason")
        if new and start < end and (text[start] == new[0] or text[end - 1] == new[-1]):
            start, end, new = _trim(text, start, end, new, why)
            edit = Edit(start, end, new, why)  # noqa: PLW2901 - shorter
        if start == end:
            if not new:
                continue
            if not waiting or start == place:
                waiting.append(edit)
                place = start
                continue
        if waiting and start == place and not new:
            # an insertion beside a deletion stands after it
            place = end
            result.append(edit)
            continue
        result += [Edit(place, place, one.new, one.why) for one in waiting]
        waiting = []
        if start == end:
            waiting.append(edit)
            place = start
        else:
            result.append(edit)
    result += [Edit(place, place, one.new, one.why) for one in waiting]
    return result


def _common_prefix(one: str, other: str) -> int:
    """How many characters two strings share at their beginning."""
    low, high = 0, min(len(one), len(other))
    if one[:high] == other[:high]:
        return high
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _by_position(edit: Edit) -> tuple[int, int]:
    return edit.start, edit.end

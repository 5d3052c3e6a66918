"""Edits and patches: the algebra that everything else in archivetk rests on.

A step never returns text.  It returns edits, and the text is what you get by applying them.
So the work, its explanation, its provenance and its undo are one and the same object and
cannot drift apart.

>>> before = "Read it.Then sleep\\xa0well"
>>> join, space = Reason("join.sentence"), Reason("repair.space")
>>> patch = Patch.of(before, [Edit(8, 8, " ", (join,)), Edit(18, 19, " ", (space,))])
>>> after = patch.apply(before)
>>> after
'Read it. Then sleep well'
>>> patch.source_of(9, 13)
Span(start=8, end=12)
>>> patch.source_of(8, 9) is None  # the inserted space has no source
True
>>> patch.invert(before).apply(after) == before
True

The model is that of CodeMirror's change sets (``apply``, ``invert(doc)``, ``compose``,
``mapPos``); offsets are Unicode code points.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

__all__ = ["Edit", "Patch", "Reason", "Span", "merge_reasons"]


class Reason(NamedTuple):
    """Why an edit was made.

    Attributes:
        rule: dotted name of one rule, e.g. ``strip.photo-credit``.
        detail: what this one case adds to the rule's own explanation; may be empty.
    """

    rule: str
    detail: str = ""


class Span(NamedTuple):
    """A half-open range ``[start, end)`` of code points."""

    start: int
    end: int


class Edit(NamedTuple):
    """Replace ``[start, end)`` by ``new``, for the reasons in ``why``.

    An edit of one stage has exactly one reason.  An edit that was fused from several stages by
    :meth:`Patch.then` has them all, in the order of the stages; the last one is the one that
    decided what stands there now.
    """

    start: int
    end: int
    new: str
    why: tuple[Reason, ...]

    @property
    def rule(self) -> str:
        """The dotted name of the rule that had the last word."""
        return self.why[-1].rule

    @property
    def rules(self) -> tuple[str, ...]:
        """All rules that had a part in it, in order."""
        return tuple(reason.rule for reason in self.why)


def merge_reasons(*groups: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """The ordered union of some reasons; where one comes twice, its last place counts."""
    seen: dict[Reason, None] = {}
    for group in groups:
        for reason in group:
            seen.pop(reason, None)
            seen[reason] = None
    return tuple(seen)


#: Last words of rules that decode one symbol written in several characters (``&amp;``): such an
#: edit stays whole, so that the symbol leads back to all of its characters.
_SYMBOLS: Final = frozenset({"reference", "entity", "escape"})


class _BadPatchError(ValueError):
    """Edits that do not fit a text."""


class Patch:
    """A set of edits to one text of a known length: sorted, and not overlapping.

    Immutable, hashable by value, picklable.  Edits may touch, and two insertions may stand at
    the same place; their order in the patch is their order in the result.

    Raises:
        ValueError: where the edits are unsorted, overlap or reach outside the text.
    """

    __slots__ = ("_starts", "edits", "length", "result_length")

    edits: Final[tuple[Edit, ...]]
    length: Final[int]
    result_length: Final[int]
    _starts: list[int]

    def __init__(self, length: int, edits: Iterable[Edit] = ()) -> None:
        self.length = length
        self.edits = tuple(edits)
        position = 0
        growth = 0
        starts = []
        for start, end, new, _ in self.edits:
            if start < position or end < start:
                raise _BadPatchError(
                    f"edit [{start}, {end}) overlaps the one before it or runs backwards"
                )
            starts.append(start + growth)
            growth += len(new) - (end - start)
            position = end
        if position > length:
            raise _BadPatchError(
                f"an edit ends at {position}, but the text has {length} characters"
            )
        self._starts = starts
        self.result_length = length + growth

    @classmethod
    def of(cls, text: str, edits: Iterable[Edit]) -> Patch:
        """The canonical patch of one stage, made against the text it is for.

        Edits that change nothing are left out, what ``new`` has in common with the text at its
        beginning and end is cut off, and an insertion in front of a deletion goes behind it.

        Raises:
            ValueError: where the edits overlap, reach outside the text or have no reason.
        """
        length = len(text)
        result: list[Edit] = []
        waiting: list[Edit] = []  # insertions that a deletion may follow
        place = 0  # where they stand
        for edit in sorted(edits, key=_by_position):
            start, end, new, why = edit
            if not (0 <= start <= end <= length):
                raise _BadPatchError(f"edit [{start}, {end}) does not fit {length} characters")
            if not why or not why[-1].rule:
                raise _BadPatchError(f"edit [{start}, {end}) has no reason")
            if new:
                old = text[start:end]
                if old == new:
                    continue
                if old and why[-1].rule.rpartition(".")[2] not in _SYMBOLS:
                    head = _common_prefix(old, new)
                    tail = _common_prefix(
                        old[: head - 1 if head else None : -1],
                        new[: head - 1 if head else None : -1],
                    )
                    if head or tail:
                        start += head
                        end -= tail
                        new = new[head : len(new) - tail]
                        edit = Edit(start, end, new, why)  # noqa: PLW2901 - shorter
            elif start == end:
                continue
            if start == end and (not waiting or start == place):
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
        return cls(length, result)

    def apply(self, text: str) -> str:
        """The text after all edits.

        Raises:
            ValueError: where the text does not have the length that the patch is for.
        """
        if len(text) != self.length:
            raise _BadPatchError(
                f"this patch is for a text of {self.length} characters, not of {len(text)}"
            )
        if not self.edits:
            return text
        parts = []
        position = 0
        for start, end, new, _ in self.edits:
            parts.append(text[position:start])
            parts.append(new)
            position = end
        parts.append(text[position:])
        return "".join(parts)

    def invert(self, text: str) -> Patch:
        """The patch that undoes this one.

        Args:
            text: the text as it was *before* the change.
        """
        if len(text) != self.length:
            raise _BadPatchError(
                f"this patch is for a text of {self.length} characters, not of {len(text)}"
            )
        return Patch(
            self.result_length,
            (
                Edit(at, at + len(new), text[start:end], why)
                for at, (start, end, new, why) in zip(self._starts, self.edits, strict=True)
            ),
        )

    def then(self, other: Patch) -> Patch:
        """This patch and then ``other``, as one patch of the first text.

        Edits that only touch stay apart, so their rules stay apart.  Where an edit of ``other``
        changes or spans what this patch did, the two become one edit with both reasons.

        Raises:
            ValueError: where ``other`` is not for a text as long as this patch's result.
        """
        if other.length != self.result_length:
            raise _BadPatchError(
                f"the first patch gives {self.result_length} characters, "
                f"the second is for {other.length}"
            )
        if not other.edits:
            return self
        if not self.edits:
            return other
        first = self.edits
        starts = self._starts
        count = len(first)
        out: list[Edit] = []
        i = 0  # the first edit of self that is not yet in out
        shift = 0  # result position minus original position, behind edit i - 1
        j = 0
        second = other.edits
        while j < len(second):
            b_start, b_end, b_new, b_why = second[j]
            # Pass over what lies wholly before b.  An edit of self that ends where b starts only
            # touches it, unless it is an insertion and b is one too: then the order in the
            # result decides, and b stands at or behind its end.
            ahead = bisect_left(starts, b_start, i)
            # those with start < b_start; the last may reach into b
            if ahead > i and starts[ahead - 1] + len(first[ahead - 1].new) > b_start:
                ahead -= 1
            # those that start exactly at b_start and leave no text are deletions: b comes after
            while ahead < count and starts[ahead] == b_start and not first[ahead].new:
                ahead += 1
            if ahead > i:
                out.extend(first[i:ahead])
                i = ahead
                last = first[i - 1]
                shift = starts[i - 1] + len(last.new) - last.end
            # Now every edit from i on ends behind b_start.
            if i >= count or not _meets(starts[i], len(first[i].new), b_start, b_end):
                out.append(Edit(b_start - shift, b_end - shift, b_new, b_why))
                j += 1
                continue
            # Fuse: grow over edits of both patches for as long as they meet.
            begin = min(b_start - shift, first[i].start)
            head = ""
            if starts[i] < b_start:
                head = first[i].new[: b_start - starts[i]]
            parts = [head]
            old_why: list[tuple[Reason, ...]] = []
            new_why: list[tuple[Reason, ...]] = []
            while True:
                parts.append(b_new)
                new_why.append(b_why)
                j += 1
                # take in what b covers
                while i < count and _meets(starts[i], len(first[i].new), b_start, b_end):
                    old_why.append(first[i].why)
                    last = first[i]
                    shift = starts[i] + len(last.new) - last.end
                    i += 1
                reach = starts[i - 1] + len(first[i - 1].new)
                if reach <= b_end:
                    end = b_end - shift
                    break
                # the last edit of self goes on behind b: does the next b touch its rest?
                rest_from = b_end
                if j < len(second) and second[j].start < reach:
                    b_start, b_end_next = second[j].start, second[j].end
                    piece = first[i - 1]
                    offset = starts[i - 1]
                    parts.append(piece.new[rest_from - offset : b_start - offset])
                    b_end = b_end_next
                    b_new, b_why = second[j].new, second[j].why
                    continue
                piece = first[i - 1]
                parts.append(piece.new[rest_from - starts[i - 1] :])
                end = piece.end
                break
            out.append(Edit(begin, end, "".join(parts), merge_reasons(*old_why, *new_why)))
        out.extend(first[i:])
        return Patch(self.length, out)

    def source_of(self, start: int, end: int) -> Span | None:
        """The span of the original behind ``[start, end)`` of the result.

        A kept character maps to itself; a changed one to the whole run that it came out of.
        ``None``: everything in the span was inserted and has no source.

        Raises:
            ValueError: where the span does not fit the result.
        """
        if not 0 <= start <= end <= self.result_length:
            raise _BadPatchError(
                f"[{start}, {end}) does not fit a result of {self.result_length} characters"
            )
        edits = self.edits
        starts = self._starts
        i = bisect_right(starts, start) - 1
        # edits at the same place: go back to the first that matters
        while i > 0 and starts[i - 1] + len(edits[i - 1].new) > start:
            i -= 1
        if start == end:
            return self._point(start, i)
        low: int | None = None
        high: int | None = None
        position = start
        shift = 0
        if i >= 0:
            edit = edits[i]
            reach = starts[i] + len(edit.new)
            shift = reach - edit.end
            if reach > start:
                if edit.end > edit.start:
                    low, high = edit.start, edit.end
                position = reach
        k = i + 1
        count = len(edits)
        while position < end:
            stop = min(starts[k], end) if k < count else end
            if stop > position:
                if low is None:
                    low = position - shift
                high = stop - shift
                position = stop
            if position >= end:
                break
            edit = edits[k]
            reach = starts[k] + len(edit.new)
            shift = reach - edit.end
            if edit.new and edit.end > edit.start:
                if low is None:
                    low = edit.start
                high = edit.end
            position = reach
            k += 1
        if low is None or high is None:
            return None
        return Span(low, high)

    def _point(self, at: int, i: int) -> Span | None:
        """The source of an empty span: a place, or the run that the place lies inside of."""
        if i < 0:
            return Span(at, at)
        edit = self.edits[i]
        reach = self._starts[i] + len(edit.new)
        if self._starts[i] < at < reach:
            return Span(edit.start, edit.end) if edit.end > edit.start else None
        place = at - (reach - edit.end) if at >= reach else edit.start
        return Span(place, place)

    def result_spans(self, spans: Sequence[tuple[int, int]]) -> list[Span]:
        """Where some spans of the original stand in the result, replaced text included.

        A start inside an edited run goes to the beginning of what replaced it, an end to its
        end; a span that was deleted as a whole comes out empty.
        """
        edits = self.edits
        begins = [edit.start for edit in edits]
        result = []
        for start, end in spans:
            i = bisect_right(begins, start) - 1
            # an edit that begins right here counts for the start only if it replaces something
            while i >= 0 and edits[i].start == start and edits[i].end > start:
                i -= 1
            if i >= 0 and edits[i].end > start:
                low = self._starts[i]
            elif i >= 0:
                low = start + self._starts[i] + len(edits[i].new) - edits[i].end
            else:
                low = start
            k = bisect_left(begins, end) - 1
            if k >= 0 and edits[k].end > end:
                high = self._starts[k] + len(edits[k].new)
            elif k >= 0:
                high = end + self._starts[k] + len(edits[k].new) - edits[k].end
            else:
                high = end
            result.append(Span(low, max(low, high)))
        return result

    def kept(self) -> Iterator[tuple[int, int, int]]:
        """The runs that no edit touched: start in the original, start in the result, length."""
        position = 0
        shift = 0
        for at, (start, end, new, _) in zip(self._starts, self.edits, strict=True):
            if start > position:
                yield position, position + shift, start - position
            position = end
            shift = at + len(new) - end
        if self.length > position:
            yield position, position + shift, self.length - position

    def placed(self) -> Iterator[tuple[Edit, int]]:
        """Each edit with the place in the result where its ``new`` begins."""
        return zip(self.edits, self._starts, strict=True)

    def __bool__(self) -> bool:
        """Whether it changes anything."""
        return bool(self.edits)

    def __len__(self) -> int:
        """The number of edits."""
        return len(self.edits)

    def __eq__(self, other: object) -> bool:
        """Equal edits for a text of equal length."""
        if not isinstance(other, Patch):
            return NotImplemented
        return self.length == other.length and self.edits == other.edits

    def __hash__(self) -> int:
        return hash((self.length, self.edits))

    def __repr__(self) -> str:
        return f"Patch({self.length}, {list(self.edits)!r})"

    def __reduce__(self) -> tuple[type[Patch], tuple[int, tuple[Edit, ...]]]:
        return Patch, (self.length, self.edits)


def _by_position(edit: Edit) -> tuple[int, int]:
    return edit.start, edit.end


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


def _meets(start: int, size: int, b_start: int, b_end: int) -> bool:
    """Whether text of ``size`` at ``start`` shares more than an edge with ``[b_start, b_end)``."""
    if size:
        if b_end > b_start:
            return start < b_end and b_start < start + size
        return start < b_start < start + size
    # a deletion leaves a place, and a span covers it only where it lies inside
    return b_start < start < b_end

"""Patches: applied, composed, inverted, and asked where something came from."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import accumulate, chain, repeat
from operator import add, is_, sub
from typing import Any, Final, cast

from archivetk.patch.canonical import canonical, few_trimmed, trimmed
from archivetk.patch.edits import (
    MANY,
    BadPatchError,
    Edit,
    Edits,
    Offsets,
    Reason,
    Span,
    merge_reasons,
)

__all__ = ["Patch"]

_NONE: Final = Edits.of(())
#: Longest text, in code points, that a patch holds on to; larger ones are to leave the memory.
_REMEMBERED: Final = 1 << 20
#: Makes a :class:`Span` without a call in Python.
_span: Final = partial(cast("Any", tuple.__new__), Span)


class Patch:
    """A set of edits to one text of a known length: sorted, and not overlapping.

    Immutable, hashable by value, picklable.  Edits may touch, and two insertions may stand at
    the same place; their order in the patch is their order in the result.

    Raises:
        ValueError: where the edits are unsorted, overlap or reach outside the text.
    """

    __slots__ = ("_applied", "_placed", "edits", "length", "result_length")

    edits: Final[Edits]
    length: Final[int]
    result_length: Final[int]
    _placed: Offsets  # where the text of each edit begins in the result
    _applied: tuple[str, str] | None  # the last text that it was applied to, and what came out

    def __init__(self, length: int, edits: Iterable[Edit] = ()) -> None:
        self._applied = None
        self.length = length
        none = isinstance(edits, tuple) and not edits
        self.edits = made = _NONE if none else Edits.of(edits)
        position = 0
        for start, end in zip(made.starts, made.ends, strict=True):
            if start < position or end < start:
                raise BadPatchError(
                    f"edit [{start}, {end}) overlaps the one before it or runs backwards"
                )
            position = end
        if position > length:
            raise BadPatchError(f"an edit ends at {position}, but the text has {length} characters")
        self._placed = _NONE.starts if none else _placed(made)
        self.result_length = length + _growth(made, self._placed)

    @classmethod
    def _known(cls, length: int, edits: Edits, placed: Offsets, result_length: int) -> Patch:
        """A patch of which all is known and right."""
        patch = cls.__new__(cls)
        patch.length = length  # type: ignore[misc]
        patch.edits = edits  # type: ignore[misc]
        patch.result_length = result_length  # type: ignore[misc]
        patch._placed = placed  # noqa: SLF001 - its own
        patch._applied = None  # noqa: SLF001
        return patch

    @classmethod
    def of(cls, text: str, edits: Iterable[Edit]) -> Patch:
        """The canonical patch of one stage, made against the text it is for.

        Edits that change nothing are left out, what ``new`` has in common with the text at its
        beginning and end is cut off, and an insertion in front of a deletion goes behind it.

        Raises:
            ValueError: where the edits overlap, reach outside the text or have no reason.
        """
        length = len(text)
        if not isinstance(edits, Edits):
            rows = edits if isinstance(edits, list) else list(edits)
            if not rows:
                return cls._known(length, _NONE, _NONE.starts, length)
            few = few_trimmed(text, rows) if len(rows) < MANY else None
            if few is not None:
                return cls._known(length, *few)
            edits = Edits.of(rows)
        if not edits.starts:
            return cls._known(length, _NONE, _NONE.starts, length)
        made = trimmed(text, edits)
        if made is None:
            return cls(length, canonical(text, edits))
        placed = _placed(made)
        return cls._known(length, made, placed, length + _growth(made, placed))

    def apply(self, text: str) -> str:
        """The text after all edits.

        Asked again about the very same text, as a description of the stages does, it gives what it
        gave before.

        Raises:
            ValueError: where the text does not have the length that the patch is for.
        """
        applied = self._applied
        if applied is not None and applied[0] is text:
            return applied[1]
        self._check_length(text)
        edits = self.edits
        if not edits.starts:
            return text
        # what is kept and what is new, by turns
        parts = [""] * (2 * len(edits.starts) + 1)
        parts[::2] = map(
            text.__getitem__,
            map(slice, chain((0,), edits.ends), chain(edits.starts, (self.length,))),
        )
        parts[1::2] = edits.news
        result = "".join(parts)
        if self.length <= _REMEMBERED:
            self._applied = text, result
        return result

    def _check_length(self, text: str) -> None:
        if len(text) != self.length:
            raise BadPatchError(
                f"this patch is for a text of {self.length} characters, not of {len(text)}"
            )

    def invert(self, text: str) -> Patch:
        """The patch that undoes this one.

        Args:
            text: the text as it was *before* the change.
        """
        self._check_length(text)
        edits, placed = self.edits, self._placed
        olds = list(map(text.__getitem__, map(slice, edits.starts, edits.ends)))
        ends = array("q", map(add, placed, map(len, edits.news)))
        return Patch(self.result_length, Edits(placed, ends, olds, edits.whys))

    def then(self, other: Patch) -> Patch:
        """This patch and then ``other``, as one patch of the first text.

        Edits that only touch stay apart, so their rules stay apart.  Where an edit of ``other``
        changes or spans what this patch did, the two become one edit with both reasons.

        Raises:
            ValueError: where ``other`` is not for a text as long as this patch's result.
        """
        if other.length != self.result_length:
            raise BadPatchError(
                f"the first patch gives {self.result_length} characters, "
                f"the second is for {other.length}"
            )
        if not other.edits.starts:
            return self
        if not self.edits.starts:
            return other
        if len(other.edits.starts) >= MANY:
            from archivetk.patch import columns

            both = columns.composed(self.edits, self._placed, other.edits, other._placed)
            if both is not None:
                return Patch._known(self.length, *both, other.result_length)
        a_starts, a_ends = self.edits.starts, self.edits.ends
        a_news, a_whys = self.edits.news, self.edits.whys
        placed = self._placed
        count = len(a_starts)
        b_starts, b_ends = other.edits.starts, other.edits.ends
        b_news, b_whys = other.edits.news, other.edits.whys
        b_placed = other._placed
        starts, ends, result = array("q"), array("q"), array("q")
        news: list[str] = []
        whys: list[tuple[Reason, ...]] = []
        fused: dict[tuple[int, int], tuple[Reason, ...]] = {}  # by the identities of two tuples
        i = 0  # the first edit of self that is not yet taken over
        shift = 0  # place between the patches minus original place, behind edit i - 1
        drift = 0  # place in the result minus place between, behind edit j - 1 of other
        j = 0
        many = len(b_starts)
        while j < many:
            b_start = b_starts[j]
            # Pass over what lies wholly before b.  An edit of self that ends where b starts only
            # touches it, unless it is an insertion and b is one too: then the order in the
            # result decides, and b stands at or behind its end.
            ahead = bisect_left(placed, b_start, i)
            # those placed before b_start; the last may reach into b
            if ahead > i and placed[ahead - 1] + len(a_news[ahead - 1]) > b_start:
                ahead -= 1
            # those that start exactly at b_start and leave no text are deletions: b comes after
            while ahead < count and placed[ahead] == b_start and not a_news[ahead]:
                ahead += 1
            if ahead == i + 1:
                starts.append(a_starts[i])
                ends.append(a_ends[i])
                news.append(a_news[i])
                whys.append(a_whys[i])
                result.append(placed[i] + drift)
                shift = placed[i] + len(a_news[i]) - a_ends[i]
                i = ahead
            elif ahead > i:
                starts.extend(a_starts[i:ahead])
                ends.extend(a_ends[i:ahead])
                news += a_news[i:ahead]
                whys += a_whys[i:ahead]
                result.extend(_moved(placed[i:ahead], drift))
                i = ahead
                shift = placed[i - 1] + len(a_news[i - 1]) - a_ends[i - 1]
            # Now every edit from i on ends behind b_start.  Take over what meets none of them.
            if i < count:
                at = placed[i]
                ahead = bisect_left(b_starts, at, j)
                if ahead > j and b_ends[ahead - 1] > at:
                    ahead -= 1
                if ahead == j and not _meets(at, len(a_news[i]), b_start, b_ends[j]):
                    ahead += 1
            else:
                ahead = many
            if ahead == j + 1:
                starts.append(b_start - shift)
                ends.append(b_ends[j] - shift)
                news.append(b_news[j])
                whys.append(b_whys[j])
                result.append(b_placed[j])
                drift = b_placed[j] + len(b_news[j]) - b_ends[j]
                j = ahead
                continue
            if ahead > j:
                starts.extend(_moved(b_starts[j:ahead], -shift))
                ends.extend(_moved(b_ends[j:ahead], -shift))
                news += b_news[j:ahead]
                whys += b_whys[j:ahead]
                result.extend(b_placed[j:ahead])
                j = ahead
                drift = b_placed[j - 1] + len(b_news[j - 1]) - b_ends[j - 1]
                continue
            # Fuse.  Nearly always b covers all that it meets.
            b_end = b_ends[j]
            ahead = bisect_left(placed, b_end, i + 1)
            reach = placed[ahead - 1] + len(a_news[ahead - 1])
            if at >= b_start and reach <= b_end:
                starts.append(b_start - shift)
                shift = reach - a_ends[ahead - 1]
                ends.append(b_end - shift)
                result.append(b_start + drift)
                drift = b_placed[j] + len(b_news[j]) - b_end
                news.append(b_news[j])
                old, why = a_whys[i], b_whys[j]
                if ahead == i + 1 or all(map(is_, a_whys[i:ahead], repeat(old))):
                    pair = (id(old), id(why))
                    if pair not in fused:
                        fused[pair] = merge_reasons(old, why)
                    whys.append(fused[pair])
                else:
                    whys.append(merge_reasons(*a_whys[i:ahead], why))
                i = ahead
                j += 1
                continue
            # Else grow over edits of both patches for as long as they meet.
            starts.append(min(b_start - shift, a_starts[i]))
            result.append(min(b_start, at) + drift)
            parts = [a_news[i][: b_start - at] if at < b_start else ""]
            old_why: list[tuple[Reason, ...]] = []
            new_why: list[tuple[Reason, ...]] = []
            ahead = i + 1
            while True:
                parts.append(b_news[j])
                new_why.append(b_whys[j])
                j += 1
                # take in what b covers: the first is known to meet it, all others begin behind
                # its start
                ahead = bisect_left(placed, b_end, ahead)
                old_why += a_whys[i:ahead]
                i = ahead
                at = placed[i - 1]
                piece = a_news[i - 1]
                reach = at + len(piece)
                shift = reach - a_ends[i - 1]
                if reach <= b_end:
                    ends.append(b_end - shift)
                    break
                # the last edit of self goes on behind b: does the next b touch its rest?
                if j < many and b_starts[j] < reach:
                    b_start = b_starts[j]
                    parts.append(piece[b_end - at : b_start - at])
                    b_end = b_ends[j]
                    continue
                parts.append(piece[b_end - at :])
                ends.append(a_ends[i - 1])
                break
            drift = b_placed[j - 1] + len(b_news[j - 1]) - b_ends[j - 1]
            news.append("".join(parts))
            whys.append(merge_reasons(*old_why, *new_why))
        starts.extend(a_starts[i:])
        ends.extend(a_ends[i:])
        news += a_news[i:]
        whys += a_whys[i:]
        result.extend(_moved(placed[i:], drift))
        return Patch._known(
            self.length, Edits(starts, ends, news, whys), result, other.result_length
        )

    def source_of(self, start: int, end: int) -> Span | None:
        """The span of the original behind ``[start, end)`` of the result.

        A kept character maps to itself; a changed one to the whole run that it came out of.
        ``None``: everything in the span was inserted and has no source.

        Raises:
            ValueError: where the span does not fit the result.
        """
        if not 0 <= start <= end <= self.result_length:
            raise BadPatchError(
                f"[{start}, {end}) does not fit a result of {self.result_length} characters"
            )
        starts, ends, news = self.edits.starts, self.edits.ends, self.edits.news
        placed = self._placed
        i = bisect_right(placed, start) - 1
        # edits at the same place: go back to the first that matters
        while i > 0 and placed[i - 1] + len(news[i - 1]) > start:
            i -= 1
        if start == end:
            return self._point(start, i)
        low: int | None = None
        high: int | None = None
        position = start
        shift = 0
        if i >= 0:
            reach = placed[i] + len(news[i])
            shift = reach - ends[i]
            if reach > start:
                if ends[i] > starts[i]:
                    low, high = starts[i], ends[i]
                position = reach
        k = i + 1
        count = len(starts)
        while position < end:
            stop = min(placed[k], end) if k < count else end
            if stop > position:
                if low is None:
                    low = position - shift
                high = stop - shift
                position = stop
            if position >= end:
                break
            reach = placed[k] + len(news[k])
            shift = reach - ends[k]
            if news[k] and ends[k] > starts[k]:
                if low is None:
                    low = starts[k]
                high = ends[k]
            position = reach
            k += 1
        if low is None or high is None:
            return None
        return Span(low, high)

    def _point(self, at: int, i: int) -> Span | None:
        """The source of an empty span: a place, or the run that the place lies inside of."""
        if i < 0:
            return Span(at, at)
        start, end = self.edits.starts[i], self.edits.ends[i]
        reach = self._placed[i] + len(self.edits.news[i])
        if self._placed[i] < at < reach:
            return Span(start, end) if end > start else None
        place = at - (reach - end) if at >= reach else start
        return Span(place, place)

    def result_spans(self, spans: Sequence[tuple[int, int]]) -> list[Span]:
        """Where some spans of the original stand in the result, replaced text included.

        A start inside an edited run goes to the beginning of what replaced it, an end to its
        end; a span that was deleted as a whole comes out empty.
        """
        starts, ends, news = self.edits.starts, self.edits.ends, self.edits.news
        placed = self._placed
        reached = [at + len(new) for at, new in zip(placed, news, strict=True)]
        shifts = [0, *map(sub, reached, ends)]  # in front of each edit, and behind the last
        made: dict[tuple[int, int], Span] = {}
        for span in spans:
            if span in made:
                continue
            start, end = span
            i = bisect_right(starts, start)
            # an edit that begins right here counts for the start only if it replaces something
            while i and starts[i - 1] == start and ends[i - 1] > start:
                i -= 1
            low = placed[i - 1] if i and ends[i - 1] > start else start + shifts[i]
            i = bisect_left(starts, end)
            high = reached[i - 1] if i and ends[i - 1] > end else end + shifts[i]
            made[span] = _span((low, high if high > low else low))  # noqa: FURB136 - faster
        return [made[span] for span in spans]

    def kept(self) -> Iterator[tuple[int, int, int]]:
        """The runs that no edit touched: start in the original, start in the result, length."""
        position = 0
        shift = 0
        for at, (start, end, new, _) in zip(self._placed, self.edits, strict=True):
            if start > position:
                yield position, position + shift, start - position
            position = end
            shift = at + len(new) - end
        if self.length > position:
            yield position, position + shift, self.length - position

    @property
    def places(self) -> Offsets:
        """Where in the result the ``new`` of each edit begins; not to be changed."""
        return self._placed

    def placed(self) -> Iterator[tuple[Edit, int]]:
        """Each edit with the place in the result where its ``new`` begins."""
        return zip(self.edits, self._placed, strict=True)

    def removals(self) -> list[int]:
        """Where in the result something was taken away and nothing put in its place, in order."""
        news = self.edits.news
        return [place for place, new in zip(self._placed, news, strict=True) if not new]

    def __bool__(self) -> bool:
        """Whether it changes anything."""
        return bool(self.edits.starts)

    def __len__(self) -> int:
        """The number of edits."""
        return len(self.edits.starts)

    def __eq__(self, other: object) -> bool:
        """Equal edits for a text of equal length."""
        if not isinstance(other, Patch):
            return NotImplemented
        return self.length == other.length and self.edits == other.edits

    def __hash__(self) -> int:
        return hash((self.length, self.edits))

    def __repr__(self) -> str:
        return f"Patch({self.length}, {list(self.edits)!r})"

    def __reduce__(self) -> tuple[type[Patch], tuple[int, Edits]]:
        return Patch, (self.length, self.edits)


def _moved(places: Offsets, by: int) -> Offsets:
    """Some offsets, all moved by as much."""
    if not by:
        return places
    if len(places) >= MANY:
        from archivetk.patch import columns

        return columns.moved(places, by)
    return array("q", [place + by for place in places])


def _placed(edits: Edits) -> Offsets:
    """Where the text of each edit begins in the result."""
    if len(edits.starts) >= MANY:
        from archivetk.patch import columns

        return columns.placed(edits)
    # each stands where it stood, moved by what those before it have added
    growth = map(sub, map(len, edits.news), map(sub, edits.ends, edits.starts))
    return array("q", map(add, edits.starts, accumulate(growth, initial=0)))


def _growth(edits: Edits, placed: Offsets) -> int:
    """By how much a text gets longer; negative where it gets shorter."""
    return placed[-1] + len(edits.news[-1]) - edits.ends[-1] if placed else 0


def _meets(start: int, size: int, b_start: int, b_end: int) -> bool:
    """Whether text of ``size`` at ``start`` shares more than an edge with ``[b_start, b_end)``."""
    if size:
        if b_end > b_start:
            return start < b_end and b_start < start + size
        return start < b_start < start + size
    # a deletion leaves a place, and a span covers it only where it lies inside
    return b_start < start < b_end

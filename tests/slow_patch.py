"""The algebra of patches edit by edit: slow, plain, and what the columns are compared with."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from archivetk.patch import Edit, Reason, Span, merge_reasons

SYMBOLS = frozenset({"reference", "entity", "escape"})


def places(edits: list[Edit]) -> list[int]:
    """Where the text of each edit begins in the result."""
    result = []
    growth = 0
    for start, end, new, _ in edits:
        result.append(start + growth)
        growth += len(new) - (end - start)
    return result


def canonical(text: str, edits: list[Edit]) -> list[Edit]:
    """The canonical form."""
    length = len(text)
    result: list[Edit] = []
    waiting: list[Edit] = []  # insertions that a deletion may follow
    place = 0  # where they stand
    for edit in sorted(edits, key=lambda edit: edit[:2]):
        start, end, new, why = edit
        if not (0 <= start <= end <= length):
            raise ValueError
        if not why or not why[-1].rule:
            raise ValueError
        if new:
            old = text[start:end]
            if old == new:
                continue
            if old and why[-1].rule.rpartition(".")[2] not in SYMBOLS:
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
    return result


def composed(first: list[Edit], second: list[Edit]) -> list[Edit]:
    """One patch and then another."""
    if not first or not second:
        return first or second
    starts = places(first)
    count = len(first)
    out: list[Edit] = []
    i = 0  # the first edit of self that is not yet in out
    shift = 0  # result position minus original position, behind edit i - 1
    j = 0
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
    return out


def result_spans(edits: list[Edit], spans: list[tuple[int, int]]) -> list[Span]:
    """Where spans of the original stand in the result."""
    starts = places(edits)
    begins = [edit.start for edit in edits]
    result = []
    for start, end in spans:
        i = bisect_right(begins, start) - 1
        # an edit that begins right here counts for the start only if it replaces something
        while i >= 0 and edits[i].start == start and edits[i].end > start:
            i -= 1
        if i >= 0 and edits[i].end > start:
            low = starts[i]
        elif i >= 0:
            low = start + starts[i] + len(edits[i].new) - edits[i].end
        else:
            low = start
        k = bisect_left(begins, end) - 1
        if k >= 0 and edits[k].end > end:
            high = starts[k] + len(edits[k].new)
        elif k >= 0:
            high = end + starts[k] + len(edits[k].new) - edits[k].end
        else:
            high = end
        result.append(Span(low, max(low, high)))
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


def _meets(start: int, size: int, b_start: int, b_end: int) -> bool:
    """Whether text of ``size`` at ``start`` shares more than an edge with ``[b_start, b_end)``."""
    if size:
        if b_end > b_start:
            return start < b_end and b_start < start + size
        return start < b_start < start + size
    # a deletion leaves a place, and a span covers it only where it lies inside
    return b_start < start < b_end

"""The same sums over columns of many edits, in arrays: for a page, which has hundreds.

Loaded where the first patch of that size is made; who only reads ledgers never needs it.
"""

from __future__ import annotations

from array import array
from itertools import repeat
from operator import is_
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from archivetk.patch.edits import Edits, Offsets, Reason, merge_reasons

__all__ = ["composed", "in_order", "moved", "placed"]

_TYPE: Final = np.dtype("q")  # that of the columns


def in_order(starts: Offsets, ends: Offsets, length: int) -> bool:
    """Whether edits take something away each, follow one another, and end within the text."""
    begins, stops = np.frombuffer(starts, _TYPE), np.frombuffer(ends, _TYPE)
    return bool(
        starts[0] >= 0
        and ends[-1] <= length
        and (begins < stops).all()
        and (stops[:-1] <= begins[1:]).all()
    )


def moved(places: Offsets, by: int) -> Offsets:
    """Some offsets, all moved by as much."""
    return _column(np.frombuffer(places, _TYPE) + by)


def placed(edits: Edits) -> Offsets:
    """Where the text of each edit begins in the result."""
    starts = np.frombuffer(edits.starts, _TYPE)
    growth = np.fromiter(map(len, edits.news), _TYPE, len(starts))
    growth -= np.frombuffer(edits.ends, _TYPE)
    growth += starts
    places = starts.copy()
    places[1:] += np.cumsum(growth[:-1])
    return _column(places)


def composed(
    first: Edits, placed_first: Offsets, second: Edits, placed_second: Offsets
) -> tuple[Edits, Offsets] | None:
    """Two sets of edits as one, and where it places them; as :meth:`Patch.then` does one by one.

    Args:
        first: edits of a text.
        placed_first: where they stand in its result.
        second: edits of that result.
        placed_second: where they stand in what comes out in the end.

    Returns:
        ``None`` where an edit of the second set does not cover all that it meets, or two of them
        meet the same edit: such are to be grown one by one.
    """
    starts, ends = np.frombuffer(first.starts, _TYPE), np.frombuffer(first.ends, _TYPE)
    places = np.frombuffer(placed_first, _TYPE)
    reached = places + np.fromiter(map(len, first.news), _TYPE, len(starts))
    begins, stops = np.frombuffer(second.starts, _TYPE), np.frombuffer(second.ends, _TYPE)
    # each edit of the second set meets those of the first from ``low`` up to ``high``
    low = np.searchsorted(reached, begins, "right")
    high = np.maximum(np.searchsorted(places, stops, "left"), low)
    fused = high > low
    among = np.flatnonzero(fused)
    if (
        (high[:-1] > low[1:]).any()
        or (places[low[among]] < begins[among]).any()
        or (reached[high[among] - 1] > stops[among]).any()
    ):
        return None
    # those that are met are gone; the others stand among those of the second set
    edges = np.zeros(len(starts) + 1, np.int8)
    np.add.at(edges, low[among], 1)
    np.add.at(edges, high[among], -1)
    left = np.flatnonzero(np.cumsum(edges[:-1]) == 0)
    before = np.searchsorted(low, left, "right")  # how many of the second set stand before each
    order_left = np.arange(len(left)) + before
    order = np.arange(len(begins)) + np.searchsorted(left, low, "left")
    shifts = np.concatenate(([0], reached - ends))  # in front of each edit, and behind the last
    new_placed = np.frombuffer(placed_second, _TYPE)
    drifts = np.fromiter(map(len, second.news), _TYPE, len(begins))
    drifts += new_placed
    drifts -= stops
    drifts = np.concatenate(([0], drifts))
    columns = np.empty((3, len(left) + len(begins)), _TYPE)
    columns[0, order_left], columns[0, order] = starts[left], begins - shifts[low]
    columns[1, order_left], columns[1, order] = ends[left], stops - shifts[high]
    columns[2, order_left], columns[2, order] = places[left] + drifts[before], new_placed
    whys = second.whys.copy()
    known: dict[tuple[int, int], tuple[Reason, ...]] = {}  # by the identities of two tuples
    for at, one, other in zip(
        among.tolist(), low[among].tolist(), high[among].tolist(), strict=True
    ):
        old, why = first.whys[one], whys[at]
        if other == one + 1 or all(map(is_, first.whys[one:other], repeat(old))):
            pair = (id(old), id(why))
            if pair not in known:
                known[pair] = merge_reasons(old, why)
            whys[at] = known[pair]
        else:
            whys[at] = merge_reasons(*first.whys[one:other], why)
    chosen = np.empty(columns.shape[1], _TYPE)
    chosen[order_left], chosen[order] = left, np.arange(len(starts), len(starts) + len(begins))
    turns = chosen.tolist()
    edits = Edits(
        _column(columns[0]),
        _column(columns[1]),
        list(map((first.news + second.news).__getitem__, turns)),
        list(map((first.whys + whys).__getitem__, turns)),
    )
    return edits, _column(columns[2])


def _column(values: NDArray[Any]) -> Offsets:
    column = array("q")
    column.frombytes(values.tobytes())
    return column

"""The same sums over columns of many edits, in arrays: for a page, which has hundreds.

Loaded where the first patch of that size is made; who only reads ledgers never needs it.
"""

from __future__ import annotations

from array import array
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from archivetk.patch.edits import Edits, Offsets

__all__ = ["in_order", "moved", "placed"]

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


def _column(values: NDArray[Any]) -> Offsets:
    column = array("q")
    column.frombytes(values.tobytes())
    return column

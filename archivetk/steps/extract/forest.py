"""Forests of symmetric trees, and how all of their trees are asked at once."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from archivetk.steps.extract.features import Floats

__all__ = ["SCALE", "Forest"]

#: What log odds are multiplied by, to be whole numbers.
SCALE: Final = 1024
#: Units that are judged at once: so many that the arrays still fit a cache.
_AT_ONCE: Final = 256


class Forest:
    """Symmetric trees; a unit's leaf has a bit for each question that it answers with yes.

    Many trees ask the same: each question is answered once, and the answers are dealt out.

    Attributes:
        asked: which feature is asked for, trees by levels.
        bounds: what it must be above, trees by levels.
        leaves: log odds times :data:`SCALE`, trees by leaves.
        base: what is added to their sum.
    """

    __slots__ = ("_above", "_columns", "_dealt", "_first", "_leaves", "asked", "base", "bounds",
                 "leaves")  # fmt: skip

    def __init__(
        self,
        asked: NDArray[np.int16],
        bounds: NDArray[np.float32],
        leaves: NDArray[np.int16],
        base: int,
    ) -> None:
        self.asked, self.bounds, self.leaves, self.base = asked, bounds, leaves, base
        every = list(zip(asked.T.ravel().tolist(), bounds.T.ravel().tolist(), strict=True))
        # those about one feature stand together, and so does what they look at
        questions = {question: number for number, question in enumerate(sorted(set(every)))}
        self._dealt = np.array([questions[question] for question in every], np.intp)
        self._columns = np.array([column for column, _ in questions], np.intp)
        self._above = np.array([bound for _, bound in questions], np.float32)[:, None]
        self._leaves = leaves.ravel().astype(np.int32)  # as wide as their sum
        self._first = (np.arange(len(leaves)) * leaves.shape[1])[:, None]

    def values(self, rows: Floats) -> NDArray[np.int32]:
        """What each tree says of each row, trees by rows."""
        trees, levels = self.asked.shape
        columns = np.ascontiguousarray(rows.T)
        yes = (columns.take(self._columns, axis=0) > self._above).view(np.uint8)
        bits = yes.take(self._dealt, axis=0).reshape(levels, trees, -1)
        leaf = bits[-1]
        for bit in bits[-2::-1]:
            leaf += leaf  # cheaper than a shift
            leaf |= bit
        place = leaf.astype(np.intp)  # cheaper than to add numbers of two widths
        place += self._first
        return np.asarray(self._leaves.take(place))

    def odds(self, rows: Floats) -> NDArray[np.int64]:
        """The log odds of each row, times :data:`SCALE`."""
        result = np.empty(len(rows), np.int64)
        for start in range(0, len(rows), _AT_ONCE):
            values = self.values(rows[start : start + _AT_ONCE])
            result[start : start + _AT_ONCE] = values.sum(axis=0, dtype=np.int32)
        return result + self.base

"""What stands before and after each unit: its neighbours one by one, and windows of them."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["NEIGHBOURS", "neighbours", "windows"]

#: How many neighbours on each side a unit is seen with.
_REACH: Final = 3
_SEEN: Final = ("weight", "link", "end", "block", "same")
#: Names of what a unit is told of the units around it.
NEIGHBOURS: Final = (
    *(
        f"{name}{offset:+d}"
        for offset in (*range(-_REACH, 0), *range(1, _REACH + 1))
        for name in _SEEN
    ),
    "prose_before5", "prose_after5", "prose_before12", "prose_after12", "link_before5",
    "link_after5", "run", "to_prose_before", "to_prose_after",
)  # fmt: skip


def neighbours(
    weights: NDArray[Any],
    links: NDArray[Any],
    ended: NDArray[Any],
    blocks: NDArray[Any],
    frames: NDArray[Any],
    up: NDArray[Any],
) -> NDArray[np.float32]:
    """What stands before and after each unit, a row for each feature; -1 where nothing does."""
    count = len(weights)
    own = (weights, links, ended, blocks, frames, up)
    padded = np.full((len(own), count + 2 * _REACH), -1.0)
    for row, column in zip(padded, own, strict=True):
        row[_REACH:-_REACH] = column
    result = np.empty((2 * _REACH, len(_SEEN), count), np.float32)
    for told, offset in zip(result, (*range(-_REACH, 0), *range(1, _REACH + 1)), strict=True):
        here = padded[:, _REACH + offset : _REACH + offset + count]
        told[:-1] = here[: len(told) - 1]
        told[-1] = np.where(here[4] == frames, 2, here[5] == up)
    return result.reshape(-1, count)


def windows(prose: NDArray[Any], linked: NDArray[Any], up: NDArray[Any]) -> list[Any]:
    """Prose and link text in the units before and after each, and how far the next prose is."""
    count = len(prose)
    index = np.arange(count)
    result: list[Any] = []
    for values, reaches in ((prose, (5, 12)), (linked, (5,))):
        totals = np.concatenate(([0.0], np.cumsum(values)))
        for reach in reaches:
            result += [
                totals[index] - totals[np.maximum(index - reach, 0)],
                totals[np.minimum(index + reach + 1, count)] - totals[index + 1],
            ]
    changes = np.concatenate(([True], up[1:] != up[:-1]))
    run = index - np.maximum.accumulate(np.where(changes, index, 0))
    heavy = prose > 0
    earlier = np.concatenate(([-1], np.maximum.accumulate(np.where(heavy, index, -1))[:-1]))
    later = np.minimum.accumulate(np.where(heavy, index, count + 99)[::-1])[::-1]
    later = np.concatenate((later[1:], [count + 99]))
    result += [
        run,
        np.where(earlier < 0, 99, np.minimum(index - earlier, 99)),
        np.minimum(later - index, 99),
    ]
    return result

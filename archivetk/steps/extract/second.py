"""The second look: what the first forest thinks of a unit's surroundings.

The first forest judges each unit for itself.  The second is told, beside the same figures, what the
first made of the neighbours, of the element and the box that the unit stands in, of all elements of
the same class, and of the page as a whole.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from archivetk.steps.extract.features import Floats, Groups

__all__ = ["SECOND", "second_features"]

#: How many neighbours on each side are told of one by one.
_REACH: Final = 3
#: How many are looked over together.
_WIDE: Final = 8
_GROUPS: Final = ("frame", "up", "up2", "sign", "up_sign", "outer", "inner")

#: Names of the features of the second look, in their order.
SECOND: Final = (
    "odds",
    *(f"odds{offset:+d}" for offset in (*range(-_REACH, 0), *range(1, _REACH + 1))),
    "odds_around",
    "odds_before",
    "odds_after",
    *(f"odds_{name}" for name in _GROUPS),
    "odds_heading",
    "odds_top",
    "odds_below_top",
    "kept_share",
    "kept_before",
    "kept_after",
    "to_kept_before",
    "to_kept_after",
    "judged",
    "judged_before",
    "judged_after",
)


def _means(odds: NDArray[Any], weights: NDArray[Any], group: NDArray[Any]) -> NDArray[Any]:
    """The mean of the odds in the group of each unit, by weight."""
    total = np.bincount(group, weights)
    return np.asarray((np.bincount(group, odds * weights) / np.maximum(total, 1.0))[group])


def second_features(
    odds: NDArray[np.int64], weights: list[float], groups: Groups, judged: list[float] | None
) -> Floats:
    """The features of the second look, a row for each unit, in the order of :data:`SECOND`.

    Args:
        odds: what the first forest gives, in its own scale.
        weights: of the units.
        groups: which units belong together.
        judged: the share of each unit that another judge keeps, where one was asked.
    """
    count = len(odds)
    index = np.arange(count)
    weight = np.minimum(np.array(weights), 400.0)
    padded = np.concatenate((np.full(_REACH, -9999), odds, np.full(_REACH, -9999)))
    totals = np.concatenate(([0.0], np.cumsum(odds * weight)))
    heavy = np.concatenate(([0.0], np.cumsum(weight)))

    def mean(low: NDArray[Any], high: NDArray[Any]) -> NDArray[Any]:
        return np.asarray((totals[high] - totals[low]) / np.maximum(heavy[high] - heavy[low], 1.0))

    first = np.maximum(index - _WIDE, 0)
    last = np.minimum(index + _WIDE + 1, count)
    kept = odds > 0
    kept_weight = np.concatenate(([0.0], np.cumsum(np.where(kept, weight, 0.0))))
    order = np.argsort(-odds, kind="stable")
    enough = np.searchsorted(np.cumsum(weight[order]), min(600.0, 0.3 * heavy[-1]))
    top = int(odds[order[min(int(enough), count - 1)]])
    sure = kept & (weight >= 60)
    earlier = np.concatenate(([-1], np.maximum.accumulate(np.where(sure, index, -1))[:-1]))
    later = np.minimum.accumulate(np.where(sure, index, count + 99)[::-1])[::-1]
    later = np.concatenate((later[1:], [count + 99]))
    if judged is None:
        other: list[Any] = [-1.0, -1.0, -1.0]
    else:
        said = np.array(judged)
        other = [said, np.concatenate(([-1.0], said[:-1])), np.concatenate((said[1:], [-1.0]))]
    columns: list[Any] = [
        odds,
        *(
            padded[_REACH + offset : _REACH + offset + count]
            for offset in (*range(-_REACH, 0), *range(1, _REACH + 1))
        ),
        mean(first, last),
        mean(first, index),
        mean(index + 1, np.maximum(last, index + 1)),
        *(_means(odds, weight, group) for group in groups.arrays),
        np.where(groups.above < 0, -9999, odds[groups.above]),
        top,
        odds - top,
        kept_weight[-1] / max(float(heavy[-1]), 1.0),
        kept_weight[:-1] / max(float(kept_weight[-1]), 1.0),
        (kept_weight[-1] - kept_weight[1:]) / max(float(kept_weight[-1]), 1.0),
        np.where(earlier < 0, 99, np.minimum(index - earlier, 99)),
        np.minimum(later - index, 99),
        *other,
    ]
    rows = np.empty((len(columns), count), np.float32)
    for at, column in enumerate(columns):
        rows[at] = column
    return rows.T

"""A forest of trees."""

from collections.abc import Sequence


def forest_head(x: Sequence[float]) -> float:
    """The log odds of its first trees."""
    return (x[0] - 4.0) - 3.0 * x[2]


def forest_tail(x: Sequence[float]) -> float:
    """The log odds of the others."""
    return 0.0 * x[0]

"""What a page without an article is: forests of symmetric trees over what the page consists of.

One small forest for each kind, grown by ``tests/bench/train_page_kinds.py`` on pages whose kind
people had told.  A kind is named where its forest gives it more than an even chance; the rest, most
pages, have no name: they are articles, or of no kind that is known here.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from archivetk.steps.extract.features import FEATURES, WHOLE, Floats
from archivetk.steps.extract.forest import Forest
from archivetk.steps.extract.records import COMPOSED

__all__ = ["KINDS_OF_PAGE", "kind_of", "page_row"]

#: The kinds that have a forest, in the order in which they are stored.
KINDS_OF_PAGE: Final = ("documentation", "forum", "listing", "product", "service")

_COLUMN: Final = {name: at for at, name in enumerate(FEATURES)}
_AT_FIRST: Final = [_COLUMN[name] for name in (*WHOLE, *COMPOSED)]
_ON_AVERAGE: Final = [
    _COLUMN[name]
    for name in (
        "sentences", "link", "links", "digits", "end", "title", "repeat", "described", "upper",
        "depth", "up_alike", "outer_records", "outer_record_weight", "outer_list_link",
        "outer_list_share", "inner_records", "inner_list_share", "inner_record_weight",
        "inner_list_link", "inner_list_headings", "words", "bars", "level", "commas", "colon",
        "marked", "path_share", "alike",
    )
]  # fmt: skip
_PROSE: Final = _COLUMN["prose"]


def page_row(rows: Floats, weights: list[float]) -> Floats:
    """The features of a page, from those of its units: what all share, and means by weight.

    Args:
        rows: the features of the units.
        weights: of the units.
    """
    some = rows[:, _ON_AVERAGE].astype(np.float64, order="C")

    def mean(weight: NDArray[Any]) -> NDArray[Any]:
        # row is added to row, in their order, so that every machine gives the same
        return np.asarray(
            np.add.reduce(some * weight[:, None], axis=0) / max(float(np.cumsum(weight)[-1]), 1.0)
        )

    return np.concatenate(
        (rows[0, _AT_FIRST], mean(np.array(weights)), mean(rows[:, _PROSE].astype(np.float64)))
    ).astype(np.float32)


@cache
def _forests() -> tuple[Forest, NDArray[np.int64]]:
    with np.load(Path(__file__).with_name("kinds.npz"), allow_pickle=False) as stored:
        return Forest(stored["asked"], stored["bounds"], stored["leaves"], 0), stored["base"]


def kind_of(rows: Floats, weights: list[float]) -> str | None:
    """The kind of a page, or ``None`` where it has an article or nothing is sure.

    Args:
        rows: the features of its units, one or more.
        weights: of the units.
    """
    forest, base = _forests()
    values = forest.values(page_row(rows, weights)[None, :])[:, 0]
    odds = values.reshape(len(KINDS_OF_PAGE), -1).sum(axis=1, dtype=np.int64) + base
    best = int(np.argmax(odds))
    return KINDS_OF_PAGE[best] if odds[best] > 0 else None

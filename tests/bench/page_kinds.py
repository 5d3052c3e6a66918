"""Forests for the kinds of pages, for ``train_page_kinds.py`` and ``train_main_content.py``."""

from __future__ import annotations

import catboost
import numpy as np

from archivetk.steps.extract.kinds import KINDS_OF_PAGE

TREES = 100
PARAMETERS = {
    "loss_function": "CrossEntropy", "iterations": TREES, "learning_rate": 0.08, "depth": 4,
    "l2_leaf_reg": 6, "rsm": 0.4, "bootstrap_type": "Bernoulli", "subsample": 0.8,
    "boosting_type": "Plain", "score_function": "L2", "random_seed": 1, "thread_count": 1,
    "verbose": 0, "allow_writing_files": False,
}  # fmt: skip
#: What counts as another kind.
AS = {"collection": "listing"}


def grown(table: np.ndarray, target: np.ndarray) -> catboost.CatBoost:
    """A forest that tells one kind of page from all others."""
    forest = catboost.CatBoost(PARAMETERS)
    forest.fit(table, target)
    return forest


def named_by_folds(
    table: np.ndarray, kinds: np.ndarray, folds: np.ndarray, known: np.ndarray
) -> list[str | None]:
    """The kind of each page, by forests that have not seen its site; ``None`` where none is sure.

    Args:
        table: the row of each page.
        kinds: of the pages.
        folds: of the pages.
        known: for each page, whether its kind is known and may be learned from.
    """
    found = np.zeros((len(table), len(KINDS_OF_PAGE)))
    for at, name in enumerate(KINDS_OF_PAGE):
        for fold in np.unique(folds):
            some = known & (folds != fold)
            forest = grown(table[some], (kinds[some] == name).astype(float))
            found[folds == fold, at] = forest.predict(table[folds == fold])
    best = found.argmax(axis=1)
    return [
        KINDS_OF_PAGE[one] if odds[one] > 0 else None for one, odds in zip(best, found, strict=True)
    ]

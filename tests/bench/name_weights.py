"""Weights for the words of classes and ids, for ``train_main_content.py``; needs scipy.

A logistic regression with a ridge penalty tells how much of a unit is main content from the words
on its own frame and the two around it, and from those on any frame around it.  Length, links,
ends, elements and the prose nearby are told to it as well, so that the words need not stand for
them; the weights of these are not kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np
from scipy import optimize, sparse

from archivetk.steps.extract.evidence import Page
from archivetk.steps.extract.features import FEATURES
from archivetk.steps.extract.names import UNIT, Names, words_of

#: A word must stand on pages of so many sites.
SITES = 6
PENALTY, PENALTY_OF_THE_REST = 30.0, 0.1
ROUNDS = 150
_COLUMN = {name: at for at, name in enumerate(FEATURES)}
_STEPS = {
    "weight": (8, 15, 25, 40, 60, 100, 160, 300),
    "link": (0.05, 0.4, 0.9),
    "end": (0.5,),
    "block": range(1, 18),
    "up_block": range(1, 18),
    "up2_block": range(1, 18),
    "path_share": (0.2, 0.5, 0.8, 0.95),
    "prose_before5": (1, 300, 1000),
    "prose_after5": (1, 300, 1000),
}


def words_around(page: Page, units: Iterable[int]) -> list[tuple[Counter[str], frozenset[str]]]:
    """For some units of a page the words near to them, and all around them."""
    layout = page.layout
    kept: dict[int, tuple[Counter[str], frozenset[str]]] = {}
    result = []
    for unit in units:
        frame = layout.unit_frame[unit]
        if frame not in kept:
            near: Counter[str] = Counter()
            around: set[str] = set()
            at, level = frame, 0
            while at:
                own = {word for run in page.runs[at] for word in words_of(run)}
                around |= own
                if level < 3:
                    near.update(own)
                at, level = layout.parents[at], level + 1
            kept[frame] = near, frozenset(around)
        result.append(kept[frame])
    return result


def grow_names(pages: list[dict[str, Any]]) -> Names:
    """The words of some pages with their weights."""
    pages = [page for page in pages if len(page["y"])]
    sites: dict[str, set[str]] = {}
    for page in pages:
        for word in {word for _, around in page["words"] for word in around}:
            sites.setdefault(word, set()).add(page["site"])
    words = sorted(word for word, found in sites.items() if len(found) >= SITES)
    column = {word: at for at, word in enumerate(words)}
    rows, columns, values = [], [], []
    row = 0
    for page in pages:
        for near, around in page["words"]:
            for word, count in near.items():
                if word in column:
                    rows.append(row)
                    columns.append(column[word])
                    values.append(float(count))
            for word in around:
                if word in column:
                    rows.append(row)
                    columns.append(column[word] + len(words))
                    values.append(1.0)
            row += 1
    said = sparse.csr_matrix((values, (rows, columns)), (row, 2 * len(words)))
    table = np.vstack([page["rows"][page["known"]] for page in pages])
    rest = [np.ones(row)]
    for name, steps in _STEPS.items():
        rest += [table[:, _COLUMN[name]] >= step for step in steps]
    inputs = sparse.hstack((said, sparse.csr_matrix(np.array(rest, float).T))).tocsr()
    turned = inputs.T.tocsr()
    target = np.concatenate([page["y"] for page in pages])
    weight = np.concatenate([page["w"] for page in pages])
    weight = weight / weight.mean()
    penalty = np.full(inputs.shape[1], PENALTY_OF_THE_REST)
    penalty[: 2 * len(words)] = PENALTY

    def loss(at: np.ndarray) -> tuple[float, np.ndarray]:
        odds = inputs @ at
        wrong = 1 / (1 + np.exp(-np.clip(odds, -30, 30))) - target
        value = weight @ (np.logaddexp(0, odds) - target * odds) + 0.5 * penalty @ (at * at)
        return float(value), turned @ (weight * wrong) + penalty * at

    found = optimize.minimize(
        loss, np.zeros(inputs.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS}
    ).x
    weights = np.rint(found * UNIT).astype(int).tolist()
    some = [at for at in range(len(words)) if weights[at] or weights[at + len(words)]]
    return Names(
        [words[at] for at in some],
        [weights[at] for at in some],
        [weights[at + len(words)] for at in some],
    )


def arrays_of(names: Names) -> dict[str, np.ndarray]:
    """The words as the package stores them."""
    return {
        "words": np.frombuffer("\n".join(names.words).encode("ascii"), np.uint8),
        "near": np.array(names.near, np.int16),
        "around": np.array(names.around, np.int16),
    }

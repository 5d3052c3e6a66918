"""The model of units: two forests of symmetric trees over what a page looks like.

The trees were grown by gradient boosting (Friedman, "Greedy function approximation", 2001) on
pages whose main content people had marked; all nodes of a level ask the same question
(Prokhorenkova et al., "CatBoost", 2018), so a forest judges all units of a page in a few
operations on arrays.  The first forest sees each unit with its surroundings, the second also what
the first made of them (Cohen and Carvalho, "Stacked sequential learning", 2005); the mean of both
counts.  The target is how many of the shingles of a unit stand in the marked text, the weight is
its length; ``tests/bench/train_main_content.py`` grows them again.  Questions are comparisons and
answers are whole numbers, so that every machine gives the same.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from archivetk.steps.extract.evidence import Page
from archivetk.steps.extract.features import features
from archivetk.steps.extract.forest import SCALE, Forest
from archivetk.steps.extract.kinds import kind_of
from archivetk.steps.extract.second import second_features

__all__ = [
    "MODEL",
    "copies",
    "decided",
    "kept_by_model",
    "kept_by_scores",
    "scores_of",
    "second_text",
    "shared_by_boxes",
    "together",
]

#: What the provenance says of it.
MODEL: Final = {"judge": "archivetk", "version": "5", "mode": "units"}

#: The bar: this share of the F1 that the scores let expect, between these bounds.
_SHARE, _LOWEST, _HIGHEST = 0.46, 0.1, 0.5
#: The share on pages of some kinds, whose units are right or wrong together.
_SHARES: Final = {"documentation": 0.40, "forum": 0.66, "listing": 0.42, "service": 0.40}
#: How much of its score a unit takes from each of its neighbours.
_NEIGHBOUR: Final = 0.125
#: Quotations are looked for that weigh as much.
_QUOTED: Final = 40.0
#: What a text consists of that a page holds twice: so many paragraphs, so much weight, this share
#: of all that is kept; and how often each of them comes at most.
_PARAGRAPHS, _TEXT, _AGAIN, _AT_MOST = 5, 600.0, 0.3, 3
#: How much of it units take from all in boxes of one kind.
_BOX: Final = 0.3
#: What a unit weighs there at most.
_HEAVY: Final = 60.0


@cache
def _forest(name: str) -> Forest:
    with np.load(Path(__file__).with_name("forests.npz"), allow_pickle=False) as stored:
        return Forest(
            stored[f"{name}_asked"],
            stored[f"{name}_bounds"],
            stored[f"{name}_leaves"],
            int(stored[f"{name}_base"]),
        )


def kept_by_model(page: Page, judged: list[float] | None = None) -> tuple[list[bool], str | None]:
    """Which units of a page are main content, and what kind of page it is, where that is sure.

    Args:
        page: the page, with one unit or more.
        judged: for each unit, the share of it that another judge keeps, where one was asked.
    """
    rows, groups = features(page)
    first = _forest("first").odds(rows)
    more = second_features(first, page.weights, groups, judged)
    scores = np.zeros(len(rows))
    # what is furniture beyond doubt needs no second look, unless the first found otherwise
    asked = np.flatnonzero(~np.array(page.furniture()) | (first > 0))
    columns = np.vstack((rows.T, more.T)).take(asked, axis=1)
    second = _forest("second" if judged is None else "vote").odds(columns.T)
    scores[asked] = scores_of(together(first[asked], second))
    kind = kind_of(rows, page.weights)
    kept, again = decided(page, scores, groups.boxes, kind)
    if again:
        texts = {unit for unit, keep in zip(page.units, kept, strict=True) if keep}
        page.copies = frozenset(at for at in again if not kept[at] and page.units[at] in texts)
    return kept, kind


def decided(
    page: Page, scores: NDArray[Any], boxes: NDArray[np.int64], kind: str | None
) -> tuple[list[bool], list[int]]:
    """Which units of a page are main content; and which of the others are copies.

    Args:
        page: the page.
        scores: of its units, from 0 to 1.
        boxes: the kinds of their boxes.
        kind: of the page, where that is sure.
    """
    weights = np.array(page.weights)
    scores = shared_by_boxes(scores, weights, boxes)
    again: list[int] = []
    if kind == "forum":
        again = copies(page.units, scores.tolist(), page.weights)
        scores[again] = 0.0
    kept = kept_by_scores(scores, weights, kind)
    for at in second_text(page.units, kept, page.weights):
        kept[at] = False
        again.append(at)
    return kept, again


def together(first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.int64]:
    """What both forests say; the second knows more and counts double."""
    return (first + 2 * second) // 3


def scores_of(odds: NDArray[np.int64]) -> NDArray[Any]:
    """Probabilities from log odds, rounded to what every machine agrees on."""
    return np.asarray(np.round(1 / (1 + np.exp(-odds / SCALE)), 6))


def shared_by_boxes(
    scores: NDArray[Any], weights: NDArray[Any], boxes: NDArray[np.int64]
) -> NDArray[Any]:
    """The scores, nearer to the mean of all units in boxes of one kind.

    Cards, posts and teasers come in numbers, and those of one element and class are wanted or not
    together, more often than each of their units tells.

    Args:
        scores: of the units, from 0 to 1.
        weights: of the units.
        boxes: the number of the kind of box of each; 0: of none, its score stays.
    """
    weight = np.minimum(weights, _HEAVY)
    total = np.bincount(boxes, weight)
    mean = (np.bincount(boxes, scores * weight) / np.maximum(total, 1.0))[boxes]
    return np.asarray(np.where(boxes > 0, (1 - _BOX) * scores + _BOX * mean, scores))


def copies(units: list[str], scores: list[float], weights: list[float]) -> list[int]:
    """Units of some length whose text another one has: answers quote what stands above them.

    Args:
        units: the texts.
        scores: of each; of units with one text the best, or the first of these, is no copy.
        weights: of each.
    """
    best: dict[str, int] = {}
    found = []
    for at, (unit, weight) in enumerate(zip(units, weights, strict=True)):
        if weight >= _QUOTED:
            other = best.setdefault(unit, at)
            if other != at:
                if scores[at] > scores[other]:
                    best[unit] = at
                    found.append(other)
                else:
                    found.append(at)
    return found


def second_text(units: list[str], kept: list[bool], weights: list[float]) -> list[int]:
    """What comes again of a text that a page holds twice, for wide and for narrow screens.

    A refrain, a table head or a phrase may come again: only where paragraphs of some length, and
    more than a quarter of all that is kept, stand there two or three times, the later ones go.

    Args:
        units: the texts.
        kept: which of them are kept.
        weights: of each.
    """
    places: dict[str, list[int]] = {}
    total = 0.0
    for at, (unit, keep, weight) in enumerate(zip(units, kept, weights, strict=True)):
        if keep:
            total += weight
            if weight >= _QUOTED:
                places.setdefault(unit, []).append(at)
    again = [found[1:] for found in places.values() if 1 < len(found) <= _AT_MOST]
    if len(again) < _PARAGRAPHS:
        return []
    later = [at for found in again for at in found]
    heavy = sum(weights[at] for at in later)
    return sorted(later) if heavy >= max(_TEXT, _AGAIN * total) else []


def kept_by_scores(
    scores: NDArray[Any], weights: NDArray[Any], kind: str | None = None
) -> list[bool]:
    """Which units of a page are main content, by the score and the weight of each.

    The units with the highest scores are taken for as long as the expected F1 grows; it is known
    that the best bar is half of the F1 that it reaches (Lipton, Elkan and Naryanaswamy, "Optimal
    thresholding of classifiers to maximize F1 measure", 2014).  A little less than half was best.
    That holds where units are right or wrong one by one.  In a forum the posts are so together, and
    a mistake brings many: there the bar is higher.

    Args:
        scores: of the units, from 0 to 1.
        weights: of the units.
        kind: of the page, where that is sure.
    """
    order = np.argsort(-scores, kind="stable")
    right = np.cumsum((scores * weights)[order])
    taken = np.cumsum(weights[order])
    best = float(np.max(2 * right / np.maximum(taken + right[-1], 1.0)))
    share = _SHARES.get(kind or "", _SHARE)
    bar = min(max(_HIGHEST, share), max(_LOWEST, share * best))
    smooth = scores.copy()
    smooth[1:-1] *= 1 - 2 * _NEIGHBOUR
    smooth[1:-1] += _NEIGHBOUR * (scores[:-2] + scores[2:])
    return [bool(keep) for keep in smooth >= bar]

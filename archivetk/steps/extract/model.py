"""The model of units: a forest of small trees over the evidence of a page.

The trees were grown by gradient boosting (Friedman, "Greedy function approximation", 2001) on
pages whose main content people had marked.  The target is how many of the shingles of a unit stand
in the marked text, the weight is its length; ``tests/bench/train_main_content.py`` grows them
again.  They are code, so that a unit costs microseconds, and most units cost only the first trees:
what these are sure of goes no further.

A page is judged as a whole: the bar is half of what its surest text reaches, since a model that is
unsure of every paragraph of a page is unsure of the page and not of the paragraphs.
"""

from __future__ import annotations

from math import exp
from typing import Final

from archivetk.steps.extract import forest, forest_vote
from archivetk.steps.extract.evidence import Page

__all__ = ["MODEL", "kept_by_model", "kept_by_scores"]

#: What the provenance says of it.
MODEL: Final = {"judge": "archivetk", "version": "1", "mode": "units"}

#: Log odds below which the first trees decide alone.
_SURE: Final = -2.4
#: The bar: this share of what the surest text reaches, between these bounds.
_SHARE, _LOWEST, _HIGHEST = 0.5, 0.1, 0.45
#: The surest text: this much of it, by weight, but no more than this share of the page.
_TOP_WEIGHT, _TOP_SHARE = 600.0, 0.3
#: How much of its score a unit takes from each of its neighbours.
_NEIGHBOUR: Final = 0.125


def kept_by_model(page: Page, judged: list[float] | None = None) -> list[bool]:
    """Which units of a page are main content.

    Args:
        page: the page.
        judged: for each unit, the share of it that another judge keeps, where one was asked.
    """
    rows = page.features(judged, page.furniture())
    head, tail = (
        (forest.forest_head, forest.forest_tail)
        if judged is None
        else (forest_vote.forest_head, forest_vote.forest_tail)
    )
    scores = []
    for row in rows:
        if not row:
            scores.append(0.0)
            continue
        odds = head(row)
        if odds > _SURE:
            odds += tail(row)
        scores.append(1 / (1 + exp(-odds)))
    return kept_by_scores(scores, page.weights)


def kept_by_scores(scores: list[float], weights: list[float]) -> list[bool]:
    """Which units of a page are main content, by the score and the weight of each."""
    bar = _bar(scores, weights)
    last = len(scores) - 1
    smooth = [
        score
        if not 0 < index < last
        else (1 - 2 * _NEIGHBOUR) * score + _NEIGHBOUR * (scores[index - 1] + scores[index + 1])
        for index, score in enumerate(scores)
    ]
    return [score >= bar for score in smooth]


def _bar(scores: list[float], weights: list[float]) -> float:
    """The score from which a unit of this page is main content."""
    enough = min(_TOP_WEIGHT, _TOP_SHARE * sum(weights))
    seen = 0.0
    top = 0.0
    for score, weight in sorted(zip(scores, weights, strict=True), reverse=True):
        top = score
        seen += weight
        if seen >= enough:
            break
    return min(_HIGHEST, max(_LOWEST, _SHARE * top))

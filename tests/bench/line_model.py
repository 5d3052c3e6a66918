"""A line model that was tried and left out: a forest that votes where rules found furniture.

The trees were grown by gradient boosting (Friedman, "Greedy function approximation", 2001) over
``line_features``, among them a linear score of hashed words; the target is
whether a line stands in the text that people marked.  ``tests/bench/train_lines.py`` grows them
again.  The score of a line is smoothed with those of its two neighbours.

Thresholds, leaves and weights are whole numbers, and so are the scores (in thousandths): every
machine decides alike.  The model never runs on a text in which rules found no furniture, it takes
lines of prose later than short ones, and what is protected or a headline it does not touch.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from functools import cache
from math import exp
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from line_features import Array, hashes, in_question, matrix

from archivetk.steps import Context
from archivetk.steps.strip.blocks import Block

__all__ = ["VERSION", "ask_model", "scores_of"]

VERSION: Final = "1"
#: Where the training leaves the weights.
WEIGHTS: Final = Path(tempfile.gettempdir()) / "archivetk-lines.npz"
#: Lines of furniture that rules must have found, and lines that there must be.
_FURNITURE: Final = 3
_LINES: Final = 8
#: More lines than this are no page; the model would only cost time.
_MOST: Final = 5000
#: Below these scores (thousandths) a line goes, above this one a line of the structure's stays.
_SHORT: Final = 400
_PROSE: Final = 250
_RESCUE: Final = 650
#: Shares of a score: the line's own, and each neighbour's, in hundredths.
_OWN, _NEIGHBOUR = 76, 12
#: Leaves are in this many parts of a log odd.
UNIT: Final = 1 << 12
_STEPS: Final = 16
_TABLE: Final = np.array(
    [round(1000 / (1 + exp(-step / _STEPS))) for step in range(-128, 129)], dtype=np.int64
)
_NEUTRAL: Final = frozenset({"body", "title", "caption", "credit", "date", "byline", "dateline"})
_LEXICAL_MOST: Final = 400


class Forest(NamedTuple):
    """The weights: of hashed words, and of complete binary trees, level by level.

    Attributes:
        lexical: a weight for each bucket.
        feature, threshold: for each tree and inner node, what is compared with what; a row goes
            right where its number is larger.
        leaf: for each tree and leaf, what it adds to the log odds, in 1/``UNIT``.
    """

    lexical: Array
    feature: Array
    threshold: Array
    leaf: Array


@cache
def _forest() -> Forest:
    with np.load(WEIGHTS, allow_pickle=False) as data:
        return Forest(*(data[name].astype(np.int64) for name in Forest._fields))


def lexical_scores(lines: Sequence[Sequence[int]], weights: Array) -> list[int]:
    """The sum of the weights of each line's buckets."""
    table = weights.tolist()
    return [
        max(-_LEXICAL_MOST, min(_LEXICAL_MOST, sum(table[bucket] for bucket in line)))
        for line in lines
    ]


def raw_scores(rows: Array, forest: Forest) -> Array:
    """What the trees say to each row, in thousandths."""
    trees, inner = forest.feature.shape
    feature, threshold = forest.feature.ravel(), forest.threshold.ravel()
    values = np.ascontiguousarray(rows).ravel()
    offset = (np.arange(len(rows)) * rows.shape[1])[:, None]
    base = (np.arange(trees) * inner)[None, :]
    node = np.zeros((len(rows), trees), dtype=np.int64)
    while inner:
        at = node + base
        node = 2 * node + 1 + (values[feature[at] + offset] > threshold[at])
        inner >>= 1
    first = forest.feature.shape[1]
    leaf = node - first + (np.arange(trees) * (first + 1))[None, :]
    odds = forest.leaf.ravel()[leaf].sum(axis=1)
    steps = np.clip(odds * _STEPS // UNIT, -128, 128)
    result: Array = _TABLE[steps + 128]
    return result


def scores_of(blocks: Sequence[Block]) -> list[int]:
    """How likely each line is part of the text, in thousandths, smoothed over the neighbours."""
    forest = _forest()
    lexical = lexical_scores([hashes(block) for block in blocks], forest.lexical)
    return smooth(raw_scores(matrix(blocks, lexical), forest))


def smooth(scores: Array) -> list[int]:
    """Scores with a share of their neighbours'; the first and the last keep their own."""
    result = scores.copy()
    result[1:-1] = (_OWN * scores[1:-1] + _NEIGHBOUR * (scores[:-2] + scores[2:])) // 100
    return [int(one) for one in result]


def ask_model(blocks: list[Block], context: Context) -> None:
    """Let the model vote: lines of the body may go, lines that only the structure took may stay.

    Args:
        blocks: the lines with the labels of all other votes.
        context: ``settings.model`` and the rule ``strip.model`` say whether the model is asked;
            its version and how often it changed something go to ``notes``.
    """
    if not context.settings.model or not context.allows("strip.model"):
        return
    if not _LINES <= len(blocks) <= _MOST:
        return
    if sum(block.label not in _NEUTRAL for block in blocks) < _FURNITURE:
        return
    prose = [index for index, block in enumerate(blocks) if block.prose and block.label == "body"]
    if not prose:
        return
    removed = kept = 0
    for index, (block, score) in enumerate(zip(blocks, scores_of(blocks), strict=True)):
        if not in_question(block):
            continue
        if block.label == "body":
            if score < (_PROSE if block.prose else _SHORT):
                label = "related" if index > prose[-1] else "navigation"
                detail = f"line model {VERSION}, score .{min(99, (1000 - score) // 10):02}"
                block.become(label, "strip.model", detail)
                removed += 1
        elif score > _RESCUE:
            block.label, block.rule, block.detail = "body", "", ""
            kept += 1
    context.notes["model"] = {"version": VERSION, "removed": removed, "kept": kept}

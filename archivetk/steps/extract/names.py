"""What the words in classes and ids around a unit say: a weight for each word, learned.

Themes and content systems of all kinds call the parts of a page by the same few thousand words.
``names.npz`` holds those that stood on pages of six sites or more, each with two weights of a
logistic regression with ridge penalty (le Cessie and van Houwelingen, "Ridge estimators in logistic
regression", 1992): one where the word stands on the frame of a unit or on one of the two around
it, one where it stands anywhere around it, however often.  ``tests/bench/train_main_content.py``
grows them.  Weights are whole numbers, so that every machine gives the same sums.
"""

from __future__ import annotations

from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from archivetk.steps.extract.evidence import Page

__all__ = ["NAMED", "UNIT", "Names", "named", "stored_names", "words_of"]

#: Names of what a unit is told by the words around it.
NAMED: Final = ("named_near", "named_around", "named")
#: What the weights of the regression are multiplied by, to be whole numbers.
UNIT: Final = 64

#: Longest word and pair of words that are looked up.
_WORD, _PAIR = 20, 24
#: Chains of names on one page that are told apart; frames beyond count as the one around them.
_MOST: Final = 20_000


def words_of(run: str) -> list[str]:
    """The words of a class or an id, and the pairs of those that a hyphen joins.

    Args:
        run: letters in lower case with single hyphens between.
    """
    parts = run.split("-")
    result = [part for part in parts if 1 < len(part) <= _WORD]
    if len(parts) > 1:
        result += [f"{one}-{two}" for one, two in pairwise(parts) if len(one) + len(two) <= _PAIR]
    return result


class Names:
    """The words that are known, each with its two weights.

    Args:
        words: the words.
        near: the weight of each where it stands on one of the three innermost frames.
        around: its weight where it stands on any frame.
    """

    __slots__ = ("_known", "around", "near", "of", "words")

    def __init__(self, words: list[str], near: list[int], around: list[int]) -> None:
        self.words, self.near, self.around = words, near, around
        self._known = {word: at for at, word in enumerate(words)}
        #: The known words of a run: their numbers, these as bits, the sums of both weights.
        self.of = lru_cache(maxsize=16384)(self._look_up)

    def _look_up(self, run: str) -> tuple[tuple[int, ...], int, int, int]:
        known = self._known.get
        found = {at for word in words_of(run) if (at := known(word)) is not None}
        bits = 0
        for at in found:
            bits |= 1 << at
        near, around = self.near, self.around
        return (
            tuple(found), bits, sum([near[at] for at in found]), sum([around[at] for at in found])
        )  # fmt: skip


@cache
def stored_names() -> Names:
    """The words that the package knows."""
    with np.load(Path(__file__).with_name("names.npz"), allow_pickle=False) as stored:
        words = stored["words"].tobytes().decode("ascii").split("\n")
        return Names(words, stored["near"].tolist(), stored["around"].tolist())


def named(page: Page, names: Names) -> NDArray[Any]:
    """The features of :data:`NAMED`, a row each.

    Frames under the same chain of names share a node, so that lists cost little.

    Args:
        page: the page.
        names: the words that are known.
    """
    parents, runs = page.layout.parents, page.runs
    of, weights, wide_weights = names.of, names.near, names.around
    nodes: dict[tuple[int, tuple[str, ...]], int] = {}
    node_of = [0] * len(parents)
    near_by = [0] * len(parents)
    # of each node: the bits of all words so far, what the near and what all words sum to
    seen, own, around = [0], [0], [0]
    for frame in page.used:
        up = node_of[parents[frame]]
        said = runs[frame]
        if not said:
            node_of[frame] = up
            continue
        key = up, said
        node = nodes.get(key)
        if node is None:
            if len(seen) >= _MOST:
                node_of[frame] = up
                continue
            node = nodes[key] = len(seen)
            bits = near = 0
            total, so_far = around[up], seen[up]
            for run in said:
                numbers, known, one, other = of(run)
                if known:
                    if known & bits:
                        one = sum([weights[at] for at in numbers if not bits >> at & 1])
                    reached = so_far | known
                    if reached == so_far:
                        other = 0
                    elif known & so_far:
                        other = sum([wide_weights[at] for at in numbers if not so_far >> at & 1])
                    bits |= known
                    so_far = reached
                    near += one
                    total += other
            seen.append(so_far)
            own.append(near)
            around.append(total)
        node_of[frame] = node
        near_by[frame] = own[node]
    close, wide = [], []
    for frame in page.layout.unit_frame:
        up = parents[frame]
        close.append(near_by[frame] + near_by[up] + near_by[parents[up]])
        wide.append(around[node_of[frame]])
    result = np.array([close, wide, close])
    result[2] += result[1]
    return result

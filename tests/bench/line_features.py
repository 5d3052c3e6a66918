"""What the shape, the words and the neighbours of lines tell, as whole numbers.

Everything is an integer, or a float64 that holds one: sums of integers below 2**53 are exact in any
order, so that two machines see the same numbers whatever their libraries do.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

import numpy as np

from archivetk.settings import LABELS
from archivetk.steps.strip.blocks import Block, sentence_ends, tokens

__all__ = ["BUCKETS", "STRUCTURE", "Array", "hashes", "in_question", "matrix", "own_features"]

Array = np.ndarray[Any, Any]

#: Buckets that words and pairs of words are hashed into (the hashing trick).
BUCKETS: Final = 1 << 14
#: So much of a line is looked at.
_LOOK: Final = 160
_HEAD: Final = 8
_TAIL: Final = 3
_TITLED: Final = re.compile(r"(?:^|[ \u00a0(“\"'])[A-ZÀ-ÖØ-ÞĀ-ŽΑ-ΩА-Я]")
_CAPITAL: Final = re.compile(r"[A-ZÀ-ÖØ-ÞΑ-ΩА-Я]")
_DIGIT: Final = re.compile(r"[0-9]")
_PUNCTUATION: Final = re.compile(r"[^\w\s]")
_BARS: Final = re.compile(r"[|·•»›>/→]")
_WEB: Final = re.compile(r"https?:|www\.|@|#\w|\.com\b")
_CODES: Final = {label: index for index, label in enumerate(LABELS)}
#: What only the order and the shape of lines decided.
STRUCTURE: Final = frozenset({"strip.before-text", "strip.after-text", "strip.menu"})
#: A line that the structure took has to have so many words to be looked at again.
_AGAIN: Final = 6
_NEUTRAL: Final = frozenset({"body", "title", "caption", "credit", "date", "byline", "dateline"})
#: Features of a line by itself, by column.
_LENGTH, _WORDS, _ENDED, _PROSE, _FURNITURE, _LEXICAL = range(6)
_NONE: Final[set[str]] = set()
_ZEROS: Final = (0,) * 22


@lru_cache(maxsize=1 << 16)
def _bucket(word: str) -> int:
    return zlib.crc32(word.encode("utf-8", "replace")) % BUCKETS


def in_question(block: Block) -> bool:
    """Whether a vote could change what becomes of a line; only such lines are looked at closely."""
    if block.label == "body":
        return not block.safe
    return block.rule in STRUCTURE and block.words >= _AGAIN


def hashes(block: Block) -> list[int]:
    """Buckets of a line's first and last words, its pairs of words, and its frame."""
    if not in_question(block):
        return []
    words = tokens(block.text[:_LOOK])
    if len(words) > _HEAD + _TAIL:
        words = [*words[:_HEAD], *words[-_TAIL:]]
    words = ["0" * len(word) if word.isdigit() else word[:24] for word in words]
    if not words:
        return [_bucket("\u0001" + block.text[:8])]
    found = [_bucket(word) for word in words]
    found += [_bucket(f"{one} {two}") for one, two in pairwise(words)]
    found.append(_bucket("^" + words[0]))
    found.append(_bucket("$" + words[-1]))
    if len(words) <= 4:
        found.append(_bucket("=" + " ".join(words)))
        found += [_bucket("~" + word[:4]) for word in words]
        found += [_bucket("~" + word[-4:]) for word in words]
    return found


def own_features(blocks: Sequence[Block], lexical: Sequence[int]) -> Array:
    """A row of numbers for each line, from the line alone."""
    common: dict[str, int] = {}
    for block in blocks:
        common[block.text] = common.get(block.text, 0) + 1
    topic: dict[str, int] = {}
    bags: list[set[str]] = []
    for block in blocks:
        if not in_question(block):
            bags.append(_NONE)
            continue
        bag = {word for word in tokens(block.text[: 3 * _LOOK]) if len(word) > 3}
        bags.append(bag)
        if block.prose:
            for word in bag:
                topic[word] = topic.get(word, 0) + 1
    rows = []
    stop = 0
    for block, score, bag in zip(blocks, lexical, bags, strict=True):
        size = block.end - block.start
        if not in_question(block):
            rows.append(
                (
                    min(size, 2000),
                    min(block.words, 400),
                    block.ended,
                    block.prose,
                    block.label not in _NEUTRAL,
                    score,
                    _CODES[block.label],
                    *_ZEROS,
                )
            )
            stop = block.stop
            continue
        text = block.text[:_LOOK]
        last = text[-1]
        first = text[0]
        own = 1 if block.prose else 0
        shared = sum(topic.get(word, 0) > own for word in bag)
        rows.append(
            (
                min(size, 2000),
                min(block.words, 400),
                block.ended,
                block.prose,
                block.label not in _NEUTRAL,
                score,
                _CODES[block.label],
                size * 10 // block.words if block.words < 400 else 60,
                len(_CAPITAL.findall(text)) * 100 // len(text),
                len(_TITLED.findall(text)) * 100 // (min(block.words, text.count(" ") + 1)),
                len(_DIGIT.findall(text)) * 100 // len(text),
                len(_PUNCTUATION.findall(text)) * 100 // len(text),
                text.count(","),
                len(_BARS.findall(text)),
                len(_WEB.findall(text)),
                last == ":",
                last == "?",
                last == "!",
                last == "…" or text.endswith("..."),
                first.islower(),
                first.isupper(),
                first.isdigit(),
                not first.isalnum(),
                sentence_ends(text, 4),
                common[block.text],
                min(len(bag), 60),
                shared * 100 // len(bag) if bag else -1,
                block.begin > stop,
                block.safe,
            )
        )
        stop = block.stop
    return np.array(rows, dtype=np.float64)


def _shifted(columns: Array, by: int) -> Array:
    """The columns of the line ``by`` lines further down; -2 beyond the edges."""
    result = np.full_like(columns, -2)
    if by > 0:
        result[:-by] = columns[by:]
    else:
        result[-by:] = columns[:by]
    return result


def _around(column: Array, reach: int) -> Array:
    """The sum of a column over so many lines before and behind, the line itself left out."""
    total = np.concatenate(([0.0], np.cumsum(column)))
    index = np.arange(len(column))
    high = np.minimum(index + reach + 1, len(column))
    low = np.maximum(index - reach, 0)
    result: Array = total[high] - total[low] - column
    return result


def _distance(wanted: Array) -> tuple[Array, Array]:
    """How many lines back, and ahead, the next wanted one is; at most 50."""
    index = np.arange(len(wanted))
    before = np.maximum.accumulate(np.where(wanted, index, -1000))
    before = np.concatenate(([-1000], before[:-1]))
    behind = np.minimum.accumulate(np.where(wanted, index, 10**9)[::-1])[::-1]
    behind = np.concatenate((behind[1:], [10**9]))
    return np.minimum(index - before, 50), np.minimum(behind - index, 50)


def matrix(blocks: Sequence[Block], lexical: Sequence[int]) -> Array:
    """A row for each line: itself, its neighbours, its place, and the whole document."""
    own = own_features(blocks, lexical)
    count = len(blocks)
    index = np.arange(count)
    words = own[:, _WORDS]
    prose = own[:, _PROSE]
    furniture = own[:, _FURNITURE]
    body_prose = prose * (1 - furniture)
    prose_words = words * body_prose
    near = own[:, :10]
    small = own[:, [_WORDS, _PROSE, _FURNITURE, _LEXICAL]]
    total_words = max(1.0, float(words.sum()))
    before, behind = _distance(body_prose > 0)
    furniture_before, furniture_behind = _distance(furniture > 0)
    running = np.cumsum(prose_words)
    total_prose = max(1.0, float(prose_words.sum()))
    columns = [
        own,
        _shifted(near, -1),
        _shifted(near, 1),
        _shifted(small, -2),
        _shifted(small, 2),
        _shifted(small, -3),
        _shifted(small, 3),
    ]
    single = [
        index,
        count - 1 - index,
        index * 1000 // count,
        running * 1000 // total_prose,
        (total_prose - running) // 1,
        before,
        behind,
        furniture_before,
        furniture_behind,
    ]
    for reach in (2, 5, 12):
        single += [
            _around(prose_words, reach),
            _around(words, reach),
            _around(own[:, _LEXICAL], reach),
            _around(furniture, reach),
            _around(own[:, _ENDED], reach),
        ]
    whole = (
        min(count, 1000),
        prose_words.sum() * 1000 // total_words,
        furniture.sum() * 1000 // count,
        total_words * 10 // count,
        own[:, _ENDED].sum() * 1000 // count,
        own[:, _LEXICAL].sum() * 10 // count,
        min(total_words, 20000),
    )
    single += [np.full(count, value) for value in whole]
    result: Array = np.hstack([*columns, np.column_stack(single)])
    return result

"""Shingles of many lines at once: what two paragraphs share that differ in a name.

All words of all lines are hashed together.  A word's hash is a polynomial over its code points,
taken as the difference of two sums over the text (Karp and Rabin, "Efficient randomized
pattern-matching algorithms", 1987, modulo 2**64); a shingle's is one over its words' hashes.  Both
are mixed as splitmix64 does at its end (Steele et al., "Fast splittable pseudorandom number
generators", 2014).  Nothing here keeps a secret: who wants two shingles with the same hash can
have them, and gains a line that goes from his own page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final

import numpy as np
import numpy.typing as npt

__all__ = [
    "DIGITS",
    "MAX_CHARS",
    "SHINGLE",
    "SHINGLE_WORDS",
    "calendar",
    "counts_of",
    "shingles_of",
]

Array = npt.NDArray[Any]

#: Longer lines are no furniture; they are not looked at.
MAX_CHARS: Final = 4000
#: Words of a shingle, and from how many words on a line has shingles.
SHINGLE: Final = 6
SHINGLE_WORDS: Final = 12
#: Figures, which become a slot.
DIGITS: Final = re.compile(r"\d+(?:[.,:’']\d+)*")

#: One of so many shingles is counted, chosen by its hash.
_SAMPLE: Final = np.uint64(3)
#: Code points that are looked at together.
_BATCH: Final = 1 << 18
_BASE: Final = 0x9E3779B97F4A7C15
_GAP, _PART, _ALONE = range(3)
#: Each character of scripts that write no space between words is a word, and so is a slot.
_UNSPACED: Final = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x3400, 0x9FFF),
    (0xF900, 0xFAFF),
)  # fmt: skip


def shingles_of(lines: Sequence[str]) -> tuple[Array, Array]:
    """The sampled 6-gram word shingles of some lines.

    Case, figures and marks do not matter; in a line with figures the names of months and weekdays
    do not either.  A shingle is sampled where its hash says so, whatever line it stands in.

    Args:
        lines: the lines; an LF in one is a space.  Those of fewer than :data:`SHINGLE_WORDS` words
            or more than :data:`MAX_CHARS` characters have no shingles.

    Returns:
        For each shingle, in order, the index of its line, and its 64-bit hash.
    """
    owners, values = [np.zeros(0, np.intp)], [np.zeros(0, np.uint64)]
    for numbers in _batches(lines):
        owner, value = _shingles([lines[one].replace("\n", " ") for one in numbers])
        owners.append(np.array(numbers, np.intp)[owner])
        values.append(value)
    return np.concatenate(owners), np.concatenate(values)


def counts_of(values: Array, keys: Array, counts: Array) -> Array:
    """What a table has for some hashes, 0 where it lacks them.

    Args:
        values: the hashes.
        keys: those of the table, in ascending order.
        counts: what stands behind each of them.
    """
    if not len(keys):
        return np.zeros(len(values), np.int64)
    places = np.minimum(np.searchsorted(keys, values), len(keys) - 1)
    found: Array = np.where(keys[places] == values, counts[places], 0)
    return found


@cache
def calendar() -> frozenset[str]:
    """The names of months and weekdays, in lower case."""
    text = files("archivetk.sitemodel").joinpath("calendar.txt").read_text("utf-8")
    return frozenset(line for line in text.split("\n") if line and not line.startswith("#"))


def _batches(lines: Sequence[str]) -> Iterator[list[int]]:
    batch: list[int] = []
    size = 0
    for index, line in enumerate(lines):
        length = len(line)
        if SHINGLE_WORDS <= length <= MAX_CHARS:
            if size + length >= _BATCH:
                yield batch
                batch, size = [], 0
            batch.append(index)
            size += length + 1
    if batch:
        yield batch


def _shingles(lines: list[str]) -> tuple[Array, Array]:
    folded = "\n".join(lines).casefold()
    slotted = DIGITS.sub("#", folded)
    words, owner = _words(slotted)
    if slotted != folded:
        pairs = zip(slotted.split("\n"), folded.split("\n"), strict=True)
        has_figures = np.array([one != other for one, other in pairs], np.bool_)
        dated = np.flatnonzero(has_figures[owner])
        names, slot = _slots()
        is_name = counts_of(words[dated], names, np.ones(len(names), np.int64)) > 0
        words[dated[is_name]] = slot
    if len(words) < SHINGLE_WORDS:
        return owner[:0], words[:0]
    count = len(words) - SHINGLE + 1
    value = np.zeros(count, np.uint64)
    for offset in range(SHINGLE):
        value *= np.uint64(_BASE)
        value += words[offset : offset + count]
    value = _mixed(value)
    sizes = np.bincount(owner, minlength=len(lines))
    first = owner[:count]
    chosen = (
        (value % _SAMPLE == 0) & (first == owner[SHINGLE - 1 :]) & (sizes[first] >= SHINGLE_WORDS)
    )
    return first[chosen], value[chosen]


def _words(text: str) -> tuple[Array, Array]:
    """The hashes of all words of a text, and the number of the line that each stands in."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    kind = _kinds().take(np.minimum(codes, 0xFFFF))
    is_word, alone = kind != _GAP, kind == _ALONE
    is_cut = np.ones(len(codes) + 1, np.bool_)  # whether no word can go on over this place
    is_cut[1:-1] = ~is_word[:-1] | ~is_word[1:] | alone[:-1] | alone[1:]
    starts = np.flatnonzero(is_word & is_cut[:-1])
    ends = np.flatnonzero(is_word & is_cut[1:]) + 1
    powers, inverses = _powers(-(-len(codes) // _BATCH) * _BATCH)
    sums = np.zeros(len(codes) + 1, np.uint64)
    np.cumsum((codes.astype(np.uint64) + np.uint64(1)) * inverses[: len(codes)], out=sums[1:])
    hashes = _mixed((sums[ends] - sums[starts]) * powers[starts])
    return hashes, np.searchsorted(np.flatnonzero(codes == 10), starts)


def _mixed(value: Array) -> Array:
    """The end of splitmix64."""
    value ^= value >> np.uint64(30)
    value *= np.uint64(0xBF58476D1CE4E5B9)
    value ^= value >> np.uint64(27)
    value *= np.uint64(0x94D049BB133111EB)
    value ^= value >> np.uint64(31)
    return value


@cache
def _powers(size: int) -> tuple[Array, Array]:
    """The powers of the base and of its inverse, modulo 2**64."""
    both = []
    for base in (_BASE, pow(_BASE, -1, 1 << 64)):
        powers = np.full(size, base, np.uint64)
        powers[0] = 1
        both.append(np.cumprod(powers))
    return both[0], both[1]


@cache
def _kinds() -> npt.NDArray[np.uint8]:
    """What each character of the basic plane is to a word; the last is for all beyond it."""
    kinds = np.zeros(0x10000, np.uint8)
    for code in range(0xFFFF):
        if chr(code).isalnum():
            kinds[code] = _PART
    for first, last in _UNSPACED:
        kinds[first : last + 1] = _ALONE
    kinds[ord("#")] = _ALONE
    return kinds


@cache
def _slots() -> tuple[Array, int]:
    """The hashes of the names of the calendar, ascending, and that of a slot."""
    names = sorted(name for name in calendar() if name.isalpha())
    hashes, owner = _words("\n".join(names))
    alone = np.bincount(owner, minlength=len(names)) == 1
    return np.sort(hashes[alone[owner]]), int(_words("#")[0][0])

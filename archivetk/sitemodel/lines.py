"""What two lines of a site share: their text with slots for what varies, hashed; and where."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from hashlib import blake2b
from importlib.resources import files
from typing import Final

import numpy as np

__all__ = [
    "MAX_CHARS",
    "PLACES",
    "SHINGLE",
    "SHINGLE_WORDS",
    "hash_of",
    "head_of",
    "normalize",
    "places_of",
    "shingles",
]

#: Longer lines are no furniture; they are not looked at.
MAX_CHARS: Final = 4000
#: Words of a shingle, and from how many words on a line has shingles.
SHINGLE: Final = 6
SHINGLE_WORDS: Final = 12
#: One of so many shingles is counted, chosen by its hash.
_SAMPLE: Final = np.uint64(3)

#: The places of a line in a text, from top to bottom, as the histograms count them.
PLACES: Final = (
    "first three lines",
    "first ten lines",
    "above the prose",
    "amid the prose",
    "below the prose",
    "last ten lines",
    "last three lines",
)

#: Characters of a line that its first word is looked for in.
_HEAD: Final = 32

_DIGITS: Final = re.compile(r"\d+(?:[.,:’']\d+)*")
_NAME: Final = re.compile(r"[^\W\d_]{2,}")
_WORD: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\\W_]+|#"
)


@cache
def _calendar() -> frozenset[str]:
    text = files("archivetk.sitemodel").joinpath("calendar.txt").read_text("utf-8")
    return frozenset(line for line in text.split("\n") if line and not line.startswith("#"))


def normalize(line: str) -> str:
    """A line as it is counted: case folded, white space collapsed, a slot for what varies.

    Figures become ``#``; where a line has figures, the names of months and weekdays do as well.

    >>> normalize("  ©  2024 Example  "), normalize("Friday, 5 May 2023 | 3 min read")
    ('© # example', '#, # # # | # min read')
    """
    text = " ".join(line.casefold().split())
    slotted = _DIGITS.sub("#", text)
    if slotted == text:
        return text
    names = _calendar()
    return _NAME.sub(lambda found: "#" if found[0] in names else found[0], slotted)


def head_of(line: str) -> str | None:
    """The first word of a line's normalized text, at little cost; ``None`` where it may vary.

    >>> head_of("Contact the Office"), head_of("3 min read"), head_of("May 5, 2020")
    ('contact', None, None)
    """
    head = line.lstrip()[: _HEAD + 1].split(None, 1)[:1]
    word = head[0].casefold() if head else ""
    if not word or len(word) > _HEAD:
        return None
    if _DIGITS.search(word) or any(one in _calendar() for one in _NAME.findall(word)):
        return None
    return word


def hash_of(normalized: str) -> int | None:
    """The 64-bit hash that a normalized line is counted by (BLAKE2b).

    ``None`` for lines that are not counted: no letters, or longer than :data:`MAX_CHARS`.
    """
    if len(normalized) > MAX_CHARS or not any(map(str.isalpha, normalized)):
        return None
    return _hashed(normalized)


def shingles(normalized: str) -> list[int]:
    """The sampled 6-gram word shingles of a normalized line, as 64-bit hashes.

    A shingle is sampled where its hash says so, whatever line it stands in.  Lines of fewer than
    :data:`SHINGLE_WORDS` words or more than :data:`MAX_CHARS` characters have none.
    """
    if len(normalized) > MAX_CHARS:
        return []
    words = _WORD.findall(normalized)
    if len(words) < SHINGLE_WORDS:
        return []
    numbers = np.fromiter(map(_word, words), np.uint64, len(words))
    # a polynomial over the words' hashes modulo 2**64, mixed as splitmix64 does at its end
    count = len(words) - SHINGLE + 1
    value = np.zeros(count, np.uint64)
    for offset in range(SHINGLE):
        value = value * np.uint64(0x9E3779B97F4A7C15) + numbers[offset : offset + count]
    value ^= value >> np.uint64(30)
    value *= np.uint64(0xBF58476D1CE4E5B9)
    value ^= value >> np.uint64(27)
    value *= np.uint64(0x94D049BB133111EB)
    value ^= value >> np.uint64(31)
    sampled: list[int] = value[value % _SAMPLE == 0].tolist()
    return sampled


def places_of(prose: Sequence[bool]) -> list[int]:
    """The place of every line of a text, as indexes into :data:`PLACES`, in ascending order.

    A line is amid the prose where at least two lines of prose stand above it and two below; one
    may be a notice.  Where there is none, what is neither near the top nor the bottom is amid.

    Args:
        prose: for each line that is not blank, whether it is running text.
    """
    count = len(prose)
    total = sum(prose)
    above = 0
    places = []
    for index, is_prose in enumerate(prose):
        below = total - above - is_prose
        left = count - index
        if index < 3 and index * 2 < count:
            place = 0
        elif left <= 3:
            place = 6
        elif (above >= 2 and below >= 2) or (not total and index >= 10 and left > 10):
            place = 3
        elif above < 2 and (below >= 2 or index * 2 < count):
            place = 1 if index < 10 else 2
        else:
            place = 5 if left <= 10 else 4
        places.append(place)
        above += is_prose
    return places


def _hashed(text: str) -> int:
    return int.from_bytes(
        blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little"
    )


_word = lru_cache(1 << 16)(_hashed)

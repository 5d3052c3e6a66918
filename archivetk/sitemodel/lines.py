"""What two lines of a site share: their text with slots for what varies, hashed; and where."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Final

from archivetk.sitemodel.shingles import DIGITS, MAX_CHARS, calendar

__all__ = ["PLACES", "hash_of", "head_of", "normalize", "places_of"]

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

_NAME: Final = re.compile(r"[^\W\d_]{2,}")


def normalize(line: str) -> str:
    """A line as it is counted: case folded, white space collapsed, a slot for what varies.

    Figures become ``#``; where a line has figures, the names of months and weekdays do as well.

    >>> normalize("  ©  2024 Example  "), normalize("Friday, 5 May 2023 | 3 min read")
    ('© # example', '#, # # # | # min read')
    """
    text = " ".join(line.casefold().split())
    slotted = DIGITS.sub("#", text)
    if slotted == text:
        return text
    names = calendar()
    return _NAME.sub(lambda found: "#" if found[0] in names else found[0], slotted)


def head_of(line: str) -> str | None:
    """The first word of a line's normalized text, at little cost; ``None`` where it may vary.

    >>> head_of("Contact the Office"), head_of("3 min read"), head_of("May 5, 2020")
    ('contact', None, None)
    """
    head = line.lstrip()[: _HEAD + 1].split(None, 1)
    return _head(head[0]) if head else None


@lru_cache(1 << 16)
def _head(first: str) -> str | None:
    word = first.casefold()
    if len(word) > _HEAD or DIGITS.search(word):
        return None
    return None if any(one in calendar() for one in _NAME.findall(word)) else word


def hash_of(normalized: str) -> int | None:
    """The 64-bit hash that a normalized line is counted by (BLAKE2b).

    ``None`` for lines that are not counted: no letters, or longer than :data:`MAX_CHARS`.
    """
    if len(normalized) > MAX_CHARS or not any(map(str.isalpha, normalized)):
        return None
    data = normalized.encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "little")


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

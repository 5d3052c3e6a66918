"""Which kinds of characters a text has at all: one pass, at a third of the cost of a pattern.

A class of characters costs ``re`` 4 ns for each character that is not in it, and nearly no text has
one that is.  A table of the basic plane answers for several classes at once.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from archivetk.characters import remembered
from archivetk.steps.repair.compose import composing

__all__ = [
    "COMPOSES",
    "TROUBLE",
    "TROUBLE_BASIC",
    "gate_class",
    "is_known",
    "kinds_of",
    "suspects",
]

#: Everything of the basic plane that some rule may change.
TROUBLE_BASIC: Final = (
    "\x00-\x08\x0b-\x1f\x7f-\xa0\xad\u034f\u061c\u180e\u2000-\u2011\u2028-\u202f\u205f\u2060"
    "\u2066-\u206f\u2800\u3164\ud800-\udfff\ufdd0-\ufdef\ufeff\uffa0\ufff9-\ufffc\ufffe\uffff"
)
#: Flags: what some rule may change, and marks that may compose with a letter.
TROUBLE: Final = 1
COMPOSES: Final = 2
#: What the gate of mojibake begins with; what is not ASCII; what needs no such neighbour there.
_FIRST: Final = 4
_WIDE: Final = 8
_ALONE: Final = 16
#: Characters at most that are kept for the next who asks.
_MOST: Final = 1 << 20
#: Code units that are looked at together: they stay in the cache.
_PIECE: Final = 1 << 15
_PATTERN: Final = "9dcc0f2ac90d9ae3"

_Units = NDArray[np.uint8]


def kinds_of(text: str, memory: dict[str, Any] | None = None) -> int:
    """Which kinds of characters a text may have.

    Args:
        text: the text.
        memory: where is kept what its characters are.

    Returns:
        :data:`TROUBLE` and :data:`COMPOSES`, or 0.  What is not in it does not stand in the text;
        a character beyond the basic plane gives both, and has to be looked at.
    """
    if memory is not None and len(text) <= _MOST:
        found = int(np.bitwise_or.reduce(_units(text, memory))) if text else 0
    else:
        found = 0
        for at in range(0, len(text), _PIECE):
            found |= int(np.bitwise_or.reduce(_looked_up(text[at : at + _PIECE])))
    return found & (TROUBLE | COMPOSES)


def suspects(text: str, memory: dict[str, Any]) -> list[int] | None:
    """The only places where the gate of mojibake may be found; ``None`` where that takes a search.

    Args:
        text: the text.
        memory: where is kept what its characters are.
    """
    if not gate_class() or len(text) > _MOST:
        return None
    units = _units(text, memory)
    if len(units) != len(text):
        return None  # characters beyond the basic plane
    places = ((units & _FIRST) != 0).nonzero()[0]
    if not len(places):
        return []
    beside = units.take(places - 1) | units.take(places + 1, mode="clip")
    is_near = (units.take(places) & _ALONE) | (beside & _WIDE)
    found: list[int] = places[is_near != 0].tolist()
    return found


def _units(text: str, memory: dict[str, Any]) -> _Units:
    return remembered(text, memory, "presence", _looked_up)


def _looked_up(text: str) -> _Units:
    """The flags of each code unit of UTF-16."""
    found: _Units = _table().take(np.frombuffer(text.encode("utf-16-le", "surrogatepass"), "<u2"))
    return found


@cache
def gate_class() -> str:
    """The characters that the gate of mojibake begins with; none where ftfy is another one."""
    from ftfy import badness

    if not is_known(badness.BADNESS_RE.pattern):
        return ""
    sets = badness.MOJIBAKE_CATEGORIES
    names = (
        "c1", "bad", "law", "currency", "start_punctuation", "end_punctuation", "numeric",
        "upper_accented", "box",
    )  # fmt: skip
    return "".join(sets[name] for name in names) + "ŒœÙ×à√≈‚Ђ°µ"


def is_known(pattern: str) -> bool:
    """Whether this is the badness pattern of ftfy 6.2 and 6.3."""
    import hashlib

    return hashlib.sha256(pattern.encode()).hexdigest().startswith(_PATTERN)


@cache
def _table() -> _Units:
    from ftfy import badness

    plane = "".join(map(chr, range(0x10000)))
    table = np.zeros(0x10000, np.uint8)
    alone = badness.MOJIBAKE_CATEGORIES["c1"] + "ŒœÃÂ"
    classes = [(TROUBLE_BASIC, TROUBLE), (composing()[1], COMPOSES), (alone, _ALONE)]
    if gate_class():
        classes.append((gate_class(), _FIRST))
    for pattern, flag in classes:
        places = [one.start() for one in re.finditer(f"[{pattern}]", plane)]
        table[places] |= flag
    table[0x80:] |= _WIDE
    table[0xD800:0xE000] |= TROUBLE | COMPOSES  # halves of what stands beyond the plane
    return table

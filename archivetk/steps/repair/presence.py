"""Which characters a text has that repair may change: answered by the one look at all of them.

A class of characters costs ``re`` 4 ns for each character that is not in it, and nearly no text has
one that is.  A table of the basic plane answers for several classes at once, so patterns are laid
only where it says that they may fit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import repeat
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from archivetk.characters import MOST, all_kinds, ask_too, kinds_of, occurring
from archivetk.steps.repair.compose import composing

__all__ = [
    "COMPOSES",
    "TROUBLE",
    "TROUBLE_BASIC",
    "gate_class",
    "is_known",
    "matches",
    "suspects",
    "troubles",
]

#: Everything of the basic plane that some rule may change.
TROUBLE_BASIC: Final = (
    "\x00-\x08\x0b-\x1f\x7f-\xa0\xad\u034f\u061c\u180e\u2000-\u2011\u2028-\u202f\u205f\u2060"
    "\u2066-\u206f\u2800\u3164\ud800-\udfff\ufdd0-\ufdef\ufeff\uffa0\ufff9-\ufffc\ufffe\uffff"
)
#: Flags: what some rule may change, and marks that may compose with a letter.  What stands beyond
#: the basic plane has both, and has to be looked at.
TROUBLE: Final = 1 << 8
COMPOSES: Final = 1 << 9
#: What the gate of mojibake begins with; what is not ASCII; what needs no such neighbour there.
_FIRST: Final = 1 << 10
_WIDE: Final = 1 << 11
_ALONE: Final = 1 << 12
#: Characters that are looked at together in a text that is longer than :data:`MOST`, of which no
#: such flags are kept: they stay in the cache.
_PIECE: Final = 1 << 15
#: More places than these are found faster by a search.
_FEW: Final = 200
_PATTERN: Final = "9dcc0f2ac90d9ae3"


def troubles(text: str, memory: dict[str, Any]) -> int:
    """Which kinds of characters a text has that a rule may change.

    Args:
        text: the text.
        memory: where is kept what its characters are.

    Returns:
        :data:`TROUBLE` and :data:`COMPOSES`, or 0.  What is not in it does not stand in the text.
    """
    if len(text) <= MOST:
        found = occurring(text, memory)
    else:
        found = 0
        for at in range(0, len(text), _PIECE):
            found |= int(np.bitwise_or.reduce(all_kinds(text[at : at + _PIECE])))
    return found & (TROUBLE | COMPOSES)


def suspects(text: str, memory: dict[str, Any]) -> list[int] | None:
    """The only places where the gate of mojibake may be found; ``None`` where that takes a search.

    Args:
        text: the text, not in ASCII.
        memory: where is kept what its characters are.
    """
    if not gate_class() or len(text) > MOST:
        return None
    if not occurring(text, memory) & _FIRST:
        return []
    kinds = kinds_of(text, memory)
    places = ((kinds & _FIRST) != 0).nonzero()[0]
    beside = kinds.take(places - 1) | kinds.take(places + 1, mode="clip")
    is_near = (kinds.take(places) & _ALONE) | (beside & _WIDE)
    found: list[int] = places[is_near != 0].tolist()
    return found


def matches(text: str, memory: dict[str, Any], gate: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """What a pattern finds that begins with a character of :data:`TROUBLE` or :data:`COMPOSES`.

    Args:
        text: the text.
        memory: where is kept what its characters are.
        gate: the pattern, which matches one character and looks at its neighbours.
    """
    if text.isascii() or len(text) > MOST:
        return gate.finditer(text)
    kinds = kinds_of(text, memory)
    places = ((kinds & (TROUBLE | COMPOSES)) != 0).nonzero()[0]
    if len(places) > _FEW:
        return gate.finditer(text)
    return filter(None, map(gate.match, repeat(text), places.tolist()))


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


def _table() -> NDArray[np.uint16]:
    """The flags of the basic plane; the last entry is for all beyond it."""
    from ftfy import badness

    plane = "".join(map(chr, range(0x10000)))
    table = np.zeros(0x10000, np.uint16)
    alone = badness.MOJIBAKE_CATEGORIES["c1"] + "ŒœÃÂ"
    classes = [(TROUBLE_BASIC, TROUBLE), (composing()[1], COMPOSES), (alone, _ALONE)]
    if gate_class():
        classes.append((gate_class(), _FIRST))
    for pattern, flag in classes:
        places = [one.start() for one in re.finditer(f"[{pattern}]", plane)]
        table[places] |= flag
    table[0x80:] |= _WIDE
    table[0xD800:0xE000] |= TROUBLE | COMPOSES  # halves of what stands beyond the plane
    table[0xFFFF] |= TROUBLE | COMPOSES
    return table


ask_too(_table)

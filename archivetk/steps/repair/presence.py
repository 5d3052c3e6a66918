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

from archivetk.steps.repair.compose import composing

__all__ = ["COMPOSES", "TROUBLE", "TROUBLE_BASIC", "kinds_of"]

#: Everything of the basic plane that some rule may change.
TROUBLE_BASIC: Final = (
    "\x00-\x08\x0b-\x1f\x7f-\xa0\xad\u034f\u061c\u180e\u2000-\u2011\u2028-\u202f\u205f\u2060"
    "\u2066-\u206f\u2800\u3164\ud800-\udfff\ufdd0-\ufdef\ufeff\uffa0\ufff9-\ufffc\ufffe\uffff"
)
#: Flags: what some rule may change, and marks that may compose with a letter.
TROUBLE: Final = 1
COMPOSES: Final = 2
#: Code units that are looked at together: they stay in the cache.
_PIECE: Final = 1 << 15


def kinds_of(text: str) -> int:
    """Which kinds of characters a text may have.

    Returns:
        :data:`TROUBLE` and :data:`COMPOSES`, or 0.  What is not in it does not stand in the text;
        a character beyond the basic plane gives both, and has to be looked at.
    """
    table = _table()
    found = 0
    for at in range(0, len(text), _PIECE):
        piece = text[at : at + _PIECE].encode("utf-16-le", "surrogatepass")
        codes: NDArray[Any] = np.frombuffer(piece, "<u2")
        found |= int(np.bitwise_or.reduce(table.take(codes)))
    return found


@cache
def _table() -> NDArray[np.uint8]:
    plane = "".join(map(chr, range(0x10000)))
    table = np.zeros(0x10000, np.uint8)
    for pattern, flag in ((TROUBLE_BASIC, TROUBLE), (composing()[1], COMPOSES)):
        places = [one.start() for one in re.finditer(f"[{pattern}]", plane)]
        table[places] |= flag
    table[0xD800:0xE000] = TROUBLE | COMPOSES  # halves of what stands beyond the plane
    return table

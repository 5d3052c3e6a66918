"""What the characters of a text are: one pass over it for all who ask.

A pattern costs some ns for each character that it passes over; a table of the basic plane answers
several questions about all of them at a fraction of that.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cache
from itertools import chain, starmap
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "DIGIT",
    "LETTER",
    "MARK",
    "ODD_SPACE",
    "RARE",
    "SYMBOL",
    "UPPER",
    "WHITE",
    "Kinds",
    "kinds_of",
    "remembered",
]

#: Flags of each character of a text, in its order.
Kinds = NDArray[np.uint8]

#: A letter (Unicode's L) that is no capital; a capital (Lu, Lt); a decimal digit (Nd).
LETTER: Final = 1
UPPER: Final = 2
DIGIT: Final = 4
#: Punctuation and symbols (P, S); what stands beyond the basic plane is mostly pictures.
SYMBOL: Final = 8
#: Spaces and line ends (Zs, Zl, Zp, U+0009 to U+000D).
WHITE: Final = 16
#: Marks behind which a space may be missing, those of other scripts included.
MARK: Final = 32
#: White space in a line that is neither a plain space nor a tab.
ODD_SPACE: Final = 64
#: What texts hardly have: controls that part words (U+001C to U+001F, U+0085), U+FFFD, halves of
#: surrogate pairs that stand alone.
RARE: Final = 128

_MARKS: Final = ",:;؛.!?…‽։؟۔।॥።፧፨"
_ODD_SPACES: Final = (0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)
#: Large blocks of letters, and what is in neither of them nor for private use.
_IDEOGRAPHS: Final = slice(0x4E00, 0x9FF0)
_HANGUL: Final = slice(0xAC00, 0xD7A4)
_OTHERS: Final = ((0, 0x4E00), (0x9FF0, 0xAC00), (0xD7A4, 0xE000), (0xF900, 0xFFFF))
_RARE: Final = (0x1C, 0x1D, 0x1E, 0x1F, 0x85, 0xFFFD)


def kinds_of(text: str, memory: dict[str, Any]) -> Kinds:
    """What each character of a text is.

    Args:
        text: the text.
        memory: where the answer is kept for who asks next about the same text.

    Returns:
        The flags of each code point; not to be written to.
    """
    return remembered(text, memory, "kinds", _looked_up)


def remembered(text: str, memory: dict[str, Any], name: str, look: Callable[[str], Kinds]) -> Kinds:
    """What a look at a text gave, or gives now.

    Args:
        text: the text.
        memory: where the answer about the last text stands.
        name: under which name.
        look: looks at the text.
    """
    held: tuple[str, Kinds] | None = memory.get(name)
    if held is None or held[0] is not text:
        held = memory[name] = (text, look(text))
    return held[1]


def _looked_up(text: str) -> Kinds:
    try:
        return np.frombuffer(text.encode("latin-1").translate(_byte_table()), np.uint8)
    except UnicodeEncodeError:
        units = text.encode("utf-16-le", "surrogatepass")
    codes: NDArray[Any] = np.frombuffer(units, "<u2")
    if len(codes) != len(text):  # characters beyond the basic plane
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
        codes = np.minimum(codes, 0xFFFF)
    found: Kinds = _table().take(codes)
    return found


@cache
def _table() -> Kinds:
    """The flags of the basic plane; the last entry is for all beyond it."""
    kinds = {"Lu": UPPER, "Lt": UPPER, "Nd": DIGIT, "Zs": WHITE, "Zl": WHITE, "Zp": WHITE}
    majors = {"L": LETTER, "P": SYMBOL, "S": SYMBOL}
    table = np.zeros(0x10000, np.uint8)
    table[_IDEOGRAPHS] = table[_HANGUL] = LETTER
    for code in chain.from_iterable(starmap(range, _OTHERS)):
        category = unicodedata.category(chr(code))
        table[code] = kinds.get(category, majors.get(category[0], 0))
    table[9:14] = WHITE
    table[list(map(ord, _MARKS))] |= MARK
    table[list(_ODD_SPACES)] |= ODD_SPACE
    table[list(_RARE)] = RARE
    table[0xD800:0xE000] = RARE
    table[0xFFFF] = SYMBOL
    return table


@cache
def _byte_table() -> bytes:
    return _table()[:256].tobytes()

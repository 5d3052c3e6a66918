"""What the characters of a text are: one pass over it for all who ask.

A pattern costs some ns for each character that it passes over; a table of the basic plane answers
several questions about all of them at a fraction of that.  Steps that have questions of their own
add flags to it (:func:`ask_too`), and what is known of a text is taken along when edits change it
(:func:`carry`), so that a document is looked at once.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from itertools import chain, starmap
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "DIGIT",
    "LETTER",
    "MARK",
    "MOST",
    "ODD_SPACE",
    "RARE",
    "SYMBOL",
    "UPPER",
    "WHITE",
    "Kinds",
    "all_kinds",
    "ask_too",
    "carry",
    "is_known",
    "kinds_of",
    "occurring",
    "white_runs",
]

#: Flags of each character of a text, in its order; those of other rooms begin with 256, and are
#: left out in ASCII and in very long texts.
Kinds = NDArray[np.uint8] | NDArray[np.uint16]

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

#: What is known of a text stands under this name.
_KEY: Final = "characters"
#: Of longer texts, in code points, the flags of other rooms are not kept.
MOST: Final = 1 << 20
#: More edits than these are not followed; the text is looked at again.
_FEW: Final = 64
#: Inserted pieces up to this length are remembered.
_SHORT: Final = 8
#: Inserted pieces that nobody asks a text for.
_PLAIN: Final = frozenset({" ", "\n"})


class _Known:
    """What is known of a text, and the edits that it has had since."""

    __slots__ = ("edits", "kinds", "occurring", "runs", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.kinds = _looked_up(text)
        self.occurring = int(np.bitwise_or.reduce(self.kinds))
        self.edits: list[tuple[Sequence[int], Sequence[int], Sequence[str]]] = []
        self.runs: list[tuple[int, bool]] | None = None


def kinds_of(text: str, memory: dict[str, Any]) -> Kinds:
    """What each character of a text is.

    Args:
        text: the text.
        memory: where the answer is kept for who asks next about the same text.

    Returns:
        The flags of each code point; not to be written to.
    """
    known = _known(text, memory)
    for edits in known.edits:
        known.kinds = _edited(known.kinds, *edits)
    known.edits.clear()
    return known.kinds


def is_known(text: str, memory: dict[str, Any]) -> bool:
    """Whether somebody has asked about a text already, so that asking again costs nothing."""
    known: _Known | None = memory.get(_KEY)
    return known is not None and known.text is text


def occurring(text: str, memory: dict[str, Any]) -> int:
    """All flags that some character of a text has, or had before it was edited."""
    return _known(text, memory).occurring


def white_runs(text: str, memory: dict[str, Any]) -> list[tuple[int, bool]]:
    """Where white space of two and more characters begins, and whether it has three or more."""
    known = _known(text, memory)
    if known.runs is None:
        is_white = (kinds_of(text, memory) & WHITE) != 0
        is_pair = is_white[:-1] & is_white[1:]
        # of a run all but the first have one right before them
        begins = is_pair.copy()
        begins[1:] &= ~is_pair[:-1]
        places = begins.nonzero()[0]
        is_long = is_pair.take(places + 1, mode="clip") & (places + 1 < len(is_pair))
        known.runs = list(zip(places.tolist(), is_long.tolist(), strict=True))
    return known.runs


def _known(text: str, memory: dict[str, Any]) -> _Known:
    known: _Known | None = memory.get(_KEY)
    if known is None or known.text is not text:
        known = memory[_KEY] = _Known(text)
    return known


def carry(
    memory: dict[str, Any],
    text: str,
    starts: Sequence[int],
    ends: Sequence[int],
    news: Sequence[str],
    result: str,
) -> None:
    """Take along what is known of a text when it is edited.

    Args:
        memory: where the answer about the text stands, if anybody asked.
        text: the text.
        starts: where the edits begin, in order.
        ends: where they end.
        news: what stands there instead.
        result: what comes out.
    """
    known: _Known | None = memory.get(_KEY)
    if known is None or known.text is not text:
        return
    if len(starts) > _FEW or (known.kinds.dtype == np.uint8 and not result.isascii()):
        del memory[_KEY]
        return
    known.text = result
    known.runs = None
    known.edits.append((starts, ends, news))
    for new in news:
        if new and new not in _PLAIN:
            known.occurring |= int(np.bitwise_or.reduce(all_kinds(new)))


def _edited(kinds: Kinds, starts: Sequence[int], ends: Sequence[int], news: Sequence[str]) -> Kinds:
    parts: list[Kinds] = []
    position = 0
    for start, end, new in zip(starts, ends, news, strict=True):
        if start > position:
            parts.append(kinds[position:start])
        if new:
            parts.append(_inserted(new) if len(new) <= _SHORT else all_kinds(new))
        position = end
    parts.append(kinds[position:])
    found: NDArray[Any] = np.concatenate(parts, dtype=kinds.dtype, casting="unsafe")
    return found


def ask_too(table: Callable[[], NDArray[np.uint16]]) -> None:
    """Add flags of one's own, from 256 on, to what the characters of a text are asked.

    Args:
        table: gives the flags of each character of the basic plane; the last ones are for all
            characters beyond it.
    """
    _others.append(table)
    _table.cache_clear()
    _inserted.cache_clear()


def _looked_up(text: str) -> Kinds:
    if text.isascii():
        return np.frombuffer(text.encode("latin-1").translate(_byte_table()), np.uint8)
    return _taken(_table() if len(text) <= MOST else _low_table(), text)


def all_kinds(text: str) -> NDArray[np.uint16]:
    """What each character of a text is, with the flags of other rooms; not remembered."""
    found: NDArray[np.uint16] = _taken(_table(), text)
    return found


def _taken(table: NDArray[Any], text: str) -> NDArray[Any]:
    codes: NDArray[Any] = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), "<u2")
    if len(codes) != len(text):  # characters beyond the basic plane
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
        codes = np.minimum(codes, 0xFFFF)
    return table.take(codes)


@lru_cache(maxsize=64)
def _inserted(text: str) -> Kinds:
    """The same for what edits insert, which is nearly always the same."""
    return all_kinds(text)


_others: Final[list[Callable[[], NDArray[np.uint16]]]] = []


@cache
def _table() -> NDArray[np.uint16]:
    """All flags of the basic plane; the last entry is for all beyond it."""
    table = _low_table().astype(np.uint16)
    for other in _others:
        table |= other()
    return table


@cache
def _low_table() -> NDArray[np.uint8]:
    """The flags below 256."""
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
    return _low_table()[:128].tobytes() + bytes(128)

"""The byte order mark off, and every line end a LF, as edits."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable
from itertools import accumulate, repeat
from operator import add
from typing import Final

from archivetk.patch import Edit, Edits, Reason
from archivetk.steps import Context

__all__ = ["RULES", "newlines"]

RULES: Final = {
    "decode.bom": "A byte order mark says how bytes are to be read; it is not part of the text.",
    "decode.line-end": "Line ends are a line feed everywhere.",
}

_BOM: Final = (Reason("decode.bom"),)
_LINE_END: Final = (Reason("decode.line-end"),)
_RETURNS: Final = re.compile(r"\r+\n?")


def newlines(text: str, context: Context) -> Iterable[Edit]:
    """Take the byte order mark off and make every line end a LF."""
    del context
    result = [Edit(0, 1, "", _BOM)] if text.startswith("\ufeff") else []
    if "\r" not in text:
        return result
    lines = text.split("\r")
    if all(map(str.startswith, lines[1:], repeat("\n"))):
        # by far the commonest case; the lines tell where they end, sooner than a search does
        ends = array("q", accumulate(map(add, map(len, lines), repeat(1))))
        ends.pop()
        places = array("q", [at - 1 for at in ends])
        count = len(places)
        if result:
            places.insert(0, 0)
            ends.insert(0, 1)
        whys = [one.why for one in result] + [_LINE_END] * count
        return Edits(places, ends, [""] * len(places), whys)
    for match in _RETURNS.finditer(text):
        start, end = match.span()
        if text[end - 1] == "\n":
            # of CR LF the CR goes; CRs before it are line ends of their own
            result += [Edit(at, at + 1, "\n", _LINE_END) for at in range(start, end - 2)]
            result.append(Edit(end - 2, end - 1, "", _LINE_END))
        else:
            result += [Edit(at, at + 1, "\n", _LINE_END) for at in range(start, end)]
    return result

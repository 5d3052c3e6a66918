"""Repair of sentences that run together: `` the assault.In the aftermath``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from archivetk.patch import Edit
from archivetk.steps import Context, edit

__all__ = ["sentences"]

_PLACE: Final = re.compile(
    r"(?<![^\s“(])[^\W\d_]{2,}([.!?])(?=[A-Z][a-z’]+,? [^\W\d_])"
)


def sentences(text: str, context: Context) -> Iterable[Edit]:
    """Insert the space that is missing behind the end of a sentence."""
    if not context.allows("join.sentence"):
        return ()
    return _edits(text)


def _edits(text: str) -> Iterator[Edit]:
    for place in _PLACE.finditer(text):
        yield edit(place.end(), place.end(), " ", "join.sentence")

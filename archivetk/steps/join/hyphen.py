"""Words that were divided at the end of a line, put together with the document as dictionary."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from archivetk.patch import Edit
from archivetk.steps import edit

__all__ = ["divided_words"]

_DIVIDED: Final = re.compile(
    r"(?<![^\W\d_])([^\W\d_]{2,30})([-\u2010\u00ac])[ \t]*\n[ \t]*([^\W\d_]{2,30})(?![^\W\d_])"
)
_WORD: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def divided_words(text: str) -> Iterator[Edit]:
    """The edits that put divided words together.

    ``recon-⏎struct`` becomes ``reconstruct`` where that word stands elsewhere in the document, or
    where the halves do not; ``well-⏎known`` becomes ``well-known`` where that stands elsewhere.
    What the document does not decide stays as it is.
    """
    places = list(_DIVIDED.finditer(text))
    if not places:
        return
    known = {one.lower() for one in _WORD.findall(text)}
    halves = {place[1].lower() for place in places} | {place[3].lower() for place in places}
    counts = dict.fromkeys(halves, 0)
    for word in _WORD.findall(text):
        lower = word.lower()
        if lower in counts:
            counts[lower] += 1
    for place in places:
        first, second = place[1], place[3]
        if not second.islower():
            continue
        joined, compound = (first + second).lower(), f"{first}-{second}".lower()
        if compound in known and joined not in known:
            yield edit(place.end(2), place.start(3), "", "join.hyphen", "compound")
        elif joined in known or (counts[first.lower()] < 2 and counts[second.lower()] < 2):
            yield edit(place.start(2), place.start(3), "", "join.hyphen")

"""Repair of sentences that run together: ``the assault.In the aftermath``."""

from __future__ import annotations

from typing import Final

from archivetk.patch import Edit, Patch
from archivetk.steps import Context, edit
from archivetk.steps.join.evidence import (
    PRIOR,
    SURE,
    THRESHOLD,
    Surroundings,
    observe,
    points,
    tokens_at,
)
from archivetk.steps.join.places import TERMINAL_MARKS, Place, places
from archivetk.steps.join.words import Words, words_for

__all__ = ["RULES", "sentences"]

#: Why each rule is there.
RULES: Final[dict[str, str]] = {
    "join.sentence": "Two sentences run together: the space behind the end of the first is missing.",
}

#: A repaired text is looked at again, since a join may give the evidence for its neighbour.
_ROUNDS: Final = 8


def sentences(text: str, context: Context) -> list[Edit]:
    """Insert the spaces that are missing between sentences.

    Args:
        text: the text, with LF as line ends.
        context: ``hint`` is the language whose word lists are used; ``und``: all of them.

    Returns:
        Insertions of one space by the rules ``join.*``; applied to their own result they are none.
    """
    words = words_for(context.hint)
    patch = Patch(len(text))
    now = text
    for _ in range(_ROUNDS):
        edits = _edits(now, words, context)
        if not edits:
            return list(patch.edits)
        step = Patch.of(now, edits)
        now = step.apply(now)
        patch = patch.then(step)
    if _edits(now, words, context):
        context.flags.append("joins-unstable")
        return []
    return list(patch.edits)


def _edits(text: str, words: Words, context: Context) -> list[Edit]:
    around = Surroundings(text, words)
    found: list[tuple[Place, tuple[str, str]]] = []
    for place in places(text):
        if TERMINAL_MARKS.issuperset(place.marks) and text[place.next].isupper():
            token = tokens_at(text, place)
            around.seen[token] += 1
            found.append((place, token))
    if not context.allows("join.sentence"):
        return []
    weighed = []
    sure = 0
    for place, token in found:
        seen = observe(place, token, around)
        if seen:
            total = points(seen)
            sure += total >= SURE
            weighed.append((place, total))
    threshold = THRESHOLD - (PRIOR if sure >= 2 else 0.0)
    return [
        edit(place.at, place.at, " ", "join.sentence", f"{total:.1f}")
        for place, total in weighed
        if total >= threshold
    ]

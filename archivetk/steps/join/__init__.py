"""Repair of sentences that run together: ``the assault.In the aftermath``."""

from __future__ import annotations

from archivetk.patch import Edit
from archivetk.steps import Context, edit
from archivetk.steps.join.evidence import Surroundings, observe, score
from archivetk.steps.join.places import places
from archivetk.steps.join.words import words_for

_TERMINAL = frozenset(".!?…‽")

__all__ = ["sentences"]


def sentences(text: str, context: Context) -> list[Edit]:
    """Insert the space that is missing behind the end of a sentence."""
    around = Surroundings(text, words_for(context.hint))
    seen = []
    for place in places(text):
        if not _TERMINAL.issuperset(place.marks):
            continue
        observed = observe(place, around)
        if observed:
            seen.append((place, observed, score(observed)))
    sure = sum(points >= 5 for _, _, points in seen)
    bonus = 1.0 if sure >= 2 else 0.0
    return [
        edit(place.at, place.at, " ", "join.sentence")
        for place, _, points in seen
        if points + bonus >= 2.0
    ]

"""Repair of what runs together: sentences, clauses, divided words.

    join.sentence    ``the assault.In the aftermath``: the space behind a sentence
    join.comma       ``in the end,they agreed``
    join.semicolon   ``it was late;they left``
    join.colon       ``he put it so:The end is near``
    join.quote       ``“Not today,”he said``
    join.hyphen      ``recon-⏎struct`` (only with the setting ``dehyphenate``)

The space is inserted, nothing else is touched.  ``places`` finds where one may be missing,
``evidence`` weighs it, ``words`` and ``data`` hold what is known of the languages.
"""

from __future__ import annotations

from typing import Final

from archivetk.patch import Edit, Patch
from archivetk.steps import Context, Mark, edit, move_marks
from archivetk.steps.join.caseless import is_caseless, is_caseless_join
from archivetk.steps.join.evidence import (
    LONGEST,
    PRIOR,
    SURE,
    THRESHOLD,
    Surroundings,
    code_words,
    observe,
    points,
    tokens_at,
)
from archivetk.steps.join.hyphen import divided_words
from archivetk.steps.join.inside import inside_rule
from archivetk.steps.join.places import CASELESS_MARKS, TERMINAL_MARKS, Place, places
from archivetk.steps.join.verbatim import Verbatim
from archivetk.steps.join.words import Words, words_for

__all__ = ["RULES", "sentences"]

#: Why each rule is there.
RULES: Final[dict[str, str]] = {
    "join.sentence": "The space between two sentences is missing.",
    "join.comma": "The space behind a comma is missing.",
    "join.semicolon": "The space behind a semicolon is missing.",
    "join.colon": "The space behind a colon is missing.",
    "join.quote": "The space behind a closing quotation mark is missing.",
    "join.hyphen": "A word was divided at the end of a line.",
}

_ENDS: Final = TERMINAL_MARKS | CASELESS_MARKS
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
    marks = context.marks
    edits = _edits(text, marks, words, context)
    if not edits:
        return []
    patch = Patch(len(text))
    now = text
    for _ in range(_ROUNDS):
        step = Patch.of(now, edits)
        now = step.apply(now)
        patch = patch.then(step)
        marks = move_marks(marks, step)
        edits = _edits(now, marks, words, context)
        if not edits:
            return list(patch.edits)
    context.flags.append("joins-unstable")
    return []


def _edits(text: str, marks: list[Mark], words: Words, context: Context) -> list[Edit]:
    """The edits of one round."""
    around = Surroundings(text, words)
    found: list[tuple[Place, tuple[str, str]]] = []
    for place in places(text, context.memory):
        token = tokens_at(text, place, words)
        if len(token[0]) >= LONGEST or token[0].count(".") > 2:
            continue  # no prose, or the name of something
        around.seen[token] += 1
        around.jargon += all(code_words(place, token))
        found.append((place, token))
    edits: list[Edit] = []
    weighed: list[tuple[Place, float]] = []
    sure = 0
    for place, token in found:
        behind = text[place.next]
        if behind.isupper() and TERMINAL_MARKS.issuperset(place.marks):
            seen = observe(place, token, around)
            if seen:
                total = points(seen)
                sure += total >= SURE
                weighed.append((place, total))
        elif is_caseless(behind) or place.marks[-1] in CASELESS_MARKS:
            if place.marks[-1] in _ENDS and is_caseless_join(place, token, text, words):
                edits.append(edit(place.at, place.at, " ", "join.sentence"))
        else:
            rule = inside_rule(place, token, around)
            if rule:
                edits.append(edit(place.at, place.at, " ", rule))
    threshold = THRESHOLD - (PRIOR if sure >= 2 else 0.0)
    edits += [
        edit(place.at, place.at, " ", "join.sentence", f"evidence: {total:.1f} points")
        for place, total in weighed
        if total >= threshold
    ]
    if context.settings.dehyphenate:
        edits += divided_words(text)
    if not edits:
        return edits
    code = Verbatim(text, marks)
    return [one for one in edits if context.allows(one.rule) and not code.has(one.start)]

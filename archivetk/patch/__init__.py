"""Edits and patches: the algebra that everything else in archivetk rests on.

A step never returns text.  It returns edits, and the text is what you get by applying them.
So the work, its explanation, its provenance and its undo are one and the same object and
cannot drift apart.

>>> before = "Read it.Then sleep\\xa0well"
>>> join, space = Reason("join.sentence"), Reason("repair.space")
>>> patch = Patch.of(before, [Edit(8, 8, " ", (join,)), Edit(18, 19, " ", (space,))])
>>> after = patch.apply(before)
>>> after
'Read it. Then sleep well'
>>> patch.source_of(9, 13)
Span(start=8, end=12)
>>> patch.source_of(8, 9) is None  # the inserted space has no source
True
>>> patch.invert(before).apply(after) == before
True

The model is that of CodeMirror's change sets (``apply``, ``invert(doc)``, ``compose``,
``mapPos``); offsets are Unicode code points.
"""

from __future__ import annotations

from archivetk.patch.algebra import Patch
from archivetk.patch.edits import Edit, Edits, Reason, Span, merge_reasons

__all__ = ["Edit", "Edits", "Patch", "Reason", "Span", "merge_reasons"]

"""Marks of the text that stays: what later steps ask of the page, and nothing else.

A mark that nobody asks for would be moved with every step all the same.
"""

from __future__ import annotations

from typing import Final

from archivetk.steps import Mark
from archivetk.steps.extract.evidence import Page
from archivetk.steps.extract.regions import BITS, label_of

__all__ = ["marks_of"]

_KINDS: Final = {
    "h1": ("heading", 1),
    "h2": ("heading", 2),
    "h3": ("heading", 3),
    "h4": ("heading", 4),
    "h5": ("heading", 5),
    "h6": ("heading", 6),
    "figcaption": ("figcaption", None),
    "pre": ("pre", None),
    "table": ("table", None),
}


def marks_of(page: Page, spans: list[tuple[int, int]], *, judged: bool) -> list[Mark]:
    """The marks of the units that stand in some spans, in order.

    Where a judge has kept a line although it stands in what looks like a menu, a sidebar or the
    comments, it knew of that; a mark would have later steps decide the same thing twice.

    A unit has a mark for each kind of element that it stands in; ``region`` carries the name of
    the region, ``heading`` the level.
    """
    layout = page.layout
    names, parents = layout.names, layout.parents
    known: dict[int, tuple[tuple[str, object], ...]] = {0: ()}
    marks: list[Mark] = []
    for at, start, end in layout.units_in(spans):
        mask = page.any[at]
        region = label_of(mask)
        if not judged and region != "not-main":
            marks.append(Mark(start, end, "region", region))
        if mask & BITS["caption"] and region == "caption":
            marks.append(Mark(start, end, "figcaption"))
        for kind, value in _kinds(layout.unit_frame[at], names, parents, known):
            if kind != "figcaption" or region != "caption":
                marks.append(Mark(start, end, kind, value))
    return marks


def _kinds(
    frame: int,
    names: list[str],
    parents: list[int],
    known: dict[int, tuple[tuple[str, object], ...]],
) -> tuple[tuple[str, object], ...]:
    """The kinds of element around a frame, each once, the innermost first."""
    way = []
    while frame not in known:
        way.append(frame)
        frame = parents[frame]
    kinds = known[frame]
    for one in reversed(way):
        kind = _KINDS.get(names[one])
        if kind is not None:
            kinds = (kind, *(other for other in kinds if other[0] != kind[0]))
        known[one] = kinds
    return kinds

"""Marks of the text that stays: what later steps may know of the page."""

from __future__ import annotations

import re
from html import unescape
from typing import Final

from archivetk.steps import Mark
from archivetk.steps.extract.evidence import Page
from archivetk.steps.extract.regions import BITS, label_of

__all__ = ["attribute", "marks_of"]

_KINDS: Final = {
    "h1": ("heading", 1),
    "h2": ("heading", 2),
    "h3": ("heading", 3),
    "h4": ("heading", 4),
    "h5": ("heading", 5),
    "h6": ("heading", 6),
    "figcaption": ("figcaption", None),
    "li": ("list", None),
    "blockquote": ("quote", None),
    "pre": ("pre", None),
    "table": ("table", None),
    "article": ("article", None),
    "main": ("main", None),
    "address": ("author", None),
}
_ATTRIBUTE: Final = r"""[\s"']{}\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))"""
_PATTERNS: Final = {
    name: re.compile(_ATTRIBUTE.format(name), re.IGNORECASE) for name in ("href", "datetime", "rel")
}


def attribute(attributes: str, name: str) -> str | None:
    """The value of one attribute, decoded; ``None`` where it is not there."""
    # a name begins behind a character, which a search finds sooner than a place between two
    match = _PATTERNS[name].search(f" {attributes}")
    if match is None:
        return None
    return unescape(match[1] or match[2] or match[3] or "")


#: Regions that say what a line is; the others say what a page's part is, which a judge has weighed.
_LINES: Final = frozenset({"byline", "caption", "date", "tags"})


def marks_of(page: Page, spans: list[tuple[int, int]], *, judged: bool) -> list[Mark]:
    """The marks of the units and inline elements that stand in some spans, in order.

    Where a judge has kept a line although it stands in what looks like a menu, a sidebar or the
    comments, it knew of that; a mark would have later steps decide the same thing twice.

    A unit has a mark for each kind of element that it stands in; ``region`` carries the name of
    the region, ``link`` the address, ``time`` the machine-readable time, ``heading`` the level.
    """
    layout = page.layout
    names, parents = layout.names, layout.parents
    known: dict[int, tuple[tuple[str, object], ...]] = {0: ()}
    marks: list[Mark] = []
    index = 0
    count = len(layout.unit_start)
    inlines = sorted(
        (one for one in layout.inlines if one.name in {"a", "time"}), key=lambda one: one.start
    )
    inline = 0
    text = page.text
    for low, high in spans:
        while index < count and layout.unit_end[index] <= low:
            index += 1
        at = index
        while at < count and layout.unit_start[at] < high:
            start = max(low, layout.unit_start[at])
            end = min(high, layout.unit_end[at])
            mask = page.any[at]
            region = label_of(mask)
            if region in _LINES or (not judged and region != "not-main"):
                marks.append(Mark(start, end, "region", region))
            if mask & BITS["caption"] and region == "caption":
                marks.append(Mark(start, end, "figcaption"))
            for kind, value in _kinds(layout.unit_frame[at], names, parents, known):
                if kind != "figcaption" or region != "caption":
                    marks.append(Mark(start, end, kind, value))
            at += 1
        while inline < len(inlines) and inlines[inline].end <= low:
            inline += 1
        while inline < len(inlines) and inlines[inline].start < high:
            start, end, name, attributes = inlines[inline]
            inline += 1
            while start < end and text[start] in " \t\n":
                start += 1
            start, end = max(start, low), min(end, high)
            if start >= end:
                continue
            if name == "time":
                marks.append(Mark(start, end, "time", attribute(attributes, "datetime")))
                continue
            marks.append(Mark(start, end, "link", attribute(attributes, "href")))
            if "author" in (attribute(attributes, "rel") or "").lower().split():
                marks.append(Mark(start, end, "author"))
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

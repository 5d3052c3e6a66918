"""Structure of the page as marks of Markdown (CommonMark, with the tables of GFM).

The marks are insertions beside the text that stays: they have no source, and undoing them leaves
the plain text.  Characters of the text that look like marks are left as they are.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Final

from archivetk.patch import Edit
from archivetk.steps import edit
from archivetk.steps.extract.evidence import Page

__all__ = ["markdown_edits"]

_RULE: Final = "extract.markdown"
_HEADINGS: Final = {f"h{level}": "#" * level + " " for level in range(1, 7)}
_EMPHASIS: Final = {
    "b": "**",
    "strong": "**",
    "em": "*",
    "i": "*",
    "code": "`",
    "kbd": "`",
    "samp": "`",
}
_LISTS: Final = frozenset({"ul", "ol", "menu", "dir"})
_CELL: Final = 2
_LINE: Final = 3

_HREF: Final = re.compile(
    r"""[\s"']href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE
)

#: Order of insertions at one place: ends of what stands before, then beginnings.
_END, _BEGIN = 0, 1


def markdown_edits(page: Page, spans: list[tuple[int, int]]) -> list[Edit]:
    """The insertions that show headings, lists, quotes, code, tables, links and emphasis.

    Args:
        page: the page.
        spans: what stays of it, in order.
    """
    layout = page.layout
    kept = _kept_units(page, spans)
    out: list[tuple[int, int, int, str]] = []  # place, end or begin, order, mark
    edits: list[Edit] = []
    ordinals: dict[int, int] = {}
    items: dict[int, str] = {}
    tables: dict[int, int] = {}
    last_pre = last_frame = last_row = -1
    cells = 0
    last_end = 0
    for index, (unit, start, end) in enumerate(kept):
        way = _way(page, layout.unit_frame[unit])
        named = {layout.names[frame]: frame for frame in reversed(way)}
        frame = layout.unit_frame[unit]
        row = named.get("tr", -1)
        pre = named.get("pre", -1)
        tied = layout.unit_break[unit] == _CELL and row == last_row >= 0 and index > 0
        if last_pre >= 0 and pre != last_pre:
            out.append((last_end, _END, 1 << 40, "\n```"))
        if last_row >= 0 and not tied:
            _close_row(out, last_end, cells, layout.parents[last_row], tables)
            last_row = -1
        if tied:
            # the break behind the cell before stays, whatever is dropped between the two
            before = kept[index - 1][0]
            if last_end == layout.unit_end[before]:
                edits.append(edit(last_end, layout.unit_start[before + 1], " | ", _RULE))
            else:
                out.append((start, _BEGIN, -2, " | "))
            cells += 1
        else:
            prefix = ""
            in_list = any(layout.names[one] == "li" for one in way)
            if index and layout.unit_break[unit] == _LINE and not in_list and row < 0 and pre < 0:
                out.append((start, _BEGIN, -3, "\n"))
            quotes = sum(layout.names[one] == "blockquote" for one in way)
            prefix += "> " * quotes
            item = next((one for one in way if layout.names[one] == "li"), None)
            if item is not None:
                depth = max(0, sum(layout.names[one] in _LISTS for one in way) - 1)
                prefix += "   " * depth
                if item in items:
                    prefix += items[item]
                else:
                    up = layout.parents[item]
                    if layout.names[up] == "ol":
                        ordinals[up] = ordinals.get(up, 0) + 1
                        mark = f"{ordinals[up]}. "
                    else:
                        mark = "- "
                    items[item] = " " * len(mark)
                    prefix += mark
            heading = next((name for name in named if name in _HEADINGS), None)
            if heading and row < 0:
                prefix += _HEADINGS[heading]
            if pre >= 0:
                prefix = "```\n" if pre != last_pre else ""
            elif row >= 0 and _has_cells(page, kept, index, row):
                prefix += "| "
                last_row = row
                cells = 1
            if prefix:
                out.append((start, _BEGIN, -2, prefix))
        last_pre, last_frame, last_end = pre, frame, end
    del last_frame
    if last_pre >= 0:
        out.append((last_end, _END, 1 << 40, "\n```"))
    if last_row >= 0:
        _close_row(out, last_end, cells, layout.parents[last_row], tables)
    _inlines(page, kept, out)
    out.sort(key=lambda one: one[:3])
    edits.extend(edit(place, place, mark, _RULE) for place, _, _, mark in out)
    return edits


def _kept_units(page: Page, spans: list[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """Index, start and end of what stays of each unit."""
    layout = page.layout
    result = []
    unit = 0
    count = len(layout.unit_start)
    for low, high in spans:
        while unit < count and layout.unit_end[unit] <= low:
            unit += 1
        at = unit
        while at < count and layout.unit_start[at] < high:
            start, end = max(low, layout.unit_start[at]), min(high, layout.unit_end[at])
            result.append((at, start, end))
            at += 1
    return result


def _way(page: Page, frame: int) -> list[int]:
    """The frames from one outwards; no more than a page of any sense has."""
    way: list[int] = []
    while frame and len(way) < 64:
        way.append(frame)
        frame = page.layout.parents[frame]
    return way


def _has_cells(page: Page, kept: list[tuple[int, int, int]], index: int, row: int) -> bool:
    """Whether the next kept unit is another cell on the line of this row."""
    if index + 1 >= len(kept):
        return False
    unit = kept[index + 1][0]
    return page.layout.unit_break[unit] == _CELL and any(
        one == row for one in _way(page, page.layout.unit_frame[unit])
    )


def _close_row(
    out: list[tuple[int, int, int, str]], at: int, cells: int, table: int, tables: dict[int, int]
) -> None:
    mark = " |"
    if table not in tables:
        tables[table] = cells
        mark += "\n|" + " --- |" * cells
    out.append((at, _END, 1 << 40, mark))


def _inlines(
    page: Page, kept: list[tuple[int, int, int]], out: list[tuple[int, int, int, str]]
) -> None:
    """Links, emphasis and code that stand within one unit."""
    layout = page.layout
    text = page.text
    found = sorted(
        ((one, order) for order, one in enumerate(layout.inlines)), key=lambda pair: pair[0].start
    )
    unit = 0
    for (low, high, name, attributes), order in found:
        start, end = low, high
        while start < end and text[start] in " \t\n":
            start += 1
        while end > start and text[end - 1] in " \t\n":
            end -= 1
        while unit < len(kept) and kept[unit][2] <= start:
            unit += 1
        if unit == len(kept):
            return
        if start >= end or start < kept[unit][1] or end > kept[unit][2]:
            continue
        if layout.names[layout.unit_frame[kept[unit][0]]] == "pre":
            continue
        if name == "a":
            href = _address(attributes)
            if not href or href[0] == "#" or href.lower().startswith("javascript:"):
                continue
            href = href.replace(" ", "%20").replace("(", "%28").replace(")", "%29")
            opening, closing = "[", f"]({href})"
        elif name in _EMPHASIS:
            opening = closing = _EMPHASIS[name]
        else:
            continue
        out.append((start, _BEGIN, len(text) - end, opening))
        out.append((end, _END, order, closing))


def _address(attributes: str) -> str:
    """Where a link leads to, decoded; empty where it does not say."""
    # a name begins behind a character, which a search finds sooner than a place between two
    match = _HREF.search(f" {attributes}")
    return unescape(match[1] or match[2] or match[3] or "").strip() if match else ""

"""Structure of the page as marks of Markdown (CommonMark 0.31, with the tables of GFM).

What the extractor knows of units and inline elements moves along as marks of the text while the
other steps clean it; the signs of Markdown come last, so that no rule stumbles over them.  They
are edits beside the text, and undoing them leaves the plain text: headings, lists, quotes, code,
tables here, links, emphasis and escapes in :mod:`.inlines`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Final, NamedTuple

from archivetk.commonmark import changes_of, longest_run
from archivetk.patch import Edit
from archivetk.steps import Context, Mark, edit
from archivetk.steps.extract.inlines import Line, Sign, signs_in_lines
from archivetk.steps.markup import Layout
from archivetk.steps.markup.layout import Inline

__all__ = ["remember", "write_markdown"]

_RULE: Final = "extract.markdown"
_KEY: Final = "markdown"
_HEADINGS: Final = {f"h{level}": "#" * level + " " for level in range(1, 7)}
#: Signs behind a line stand behind those of the elements in it.
_BEHIND_ALL: Final = 1 << 62
_CELLS: Final = frozenset({"td", "th"})
#: What stands in no cell of a table of Markdown; a table that holds it lays a page out.
_BLOCKS: Final = frozenset({"li", "pre", "blockquote", *_HEADINGS})

#: A cell with more characters than this holds text, and its table lays a page out.
_LONGEST_CELL: Final = 400
#: More columns than this are no table that anybody reads.
_MOST_COLUMNS: Final = 60
#: A numbered list begins with 1 where it says nothing of use.
_START: Final = re.compile(
    r"""[\s"']start\s*=\s*["']?\s*(\d{1,8})\s*["']?(?![\w.])""", re.IGNORECASE
)
_SPAN: Final = re.compile(r"""[\s"']colspan\s*=\s*["']?\s*(\d{1,2})(?!\d)""", re.IGNORECASE)
_BREAK: Final = re.compile(r"\n")
_LANGUAGE: Final = re.compile(
    r"(?<![\w-])(?:language|lang|highlight-source)-([A-Za-z0-9][A-Za-z0-9+#_-]{0,30})"
)


class _Unit(NamedTuple):
    """What is left of a unit: where it stands, and the frames around it from inside."""

    start: int
    end: int
    way: list[int]


class _Cell(NamedTuple):
    """Where in which table a unit stands: frames of the table and of its row, and the column."""

    table: int
    row: int
    column: int


def remember(layout: Layout, spans: list[tuple[int, int]], context: Context) -> None:
    """Have the units and inline elements of what stays move along to :func:`write_markdown`.

    Args:
        layout: of the page.
        spans: what stays of it, in order.
        context: gets marks of the kinds ``unit`` and ``inline``, with their numbers as values.
    """
    marks = [Mark(start, end, "unit", at) for at, start, end in layout.units_in(spans)]
    marks += [Mark(one.start, one.end, "inline", at) for at, one in enumerate(layout.inlines)]
    context.marks = sorted([*context.marks, *marks], key=lambda mark: mark[:2])
    context.memory[_KEY] = layout


def write_markdown(text: str, context: Context) -> list[Edit]:
    """The edits that show headings, lists, quotes, code, tables, links and emphasis.

    Args:
        text: the clean text of a page, or a plain one, in which signs only stand for themselves.
        context: its marks, and what :func:`remember` left there.
    """
    if context.media_type != "text/html":
        return [edit(*change, _RULE) for change in changes_of(text)]
    layout: Layout | None = context.memory.pop(_KEY, None)
    if layout is None:
        return []
    units = []
    inlines = []
    for mark in context.marks:
        if mark.end <= mark.start:
            continue
        if mark.kind == "unit":
            units.append(_Unit(mark.start, mark.end, _way(layout, layout.unit_frame[mark.value])))
        elif mark.kind == "inline":
            inlines.append(layout.inlines[mark.value]._replace(start=mark.start, end=mark.end))
    writer = _Writer(text, layout, units, inlines)
    for number, unit in enumerate(units):
        writer.add(number, unit)
    writer.close()
    out = writer.out + signs_in_lines(text, writer.lines(), inlines)
    out.sort(key=lambda one: one[:3])
    return writer.edits + [edit(at, at, sign, _RULE) for at, _, _, sign in out]


class _Writer:
    """Walks over the units that stay and remembers which blocks are open.

    Attributes:
        out: signs to be inserted.
        edits: gaps between units that signs take the place of.
    """

    def __init__(
        self, text: str, layout: Layout, units: list[_Unit], inlines: list[Inline]
    ) -> None:
        self.out: list[Sign] = []
        self.edits: list[Edit] = []
        self._text = text
        self._layout = layout
        self._units = units
        self._languages = sorted(
            (one.start, one.attributes) for one in inlines if one.name == "code" and one.attributes
        )
        self._cells, self._columns = _tables(layout, units)
        self._begun: set[int] = set()  # tables whose head was closed
        self._marks: dict[int, str] = {}  # of the items of lists
        self._ordinals: dict[int, int] = {}
        self._last: _Unit | None = None
        self._cell: _Cell | None = None
        self._pre = -1
        self._fence = ""
        self._inside = ""  # what stands before each line of code

    def lines(self) -> list[Line]:
        """The units as lines of text, with what Markdown makes of their signs."""
        names = self._layout.names
        return [
            Line(
                unit.start,
                unit.end,
                verbatim=number not in self._cells and self._named(unit, "pre") >= 0,
                cell=number in self._cells,
                heading=any(names[frame] in _HEADINGS for frame in unit.way),
            )
            for number, unit in enumerate(self._units)
        ]

    def add(self, number: int, unit: _Unit) -> None:
        """The signs before a unit, and those behind the one before it."""
        last = self._last
        cell = self._cells.get(number)
        pre = -1 if cell else self._named(unit, "pre")
        gap = "" if last is None else self._text[last.end : unit.start]
        if (
            last
            and cell
            and self._cell
            and cell.table == self._cell.table
            and gap.isspace()  # what else may stand between ends the table
        ):
            self._next_cell(last, unit, self._cell, cell)
            self._last, self._cell = unit, cell
            return
        self.close(stay=pre)
        if last and (pre < 0 or pre != self._pre):
            self._blank_line(last, unit, gap, cell)
        if cell:
            self._begun.discard(cell.table)
            self._sign(unit, self._before(unit, cell.table) + "| " + "| " * cell.column)
        elif pre >= 0:
            if pre != self._pre:
                self._sign(unit, self._open_code(number, pre))
            self._indent_code(unit, gap)
        elif last is None or "\n" in gap or self._cell:
            self._sign(unit, self._prefix(unit))
        self._last, self._cell, self._pre = unit, cell, pre

    def close(self, stay: int = -1) -> None:
        """The signs behind the last unit, where a block ends; ``stay`` is code that goes on."""
        if self._last is None:
            return
        if self._cell is not None:
            self._end(self._close_row(self._cell, self._before(self._last, self._cell.table)))
        elif self._pre >= 0 and self._pre != stay:
            self._end(f"\n{self._inside}{self._fence}")
        if self._pre != stay:
            self._pre = -1

    def _named(self, unit: _Unit, name: str) -> int:
        """The innermost frame of that name around a unit, or -1."""
        names = self._layout.names
        return next((frame for frame in unit.way if names[frame] == name), -1)

    def _sign(self, unit: _Unit, sign: str) -> None:
        if sign:
            self.out.append((unit.start, 1, -2, sign))

    def _end(self, sign: str) -> None:
        if self._last is not None:
            self.out.append((self._last.end, 0, _BEHIND_ALL, sign))

    # Blocks

    def _blank_line(self, last: _Unit, unit: _Unit, gap: str, cell: _Cell | None) -> None:
        """Blocks that one line break divides on the page are divided by a blank line."""
        breaks = gap.count("\n")
        if (breaks == 0 and (cell or self._cell)) or (
            breaks == 1 and (cell or self._cell or self._pre >= 0 or self._named(unit, "li") < 0)
        ):
            self.out.append((unit.start, 1, -3, "\n" * (2 - breaks)))
        quote = self._named(unit, "blockquote")
        if quote >= 0 and quote == self._named(last, "blockquote") and gap == "\n\n":
            # the two are one quote
            inside = self._containers(unit.way[unit.way.index(quote) :])
            self.out.append((last.end + 1, 1, -4, inside.rstrip()))

    def _prefix(self, unit: _Unit) -> str:
        names = self._layout.names
        prefix = self._containers(unit.way)
        heading = next((names[frame] for frame in unit.way if names[frame] in _HEADINGS), None)
        return prefix + _HEADINGS[heading] if heading else prefix

    def _containers(self, way: list[int]) -> str:
        """The signs of the quotes and list items around a unit, from outside in."""
        names = self._layout.names
        parts: list[str] = []
        for frame in reversed(way):
            if names[frame] == "blockquote":
                parts.append("> ")
            elif names[frame] == "li":
                known = self._marks.get(frame)
                parts.append(self._item(frame) if known is None else " " * len(known))
        return "".join(parts)

    def _item(self, item: int) -> str:
        """The sign of an item that begins here."""
        layout = self._layout
        up = layout.parents[item]
        sign = "- "
        if layout.names[up] == "ol":
            if up not in self._ordinals:
                begin = _START.search(f" {layout.attributes[up]}")
                self._ordinals[up] = int(begin[1]) - 1 if begin else 0
            self._ordinals[up] += 1
            sign = f"{self._ordinals[up]}. "
        self._marks[item] = sign
        return sign

    def _before(self, unit: _Unit, frame: int) -> str:
        """The signs of the quotes and list items that a table or code of a unit stands in."""
        return self._containers(unit.way[unit.way.index(frame) :])

    def _open_code(self, number: int, pre: int) -> str:
        """The fence before code: longer than any in it, with its language where the page tells."""
        unit = self._units[number]
        end = unit.end
        while number < len(self._units) and pre in self._units[number].way:
            end = self._units[number].end
            number += 1
        self._fence = "`" * max(3, longest_run("`", self._text[unit.start : end]) + 1)
        at = bisect_left(self._languages, (unit.start, ""))
        said = [self._layout.attributes[pre]]
        if at < len(self._languages) and self._languages[at][0] < end:
            said.append(self._languages[at][1])
        found = next(filter(None, map(_LANGUAGE.search, said)), None)
        before = self._before(unit, pre)
        # asked again, since an item that begins with the fence only indents what follows it
        self._inside = self._before(unit, pre)
        return f"{before}{self._fence}{found[1] if found else ''}\n{self._inside}"

    def _indent_code(self, unit: _Unit, gap: str) -> None:
        """Code within a quote or a list has its signs before each of its lines."""
        if self._inside:
            start = unit.start - (
                len(gap) if self._pre >= 0 and self._named(unit, "pre") == self._pre else 0
            )
            for found in _BREAK.finditer(self._text, start, unit.end):
                self.out.append((found.end(), 1, -5, self._inside))

    # Tables

    def _next_cell(self, last: _Unit, unit: _Unit, before: _Cell, cell: _Cell) -> None:
        """From one cell to another of the same table, or on in the same cell."""
        if cell.row != before.row:
            inside = self._before(unit, cell.table)
            between = f"{self._close_row(before, inside)}\n{inside}| " + "| " * cell.column
        elif cell.column > before.column:
            between = " |" * (cell.column - before.column) + " "
        else:
            between = "<br>"
        self.edits.append(edit(last.end, unit.start, between, _RULE))

    def _close_row(self, cell: _Cell, inside: str) -> str:
        width = self._columns[cell.table]
        mark = " |" + " |" * (width - cell.column - 1)
        if cell.table not in self._begun:
            self._begun.add(cell.table)
            mark += f"\n{inside}|" + " --- |" * width
        return mark


def _way(layout: Layout, frame: int) -> list[int]:
    """The frames from one outwards; no more than a page of any sense has."""
    way: list[int] = []
    while frame and len(way) < 64:
        way.append(frame)
        frame = layout.parents[frame]
    return way


def _tables(layout: Layout, units: list[_Unit]) -> tuple[dict[int, _Cell], dict[int, int]]:
    """The units that stand in tables of data, and the number of columns of those tables.

    A table of data has a row of two cells, and no cell with blocks, another table or long text.
    """
    names, parents = layout.names, layout.parents
    cells: dict[int, _Cell] = {}
    columns: dict[int, int] = {}
    sizes: dict[tuple[int, int], int] = {}
    layouts: set[int] = set()  # tables that lay the page out
    wide: set[int] = set()
    rows: dict[int, int] = {}  # the first column met in each row
    order = _columns_of(layout)
    for number, unit in enumerate(units):
        tables = [frame for frame in unit.way if names[frame] == "table"]
        layouts.update(tables[1:])
        if not tables:
            continue
        inside = unit.way[: unit.way.index(tables[0])]
        cell = next((one for one in reversed(inside) if names[one] in _CELLS), -1)
        if cell < 0:
            continue  # a caption
        row = parents[cell]
        column = order.get(cell, 0)
        if any(names[one] in _BLOCKS for one in inside) or column >= _MOST_COLUMNS:
            layouts.add(tables[0])
        key = (row, column)
        sizes[key] = sizes.get(key, 0) + unit.end - unit.start
        if sizes[key] > _LONGEST_CELL:
            layouts.add(tables[0])
        if rows.setdefault(row, column) != column:
            wide.add(tables[0])
        cells[number] = _Cell(tables[0], row, column)
        columns[tables[0]] = max(columns.get(tables[0], 0), column + 1)
    good = wide - layouts
    return {number: one for number, one in cells.items() if one.table in good}, columns


def _columns_of(layout: Layout) -> dict[int, int]:
    """The column of each cell in its row, also behind cells that are empty or span several."""
    free: dict[int, int] = {}
    columns: dict[int, int] = {}
    for frame, name in enumerate(layout.names):
        if name in _CELLS:
            row = layout.parents[frame]
            columns[frame] = free.get(row, 0)
            span = _SPAN.search(f" {layout.attributes[frame]}")
            free[row] = columns[frame] + max(1, int(span[1]) if span else 1)
    return columns

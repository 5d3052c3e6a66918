"""White space: doubled and trailing spaces, tabs, runs of blank lines, the edges of the text.

    space.edges         blank lines before the text, all white space behind it
    space.indent        spaces in front of a paragraph that stands alone on one line
    space.trailing      spaces at the end of a line, and in a line that has nothing else
    space.blank-lines   more than one blank line
    space.doubled       several spaces between two words
    space.tab           a tab between two words

White space that carries meaning stays: deliberate line starts (poetry, lists, addresses), indented
or fenced code, tables by tabs, pipes or columns, and in Markdown the two spaces of a hard break.
The decision is made for each block, which is a run of lines without a blank one, and only from
that block, so tidying twice is tidying once.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from archivetk.characters import ODD_SPACE, occurring, white_runs
from archivetk.patch import Edit
from archivetk.steps import Context, edit

__all__ = ["RULES", "tidy"]

#: Why each rule is there.
RULES: Final[dict[str, str]] = {
    "space.edges": "White space before and behind a text means nothing.",
    "space.indent": "Spaces in front of a paragraph that stands alone mean nothing.",
    "space.trailing": "Spaces at the end of a line mean nothing.",
    "space.blank-lines": "One blank line divides as well as many.",
    "space.doubled": "One space divides two words as well as many.",
    "space.tab": "A tab between two words of a sentence is a space.",
}

#: White space inside a line.  U+3000 is not among it: Chinese and Japanese set it on purpose.
_H: Final = "[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f]"
#: White space that has no use at the end of a line.
_END: Final = "[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]"
_BLANKS: Final = " \t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
_EDGE: Final = _BLANKS + "\u202f\u205f\u3000\n"
#: Spaces that say: do not break the line here.
_NO_BREAK: Final = "\u00a0\u202f\u2007"

_OTHER_SPACE: Final = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
#: The end of a line and at least one blank line.
_GAP: Final = re.compile(rf"\n(?:{_END}*+\n)++")
#: Several spaces or a tab, and no white space around; single spaces are turned away first.
_RUN: Final = re.compile(rf"{_H}(?:(?={_H})|(?<=\t))(?<!\s.){_H}*+(?!\s)")
_CELL: Final = re.compile(r"\S+")
_INDENT: Final = re.compile(rf"{_H}*")
_CODE_SPAN: Final = re.compile(r"(`++)[^`\n]++\1(?!`)")
_FENCE: Final = re.compile(r"^ {0,3}(`{3,}+|~{3,}+)([^\n]*)$", re.MULTILINE)
_CODE_SIGN: Final = re.compile(r"[{}=;<>\[\]$\\]|\(\)|::|->|//|^\s*(?:#|--|\$|>>>)")
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_NO_LATIN: Final = bytes(code for code in range(256) if not bytes((code,)).isalpha())
#: Behind these, two spaces are a typist's habit and no column.
_TYPIST: Final = frozenset('.!?:;,)"”’…')

#: An indented line of this many characters is a paragraph and not a line of verse.
_PARAGRAPH: Final = 60


class _Line(NamedTuple):
    """A line of a block: ``[start, stop)`` without the white space behind it, and its end."""

    start: int
    stop: int
    end: int


class _Spots(NamedTuple):
    """Where there may be something to do.

    Attributes:
        runs: where white space of two and more characters begins, single blank lines aside.
        has_tabs: whether there are tabs.
    """

    runs: list[int]
    has_tabs: bool


class _Layout(NamedTuple):
    """A text, and what keeps its shape in it.

    Attributes:
        text: the text.
        markdown: whether white space has Markdown's meaning.
        shaped: stretches that are not touched.
        tables: tables of a page: tabs between their cells and white space before them stay.
        begin: where the first line that is not blank begins.
        is_odd: whether it may have other white space than plain spaces, tabs and LF.
    """

    text: str
    markdown: bool
    shaped: _Spans
    tables: _Spans
    begin: int
    is_odd: bool


def tidy(text: str, context: Context) -> list[Edit]:
    """The edits that put the white space of a text in order.

    Args:
        text: the text, with LF as line ends.
        context: ``media_type`` says whether Markdown's meaning is to be kept; ``marks`` of kind
            ``pre`` are stretches whose shape stays, and of kind ``table`` such whose cells do.

    Returns:
        Edits by the rules ``space.*``; the text that they give has no white space at its end.
    """
    first = len(text) - len(text.lstrip(_EDGE))
    last = len(text.rstrip(_EDGE))
    if first >= last:
        edits = [edit(0, len(text), "", "space.edges")] if text else []
    else:
        edits = list(_edits(text, first, last, context))
    return [one for one in edits if context.allows(one.rule)]


def _edits(text: str, first: int, last: int, context: Context) -> Iterator[Edit]:
    begin = text.rfind("\n", 0, first) + 1
    if begin:
        yield edit(0, begin, "", "space.edges")
    if last < len(text):
        yield edit(last, len(text), "", "space.edges")
    spots = _spots(text, context.memory)
    if first == begin and not spots.runs and not spots.has_tabs:
        return
    is_odd = not text.isascii() and bool(occurring(text, context.memory) & ODD_SPACE)
    markdown = context.media_type == "text/markdown"
    shaped = _Spans(
        [*_fenced(text, markdown)]
        + [(mark.start, mark.end) for mark in context.marks if mark.kind == "pre"]
    )
    tables = _Spans([(mark.start, mark.end) for mark in context.marks if mark.kind == "table"])
    layout = _Layout(text, markdown, shaped, tables, begin, is_odd)
    position = begin
    for gap in _GAP.finditer(text, begin, last):
        start = gap.start()
        if _troubled(text, position, start, spots):
            yield from _block(layout, position, start)
        start, end = start + 1, gap.end() - 1
        if end > start and not shaped.has(start):
            lines = text.count("\n", start, end)
            yield edit(start, end, "", "space.blank-lines" if lines else "space.trailing")
        position = gap.end()
    if _troubled(text, position, last, spots):
        yield from _block(layout, position, last)


def _spots(text: str, memory: dict[str, Any]) -> _Spots:
    return _Spots(
        [
            at
            for at, is_long in white_runs(text, memory)
            if is_long or not text.startswith("\n\n", at)
        ],
        "\t" in text,
    )


def _troubled(text: str, start: int, stop: int, spots: _Spots) -> bool:
    """Whether there is something to look at; if not, nothing is to be done."""
    at = bisect_left(spots.runs, start - 1)
    return (
        (at < len(spots.runs) and spots.runs[at] <= stop)
        or text[start] in _BLANKS
        or text[stop - 1] in _EDGE
        or (spots.has_tabs and text.find("\t", start, stop) >= 0)
    )


def _block(layout: _Layout, start: int, stop: int) -> Iterator[Edit]:
    """The edits in one run of lines without a blank one."""
    text, markdown, shaped, tables, begin, has_odd = layout
    lines = [one for one in _lines(text, start, stop) if not shaped.has(one.start)]
    if not lines:
        return
    # most blocks have no other spaces than plain ones, and those are found fast
    is_odd = has_odd and _OTHER_SPACE.search(text, start, stop) is not None
    keep: bool | None = None
    for line in lines:
        indent = _indentation(text, line)
        width = indent - line.start
        has_run = is_odd or _has_run(text, indent, line.stop)
        in_table = tables.has(indent)
        if keep is None and (width or has_run):
            keep = _has_shape(text, lines, is_odd=is_odd)
        is_code = markdown and _columns(text[line.start : indent]) >= 4
        if (
            width
            and not keep
            and not markdown
            and not (in_table and "\t" in text[line.start : indent])
            and (
                (len(lines) == 1 and line.stop - indent >= _PARAGRAPH)
                or (line.start == begin and not _any_indented(text, lines[1:]))
            )
        ):
            yield edit(line.start, indent, "", "space.indent")
        if has_run and not is_code and (in_table or not keep):
            yield from _runs(text, indent, line.stop, is_odd=is_odd, tabs=not in_table)
        if line.end > line.stop:
            spaces = line.end - line.stop
            if (
                markdown
                and line.end < stop
                and spaces >= 2
                and text[line.stop : line.stop + 2] == "  "
            ):
                if spaces > 2:
                    yield edit(line.stop + 2, line.end, "", "space.trailing")
            else:
                yield edit(line.stop, line.end, "", "space.trailing")


def _lines(text: str, start: int, stop: int) -> Iterator[_Line]:
    while start <= stop:
        end = text.find("\n", start, stop)
        if end < 0:
            end = stop
        bare = len(text[start:end].rstrip(_EDGE))
        yield _Line(start, start + bare, end)
        start = end + 1


def _indentation(text: str, line: _Line) -> int:
    match = _INDENT.match(text, line.start, line.stop)
    return match.end() if match else line.start


def _any_indented(text: str, lines: list[_Line]) -> bool:
    return any(_indentation(text, line) > line.start for line in lines)


def _columns(indent: str) -> int:
    return len(indent.expandtabs(4))


def _found_runs(text: str, start: int, stop: int) -> Iterator[re.Match[str]]:
    """What :data:`_RUN` finds in a stretch with plain spaces and tabs alone, but faster."""
    double = tab = start - 1
    position = start
    while position < stop:
        if double < position:
            double = text.find("  ", position, stop)
            double = stop if double < 0 else double
        if tab < position:
            tab = text.find("\t", position, stop)
            tab = stop if tab < 0 else tab
        position = min(double, tab)
        if position == tab and position > start and text[position - 1] == " ":
            position -= 1  # a space and a tab
        run = _RUN.match(text, position, stop) if position < stop else None
        if run:
            yield run
            position = run.end()
        else:
            while position < stop and text[position] in " \t":
                position += 1


def _has_run(text: str, start: int, stop: int) -> bool:
    """Whether a stretch with plain spaces and tabs alone has two of them in a row, or a tab."""
    return text.find("  ", start, stop) >= 0 or text.find("\t", start, stop) >= 0


def _runs(text: str, start: int, stop: int, *, is_odd: bool, tabs: bool) -> Iterator[Edit]:
    """Doubled spaces and, if wanted, tabs between the words of a line, code spans aside."""
    code: _Spans | None = None
    find = _RUN.finditer if is_odd else _found_runs
    for run in find(text, start, stop):
        if code is None:
            has_code = text.find("`", start, stop) >= 0
            spans = _CODE_SPAN.finditer(text, start, stop) if has_code else ()
            code = _Spans([one.span() for one in spans])
        if run.start() == start or code.has(run.start()):
            continue
        found = run[0]
        if "\t" in found and not tabs:
            continue
        kept = next((one for one in found if one in _NO_BREAK), " ")
        rule = "space.tab" if "\t" in found else "space.doubled"
        yield edit(run.start(), run.end(), kept, rule)


def _has_shape(text: str, lines: list[_Line], *, is_odd: bool) -> bool:
    """Whether the lines of a block are a table, code or a drawing."""
    if len(lines) == 1:
        only = text[lines[0].start : min(lines[0].stop, lines[0].start + 400)]
        return _is_sparse(only) or (
            _columns(only[: len(only) - len(only.lstrip())]) >= 4 and bool(_CODE_SIGN.search(only))
        )
    tabs = pipes = before = indents = 0
    wide = 0
    left: Counter[int] = Counter()  # columns where a cell begins
    right: Counter[int] = Counter()  # columns where a cell behind a wide gap ends
    for line in lines:
        content = text[line.start : line.stop]
        bare = content.lstrip()
        count = bare.count("\t")
        tabs += bool(count) and count == before
        before = count
        pipes += bare.count("|") >= 2 or bare.startswith("|")
        indents += len(bare) < len(content)
        if not (is_odd or "  " in bare or "\t" in bare):
            continue
        begins, ends = set(), set()
        for run in _RUN.finditer(content, len(content) - len(bare)):
            size = run.end() - run.start()
            if size == 2 and content[run.start() - 1] in _TYPIST:
                continue
            begins.add(run.end())
            if size > 2:
                wide += 1
                cell = _CELL.match(content, run.end())
                ends.add(cell.end() if cell else run.end())
        left.update(begins)
        right.update(ends)
    most = max([*left.values(), *right.values()], default=0)
    return (
        tabs > 0
        or pipes >= 2
        or (most >= 2 and (most * 2 >= len(lines) or wide > 1))
        or (indents > 0 and _is_code(text, lines))
    )


def _is_sparse(text: str) -> bool:
    """Whether less than a third of what is not white space is letters."""
    latin = text.encode("ascii", "ignore").translate(None, _NO_LATIN)
    if len(latin) * 3 >= len(text):  # counted in a tenth of the time
        return False
    letters = sum(map(len, _LETTERS.findall(text)))
    return letters * 3 < sum(map(len, text.split()))


def _is_code(text: str, lines: list[_Line]) -> bool:
    """Whether half of the lines have a sign of code."""
    signs = sum(
        _CODE_SIGN.search(text[line.start : min(line.stop, line.start + 400)]) is not None
        for line in lines
    )
    return signs * 2 >= len(lines)


def _fenced(text: str, markdown: bool) -> Iterator[tuple[int, int]]:
    """Fenced code, from the opening to behind the closing fence (CommonMark, section 4.5).

    Without a closing fence it reaches to the end in Markdown, and is none in other text.
    """
    # single characters are found faster
    if not ("`" in text and "```" in text) and not ("~" in text and "~~~" in text):
        return
    opened: re.Match[str] | None = None
    for fence in _FENCE.finditer(text):
        if opened is None:
            if fence[1][0] != "`" or "`" not in fence[2]:
                opened = fence
        elif (
            fence[1][0] == opened[1][0] and len(fence[1]) >= len(opened[1]) and not fence[2].strip()
        ):
            yield opened.start(), fence.end()
            opened = None
    if opened is not None and markdown:
        yield opened.start(), len(text)


class _Spans:
    """Sorted stretches of a text."""

    def __init__(self, spans: list[tuple[int, int]]) -> None:
        merged: list[tuple[int, int]] = []
        for start, end in sorted(spans):
            if merged and start < merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        self._starts = [start for start, _ in merged]
        self._ends = [end for _, end in merged]

    def has(self, position: int) -> bool:
        """Whether a place is inside one of them."""
        at = bisect_right(self._starts, position) - 1
        return at >= 0 and position < self._ends[at]

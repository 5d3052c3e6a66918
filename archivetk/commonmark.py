r"""Plain text as Markdown (CommonMark 0.31): a reader of Markdown shows what the text says.

>>> markdown_of("# no heading\n2 * 3 *x*")
'\\# no heading\\\n2 * 3 \\*x\\*'
>>> markdown_of("Bring\n- rope\n- tar")
'Bring\n\n- rope\n- tar'

Signs that Markdown would take for marks are escaped (chapter 2.4).  What means the same in both
worlds stays: lists of two items or more, code between fences, indented code, tables with the line
that makes them such.  What is set in columns stands between fences.  Lines of one paragraph, filled
as an editor fills them, stay together; other line breaks are to be seen, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

__all__ = [
    "Change",
    "changes_of",
    "escaped",
    "inline_marks",
    "longest_run",
    "markdown_of",
    "opening_mark",
]

#: What would be read as a mark wherever it stands in a line (chapter 6).
_INLINE: Final = re.compile(
    r"[\\`]"
    r"|\*(?=\S)|(?<=\S)\*"
    r"|(?<![^\W_])_(?=\S)|(?<=\S)_(?![^\W_])"  # within a word it means nothing
    r"|~(?=~)"
    r"|<(?=[A-Za-z/!?])"
    r"|&(?=#?[A-Za-z0-9]{2,31};)"
    r"|\[(?=[^\[\]\n]{0,300}\][(:])"
)
#: What would be read as a mark at the beginning of a line, and where the backslash belongs.
_OPENING: Final = re.compile(
    r"( {0,3})(?:#{1,6}(?:\s|$)|>|[-+*](?:\s|$)|(?:=+|-+)\s*$|(\d{1,9})[.)](?:\s|$)"
    r"|(?:_[ \t]*){3,}$|(?:-[ \t]*){3,}$)"  # a thematic break
)
_ITEM: Final = re.compile(r"( *)(?:([-+*])|(\d{1,9})([.)])) {1,4}(?=\S)")
#: A fence, and the language of the code behind it.
_FENCE: Final = re.compile(r" {0,3}(`{3,}|~{3,}) ?([\w.+#-]{0,30}) *")
_RULE_OF_TABLE: Final = re.compile(r" {0,3}\|?(?: *:?-+:? *\|)+(?: *:?-+:? *)?$")
_COLUMNS: Final = re.compile(r"\S {2,}\S|\S\t")
_INDENTED: Final = re.compile(r" {4}| {0,3}\t")

#: Columns up to which editors and mailers fill lines, and those that they fill at least.
_WIDEST: Final = 100
_NARROWEST: Final = 40


class Change(NamedTuple):
    """``text[start:end]`` becomes ``new``."""

    start: int
    end: int
    new: str


class _Line(NamedTuple):
    start: int
    end: int
    text: str


def markdown_of(text: str) -> str:
    """A plain text as Markdown."""
    parts: list[str] = []
    last = 0
    for start, end, new in changes_of(text):
        parts += text[last:start], new
        last = end
    return "".join([*parts, text[last:]])


def escaped(line: str) -> str:
    """One line with a backslash before each sign that would be read as a mark within a line."""
    return _INLINE.sub(lambda found: "\\" + found[0], line)


def inline_marks(line: str) -> Iterator[int]:
    """Where in a line signs stand that would be read as marks."""
    return (found.start() for found in _INLINE.finditer(line))


def opening_mark(line: str, start: int = 0) -> int:
    """Where the backslash belongs in a line that would be read as a mark of a block, or -1."""
    found = _OPENING.match(line[start:] if start else line)
    if not found:
        return -1
    # of a number what ends it, of all others their first sign
    return start + found.end(found.lastindex or 0)


def longest_run(sign: str, text: str) -> int:
    """How many times a sign stands side by side at most."""
    return max(map(len, re.findall(f"{re.escape(sign)}+", text)), default=0)


def changes_of(text: str) -> Iterator[Change]:
    """What makes Markdown of a plain text, in order."""
    lines = list(_lines(text))
    fenced = _fenced(lines)
    listed = _listed(lines, fenced)
    number = 0
    inside = False  # of a list, which what is indented would go on with
    while number < len(lines):
        if number in fenced or not lines[number].text.strip():
            inside = inside and number not in fenced
            number += 1
            continue
        end = number + 1
        while end < len(lines) and end not in fenced and lines[end].text.strip():
            end += 1
        items = [listed.get(one, -1) for one in range(number, end)]
        yield from _block(lines[number:end], items, inside=inside)
        inside = inside or max(items) >= 0
        inside = inside and (items[-1] >= 0 or lines[end - 1].text.startswith((" ", "\t")))
        number = end


def _lines(text: str) -> Iterator[_Line]:
    start = 0
    for line in text.split("\n"):
        yield _Line(start, start + len(line), line)
        start += len(line) + 1


def _fenced(lines: list[_Line]) -> set[int]:
    """The numbers of lines of code between fences, these among them (chapter 4.5)."""
    found: set[int] = set()
    open_ended = {"`": 1 << 30, "~": 1 << 30}  # no fence of that length is closed any more
    number = 0
    while number < len(lines):
        mark = _FENCE.fullmatch(lines[number].text)
        number += 1
        if not mark:
            continue
        sign, size = mark[1][0], len(mark[1])
        if size >= open_ended[sign]:
            continue
        for close in range(number, len(lines)):
            end = _FENCE.fullmatch(lines[close].text)
            if end and end[1][0] == sign and len(end[1]) >= size and not end[2]:
                if close > number:  # there is code in it
                    found.update(range(number - 1, close + 1))
                number = close + 1
                break
        else:
            open_ended[sign] = size
    return found


def _listed(lines: list[_Line], fenced: set[int]) -> dict[int, int]:
    """Lines that are items of lists of two or more, and where in them the item's text begins."""
    found: dict[int, int] = {}
    above: dict[int, tuple[int, str, int]] = {}  # by indentation: line, sign, number
    for number, line in enumerate(lines):
        if not line.text.strip():
            continue
        item = None if number in fenced else _ITEM.match(line.text)
        indent = len(line.text) - len(line.text.lstrip(" "))
        for other in [one for one in above if one > indent or (one == indent and not item)]:
            del above[other]
        if not item:
            continue
        if indent > 3 and not above:
            continue  # code
        sign, count = item[2] or item[4], int(item[3] or 0)
        last = above.get(indent)
        if last and last[1] == sign and (item[2] or last[2] + 1 == count):
            above_at = last[0]
            found.setdefault(above_at, _ITEM.match(lines[above_at].text).end())  # type: ignore[union-attr]
            found[number] = item.end()
        above[indent] = (number, sign, count)
    return found


def _block(lines: list[_Line], items: list[int], *, inside: bool) -> Iterator[Change]:
    """The changes in lines that no blank line parts.

    Args:
        lines: the lines.
        items: where the text of each begins that is the item of a list, else -1.
        inside: a list goes before.
    """
    start, end = lines[0].start, lines[-1].end
    shown = [line.text for line in lines]
    if max(items) < 0:
        if not inside and all(map(_INDENTED.match, shown)):
            return  # code it was, code it stays
        if sum(map(bool, map(_COLUMNS.search, shown))) > 1:
            fence = "`" * max(3, longest_run("`", "\n".join(shown)) + 1)
            yield Change(start, start, f"{fence}\n")
            yield Change(end, end, f"\n{fence}")
            return
    first, last = _table(shown)
    filled, wide = _filled(shown), max(map(len, shown)) > _WIDEST
    for number, line in enumerate(lines):
        in_table = first <= number < last
        if number and not (in_table and number > first):
            before = items[number - 1] >= 0
            if items[number] >= 0 or in_table or number == last:
                between = "" if before and items[number] >= 0 else "\n"
            elif before:
                # what is indented belongs to the item
                between = "" if line.text.startswith("  ") else "\n"
            else:
                between = "" if filled else "\n" if wide else "\\"
            if between:
                yield Change(line.start - 1, line.start - 1, between)
        if not in_table or number != first + 1:
            yield from _escapes(line, items[number], row=in_table)


def _table(shown: list[str]) -> tuple[int, int]:
    """The first row of a table and the line behind its last one; two zeros where there is none."""
    for number in range(1, len(shown)):
        if _RULE_OF_TABLE.fullmatch(shown[number]) and "|" in shown[number - 1]:
            end = number + 1
            while end < len(shown) and "|" in shown[end]:
                end += 1
            return number - 1, end
    return 0, 0


def _filled(shown: list[str]) -> bool:
    """Whether lines are one paragraph that an editor filled: no first word fits one line higher."""
    width = max(map(len, shown))
    return _NARROWEST <= width <= _WIDEST and all(
        len(line.rstrip()) + 1 + len(behind.split(None, 1)[0]) > width
        for line, behind in pairwise(shown)
    )


def _escapes(line: _Line, item: int, *, row: bool) -> Iterator[Change]:
    """Backslashes before what would be read as a mark; what indents a paragraph goes."""
    text = line.text
    begin = max(item, 0)
    if item < 0 and _INDENTED.match(text):
        begin = len(text) - len(text.lstrip())
        yield Change(line.start, line.start + begin, "")
    places = {begin + at for at in inline_marks(text[begin:])}
    if not row and (at := opening_mark(text, begin)) >= 0:
        places.add(at)
    for at in sorted(places):
        yield Change(line.start + at, line.start + at, "\\")

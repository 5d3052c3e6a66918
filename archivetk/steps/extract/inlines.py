"""Marks of Markdown within a line: links, emphasis, code, and escapes of what only looks like one.

CommonMark 0.31, chapter 2.4 (backslash escapes) and chapter 6 (inlines).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from html import unescape
from typing import Final, NamedTuple

from archivetk.commonmark import inline_marks, longest_run, opening_mark
from archivetk.steps.markup.layout import Inline

__all__ = ["Line", "Sign", "signs_in_lines"]

#: Place, end (0) or begin (1), order among those at one place, and the sign itself.
Sign = tuple[int, int, int, str]

_EMPHASIS: Final = {"b": "**", "strong": "**", "em": "*", "i": "*"}
_CODE: Final = frozenset({"code", "kbd", "samp"})
_HREF: Final = re.compile(
    r"""[\s"']href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE
)
_UNFIT: Final = re.compile(r"[\x00-\x1f\x7f]+")
_CODED: Final = {" ": "%20", "(": "%28", ")": "%29", "<": "%3C", ">": "%3E", "\\": "%5C"}

#: Signs at the end of a heading that would be read as its end.
_CLOSING: Final = re.compile(r"(?<!\S)#+$")


class Line(NamedTuple):
    """A line of text: where it stands, and whether it is code, a cell of a table, a heading."""

    start: int
    end: int
    verbatim: bool
    cell: bool
    heading: bool


def signs_in_lines(text: str, lines: list[Line], inlines: list[Inline]) -> list[Sign]:
    """The signs of links, emphasis and code that stand within one line, and escapes.

    Args:
        text: the text.
        lines: its lines that are of interest, in order.
        inlines: the inline elements of the page, where they stand in the text.
    """
    out: list[Sign] = []
    codes: list[tuple[int, int]] = []
    links: list[tuple[int, int]] = []
    line, closed = 0, -1
    hard = {place for one in inlines if one.name == "a" or one.name in _CODE for place in one[:2]}
    opened: list[tuple[int, str]] = []  # where the elements around end, and with what
    found = sorted(inlines, key=lambda one: (one.start, -one.end))
    for number, (low, high, name, attributes) in enumerate(found):
        start, end = low, high
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        while line < len(lines) and lines[line].end <= start:
            line += 1
        if line == len(lines):
            break
        here = lines[line]
        if start >= end or start < here.start or end > here.end or here.verbatim:
            continue
        while opened and opened[-1][0] <= start:
            opened.pop()
        if (codes and start < codes[-1][1]) or (opened and end > opened[-1][0]):
            continue  # code is as it stands; elements that cross are broken markup
        if name == "a":
            href = _address(attributes)
            if not href or (links and start < links[-1][1]):
                continue
            links.append((start, end))
            opening, closing = "[", f"]({href})"
        elif name in _CODE:
            codes.append((start, end))
            opening, closing = _code_signs(text[start:end])
        elif name in _EMPHASIS:
            opening = closing = _EMPHASIS[name]
            around = any(sign == closing for _, sign in opened)
            if around or start == closed or not _can_flank(text, start, end, hard):
                continue
            closed = max(closed, end)
        else:
            continue
        opened.append((end, closing))
        out.append((start, 1, len(text) - end, opening))
        # what begins last ends first, also where both begin at one place
        out.append((end, 0, ((len(text) - start) << 24) - number, closing))
    _escape(text, lines, out, codes, links)
    return out


def _escape(
    text: str,
    lines: list[Line],
    out: list[Sign],
    codes: list[tuple[int, int]],
    links: list[tuple[int, int]],
) -> None:
    """Backslashes before characters of the text that Markdown would take for signs."""
    for here in lines:
        start, end = here.start, here.end
        if here.verbatim:
            continue
        shown = text[start:end]
        places = {start + one for one in inline_marks(shown)}
        if not here.cell and (opening := opening_mark(shown)) >= 0:
            places.add(start + opening)
        if here.heading and (ending := _CLOSING.search(shown)):
            places.add(start + ending.start())
        for low, high in links[bisect_left(links, (start, 0)) : bisect_left(links, (end, 0))]:
            places.update(place for place in range(low, high) if text[place] in "[]")
            if low > start and text[low - 1] == "!":
                places.add(low - 1)  # would make it an image
        inside = codes[bisect_left(codes, (start, 0)) : bisect_left(codes, (end, 0))]
        if inside:
            places.difference_update(place for span in inside for place in range(*span))
        if here.cell:  # a pipe ends the cell, also in code
            places.update(start + at for at, sign in enumerate(shown) if sign == "|")
        out.extend((place, 1, len(text), "\\") for place in places)


def _can_flank(text: str, start: int, end: int, hard: set[int]) -> bool:
    """Whether signs of emphasis around a stretch are read as such (section 6.2).

    Args:
        text: the text.
        start: where the stretch begins.
        end: where it ends.
        hard: places where signs of links or code stand, which are no letters.
    """
    before = text[start - 1] if start else " "
    behind = text[end] if end < len(text) else " "
    if (start in hard and before.isalnum()) or (end in hard and behind.isalnum()):
        return False
    return (text[start].isalnum() or (before.isspace() and text[start] not in "*_")) and (
        text[end - 1].isalnum() or (behind.isspace() and text[end - 1] not in "*_")
    )


def _code_signs(code: str) -> tuple[str, str]:
    """The signs around code: more backticks than there are in it, apart from those at its edges."""
    ticks = "`" * (longest_run("`", code) + 1)
    if code[0] == "`" or code[-1] == "`":
        return f"{ticks} ", f" {ticks}"
    return ticks, ticks


def _address(attributes: str) -> str:
    """Where a link leads to, as Markdown can hold it; empty where that is nowhere."""
    # a name begins behind a character, which a search finds sooner than a place between two
    match = _HREF.search(f" {attributes}")
    if match is None:
        return ""
    href = _UNFIT.sub("", unescape(match[1] or match[2] or match[3] or "").strip())
    if href[:1] == "#" or href.lower().startswith("javascript:"):
        return ""
    return "".join(_CODED.get(sign, sign) for sign in href)

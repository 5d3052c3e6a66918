"""Stretches of a text that are quoted character by character: code, fenced, marked or in a line."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Final

from archivetk.steps import Mark
from archivetk.steps.join.places import before_on_line

__all__ = ["Verbatim"]

_FENCE: Final = re.compile(r"^ {0,3}(```|~~~)", re.MULTILINE)
_KINDS: Final = frozenset(("pre", "code", "table"))


class Verbatim:
    """The code in a text; asked only where something would be changed."""

    def __init__(self, text: str, marks: list[Mark]) -> None:
        self._text = text
        spans = [(one.start, one.end) for one in marks if one.kind in _KINDS]
        opened: re.Match[str] | None = None
        for fence in _FENCE.finditer(text):
            if opened is None:
                opened = fence
            elif fence[1] == opened[1]:
                spans.append((opened.start(), fence.end()))
                opened = None
        self._starts: list[int] = []
        self._ends: list[int] = []
        reach = -1
        for start, end in sorted(spans):
            reach = max(reach, end)
            self._starts.append(start)
            self._ends.append(reach)

    def has(self, position: int) -> bool:
        """Whether a place is inside code."""
        at = bisect_right(self._starts, position) - 1
        if at >= 0 and position < self._ends[at]:
            return True
        before = before_on_line(self._text, position)
        last = before.rfind("`")
        if last < 0 or before.count("`") % 2 == 0 or (last and before[last - 1].isalnum()):
            return False  # behind a letter it is no span: Armenian sets it as a pause
        close = self._text.find("`", position, position + 1000)
        return close >= 0 and self._text.find("\n", position, close) < 0

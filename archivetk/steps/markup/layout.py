"""What a scan learns of a page beside its text: units, frames, inline elements.

A *unit* is a line of text between two breaks.  A *frame* is an element that breaks or encloses
lines.  All is held in parallel lists, since a large page has many of both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

__all__ = ["Inline", "Layout"]


class Inline(NamedTuple):
    """An inline element.

    Attributes:
        start, end: code points of the text; white space at the start may belong to the gap.
        name: of the element, in lower case.
        attributes: its attributes as they stand in the source.
    """

    start: int
    end: int
    name: str
    attributes: str


@dataclass(slots=True)
class Layout:
    """The layout of a page, in code points of the text that the scan gives.

    Attributes:
        html: the source that was scanned.
        unit_start, unit_end: where each unit stands.
        unit_frame: the frame that each unit begins in.
        unit_link: code points of it that stand in links.
        unit_break: what stands before it: 2 the next cell, 3 a line break, 4 a paragraph break.
        names: name of each frame's element; frame 0 is the document.
        parents: index of the frame around each frame; always smaller than its own.
        attributes: attributes of each frame's element, as they stand in the source.
        inlines: links (with ``href``), emphasis and code, in the order of their ends.
        json_ld: spans of the source that hold JSON-LD.
        title: span of the source that holds the content of ``<title>``.
        length: code points of the text.
        broken: kinds of broken markup that were met.
    """

    html: str = ""
    unit_start: list[int] = field(default_factory=list)
    unit_end: list[int] = field(default_factory=list)
    unit_frame: list[int] = field(default_factory=list)
    unit_link: list[int] = field(default_factory=list)
    unit_break: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=lambda: ["#document"])
    parents: list[int] = field(default_factory=lambda: [0])
    attributes: list[str] = field(default_factory=lambda: [""])
    inlines: list[Inline] = field(default_factory=list)
    json_ld: list[tuple[int, int]] = field(default_factory=list)
    title: tuple[int, int] | None = None
    length: int = 0
    broken: list[str] = field(default_factory=list)

    def units_in(self, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
        """The units that stand in some spans: the number of each, and the part that does.

        Args:
            spans: stretches of the text, in order and apart.
        """
        starts, ends = self.unit_start, self.unit_end
        first = 0
        for low, high in spans:
            while first < len(ends) and ends[first] <= low:
                first += 1
            at = first
            while at < len(starts) and starts[at] < high:
                yield at, max(low, starts[at]), min(high, ends[at])
                at += 1

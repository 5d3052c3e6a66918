"""A page as its judges see it: its units, how much they weigh, the regions that they stand in.

Everything is told from the layout of the scan; no tree is built.
"""

from __future__ import annotations

from typing import Final

from archivetk.steps.extract.regions import BITS, NEGATIVE, said_by
from archivetk.steps.markup import Layout

__all__ = ["Page"]

#: Prose weight from which a unit is a paragraph.
_PARAGRAPH: Final = 60
#: Links shorter than this, in the regions after it, are beyond doubt.
_SHORT: Final = 80
_SURE: Final = BITS["nav"] | BITS["footer"] | BITS["consent"]


class Page:
    """A page as the judge of main content sees it.

    Attributes:
        text: the text of the scan.
        layout: its layout.
        units: the text of each unit.
        used: the frames that hold a unit, the document itself left out, the outer ones first.
        near: mask of the frame of each unit and of the two around it.
        any: mask of all frames around each unit, those left out that hold most of the page.
        weights: length of each unit in code points, dense scripts counting double and a half.
        links: share of each unit that stands in links.
        runs: the words in class, id and role of each frame that is used.
        prose: weight of what reads like running text in each unit.
        copies: units that are left out because their text is kept elsewhere; a judge tells them.
    """

    __slots__ = (
        "any", "copies", "layout", "links", "near", "own", "prose",
        "runs", "text", "units", "used", "weights",
    )  # fmt: skip

    def __init__(self, text: str, layout: Layout) -> None:
        self.text = text
        self.layout = layout
        self.copies: frozenset[int] = frozenset()
        starts, ends, frames = layout.unit_start, layout.unit_end, layout.unit_frame
        self.units = units = [text[a:b] for a, b in zip(starts, ends, strict=True)]
        self.weights = weights = (
            list(map(float, map(len, units))) if text.isascii() else list(map(_weight, units))
        )
        self.links = [
            min(1.0, link / (len(unit) or 1)) if link else 0.0
            for link, unit in zip(layout.unit_link, units, strict=True)
        ]
        self.prose = [
            weight if weight >= _PARAGRAPH and link < 0.4 else 0.0
            for weight, link in zip(weights, self.links, strict=True)
        ]
        # regions, handed down; what encloses most of the page says nothing about its parts
        names, parents, attributes = layout.names, layout.parents, layout.attributes
        count = len(names)
        used = bytearray(count)
        held = [0.0] * count
        for frame, prose in zip(frames, self.prose, strict=True):
            held[frame] += prose
            while not used[frame]:
                used[frame] = 1
                frame = parents[frame]  # noqa: PLW2901
        self.used = chosen = [frame for frame in range(1, count) if used[frame]]
        for frame in reversed(chosen):
            if held[frame]:
                held[parents[frame]] += held[frame]
        most = 0.6 * held[0]
        self.own = own = [0] * count
        runs: list[tuple[str, ...]] = [()] * count
        self.runs = runs
        inherited = [0] * count
        near = [0] * count
        for frame in chosen:
            up = parents[frame]
            mask, runs[frame] = said_by(names[frame], attributes[frame])
            own[frame] = mask
            near[frame] = mask | own[up] | own[parents[up]]
            if most and held[frame] > most:
                mask &= ~NEGATIVE
            inherited[frame] = inherited[up] | mask
        self.any = [inherited[frame] for frame in frames]
        self.near = [near[frame] for frame in frames]

    def furniture(self) -> list[bool]:
        """Which units are beyond doubt: short links in menus, footers and notices."""
        return [
            link > 0.9 and weight < _SHORT and bool(mask & _SURE)
            for link, weight, mask in zip(self.links, self.weights, self.any, strict=True)
        ]


def _weight(unit: str) -> float:
    """Length of a text, where one character of a dense script counts as two and a half."""
    if unit.isascii():
        return float(len(unit))
    middle = unit[len(unit) // 2]
    return len(unit) * (2.5 if "\u2e80" <= middle < "\ua000" or middle >= "\uac00" else 1.0)

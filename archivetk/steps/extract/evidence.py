"""The evidence of a page: what each unit is like, where it stands, what stands around it.

Everything is told from the layout of the scan; no tree is built.  One pass goes over the frames
from the innermost out to add up how much text, link text and prose each holds, one goes back in to
hand down the regions, and one over the units puts their features in a row.
"""

from __future__ import annotations

import json
import re
from html import unescape
from math import log
from typing import Final

from archivetk.steps.align import key_of
from archivetk.steps.extract.regions import BITS, KINDS, NEGATIVE, bits_of
from archivetk.steps.markup import Layout

__all__ = ["FEATURES", "Page"]

_BLOCKS: Final = {"p": 1, "h1": 2, "h2": 3, "h3": 4, "h4": 4, "h5": 4, "h6": 4, "li": 5, "div": 6,
    "td": 7, "th": 7, "blockquote": 8, "pre": 9, "figcaption": 10, "dd": 11, "dt": 11, "section": 6,
    "article": 6, "button": 12, "label": 12, "a": 12}  # fmt: skip
_END: Final = frozenset(".!?…。！？։؟।۔")
_CLOSERS: Final = "\"'”’»)]』」›“"
_SENTENCE: Final = re.compile(r"[.!?…][\"'”’»)]*\s|[。！？।۔؟]")
_COMMAS: Final = re.compile(r"[,;，、،]")
_DIGITS: Final = re.compile(r"[0-9]")
_UPPER: Final = re.compile(r"[A-ZÀ-ÞА-ЯΑ-Ω]")
_TOKEN: Final = re.compile(r"\w+")
_LEGAL: Final = re.compile(r"©|\(c\) |copyright|all rights reserved", re.IGNORECASE)
_BODY: Final = re.compile(r'"articleBody"\s*:\s*"((?:[^"\\]++|\\.)*+)"')
_META: Final = re.compile(r"<meta\s[^>]{0,2000}>", re.IGNORECASE)
_DESCRIBES: Final = re.compile(
    r"(?:name|property)\s*=\s*[\"']?(?:og:|twitter:)?description\b", re.IGNORECASE
)
_CONTENT: Final = re.compile(r"content\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_CLASS: Final = re.compile(r"""\bclass\s*=\s*["']?([^"'>]*)""")

#: Longest description and title that are looked at, in code points.
_LONGEST: Final = 2000
#: Prose weight from which a unit is a paragraph.
_PARAGRAPH: Final = 60
#: What prose counts that stands alone in its box.
_ALONE: Final = 0.2
#: Links shorter than this, in the regions after it, are beyond doubt.
_SHORT: Final = 80
_SURE: Final = BITS["nav"] | BITS["footer"] | BITS["consent"]

_OWN: Final = (
    "weight", "words", "link", "end", "sentences", "commas", "digits", "upper", "first", "wordlen",
    "block", "break", "legal", "title", "heading", "repeat", "body", "described", "ellipsis",
    "colon", "bar", "index", "place", "before", "after", "h1", "prose",
)  # fmt: skip
_AROUND: Final = (
    "depth", "path", "path_share", "frame_weight", "frame_link", "frame_units", "frame_mean",
    "up_weight", "up_link", "up_units", "up_mean", "up_prose", "up2_weight", "up2_link",
    "up2_units", "up2_prose", "alike", "up_alike", "up2_alike",
    "page_weight", "page_units", "page_prose", "page_link", "core_prose",
)  # fmt: skip
_NEIGHBOURS: Final = (
    *(
        f"{name}{offset:+d}"
        for offset in (-2, -1, 1, 2)
        for name in ("weight", "link", "end", "block", "same")
    ),
    "prose_before5",
    "prose_after5",
    "run",
    "block_mean",
)
_REGIONS: Final = tuple(f"near_{kind}" for kind in KINDS) + tuple(f"any_{kind}" for kind in KINDS)

#: Names of the features of a unit, in their order.
FEATURES: Final = (*_OWN, *_AROUND, *_NEIGHBOURS, *_REGIONS, "judged")


class Page:
    """A page as the judge of main content sees it.

    Attributes:
        text: the text of the scan.
        layout: its layout.
        units: the text of each unit.
        near: mask of the frame of each unit and of the two around it.
        any: mask of all frames around each unit, those left out that hold most of the page.
        weights: length of each unit in code points, dense scripts counting double and a half.
        links: share of each unit that stands in links.
        prose: weight of what reads like running text in each unit.
    """

    __slots__ = (
        "_path", "any", "frame_any", "frame_near", "layout", "links", "near", "own", "prose",
        "text", "units", "weights",
    )  # fmt: skip

    def __init__(self, text: str, layout: Layout) -> None:
        self.text = text
        self.layout = layout
        starts, ends, frames = layout.unit_start, layout.unit_end, layout.unit_frame
        self.units = units = [text[a:b] for a, b in zip(starts, ends, strict=True)]
        self.weights = weights = [_weight(unit) for unit in units]
        self.links = [
            min(1.0, link / (len(unit) or 1))
            for link, unit in zip(layout.unit_link, units, strict=True)
        ]
        self.prose = [
            weight if weight >= _PARAGRAPH and link < 0.4 else 0.0
            for weight, link in zip(weights, self.links, strict=True)
        ]
        # regions, handed down; what encloses most of the page says nothing about its parts
        names, parents, attributes = layout.names, layout.parents, layout.attributes
        count = len(names)
        held = [0.0] * count
        for frame, prose in zip(frames, self.prose, strict=True):
            held[frame] += prose
        for frame in range(count - 1, 0, -1):
            held[parents[frame]] += held[frame]
        most = 0.6 * held[0]
        used = bytearray(count)
        for frame in frames:
            while not used[frame]:
                used[frame] = 1
                frame = parents[frame]  # noqa: PLW2901
        self.own = own = [0] * count
        self.frame_any = inherited = [0] * count
        for frame in range(1, count):
            if used[frame]:
                mask = bits_of(names[frame], attributes[frame])
                own[frame] = mask
                if most and held[frame] > most:
                    mask &= ~NEGATIVE
                inherited[frame] = inherited[parents[frame]] | mask
        self.frame_near = near = [0] * count
        for frame in range(1, count):
            if used[frame]:
                up = parents[frame]
                near[frame] = own[frame] | own[up] | own[parents[up]]
        self.any = [inherited[frame] for frame in frames]
        self.near = [near[frame] for frame in frames]

    def furniture(self) -> list[bool]:
        """Which units are beyond doubt: short links in menus, footers and notices."""
        return [
            link > 0.9 and weight < _SHORT and bool(mask & _SURE)
            for link, weight, mask in zip(self.links, self.weights, self.any, strict=True)
        ]

    def features(
        self, judged: list[float] | None = None, skip: list[bool] | None = None
    ) -> list[list[float]]:
        """The features of every unit, in the order of :data:`FEATURES`.

        Args:
            judged: for each unit, the share of it that another judge keeps; left out: unknown.
            skip: units whose row is not wanted and comes out empty.
        """
        layout, units = self.layout, self.units
        weights, links, prose = self.weights, self.links, self.prose
        frames, names, parents = layout.unit_frame, layout.names, layout.parents
        count = len(units)
        if not count:
            return []
        size = len(names)
        f_weight = [0.0] * size
        f_link = [0.0] * size
        f_prose = [0.0] * size
        f_units = [0] * size
        for index, frame in enumerate(frames):
            f_weight[frame] += weights[index]
            f_link[frame] += weights[index] * links[index]
            f_prose[frame] += prose[index]
            f_units[frame] += 1
        for frame in range(size - 1, 0, -1):
            if f_units[frame]:
                up = parents[frame]
                f_weight[up] += f_weight[frame]
                f_link[up] += f_link[frame]
                f_prose[up] += f_prose[frame]
                f_units[up] += f_units[frame]
        depth, on_path, alike = self._paths(self._together(), f_units)
        total = f_weight[0] or 1.0
        total_prose = f_prose[0]
        path_length = max(on_path)
        core = total_prose
        titles = self._title_words()
        bodies = self._bodies()
        description = self._description()
        keys = [key_of(unit) if len(unit) < 400 else unit for unit in units]
        seen: dict[str, int] = {}
        for key in keys:
            seen[key] = seen.get(key, 0) + 1
        blocks = [_BLOCKS.get(names[frame], 0) for frame in frames]
        ended = [_ends(unit) for unit in units]
        headline = _headline(units, frames, names, titles)
        logs = [log(1 + weight) for weight in weights]
        pages = [
            log(1 + total), log(count), total_prose / total, f_link[0] / total,
        ]  # fmt: skip
        rows: list[list[float]] = []
        passed = 0.0
        sums = [0.0]
        for value in prose:
            sums.append(sums[-1] + value)
        frame_rows: dict[int, list[float]] = {}
        masks: dict[tuple[int, int], list[float]] = {}
        kinds = range(len(KINDS))
        run = 0
        for index, unit in enumerate(units):
            frame = frames[index]
            if skip is not None and skip[index]:
                rows.append([])
                passed += weights[index]
                run = run + 1 if index and parents[frames[index - 1]] == parents[frame] else 0
                continue
            length = len(unit) or 1
            words = unit.count(" ") + 1
            lower = unit[0].islower()
            short = words <= 25
            row = [
                logs[index],
                words,
                links[index],
                ended[index],
                len(_SENTENCE.findall(unit)) if length > 30 else 0,
                len(_COMMAS.findall(unit)) / length * 100,
                len(_DIGITS.findall(unit)) / length if length < 200 else 0.0,
                len(_UPPER.findall(unit)) / length if length < 200 else 0.0,
                0.0 if lower else 1.0 if unit[0].isalpha() else 2.0,
                length / words,
                blocks[index],
                layout.unit_break[index],
                1.0 if length < 400 and _LEGAL.search(unit) else 0.0,
                _overlap(unit, titles) if short and titles else -1.0,
                1.0 if 2 <= blocks[index] <= 4 else 0.0,
                seen[keys[index]],
                _within(keys[index], bodies),
                1.0 if description and keys[index][:60] in description and length > 25 else 0.0,
                1.0 if unit.endswith(("...", "…")) else 0.0,
                1.0 if unit.endswith(":") else 0.0,
                1.0 if "|" in unit or "»" in unit or " / " in unit else 0.0,
                index / count,
                passed / total,
                sums[index] / total_prose if total_prose else 0.0,
                (total_prose - sums[index + 1]) / total_prose if total_prose else 0.0,
                -99.0 if headline < 0 else max(-50.0, min(50.0, index - headline)),
                prose[index],
            ]
            passed += weights[index]
            around = frame_rows.get(frame)
            if around is None:
                up = parents[frame]
                up2 = parents[up]
                units_here = f_units[frame]
                around = [
                    depth[frame],
                    path_length - on_path[frame],
                    f_prose[self._path_frame(on_path[frame])] / total_prose if total_prose else 0.0,
                    log(1 + f_weight[frame]),
                    f_link[frame] / (f_weight[frame] or 1),
                    units_here,
                    f_weight[frame] / units_here,
                    log(1 + f_weight[up]),
                    f_link[up] / (f_weight[up] or 1),
                    f_units[up],
                    f_weight[up] / f_units[up],
                    f_prose[up] / (f_weight[up] or 1),
                    log(1 + f_weight[up2]),
                    f_link[up2] / (f_weight[up2] or 1),
                    f_units[up2],
                    f_prose[up2] / (f_weight[up2] or 1),
                    alike[frame],
                    alike[up],
                    alike[up2],
                    *pages,
                    core,
                ]
                frame_rows[frame] = around
            row.extend(around)
            for offset in (-2, -1, 1, 2):
                other = index + offset
                if 0 <= other < count:
                    row += (
                        logs[other],
                        links[other],
                        ended[other],
                        blocks[other],
                        1.0
                        if frames[other] == frame
                        else 0.5
                        if parents[frames[other]] == parents[frame]
                        else 0.0,
                    )
                else:
                    row += (-1.0, -1.0, -1.0, -1.0, -1.0)
            run = run + 1 if index and parents[frames[index - 1]] == parents[frame] else 0
            row += (
                sums[index] - sums[max(0, index - 5)],
                sums[min(count, index + 6)] - sums[index + 1],
                run,
                logs[index] - (logs[index - 1] if index else 0.0),
            )
            pair = (self.near[index], self.any[index])
            flags = masks.get(pair)
            if flags is None:
                near, every = pair
                flags = [
                    *(float(near >> bit & 1) for bit in kinds),
                    *(float(every >> bit & 1) for bit in kinds),
                ]
                masks[pair] = flags
            row += flags
            row.append(-1.0 if judged is None else judged[index])
            rows.append(row)
        return rows

    def _together(self) -> list[float]:
        """Prose in each frame; what stands alone in its box, like a teaser, weighs less."""
        frames, parents = self.layout.unit_frame, self.layout.parents
        beside: dict[int, int] = {}
        for frame, value in zip(frames, self.prose, strict=True):
            if value:
                up = parents[frame]
                beside[up] = beside.get(up, 0) + 1
                if up != frame:
                    beside[frame] = beside.get(frame, 0) + 1
        held = [0.0] * len(parents)
        for frame, value in zip(frames, self.prose, strict=True):
            if value:
                alone = beside[parents[frame]] < 2 and beside[frame] < 2
                held[frame] += value * (_ALONE if alone else 1.0)
        for frame in range(len(parents) - 1, 0, -1):
            if held[frame]:
                held[parents[frame]] += held[frame]
        return held

    def _paths(
        self, f_prose: list[float], f_units: list[int]
    ) -> tuple[list[int], list[int], list[int]]:
        """Depth of each frame, how far it is on the way to the core, and how many are like it."""
        layout = self.layout
        names, parents, attributes = layout.names, layout.parents, layout.attributes
        size = len(names)
        heaviest = [0] * size
        for frame in range(size - 1, 0, -1):
            up = parents[frame]
            if f_prose[frame] and (not heaviest[up] or f_prose[frame] > f_prose[heaviest[up]]):
                heaviest[up] = frame
        path = [0]
        while True:
            child = heaviest[path[-1]]
            if not child or f_prose[child] < 0.4 * f_prose[path[-1]] or f_units[child] < 2:
                break
            path.append(child)
        self_path = {frame: index for index, frame in enumerate(path)}
        self._path = path
        depth = [0] * size
        on_path = [0] * size
        signs: dict[tuple[str, str], int] = {}
        sign_of: list[tuple[str, str] | None] = [None] * size
        for frame in range(1, size):
            if not f_units[frame]:
                continue
            up = parents[frame]
            depth[frame] = depth[up] + 1
            on_path[frame] = self_path.get(frame, on_path[up])
            named = _CLASS.search(attributes[frame]) if attributes[frame] else None
            sign = (names[frame], named[1] if named else names[up])
            sign_of[frame] = sign
            signs[sign] = signs.get(sign, 0) + 1
        return depth, on_path, [signs[sign] if sign else 0 for sign in sign_of]

    def _path_frame(self, index: int) -> int:
        return self._path[index]

    def _title_words(self) -> frozenset[str]:
        span = self.layout.title
        if span is None:
            return frozenset()
        title = unescape(self.layout.html[span[0] : min(span[1], span[0] + _LONGEST)])
        return frozenset(_TOKEN.findall(title.lower()))

    def _bodies(self) -> list[str]:
        """The article's text as JSON-LD gives it, under the key of lines."""
        result = []
        for start, end in self.layout.json_ld:
            for match in _BODY.finditer(self.layout.html, start, end):
                try:
                    body = json.loads(f'"{match[1]}"', strict=False)
                except ValueError:
                    continue
                if len(body) > 200:
                    result.append(key_of(unescape(re.sub(r"<[^>]*>", " ", body))))
        return result

    def _description(self) -> str:
        """What the page's metadata say of it, under the key of lines."""
        for match in _META.finditer(self.layout.html, 0, 60_000):
            if _DESCRIBES.search(match[0]):
                content = _CONTENT.search(match[0])
                if content:
                    return key_of(unescape((content[1] or content[2] or "")[:_LONGEST]))
        return ""


def _weight(unit: str) -> float:
    """Length of a text, where one character of a dense script counts as two and a half."""
    if unit.isascii():
        return float(len(unit))
    middle = unit[len(unit) // 2]
    return len(unit) * (2.5 if "\u2e80" <= middle < "\ua000" or middle >= "\uac00" else 1.0)


def _ends(unit: str) -> float:
    """Whether a unit ends like a sentence."""
    tail = unit[-4:].rstrip(_CLOSERS)
    return 1.0 if tail and tail[-1] in _END else 0.0


def _overlap(unit: str, titles: frozenset[str]) -> float:
    words = _TOKEN.findall(unit.lower())
    return sum(word in titles for word in words) / len(words) if words else 0.0


def _within(key: str, bodies: list[str]) -> float:
    if not bodies:
        return -1.0
    probe = key if len(key) < 60 else key_of(key)[:60]
    return 1.0 if any(probe in body for body in bodies) else 0.0


def _headline(units: list[str], frames: list[int], names: list[str], titles: frozenset[str]) -> int:
    """The unit that is the page's headline: the first ``h1`` or heading like the title."""
    first = -1
    for index, frame in enumerate(frames):
        name = names[frame]
        if name in {"h1", "h2"}:
            if titles and _overlap(units[index], titles) > 0.6:
                return index
            if name == "h1" and first < 0:
                first = index
    return first

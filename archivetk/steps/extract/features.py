"""What a page looks like in figures: one row for each unit, for the model to judge by.

The characters are looked at all at once, in arrays: a table says of each what it is, and sums over
stretches are differences of running totals.  No logarithms: trees ask only what is more, and so the
figures are the same on every machine.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import lru_cache
from html import unescape
from itertools import chain, repeat
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from archivetk.steps.align import key_of
from archivetk.steps.extract.evidence import Page
from archivetk.steps.extract.names import NAMED, Names, named, stored_names
from archivetk.steps.extract.neighbours import NEIGHBOURS, neighbours, windows
from archivetk.steps.extract.records import COMPOSED, RECORDS, composition, records
from archivetk.steps.extract.regions import KINDS

__all__ = ["FEATURES", "WHOLE", "Groups", "features"]

Floats = NDArray[np.float32]

_BLOCKS: Final = {"p": 1, "h1": 2, "h2": 3, "h3": 4, "h4": 5, "h5": 5, "h6": 5, "li": 6, "div": 7,
    "section": 7, "article": 7, "td": 8, "th": 8, "blockquote": 9, "pre": 10, "figcaption": 11,
    "dd": 12, "dt": 12, "ul": 13, "ol": 13, "table": 14, "tr": 14, "tbody": 14, "form": 15,
    "button": 15, "label": 15, "center": 16, "main": 17, "body": 17}  # fmt: skip
_LEVELS: Final = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_INSIDE: Final = {"li": 1, "ul": 1, "ol": 1, "table": 2, "td": 2, "blockquote": 4, "figure": 8,
    "figcaption": 8, "p": 16, "article": 32, "section": 64, "pre": 128}  # fmt: skip
_INSIDE_BITS: Final = 8
_STRESS: Final = frozenset({"b", "strong", "em", "i"})

_COMMA, _DIGIT, _UPPER, _END, _CLOSER, _SPACE, _WIDE, _BAR = (1 << n for n in range(8))
_CLASSES: Final = {
    _COMMA: ",;，、،",
    _DIGIT: "0123456789",
    _UPPER: "".join(map(chr, chain(range(65, 91), range(0xC0, 0xDF), range(0x391, 0x3AA),
                                   range(0x410, 0x430)))),
    _END: ".!?…。！？։؟।۔",
    _CLOSER: "\"'”’»)]』」›“",
    _SPACE: " ",
    _WIDE: "。！？।۔؟",
    _BAR: "|»/•·",
}  # fmt: skip

#: What is counted in every unit; of what may end a sentence not all.
_COUNTED: Final = np.array([[_SPACE], [_COMMA], [_DIGIT], [_UPPER], [_BAR], [_END]], np.uint8)

#: Characters of scripts that set no space between words: Thai to Khmer; kana and ideographs.
_UNSPACED: Final = ((0x0E00, 0x0F00, 5), (0x1000, 0x10A0, 5), (0x1780, 0x1800, 5),
                    (0x3040, 0xA000, 2))  # fmt: skip
#: A word, or one character of those scripts.
_TOKEN: Final = re.compile(
    f"[{''.join(f'{chr(low)}-{chr(high - 1)}' for low, high, _ in _UNSPACED)}]|\\w+"
)
#: What parts words in ASCII, as a table.
_APART: Final = {code: " " for code in range(128) if not _TOKEN.match(chr(code))}
_LEGAL: Final = re.compile(r"©|\([cC]\) |[cC]opyright|COPYRIGHT|[aA]ll [rR]ights [rR]eserved")
#: What these wordings have that is rare, and how far into them it stands.
_LEGAL_PARTS: Final = (
    ("©", 0), ("(c) ", 0), ("(C) ", 0), ("opyright", 1), ("COPYRIGHT", 0), ("eserved", 12),
)  # fmt: skip
_BODY: Final = re.compile(r'"articleBody"\s*:\s*"((?:[^"\\]++|\\.)*+)"')
_TYPE: Final = re.compile(r'"@type"\s*+:\s*+\[?\s*+"([A-Za-z]{1,40})"')
_META: Final = re.compile(r"<meta\s[^>]{0,2000}>", re.IGNORECASE)
_DESCRIBES: Final = re.compile(
    r"(?:name|property)\s*=\s*[\"']?(?:og:|twitter:)?(description|type)\b", re.IGNORECASE
)
_CONTENT: Final = re.compile(r"content\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_CLASS: Final = re.compile(r"""\bclass\s*=\s*["']?([^"'>]*)""")

#: What a page says that it is, by the last word of its types in JSON-LD and Open Graph.
_KINDS_OF_PAGE: Final = {
    "article": 1, "posting": 1, "review": 1, "recipe": 1, "report": 1, "product": 2, "offer": 2,
    "collection": 3, "list": 3, "results": 3, "discussionforumposting": 4, "qapage": 4,
    "question": 4, "answer": 4, "event": 5, "faqpage": 5, "service": 5,
}  # fmt: skip
_PAGE_KINDS: Final = 5

#: Longest description and title that are looked at, in code points.
_LONGEST: Final = 2000
#: Units of more words than this are not compared with the title.
_BRIEF: Final = 25
#: So many boxes of the same element and class are of one kind, like cards and posts.
_BOXES: Final = 3
#: What prose counts that stands alone in its box.
_ALONE: Final = 0.2

_OWN: Final = (
    "weight", "words", "link", "links", "end", "sentences", "commas", "digits", "upper", "first",
    "wordlen", "block", "break", "legal", "title", "level", "repeat", "body", "described",
    "ellipsis", "colon", "bars", "index", "place", "before", "after", "h1", "prose", "opened",
    "since_heading", "heading_level", "marked", "left",
)  # fmt: skip
_AROUND: Final = (
    "depth", "path", "path_share", "frame_weight", "frame_link", "frame_units", "frame_mean",
    "up_block", "up_weight", "up_link", "up_units", "up_mean", "up_prose", "up2_block",
    "up2_weight", "up2_link", "up2_units", "up2_prose", "alike", "up_alike", "up2_alike",
    "alike_weight", "alike_link", "alike_prose", "up_alike_mean", "up_alike_link", "density",
    "up_density", "on_path_last",
)  # fmt: skip
#: Names of the features that all units of a page share.
WHOLE: Final = (
    "page_weight", "page_units", "page_prose", "page_link", "core_prose", "paragraphs",
    *(f"page_kind{n}" for n in range(1, _PAGE_KINDS + 1)),
)  # fmt: skip
_REGIONS: Final = (
    *(f"near_{kind}" for kind in KINDS),
    *(f"any_{kind}" for kind in KINDS),
    *(f"inside_{n}" for n in range(_INSIDE_BITS)),
)

#: Names of the features of a unit, in their order.
FEATURES: Final = (
    *_OWN, *_AROUND, *WHOLE, *NEIGHBOURS, *RECORDS, *COMPOSED, *NAMED, *_REGIONS,
)  # fmt: skip


def _table() -> NDArray[np.uint8]:
    table = np.zeros(0x10000, np.uint8)
    for bit, characters in _CLASSES.items():
        for character in characters:
            table[ord(character)] |= bit
    return table


_TABLE: Final = _table()


class Groups:
    """Which units belong together, for a second look: by frame, by its parents, by its sign.

    Attributes:
        arrays: for each way of grouping the number of the group of every unit.
        above: the heading above every unit, or -1.
        boxes: the number that all units have whose parents, three or more, are of one element and
            class; 0 where there are fewer, or the parent has no class.
    """

    __slots__ = ("above", "arrays", "boxes")

    def __init__(
        self,
        arrays: list[NDArray[np.int64]],
        above: NDArray[np.int64],
        boxes: NDArray[np.int64],
    ) -> None:
        self.arrays = arrays
        self.above = above
        self.boxes = boxes


def features(page: Page, words: Names | None = None) -> tuple[Floats, Groups]:
    """The features of every unit, a row each, in the order of :data:`FEATURES`; and its groups.

    Args:
        page: the page, with one unit or more.
        words: of classes and ids with their weights, where not those of the package.
    """
    layout, units = page.layout, page.units
    names, parents = layout.names, layout.parents
    count, size = len(units), len(names)
    frames = np.array(layout.unit_frame, np.int64)
    up_of = np.array(parents, np.int64)
    weights = np.array(page.weights)
    links = np.array(page.links)
    prose = np.array(page.prose)
    linked = weights * links
    # sums over frames, handed from the innermost out
    f_weight = np.bincount(frames, weights, size).tolist()
    f_link = np.bincount(frames, linked, size).tolist()
    f_prose = np.bincount(frames, prose, size).tolist()
    f_units = np.bincount(frames, minlength=size).tolist()
    f_frames = [1] * size
    inside = [0] * size
    for frame in range(size - 1, 0, -1):
        f_frames[parents[frame]] += f_frames[frame]
    for frame in reversed(page.used):
        up = parents[frame]
        f_weight[up] += f_weight[frame]
        f_link[up] += f_link[frame]
        f_prose[up] += f_prose[frame]
        f_units[up] += f_units[frame]
    inside_of = _INSIDE.get
    for frame in page.used:
        inside[frame] = inside[parents[frame]] | inside_of(names[frame], 0)
    depth, on_path, signs, classed, path = _paths(page, _together(page), f_units)
    total = f_weight[0] or 1.0
    total_prose = f_prose[0]
    share = 1.0 / total_prose if total_prose else 0.0

    a_weight, a_link, a_prose = np.array(f_weight), np.array(f_link), np.array(f_prose)
    a_units, a_frames = np.array(f_units), np.array(f_frames)
    a_signs, a_blocks = np.array(signs), np.array([_BLOCKS.get(name, 0) for name in names])
    at_least = np.maximum(a_weight, 1.0)
    link_share, prose_share = a_link / at_least, a_prose / at_least
    mean = a_weight / np.maximum(a_units, 1)
    density = a_weight / a_frames
    alike = np.bincount(a_signs, a_units > 0)
    sign_weight = np.bincount(a_signs, np.where(a_units > 0, a_weight, 0.0))
    sign_link = np.bincount(a_signs, np.where(a_units > 0, a_link, 0.0))
    sign_prose = np.bincount(a_signs, np.where(a_units > 0, a_prose, 0.0))
    sign_mean = sign_weight / np.maximum(alike, 1)
    sign_links = sign_link / np.maximum(sign_weight, 1.0)

    ups: NDArray[np.int64] = up_of[frames]
    ups2: NDArray[np.int64] = up_of[ups]
    sign, up_sign, up2_sign = a_signs[frames], a_signs[ups], a_signs[ups2]
    steps = np.array(on_path)[frames]
    path_prose = a_prose[np.array(path)]
    around = [
        np.array(depth)[frames], len(path) - 1 - steps, path_prose[steps] * share,
        a_weight[frames], link_share[frames], a_units[frames], mean[frames],
        a_blocks[ups], a_weight[ups], link_share[ups], a_units[ups], mean[ups], prose_share[ups],
        a_blocks[ups2], a_weight[ups2], link_share[ups2], a_units[ups2], prose_share[ups2],
        alike[sign], alike[up_sign], alike[up2_sign], sign_mean[sign], sign_links[sign],
        sign_prose[sign] * share, sign_mean[up_sign], sign_links[up_sign], density[frames],
        density[ups], np.array(path)[steps] == frames,
    ]  # fmt: skip

    description, kind = _described(layout.html)
    own = _own(page, description, weights, links, prose, a_blocks[frames], frames, total, share)
    whole = [total, count, total_prose / total, f_link[0] / total, total_prose,
             int((prose > 0).sum()), *_page_kinds(page, kind)]  # fmt: skip
    near = neighbours(weights, links, own[_OWN.index("end")], a_blocks[frames], frames, ups)
    around_prose = windows(prose, linked, ups)
    lists, list_groups = records(page, signs, a_weight, a_link, a_prose, a_units)
    composed = composition(page, weights, prose)
    called = named(page, stored_names() if words is None else words)
    bits = np.array([page.near, page.any], np.int64)
    kinds = np.arange(len(KINDS))
    inner = np.array(inside)[frames]
    rows = np.empty((len(FEATURES), count), np.float32)
    at = 0
    shared = np.array([*whole, *composed])[:, None]
    groups: list[list[Any] | NDArray[Any]] = [
        own, around, shared[: len(whole)], near, around_prose, *lists, shared[len(whole) :],
        called,
    ]  # fmt: skip
    for group in groups:
        if isinstance(group, list):
            for column in group:
                rows[at] = column
                at += 1
        else:
            rows[at : at + len(group)] = group
            at += len(group)
    for mask in bits:
        rows[at : at + len(KINDS)] = mask >> kinds[:, None] & 1
        at += len(KINDS)
    rows[at:] = inner >> np.arange(_INSIDE_BITS)[:, None] & 1
    heads = own[_OWN.index("since_heading")]
    above = np.where(heads < 0, -1, np.arange(count) - heads)
    boxes = np.where(np.array(classed)[ups] & (alike[up_sign] >= _BOXES), up_sign, 0)
    return rows.T, Groups([frames, ups, ups2, sign, up_sign, *list_groups], above, boxes)


def _own(
    page: Page,
    description: str,
    weights: NDArray[Any],
    links: NDArray[Any],
    prose: NDArray[Any],
    blocks: NDArray[Any],
    frames: NDArray[Any],
    total: float,
    share: float,
) -> list[Any]:
    """What each unit is like by itself, and where it stands."""
    layout, units, text = page.layout, page.units, page.text
    count = len(units)
    starts = np.array(layout.unit_start)
    ends = np.array(layout.unit_end)
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    classes = _TABLE.take(codes, mode="clip")  # the last one of the table is of no class

    # few characters are of any class: only these are counted
    places = (classes != 0).nonzero()[0]  # sooner than from the classes themselves
    kinds = classes[places]
    padded = np.concatenate((classes, np.zeros(2, np.uint8)))
    after, behind = padded[places + 1], padded[places + 2]
    followed = (after & _SPACE != 0) | ((after & _CLOSER != 0) & (behind & _SPACE != 0))
    is_kind = kinds & _COUNTED != 0
    is_kind[-1] &= followed
    is_kind[-1] |= kinds & _WIDE != 0
    spaces, commas, digits, uppers, bars, sentences = _sums(is_kind, places, starts, ends)
    length = np.maximum(ends - starts, 1)
    words = spaces + 1
    if not text.isascii() and codes.max() >= _UNSPACED[0][0]:
        for least, most, size in _UNSPACED:
            # so many characters are a word on average
            among = np.flatnonzero((codes >= least) & (codes < most))
            words = words + (np.searchsorted(among, ends) - np.searchsorted(among, starts)) // size
    last = np.maximum(ends - 1, 0)
    before = np.maximum(ends - 2, 0)
    closing = classes[last]
    ended = (closing & _END != 0) | ((closing & _CLOSER != 0) & (classes[before] & _END != 0))
    at_last = codes[last]
    ellipsis = (at_last == 0x2026) | (
        (at_last == 0x2E) & (codes[before] == 0x2E) & (codes[np.maximum(ends - 3, 0)] == 0x2E)
    )
    legal = np.zeros(count)
    found = _legal(text)
    if found:
        legal[np.searchsorted(starts, found, "right") - 1] = 1
    anchors: list[int] = []
    marked: list[int] = []
    for inline in layout.inlines:
        if inline.name == "a":
            anchors.append(inline.start)
        elif inline.name in _STRESS:
            marked.append(inline.start)
    many, stressed = (
        np.bincount(np.maximum(np.searchsorted(starts, places, "right") - 1, 0), minlength=count)
        for places in (anchors, marked)
    )
    level_of = _LEVELS.get
    levels = np.array([level_of(layout.names[frame], 0) for frame in layout.unit_frame])
    likeness = _likeness(units, words <= _BRIEF, _title_words(page))
    place = np.concatenate(([0.0], np.cumsum(weights)))
    run = np.concatenate(([0.0], np.cumsum(prose)))
    index = np.arange(count)
    headline = _headline(levels.tolist(), likeness.tolist())
    seen = Counter(units)
    body, described = _told(page, description)
    opened = frames.copy()
    opened[1:] -= frames[:-1]
    heading = np.maximum.accumulate(np.where(levels > 0, index, -1))
    return [
        weights, words, links, many, ended, sentences, commas / length, digits / length,
        uppers / length,
        [_initial(unit[:1]) for unit in units],
        length / words, blocks, layout.unit_break, legal, likeness, levels,
        list(map(seen.__getitem__, units)), body, described, ellipsis, at_last == 0x3A,
        bars, index / count, place[:-1] / total, run[:-1] * share,
        (run[-1] - run[1:]) * share,
        np.full(count, -99) if headline < 0 else np.clip(index - headline, -50, 50),
        prose, opened, np.where(heading < 0, -1, index - heading),
        np.where(heading < 0, -1, levels[np.maximum(heading, 0)]), stressed, count - index,
    ]  # fmt: skip


def _sums(
    marked: NDArray[np.bool_],
    places: NDArray[np.int64],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
) -> NDArray[np.int64]:
    """How many of the places, marked by kinds, stand in each unit, a row for each kind."""
    low, high = np.searchsorted(places, starts), np.searchsorted(places, ends)
    # one more column, since a unit without places may begin behind the last
    columns = np.zeros((len(marked), len(places) + 1), np.uint8)
    columns[:, :-1] = marked
    # a stretch reaches to where the next one begins: nothing between two units is marked
    sums = np.add.reduceat(columns, low, axis=1, dtype=np.int64)
    sums[:, low == high] = 0
    return np.asarray(sums)


@lru_cache(maxsize=4096)
def _initial(character: str) -> int:
    """0: in lower case, 1: another letter, 2: no letter."""
    return 0 if character.islower() else 1 if character.isalpha() else 2


def _legal(text: str) -> list[int]:
    """Where copyright is claimed."""
    found = []
    for rare, before in _LEGAL_PARTS:
        at = text.find(rare)
        while at >= 0:
            if at >= before and _LEGAL.match(text, at - before):
                found.append(at - before)
            at = text.find(rare, at + 1)
    return found


def _together(page: Page) -> list[float]:
    """Prose in each frame; what stands alone in its box, like a teaser, weighs less."""
    frames, parents = page.layout.unit_frame, page.layout.parents
    beside: dict[int, int] = {}
    for frame, value in zip(frames, page.prose, strict=True):
        if value:
            up = parents[frame]
            beside[up] = beside.get(up, 0) + 1
            if up != frame:
                beside[frame] = beside.get(frame, 0) + 1
    held = [0.0] * len(parents)
    for frame, value in zip(frames, page.prose, strict=True):
        if value:
            alone = beside[parents[frame]] < 2 and beside[frame] < 2
            held[frame] += value * (_ALONE if alone else 1.0)
    for frame in reversed(page.used):
        if held[frame]:
            held[parents[frame]] += held[frame]
    return held


def _paths(
    page: Page, f_prose: list[float], f_units: list[int]
) -> tuple[list[int], list[int], list[int], list[bool], list[int]]:
    """Depth of each frame, how far on the way to the core, its sign, has it a class; and that way.

    The sign of a frame is a number that it shares with all frames of the same element and class.
    """
    layout = page.layout
    names, parents, attributes = layout.names, layout.parents, layout.attributes
    size = len(names)
    heaviest = [0] * size
    for frame in reversed(page.used):
        held = f_prose[frame]
        if held:
            up = parents[frame]
            if not heaviest[up] or held > f_prose[heaviest[up]]:
                heaviest[up] = frame
    path = [0]
    while True:
        child = heaviest[path[-1]]
        if not child or f_prose[child] < 0.4 * f_prose[path[-1]] or f_units[child] < 2:
            break
        path.append(child)
    places = {frame: index for index, frame in enumerate(path)}
    depth = [0] * size
    on_path = [0] * size
    numbers: dict[tuple[str, str], int] = {}
    classes: dict[str, str | None] = {}
    signs = [0] * size
    classed = [False] * size
    for frame in page.used:
        up = parents[frame]
        depth[frame] = depth[up] + 1
        on_path[frame] = places.get(frame) or on_path[up]
        named = attributes[frame]
        if named not in classes:
            at = named.find("class")  # sooner found than a place between two characters
            match = _CLASS.search(named, at) if at >= 0 else None
            classes[named] = match[1] if match else None
        said = classes[named]
        classed[frame] = bool(said)
        sign = (names[frame], names[up] if said is None else said)
        signs[frame] = numbers.setdefault(sign, len(numbers) + 1)
    return depth, on_path, signs, classed, path


def _title_words(page: Page) -> frozenset[str]:
    span = page.layout.title
    if span is None:
        return frozenset()
    title = unescape(page.layout.html[span[0] : min(span[1], span[0] + _LONGEST)])
    return frozenset(_TOKEN.findall(title.lower()))


def _likeness(units: list[str], brief: NDArray[Any], titles: frozenset[str]) -> NDArray[Any]:
    """The share of the words of each brief unit that the title has; -1 for the others."""
    result = np.full(len(units), -1.0)
    chosen = np.flatnonzero(brief)
    if not titles or not len(chosen):
        return result
    # all at once; a capital parts one from the next, for no text in lower case has it
    plain: list[int] = []
    other: list[int] = []
    for at in chosen.tolist():
        (plain if units[at].isascii() else other).append(at)
    tokens = " A ".join([*(units[at].lower() for at in plain), ""]).translate(_APART).split()
    tokens += _TOKEN.findall(" A ".join([*(units[at].lower() for at in other), ""]))
    what = dict.fromkeys(titles, 1)
    what["A"] = 2
    told = np.frombuffer(bytes(map(what.get, tokens, repeat(0))), np.uint8)
    ends = np.flatnonzero(told == 2)
    alike = np.cumsum(told == 1)[ends]
    alike[1:] -= alike[:-1].copy()
    words = ends.copy()
    words[1:] -= ends[:-1] + 1
    result[plain + other] = alike / np.maximum(words, 1)
    return result


def _headline(levels: list[int], likeness: list[float]) -> int:
    """The unit that is the page's headline: the first ``h1`` or heading like the title."""
    first = -1
    for index, level in enumerate(levels):
        if level in {1, 2}:
            if likeness[index] > 0.6:
                return index
            if level == 1 and first < 0:
                first = index
    return first


def _told(page: Page, description: str) -> tuple[list[float], list[float]]:
    """Which units stand in the article of JSON-LD, and in the description; -1: there is none."""
    bodies = _bodies(page)
    none = [-1.0] * len(page.units)
    if not bodies and not description:
        return none, none
    # where no article is to be looked for, few units need a key
    keys = [
        key_of(unit[:160])[:60] if bodies or (len(unit) > 20 and _may_be(unit, description)) else ""
        for unit in page.units
    ]
    within = none
    if len(bodies) == 1:
        within = [float(key in bodies[0]) for key in keys]
    elif bodies:
        within = [float(any(key in body for body in bodies)) for key in keys]
    described = (
        [float(len(key) > 20 and key in description) for key in keys] if description else none
    )
    return within, described


def _may_be(unit: str, description: str) -> bool:
    """Whether the beginning of a unit stands in the description; where that is easily told."""
    if unit.isascii():
        beginning = unit[:20].replace(" ", "")
        if beginning.isalnum():
            return beginning in description
    word = unit[:60].split(" ", 1)[0]
    return not (word.isascii() and word.isalnum()) or word in description


def _bodies(page: Page) -> list[str]:
    """The article's text as JSON-LD gives it, under the key of lines."""
    result = []
    for start, end in page.layout.json_ld:
        for match in _BODY.finditer(page.layout.html, start, end):
            try:
                body = json.loads(f'"{match[1]}"', strict=False)
            except ValueError:
                continue
            if len(body) > 200:
                result.append(key_of(unescape(re.sub(r"<[^>]*>", " ", body))))
    return result


def _described(html: str) -> tuple[str, str]:
    """What the metadata of a page say of it: its description under the key of lines, its type."""
    description = kind = ""
    for match in _META.finditer(html, 0, 60_000):
        about = _DESCRIBES.search(match[0])
        if about:
            content = _CONTENT.search(match[0])
            if content:
                value = content[1] or content[2] or ""
                if about[1].lower() == "type":
                    kind = kind or value[:40]
                elif not description:
                    description = key_of(unescape(value[:_LONGEST]))
                if kind and description:
                    break
    return description, kind


def _page_kinds(page: Page, kind: str) -> list[float]:
    """What the page says that it is, a flag for each kind."""
    said = {kind.lower()}
    for start, end in page.layout.json_ld:
        for seen, match in enumerate(_TYPE.finditer(page.layout.html, start, end)):
            said.add(match[1].lower())
            if seen > 200:
                break
    flags = [0.0] * (_PAGE_KINDS + 1)
    for word in said:
        for ending, number in _KINDS_OF_PAGE.items():
            if word.endswith(ending):
                flags[number] = 1.0
    return flags[1:]

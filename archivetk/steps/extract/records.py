"""What repeats on a page (records of a list, posts, teasers), and what the page consists of.

Three or more siblings of the same element and class are the records of one list.  A unit is told
of the outermost list that it stands in, and of the innermost whose records hold more than one unit:
how many records there are, how heavy they are, how much of them is links and headings, and how much
of the page the list makes up.  Whether a list is the content or stands beside it is for the forests
to say.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from archivetk.steps.extract.evidence import Page
from archivetk.steps.extract.regions import BITS

__all__ = ["COMPOSED", "RECORDS", "composition", "records"]

_OF_RECORD: Final = (
    "records", "record_weight", "record_units", "record_link", "record_headings", "record_mean",
    "list_link", "list_prose", "list_headings", "list_share", "record_place", "record_varies",
)  # fmt: skip
#: Names of what a unit is told of its lists.
RECORDS: Final = (
    *(f"outer_{name}" for name in _OF_RECORD),
    *(f"inner_{name}" for name in _OF_RECORD),
)
_PARTS: Final = (
    "comments", "related", "list", "product", "answer", "article", "body", "figure", "nav",
    "byline", "date", "content", "header", "aside",
)  # fmt: skip
_PROSE_IN: Final = (
    "comments", "related", "list", "product", "answer", "article", "body", "content",
)  # fmt: skip
_TAGS: Final = ("li", "td", "pre", "heading", "p", "dd", "button")
#: Names of what a page consists of.
COMPOSED: Final = (
    *(f"page_in_{name}" for name in _PARTS),
    *(f"prose_in_{name}" for name in _PROSE_IN),
    *(f"page_{name}" for name in _TAGS),
    "page_articles",
    "page_headlines",
)
_PARTS_BITS: Final = np.array([[BITS[name]] for name in _PARTS], np.int64)
_PROSE_BITS: Final = np.array([[BITS[name]] for name in _PROSE_IN], np.int64)
#: So many alike siblings make a list.
_LIST: Final = 3
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


def records(
    page: Page,
    signs: list[int],
    weight: NDArray[Any],
    link: NDArray[Any],
    prose: NDArray[Any],
    units: NDArray[Any],
) -> tuple[list[NDArray[Any]], list[NDArray[Any]]]:
    """The features of :data:`RECORDS`, and the number of the list of every unit, outer and inner.

    The features of each of the two are an array, with a row for each.

    Args:
        page: the page.
        signs: of each frame; 0 where it holds no unit.
        weight: of the text that each frame holds.
        link: the part of it that stands in links.
        prose: the part of it that reads like running text.
        units: how many units each frame holds.
    """
    layout = page.layout
    names, parents, frames = layout.names, layout.parents, layout.unit_frame
    size = len(names)
    counts = units.tolist()
    lists: dict[tuple[int, int], int] = {}
    list_of = [0] * size
    many = [0]
    for frame in page.used:
        key = (parents[frame], signs[frame])
        number = lists.get(key)
        if number is None:
            number = lists[key] = len(many)
            many.append(0)
        list_of[frame] = number
        many[number] += 1
    outer, inner = [0] * size, [0] * size
    for frame in page.used:
        up = parents[frame]
        repeated = many[list_of[frame]] >= _LIST
        outer[frame] = outer[up] or (frame if repeated else 0)
        inner[frame] = frame if repeated and counts[frame] > 1 else inner[up]
    held = [0.0] * size
    for frame in frames:
        if names[frame] in _HEADINGS:
            held[frame] += 1.0
    for frame in reversed(page.used):
        if held[frame]:
            held[parents[frame]] += held[frame]
    a_headings = np.array(held)
    a_list = np.array(list_of)
    total = max(float(weight[0]), 1.0)
    # the frames that are records, and sums over each list
    l_weight = np.bincount(a_list, weight)
    l_link = np.bincount(a_list, link)
    l_prose = np.bincount(a_list, prose)
    l_headings = np.bincount(a_list, a_headings > 0)
    a_many = np.array(many, float)
    at_least = np.maximum(a_many, 1.0)
    l_mean = l_weight / at_least
    l_off = np.bincount(a_list, np.abs(weight - l_mean[a_list])) / np.maximum(l_weight, 1.0)
    unit_frames = np.array(frames)
    result: list[NDArray[Any]] = []
    groups: list[NDArray[Any]] = []
    for chosen in (np.array(outer)[unit_frames], np.array(inner)[unit_frames]):
        listed: NDArray[Any] = np.where(chosen > 0, a_list[chosen], 0)
        groups.append(listed)
        heavy = np.maximum(weight[chosen], 1.0)
        l_heavy = np.maximum(l_weight[listed], 1.0)
        first = np.full(len(many), size)
        np.minimum.at(first, listed, np.arange(len(listed)))
        columns = [
            a_many[listed], weight[chosen], units[chosen], link[chosen] / heavy,
            a_headings[chosen], l_mean[listed], l_link[listed] / l_heavy,
            l_prose[listed] / l_heavy, l_headings[listed] / at_least[listed],
            l_weight[listed] / total, np.arange(len(listed)) - first[listed], l_off[listed],
        ]  # fmt: skip
        told = np.array(columns)
        told[:, listed == 0] = -1.0
        result.append(told)
    return result, groups


def composition(page: Page, weights: NDArray[Any], prose: NDArray[Any]) -> list[float]:
    """The features of :data:`COMPOSED`: the share of the page in each region and element."""
    names = page.layout.names
    masks = np.array(page.any, np.int64)
    total = max(float(weights.sum()), 1.0)
    running = max(float(prose.sum()), 1.0)
    # weights are halves of whole numbers, so their sums are exact in any order
    result: list[float] = ((masks & _PARTS_BITS != 0) @ weights / total).tolist()
    result += ((masks & _PROSE_BITS != 0) @ prose / running).tolist()
    tags: dict[str, float] = {}
    for frame, weight in zip(page.layout.unit_frame, weights.tolist(), strict=True):
        name = names[frame]
        tags[name] = tags.get(name, 0.0) + weight
    tags["heading"] = sum(tags.get(name, 0.0) for name in _HEADINGS)
    result += [tags.get(name, 0.0) / total for name in _TAGS]
    return [*result, float(names.count("article")), float(names.count("h1"))]

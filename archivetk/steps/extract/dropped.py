"""Metadata in what leaves a page: captions with their credits, tags; and comments by themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from archivetk.rules import caption_groups, matcher_for
from archivetk.steps import Context
from archivetk.steps.extract.evidence import Page
from archivetk.steps.extract.regions import BITS, label_of

__all__ = ["report_comments", "report_dropped"]

#: RE2 reads UTF-8, which has none.
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
#: ``rel=tag``, or an address of a tag, a keyword, a subject.
_TAG: Final = re.compile(
    r"rel\s?=\s?[\"']?[^\"'>]{0,60}\btag\b|[/?&=](?:tags?|keywords?|topics?|labels?|them[ae]s?|"
    r"schlagw[oö]rt\w{0,4}|etiquetas?|mots?-cles?|subjects?|hashtags?)[/=-]",
    re.IGNORECASE,
)
_LONGEST_CAPTION: Final = 1_000
_LONGEST_TAG: Final = 60
#: More than this on one page are those of a gallery or of other stories.
_MOST: Final = 20


def report_dropped(page: Page, spans: list[tuple[int, int]], context: Context) -> None:
    """Find captions and tags in units that no judge has kept.

    Args:
        page: the page.
        spans: what stays of it.
        context: gets what is found; its rule files and ``declared_language`` tell what a credit is.
    """
    captions: list[tuple[int, int]] = []
    tags: list[tuple[int, int]] = []
    for at, start, end, is_kept in _units(page, spans, BITS["caption"] | BITS["tags"]):
        if is_kept:
            continue  # later steps see it
        label = label_of(page.any[at] | page.near[at])
        if label == "caption" and page.links[at] < 0.9:
            captions.append((start, end))
        elif label == "tags":
            tags.append((start, end))
    if len(captions) <= _MOST:
        for span in captions:
            _report_caption(page.text, *span, context)
    if tags and "tags" not in context.known:
        _report_tags(page, tags, context)


def report_comments(page: Page, spans: list[tuple[int, int]], context: Context) -> None:
    """Find the readers' comments among what stays, so that they can be told from the text."""
    units = [
        (start, end)
        for at, start, end, is_kept in _units(page, spans, BITS["comments"])
        if is_kept and page.any[at] & BITS["comments"]
    ]
    if units:
        said = [page.text[start:end] for start, end in units]
        context.find("comments", said, "html", start=units[0][0], end=units[-1][1])


def _units(
    page: Page, spans: list[tuple[int, int]], wanted: int
) -> Iterator[tuple[int, int, int, bool]]:
    """Number, start and end of the units in some regions, and whether any of them is kept."""
    layout = page.layout
    span = 0
    for at, mask in enumerate(page.any):
        if (mask | page.near[at]) & wanted:
            start, end = layout.unit_start[at], layout.unit_end[at]
            while span < len(spans) and spans[span][1] <= start:
                span += 1
            yield at, start, end, span < len(spans) and spans[span][0] < end


def _report_caption(text: str, start: int, end: int, context: Context) -> None:
    line = " ".join(text[start : min(end, start + _LONGEST_CAPTION)].split())
    if not line:
        return
    settings = context.settings
    user = tuple((one.name, one.text) for one in settings.rules)
    language = settings.language or context.declared_language or "und"
    groups = caption_groups(_SURROGATE.sub("\ufffd", line), matcher_for(language, user))
    value: dict[str, Any] = {"caption": line, "credit": None}
    if groups:
        found = {name: line[slice(*place)] for name, place in groups.items()}
        value = {
            "caption": found.get("caption", "").strip(" \t([") or None,
            "credit": found["credit"].strip(" \t.)]") or None,
        }
    context.find("caption", value, "html", rule="extract.caption", start=start, end=end)


def _report_tags(page: Page, units: list[tuple[int, int]], context: Context) -> None:
    """The links in the tags of a page that lead to a tag or a subject."""
    found: dict[str, str] = {}
    first = last = -1
    at = 0
    for low, high, name, attributes in sorted(page.layout.inlines, key=lambda one: one.start):
        while at < len(units) and units[at][1] <= low:
            at += 1
        if at == len(units):
            break
        if name != "a" or low < units[at][0] or high > units[at][1]:
            continue
        if not _TAG.search(attributes):
            continue
        shown = page.text[low:high]
        low += len(shown) - len(shown.lstrip())  # noqa: PLW2901
        tag = " ".join(shown.split()).strip(" #,;|·")
        if tag and len(tag) <= _LONGEST_TAG and len(found) < _MOST:
            found.setdefault(tag.casefold(), tag)
            first, last = (low if first < 0 else first), high
    if found:
        tags = list(found.values())
        context.find("tags", tags, "html", rule="extract.tags", start=first, end=last)

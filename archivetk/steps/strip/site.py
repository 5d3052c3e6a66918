"""The site model's vote: lines that come again on the pages of a site, in their usual places."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from archivetk.sitemodel import (
    MAX_CHARS,
    PLACES,
    Entry,
    Site,
    hash_of,
    head_of,
    normalize,
    places_of,
    read_model,
    shingles_of,
    site_of,
)
from archivetk.steps import Context
from archivetk.steps.strip.blocks import Block, key_of

__all__ = ["apply_site_model"]

_RULE: Final = "strip.site-model"
#: Where on the page: its upper part, amid the prose, its lower part.
_PARTS: Final = ((0, 1, 2), (3,), (4, 5, 6))
#: A line goes where at least this share of its pages has it in the same part.
_SAME_PART: Final = 0.1
#: A line that varies goes where this share of its sampled shingles is known, of at least so many.
_KNOWN: Final = 0.8
_SAMPLED: Final = 3
#: A page of which the model knows more than this share of the prose says what other pages say.
_MOST: Final = 0.5


def apply_site_model(blocks: list[Block], context: Context) -> None:
    """Label the lines that the site model knows as furniture of the document's site.

    Args:
        blocks: the lines, with the labels that rules gave them.
        context: ``settings.site_model`` holds the model; the address or the folder of the source
            tells the site.

    Raises:
        SettingsError: where the model cannot be read.
    """
    text = context.settings.site_model
    if not text or not context.allows(_RULE):
        return
    if text == "auto":  # it takes several inputs to learn from; who had them did not
        context.flags.append("site-model-not-learned")
        return
    name = site_of(context.source.url, context.source.ref)
    sites = read_model(text).sites
    if name not in sites and not context.source.url and len(sites) == 1:
        name = next(iter(sites))  # folders have other names from another place
    site = sites.get(name)
    context.notes["site"] = name
    if site is None:
        return
    titles = {key_of(one) for one in _titles(context)}
    places = places_of([block.prose for block in blocks])
    hits: list[tuple[Block, str, str]] = []
    prose: list[Block] = []
    for index, block in enumerate(blocks):
        if block.label != "body" or block.safe or block.end - block.start > MAX_CHARS:
            continue
        head = head_of(block.text)
        if head is None or head in site.heads:
            key = hash_of(normalize(block.text))
            entry = None if key is None else site.lines.get(key)
            if entry is not None:
                if _fits(entry, places[index]) and key_of(block.text) not in titles:
                    hits.append((block, _label(block), _detail(entry, site.documents)))
                continue
        if block.prose:
            prose.append(block)
    if site.shingles:
        hits += _known_wordings(prose, site)
    total = sum(block.words for block in blocks if block.prose)
    if sum(block.words for block, _, _ in hits if block.prose) > _MOST * total:
        context.flags.append("site-model-withheld")
        return
    for block, label, detail in hits:
        block.become(label, _RULE, detail)


def _known_wordings(blocks: list[Block], site: Site) -> Iterator[tuple[Block, str, str]]:
    """The paragraphs whose wording is known but for a name or a figure."""
    owners, values = shingles_of([block.text for block in blocks])
    pages = site.pages_of(values)
    found = np.bincount(owners, minlength=len(blocks))
    known = np.bincount(owners[pages > 0], minlength=len(blocks))
    ends = np.cumsum(found)
    for index in np.flatnonzero((found >= _SAMPLED) & (known >= _KNOWN * found)).tolist():
        end = int(ends[index])
        mine = sorted(one for one in pages[end - int(found[index]) : end].tolist() if one)
        middle = mine[len(mine) // 2]
        yield blocks[index], "promo", f"its wording on {middle} of {site.documents} pages"


def _titles(context: Context) -> list[str]:
    found: list[Any] = [context.source.given.get("title"), context.known.get("title")]
    return [one for one in found if isinstance(one, str)]


def _fits(entry: Entry, place: int) -> bool:
    for part in _PARTS:
        if place in part:
            return sum(entry.places[one] for one in part) >= _SAME_PART * entry.documents
    return False


def _label(block: Block) -> str:
    if "©" in block.text:
        return "copyright"
    return "promo" if block.prose or block.ended else "navigation"


def _detail(entry: Entry, documents: int) -> str:
    """E.g. ``on 412 of 430 pages, always in the last three lines``."""
    places = entry.places
    where = ""
    for share, word in ((1.0, "always"), (0.8, "mostly")):
        for some, name in (
            ((0,), f"in the {PLACES[0]}"),
            ((0, 1), f"in the {PLACES[1]}"),
            ((0, 1, 2), "in the upper part"),
            ((6,), f"in the {PLACES[6]}"),
            ((5, 6), f"in the {PLACES[5]}"),
            ((4, 5, 6), "in the lower part"),
            ((3,), PLACES[3]),
        ):
            if not where and sum(places[one] for one in some) >= share * entry.documents:
                where = f", {word} {name}"
    return f"on {entry.documents} of {documents} pages{where}"

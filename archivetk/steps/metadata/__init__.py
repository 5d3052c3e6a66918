"""Metadata of a page: what it says of itself, each with where it says it.

    scan      the head in one pass: meta, link, title, lang, scripts of JSON-LD
    jsonld    what JSON-LD tells, broken or not
    body      what the page shows: headings, microdata, bylines, dates
    values    names, tags of languages, addresses as they should be

JSON-LD and Open Graph are asked first, then other ``<meta>``, then what the page shows; htmldate
is asked last, and only where nothing has told a date.  No edits come from here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from archivetk.patch import Edit
from archivetk.steps import Context
from archivetk.steps.metadata.page import read_page

__all__ = ["RULES", "page"]

RULES: Final[dict[str, str]] = {}  # this step reads; it changes nothing


def page(text: str, context: Context) -> Iterable[Edit]:
    """Find the metadata of a page; no edits.

    Args:
        text: the page as it was decoded, markup and all.
        context: gets what is found, ``declared_language`` among it.
    """
    if context.allows("metadata"):
        for one in read_page(
            text,
            context.source.url,
            context.encoded,
            with_htmldate=context.allows("metadata.htmldate"),
        ):
            context.find(one.name, one.value, one.where, start=one.start, end=one.end)
            if one.name == "declared_language" and context.declared_language is None:
                context.declared_language = one.value
    return ()

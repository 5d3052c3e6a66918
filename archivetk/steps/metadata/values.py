"""Values of metadata as they should be: text without markup, tags of languages, addresses.

Nothing here looks at a page; every function takes a string and gives a clean one, or nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape
from typing import Final
from urllib.parse import urljoin, urlsplit

from archivetk.people import names_in

__all__ = ["clean_text", "language_tag", "names_of", "tags_of", "web_address"]

#: Longest value that is worth keeping, in code points.
_LONGEST: Final = 2_000
_TAG: Final = re.compile(r"<[^<>]{0,1000}>")
_UNFIT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u200b\ufeff]")


def clean_text(value: str) -> str:
    """A value without character references, markup, control characters and spare white space."""
    text = value[:_LONGEST]
    for _ in range(2):  # references are often written twice: &amp;quot;
        if "&" in text:
            text = unescape(text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    return " ".join(_UNFIT.sub("", text).split())


def names_of(values: Iterable[str], *, single: bool = False) -> list[str]:
    """The names of authors in what a page says; see :func:`archivetk.people.names_in`."""
    return names_in((clean_text(value) for value in values), single=single)


# Tags

_TAG_MARK: Final = re.compile(r"\s*[,;|]\s*")
_MOST_TAGS: Final = 50


def tags_of(values: Iterable[str]) -> list[str]:
    """Keywords, each once, in their order; a value may hold several between commas."""
    tags: dict[str, str] = {}
    for value in values:
        for part in _TAG_MARK.split(clean_text(value)):
            tag = part.strip(" #\"'")
            if tag and len(tag) <= 100 and len(tags) < _MOST_TAGS:
                tags.setdefault(tag.casefold(), tag)
    return list(tags.values())


# Languages

_LANGUAGE: Final = re.compile(
    r"\s*([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|[0-9]{3}))?"
    r"(?:[-_.@][a-z0-9._@-]{0,40})?\s*(?:,.{0,100})?",
    re.IGNORECASE | re.DOTALL,
)


def language_tag(value: str) -> str | None:
    """A declared language as BCP 47: ``de_AT`` and ``DE-at`` become ``de-AT``."""
    found = _LANGUAGE.fullmatch(value[:200])
    if not found or found[1].lower() in {"und", "mul", "zxx", "mis", "xx"}:
        return None
    parts = [found[1].lower()]
    if found[2]:
        parts.append(found[2].title())
    if found[3]:
        parts.append(found[3].upper())
    return "-".join(parts)


# Addresses


def web_address(value: str, base: str | None) -> str | None:
    """An absolute ``http`` or ``https`` address, or nothing."""
    text = "".join(unescape(value[:_LONGEST]).split())
    try:
        text = urljoin(base or "", text)
        parts = urlsplit(text)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            return None
    except ValueError:
        return None
    return None if _UNFIT.search(text) else text

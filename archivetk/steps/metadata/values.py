"""Values of metadata as they should be: text without markup, names, tags of languages.

Nothing here looks at a page; every function takes a string and gives a clean one, or nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape
from typing import Final
from urllib.parse import urljoin, urlsplit

__all__ = ["clean_text", "key_of", "language_tag", "names_of", "tags_of", "web_address"]

#: Longest value that is worth keeping, in code points.
_LONGEST: Final = 2_000
_TAG: Final = re.compile(r"<[^<>]{0,1000}>")
_UNFIT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u200b\ufeff]")
_WORD: Final = re.compile(r"[^\W_]+")


def clean_text(value: str) -> str:
    """A value without character references, markup, control characters and spare white space."""
    text = value[:_LONGEST]
    for _ in range(2):  # references are often written twice: &amp;quot;
        if "&" in text:
            text = unescape(text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    return " ".join(_UNFIT.sub("", text).split())


def key_of(text: str) -> str:
    """The letters and figures of a text, for comparing."""
    return " ".join(_WORD.findall(text.casefold()))


# Names

_BY: Final = re.compile(
    r"^(?:(?:written|posted|published|reported|reviewed|story|words|article|submitted|updated|"
    r"geschrieben|veröffentlicht|verfasst|erstellt|eingestellt|gespeichert|gepostet|"
    r"(?:(?:zeige )?alle|ein) (?:beiträge|beitrag|artikel)|(?:view )?all posts|beitrag|artikel|"
    r"escrito|publicado|publié|écrit|rédigé|scritto|pubblicato|geschreven)"
    r"\s+(?:by|von|por|par|da|door)\b\s*:?\s*"
    r"|(?:von|par|por|di|door|av|af):\s*"
    r"|(?:by|author|authors|autor|autorin|autoren|auteur|autore|text|texto|texte|testo|"
    r"foto|photo|fotos|photos|interview|in|verfasser|verfasserin|redaktion|redacteur|kirjoittaja|skribent)\s*:\s*"
    r"|(?:by|автор|текст)\s+"
    r"|(?-i:von|vom|par|por|door|av|af)\s+(?=\S)"
    r"|(?:von|vom|par|por|di|da|door|af|av|przez|yazan)\s+(?=\S+\s+\S))",
    re.IGNORECASE,
)
_BETWEEN: Final = re.compile(
    r"\s*(?:[;|/•·]|\s&|,\s*(?:and|und|et|y|e|och|og|en)\s)\s*"
    r"|\s+(?:and|und|et|och|og|with|mit)\s+",
    re.IGNORECASE,
)
_ADDRESS: Final = re.compile(
    r"(?:https?:)?//\S+|\bwww\.\S+|\S+@\S+\.\S+|(?<!\S)@\w+", re.IGNORECASE
)
_DEGREE: Final = re.compile(
    r"(?:ph\.?\s?d|m\.?\s?d|m\.?\s?sc|b\.?\s?sc|m\.?\s?a|b\.?\s?a|m\.?\s?s|r\.?\s?d|r\.?\s?n|"
    r"dds|do|dpt|mph|mba|jr|sr|ii|iii|esq|cscs|rdn|ldn|llm)\.?",
    re.IGNORECASE,
)
_AROUND: Final = ' \t,;:|/•·-–—*.()[]"„“”«»'
_NOBODY: Final = frozenset({
    "admin", "administrator", "anonymous", "anonym", "anónimo", "anonyme", "author", "authors",
    "autor", "autoren", "unknown", "unbekannt", "user", "guest", "gast", "default", "webmaster",
    "root", "none", "null", "n/a", "undefined", "editor", "nobody", "by", "von", "true", "false",
    "publisher", "herausgeber", "wordpress", "wordpressadmin", "staff", "superuser", "website",
    "web",
})  # fmt: skip
_NO_NAME: Final = re.compile(
    r"(?:no|kein|unknown|sin|sans) (?:author|autor|auteur)|\S+\.[a-z]{2,4}", re.IGNORECASE
)
_LONGEST_NAME: Final = 70
_MOST_NAMES: Final = 40
_MOST_WORDS: Final = 7


def names_of(values: Iterable[str], *, single: bool = False) -> list[str]:
    """The names of authors, each once, in their order.

    Args:
        values: what a page says; several names may stand in one value.
        single: each value is one name, which may be written ``Last, First``.
    """
    names: list[str] = []
    seen: set[str] = set()
    for value in values:
        for name in _split_names(clean_text(value[:_LONGEST]), single=single):
            key = key_of(name)
            if key and key not in seen and len(names) < _MOST_NAMES:
                seen.add(key)
                names.append(name)
    return names


def _split_names(text: str, *, single: bool) -> list[str]:
    text = _BY.sub("", _ADDRESS.sub("", text).strip(_AROUND), count=1)
    names: list[str] = []
    # Last, First; Last, First
    inverted = ";" in text and all(
        one.count(",") == 1 for one in text.split(";") if not one.isspace() and one
    )
    for part in _BETWEEN.split(text):
        pieces = [piece.strip() for piece in part.split(",")]
        pieces = [one for one in pieces if one and not _DEGREE.fullmatch(one)]
        if len(pieces) == 2 and (inverted or (single and " " not in pieces[0])):
            pieces = [f"{pieces[1]} {pieces[0]}"]
        for piece in pieces:
            name = _BY.sub("", piece, count=1).strip(_AROUND)
            if _is_name(name):
                names.append(name)
    return names


def _is_name(name: str) -> bool:
    if not 1 < len(name) <= _LONGEST_NAME or name.casefold() in _NOBODY:
        return False
    if name.count(" ") >= _MOST_WORDS or _NO_NAME.fullmatch(name):
        return False
    letters = sum(one.isalpha() for one in name)
    return letters >= 2 and letters * 2 > len(name)


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

"""What a page shows of its metadata: headings, microdata, bylines and dates in the body.

Asked only for what the head does not tell.  Places are found by searching for words, and every
look around a place has a fixed width: there is no tree, and the time is linear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from archivetk.dates import iso_date
from archivetk.steps.metadata.scan import attributes, places
from archivetk.steps.metadata.spots import ANNOUNCED, AUTHOR, DATED, Spots
from archivetk.steps.metadata.values import clean_text, names_of

__all__ = ["Shown", "author_shown", "date_shown", "headings", "microdata", "property_shown"]

#: How far an element reaches, in code points, that is looked into.
_INSIDE: Final = 1_200
_BEFORE: Final = 600
_MOST: Final = 40
_BREAK: Final = re.compile(
    r"</(?:p|div|li|span|a|address|h\d|td|section|header)\b[^<>]{0,20}>|<br\b[^<>]{0,50}>",
    re.IGNORECASE,
)
_COMMENT: Final = re.compile(r"<!--.*?-->|<(script|style|svg|time)\b.*?</\1>", re.DOTALL)
#: Classes and the like that only sound as if an author stood there.
_OTHERS: Final = re.compile(
    r"authori|comment|related|teaser|avatar|image|img|photo|icon|social|follow|twitter|bio\b|"
    r"descri|sidebar|widget|footer|copyright|recommend|card-list|feedback|reply|login",
    re.IGNORECASE,
)
_DATED: Final = (*DATED, "ate", "time")
#: How far behind the headline dates are looked for, in code points.
_REACH: Final = 60_000
_NO_DATE: Final = re.compile(
    r"update|modif|comment|related|teaser|sidebar|footer|copyright|upcoming|event|calendar",
    re.IGNORECASE,
)


#: A byline with a date before the names, and what may follow names: dates, times, places.
_DATE_FIRST: Final = re.compile(
    r"^(?=\D{0,30}\d).{0,60}?\b(?:by|von|par|por|di|door)\s+(?=\S)", re.IGNORECASE
)
_BEHIND: Final = re.compile(
    r"\s+(?:am|on|at|le|el|il|vor|um)\s.*|\s+[^\W\d_]+\.?\s\d.*|\s*\d.*", re.DOTALL
)
_NO_NAME: Final = re.compile(
    r"(?:texte?|fotos?|photos?|interview|posted|publi\w+|dat[ue]m?|quelle|source|stand|beitrag|"
    r"web\w*|e-?mail|komment\w*|comment\w*|submit\w*|allgemein\w*|theme\w*|press\w*|archiv\w*|"
    r"contact\w*|kontakt\w*|gesponsert\w*|sponsor\w*|anzeige\w*|mehr|more|read|view|share|follow|"
    r"zum|zur|by|von|recipe|rezept|[\w-]+-archiv)\b.*",
    re.IGNORECASE | re.DOTALL,
)


_PROPERTY: Final = re.compile(
    r"""\s?=\s?["']?(author|creator|datePublished|dateModified)(?=["'\s>])"""
)


class Shown(NamedTuple):
    """Something that the page shows, and where."""

    text: str
    start: int
    end: int


def headings(page: str, spots: Spots) -> list[Shown]:
    """The first headings of the highest level."""
    found: list[Shown] = []
    for name in ("<h1", "<H1"):
        for at in spots.of(name, 0, 6):
            begin = page.find(">", at, at + 1_000) + 1
            end = _first(page, ("</h1", "</H1"), begin, begin + 2_000)
            if begin and end > begin:
                text = clean_text(_COMMENT.sub(" ", page[begin:end]))
                if text:
                    found.append(Shown(text, begin, end))
        if found:
            break
    return found


def microdata(page: str, spots: Spots) -> dict[str, list[int]]:
    """Where each microdata property of interest stands in the page."""
    found: dict[str, list[int]] = {}
    for at in spots.of("itemprop", 0, 300):
        name = _PROPERTY.match(page, at + 8)
        if name:
            found.setdefault(name[1], []).append(at)
    return found


def property_shown(page: str, spots: list[int]) -> Iterator[Shown]:
    """The values of a microdata property: of its attribute, or the text of its element."""
    for at in spots:
        if tag := _tag_around(page, at):
            yield from _value(page, *tag)


def author_shown(
    page: str, spots: Spots, start: int, headline: int
) -> tuple[list[str], int, int] | None:
    """The names in the first element that says that authors stand in it.

    Args:
        page: the page.
        spots: where words of interest stand in it.
        start: where its body begins.
        headline: where its headline stands, or -1; what stands near it is asked first.
    """
    for at in [*spots.of('rel="author', start, 5), *spots.of("rel=author", start, 5)]:
        if tag := _tag_around(page, at):
            for shown in _text(page, *tag):
                names = names_of([shown.text])
                if names:
                    return names, shown.start, shown.end
    near = headline if headline >= 0 else start
    # behind the headline first, then before it
    asked = sorted(
        (at for word in AUTHOR for at in spots.of(word, start, _MOST)),
        key=lambda at: (at < near - _BEFORE, at),
    )
    looked: set[int] = set()
    for at in asked:
        tag = _tag_around(page, at)
        if tag is None or tag[0] in looked:
            continue
        looked.add(tag[0])
        if not _says(page[tag[0] : tag[1]], AUTHOR, _OTHERS):
            continue
        for shown in _text(page, *tag):
            if 2 < len(shown.text) <= 120:
                text = _BEHIND.sub("", _DATE_FIRST.sub("", shown.text, count=1), count=1)
                names = names_of([text])
                if names and all(_like_a_name(name, page[tag[0] : tag[1]]) for name in names):
                    return names, shown.start, shown.end
    return None


def date_shown(
    page: str, spots: Spots, start: int, headline: int, language: str
) -> tuple[str, int, int] | None:
    """The date in the first ``<time>`` or element that says that a date stands in it."""
    near = max(headline - 3_000, start)
    for begin in dict.fromkeys((near, start)):
        for at in spots.of("<time", begin, 5):
            end = page.find(">", at, at + 1_000) + 1
            if not end:
                continue
            given = attributes(page[at + 5 : end - 1])
            value = given.get("datetime") or given.get("content") or ""
            date = iso_date(value, language)
            if date:
                return date, at, end
            for shown in _text(page, at, end):
                date = iso_date(shown.text, language)
                if date:
                    return date, shown.start, shown.end
    asked = [at for word in DATED for at in spots.of(word, near, _MOST, near + _REACH)]
    for word in ("ate", "time"):
        asked.extend(places(page, word, near, _MOST, near + _REACH))
    looked: set[int] = set()
    for at in sorted(asked):
        tag = _tag_around(page, at)
        if tag is None or tag[0] in looked:
            continue
        looked.add(tag[0])
        if not _says(page[tag[0] : tag[1]], _DATED, _NO_DATE):
            continue
        for shown in _text(page, *tag):
            if len(shown.text) <= 150:
                date = iso_date(shown.text, language)
                if date:
                    return date, shown.start, shown.end
    if headline >= 0:
        for low, high in ((headline, headline + 2_000), (headline - 500, headline)):
            low, high = max(start, low), min(high, len(page))  # noqa: PLW2901
            window = clean_text(_COMMENT.sub(" ", page[low:high]))
            date = iso_date(window, language, len(window))
            if date:
                return date, low, high
    return _date_named(page, spots, start, language)


def _date_named(page: str, spots: Spots, start: int, language: str) -> tuple[str, int, int] | None:
    """The date behind the first word that announces one."""
    for at in sorted(at for word in ANNOUNCED for at in spots.of(word, start, 5)):
        window = clean_text(_COMMENT.sub(" ", page[at : at + 200]))
        date = iso_date(window, language, 60)
        if date:
            return date, at, min(at + 200, len(page))
    return None


def _tag_around(page: str, at: int) -> tuple[int, int] | None:
    """Where the tag begins and ends that a place stands in, if it stands in one."""
    begin = page.rfind("<", max(0, at - _BEFORE), at)
    if begin < 0 or page.find(">", begin, at) >= 0 or not page[begin + 1 : begin + 2].isalpha():
        return None
    end = page.find(">", at, at + _BEFORE) + 1
    return (begin, end) if end else None


def _says(tag: str, words: tuple[str, ...], not_words: re.Pattern[str]) -> bool:
    given = attributes(tag[1:-1])
    said = " ".join(
        given.get(key, "") for key in ("class", "id", "itemprop", "rel", "data-testid", "property")
    )
    return any(word in said for word in words) and not not_words.search(said)


def _value(page: str, begin: int, end: int) -> Iterator[Shown]:
    given = attributes(page[begin + 1 : end - 1])
    value = given.get("content") or given.get("datetime")
    if value:
        yield Shown(clean_text(value), begin, end)
    else:
        yield from _text(page, begin, end)


def _text(page: str, begin: int, end: int) -> Iterator[Shown]:
    """The text of the element whose tag is given, up to where it, or its first block, ends."""
    name = re.match(r"<([A-Za-z][A-Za-z0-9]*)", page[begin : begin + 20])
    if name is None or page.endswith("/>", begin, end):
        return
    close = page.find(f"</{name[1]}", end, end + _INSIDE)
    if close < 0:
        close = min(end + _INSIDE, len(page))
    inside = _COMMENT.sub(" ", page[end:close])
    whole = clean_text(inside)
    if whole:
        yield Shown(whole, end, close)
    for part in _BREAK.split(inside):
        text = clean_text(part)
        if text and text != whole:
            yield Shown(text, end, close)


def _like_a_name(name: str, tag: str) -> bool:
    words = name.split()
    if _NO_NAME.fullmatch(name):
        return False
    if len(words) == 1 and "vcard" in tag:
        return True  # microformats name users too
    return len(words) <= 5 and all(
        word[:1].isupper() or not word[:1].isalpha() or len(word) <= 3 for word in words
    )


def _first(page: str, needles: tuple[str, ...], start: int, end: int) -> int:
    spots = [at for at in (page.find(one, start, end) for one in needles) if at >= 0]
    return min(spots, default=-1)

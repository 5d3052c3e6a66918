"""The choice among all that a page says of itself."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from archivetk.dates import iso_date
from archivetk.people import key_of
from archivetk.steps.metadata import body as shown
from archivetk.steps.metadata.jsonld import (
    article_of,
    first_text,
    image_credits,
    nodes_of,
    read_script,
    site_of,
    types_of,
    words,
)
from archivetk.steps.metadata.scan import Head, read_head
from archivetk.steps.metadata.spots import may_hold_date
from archivetk.steps.metadata.values import (
    clean_text,
    language_tag,
    names_of,
    tags_of,
    web_address,
)

__all__ = ["Item", "read_page"]

_TITLES: Final = (
    "og:title", "twitter:title", "citation_title", "parsely-title", "sailthru.title", "dc.title",
    "dcterms.title", "headline", "title",
)  # fmt: skip
_AUTHORS: Final = (
    "author", "article:author", "article:author_name", "parsely-author",
    "sailthru.author", "citation_author", "citation_authors", "dc.creator", "dcterms.creator",
    "dc.creator.personalname", "byl", "byline", "og:author", "og:article:author",
    "authors", "rbauthors", "twitter:data1",
)  # fmt: skip
_SINGLE: Final = frozenset({"citation_author", "dc.creator", "dcterms.creator"})
_DATES: Final = (
    "article:published_time", "og:article:published_time", "article:published", "datepublished",
    "og:published_time", "parsely-pub-date", "sailthru.date", "citation_publication_date",
    "citation_online_date", "citation_date", "dc.date.issued", "dcterms.issued", "dcterms.created",
    "dc.date.created", "dc.date", "dcterms.date", "pubdate", "publishdate", "publish-date",
    "publish_date", "publication_date", "published_date", "published-date", "ptime", "pub_date",
    "article.published", "article_date_original", "article:publicationdate", "date", "datecreated",
    "displaydate", "originalpublicationdate", "shareaholic:article_published_time", "created",
    "article.created", "bt:pubdate", "rnews:datepublished", "release_date", "dateline",
)  # fmt: skip
_MODIFIED: Final = (
    "article:modified_time", "og:updated_time", "article:modified", "datemodified",
    "dc.date.modified", "dcterms.modified", "lastmod", "last-modified", "modified", "revised",
    "updated_time", "og:modified_time", "article.updated",
)  # fmt: skip
_SITES: Final = ("og:site_name", "application-name", "dc.publisher", "citation_journal_title")
_TAGS: Final = (
    "article:tag", "og:article:tag", "news_keywords", "parsely-tags", "sailthru.tags",
    "keywords", "citation_keywords", "dc.subject", "dcterms.subject",
)  # fmt: skip
_LANGUAGES: Final = ("og:locale", "content-language", "dc.language", "dcterms.language", "language")
_LICENCES: Final = ("dcterms.license", "dc.rights", "dcterms.rights", "license", "licence")
_OPEN_GRAPH: Final = ("og:", "article:")

_PARTS: Final = re.compile(r"\s+(?:[|–—·•»«›‹:~/-]|::|-{2,}|\|{2})\s+|\s?[|»]\s?")
_URL_DATE: Final = re.compile(
    r"/((?:19|20)\d\d)[/-](0?[1-9]|1[0-2])[/-](0?[1-9]|[12]\d|3[01])(?=[/_.-]|$)"
)
_LICENCE: Final = re.compile(
    r"https?://creativecommons\.org/(?:licenses|publicdomain)/[a-z0-9./-]+"
)
#: The longest page, in code points, that htmldate is asked about.
_HTMLDATE: Final = 250_000


class Item(NamedTuple):
    """A piece of metadata.

    Attributes:
        name: ``title``, ``authors``, ``date``, ``date_modified``, ``site``, ``canonical``,
            ``declared_language``, ``tags``, ``licence``, ``caption``.
        value: a string, a list of strings, or a mapping for a caption.
        where: ``json-ld``, ``open-graph``, ``meta``, ``html`` or ``htmldate``.
        start, end: code points of the page, where it stands; ``None`` where it cannot be told.
    """

    name: str
    value: Any
    where: str
    start: int | None = None
    end: int | None = None


def read_page(
    page: str, url: str | None, data: bytes | None = None, *, with_htmldate: bool = True
) -> list[Item]:
    """All that a page says of itself; of what it says twice, the better first.

    Args:
        page: the page, markup and all.
        url: its address, where it is known.
        data: the page in UTF-8, where that is at hand.
        with_htmldate: ask htmldate where nothing else tells a date.
    """
    return list(_Reader(page, url, data).items(with_htmldate=with_htmldate))


class _Reader:
    def __init__(self, page: str, url: str | None, data: bytes | None) -> None:
        self.page = page
        self.url = url
        self.data = data
        self.head: Head = read_head(page, data)
        self.metas: dict[str, list[int]] = {}
        for index, meta in enumerate(self.head.metas):
            self.metas.setdefault(meta.name, []).append(index)
        values = []
        for start, end in self.head.scripts:
            values.extend(read_script(page[start:end]))
        self.nodes = list(nodes_of(values))
        self.known = {
            one["@id"]: one
            for one in self.nodes
            if isinstance(one.get("@id"), str) and len(one) > 1
        }
        called = " ".join(
            clean_text(one).casefold()
            for one in (
                *(meta.content for meta in self.head.metas if meta.name in _TITLES[:2]),
                self.head.title[0] if self.head.title else "",
            )
        )
        self.article, self.is_article = article_of(self.nodes, called)
        self.headings = shown.headings(page, self.head.spots)
        self.properties: dict[str, list[int]] | None = None
        self.language = ""
        self.headline = self.headings[0].start if self.headings else -1

    def items(self, *, with_htmldate: bool) -> Iterator[Item]:
        """Everything, in the order of names."""
        for one in self._languages():
            self.language = self.language or one.value
            yield one
        sites = list(self._sites())
        title = self._title([one.value for one in sites])
        if title:
            yield title
        yield from _once(self._persons([one.value for one in sites]))
        yield from _once(self._dates(with_htmldate=with_htmldate))
        yield from _once(self._modified())
        yield from sites[:1]
        yield from _once(self._canonical())
        yield from _once(self._tags())
        yield from _once(self._licences())
        yield from self._captions()

    # Where things stand

    def _in_json(self, name: str, value: str) -> tuple[int | None, int | None]:
        """Where a string stands in the JSON-LD, best behind its own key."""
        if not self.head.scripts:
            return None, None
        plain = json.dumps(value, ensure_ascii=False)
        forms = dict.fromkeys((plain, json.dumps(value), plain.replace("/", "\\/")))
        lone: tuple[int, int] | None = None
        for start, end in self.head.scripts:
            for form in forms:
                at = self.page.find(form, start, end)
                for _ in range(8):
                    if at < 0:
                        break
                    if (
                        self.page[max(start, at - 60) : at]
                        .rstrip(" \t\r\n:[{")
                        .endswith(f'"{name}"')
                    ):
                        return at + 1, at + len(form) - 1
                    lone = lone or (at + 1, at + len(form) - 1)
                    at = self.page.find(form, at + len(form), end)
        return lone or self.head.scripts[0]

    def _json(self, item: str, keys: Iterable[str], make: Callable[[str], Any]) -> Iterator[Item]:
        for key in keys:
            raw = first_text(self.article.get(key))
            value = make(raw) if raw else None
            if value:
                yield Item(item, value, "json-ld", *self._in_json(key, raw))

    def _meta(self, item: str, names: Iterable[str], make: Callable[[str], Any]) -> Iterator[Item]:
        for name in names:
            for index in self.metas.get(name, ()):
                meta = self.head.metas[index]
                value = make(meta.content)
                if value:
                    yield Item(item, value, _source(name), meta.start, meta.end)

    def _all_metas(
        self, item: str, names: Iterable[str], make: Callable[[list[str]], list[str]]
    ) -> Iterator[Item]:
        """As :meth:`_meta`, with all values of a name as one list."""
        for name in names:
            metas = [self.head.metas[index] for index in self.metas.get(name, ())]
            value = make([meta.content for meta in metas]) if metas else []
            if value:
                yield Item(item, value, _source(name), metas[0].start, metas[-1].end)

    def _microdata(self, *names: str) -> list[int]:
        """Where properties of microdata stand; the page is searched once, when first asked."""
        if self.properties is None:
            self.properties = shown.microdata(self.page, self.head.spots)
        return [at for name in names for at in self.properties.get(name, ())][:40]

    # What there is

    def _languages(self) -> Iterator[Item]:
        if self.head.language:
            raw, start, end = self.head.language
            tag = language_tag(raw)
            if tag:
                yield Item("declared_language", tag, "html", start, end)
                return
        found = [
            *self._json("declared_language", ("inLanguage",), language_tag),
            *self._meta("declared_language", _LANGUAGES, language_tag),
        ]
        yield from found[:1]

    def _sites(self) -> Iterator[Item]:
        yield from self._meta("site", _SITES[:1], _label)
        name = clean_text(site_of(self.article, self.nodes, self.known))
        if _label(name):
            yield Item("site", name, "json-ld", *self._in_json("name", name))
        yield from self._meta("site", _SITES[1:], _label)

    def _title(self, sites: list[str]) -> Item | None:
        host = _host(self.url) or _host(self._first(self._canonical()))
        told: list[Item] = [
            *(self._json("title", ("headline",), clean_text) if self.is_article else ()),
            *self._meta("title", _TITLES, clean_text),
        ]
        if self.head.title:
            raw, start, end = self.head.title
            if clean_text(raw):
                told.append(Item("title", clean_text(raw), "html", start, end))
        told = [one._replace(value=_without_site(one.value, sites, host)) for one in told]
        names = {key_of(one) for one in sites} | {host}
        headings = [
            (key_of(one.text), one)
            for one in self.headings
            if len(one.text) <= 300 and key_of(one.text) not in names
        ]
        for key, heading in headings:
            if key and any(_tells(key_of(one.value), key) for one in told):
                return self._headline(heading)
        if told and not (len(headings) == 1 and _is_better(headings[0][0], told[0])):
            near = [one for key, one in headings if key_of(told[0].value) in key]
            self.headline = near[0].start if near else self.headline
            return told[0]
        for key, heading in headings:
            if key:
                return self._headline(heading)
        return None

    def _headline(self, heading: shown.Shown) -> Item:
        self.headline = heading.start
        return Item("title", heading.text, "html", heading.start, heading.end)

    def _persons(self, sites: list[str]) -> Iterator[Item]:
        """Authors without those that are but the site or its publisher."""
        bodies = {key_of(one).replace(" ", "") for one in sites} | self._bodies()
        bodies.add(_host(self.url).replace("-", ""))
        for one in self._authors():
            names = [name for name in one.value if key_of(name).replace(" ", "") not in bodies]
            if names:
                yield one._replace(value=names)

    def _bodies(self) -> set[str]:
        """Organisations that the JSON-LD names."""
        return {
            key_of(first_text(one.get("name"))).replace(" ", "")
            for one in (*self.nodes, *_people(self.article.get("author")))
            if any(name.endswith("Organization") for name in types_of(one))
        }

    def _authors(self) -> Iterator[Item]:
        for key in ("author", "creator"):
            raw = words(self.article.get(key), self.known)
            yield Item(
                "authors", names_of(raw), "json-ld", *self._in_json("name", (raw or [""])[0])
            )
        for name in _AUTHORS:
            make = _single_names if name in _SINGLE else names_of
            yield from self._all_metas("authors", (name,), make)
        for one in shown.property_shown(self.page, self._microdata("author", "creator")):
            if 0 < len(one.text) < 150:
                yield Item("authors", names_of([one.text]), "html", one.start, one.end)
        found = shown.author_shown(self.page, self.head.spots, self.head.body, self.headline)
        if found:
            yield Item("authors", found[0], "html", found[1], found[2])

    def _dates(self, *, with_htmldate: bool) -> Iterator[Item]:
        def date(raw: str) -> str | None:
            return iso_date(raw, self.language)

        yield from self._json("date", ("datePublished", "dateCreated", "uploadDate"), date)
        yield from self._meta("date", _DATES, date)
        for one in shown.property_shown(self.page, self._microdata("datePublished")):
            value = date(one.text)
            if value:
                yield Item("date", value, "html", one.start, one.end)
                break
        address = self.url or self._first(self._canonical()) or ""
        found = _URL_DATE.search(urlsplit(address).path) if address else None
        if found:
            value = date("-".join(found.groups()))
            if value:
                yield Item("date", value, "html")
        visible = shown.date_shown(
            self.page, self.head.spots, self.head.body, self.headline, self.language
        )
        if visible:
            yield Item("date", visible[0], "html", visible[1], visible[2])
        if with_htmldate and len(self.page) <= _HTMLDATE and may_hold_date(self.page, self.data):
            value = _htmldate(self.page, self.url)
            if value:
                yield Item("date", value, "htmldate")

    def _modified(self) -> Iterator[Item]:
        def date(raw: str) -> str | None:
            return iso_date(raw, self.language)

        yield from self._json("date_modified", ("dateModified",), date)
        yield from self._meta("date_modified", _MODIFIED, date)
        for one in shown.property_shown(self.page, self._microdata("dateModified")):
            value = date(one.text)
            if value:
                yield Item("date_modified", value, "html", one.start, one.end)
                break

    def _canonical(self) -> Iterator[Item]:
        base = self.url
        if self.head.base:
            base = web_address(self.head.base, self.url) or self.url
        for rel, href, start, end in self.head.links:
            if "canonical" in rel.split():
                value = web_address(href, base)
                if value:
                    yield Item("canonical", value, "html", start, end)
        yield from self._meta("canonical", ("og:url",), lambda raw: web_address(raw, base))

    def _tags(self) -> Iterator[Item]:
        raw = words(self.article.get("keywords"), self.known)
        if self.is_article and raw:
            tags = tags_of(raw)
            if tags:
                yield Item("tags", tags, "json-ld", *self._in_json("keywords", raw[0]))
        yield from self._all_metas("tags", _TAGS, tags_of)

    def _licences(self) -> Iterator[Item]:
        yield from self._json("licence", ("license",), clean_text)
        for rel, href, start, end in self.head.links:
            if "license" in rel.split():
                value = web_address(href, self.url)
                if value:
                    yield Item("licence", value, "html", start, end)
        yield from self._meta("licence", _LICENCES, clean_text)
        for at in self.head.spots.of("creativecommons.org/", 0, 1):
            found = _LICENCE.search(self.page, max(0, at - 20), at + 200)
            tag = self.page.rfind("<", max(0, at - 300), at)
            if found and tag >= 0 and "license" in self.page[tag : found.end() + 100]:
                yield Item("licence", found[0], "html", found.start(), found.end())

    def _captions(self) -> Iterator[Item]:
        if not self.is_article:
            return
        seen: set[tuple[str | None, str | None]] = set()
        for key in ("image", "associatedMedia"):
            for caption, credit in image_credits(self.article.get(key), self.known):
                value = {
                    "caption": clean_text(caption) or None,
                    "credit": clean_text(credit) or None,
                }
                pair = (value["caption"], value["credit"])
                if any(pair) and pair not in seen and len(seen) < 50:
                    seen.add(pair)
                    name, raw = ("caption", caption) if caption else ("creditText", credit)
                    yield Item("caption", value, "json-ld", *self._in_json(name, raw))

    @staticmethod
    def _first(items: Iterator[Item]) -> str | None:
        one = next(items, None)
        return None if one is None else str(one.value)


def _tells(told: str, heading: str) -> bool:
    """Whether what a head tells as its title holds a heading; both as keys."""
    if told == heading:
        return True
    if len(heading) < 8:
        return False
    return told.startswith(f"{heading} ") or (
        len(heading) >= 16 and " " in heading and f" {heading} " in f" {told} "
    )


def _is_better(heading: str, told: Item) -> bool:
    """Whether the only heading of a page is a better title than what the head tells.

    It is where the head has but ``<title>``, which often names the section or the site, and where
    both share half of their words: then it is the headline that readers see.
    """
    mine, other = set(heading.split()), set(key_of(told.value).split())
    if told.where == "html":
        return len(heading) >= 6
    return len(mine) >= 3 and 2 * len(mine & other) >= max(len(mine), len(other))


def _single_names(raw: list[str]) -> list[str]:
    """The names in metadata of libraries, where each stands alone and the last name first."""
    return names_of(raw, single=True)


def _people(value: Any) -> list[dict[str, Any]]:
    """The nodes in a value, which may be one or a list."""
    several = value if isinstance(value, list) else [value]
    return [one for one in several if isinstance(one, dict)]


def _once(items: Iterator[Item]) -> Iterator[Item]:
    """The first of several: what comes later is not even looked for."""
    one = next(items, None)
    if one is not None:
        yield one


def _source(name: str) -> str:
    return "open-graph" if name.startswith(_OPEN_GRAPH) else "meta"


def _label(raw: str) -> str | None:
    """The name of a site; an address is none."""
    text = clean_text(raw)
    if not text or len(text) > 100 or "://" in text:
        return None
    return text


def _host(url: str | None) -> str:
    """The letters of a host name before its last part: ``example`` of ``www.example.org``."""
    if not url:
        return ""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    parts = host.removeprefix("www.").split(".")
    return "".join(parts[:-1]) if len(parts) > 1 else host


def _without_site(title: str, sites: list[str], host: str) -> str:
    """A title without the name of its site at the end or the beginning."""
    marks = list(_PARTS.finditer(title))
    if not marks:
        return title
    names = {key_of(one).replace(" ", "") for one in sites}
    names.add(host.replace("-", "").lower())
    names.discard("")
    start, end = 0, len(title)
    for mark in reversed(marks):
        if not _is_site(title[mark.end() : end], names):
            break
        end = mark.start()
    for mark in marks:
        if mark.end() >= end or not _is_site(title[start : mark.start()], names):
            break
        start = mark.end()
    rest = title[start:end].strip()
    return rest or title


def _is_site(part: str, names: set[str]) -> bool:
    key = key_of(part).replace(" ", "")
    if not key:
        return True
    return any(
        key == name or (len(key) > 3 and len(name) > 3 and (key in name or name in key))
        for name in names
    )


def _htmldate(page: str, url: str | None) -> str | None:
    """The date that htmldate finds, in its fast mode."""
    from htmldate import find_date

    try:
        value: str | None = find_date(
            page, extensive_search=False, original_date=True, url=url, deferred_url_extractor=True
        )
    except Exception:
        return None
    return value

"""JSON-LD: what a page tells machines about its article.

Real pages break the format in a handful of ways: comments around it, commas too many, raw line ends
in strings, two objects in a row, references to ``@id``.  What still cannot be read is searched
for the few properties that matter.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

__all__ = [
    "article_of",
    "first_text",
    "image_credits",
    "linked",
    "nodes_of",
    "read_script",
    "site_of",
    "types_of",
    "words",
]

#: What pages put around JSON that no JSON parser takes.
_BEFORE: Final = ("//", "<!--", "<![CDATA[", "/*<![CDATA[*/", "/*", "*/", ";")
_BEHIND: Final = ("//", "-->", "]]>", "/*]]>*/", "/*", "*/", ";")
_COMMA: Final = re.compile(r",(?=\s*+[}\]])|(?<=[\[{]),")
_PROPERTY: Final = re.compile(
    r'"(@type|headline|datePublished|dateModified|dateCreated|inLanguage|license)"\s*+:\s*+'
    # a quotation mark with a word behind it was forgotten to be escaped
    r'"((?:[^"\\\n]++|\\.|"(?= ?[\w(]))*+)"'
)
_AUTHOR: Final = re.compile(
    r'"(?:author|creator)"\s*+:\s*+(?:\[\s*+)?'
    r'(?:"((?:[^"\\\n]++|\\.)*+)"|\{[^{}]{0,300}?"name"\s*+:\s*+"((?:[^"\\\n]++|\\.)*+)")'
)

#: Nodes of a page that are looked at, and how deep they stand.
_MOST: Final = 4_000
_ARTICLES: Final = (
    "NewsArticle", "ReportageNewsArticle", "AnalysisNewsArticle", "OpinionNewsArticle",
    "BackgroundNewsArticle", "ReviewNewsArticle", "AskPublicNewsArticle", "LiveBlogPosting",
    "BlogPosting", "Article", "TechArticle", "ScholarlyArticle", "MedicalScholarlyArticle",
    "SatiricalArticle", "AdvertiserContentArticle", "Report", "SocialMediaPosting",
    "DiscussionForumPosting", "QAPage", "Question", "Recipe", "Review", "CriticReview",
    "MedicalWebPage", "CreativeWork", "Book", "Course", "Event", "HowTo", "JobPosting",
    "PodcastEpisode", "Product", "VideoObject", "Movie", "WebPage", "ItemPage", "FAQPage",
    "AboutPage", "ContactPage", "CollectionPage", "ProfilePage",
)  # fmt: skip
_RANK: Final = {name: rank for rank, name in enumerate(_ARTICLES)}
#: From this rank on a node is about the page, not about an article on it.
_PAGE: Final = _RANK["CreativeWork"]
#: What hangs on a node but is not what the page is about.
_ASIDE: Final = frozenset({
    "itemListElement", "relatedLink", "mentions", "comment", "review", "publisher", "isPartOf",
    "breadcrumb", "author", "image", "video", "logo", "potentialAction", "hasPart", "citation",
    "sponsor", "suggestedAnswer",
})  # fmt: skip


def read_script(raw: str) -> list[Any]:
    """The values in a script, as far as they can be read."""
    try:
        return [json.loads(raw, strict=False)]
    except (ValueError, RecursionError):
        pass
    text = _unwrapped(raw)
    values: list[Any] = []
    for attempt in (text, _COMMA.sub("", text)):
        values, whole = _values(attempt)
        if whole:
            return values
    return [*values, *_salvaged(text)]


def _unwrapped(raw: str) -> str:
    text = raw.strip("\ufeff \t\r\n")
    for _ in range(8):
        before = text
        for mark in _BEFORE:
            text = text.removeprefix(mark).lstrip()
        for mark in _BEHIND:
            text = text.removesuffix(mark).rstrip()
        if text == before:
            break
    return text


def _values(text: str) -> tuple[list[Any], bool]:
    """The values that stand one after the other, and whether all of the text was read."""
    decoder = json.JSONDecoder(strict=False)
    values: list[Any] = []
    at = 0
    try:
        while at < len(text) and len(values) < 100:
            value, at = decoder.raw_decode(text, at)
            values.append(value)
            while at < len(text) and text[at] in " \t\r\n,;":
                at += 1
    except (ValueError, RecursionError):
        return values, False
    return values, True


def _salvaged(text: str) -> list[Any]:
    """A node of the properties that can be told in JSON which cannot be read."""
    node: dict[str, Any] = {}
    for found in _PROPERTY.finditer(text):
        name, value = found[1], _string(found[2])
        if name == "@type":
            if "headline" not in node and value in _RANK:
                node["@type"] = value
        else:
            node.setdefault(name, value)
    authors = [_string(found[1] or found[2] or "") for found in _AUTHOR.finditer(text)]
    if authors:
        node["author"] = authors[0]
    return [node] if node else []


def _string(raw: str) -> str:
    try:
        return str(json.loads(f'"{raw}"', strict=False))
    except ValueError:
        return raw


def nodes_of(values: list[Any]) -> Iterator[dict[str, Any]]:
    """All objects that are about the page, outer ones first, graphs opened."""
    queue = list(values)
    index = 0
    while index < len(queue) < _MOST:
        one = queue[index]
        index += 1
        if isinstance(one, list):
            queue.extend(one[:200])
        elif isinstance(one, dict):
            yield one
            for key, value in one.items():
                if isinstance(value, (dict, list)) and key not in _ASIDE:
                    queue.append(value)


def article_of(nodes: list[dict[str, Any]], title: str) -> tuple[dict[str, Any], bool]:
    """The node that is about the page's main text, and whether it is an article at all.

    Args:
        nodes: as :func:`nodes_of` gives them.
        title: what the page's head calls itself; of several articles the one of this headline.
    """
    best: dict[str, Any] = {}
    least = (2, len(_RANK), 0)
    for index, node in enumerate(nodes):
        rank = min((_RANK.get(name, 99) for name in types_of(node)), default=99)
        if rank == 99:
            continue
        headline = first_text(node.get("headline")) or first_text(node.get("name"))
        other = 0 if not title or not headline or headline.casefold()[:40] in title else 1
        order = (other if rank < _PAGE else 1, rank, index)
        if order < least:
            best, least = node, order
    return best, bool(best) and least[1] < _PAGE


def types_of(node: dict[str, Any]) -> list[str]:
    """The types of a node, without the address of their vocabulary."""
    given = node.get("@type")
    names = given if isinstance(given, list) else [given]
    return [one.rsplit("/", 1)[-1].rsplit(":", 1)[-1] for one in names[:20] if isinstance(one, str)]


def linked(value: Any, known: dict[str, dict[str, Any]]) -> Any:
    """A value, with the node in its place where it only refers to one by ``@id``."""
    if isinstance(value, dict):
        name = value.get("@id")
        if isinstance(name, str) and name in known and "name" not in value:
            return known[name]
    return value


def first_text(value: Any) -> str:
    """The first string in a value: itself, of a list, under ``name`` or ``@value``."""
    for _ in range(6):
        if isinstance(value, str):
            return value
        if isinstance(value, list):
            value = value[0] if value else None
        elif isinstance(value, dict):
            value = value.get("name") or value.get("@value") or value.get("url")
        else:
            break
    return ""


def words(value: Any, known: dict[str, dict[str, Any]]) -> list[str]:
    """All strings in a value, names of nodes among them; at most a hundred."""
    found: list[str] = []
    queue = [value]
    index = 0
    while index < len(queue) and len(queue) < 500 and len(found) < 100:
        one = linked(queue[index], known)
        index += 1
        if isinstance(one, str):
            found.append(one)
        elif isinstance(one, list):
            queue[index:index] = one[:100]
        elif isinstance(one, dict):
            inner = one.get("name") or one.get("@value")
            if inner is None:
                inner = " ".join(
                    part
                    for part in (one.get("givenName"), one.get("familyName"))
                    if isinstance(part, str)
                )
            if inner:
                queue.insert(index, inner)
    return found


def site_of(node: dict[str, Any], nodes: list[dict[str, Any]], known: dict[str, Any]) -> str:
    """The name of the site: of the node ``WebSite``, else of the publisher."""
    for one in nodes:
        if "WebSite" in types_of(one):
            name = first_text(one.get("name"))
            if name:
                return name
    publisher = linked(node.get("publisher"), known)
    if isinstance(publisher, list) and publisher:
        publisher = linked(publisher[0], known)
    if isinstance(publisher, dict):
        return first_text(publisher.get("name"))
    return publisher if isinstance(publisher, str) and "//" not in publisher else ""


def image_credits(value: Any, known: dict[str, dict[str, Any]]) -> list[tuple[str, str]]:
    """Captions and credits of the images in a value, as far as a page tells them."""
    found: list[tuple[str, str]] = []
    images = value if isinstance(value, list) else [value]
    for one in images[:50]:
        image = linked(one, known)
        if not isinstance(image, dict):
            continue
        caption = first_text(image.get("caption"))
        credit = ""
        for key in ("creditText", "copyrightNotice", "creator", "author", "copyrightHolder"):
            credit = first_text(linked(image.get(key), known))
            if credit:
                break
        if caption or credit:
            found.append((caption, credit))
    return found

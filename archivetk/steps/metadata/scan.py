"""What a page says of itself in its head: one pass over tags, no tree.

The pass knows comments, scripts and styles, so that what stands in them is not taken for tags.
It ends at the body, where only what belongs into a head is looked for: ``<meta>`` that strayed,
and JSON-LD, which may stand anywhere.  Every search that fails is not repeated, so that the time is
linear in the length of the page, whatever stands in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from archivetk.steps.metadata.spots import Spots

__all__ = ["Head", "Meta", "attributes", "places", "read_head", "tag_end"]

_TOKEN: Final = re.compile(
    r"<(?:(!--)|(/head|body)(?=[\s>])|(meta|link|title|html|base|script|style)(?=[\s/>]))",
    re.IGNORECASE,
)
_ATTRIBUTE: Final = re.compile(
    r"""([^\s"'>/=]++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++)))?+"""
)
_TAG_REST: Final = re.compile(r"""(?:[^>"'=]++|=\s*+(?:"[^"]*+"|'[^']*+')?+|["'])*+>""")
_SCRIPT_END: Final = re.compile(r"</script(?=[\s/>])", re.IGNORECASE)
_STYLE_END: Final = re.compile(r"</style(?=[\s/>])", re.IGNORECASE)
_TITLE_END: Final = re.compile(r"</title(?=[\s/>])|<(?=/head|body|meta|link|script)", re.IGNORECASE)

#: A page has no more tags in its head that are worth reading.
_MOST: Final = 3_000
#: With so many in the head none are looked for in the body.
_ENOUGH: Final = 8
#: Scripts of JSON-LD, and code points of one of them, that are read.
_MOST_SCRIPTS: Final = 40
_LONGEST_SCRIPT: Final = 2_000_000


_NOWHERE: Final = Spots("", 0)


class Meta(NamedTuple):
    """A ``<meta>``: name (lower case), content as it is written, and where the tag stands."""

    name: str
    content: str
    start: int
    end: int


@dataclass(slots=True)
class Head:
    """The head of a page.

    Attributes:
        metas: all of them that have a name and a content.
        links: ``rel`` (lower case), ``href``, start and end of the tag.
        title: text of ``<title>``, where it begins and ends; ``None`` where there is none.
        language: the ``lang`` of ``<html>``, start and end of its tag.
        base: the ``href`` of ``<base>``.
        scripts: where the contents of JSON-LD scripts begin and end.
        body: where the body begins.
        spots: where words of interest stand in the body.
    """

    metas: list[Meta] = field(default_factory=list)
    links: list[tuple[str, str, int, int]] = field(default_factory=list)
    title: tuple[str, int, int] | None = None
    language: tuple[str, int, int] | None = None
    base: str | None = None
    scripts: list[tuple[int, int]] = field(default_factory=list)
    body: int = 0
    spots: Spots = _NOWHERE


def attributes(tag: str) -> dict[str, str]:
    """The attributes of a tag, names in lower case; the first of a name wins."""
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(tag):
        found.setdefault(name.lower(), double or single or bare)
    return found


def tag_end(text: str, start: int) -> int:
    """The position behind the tag whose name ends at ``start``; -1 where it has no end."""
    found = _TAG_REST.match(text, start)
    return found.end() if found else -1


def places(text: str, needle: str, start: int, most: int, end: int | None = None) -> Iterator[int]:
    """Where a string stands, from one position to another, at most so many times."""
    at = text.find(needle, start, end)
    while at >= 0 and most > 0:
        yield at
        most -= 1
        at = text.find(needle, at + len(needle), end)


def read_head(text: str, data: bytes | None = None) -> Head:
    """Read what stands in the head of a page, and the JSON-LD of all of it.

    Args:
        text: the page.
        data: the same in UTF-8, where that is at hand.
    """
    head = Head()
    position = 0
    count = 0
    strict = True
    length = len(text)
    while count < _MOST:
        found = _TOKEN.search(text, position)
        if found is None:
            position = length
            break
        count += 1
        if found[2]:
            position = found.start()
            break
        if found[1]:
            end = text.find("-->", found.end())
            # an unclosed comment would take the page
            position = end + 3 if end >= 0 else length
            continue
        name = found[3].lower()
        end = tag_end(text, found.end()) if strict else -1
        if end < 0:
            strict = False
            end = text.find(">", found.end()) + 1
            if not end:
                position = length
                break
        position = end
        if name == "meta":
            _add_meta(head, text, found.end(), end)
        elif name == "title":
            if head.title is None:
                position = _add_title(head, text, end)
        elif name == "script":
            position = _add_script(head, text, text[found.end() : end], end)
        elif name == "style":
            close = _STYLE_END.search(text, end)
            position = close.end() if close else length
        else:
            given = attributes(text[found.end() : end - 1])
            if name == "link":
                if "rel" in given and "href" in given:
                    rel = given["rel"].lower()
                    head.links.append((rel, given["href"], found.start(), end))
            elif name == "html":
                tag = given.get("lang") or given.get("xml:lang")
                if tag and head.language is None:
                    head.language = (tag, found.start(), end)
            elif head.base is None:
                head.base = given.get("href")
    head.body = position
    head.spots = Spots(text, position, data)
    _read_body(head, text)
    return head


def _add_meta(head: Head, text: str, start: int, end: int) -> None:
    given = attributes(text[start : end - 1])
    content = given.get("content") or given.get("value")
    if not content:
        return
    for key in ("property", "name", "itemprop", "http-equiv"):
        name = given.get(key)
        # an author in the microdata of a body may be that of a comment or of a source
        if name and not (key == "itemprop" and head.body):
            head.metas.append(Meta(name.strip().lower(), content, start - 5, end))
            return


def _add_title(head: Head, text: str, start: int) -> int:
    close = _TITLE_END.search(text, start, start + 5_000)
    if close is None:
        return start
    head.title = (text[start : close.start()], start, close.start())
    return close.start()


def _add_script(head: Head, text: str, tag: str, start: int) -> int:
    close = _SCRIPT_END.search(text, start)
    if close is None:
        return len(text)
    if "ld+json" in tag and len(head.scripts) < _MOST_SCRIPTS:
        head.scripts.append((start, min(close.start(), start + _LONGEST_SCRIPT)))
    return close.end()


def _read_body(head: Head, text: str) -> None:
    """What belongs into a head and stands behind it."""
    last = 0
    for at in head.spots.of("ld+json", head.body, _MOST_SCRIPTS):
        if at < last:
            continue
        tag = text.rfind("<", max(head.body, at - 300), at)
        if tag < 0 or text[tag + 1 : tag + 7].lower() != "script":
            continue
        end = text.find(">", at) + 1
        if not end:
            break
        last = _add_script(head, text, text[tag:end], end)
    if len(head.metas) >= _ENOUGH:
        return
    for at in head.spots.of("<meta ", head.body, 300):
        end = tag_end(text, at + 5)
        if end < 0:
            break
        if end - at < 10_000:
            _add_meta(head, text, at + 5, end)

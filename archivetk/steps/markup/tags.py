"""What the scan knows of tags by their names: how they break lines, what they close and hide."""

from __future__ import annotations

import re
from typing import Final

__all__ = [
    "BEGIN",
    "BLOCKS",
    "CELL",
    "CELLS",
    "CLOSE",
    "COMMENTED",
    "DROP",
    "DROPPED",
    "ENDS",
    "FEED",
    "FINISH",
    "GREEDY",
    "HEAD",
    "HEADED",
    "IGNORE",
    "KNOWN",
    "LINE",
    "LINK",
    "LINK_END",
    "NONE",
    "OPEN",
    "PARAGRAPH",
    "SCRIPTED",
    "SPACE",
    "SPACED",
    "TABLE",
    "TAGGED",
    "Tag",
    "tag_of",
]

# How much a tag breaks the line: no more than a space, to the next cell, line, paragraph.
NONE, SPACE, CELL, LINE, PARAGRAPH = range(5)

#: Elements that break the line before and after, and how much.
_PARAGRAPHED: Final = """
    address article aside blockquote details dialog dir dl fieldset figure footer form h1 h2 h3 h4
    h5 h6 header hgroup hr listing main menu nav ol p plaintext pre search section table ul xmp
"""
_LINED: Final = """
    body button caption center dd div dt figcaption frameset html label legend li noscript optgroup
    option summary tbody tfoot thead tr
"""
BLOCKS: Final = {
    **dict.fromkeys(_PARAGRAPHED.split(), PARAGRAPH),
    **dict.fromkeys(_LINED.split(), LINE),
    "td": CELL,
    "th": CELL,
}

#: Which open elements a start tag closes, if they are on top (HTML: implied end tags).
_IMPLIED: Final[dict[str, frozenset[str]]] = {
    "li": frozenset({"li", "p"}),
    "dt": frozenset({"dt", "dd", "p"}),
    "dd": frozenset({"dt", "dd", "p"}),
    "tr": frozenset({"tr", "td", "th", "p", "caption"}),
    "td": frozenset({"td", "th", "p"}),
    "th": frozenset({"td", "th", "p"}),
    "tbody": frozenset({"tbody", "thead", "tfoot", "tr", "td", "th", "p", "caption"}),
    "thead": frozenset({"tbody", "thead", "tfoot", "tr", "td", "th", "p", "caption"}),
    "tfoot": frozenset({"tbody", "thead", "tfoot", "tr", "td", "th", "p", "caption"}),
    "option": frozenset({"option"}),
    "label": frozenset(),
    "button": frozenset(),
    "noscript": frozenset(),
}
_PARAGRAPHS: Final = frozenset({"p"})
CELLS: Final = frozenset({"td", "th"})
TABLE: Final = frozenset({"table", "tbody", "thead", "tfoot", "tr", "td", "th"})
_INLINES: Final = frozenset({"a", "b", "code", "em", "i", "kbd", "samp", "strong"})

# What a gap held; the highest decides the rule.
SPACED, TAGGED, COMMENTED, HEADED, EMBEDDED, SCRIPTED, FORMED = range(7)

#: Elements that leave with all they hold, and as what.
DROPPED: Final = {
    "script": SCRIPTED,
    "style": SCRIPTED,
    "template": SCRIPTED,
    "title": HEADED,
    "svg": EMBEDDED,
    "iframe": EMBEDDED,
    "object": EMBEDDED,
    "canvas": EMBEDDED,
    "audio": EMBEDDED,
    "video": EMBEDDED,
    "applet": EMBEDDED,
    "noembed": EMBEDDED,
    "noframes": EMBEDDED,
    "annotation": EMBEDDED,
    "select": FORMED,
    "datalist": FORMED,
    "textarea": FORMED,
}
ENDS: Final = {name: re.compile(rf"</(?i:{name})(?=[ \t\n\f\r/>])") for name in DROPPED}
#: An unclosed one of these takes the rest of the page, as in a browser.
GREEDY: Final = frozenset({"script", "style"})

# What is to be done for a tag.
IGNORE, CLOSE, OPEN, LINK, LINK_END, FINISH, BEGIN, FEED, DROP, HEAD = range(10)


#: What is known of a tag by its name, ``/`` of an end tag included: what is to be done, the name in
#: lower case, how much it breaks the line, which elements it closes, whether more is to be done.
#: A plain tuple is taken apart three times as fast as a named one.
Tag = tuple[int, str, int, frozenset[str], bool]


def _tag(action: int, name: str) -> Tag:
    return action, name, NONE, frozenset(), False


def _tags() -> dict[str, Tag]:
    """All tags that more is to be done for than to leave them out."""
    tags: dict[str, Tag] = {}
    for name, level in BLOCKS.items():
        special = name in {"body", "hr", "pre", "tr"} or name in CELLS
        tags[name] = (OPEN, name, level, _IMPLIED.get(name, _PARAGRAPHS), special)
        tags[f"/{name}"] = (CLOSE, name, level, frozenset(), False)
    for name in _INLINES:
        tags[name] = _tag(LINK if name == "a" else BEGIN, name)
        tags[f"/{name}"] = _tag(LINK_END if name == "a" else FINISH, name)
    for name in DROPPED:
        tags[name] = _tag(DROP, name)
    tags |= {"br": _tag(FEED, "br"), "/br": _tag(FEED, "br")}
    tags |= {"head": _tag(HEAD, "head"), "/head": _tag(HEAD, "")}
    return tags


_TAGS: Final = _tags()
_OTHER: Final = _tag(IGNORE, "")
#: Names that are met often and mean nothing here, so that they are looked up but once.
_COMMON: Final = (
    "abbr acronym big cite embed font g iframe img input ins link meta nobr o:p param path picture "
    "script small source span strike style sub sup svg time title tt u use wbr"
)
#: The tags of pages as they write them: in lower case, and in capitals.
KNOWN: Final = {f"{mark}{name}": _OTHER for name in _COMMON.split() for mark in ("", "/")} | _TAGS
KNOWN.update([(name.upper(), tag) for name, tag in KNOWN.items()])


def tag_of(name: str) -> Tag:
    """A tag whose name is not known as it is written."""
    return _TAGS.get(name.lower(), _OTHER)

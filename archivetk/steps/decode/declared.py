"""The charset that a document declares: the prescan of the HTML standard, and XML.

Section 13.2.3.2 of the HTML standard ("prescan a byte stream to determine its encoding") with a
wider window, for pages whose declaration stands behind a long comment or script.
"""

from __future__ import annotations

import re
from typing import Final

from archivetk.steps.decode.labels import Charset, lookup

__all__ = ["declared_charset"]

#: Bytes that are looked at.  The standard says 1024 and allows more.
WINDOW: Final = 16_384

_XML: Final = re.compile(
    rb"""<\?xml(?=\s)[^>]{0,200}?\sencoding\s{0,9}=\s{0,9}(?:"([^"<>]{1,60})"|'([^'<>]{1,60})')"""
)
_SPACE: Final = b"\t\n\f\r "
_TAG: Final = re.compile(rb"</?[A-Za-z]")
_META: Final = re.compile(rb"<meta[\t\n\f\r /]", re.IGNORECASE)
_NAME_END: Final = re.compile(rb"[\t\n\f\r />=]")
_VALUE_END: Final = re.compile(rb"[\t\n\f\r >]")
#: A whole tag as the prescan reads it, from its name on; one that is cut off does not match.
_WHOLE: Final = re.compile(
    rb"""[^\t\n\f\r >]*+
    (?:[\t\n\f\r /]*+ [^\t\n\f\r />][^\t\n\f\r />=]*+ [\t\n\f\r ]*+
    (?:= [\t\n\f\r ]*+ (?:"[^"]*+"|'[^']*+'|(?!["'])[^\t\n\f\r >]*+) | (?!=)))*+
    [\t\n\f\r /]*+ >""",
    re.VERBOSE,
)
_CONTENT: Final = re.compile(
    rb"""charset[\t\n\f\r ]*=[\t\n\f\r ]*(?:"([^"]*)"|'([^']*)'|([^\t\n\f\r ;"'][^\t\n\f\r ;]*))""",
    re.IGNORECASE,
)


def declared_charset(data: bytes) -> tuple[Charset, str, str] | None:
    """The charset that the first bytes declare.

    Returns:
        The charset, the label as it stands there, and ``xml`` or ``meta``; ``None`` where there
        is no declaration with a known label.
    """
    head = data[:WINDOW]
    begin = 3 if head.startswith(b"\xef\xbb\xbf") else 0
    if match := _XML.match(head.lstrip(_SPACE), begin):
        label = (match[1] or match[2]).decode("latin-1")
        if found := lookup(label):
            return _readable(found), label, "xml"
    return _meta(head)


def _readable(found: Charset) -> Charset:
    """A declaration that could be read as ASCII cannot be in UTF-16 (HTML standard)."""
    if found.name.startswith(("utf-16", "utf-32")):
        return Charset("utf-8", "utf-8")
    return found


def _meta(head: bytes) -> tuple[Charset, str, str] | None:
    at = 0
    while (at := head.find(b"<", at)) >= 0:
        if head.startswith(b"<!--", at):
            end = head.find(b"-->", at + 2)
            if end < 0:
                return None
            at = end + 3
        elif _META.match(head, at):
            found, at = _one_meta(head, at + 5)
            if found is not None:
                return found
        elif _TAG.match(head, at):
            whole = _WHOLE.match(head, at)
            if whole is not None:
                at = whole.end()
                continue
            match = _VALUE_END.search(head, at)
            if match is None:
                return None
            at = match.start()
            while (pair := _attribute(head, at)) is not None:
                at = pair[2]
                if not pair[0]:
                    break
            else:
                return None
        elif head[at + 1 : at + 2] in {b"!", b"/", b"?"} and head[at + 1 : at + 2]:
            at = head.find(b">", at + 1)
            if at < 0:
                return None
        else:
            at += 1
    return None


def _one_meta(head: bytes, at: int) -> tuple[tuple[Charset, str, str] | None, int]:
    """What one ``meta`` tag declares, and where it ends."""
    seen: set[bytes] = set()
    pragma = False
    needs_pragma: bool | None = None
    label: str | None = None
    while True:
        pair = _attribute(head, at)
        if pair is None:
            return None, len(head)
        name, value, at = pair
        if not name:
            break
        if name in seen:
            continue
        seen.add(name)
        if name == b"http-equiv":
            pragma = value.lower() == b"content-type"
        elif name == b"content" and label is None:
            match = _CONTENT.search(value)
            if match and lookup(_text(match)):
                label, needs_pragma = _text(match), True
        elif name == b"charset":
            label, needs_pragma = value.decode("latin-1"), False
    if label is None or (needs_pragma and not pragma):
        return None, at
    found = lookup(label)
    return (None if found is None else (_readable(found), label.strip(), "meta")), at


def _text(match: re.Match[bytes]) -> str:
    return (match[1] or match[2] or match[3] or b"").decode("latin-1")


def _attribute(head: bytes, at: int) -> tuple[bytes, bytes, int] | None:
    """The next attribute of a tag: name, value and where to go on.

    An empty name: the tag ends here.  ``None``: the bytes end inside the tag.
    """
    size = len(head)
    while at < size and head[at] in b"\t\n\f\r /":
        at += 1
    if at >= size:
        return None
    if head[at] == 0x3E:
        return b"", b"", at + 1
    match = _NAME_END.search(head, at + 1)  # a name may begin with "="
    if match is None:
        return None
    name = head[at : match.start()].lower()
    at = match.start()
    while at < size and head[at] in _SPACE:
        at += 1
    if at >= size:
        return None
    if head[at] != 0x3D:
        return name, b"", at
    at += 1
    while at < size and head[at] in _SPACE:
        at += 1
    if at >= size:
        return None
    quote = head[at : at + 1]
    if quote in {b'"', b"'"}:
        end = head.find(quote, at + 1)
        if end < 0:
            return None
        return name, head[at + 1 : end], end + 1
    match = _VALUE_END.search(head, at)
    if match is None:
        return None
    return name, head[at : match.start()], match.start()

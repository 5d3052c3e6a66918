"""What a file is, told by its content first and by its name second."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from typing import Final

__all__ = ["CONTAINERS", "media_type_of", "sniff_container"]

#: Kinds of files that hold several documents.
CONTAINERS: Final = ("warc", "jsonl")

_JSON_NAMES: Final = (".json", ".jsonl", ".ndjson", ".jsonlines")
_ARCHIVE_NAMES: Final = (".warc", ".arc", ".wet", ".wat", ".wacz")
_PACKED: Final = (".gz", ".zst", ".lz4", ".bz2", ".xz")
_HTML_NAMES: Final = (".html", ".htm", ".xhtml", ".xht", ".shtml", ".xml", ".asp", ".aspx", ".php")

_ARC_HEAD: Final = re.compile(rb"filedesc://|https?://\S+ [0-9.]+ [0-9]{14} ")

# a page says so in its first lines; comments and a declaration may stand before
_PAGE: Final = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}\?>\s*|<!--(?:[^-]|-(?!->)){0,4000}-->\s*){0,8}"
    r"<(?:!doctype\s+html|html[\s>]|head[\s>]|body[\s>])",
    re.IGNORECASE,
)
_BLOCK: Final = re.compile(
    r"\s*(?:<!--(?:[^-]|-(?!->)){0,4000}-->\s*){0,8}"
    r"<(?:p|div|article|main|section|nav|header|footer|h[1-6]|ul|ol|table|span|a|title|meta|link|"
    r"script|style|blockquote|figure|center|font|text)(?:\s[^<>]{0,2000})?/?>",
    re.IGNORECASE,
)
_CLOSING: Final = re.compile(r"</[a-z][a-z0-9]{0,10}\s*>", re.IGNORECASE)
_XML: Final = re.compile(r"\s*<\?xml\s", re.IGNORECASE)


def sniff_container(name: str, head: bytes) -> str | None:
    """Which container a file is: ``warc`` (ARC, WET, WACZ too), ``jsonl``, or none.

    Args:
        name: file name; decides only where the content leaves it open.
        head: the first bytes, 4 kB or so.
    """
    low = name.lower()
    plain = _unpacked(head)
    if plain.startswith(b"WARC/") or _ARC_HEAD.match(plain):
        return "warc"
    bare = _bare(low)
    if head.startswith(b"PK\x03\x04") and bare.endswith(".wacz"):
        return "warc"
    if bare.endswith(_ARCHIVE_NAMES):
        return "warc"
    if bare.endswith(_JSON_NAMES) or (
        bare != low and plain.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b'{"')
    ):
        return "jsonl"
    if "." not in bare and _is_row(plain):
        return "jsonl"
    return None


def _is_row(head: bytes) -> bool:
    """Whether a file without a telling name begins with a JSON object on a line of its own."""
    line, end, _ = head.lstrip(b"\xef\xbb\xbf \t\r\n").partition(b"\n")
    if not line.startswith(b"{"):
        return False
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return not end and line.startswith(b'{"')


def media_type_of(name: str, text: str) -> str:
    """``text/html``, ``text/markdown`` or ``text/plain``.

    Args:
        name: file name or address; may be empty.
        text: the decoded text; only its beginning is looked at.
    """
    low = name.lower().split("#", 1)[0]
    text = text.removeprefix("\ufeff")
    if _PAGE.match(text):
        return "text/html"
    if low.endswith((".md", ".markdown")):
        return "text/markdown"
    if low.endswith((".txt", ".text", ".jsonl", ".ndjson")):
        return "text/plain"
    if low.endswith(_HTML_NAMES) and _CLOSING.search(text, 0, 200_000):
        return "text/html"
    if _XML.match(text) or (_BLOCK.match(text) and _CLOSING.search(text, 0, 200_000)):
        return "text/html"
    return "text/plain"


def _bare(name: str) -> str:
    """The name without the ending of its compression."""
    for ending in _PACKED:
        if name.endswith(ending):
            return name[: -len(ending)]
    return name


def _unpacked(head: bytes) -> bytes:
    """The first bytes of what a compressed file holds, as far as ``head`` reaches."""
    if head.startswith(b"\x1f\x8b"):
        try:
            return zlib.decompressobj(wbits=31).decompress(head, 4096)
        except (zlib.error, gzip.BadGzipFile):
            return b""
    if head.startswith(b"\x28\xb5\x2f\xfd"):
        import zstandard

        try:
            return zstandard.ZstdDecompressor().decompressobj().decompress(head)[:4096]
        except zstandard.ZstdError:
            return b""
    return head

"""What a payload is, told by its content first and by what is declared second."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["charset_of", "document_type"]

_BOMS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_MAGIC: Final = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"wOFF", "font/woff"),
    (b"wOF2", "font/woff2"),
    (b"OggS", "application/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"fLaC", "audio/flac"),
    (b"\x00asm", "application/wasm"),
    (b"{\\rtf", "application/rtf"),
    (b"%!PS", "application/postscript"),
)
_PAGE: Final = re.compile(
    rb"\s{0,4096}(?:<\?xml[^>]{0,400}\?>\s{0,400}|<!--(?:[^-]|-(?!->)){0,8000}-->\s{0,400}){0,8}"
    rb"<(?:!doctype\s+html|html[\s>]|head[\s>]|body[\s>])",
    re.IGNORECASE,
)
_XML: Final = re.compile(rb"\s{0,400}<\?xml\s", re.IGNORECASE)
_TAG: Final = re.compile(rb"<(?:!--|/?[a-z][a-z0-9]{0,15}[\s/>])", re.IGNORECASE)
_JSON: Final = re.compile(rb'\s{0,400}(?:\{\s{0,400}["}]|\[\s{0,400}[\[{"\]0-9])')
_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?\s*([^\s;\"',]+)", re.IGNORECASE)
_HTML: Final = frozenset({"text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml"})
_PLAIN: Final = frozenset({"text/plain", "text/markdown", "text/x-markdown", "text/x-web-markdown"})
_UNTOLD: Final = frozenset(
    {"", "application/octet-stream", "binary/octet-stream", "unknown/unknown", "text", "no-type",
     "application/unknown", "application/x-unknown", "unk", "content/unknown", "*/*", "text/*"}
)  # fmt: skip
_TEXT_NAMES: Final = (".txt", ".text", ".md", ".markdown")


def charset_of(content_type: str | None) -> str | None:
    """The ``charset`` parameter of a media type."""
    match = _CHARSET.search(content_type[:1000]) if content_type else None
    return match[1][:60] if match and match[1].isprintable() else None


def document_type(declared: str | None, data: bytes, url: str | None) -> tuple[str | None, str]:
    """Whether a payload is a page or a plain text.

    Args:
        declared: the media type that came with it, with or without parameters.
        data: the payload.
        url: its address; the ending of its name counts where nothing is declared.

    Returns:
        ``text/html``, ``text/plain`` or ``None``; and what it is otherwise, as a word to count by.
    """
    declared = (declared or "").partition(";")[0].partition(",")[0].strip().lower()[:80]
    if not declared.isprintable():
        declared = ""
    head = data[:16384]
    if not head.strip(b" \t\r\n\f\x00"):
        return None, "empty"
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return None, kind
    if head[8:12] == b"WEBP" or head[4:8] == b"ftyp":
        return None, "image/webp" if head[8:12] == b"WEBP" else "video/mp4"
    wide = _is_utf16(head)
    narrow = head.replace(b"\0", b"") if wide else head
    if not wide and _binary(head):
        return None, declared if declared not in _UNTOLD | _HTML | _PLAIN else "binary"
    for bom in _BOMS:
        narrow = narrow.removeprefix(bom)
    if _PAGE.match(narrow):
        if declared in {"image/svg+xml", "application/rss+xml", "application/atom+xml"}:
            return None, declared
        return "text/html", "text/html"
    if declared in _HTML:
        if _JSON.match(narrow) and not _TAG.search(narrow):
            return None, "application/json"
        return ("text/html" if _TAG.search(narrow) else "text/plain"), declared
    if declared in _PLAIN:
        return "text/plain", declared
    if declared not in _UNTOLD:
        return None, declared
    if _JSON.match(narrow):
        return None, "application/json"
    if _XML.match(narrow):
        return None, "application/xml"
    if (url or "").partition("?")[0].lower().endswith(_TEXT_NAMES):
        return "text/plain", "text/plain"
    return ("text/html" if len(_TAG.findall(narrow)) >= 3 else "text/plain"), "untold"


def _is_utf16(head: bytes) -> bool:
    if head.startswith(_BOMS[1:]):
        return True
    pairs = len(head) // 2
    if pairs < 8:
        return False
    zeros = head.count(b"\0", 0, pairs * 2)
    odd = head[1 : pairs * 2 : 2].count(0)
    return zeros > pairs // 2 and odd in (zeros, 0) and zeros <= pairs


def _binary(head: bytes) -> bool:
    """Whether it holds what no text holds: NUL, or many other controls."""
    if b"\0" in head:
        # a stray NUL occurs in real pages
        return head.count(0) > 2 or not _TAG.search(head)
    controls = sum(head.count(one) for one in _CONTROLS)
    return controls * 50 > len(head)


_CONTROLS: Final = tuple(bytes([one]) for one in range(1, 32) if one not in (8, 9, 10, 12, 13, 27))

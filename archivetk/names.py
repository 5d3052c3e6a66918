"""Names of inputs: from the reference of a source to the bytes of its path, and to its address.

>>> file_uri("samples", "sub/a b.txt", None)
'file:///samples/sub/a%20b.txt'
>>> file_uri("samples", "rows.jsonl#12", "application/json")
'file:///samples/rows.jsonl?line=12'
>>> name_bytes("caf%E9.txt")
b'caf\\xe9.txt'
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote, unquote_to_bytes

__all__ = ["file_and_row", "file_uri", "name_bytes"]

_SAFE: Final = "!$&'()*+,-./:;=@_~"


def name_bytes(name: str) -> bytes:
    """The bytes of a file's name, of which a name that is not UTF-8 is percent-encoded."""
    raw = unquote_to_bytes(name.encode("utf-8", "surrogatepass"))
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw
    return name.encode("utf-8", "surrogatepass")


def file_and_row(ref: str, media_type: str | None) -> tuple[str, int | None]:
    """The file of a reference, and the row in it, where it is one."""
    if media_type == "application/json":
        name, mark, row = ref.rpartition("#")
        if mark and row.isascii() and row.isdecimal() and len(row) < 16:
            return name, int(row)
    return ref, None


def file_uri(root: str, ref: str, media_type: str | None) -> str:
    """The ``file:`` URI (RFC 8089) of an input, from the name of its root on.

    What lies above the root is nobody's business and does not go into an archive.
    """
    name, row = file_and_row(ref, media_type)
    path = quote(name_bytes(root) + b"/" + name_bytes(name), safe=_SAFE)
    return f"file:///{path}?line={row}" if row is not None else f"file:///{path}"

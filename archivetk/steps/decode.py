"""Bytes to characters: find the charset, decode, remember every byte."""

from __future__ import annotations

from collections.abc import Iterable

from archivetk.bytemap import ByteMap
from archivetk.document import Decoding, Source
from archivetk.patch import Edit
from archivetk.settings import Settings
from archivetk.steps import Context, edit

__all__ = ["decode", "newlines"]


def decode(source: Source, settings: Settings) -> tuple[str, Decoding, ByteMap]:
    """Decode the payload of a source."""
    data = source.data
    text = data.decode("utf-8")
    return text, Decoding("utf-8", "utf-8"), ByteMap.regular("utf-8", text, data)


def newlines(text: str, context: Context) -> Iterable[Edit]:
    """Take the byte order mark off and make every line end a LF."""
    if text.startswith("\ufeff"):
        yield edit(0, 1, "", "decode.bom")
    at = text.find("\r")
    while at >= 0:
        if text.startswith("\n", at + 1):
            yield edit(at, at + 1, "", "decode.line-end")
        else:
            yield edit(at, at + 1, "\n", "decode.line-end")
        at = text.find("\r", at + 1)

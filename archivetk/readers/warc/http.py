"""HTTP messages as they stand in a block: status, headers, and the payload behind its codings.

Written for messages as servers really sent them and crawlers really stored them: a transfer
coding that is declared and was already taken off, a content coding likewise, header lines with
bare line feeds.  What a message declares is tried; where the bytes say otherwise, the bytes win,
and the fact is noted.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, field
from typing import Any, Final

__all__ = ["HttpMessage", "PayloadTooLargeError", "dechunk", "decode_content", "parse_http"]

_STATUS: Final = re.compile(rb"HTTP/\d{1,2}(?:\.[\dx]{1,2})?[ \t]+(\d{3})(?:[ \t][^\r\n]*)?")
_REQUEST: Final = re.compile(
    rb"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32} \S{0,65536} HTTP/\d(?:\.\d)?|[A-Z]{3,16} /\S{0,65536}\Z"
)
_END: Final = re.compile(rb"\r?\n\r{0,2}\n")
_CHUNK_SIZE: Final = re.compile(
    rb"[ \t]{0,8}([0-9A-Fa-f]{1,16})[ \t]{0,80}(?:;[^\r\n]{0,4096})?\r?\n"
)
_STEP: Final = 1 << 16
_HEAD: Final = 1 << 20  # bytes that a start line and headers may have


class PayloadTooLargeError(ValueError):
    """A payload unpacks to more than the limit set."""


@dataclass(frozen=True, slots=True)
class HttpMessage:
    """A message of HTTP/1, as far as it can be told.

    Attributes:
        status: the three digits of a response; ``None`` for a request.
        headers: names and values in order; bytes that are no UTF-8 are read as Latin-1.
        body: what stands behind the headers, as it was stored.
        start_line: the first line.
        complete: whether the headers end with a blank line.
    """

    status: int | None
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)
    start_line: str = ""
    complete: bool = True

    def get(self, name: str) -> str | None:
        """The first value of a header, whatever the case of its name."""
        low = name.lower()
        for one, value in self.headers:
            if one.lower() == low:
                return value
        return None

    def tokens(self, name: str) -> list[str]:
        """The comma-separated values of all headers of that name, in lower case."""
        low = name.lower()
        return [
            part.strip().lower()
            for one, value in self.headers
            if one.lower() == low
            for part in value.split(",")
            if part.strip()
        ]


def parse_http(block: bytes) -> HttpMessage | None:
    """The message in a block, or ``None`` where the block does not begin like one."""
    line_end = block.find(b"\n", 0, 70_000)
    line = block[: line_end if line_end >= 0 else 70_000].rstrip(b"\r")
    match = _STATUS.match(line)
    if match is None and not _REQUEST.match(line):
        return None
    end = _END.search(block, max(0, line_end - 1), _HEAD) if line_end >= 0 else None
    if end is None and len(block) > _HEAD:
        return None
    head = block[: end.start()] if end else block
    body = block[end.end() :] if end else b""
    fields: list[tuple[str, str]] = []
    for raw in head.split(b"\n")[1:]:
        text = _text(raw).strip("\r")
        if text[:1] in (" ", "\t") and fields:
            name, value = fields[-1]
            fields[-1] = (name, f"{value} {text.strip()}")
            continue
        name, colon, value = text.partition(":")
        if colon and name.strip():
            fields.append((name.strip(), value.strip()))
    return HttpMessage(
        int(match[1]) if match else None, tuple(fields), body, _text(line), end is not None
    )


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def dechunk(body: bytes) -> tuple[bytes, str | None]:
    """The body without chunked transfer coding: RFC 9112, section 7.1.

    Returns:
        The content, and what was wrong: ``None``, ``not-chunked`` (the body is returned as it
        is), ``broken`` (as far as it goes; the rest is returned as it is) or ``truncated``.
    """
    first = _CHUNK_SIZE.match(body)
    if first is None:
        return body, ("not-chunked" if body else None)
    content = bytearray()
    chunks = at = 0
    while True:
        match = _CHUNK_SIZE.match(body, at)
        if match is None:
            if at >= len(body):
                return bytes(content), "truncated"
            return bytes(content + body[at:]), "broken"
        size = int(match[1], 16)
        if size == 0:
            return bytes(content), None
        begin = match.end()
        if begin + size > len(body):
            if not chunks and size > 2 * len(body):
                return body, "not-chunked"
            content += body[begin:]
            return bytes(content), "truncated"
        content += body[begin : begin + size]
        chunks += 1
        at = begin + size
        if body.startswith(b"\r\n", at):
            at += 2
        elif body.startswith(b"\n", at):
            at += 1
        elif at < len(body):
            if chunks == 1:
                return body, "not-chunked"
            return bytes(content + body[at:]), "broken"


def decode_content(data: bytes, codings: list[str], limit: int) -> tuple[bytes, str | None]:
    """The content without its codings, the last one applied taken off first.

    Args:
        data: the body after transfer coding.
        codings: of ``Content-Encoding``, in lower case.
        limit: bytes that may come out.

    Returns:
        The content and what was wrong: ``None``; ``not-coded`` (returned as it is);
        ``truncated`` (as far as it goes); ``unknown:NAME`` (a coding not known here).

    Raises:
        PayloadTooLargeError: where more than ``limit`` bytes come out.
    """
    note: str | None = None
    for coding in reversed(codings[-8:]):
        if coding in {"identity", "", "none", "utf-8"}:
            continue
        decoder = _DECODERS.get(coding.removeprefix("x-"))
        if decoder is None:
            return data, f"unknown:{coding[:40]}"
        data, fault = decoder(data, limit)
        note = note or fault
        if fault == "not-coded":
            break
    return data, note


def _inflated(data: bytes, wbits: int, limit: int) -> tuple[bytes, str | None] | None:
    """All members of a gzip or zlib stream; ``None`` where it does not begin like one."""
    parts: list[bytes] = []
    room = limit
    inflate = zlib.decompressobj(wbits)
    rest = data
    while rest:
        try:
            piece = inflate.decompress(rest, min(_STEP, room + 1))
        except zlib.error:
            return (b"".join(parts), "truncated") if parts else None
        room -= len(piece)
        if room < 0:
            raise PayloadTooLargeError
        parts.append(piece)
        if inflate.eof:
            rest = inflate.unused_data
            if wbits != 31 or not rest.startswith(b"\x1f\x8b"):
                return b"".join(parts), None
            inflate = zlib.decompressobj(wbits)
        else:
            rest = inflate.unconsumed_tail
            if not rest and not piece:
                break
            if not rest:
                break
    return b"".join(parts), "truncated"


def _gzip(data: bytes, limit: int) -> tuple[bytes, str | None]:
    if not data:
        return data, None
    if not data.startswith(b"\x1f\x8b"):
        return data, "not-coded"
    return _inflated(data, 31, limit) or (data, "not-coded")


def _deflate(data: bytes, limit: int) -> tuple[bytes, str | None]:
    """Data in zlib format as the standard says, or bare deflate as many servers send it."""
    if not data:
        return data, None
    for wbits in (15, -15):
        result = _inflated(data, wbits, limit)
        if result is not None and (result[0] or result[1] is None):
            return result
    return data, "not-coded"


def _brotli(data: bytes, limit: int) -> tuple[bytes, str | None]:
    try:
        import brotli
    except ImportError:
        return data, "unknown:br"
    if not data:
        return data, None
    decoder: Any = brotli.Decompressor()
    parts: list[bytes] = []
    room = limit
    rest = data
    try:
        while not decoder.is_finished():
            piece = decoder.process(rest, output_buffer_limit=min(_STEP, room + 1))
            rest = b""
            room -= len(piece)
            if room < 0:
                raise PayloadTooLargeError
            parts.append(piece)
            if not piece and decoder.can_accept_more_data():
                return b"".join(parts), "truncated"
    except brotli.error:
        return (b"".join(parts), "truncated") if parts else (data, "not-coded")
    return b"".join(parts), None


def _zstd(data: bytes, limit: int) -> tuple[bytes, str | None]:
    try:
        import zstandard
    except ImportError:
        return data, "unknown:zstd"
    if not data:
        return data, None
    if not data.startswith(b"\x28\xb5\x2f\xfd"):
        return data, "not-coded"
    parts: list[bytes] = []
    room = limit
    engine = zstandard.ZstdDecompressor(max_window_size=1 << 27)
    frame = engine.decompressobj()
    at = 0
    try:
        while at < len(data):
            # a kilobyte cannot give more than about 32 MB
            step = data[at : at + 1024]
            piece = frame.decompress(step)
            at += len(step)
            room -= len(piece)
            if room < 0:
                raise PayloadTooLargeError
            parts.append(piece)
            if frame.eof:
                at -= len(frame.unused_data or b"")
                if not data.startswith(b"\x28\xb5\x2f\xfd", at):
                    return b"".join(parts), None
                frame = engine.decompressobj()
    except zstandard.ZstdError:
        pass
    return (b"".join(parts), "truncated") if any(parts) else (data, "not-coded")


_DECODERS: Final = {"gzip": _gzip, "deflate": _deflate, "br": _brotli, "zstd": _zstd}

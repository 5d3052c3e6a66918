"""What the block of a record tells while it streams by: digests, HTTP, lists of fields.

Nothing is kept but hash states, the head of a message and a line of a chunk: a block of any size
costs the same memory.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import Any, Final

from archivetk.check.header import Header, Problem
from archivetk.readers.warc.digests import Digest, hasher, parse_digest
from archivetk.readers.warc.http import parse_http

__all__ = ["Block"]

_HEAD: Final = 1 << 20
_END: Final = re.compile(rb"\r?\n\r{0,2}\n")
_CHUNK_LINE: Final = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\r\n]*)?\r?\n")
_CHUNK_LIMIT: Final = 1 << 13
_FIELD: Final = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+[ \t]*:")
_FIELDS_LIMIT: Final = 1 << 20


class Block:
    """Watches the block of one record.

    Args:
        header: of the record.

    Attributes:
        proved: whether the block has the digest that WARC-Block-Digest says; known at its end.
    """

    def __init__(self, header: Header) -> None:
        self.header = header
        self.kind = (header.first("WARC-Type") or "").lower()
        content_type = (header.first("Content-Type") or "").partition(";")[0].strip().lower()
        self._block = _wanted(header.first("WARC-Block-Digest"))
        self._payload = _wanted(header.first("WARC-Payload-Digest"))
        if self.kind == "revisit" or header.first("WARC-Segment-Number") is not None:
            self._payload = None  # it is the digest of something that is not in this block
        self._block_hash = _hash(self._block)
        self.is_http = content_type in {"application/http", "message/http"}
        self.is_fields = content_type == "application/warc-fields"
        self._head = bytearray()
        self._in_head = self.is_http
        self._raw_hash = _hash(self._payload)
        self._plain_hash: Any = None
        self._chunks: _Chunks | None = None
        self._status: int | None = None
        self._message_problems: list[Problem] = []
        self._declared_length: int | None = None
        self._body_size = 0
        self._size = 0
        self.proved = False

    def feed(self, piece: bytes) -> None:
        """Take the next piece of the block."""
        self._size += len(piece)
        if self._block_hash is not None:
            self._block_hash.update(piece)
        if self._in_head:
            self._head += piece
            end = _END.search(self._head, max(0, len(self._head) - len(piece) - 4))
            if end is None:
                if len(self._head) > _HEAD:
                    self._end_head(None)
                return
            self._end_head(end.end())
        elif self.is_fields and len(self._head) < _FIELDS_LIMIT:
            self._head += piece
            self._body(piece)
        else:
            self._body(piece)

    def _end_head(self, end: int | None) -> None:
        """The head of the message is complete, or there is none."""
        self._in_head = False
        head = bytes(self._head[:end])
        rest = bytes(self._head[len(head) :])
        self._head.clear()
        message = parse_http(head)
        if message is None or end is None:
            what = "a start line and headers" if message is None else "an end of its headers"
            self._message_problems.append(("http-message", f"the block is HTTP without {what}"))
            if message is None:
                rest = head + rest
        if message is not None:
            self._judge(message.status, message.start_line)
            self._status = message.status
            if "chunked" in message.tokens("Transfer-Encoding"):
                self._chunks = _Chunks()
                self._plain_hash = _hash(self._payload)
            length = message.get("Content-Length")
            if length is not None and re.fullmatch(r"[0-9]{1,18}", length):
                self._declared_length = int(length)
            elif length is not None:
                self._message_problems.append(
                    ("http-length", "the Content-Length of the HTTP message is not a number")
                )
        if rest:
            self._body(rest)

    def _judge(self, status: int | None, line: str) -> None:
        if self.kind == "request" and status is not None:
            self._message_problems.append(
                ("http-message", f"a request record holds a response ({line[:60]!a})")
            )
        elif self.kind in {"response", "revisit"} and status is None:
            self._message_problems.append(
                ("http-message", f"a {self.kind} record holds a request ({line[:60]!a})")
            )

    def _body(self, piece: bytes) -> None:
        self._body_size += len(piece)
        if self._raw_hash is not None:
            self._raw_hash.update(piece)
        if self._chunks is not None:
            for content in self._chunks.feed(piece):
                if self._plain_hash is not None:
                    self._plain_hash.update(content)

    def end(self, whole: bool) -> Iterator[Problem]:
        """What is wrong with the block.

        Args:
            whole: whether all of it was there; digests of a part prove nothing.
        """
        if self._in_head:
            if self._size:
                self._end_head(None)
            elif self.kind in {"response", "request"}:
                self._message_problems.append(("http-message", "the block is empty"))
        if whole:
            yield from self._digests()
        yield from self._message_problems
        if self.is_http and whole:
            yield from self._http()
        if self.is_fields:
            yield from self._fields()

    def _digests(self) -> Iterator[Problem]:
        if self._block is not None and self._block.fits(self._block_hash.digest()):
            self.proved = True
        elif self._block is not None:
            yield (
                "block-digest-wrong",
                _differs("block", "WARC-Block-Digest", self._block, self._block_hash),
            )
        payload = self._payload
        if payload is None:
            return
        raw = self._raw_hash
        if self._chunks is not None:
            self._chunks.end()
        if self.is_http and self._plain_hash is not None:
            assert self._chunks is not None
            if self._chunks.broken:
                # what is not chunked, though declared so, is the payload itself
                if payload.fits(raw.digest()):
                    return
            elif payload.fits(self._plain_hash.digest()):
                return
            elif payload.fits(raw.digest()):
                yield (
                    "payload-digest-coded",
                    "WARC-Payload-Digest covers the transfer coding too, which is no payload",
                )
                return
            raw = raw if self._chunks.broken else self._plain_hash
        if payload.fits(raw.digest()):
            return
        rule = "payload-digest-wrong"
        cut = self.header.first("WARC-Truncated") is not None
        if cut or not (self.is_http or self.kind in {"resource", "conversion"}):
            # of a truncated or an unknown payload nobody knows what the digest was made of
            rule = "payload-digest-unsure"
        yield (
            rule,
            _differs("payload", "WARC-Payload-Digest", payload, raw),
        )

    def _http(self) -> Iterator[Problem]:
        truncated = self.header.first("WARC-Truncated") is not None
        if self.kind == "revisit" or truncated or self.header.first("WARC-Segment-Number"):
            return
        if self._chunks is not None and self._body_size:
            self._chunks.end()
            if self._chunks.broken:
                yield "http-chunked", "the body is declared as chunked and is not"
            elif not self._chunks.done:
                yield "http-chunked", "the last chunk is missing, and no WARC-Truncated says so"
        elif (
            self._chunks is None
            and self._declared_length is not None
            and self._declared_length != self._body_size
            and not (self._status == 304 or self._body_size == 0)
        ):
            yield (
                "http-length",
                f"the body has {self._body_size} bytes, HTTP says {self._declared_length}",
            )

    def _fields(self) -> Iterator[Problem]:
        for line in bytes(self._head).split(b"\n"):
            text = line.rstrip(b"\r")
            if text and text[:1] not in b" \t" and not _FIELD.match(text):
                shown = ascii(text[:60].decode("latin-1"))
                yield "warc-fields", f"the line {shown} is no named field"
                return


def _differs(what: str, field: str, digest: Digest, found: Any) -> str:
    """A sentence with both digests, the one that was found written as the other is."""
    value = digest.text.partition(":")[2].strip().rstrip("=")
    base32 = base64.b32encode(found.digest()).decode("ascii").rstrip("=")
    has = base32 if len(value) == len(base32) else found.hexdigest()
    return f"the {what} has {digest.algorithm}:{has}, {field} says {digest.text[:100]!a}"


def _hash(digest: Digest | None) -> Any:
    return hasher(digest.algorithm) if digest is not None else None


def _wanted(value: str | None) -> Digest | None:
    digest = parse_digest(value) if value else None
    return digest if digest is not None and digest.value is not None else None


class _Chunks:
    """Chunked transfer coding taken off as it comes: RFC 9112, section 7.1."""

    def __init__(self) -> None:
        self.broken = False
        self.done = False
        self._left = 0
        self._line = bytearray()
        self._between = False  # the line break behind a chunk comes next
        self._begun = False

    def end(self) -> None:
        """The body is at its end: what does not even begin with the size of a chunk is none."""
        if self._line and not self._begun:
            self.broken = True

    def feed(self, piece: bytes) -> Iterator[bytes]:
        view = memoryview(piece)
        while view and not self.broken and not self.done:
            if self._left:
                content = bytes(view[: self._left])
                self._left -= len(content)
                view = view[len(content) :]
                self._between = not self._left
                yield content
                continue
            self._line += view[:_CHUNK_LIMIT]
            end = self._line.find(b"\n")
            if end < 0:
                self.broken = len(self._line) >= _CHUNK_LIMIT
                view = view[_CHUNK_LIMIT:]
                continue
            taken = len(view[:_CHUNK_LIMIT]) - (len(self._line) - end - 1)
            view = view[taken:]
            line = bytes(self._line[: end + 1])
            self._line.clear()
            if self._between:
                self._between = False
                if line in (b"\r\n", b"\n"):
                    continue
            match = _CHUNK_LINE.fullmatch(line)
            if match is None:
                self.broken = True
            else:
                self._begun = True
                self._left = int(match[1], 16)
                self.done = self._left == 0

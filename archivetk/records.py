"""WARC records as bytes: build them, cut them out of gzip files, read them strictly.

Every header is made here and checked: a writer library that fills in what is missing would also
fill in what is wrong.  What is read here was written by archivetk itself, so that anything
unusual is damage; :mod:`archivetk.readers.warc` reads what others wrote.

The compressor is ISA-L (igzip) where its package is there, else zlib.  Both give standard gzip
members (RFC 1952) without a time stamp, a record each, as WARC 1.1 annex D wants.

>>> data = build_record("resource", "<urn:uuid:0>", "2026-01-01T00:00:00Z", [], b"hello")
>>> parse_record(data).block
b'hello'
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any, Final, NamedTuple
from urllib.parse import quote, urlsplit, urlunsplit

from archivetk.errors import MalformedError

_deflate: Any
try:
    from isal import __version__ as _isal_version
    from isal import isal_zlib as _deflate

    _LEVEL = 2
    #: Library and level that members are written with; bytes are the same only with the same.
    DEFLATE = f"isal {_isal_version} level 2"
except ImportError:  # no wheel for this platform
    _deflate = zlib
    _LEVEL = 6
    DEFLATE = f"zlib {zlib.ZLIB_RUNTIME_VERSION} level 6"

__all__ = [
    "DEFLATE",
    "Headers",
    "Member",
    "Record",
    "block_digest",
    "build_record",
    "gunzip_member",
    "gzip_member",
    "parse_record",
    "read_member",
    "safe_uri",
    "walk_members",
]

Headers = Sequence[tuple[str, str]]

_CRLF2: Final = b"\r\n\r\n"
_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# Control characters end a header, and so do U+0085, U+2028 and U+2029 for some readers.
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_ID: Final = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:[!-;=?-~]+>")
_TYPES: Final = frozenset({"warcinfo", "resource", "conversion", "metadata", "revisit"})
_URI_SAFE: Final = "!#$%&'()*+,-./:;=?@[]_~"
#: The headers that make no sense on a type (WARC 1.1, sections 5.9, 5.12, 5.13, 5.17, 5.19).
_FORBIDDEN: Final = {
    "warcinfo": frozenset(
        {"warc-target-uri", "warc-payload-digest", "warc-identified-payload-type",
         "warc-refers-to", "warc-warcinfo-id"}
    ),
    "metadata": frozenset({"warc-payload-digest", "warc-identified-payload-type"}),
    "resource": frozenset({"warc-refers-to"}),
    "conversion": frozenset({"warc-concurrent-to"}),
}  # fmt: skip
_REVISIT_ONLY: Final = frozenset({"warc-refers-to-target-uri", "warc-refers-to-date"})
_CHUNK: Final = 1 << 16
#: No record of ours is larger: the limit of a payload, and room for its ledger.
_RECORD_LIMIT: Final = 1 << 33


class Record(NamedTuple):
    """A record that was read.

    Attributes:
        version: e.g. ``WARC/1.1``.
        headers: names and values in their order.
        block: its content.
    """

    version: str
    headers: tuple[tuple[str, str], ...]
    block: bytes

    def get(self, name: str) -> str | None:
        """The value of the first header of that name, whatever its case."""
        wanted = name.lower()
        for key, value in self.headers:
            if key.lower() == wanted:
                return value
        return None

    @property
    def type(self) -> str:
        """``WARC-Type``."""
        return self.get("WARC-Type") or ""

    @property
    def id(self) -> str:
        """``WARC-Record-ID``, with its brackets."""
        return self.get("WARC-Record-ID") or ""


@dataclass(frozen=True, slots=True)
class Member:
    """A gzip member in a file and what it holds.

    Attributes:
        offset: bytes from the beginning of the file.
        length: bytes of the member.
        data: unpacked.
    """

    offset: int
    length: int
    data: bytes


def block_digest(block: bytes) -> str:
    """``sha256:`` and lower-case hex."""
    return "sha256:" + hashlib.sha256(block).hexdigest()


def build_header(
    kind: str,
    record_id: str,
    date: str,
    headers: Headers,
    *,
    length: int,
    version: str = "WARC/1.1",
) -> bytes:
    """The header of a record, with the empty line behind it.

    Args:
        kind: ``WARC-Type``: ``warcinfo``, ``resource``, ``conversion``, ``metadata``, ``revisit``.
        record_id: with its brackets.
        date: UTC, full seconds, ``Z``.
        headers: all others but ``Content-Length``.
        length: bytes of the block.
        version: ``WARC/1.0`` or ``WARC/1.1``.

    Raises:
        ValueError: where a header is not allowed here, comes twice, or could break its line.
    """
    if kind not in _TYPES:
        raise ValueError(f"{kind!r} is not a type of record that is written")
    if not _ID.fullmatch(record_id):
        raise ValueError(f"{record_id!r} is not a record id")
    if not _DATE.fullmatch(date):
        raise ValueError(f"{date!r} is not a date of full seconds in UTC")
    forbidden = _FORBIDDEN.get(kind, frozenset())
    seen = {"warc-type", "warc-record-id", "warc-date", "content-length"}
    lines = [
        f"{version}\r\nWARC-Type: {kind}\r\nWARC-Record-ID: {record_id}\r\nWARC-Date: {date}\r\n"
    ]
    for name, value in headers:
        low = name.lower()
        if low in seen:
            raise ValueError(f"the header {name} comes twice")
        if low in forbidden or (low in _REVISIT_ONLY and kind != "revisit"):
            raise ValueError(f"the header {name} does not belong to a {kind} record")
        if low == "warc-filename" and kind != "warcinfo":
            raise ValueError("only a warcinfo record names its file")
        if not _TOKEN.fullmatch(name):
            raise ValueError(f"{name!r} cannot name a header")
        if not value or value != value.strip() or _CONTROL.search(value):
            raise ValueError(f"the header {name} cannot have the value {value!r}")
        seen.add(low)
        lines.append(f"{name}: {value}\r\n")
    lines.append(f"Content-Length: {length}\r\n\r\n")
    return "".join(lines).encode("utf-8")


def build_record(
    kind: str,
    record_id: str,
    date: str,
    headers: Headers,
    block: bytes,
    *,
    version: str = "WARC/1.1",
) -> bytes:
    """A whole record, uncompressed; arguments and errors as in :func:`build_header`."""
    head = build_header(kind, record_id, date, headers, length=len(block), version=version)
    return b"".join((head, block, _CRLF2))


def gzip_member(head: bytes, block: bytes) -> bytes:
    """A record as one gzip member: header, block, and the two line ends behind it."""
    packer = _deflate.compressobj(_LEVEL, zlib.DEFLATED, 31)
    return b"".join(
        (packer.compress(head), packer.compress(block), packer.compress(_CRLF2), packer.flush())
    )


def gunzip_member(member: bytes) -> bytes:
    """What one gzip member holds.

    Raises:
        MalformedError: where it is damaged, cut off, or something stands behind it.
    """
    unpacker = _deflate.decompressobj(31)
    try:
        data: bytes = unpacker.decompress(member)
    except (zlib.error, _deflate.error) as error:
        raise MalformedError(f"A gzip member is damaged: {error}") from error
    if not unpacker.eof:
        raise MalformedError("A gzip member breaks off.")
    if unpacker.unused_data:
        raise MalformedError("Something stands behind a gzip member.")
    return data


def parse_record(data: bytes) -> Record:
    """Read one record that stands alone.

    Raises:
        MalformedError: where it is not exactly one record.
    """
    end = data.find(_CRLF2)
    if end < 0 or not data.startswith((b"WARC/1.1\r\n", b"WARC/1.0\r\n")):
        raise MalformedError("There is no WARC record here.")
    try:
        lines = data[:end].decode("utf-8").split("\r\n")
    except UnicodeDecodeError as error:
        raise MalformedError(f"The header of a record is not UTF-8: {error}") from error
    headers = []
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if not colon or not _TOKEN.fullmatch(name):
            raise MalformedError(f"A line of a record's header is no header: {line[:60]!r}")
        headers.append((name, value.strip(" \t")))
    block = data[end + 4 : -4]
    record = Record(lines[0], tuple(headers), block)
    if record.get("Content-Length") != str(len(block)) or not data.endswith(_CRLF2):
        raise MalformedError(
            f"A record says that its block has {record.get('Content-Length')} bytes, "
            f"but {len(block)} are there."
        )
    return record


def read_member(file: IO[bytes], offset: int, length: int) -> bytes:
    """What the gzip member at a place of a file holds.

    Raises:
        MalformedError: where there is none.
    """
    if offset < 0 or not 0 < length < _RECORD_LIMIT:
        raise MalformedError(f"There can be no record of {length} bytes at {offset}.")
    file.seek(offset)
    member = file.read(length)
    if len(member) < length:
        raise MalformedError(f"The file ends before the record at {offset} does.")
    return gunzip_member(member)


def walk_members(file: IO[bytes], offset: int = 0) -> Iterator[Member]:
    """The gzip members of a file, in order, each held in memory as a whole.

    Raises:
        MalformedError: at the first that is damaged or cut off; its ``offset`` attribute tells
            where that member begins.
    """
    file.seek(offset)
    rest = b""
    while True:
        unpacker = _deflate.decompressobj(31)
        parts = []
        packed = size = 0
        chunk = rest or file.read(_CHUNK)
        if not chunk:
            return
        while True:
            packed += len(chunk)
            try:
                parts.append(unpacker.decompress(chunk))
            except (zlib.error, _deflate.error) as error:
                raise _at(offset, f"The gzip member is damaged: {error}") from error
            size += len(parts[-1])
            if size > _RECORD_LIMIT:
                raise _at(offset, "The gzip member unpacks to more than a record can hold.")
            if unpacker.eof:
                break
            chunk = file.read(_CHUNK)
            if not chunk:
                raise _at(offset, "The gzip member breaks off.")
        rest = unpacker.unused_data
        packed -= len(rest)
        yield Member(offset, packed, parts[0] if len(parts) == 1 else b"".join(parts))
        offset += packed


class DamagedMemberError(MalformedError):
    """A gzip member that cannot be read.

    Attributes:
        offset: where it begins.
    """

    def __init__(self, offset: int, message: str) -> None:
        super().__init__(f"{message} (at byte {offset})")
        self.offset = offset


def _at(offset: int, message: str) -> DamagedMemberError:
    return DamagedMemberError(offset, message)


def safe_uri(value: str) -> str | None:
    """A URI out of what came from outside: what no URI may hold is percent-encoded (RFC 3987, 3.1).

    The host of an international name becomes its ASCII form.

    Returns:
        The URI, or ``None`` where it has no scheme and so is none.
    """
    text = value.strip()
    if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s]", text):
        return None
    if not text.isascii():
        text = _ascii_host(text)
    return quote(text.encode("utf-8", "surrogatepass"), safe=_URI_SAFE)


def _ascii_host(text: str) -> str:
    try:
        parts = urlsplit(text)
        host = parts.hostname
        if not host or host.isascii():
            return text
        name = host.encode("idna").decode("ascii")
        return urlunsplit(parts._replace(netloc=parts.netloc.lower().replace(host, name)))
    except ValueError:
        return text

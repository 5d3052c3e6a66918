"""From the bytes of a file to the bytes of its records: gzip members, frames, or none.

A WARC is a sequence of records; around it may stand gzip (a member for each record, or one for
all), zstd, lz4 or nothing.  :func:`unpack` gives the same four events for all of them, so that
whoever walks the records knows where each member begins and ends, and what was wrong with it:

    Start   a member begins at this offset of the file
    bytes   some of its content
    End     it ended there, and its checks held
    Damage  something is wrong; what follows does not continue what came before

Unlike ``gzip.open`` it checks every member by itself and goes on behind a damaged one.
Formats: RFC 1952 (gzip), RFC 8878 (zstd) with the dictionary frame of the IIPC's draft "Zstandard
Compression for WARC Files", and the LZ4 frame format.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Generator, Iterator
from typing import Any, Final, NamedTuple

from archivetk.errors import UnsupportedError
from archivetk.readers.warc.raw import RawFile

_fast: Any
try:  # twice as fast as zlib, and as strict
    from isal import isal_zlib as _fast
except ImportError:  # no wheel for this platform
    _fast = zlib

__all__ = ["Damage", "End", "Event", "Start", "packing_of", "unpack"]

_STEP: Final = 1 << 18  # most bytes that one call of a decompressor may give
_FEED: Final = 1 << 15  # bytes that a decompressor is fed at once: a record, mostly
_GZIP: Final = b"\x1f\x8b"
_ZSTD: Final = b"\x28\xb5\x2f\xfd"
_LZ4: Final = b"\x04\x22\x4d\x18"
_SKIPPABLE: Final = re.compile(rb"[\x50-\x5f]\x2a\x4d\x18", re.DOTALL)
_DICTIONARY: Final = b"\x5d\x2a\x4d\x18"
_DICTIONARY_LIMIT: Final = 1 << 23  # the draft's own limit
_WINDOW_LIMIT: Final = 1 << 27
_TRIAL: Final = 256  # compressed bytes that tell a member from bytes that look like one
_RESCUE: Final = 1 << 20  # a damaged member up to this size is read again in small steps


class Damage(NamedTuple):
    """Something is wrong with the file.

    Attributes:
        offset: bytes from the beginning of the file to the member, frame or record concerned.
        code: a word of a closed list, e.g. ``gzip-crc``; see :mod:`archivetk.check.rules`.
        message: a sentence for people.
        lost: whether content is lost or wrong, and not only its form.
        at: bytes to the place where it was seen, where that is known more closely.
    """

    offset: int
    code: str
    message: str
    lost: bool = True
    at: int | None = None


class Start(NamedTuple):
    """A member begins at this offset of the file."""

    offset: int


class End(NamedTuple):
    """A member ended at this offset of the file (the first byte behind it)."""

    offset: int


Event = bytes | Start | End | Damage


def packing_of(raw: RawFile) -> str:
    """``gzip``, ``zstd``, ``lz4`` or ``none``, told by the first bytes."""
    head = raw.exactly(0, 4)
    if head.startswith(_GZIP):
        return "gzip"
    if head in (_ZSTD, _DICTIONARY):
        return "zstd"
    if head == _LZ4:
        return "lz4"
    return "none"


def unpack(raw: RawFile, packing: str, offset: int = 0) -> Iterator[Event]:
    """The events of a file from ``offset`` on.

    Args:
        raw: the file.
        packing: as :func:`packing_of` gives it.
        offset: where a member begins.

    Raises:
        archivetk.errors.UnsupportedError: where a decompressor is not installed.
    """
    if packing == "gzip":
        return _gzip(raw, offset)
    if packing == "zstd":
        return _frames(raw, offset, _Zstd())
    if packing == "lz4":
        return _frames(raw, offset, _Lz4())
    return _plain(raw, offset)


def _plain(raw: RawFile, offset: int) -> Iterator[Event]:
    yield Start(offset)
    while piece := bytes(raw.at(offset)):
        yield piece
        offset += len(piece)
    yield End(offset)


# gzip -------------------------------------------------------------------------------------------

_MEMBER: Final = re.compile(rb"\x1f\x8b\x08[\x00-\x1f]", re.DOTALL)
_FHCRC, _FEXTRA, _FNAME, _FCOMMENT = 2, 4, 8, 16


class _GzipHead(NamedTuple):
    length: int  # 0: cut off by the end of the file
    faults: tuple[tuple[str, str, bool], ...]
    packed_length: int | None  # what the "sl" field says of the whole member


def _gzip_head(raw: RawFile, offset: int) -> _GzipHead:
    """The header of a member: RFC 1952, section 2.3."""
    room = 1 << 10
    while True:
        data = raw.exactly(offset, room)
        head = _parse_gzip_head(data)
        if head is not None:
            return head
        if len(data) < room or room > 1 << 20:
            return _GzipHead(0, (), None)
        room <<= 2


def _parse_gzip_head(data: bytes) -> _GzipHead | None:
    if len(data) < 10:
        return None
    faults: list[tuple[str, str, bool]] = []
    flags = data[3]
    if data[2] != 8:
        faults.append(("gzip-header", f"compression method {data[2]} is not 8 (deflate)", True))
    if flags & 0xE0:
        faults.append(("gzip-header", "reserved flag bits are set", True))
    at = 10
    packed_length = None
    if flags & _FEXTRA:
        if len(data) < at + 2:
            return None
        size = int.from_bytes(data[at : at + 2], "little")
        at += 2
        if len(data) < at + size:
            return None
        packed_length = _extra(data[at : at + size], faults)
        at += size
    for flag in (_FNAME, _FCOMMENT):
        if flags & flag:
            end = data.find(b"\0", at)
            if end < 0:
                return None
            at = end + 1
    if flags & _FHCRC:
        if len(data) < at + 2:
            return None
        if int.from_bytes(data[at : at + 2], "little") != zlib.crc32(data[:at]) & 0xFFFF:
            faults.append(("gzip-header", "the header does not fit its own checksum", True))
        at += 2
    return _GzipHead(at, tuple(faults), packed_length)


def _extra(extra: bytes, faults: list[tuple[str, str, bool]]) -> int | None:
    """Check the extra field and return what its "sl" subfield says: lengths of the member."""
    at = 0
    packed_length = None
    if len(extra) == 10 and extra.startswith(b"sl"):
        # a widely used crawler forgets the length of the subfield
        faults.append(("gzip-extra", "the subfield 'sl' does not say how long it is", False))
        return int(struct.unpack("<I", extra[2:6])[0])
    while at < len(extra):
        size = int.from_bytes(extra[at + 2 : at + 4], "little")
        if at + 4 + size > len(extra):
            faults.append(("gzip-extra", "a subfield reaches beyond the extra field", False))
            break
        if extra[at : at + 2] == b"sl" and size == 8:
            packed_length = int(struct.unpack("<I", extra[at + 4 : at + 8])[0])
        at += 4 + size
    return packed_length


def _gzip(raw: RawFile, offset: int) -> Iterator[Event]:
    resync = _Resync(raw)
    while offset < raw.size:
        if raw.exactly(offset, 2) != _GZIP:
            until = resync.next_member(offset)
            zero = not any(bytes(raw.at(offset, min(until - offset, 4096))))
            what = "zero bytes" if zero else "bytes"
            yield Damage(
                offset, "gzip-garbage", f"{until - offset} {what} that are not a gzip member"
            )
            offset = until
            continue
        head = _gzip_head(raw, offset)
        if not head.length:
            message = "the file ends inside a gzip header"
            yield Damage(offset, "gzip-truncated", message, at=raw.size)
            offset = resync.next_member(offset + 1)
            continue
        for code, message, lost in head.faults:
            yield Damage(offset, code, message, lost)
        if any(lost and "method" in message for _, message, lost in head.faults):
            offset = resync.next_member(offset + 1)
            continue
        yield Start(offset)
        end = yield from _member(raw, offset, head)
        offset = resync.next_member(offset + head.length) if end is None else end


def _member(raw: RawFile, start: int, head: _GzipHead) -> Generator[Event, None, int | None]:
    """One member; returns where it ended, or ``None`` where that is not known."""
    inflate = _fast.decompressobj(-15)
    at = start + head.length
    crc = size = 0
    feed: Any = raw.at(at, _FEED)
    loaded = at + len(feed)
    while not inflate.eof:
        if not len(feed):
            feed = raw.at(loaded, _FEED)
            loaded += len(feed)
            if not len(feed):
                yield Damage(
                    start, "gzip-truncated", "the file ends inside a gzip member", at=raw.size
                )
                return None
        try:
            piece = inflate.decompress(feed, _STEP)
        except (_fast.error, zlib.error) as error:
            saved, where = _rescue(raw, start + head.length, size, loaded)
            if saved:
                yield saved
            yield Damage(start, "gzip-deflate", f"the data is not deflate ({error})", at=where)
            return None
        feed = inflate.unconsumed_tail
        if piece:
            crc = _fast.crc32(piece, crc)
            size += len(piece)
            yield piece
    at = loaded - len(inflate.unused_data)
    trailer = raw.exactly(at, 8)
    if len(trailer) < 8:
        yield Damage(start, "gzip-truncated", "the file ends inside a gzip trailer", at=raw.size)
        return None
    end = at + 8
    want_crc, want_size = struct.unpack("<II", trailer)
    if want_crc != crc:
        yield Damage(
            start, "gzip-crc", f"CRC-32 is {crc:08x}, the trailer says {want_crc:08x}", at=at
        )
    elif want_size != size & 0xFFFFFFFF:
        yield Damage(
            start, "gzip-length", f"{size} bytes came out, the trailer says {want_size}", at=at + 4
        )
    elif head.packed_length is not None and head.packed_length != end - start:
        yield Damage(
            start,
            "gzip-extra",
            f"the member has {end - start} bytes, its extra field says {head.packed_length}",
            lost=False,
            at=start + 10,
        )
        yield End(end)
        return end
    else:
        yield End(end)
        return end
    # the data may have been read to a wrong end, beyond its own or in front of it
    return None


def _rescue(raw: RawFile, start: int, given: int, until: int) -> tuple[bytes, int]:
    """What could still be read of a broken member, and where it broke.

    zlib forgets what it had when it meets an error, so the member is read again in small steps.
    """
    if until - start > _RESCUE:
        return b"", until
    inflate = zlib.decompressobj(-15)
    seen = 0
    saved = bytearray()
    data = raw.exactly(start, until - start)
    for at in range(0, len(data), 16):
        try:
            piece = inflate.decompress(data[at : at + 16])
        except zlib.error:
            return bytes(saved), start + at
        seen += len(piece)
        if seen > given:
            saved += piece[-(seen - given) :] if seen - given < len(piece) else piece
    return bytes(saved), until


class _Resync:
    """Finds where reading can go on behind a damaged member.

    A member that begins like a record is looked for first: any other may stand inside the
    damaged one, as part of a packed file that was archived.  Every byte is looked at a bounded
    number of times, however many members are damaged.
    """

    def __init__(self, raw: RawFile) -> None:
        self._raw = raw
        self._with_record: int | None = -1  # the last one found; none: there is none left

    def next_member(self, offset: int) -> int:
        """Where the next gzip member begins; the end of the file where there is none."""
        if self._with_record is not None and self._with_record < offset:
            self._with_record = self._find(offset, with_record=True)
        if self._with_record is not None:
            return self._with_record
        found = self._find(offset, with_record=False)
        return self._raw.size if found is None else found

    def _find(self, offset: int, *, with_record: bool) -> int | None:
        while (found := self._raw.search(_MEMBER, offset, 4)) is not None:
            begin = _beginning(self._raw, found)
            if begin is not None and (not with_record or _RECORD.match(begin)):
                return found
            offset = found + 1
        return None


_RECORD: Final = re.compile(
    rb"\s{0,8}(?:WARC/\d|filedesc:|[a-z][a-z0-9+.-]{1,20}:\S{1,200} \S+ \d{14} )"
)


def _beginning(raw: RawFile, offset: int) -> bytes | None:
    """The first bytes of what looks like a member; ``None`` where it is none."""
    head = _gzip_head(raw, offset)
    if not head.length or any(lost for _, _, lost in head.faults):
        return None
    try:
        inflate = zlib.decompressobj(-15)
        begin = inflate.decompress(raw.exactly(offset + head.length, _TRIAL), 4096)
    except zlib.error:
        return None
    return begin if begin or inflate.eof else None


# zstd and LZ4 -----------------------------------------------------------------------------------


def _missing(package: str) -> UnsupportedError:
    return UnsupportedError(
        f"Reading it needs the package {package}, which is not installed here. "
        f"Install it with: python -m pip install {package}"
    )


class _Zstd:
    """Frames of zstd, with the dictionary that the file may begin with."""

    magic = _ZSTD
    pattern: Final = re.compile(re.escape(_ZSTD))
    name = "zstd"
    step = 1 << 12  # 4 kB cannot give more than about 128 MB, whatever they hold

    def __init__(self) -> None:
        try:
            import zstandard
        except ImportError as error:
            raise _missing("zstandard") from error
        self._zstandard = zstandard
        self.error: type[Exception] = zstandard.ZstdError
        self._dictionary: Any = None

    def skippable(self, magic: bytes, content: bytes) -> None:
        if magic != _DICTIONARY or self._dictionary is not None:
            return
        if content.startswith(_ZSTD):
            content = self._zstandard.ZstdDecompressor().decompress(
                content, max_output_size=_DICTIONARY_LIMIT
            )
        self._dictionary = self._zstandard.ZstdCompressionDict(content)

    def frame(self) -> Any:
        return self._zstandard.ZstdDecompressor(
            dict_data=self._dictionary, max_window_size=_WINDOW_LIMIT
        ).decompressobj()

    def more(self, frame: Any, data: bytes) -> bytes:
        result: bytes = frame.decompress(data)
        return result

    def hungry(self, frame: Any) -> bool:
        return not frame.eof


class _Lz4:
    """Frames of LZ4."""

    magic = _LZ4
    pattern: Final = re.compile(re.escape(_LZ4))
    name = "lz4"
    step = 1 << 14

    def __init__(self) -> None:
        try:
            import lz4.frame
        except ImportError as error:
            raise _missing("lz4") from error
        self._frame = lz4.frame
        self.error: type[Exception] = RuntimeError

    def skippable(self, magic: bytes, content: bytes) -> None:
        pass

    def frame(self) -> Any:
        return self._frame.LZ4FrameDecompressor()

    def more(self, frame: Any, data: bytes) -> bytes:
        result: bytes = frame.decompress(data, max_length=_STEP)
        return result

    def hungry(self, frame: Any) -> bool:
        return bool(frame.needs_input)


def _frames(raw: RawFile, offset: int, codec: _Zstd | _Lz4) -> Iterator[Event]:
    while offset < raw.size:
        magic = raw.exactly(offset, 4)
        if _SKIPPABLE.fullmatch(magic):
            size = int.from_bytes(raw.exactly(offset + 4, 4), "little")
            end = offset + 8 + size
            if end > raw.size:
                yield Damage(
                    offset, "frame-truncated", "the file ends inside a skippable frame", at=raw.size
                )
                return
            if size <= _DICTIONARY_LIMIT:
                try:
                    codec.skippable(magic, raw.exactly(offset + 8, size))
                except (codec.error, ValueError) as error:
                    yield Damage(offset, "frame-broken", f"the dictionary is broken ({error})")
            offset = end
            continue
        if magic != codec.magic:
            found = _next_frame(raw, offset, codec)
            until = raw.size if found is None else found
            yield Damage(
                offset, "frame-garbage", f"{until - offset} bytes that are not a {codec.name} frame"
            )
            offset = until
            continue
        yield Start(offset)
        ended = yield from _one_frame(raw, offset, codec)
        if ended is None:
            found = _next_frame(raw, offset + 4, codec)
            offset = raw.size if found is None else found
        else:
            yield End(ended)
            offset = ended


def _one_frame(raw: RawFile, start: int, codec: _Zstd | _Lz4) -> Generator[Event, None, int | None]:
    frame = codec.frame()
    at = start
    while not frame.eof:
        data = b""
        if codec.hungry(frame):
            data = bytes(raw.at(at, codec.step))
            if not data:
                yield Damage(
                    start,
                    "frame-truncated",
                    f"the file ends inside a {codec.name} frame",
                    at=raw.size,
                )
                return None
        try:
            piece = codec.more(frame, data)
        except (codec.error, ValueError, MemoryError) as error:
            yield Damage(start, "frame-broken", f"the compressed data is broken ({error})", at=at)
            return None
        at += len(data)
        for begin in range(0, len(piece), _STEP):
            yield piece[begin : begin + _STEP]
    return at - len(frame.unused_data or b"")


def _next_frame(raw: RawFile, offset: int, codec: _Zstd | _Lz4) -> int | None:
    while (found := raw.search(codec.pattern, offset, 4)) is not None:
        try:
            codec.more(codec.frame(), raw.exactly(found, _TRIAL))
        except (codec.error, ValueError):
            offset = found + 1
        else:
            return found
    return None

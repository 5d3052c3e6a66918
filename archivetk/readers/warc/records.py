"""The records of a WARC or ARC, one after the other, and all that is damaged between them.

:func:`walk` gives each record as soon as its header is read; its block comes in pieces, so that
memory stays bounded whatever a header claims.  Where a record is damaged, the walk says so and
goes on with the next one.  It is lenient in form and strict in loss: a bare line feed is read in
silence (``archivetk check`` tells of it), a missing byte never is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from archivetk.readers.warc.feed import Feed
from archivetk.readers.warc.headers import arc_date, header_value, named_fields, number
from archivetk.readers.warc.members import Damage, packing_of
from archivetk.readers.warc.raw import RawFile

__all__ = ["Entry", "Limits", "WarcRecord", "read_records", "walk"]

_VERSION: Final = re.compile(rb"WARC/(\d{1,3}\.\d{1,3})[ \t]*\r?\n")
_NEXT: Final = re.compile(rb"WARC/\d{1,3}\.\d{1,3}[ \t]{0,8}\r?\n[!-9;-~]{1,80}[ \t]{0,8}:")
_NEXT_WIDTH: Final = 120
_BLANK_LINE: Final = re.compile(rb"\n\r{0,2}\n")
_NEWLINES: Final = re.compile(rb"[\r\n]*")
_AHEAD: Final = re.compile(rb"(?:\r?\n){1,8}(?:WARC/|\Z)")

# URL IP-address date content-type length, and in version 2: code, checksum, location, offset, name
_ARC_LINE: Final = re.compile(
    rb"([A-Za-z][A-Za-z0-9+.-]{0,40}:[^\r\n]{0,65536}?) (\S{1,64}) (\d{8,17}) (\S{1,256})"
    rb"(?: (\d{3}|-) (\S{1,64}) (\S{1,8192}) (\d{1,20}) (\S{1,1024}))? (\d{1,20})[ \t]*\r?\n"
)
_ARC_NEXT: Final = re.compile(
    rb"\n(?=[A-Za-z][A-Za-z0-9+.-]{0,40}:[^\r\n]{0,4096} \d{14} [^ \r\n]{1,256} "
    rb"[^\r\n]{0,4096}\d\r?\n)"
)
_ARC_WIDTH: Final = 9000


@dataclass(frozen=True, slots=True)
class Limits:
    """What one record may cost.

    Attributes:
        header: bytes of a record's header.
        block: bytes of a block that are kept in memory.
        payload: bytes of a payload after transfer and content coding.
        index: records remembered so that revisits find their original.
        entry: bytes that one file inside a WACZ may unpack to.
    """

    header: int = 1 << 20
    block: int = 1 << 28
    payload: int = 1 << 28
    index: int = 1_000_000
    entry: int = 1 << 36


@dataclass(frozen=True, slots=True)
class WarcRecord:
    """One record, with its block.

    Attributes:
        offset: bytes from the beginning of the file to the record, or to the gzip member that
            it stands in.
        length: bytes that it takes in the file, where it stands in members of its own.
        position: bytes from the beginning of its member to the record, after decompression.
        version: ``1.0``, ``1.1``, ...; ``arc`` for a record of an ARC file.
        headers: names and values in order, folded lines joined.  Those of an ARC record are
            given under the names that WARC has for them.
        raw_header: the header as it stands, its version line included.
        block: the block, or its first bytes where it is ``clipped``.
        size: bytes of the whole block that were there.
        clipped: whether the block is larger than the limit set.
        damage: what is wrong with it.
    """

    offset: int
    length: int | None
    position: int
    version: str
    headers: tuple[tuple[str, str], ...]
    raw_header: bytes = field(repr=False)
    block: bytes = field(repr=False)
    size: int
    clipped: bool = False
    damage: tuple[Damage, ...] = ()

    def get(self, name: str) -> str | None:
        """The first value of a header, whatever the case of its name; encoded words decoded."""
        return header_value(self.headers, name)

    @property
    def record_id(self) -> str | None:
        """``WARC-Record-ID`` with its brackets."""
        return self.get("WARC-Record-ID")

    @property
    def record_type(self) -> str:
        """``WARC-Type`` in lower case; empty where it is missing."""
        return (self.get("WARC-Type") or "").lower()


class Entry:
    """A record on the walk: its header is read, its block is not yet.

    Attributes:
        offset, position, version, headers, raw_header: as in :class:`WarcRecord`.
        claimed: ``Content-Length``, or ``None`` where that is missing or no number.
        length, size, damage: known after :meth:`finish`.
        alone: whether it fills its gzip members exactly; known after :meth:`finish`.
        spans: whether it is spread over several members; known after :meth:`finish`.
    """

    __slots__ = (
        "_finished",
        "_walker",
        "alone",
        "claimed",
        "damage",
        "headers",
        "length",
        "offset",
        "position",
        "raw_header",
        "size",
        "spans",
        "version",
    )

    def __init__(
        self,
        walker: _Walker,
        offset: int,
        position: int,
        version: str,
        headers: tuple[tuple[str, str], ...],
        raw_header: bytes,
        claimed: int | None,
    ) -> None:
        self._walker = walker
        self._finished = False
        self.offset = offset
        self.position = position
        self.version = version
        self.headers = headers
        self.raw_header = raw_header
        self.claimed = claimed
        self.length: int | None = None
        self.size = 0
        self.damage: list[Damage] = []
        self.alone = False
        self.spans = False

    def get(self, name: str) -> str | None:
        """The first value of a header, whatever the case of its name."""
        return header_value(self.headers, name)

    def chunks(self) -> Iterator[bytes]:
        """The block in pieces."""
        return self._walker.block(self)

    def finish(self) -> None:
        """Read to the end of the record: what is left of the block, and the newlines behind."""
        if not self._finished:
            self._finished = True
            self._walker.finish(self)


class _Walker:
    def __init__(self, raw: RawFile, limits: Limits, packing: str, offset: int) -> None:
        self.feed = Feed(raw, packing, offset)
        if packing == "none":
            self.feed.position = offset
        self.limits = limits
        self.arc = False
        self.behind: list[Damage] = []
        self._left: int | None = 0

    def __iter__(self) -> Iterator[Entry | Damage]:
        feed = self.feed
        while True:
            yield from self._pending()
            if not feed.need(1):
                if feed.finished:
                    yield from self._pending()
                    return
                yield from self._pending()
                feed.resume()
                continue
            entry = self._entry()
            if entry is None:
                continue
            yield entry
            entry.finish()

    def _pending(self) -> Iterator[Damage]:
        found = self.behind + self.feed.damage
        self.behind = []
        self.feed.damage = []
        yield from found

    # header -----------------------------------------------------------------------------------

    def _entry(self) -> Entry | None:
        feed = self.feed
        feed.need(5)
        if feed.buffer.startswith((b"\r", b"\n")):
            self._skip_newlines()
            return None
        if feed.buffer.startswith(b"WARC/"):
            return self._warc_entry()
        if self.arc or feed.position == 0 or feed.marks:
            entry = self._arc_entry()
            if entry is not None:
                return entry
        self._skip_garbage()
        return None

    def _skip_newlines(self) -> None:
        feed = self.feed
        offset, position = feed.locate()
        count = 0
        while feed.need(1):
            match = _NEWLINES.match(feed.buffer)
            length = match.end() if match else 0
            if not length:
                break
            count += len(feed.take(length))
        if not self.arc:
            self.behind.append(
                Damage(
                    offset,
                    "record-newlines",
                    f"{count} bytes of line breaks where a record should begin",
                    lost=False,
                    at=_place(offset, position),
                )
            )

    def _warc_entry(self) -> Entry | None:
        feed = self.feed
        offset, position = feed.locate()
        at = 0
        limit = self.limits.header
        while (match := _BLANK_LINE.search(feed.buffer, at, limit)) is None:
            at = max(0, min(limit, len(feed.buffer)) - 4)
            if len(feed.buffer) >= limit:
                self.behind.append(
                    Damage(
                        offset,
                        "header-too-long",
                        f"the header does not end within {limit} bytes",
                    )
                )
                self._skip(1)
                return None
            if not feed.pull():
                data = feed.take(len(feed.buffer))
                self.behind.append(
                    Damage(
                        offset,
                        "header-truncated",
                        f"the record ends inside its header, after {len(data)} bytes",
                    )
                )
                return None
        # a version line with nothing behind it ends with its own line break
        raw_header = feed.take(match.end())
        version = _VERSION.match(raw_header)
        headers = tuple(named_fields(raw_header))
        if version is None and not headers:
            self.behind.append(
                Damage(offset, "record-version", "the line that begins with WARC/ is no version")
            )
            self._skip(0)
            return None
        claimed = number(header_value(headers, "Content-Length"))
        entry = Entry(
            self,
            offset,
            position,
            version[1].decode() if version else "",
            headers,
            raw_header,
            claimed,
        )
        self._begin(entry)
        return entry

    def _arc_entry(self) -> Entry | None:
        feed = self.feed
        offset, position = feed.locate()
        while b"\n" not in feed.buffer and len(feed.buffer) < 70_000 and feed.pull():
            pass
        match = _ARC_LINE.match(feed.buffer)
        if match is None:
            return None
        self.arc = True
        url, address, date, media, code, checksum, _, _, _, size = match.groups()
        text = url.decode("utf-8", "surrogateescape")
        kind = "warcinfo" if text.startswith("filedesc:") else "response"
        fields = [
            ("WARC-Type", kind),
            ("WARC-Target-URI", text),
            ("WARC-Date", arc_date(date.decode())),
            ("WARC-IP-Address", address.decode("latin-1")),
            ("Content-Type", media.decode("latin-1")),
            ("Content-Length", size.decode()),
        ]
        if code not in (None, b"-"):
            fields.append(("ARC-Result-Code", code.decode()))
        if checksum not in (None, b"-"):
            fields.append(("ARC-Checksum", checksum.decode("latin-1")))
        raw_header = feed.take(match.end())
        entry = Entry(self, offset, position, "arc", tuple(fields), raw_header, int(size))
        self._begin(entry)
        return entry

    # block ------------------------------------------------------------------------------------

    def _begin(self, entry: Entry) -> None:
        """Decide where the block ends."""
        feed = self.feed
        self._left = entry.claimed
        if feed.packing != "none":
            return
        # a plain file can be looked at ahead: is there a record where the length says so?
        begin = feed.position
        size = feed.raw.size
        if entry.claimed is not None:
            end = begin + entry.claimed
            if end <= size:
                ahead = feed.raw.exactly(end, 24)
                if self.arc or _AHEAD.match(ahead) or (end == size):
                    return
        if self.arc:
            return
        found = feed.raw.search(_NEXT, begin, _NEXT_WIDTH)
        if found is None:
            if entry.claimed is None:
                self._left = _without_newlines(feed.raw, begin, size) - begin
            return
        left = _without_newlines(feed.raw, begin, found) - begin
        if entry.claimed is None or left < entry.claimed:
            self._left = left

    def block(self, entry: Entry) -> Iterator[bytes]:
        feed = self.feed
        while True:
            left = self._left
            if left is not None and left <= 0:
                return
            if not feed.buffer and not feed.need_in_record():
                self._left = 0
                return
            piece = feed.take(len(feed.buffer) if left is None else min(left, len(feed.buffer)))
            if left is None:
                piece = self._until_end(piece)
            else:
                self._left = left - len(piece)
            entry.size += len(piece)
            if piece:
                yield piece

    def _until_end(self, piece: bytes) -> bytes:
        """The rest of a block whose length is not known: it ends with its member."""
        feed = self.feed
        feed.settle()
        if feed.buffer and not feed.buffer.startswith(b"WARC/"):
            return piece
        self._left = 0
        kept = piece.rstrip(b"\r\n")
        tail = piece[len(kept) :][-4:]
        feed.buffer[:0] = tail
        feed.position -= len(tail)
        return piece[: len(piece) - len(tail)]

    def finish(self, entry: Entry) -> None:
        feed = self.feed
        for _ in self.block(entry):
            pass
        self._left = 0
        claimed = entry.claimed
        place = entry.offset
        if claimed is None:
            entry.damage.append(
                Damage(place, "length-missing", "no Content-Length says how long the block is")
            )
        elif entry.size < claimed:
            cut = feed.broken or (feed.finished and not feed.buffer)
            entry.damage.append(
                Damage(
                    place,
                    "record-truncated" if cut else "length-wrong",
                    f"the block has {entry.size} bytes, Content-Length says {claimed}",
                )
            )
        self._trailer(entry)
        entry.spans = feed.packing != "none" and any(at < feed.position for at, _ in feed.marks)
        feed.settle()
        entry.damage.extend(feed.damage)
        feed.damage = []
        if feed.ended is not None and not feed.buffer:
            if feed.packing == "none":
                entry.length = feed.position - entry.offset
            elif entry.position == 0:
                entry.length = feed.ended - entry.offset
                entry.alone = True
        elif feed.packing == "none":
            entry.length = feed.position - entry.offset

    def _trailer(self, entry: Entry) -> None:
        """The two newlines behind the block (an ARC has one), and what stands there instead."""
        feed = self.feed
        feed.need(4)
        head = bytes(feed.buffer[:4])
        if self.arc:
            match = re.match(rb"\r?\n", head)
            if match:
                feed.take(match.end())
            elif feed.buffer and not _ARC_LINE.match(feed.buffer):
                self._wrong_length(entry)
            return
        if head == b"\r\n\r\n":
            feed.take(4)
            return
        if entry.damage:
            match = re.match(rb"(?:\r?\n){1,2}", head)
            if match:
                feed.take(match.end())
            elif feed.buffer and not feed.buffer.startswith(b"WARC/"):
                self._skip(0, entry)
            return
        match = re.match(rb"(?:\r?\n){0,2}", head)
        newlines = match[0] if match else b""
        rest = bytes(feed.buffer[len(newlines) : len(newlines) + 5])
        if not rest or rest.startswith(b"WARC/") or len(newlines) >= 2:
            if newlines in (b"\n\n", b"\r\n\n", b"\n\r\n"):
                message = "the record ends with bare line feeds, not with CR LF CR LF"
            else:
                message = f"the record ends with {newlines!r}, not with CR LF CR LF"
            missing = not rest and not newlines
            entry.damage.append(
                Damage(
                    entry.offset,
                    "record-truncated" if missing and feed.finished else "record-end",
                    message,
                    lost=False,
                )
            )
            feed.take(len(newlines))
            return
        self._wrong_length(entry)

    def _wrong_length(self, entry: Entry) -> None:
        skipped = self._skip(0, entry)
        entry.damage.append(
            Damage(
                entry.offset,
                "length-wrong",
                f"Content-Length says {entry.claimed}, but {skipped} more bytes stand behind",
            )
        )

    # going on ---------------------------------------------------------------------------------

    def _skip_garbage(self) -> None:
        offset, position = self.feed.locate()
        first = bytes(self.feed.buffer[:5])
        count = self._skip(0)
        self.behind.append(
            Damage(
                offset,
                "record-garbage",
                f"{count} bytes that are not a record, beginning with {first!r}",
                at=_place(offset, position),
            )
        )

    def _skip(self, count: int, entry: Entry | None = None) -> int:
        """Skip to where the next record begins; returns the number of bytes skipped."""
        feed = self.feed
        pattern, width = (_ARC_NEXT, _ARC_WIDTH) if self.arc else (_NEXT, _NEXT_WIDTH)
        skipped = len(feed.take(count))
        while True:
            if entry is None and feed.marks and feed.position < feed.marks[0][0]:
                # a member that begins behind here may begin with a record
                inside = feed.marks[0][0] - feed.position
                if feed.need(inside + 5) and feed.buffer[inside : inside + 5] == b"WARC/":
                    return skipped + len(feed.take(inside))
            match = pattern.search(feed.buffer)
            if match is not None:
                return skipped + len(feed.take(match.start() + self.arc))
            if len(feed.buffer) > width:
                skipped += len(feed.take(len(feed.buffer) - width))
            before = len(feed.marks)
            if not feed.pull():
                return skipped + len(feed.take(len(feed.buffer)))
            if len(feed.marks) > before:
                # a new member: it begins a record, or more of the same
                inside = feed.marks[-1][0] - feed.position
                feed.need(inside + 5)
                if bytes(feed.buffer[inside : inside + 5]) == b"WARC/" or (
                    self.arc and _ARC_LINE.match(feed.buffer, inside)
                ):
                    return skipped + len(feed.take(inside))


def _place(offset: int, position: int) -> int | None:
    return offset if position == 0 else None


def _without_newlines(raw: RawFile, begin: int, end: int) -> int:
    """Where a block ends that is followed by no more than two newlines."""
    tail = raw.exactly(max(begin, end - 4), end - max(begin, end - 4))
    match = re.search(rb"(?:\r?\n){1,2}\Z", tail)
    return end - (len(match[0]) if match else 0)


def walk(
    raw: RawFile, limits: Limits | None = None, *, packing: str | None = None, offset: int = 0
) -> Iterator[Entry | Damage]:
    """The records of one file as they come, and what is damaged between them.

    An entry must be used before the next one is asked for.

    Args:
        raw: the file.
        limits: what one record may cost.
        packing: as :func:`~archivetk.readers.warc.members.packing_of` says where not given.
        offset: where to begin; a member or a record must begin there.
    """
    return iter(_Walker(raw, limits or Limits(), packing or packing_of(raw), offset))


def read_records(raw: RawFile, limits: Limits | None = None) -> Iterator[WarcRecord | Damage]:
    """The records of one file with their blocks, each no larger than the limit set."""
    limits = limits or Limits()
    for entry in walk(raw, limits):
        if isinstance(entry, Damage):
            yield entry
        else:
            yield load(entry, limits.block)


def load(entry: Entry, limit: int) -> WarcRecord:
    """The record of an entry, with no more than ``limit`` bytes of its block."""
    parts = []
    room = limit
    for piece in entry.chunks():
        if room > 0:
            parts.append(piece[:room])
        room -= len(piece)
    entry.finish()
    return WarcRecord(
        entry.offset,
        entry.length,
        entry.position,
        entry.version,
        entry.headers,
        entry.raw_header,
        parts[0] if len(parts) == 1 else b"".join(parts),
        entry.size,
        room < 0,
        tuple(entry.damage),
    )

"""Documents out of web archives: every page and every plain text, and a count of all the rest."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Final, NamedTuple

from archivetk.document import Failed, RecordRef, Source
from archivetk.errors import InputError
from archivetk.readers.warc.containers import archives_in
from archivetk.readers.warc.digests import parse_digest
from archivetk.readers.warc.headers import printable
from archivetk.readers.warc.http import (
    HttpMessage,
    PayloadTooLargeError,
    dechunk,
    decode_content,
    parse_http,
)
from archivetk.readers.warc.members import Damage, packing_of
from archivetk.readers.warc.payload import charset_of, document_type
from archivetk.readers.warc.raw import RawFile
from archivetk.readers.warc.records import Entry, Limits, WarcRecord, load, walk

__all__ = ["Originals", "Payload", "Skipped", "payload_of", "sources"]

#: Addresses that crawlers make up for their own logs and settings.
_CRAWLERS_OWN: Final = re.compile(
    r"(?:dns|whois|metadata|warcinfo|urn:x-[^:]{1,40}):", re.IGNORECASE
)
_KINDS: Final = 200  # reasons that are counted apart; more come from hostile headers only
_CACHE: Final = 1 << 25
_REREAD: Final = 1 << 26  # unpacked bytes in front of an original that are read again for it


@dataclass(frozen=True, slots=True)
class Skipped:
    """How many records of one archive were passed over, by reason.

    Attributes:
        ref: the archive.
        records: all records that were read.
        documents: those that were given as documents.
        counts: the others by reason: a record type, a media type, ``empty``, ...
    """

    ref: str
    records: int
    documents: int
    counts: dict[str, int] = field(default_factory=dict)


class Payload(NamedTuple):
    """What a record carries, after transfer and content coding.

    Attributes:
        data: the payload.
        content_type: as declared by whoever sent it.
        status: of the HTTP response.
        notes: what was found wrong with the codings.
    """

    data: bytes
    content_type: str | None
    status: int | None
    notes: tuple[str, ...] = ()


def payload_of(record: WarcRecord, limit: int) -> Payload:
    """The payload of a response, resource, conversion or revisit record.

    Raises:
        PayloadTooLargeError: where it unpacks to more than ``limit`` bytes.
    """
    block_type = record.get("Content-Type")
    message = None
    if record.record_type in {"response", "revisit", ""} or _is_http(block_type):
        message = parse_http(record.block)
    if message is None:
        content_type = record.get("WARC-Identified-Payload-Type") or block_type
        return Payload(record.block, None if _is_http(content_type) else content_type, None)
    data, notes = _http_payload(message, limit)
    content_type = message.get("Content-Type") or record.get("WARC-Identified-Payload-Type")
    return Payload(data, content_type, message.status, notes)


def _is_http(content_type: str | None) -> bool:
    kind = (content_type or "").partition(";")[0].strip().lower()
    return kind in {"application/http", "message/http"}


def _http_payload(message: HttpMessage, limit: int) -> tuple[bytes, tuple[str, ...]]:
    body = message.body
    notes = []
    if "chunked" in message.tokens("Transfer-Encoding"):
        body, fault = dechunk(body)
        if fault:
            notes.append(f"transfer coding: {fault}")
    codings = message.tokens("Content-Encoding")
    codings += [one for one in message.tokens("Transfer-Encoding") if one in {"gzip", "deflate"}]
    if codings:
        body, fault = decode_content(body, codings, limit)
        if fault:
            notes.append(f"content coding: {fault}")
    if len(body) > limit:
        raise PayloadTooLargeError
    return body, tuple(notes)


class Originals:
    """Where the records are that revisits may refer to; shared by the files of one collection.

    It remembers eight bytes of a hash and an offset for each record, up to a number set.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._places: dict[int, tuple[int, int, int]] = {}
        self._ids: set[int] = set()
        self._files: list[tuple[Path, int, int | None] | RawFile] = []
        self._cache: OrderedDict[tuple[int, int, int], Payload] = OrderedDict()
        self._cached = 0

    def add_file(self, raw: RawFile, path: Path | None, start: int = 0) -> int:
        """Register a file; returns its number."""
        self._files.append(raw if path is None else (path, start, raw.size))
        return len(self._files) - 1

    def forget(self, number: int) -> None:
        """A file is closed and cannot be read again."""
        if isinstance(self._files[number], RawFile):
            self._places = {key: one for key, one in self._places.items() if one[0] != number}

    def is_new(self, name: str) -> bool:
        """Whether no record of that name was seen before."""
        key = _key(name)
        if key in self._ids:
            return False
        if len(self._ids) < self._limits.index:
            self._ids.add(key)
        return True

    def add(self, number: int, record: Entry | WarcRecord) -> None:
        """Remember a record that holds a payload."""
        if len(self._places) >= self._limits.index:
            return
        place = (number, record.offset, record.position)
        for key in _keys(
            record.get("WARC-Record-ID"),
            record.get("WARC-Payload-Digest"),
            record.get("WARC-Target-URI"),
            record.get("WARC-Date"),
        ):
            self._places.setdefault(key, place)

    def scan(self, path: Path) -> None:
        """Remember the records of a whole file, so that revisits that come before find them."""
        with path.open("rb") as file:
            self.scan_file(self.add_file(RawFile(file), path))

    def scan_file(self, number: int) -> None:
        """Remember the records of a whole file that is registered already."""
        with self._opened(number) as raw:
            for entry in walk(raw, self._limits):
                if isinstance(entry, Entry) and _holds_payload(entry):
                    self.add(number, entry)

    def find(self, record: WarcRecord) -> Payload | None:
        """The payload that a revisit stands for, or ``None`` where it is not at hand.

        Raises:
            PayloadTooLargeError: where it unpacks to more than the limit set.
        """
        for key in _keys(
            record.get("WARC-Refers-To"),
            record.get("WARC-Payload-Digest"),
            record.get("WARC-Refers-To-Target-URI"),
            record.get("WARC-Refers-To-Date"),
        ):
            place = self._places.get(key)
            if place is not None and place[2] <= _REREAD:
                payload = self._read(place)
                if payload is not None:
                    return payload
        return None

    def _read(self, place: tuple[int, int, int]) -> Payload | None:
        if place in self._cache:
            self._cache.move_to_end(place)
            return self._cache[place]
        number, offset, position = place
        with self._opened(number) as raw:
            for entry in walk(raw, self._limits, packing=packing_of(raw), offset=offset):
                if isinstance(entry, Damage) or entry.position > position:
                    return None
                if entry.position < position:
                    continue
                record = load(entry, self._limits.block)
                if record.clipped or any(one.lost for one in record.damage):
                    return None
                payload = payload_of(record, self._limits.payload)
                self._keep(place, payload)
                return payload
        return None

    def _opened(self, number: int) -> AbstractContextManager[RawFile]:
        where = self._files[number]
        if isinstance(where, RawFile):
            return nullcontext(RawFile(where.file, where.start, where.size))
        return _Reopened(*where)

    def _keep(self, place: tuple[int, int, int], payload: Payload) -> None:
        self._cache[place] = payload
        self._cached += len(payload.data)
        while self._cached > _CACHE and self._cache:
            _, dropped = self._cache.popitem(last=False)
            self._cached -= len(dropped.data)


class _Reopened:
    def __init__(self, path: Path, start: int, size: int | None) -> None:
        self._path, self._start, self._size = path, start, size

    def __enter__(self) -> RawFile:
        self._file = self._path.open("rb")
        return RawFile(self._file, self._start, self._size)

    def __exit__(self, *_: object) -> None:
        self._file.close()


def _key(name: str) -> int:
    digest = hashlib.blake2b(name.encode("utf-8", "surrogateescape"), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def _keys(
    record_id: str | None, digest: str | None, uri: str | None, date: str | None
) -> Iterator[int]:
    if record_id:
        yield _key("id " + record_id.strip("<> "))
    if digest:
        parsed = parse_digest(digest)
        if parsed is not None and parsed.value is not None:
            yield _key(f"digest {parsed.algorithm} {parsed.value.hex()}")
        else:
            yield _key("digest " + digest)
    if uri and date:
        yield _key(f"at {uri.strip('<> ')} {date}")


def _holds_payload(record: Entry | WarcRecord) -> bool:
    kind = (record.get("WARC-Type") or "").lower()
    return kind in {"response", "resource"} and not record.get("WARC-Segment-Number")


def sources(
    path: Path | str | bytes | IO[bytes],
    ref: str | None = None,
    *,
    max_bytes: int | None = None,
    limits: Limits | None = None,
    originals: Originals | None = None,
    tell: Callable[[Skipped], None] | None = None,
) -> Iterator[Source | Failed]:
    """Every page and plain text of an archive, in the order of its records.

    Damage becomes a :class:`Failed` and the walk goes on behind it; all that is no document is
    counted and told at the end.

    Args:
        path: a WARC, ARC, WET or WACZ, packed or not, ``-`` for stdin; or one open for reading.
        ref: its name in the ids of the documents; the path where not given.
        max_bytes: bytes that a block or a payload may have; goes before ``limits``.
        limits: what one record may cost.
        originals: shared by the files of a collection, so that revisits find their original in
            another file.
        tell: called at the end of each archive with what was passed over.
    """
    limits = limits or Limits()
    if max_bytes is not None:
        limits = replace(limits, block=max_bytes, payload=max_bytes)
    for result in _opened(path, ref, limits, originals or Originals(limits)):
        if not isinstance(result, Skipped):
            yield result
        elif tell is not None:
            tell(result)


def _opened(
    path: Path | str | bytes | IO[bytes], ref: str | None, limits: Limits, originals: Originals
) -> Iterator[Source | Failed | Skipped]:
    if path == "-":
        yield from _of_file(sys.stdin.buffer, ref or "-", limits, originals, None)
    elif isinstance(path, (str, bytes, Path)):
        path = Path(os.fsdecode(path))
        ref = str(path) if ref is None else ref
        try:
            file = path.open("rb")
        except OSError as error:
            reason = f"It cannot be opened: {error.strerror or error}. Check the path."
            code = "not-found" if isinstance(error, FileNotFoundError) else "unreadable"
            yield Failed(Source(ref, ref, b""), code, reason)
            return
        with file:
            yield from _of_file(file, ref, limits, originals, path)
    else:
        yield from _of_file(path, ref or "-", limits, originals, None)


def _of_file(
    file: IO[bytes], ref: str, limits: Limits, originals: Originals, path: Path | None
) -> Iterator[Source | Failed | Skipped]:
    found = 0
    name = ref
    try:
        with archives_in(file, limits.entry) as archives:
            for inner in archives:
                found += 1
                name = f"{ref}/{inner.name}" if inner.name else ref
                yield from _Reading(inner.open(), name, limits, originals, path).run()
    except InputError as error:
        yield Failed(Source(name, name, b""), error.code, str(error))
        return
    except OSError as error:
        yield Failed(
            Source(name, name, b""), "unreadable", f"It cannot be read: {error}. Check the disk."
        )
        return
    if not found:
        yield Failed(
            Source(ref, ref, b""),
            "malformed",
            "There is no archive in this zip file. A WACZ holds its WARCs in archive/.",
        )


class _Reading:
    """One archive on its way to documents."""

    def __init__(
        self, raw: RawFile, ref: str, limits: Limits, originals: Originals, path: Path | None
    ) -> None:
        self.raw = raw
        self.ref = ref
        self.limits = limits
        self.originals = originals
        same = path is not None and not raw.temporary
        self.number = originals.add_file(raw, path if same else None, raw.start)
        self.counts: dict[str, int] = {}
        self.records = 0
        self.documents = 0
        self.scanned = False

    def run(self) -> Iterator[Source | Failed | Skipped]:
        if self.raw.size == 0:
            yield Failed(
                Source(self.ref, self.ref, b""),
                "malformed",
                "The archive is empty. A WARC holds one record at least.",
            )
        for entry in walk(self.raw, self.limits):
            if isinstance(entry, Damage):
                if entry.lost:
                    yield self._damaged(entry)
                continue
            self.records += 1
            result = self._record(entry)
            if isinstance(result, str):
                self._count(result)
            else:
                self.documents += 1
                yield result
        self.originals.forget(self.number)
        yield Skipped(self.ref, self.records, self.documents, dict(sorted(self.counts.items())))

    def _count(self, reason: str) -> None:
        if reason not in self.counts and len(self.counts) >= _KINDS:
            reason = "other"
        self.counts[reason] = self.counts.get(reason, 0) + 1

    def _damaged(self, damage: Damage) -> Failed:
        name = f"{self.ref}#offset-{damage.offset}"
        return Failed(
            Source(name, name, b""),
            "malformed",
            f"The archive is damaged at byte {damage.offset}: {damage.message}. "
            "Reading went on behind it; archivetk check tells more.",
        )

    def _record(self, entry: Entry) -> Source | Failed | str:
        """The document of a record, or the reason why it is none."""
        kind = (entry.get("WARC-Type") or "").strip().lower()
        is_document = kind in {"response", "resource", "conversion", "revisit"}
        if not is_document:
            # its block need not be kept to see whether it is whole
            entry.finish()
        record = load(entry, self.limits.block)
        lost = [one for one in record.damage if one.lost]
        name = self._name(record)
        if lost:
            return self._broken(record, name, lost[0])
        if not is_document:
            return printable(kind[:60]) or "no record type"
        if record.clipped:
            return self._too_large(record, name, record.size)
        if record.get("WARC-Segment-Number"):
            return Failed(
                self._source(record, name, b""),
                "unsupported",
                "The record is one segment of a larger one, and segments are not put together "
                "here. Join them with the tool that wrote them.",
            )
        try:
            return self._document(record, name, kind)
        except PayloadTooLargeError:
            return self._too_large(record, name, None)

    def _document(self, record: WarcRecord, name: str, kind: str) -> Source | str:
        payload = payload_of(record, self.limits.payload)
        if kind == "revisit":
            own = payload
            found = self.originals.find(record)
            if found is None and not self.scanned:
                # it may come later in the file: look through all of it, once
                self.scanned = True
                self.originals.scan_file(self.number)
                found = self.originals.find(record)
            if found is None:
                return "revisit without its original"
            payload = found._replace(
                content_type=own.content_type or found.content_type, status=own.status
            )
        elif kind != "conversion":
            self.originals.add(self.number, record)
        for note in payload.notes:
            if "unknown:" in note:
                return note.replace(": unknown:", " not known: ")
        uri = _uri(record)
        media_type, told = document_type(payload.content_type, payload.data, uri)
        if media_type is None:
            return told
        if _CRAWLERS_OWN.match(uri or ""):
            return "crawler's own record"
        return self._source(record, name, payload.data, payload, media_type)

    def _source(
        self,
        record: WarcRecord,
        name: str,
        data: bytes,
        payload: Payload | None = None,
        media_type: str | None = None,
    ) -> Source:
        uri = _uri(record)
        # a coding that was taken off when it was stored took nothing from the payload
        notes = [one for one in payload.notes if ": not-" not in one] if payload else []
        truncated = record.get("WARC-Truncated")
        if truncated and record.record_type != "revisit":
            notes.append(f"truncated: {printable(truncated[:40])}")
        return Source(
            id=name,
            ref=name,
            data=data,
            media_type=media_type,
            declared_encoding=charset_of(payload.content_type) if payload else None,
            url=uri,
            url_from="warc" if uri else None,
            record=RecordRef(
                warc=self.ref,
                offset=record.offset,
                length=record.length,
                record_id=_value(record, "WARC-Record-ID"),
                record_type=printable(record.record_type),
                date=_value(record, "WARC-Date"),
                target_uri=uri,
                payload_digest=_value(record, "WARC-Payload-Digest"),
                block_digest=_value(record, "WARC-Block-Digest"),
                content_type=_value(record, "Content-Type"),
                http_status=payload.status if payload else None,
            ),
            given={"metadata": {"archive_notes": notes}} if notes else {},
        )

    def _name(self, record: WarcRecord) -> str:
        """The id of a document: path and record id; the offset where that would not do."""
        record_id = (record.record_id or "").strip("<> ")
        if record_id:
            name = f"{self.ref}#{printable(record_id)}"
            if self.originals.is_new(name):
                return name
            return f"{name}@{record.offset}" + (f"+{record.position}" if record.position else "")
        return f"{self.ref}#offset-{record.offset}" + (
            f"+{record.position}" if record.position else ""
        )

    def _too_large(self, record: WarcRecord, name: str, size: int | None) -> Failed:
        what = f"Its block has {size} bytes" if size else "Its payload unpacks to more"
        limit = self.limits.block if size else self.limits.payload
        return Failed(
            self._source(record, name, b""),
            "too-large",
            f"{what}, the limit is {limit}. Raise the limit if the archive is to be trusted.",
        )

    def _broken(self, record: WarcRecord, name: str, damage: Damage) -> Failed:
        payload = None
        with suppress(PayloadTooLargeError):
            payload = payload_of(record, self.limits.payload)
        data = payload.data if payload else b""
        return Failed(
            self._source(record, name, data, payload),
            "malformed",
            f"The record at byte {record.offset} is damaged: {damage.message}. "
            "Reading went on behind it; archivetk check tells more.",
        )


def _value(record: WarcRecord, name: str) -> str | None:
    value = record.get(name)
    return None if value is None else printable(value)


def _uri(record: WarcRecord) -> str | None:
    uri = _value(record, "WARC-Target-URI")
    if uri and uri.startswith("<") and uri.endswith(">"):
        uri = uri[1:-1]
    return uri or None

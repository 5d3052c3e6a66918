"""The check of one archive: its members, its records, and what they say of each other."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from archivetk.check.blocks import Block
from archivetk.check.findings import RULES, Finding, Summary, section_of
from archivetk.check.header import Header, check_header, parse_header
from archivetk.readers.warc.digests import parse_digest
from archivetk.readers.warc.headers import printable
from archivetk.readers.warc.members import Damage, packing_of
from archivetk.readers.warc.raw import RawFile
from archivetk.readers.warc.records import Entry, Limits, walk

__all__ = ["Checked", "Known", "check_archive"]

_REMEMBERED: Final = 2_000_000

_UNCOVERED: Final = {
    "gzip": "gzip has no checksum for the time stamp, the extra flags, the system and the text "
    "flag of a member's header, nor for the name in it, nor for the bits that fill up its last "
    "byte: a change there alters no content and cannot be seen without a digest of the file",
    "zstd": "a zstd frame without a checksum does not show changed content",
    "lz4": "an LZ4 frame without a checksum does not show changed content",
    "none": "a plain WARC has no checksums but its digests: a change in a header field that stays "
    "well-formed, or in a block without a digest, cannot be seen",
}
_END_UNKNOWN: Final = (
    "whether whole records are missing at the end of a file cannot be told without an index or a "
    "manifest"
)


class Checked(NamedTuple):
    """One record and what was found: for whoever writes the good ones to a new file.

    Attributes:
        offset, length: of the record in the file, where it can be cut out; else length is none.
        position: bytes from the beginning of its member to the record, after decompression.
        record_id, record_type: as the header has them.
        findings: all that is wrong with it.
        proved: whether its block has the digest that its header says.
    """

    offset: int
    length: int | None
    position: int
    record_id: str | None
    record_type: str
    findings: tuple[Finding, ...]
    proved: bool = False

    @property
    def damaged(self) -> bool:
        """Whether content is lost or wrong.

        A payload digest that does not fit a block that is proved was wrong from the beginning.
        """
        return any(
            RULES[one.rule].damage and not (self.proved and one.rule == "payload-digest-wrong")
            for one in self.findings
        )


@dataclass(slots=True)
class _Waiting:
    """The first of some references to a record that was not seen yet."""

    finding: Finding
    count: int = 1


@dataclass(slots=True)
class _Series:
    """The segments of one logical record that were seen."""

    next_number: int
    size: int
    target: str | None
    complete: bool  # all from the first one on were seen
    unended: Finding | None  # to be told where the last one does not come


@dataclass(slots=True)
class Known:
    """What the records of all files checked together say of each other.

    Eight bytes of a hash stand for each id, up to a number set; beyond it the check of references
    and of repeated ids ends, and says so.
    """

    limit: int = _REMEMBERED
    ids: dict[int, int] = field(default_factory=dict)
    waiting: dict[int, _Waiting] = field(default_factory=dict)
    series: dict[int, _Series] = field(default_factory=dict)
    full: bool = False

    def lost(self) -> Iterator[Finding]:
        """References that lead to no record of the files checked, and series without an end."""
        for key, one in self.waiting.items():
            if key not in self.ids:
                more = f"; {one.count - 1} more records refer to it" if one.count > 1 else ""
                yield replace(one.finding, message=one.finding.message + more)
        self.waiting.clear()
        for series in self.series.values():
            if series.unended is not None:
                yield series.unended
        self.series.clear()


def key_of(text: str) -> int:
    """Eight bytes of a hash."""
    data = text.encode("utf-8", "surrogateescape")
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "little")


def check_archive(
    raw: RawFile,
    name: str,
    summary: Summary,
    known: Known,
    limits: Limits | None = None,
) -> Iterator[Checked | Finding]:
    """All records of one archive with their findings, and the findings between them.

    Args:
        raw: the archive.
        name: what findings call it.
        summary: counts what is seen.
        known: shared by the files that are checked together.
        limits: what one record may cost.
    """
    return _Check(raw, name, summary, known, limits or Limits()).run()


class _Check:
    def __init__(
        self, raw: RawFile, name: str, summary: Summary, known: Known, limits: Limits
    ) -> None:
        self.raw = raw
        self.name = name
        self.summary = summary
        self.known = known
        self.limits = limits
        self.version: str | None = None
        self.packing = packing_of(raw)
        self.layout_told = False
        self.records = 0

    def finding(
        self,
        rule: str,
        message: str,
        offset: int,
        record_id: str | None = None,
        at: int | None = None,
    ) -> Finding:
        severity = RULES[rule].severity
        if self.version not in (None, "", "1.0", "1.1", "arc") and not RULES[rule].damage:
            # the drafts had other rules
            severity = "warning" if severity == "error" else severity
        return Finding(
            self.name,
            offset,
            None if record_id is None else printable(record_id[:300]),
            rule,
            section_of(rule, self.version),
            severity,
            printable(message),
            at,
        )

    def run(self) -> Iterator[Checked | Finding]:
        summary = self.summary
        summary.files += 1
        summary.bytes += self.raw.size
        if not self.raw.size:
            yield self.finding("file-empty", "the file is empty; it must hold one record", 0)
            return
        garbage = False
        for entry in walk(self.raw, self.limits, packing=self.packing):
            if isinstance(entry, Damage):
                garbage = garbage or entry.lost
                yield self.finding(entry.code, entry.message, entry.offset, at=entry.at)
                continue
            self.records += 1
            summary.records += 1
            yield self._record(entry)
        if not self.records:
            if not garbage:
                yield self.finding("file-empty", "there is no record in the file", 0)
            yield self.finding("file-not-archive", "the file is no WARC and no ARC", 0)
            return
        summary.uncovered[_UNCOVERED[self.packing]] = None
        summary.uncovered[_END_UNKNOWN] = None
        low = self.name.lower()
        if self.packing == "gzip" and low.endswith((".warc", ".arc")):
            yield self.finding(
                "file-name", "the file is packed with gzip, and its name has no .gz", 0
            )
        elif self.packing == "none" and low.endswith(".gz"):
            yield self.finding("file-name", "the name ends in .gz, and the file is not packed", 0)

    def _record(self, entry: Entry) -> Checked:
        if entry.version == "arc":
            return self._arc(entry)
        header = parse_header(entry.raw_header)
        self.version = header.version
        record_id = header.first("WARC-Record-ID")
        problems = list(check_header(header))
        block = Block(header)
        for piece in entry.chunks():
            block.feed(piece)
        entry.finish()
        whole = not any(one.lost for one in entry.damage)
        found: list[Finding] = []
        rules = {rule for rule, _ in problems}
        for damage in entry.damage:
            if damage.code == "length-missing" and rules & {"length-missing", "length-syntax"}:
                continue
            found.append(
                self.finding(damage.code, damage.message, damage.offset, record_id, damage.at)
            )
        problems += block.end(whole)
        for rule, message in problems:
            found.append(self.finding(rule, message, entry.offset, record_id))
        found += self._layout(entry, record_id)
        found += self._relations(entry, header, record_id)
        return Checked(
            entry.offset,
            entry.length,
            entry.position,
            record_id,
            (header.first("WARC-Type") or "").lower(),
            tuple(found),
            block.proved,
        )

    def _arc(self, entry: Entry) -> Checked:
        self.version = "arc"
        entry.finish()
        found = [
            self.finding(one.code, one.message, one.offset, None, one.at) for one in entry.damage
        ]
        if self.records == 1:
            found.append(
                self.finding(
                    "arc-file", "the file is an ARC; members and lengths are checked", entry.offset
                )
            )
        kind = entry.get("WARC-Type") or ""
        return Checked(entry.offset, entry.length, entry.position, None, kind, tuple(found))

    def _layout(self, entry: Entry, record_id: str | None) -> Iterator[Finding]:
        if self.packing == "none" or self.layout_told:
            return
        message = ""
        if entry.position:
            message = "several records share one member, so that none can be read by itself"
        elif entry.spans:
            message = "the record is spread over several members"
        if message:
            self.layout_told = True
            yield self.finding("gzip-layout", message, entry.offset, record_id)

    # what records say of each other -------------------------------------------------------------

    def _relations(self, entry: Entry, header: Header, record_id: str | None) -> Iterator[Finding]:
        known = self.known
        kind = (header.first("WARC-Type") or "").lower()
        if record_id:
            yield from self._identity(entry, header, record_id)
        for name in (
            "WARC-Concurrent-To",
            "WARC-Refers-To",
            "WARC-Warcinfo-ID",
            "WARC-Segment-Origin-ID",
        ):
            for value in header.fields.get(name.lower(), ()):
                if not value:
                    continue
                key = key_of(value.strip("<>"))
                if name == "WARC-Refers-To" and kind == "revisit":
                    yield from self._revisited(entry, header, record_id, known.ids.get(key, 0))
                if key in known.ids or known.full:
                    continue
                if key in known.waiting:
                    known.waiting[key].count += 1
                    continue
                if len(known.waiting) >= known.limit // 10:
                    known.full = True
                    yield self.finding(
                        "index-full", "there are too many records to follow all references", 0
                    )
                    continue
                shown = ascii(value[:120])
                known.waiting[key] = _Waiting(
                    self.finding(
                        "reference-lost",
                        f"{name} is {shown}: no file checked here holds that record",
                        entry.offset,
                        record_id,
                    )
                )
        yield from self._segment(entry, header, record_id, kind)

    def _identity(self, entry: Entry, header: Header, record_id: str) -> Iterator[Finding]:
        known = self.known
        key = key_of(record_id.strip("<>"))
        if key in known.ids:
            yield self.finding(
                "record-id-repeated",
                f"WARC-Record-ID {record_id[:120]!a} stands on another record too",
                entry.offset,
                record_id,
            )
        elif len(known.ids) < known.limit:
            known.ids[key] = _digest_key(header.first("WARC-Payload-Digest"))
        elif not known.full:
            known.full = True
            yield self.finding(
                "index-full", "there are too many records to compare all their ids", entry.offset
            )

    def _revisited(
        self, entry: Entry, header: Header, record_id: str | None, original: int
    ) -> Iterator[Finding]:
        own = _digest_key(header.first("WARC-Payload-Digest"))
        profile = (header.first("WARC-Profile") or "").strip("<>")
        if (
            profile.endswith("identical-payload-digest")
            and own
            and original
            and own >> 64 == original >> 64
            and own != original
        ):
            yield self.finding(
                "revisit-digest-wrong",
                "its payload digest is not that of the record it refers to",
                entry.offset,
                record_id,
            )

    def _segment(
        self, entry: Entry, header: Header, record_id: str | None, kind: str
    ) -> Iterator[Finding]:
        number = header.first("WARC-Segment-Number") or ""
        if not (number.isascii() and number.isdecimal() and len(number) < 10):
            return
        series = self.known.series
        target = header.first("WARC-Target-URI")
        if kind != "continuation":
            if record_id and number == "1" and len(series) < self.known.limit // 10:
                unended = self.finding(
                    "segment-open",
                    "the last segment of this record is in no file checked here",
                    entry.offset,
                    record_id,
                )
                key = key_of(record_id.strip("<>"))
                series[key] = _Series(2, entry.size, target, complete=True, unended=unended)
            return
        origin = header.first("WARC-Segment-Origin-ID")
        one = series.get(key_of(origin.strip("<>"))) if origin else None
        if one is None:
            return

        def found(rule: str, message: str) -> Finding:
            return self.finding(rule, message, entry.offset, record_id)

        if int(number) != one.next_number:
            yield found(
                "segment-number-wrong",
                f"the segment has the number {number}, and {one.next_number} comes next",
            )
            one.complete = False
        one.next_number = int(number) + 1
        one.size += entry.size
        if target != one.target:
            yield found("segment-target-uri", "its target URI is not that of the first segment")
        total = header.first("WARC-Segment-Total-Length")
        if total:
            one.unended = None
        if total and one.complete and total.isdecimal() and int(total[:20]) != one.size:
            yield found(
                "segment-length-wrong",
                f"all segments have {one.size} bytes, WARC-Segment-Total-Length says {total[:20]}",
            )


def _digest_key(text: str | None) -> int:
    """A digest as a number, its algorithm in the upper part; 0 where there is none."""
    digest = parse_digest(text) if text else None
    if digest is None or digest.value is None:
        return 0
    return (key_of(digest.algorithm) << 64) | int.from_bytes(digest.value[:8], "little")

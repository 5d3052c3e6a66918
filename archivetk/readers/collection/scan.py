"""The records of a pair of files, read strictly: what is unusual in our own files is damage."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import IO, Any, Final

from archivetk.errors import MalformedError, UnreadableError
from archivetk.provenance import from_fields
from archivetk.readers.collection.pairs import Pair, Place
from archivetk.records import (
    DamagedMemberError,
    Member,
    Record,
    parse_record,
    read_member,
    walk_members,
)

__all__ = ["ScanReport", "Scanned", "record_id_of", "scan_pair"]

_RECORD_ID: Final = re.compile(rb"(?im)^WARC-Record-ID:[ \t]*(\S+)[ \t]*\r?$")


@dataclass(frozen=True, slots=True)
class Scanned:
    """One document as its records were found.

    Attributes:
        facts: the metadata block.
        text: the conversion's block.
        original: place of the original's record, if it is archived.
        original_type: ``resource``, ``revisit``, or the type of a foreign record.
        original_data: that record, unpacked.
        derived: place of its derived records, all of them.
        problems: what is wrong with it.
    """

    facts: dict[str, Any]
    text: bytes | None
    original: Place | None
    original_type: str
    original_data: bytes | None = field(repr=False)
    derived: Place
    problems: tuple[str, ...] = ()


def record_id_of(data: bytes) -> str:
    """The id of a record, also of one that others wrote; empty where it has none."""
    head = data[: data.find(b"\r\n\r\n") + 2] or data[:4096]
    match = _RECORD_ID.search(head)
    return match.group(1).decode("utf-8", "replace") if match else ""


class _Originals:
    """The records of a file of originals, asked for in about their order."""

    def __init__(self, file: IO[bytes] | None, name: str) -> None:
        self._file = file
        self._walk = walk_members(file) if file else iter(())
        self._name = name
        self.skipped: dict[str, Place] = {}
        self.damage: DamagedMemberError | None = None
        self.end = 0

    def find(self, wanted: str) -> tuple[bytes, Place] | None:
        """The record of that id, unpacked, and its place."""
        place = self.skipped.pop(wanted, None)
        if place is not None:
            return self._again(place), place
        for identity, data, place in self._next():
            if identity == wanted:
                self.end = max(self.end, place.offset + place.length)
                return data, place
            self.skipped[identity] = place
        return None

    def rest(self) -> None:
        """Read on to the end."""
        for identity, _, place in self._next():
            self.skipped[identity] = place

    def _next(self) -> Iterator[tuple[str, bytes, Place]]:
        while self.damage is None:
            try:
                member = next(self._walk, None)
            except DamagedMemberError as error:
                self.damage = error
                return
            if member is None:
                return
            if member.offset:  # behind the warcinfo
                place = Place(self._name, member.offset, member.length)
                yield record_id_of(member.data), member.data, place

    def _again(self, place: Place) -> bytes:
        assert self._file is not None
        here = self._file.tell()
        try:
            return read_member(self._file, place.offset, place.length)
        finally:
            self._file.seek(here)


@dataclass(slots=True)
class ScanReport:
    """What a scan found beside the documents.

    Attributes:
        originals_end, derived_end: bytes up to where both files are whole and fit each other.
        problems: each ``(file, offset, what)``.
        warcinfo: record ids of the warcinfo records.
    """

    originals_end: int = 0
    derived_end: int = 0
    problems: list[tuple[str, int, str]] = field(default_factory=list)
    warcinfo: list[str] = field(default_factory=list)


def scan_pair(
    pair: Pair, report: ScanReport | None = None, *, stop: bool = False
) -> Iterator[Scanned]:
    """The documents of a pair of files, in order, every record checked.

    Args:
        pair: the files.
        report: filled in as it goes.
        stop: end at the first damage, as a writer that goes on behind it has to.

    Raises:
        UnreadableError: where a file cannot be opened.
    """
    report = report if report is not None else ScanReport()
    with ExitStack() as stack:
        originals_path = pair.path_of("originals")
        derived_path = pair.path_of("derived")
        files: list[IO[bytes] | None] = []
        for path in (originals_path, derived_path):
            try:
                files.append(stack.enter_context(path.open("rb")) if path else None)
            except OSError as error:
                raise UnreadableError(f"{path} cannot be read: {error}") from error
        originals_name = pair.originals.name if pair.originals else ""
        originals = _Originals(files[0], originals_name)
        _first_warcinfo(files[0], originals_name, report, "originals")
        if files[0]:
            files[0].seek(0)
        if files[1] and pair.derived:
            yield from _documents(files[1], pair.derived.name, originals, report, stop=stop)
        if not stop:
            originals.rest()
            report.problems += [
                (place.file, place.offset, f"No document refers to the record {identity}.")
                for identity, place in originals.skipped.items()
            ]
        if originals.damage:
            report.problems.append((originals_name, originals.damage.offset, str(originals.damage)))


def _first_warcinfo(file: IO[bytes] | None, name: str, report: ScanReport, role: str) -> None:
    """Read the record that opens a file."""
    if file is None:
        return
    try:
        first = next(walk_members(file), None)
        record = parse_record(first.data) if first else None
    except MalformedError as error:
        report.problems.append((name, 0, str(error)))
        return
    if first is None or record is None:
        report.problems.append((name, 0, "The file is empty."))
        return
    problem = _digest_problem(record)
    if record.type != "warcinfo":
        problem = "The file does not begin with a warcinfo record."
    if problem:
        report.problems.append((name, 0, problem))
        return
    report.warcinfo.append(record.id)
    if role == "originals":
        report.originals_end = first.length
    else:
        report.derived_end = first.length


def _documents(
    file: IO[bytes], name: str, originals: _Originals, report: ScanReport, *, stop: bool
) -> Iterator[Scanned]:
    _first_warcinfo(file, name, report, "derived")
    if stop and len(report.warcinfo) < 2:
        return
    group: list[tuple[Member, Record]] = []
    problems: list[str] = []
    try:
        for member in walk_members(file, report.derived_end):
            try:
                record = parse_record(member.data)
            except MalformedError as error:
                report.problems.append((name, member.offset, str(error)))
                if stop:
                    return
                continue
            problem = _digest_problem(record)
            if problem:
                report.problems.append((name, member.offset, problem))
                problems.append(problem)
                if stop:
                    return
            group.append((member, record))
            if record.type != "metadata" or b"document-id: " not in record.block:
                continue
            first = group[0][0].offset
            place = Place(name, first, member.offset + member.length - first)
            try:
                found = _document(group, originals, place, problems)
            except MalformedError as error:
                report.problems.append((name, member.offset, str(error)))
                if stop:
                    return
                found = None
            group, problems = [], []
            if found is not None:
                if stop and found.problems:
                    return
                report.derived_end = place.offset + place.length
                report.originals_end = max(report.originals_end, originals.end)
                yield found
    except DamagedMemberError as error:
        report.problems.append((name, error.offset, str(error)))
        return
    if group:
        report.problems.append(
            (name, group[0][0].offset, "The metadata record of the last document is missing.")
        )


def _digest_problem(record: Record) -> str | None:
    stated = record.get("WARC-Block-Digest") or ""
    algorithm, _, value = stated.partition(":")
    if algorithm == "sha256":
        right = hashlib.sha256(record.block).hexdigest() == value
    elif algorithm == "sha1":
        digest = hashlib.sha1(record.block, usedforsecurity=False).digest()
        right = base64.b32encode(digest).decode("ascii") == value
    else:
        return f"The record {record.id} has no digest of its block."
    return None if right else f"The block of the record {record.id} does not have its digest."


def _document(
    group: list[tuple[Member, Record]],
    originals: _Originals,
    place: Place,
    problems: list[str],
) -> Scanned:
    facts: dict[str, Any] = {}
    text = None
    conversion = ledger_id = ""
    for _, record in group[:-1]:
        if record.type == "conversion":
            if text is not None:
                problems.append(f"The metadata record of {conversion} is missing.")
            text, conversion = record.block, record.id
        elif record.type == "metadata":
            facts |= from_fields(record.block)
            ledger_id = record.id
        else:
            problems.append(f"A {record.type} record has no place here: {record.id}")
    facts |= from_fields(group[-1][1].block)
    problems += _group_problems(facts, text, conversion, ledger_id)
    original = facts.get("original")
    if not isinstance(original, dict) or not isinstance(facts.get("source"), dict):
        raise MalformedError("The metadata record does not name its original.")
    wanted = original.get("record-id")
    here = not facts["source"].get("record") or original.get("copied")
    found = originals.find(wanted) if wanted and here else None
    kind, data, where = "", None, None
    if found:
        data, where = found
        kind, wrong = _original_problem(data, original, copied=bool(original.get("copied")))
        problems += [wrong] if wrong else []
    elif wanted and here:
        problems.append(f"The record of its original is missing: {wanted}")
    return Scanned(facts, text, where, kind, data, place, tuple(problems))


def _group_problems(
    facts: Mapping[str, Any], text: bytes | None, conversion: str, ledger_id: str
) -> Iterator[str]:
    stated = (facts.get("conversion") or {}).get("record-id")
    if facts.get("status") == "cleaned" and text is None:
        yield f"The record of its clean text is missing: {stated}"
    if text is not None:
        if stated != conversion:
            yield f"The clean text of {stated} is missing; {conversion} stands in its place."
        if (facts.get("text") or {}).get("sha256") != hashlib.sha256(text).hexdigest():
            yield "The clean text does not have the digest that its metadata states."
        if facts.get("ledger-record") and facts["ledger-record"] != ledger_id:
            yield f"The record of its ledger is missing: {facts['ledger-record']}"


def _original_problem(
    data: bytes, original: Mapping[str, Any], *, copied: bool
) -> tuple[str, str | None]:
    """The type of an original's record, and what is wrong with it."""
    try:
        record = parse_record(data)
    except MalformedError as error:
        # what was copied was not written here; its own reader judges it
        return "copied", None if copied else str(error)
    if copied:
        return record.type, None
    problem = _digest_problem(record)
    if problem is None and record.get("WARC-Payload-Digest") != f"sha256:{original.get('sha256')}":
        problem = "The original's record does not have the digest that the metadata states."
    return record.type, problem

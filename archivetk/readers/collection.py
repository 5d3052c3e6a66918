"""Reading a collection: its documents, its originals, its settings.

scan_pair           the documents of one pair of WARC files, read strictly
read_collection     all documents, streaming, in the order they were archived
restore_collection  every original back under its relative path
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

from archivetk.document import Ledger
from archivetk.errors import ArchivetkError, MalformedError, RestoreError, UnreadableError
from archivetk.names import file_and_row, name_bytes
from archivetk.provenance import from_fields, ledger_from
from archivetk.records import (
    DamagedMemberError,
    Member,
    Record,
    gunzip_member,
    parse_record,
    read_member,
    walk_members,
)
from archivetk.settings import Settings

__all__ = [
    "ArchivedDocument",
    "Pair",
    "Place",
    "Restored",
    "Scanned",
    "collection_pairs",
    "collection_settings",
    "is_collection",
    "payload_of",
    "read_collection",
    "restore_collection",
    "scan_pair",
]

_NAME: Final = re.compile(r"(?P<stem>.+?)(?:-(?P<serial>\d{5}))?(?P<derived>\.derived)?\.warc\.gz")
#: The largest payload that a copied record is unpacked to.
_PAYLOAD_LIMIT: Final = 1 << 30
_RECORD_ID: Final = re.compile(rb"(?im)^WARC-Record-ID:[ \t]*(\S+)[ \t]*\r?$")


class Place(NamedTuple):
    """Where a gzip member stands.

    Attributes:
        file: name of the WARC file.
        offset, length: in bytes.
    """

    file: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Pair:
    """The two files of a collection that belong together.

    Attributes:
        serial: number in the collection, from 1.
        originals, derived: their final paths; either may be missing.
        open_originals, open_derived: whether they still have ``.open`` behind their names.
    """

    serial: int
    originals: Path | None = None
    derived: Path | None = None
    open_originals: bool = False
    open_derived: bool = False

    @property
    def is_open(self) -> bool:
        """Whether writing it was not finished."""
        return (
            self.open_originals
            or self.open_derived
            or self.originals is None
            or self.derived is None
        )

    def path_of(self, role: str) -> Path | None:
        """The file as it is called now; ``role`` is ``originals`` or ``derived``."""
        path = self.originals if role == "originals" else self.derived
        still_open = self.open_originals if role == "originals" else self.open_derived
        if path is None:
            return None
        return path.with_name(path.name + ".open") if still_open else path


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


@dataclass(frozen=True, slots=True)
class ArchivedDocument:
    """A document of a collection.

    Attributes:
        id: its name.
        status: ``cleaned``, ``rejected``, ``failed``.
        original: the payload; ``None`` where the collection does not hold it.
        text: the clean text; ``None`` where it was not cleaned.
        metadata: the metadata block, the ledger's fields apart.
        ledger: what leads from the text back to the original; ``None`` without a text.
    """

    id: str
    status: str
    original: bytes | None = field(repr=False)
    text: str | None = field(repr=False)
    metadata: Mapping[str, Any] = field(repr=False)
    ledger: Ledger | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Restored:
    """What became of one original.

    Attributes:
        id: of the document.
        path: the file that was written, if it was.
        problem: why it was not.
    """

    id: str
    path: Path | None
    problem: str | None = None


def is_collection(path: Path) -> bool:
    """Whether a folder is a collection, be it a finished one or not."""
    return (path / "archivetk" / "collection.json").is_file()


def collection_pairs(path: Path) -> list[Pair]:
    """The pairs of WARC files of a collection, in the order they were written.

    Raises:
        UnreadableError: where there is no collection.
    """
    folder = path / "archive"
    try:
        names = sorted(entry.name for entry in os.scandir(folder))
    except OSError as error:
        raise UnreadableError(
            f"{path} is not a collection: it has no folder 'archive'. "
            "Make one with: archivetk archive INPUT -o COLLECTION"
        ) from error
    found: dict[int, dict[str, Any]] = {}
    for name in names:
        final = name.removesuffix(".open")
        match = _NAME.fullmatch(final)
        if not match:
            continue
        serial = int(match["serial"] or 1)
        role = "derived" if match["derived"] else "originals"
        parts = found.setdefault(serial, {})
        if role in parts and parts[role].name != final:
            raise MalformedError(
                f"{folder} holds two files numbered {serial}: {parts[role].name} and {final}."
            )
        parts[role] = folder / final
        if name != final:
            parts[f"open_{role}"] = True
    return [Pair(serial, **parts) for serial, parts in sorted(found.items())]


def collection_settings(path: Path) -> tuple[Settings, dict[str, Any]]:
    """The settings of a collection, and all else that ``collection.json`` says.

    Raises:
        UnreadableError: where it cannot be read.
        SettingsError: where the settings are not such.
    """
    try:
        value = json.loads((path / "archivetk" / "collection.json").read_bytes())
        settings = value["settings"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UnreadableError(f"{path} does not say with which settings it was made.") from error
    return Settings.from_dict(settings), value


def warcinfo_settings(path: Path) -> Settings:
    """The settings that stand in the warcinfo record of a file of archivetk.

    Raises:
        UnreadableError, MalformedError: where there are none.
    """
    try:
        with path.open("rb") as file:
            first = next(walk_members(file), None)
    except OSError as error:
        raise UnreadableError(f"{path} cannot be read: {error.strerror or error}.") from error
    record = parse_record(first.data) if first else None
    for line in record.block.split(b"\r\n") if record else ():
        name, _, value = line.partition(b": ")
        if name == b"archivetk-settings":
            return Settings.from_dict(json.loads(value))
    if record is None:
        raise MalformedError(f"{path} is empty.")
    raise UnreadableError(
        f"{path} was not written by archivetk, or by another version of it: it names no settings. "
        "For other WARC files there is: archivetk check"
    )


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
        import base64

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


def payload_of(scanned: Scanned, first: bytes | None = None) -> bytes | None:
    """The payload of a document from its original's record.

    Args:
        scanned: the document.
        first: the record that a revisit refers to, unpacked.

    Returns:
        The payload; ``None`` where it is not in the record, or does not have its digest.
    """
    copied = scanned.facts["original"].get("copied")
    data = scanned.original_data
    if scanned.original_type == "revisit" and not copied:
        data = first
    if data is None:
        return None
    try:
        block = _foreign_payload(data) if copied else parse_record(data).block
    except ArchivetkError:
        return None
    if block is None:
        return None
    right = hashlib.sha256(block).hexdigest() == scanned.facts["original"].get("sha256")
    return block if right else None


def _foreign_payload(data: bytes) -> bytes | None:
    """The payload of a record that others wrote, behind its transfer and content codings."""
    from archivetk.readers import warc

    for record in warc.iter_records(BytesIO(data)):
        if isinstance(record, warc.WarcRecord):
            return warc.payload_of(record, _PAYLOAD_LIMIT).data
    return None


class FirstCopies:
    """Where each payload stands for the first time, for the revisits that refer to it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._places: dict[bytes, Place] = {}

    def note(self, scanned: Scanned) -> None:
        """Remember a whole original."""
        if scanned.original_type == "resource" and scanned.original:
            digest = bytes.fromhex(scanned.facts["original"]["sha256"])
            self._places.setdefault(digest, scanned.original)

    def record(self, scanned: Scanned) -> bytes | None:
        """The record that a revisit refers to, unpacked."""
        place = self._places.get(bytes.fromhex(scanned.facts["original"]["sha256"]))
        if place is None:
            return None
        for name in (place.file, place.file + ".open"):
            try:
                with (self._folder / name).open("rb") as file:
                    file.seek(place.offset)
                    return gunzip_member(file.read(place.length))
            except (OSError, MalformedError):
                continue
        return None


def scanned_documents(
    path: Path, report: ScanReport | None = None
) -> Iterator[tuple[Scanned, bytes | None]]:
    """The documents of a collection or of one pair of files, each with its payload.

    Args:
        path: folder of a collection, or one of the two WARC files.
        report: filled in as it goes.
    """
    if path.is_dir():
        pairs = collection_pairs(path)
        folder = path / "archive"
    else:
        pairs = [_pair_of(path)]
        folder = path.parent
    first = FirstCopies(folder)
    for pair in pairs:
        one = ScanReport()
        for scanned in scan_pair(pair, one):
            first.note(scanned)
            again = first.record(scanned) if scanned.original_type == "revisit" else None
            yield scanned, payload_of(scanned, again)
        if report is not None:
            report.problems += one.problems
            report.warcinfo += one.warcinfo


def _pair_of(path: Path) -> Pair:
    """The pair that a single file belongs to."""
    match = _NAME.fullmatch(path.name)
    if not match or not path.is_file():
        raise UnreadableError(
            f"{path} is neither a collection nor a WARC file that archivetk wrote."
        )
    base = path.name.removesuffix(".warc.gz").removesuffix(".derived")
    originals = path.with_name(f"{base}.warc.gz")
    derived = path.with_name(f"{base}.derived.warc.gz")
    return Pair(
        int(match["serial"] or 1),
        originals if originals.is_file() else None,
        derived if derived.is_file() else None,
    )


def read_collection(path: str | os.PathLike[str]) -> Iterator[ArchivedDocument]:
    """The documents of a collection, streaming, in the order they were archived.

    Args:
        path: of the collection, or of one of its WARC files.

    Raises:
        UnreadableError: where it is no collection.
        MalformedError: at the first document that is damaged; ``archivetk verify`` lists them all.
    """
    report = ScanReport()
    for scanned, payload in scanned_documents(Path(path), report):
        if scanned.problems:
            raise MalformedError(
                f"The document {scanned.facts.get('document-id')!r} is damaged: "
                f"{scanned.problems[0]} See: archivetk verify {os.fspath(path)}"
            )
        yield archived(scanned, payload)
    for file, offset, what in report.problems:
        raise MalformedError(
            f"{file} is damaged at byte {offset}: {what} See: archivetk verify {os.fspath(path)}"
        )


def archived(scanned: Scanned, payload: bytes | None) -> ArchivedDocument:
    """A document as the library gives it."""
    facts = dict(scanned.facts)
    text = ledger = None
    if scanned.text is not None:
        text = scanned.text.decode("utf-8", "surrogatepass")
        ledger = ledger_from(facts)
    for name in ("edits", "reasons", "byte-map"):
        facts.pop(name, None)
    return ArchivedDocument(
        str(facts["document-id"]), str(facts["status"]), payload, text, facts, ledger
    )


def restore_collection(
    path: str | os.PathLike[str], target: str | os.PathLike[str], *, overwrite: bool = False
) -> Iterator[Restored]:
    """Write every original back under its relative path, below a folder and never outside it.

    Rows go back into one file, in their order.  What the collection does not hold (records of
    a foreign WARC) is restored from the clean text and its ledger.

    Args:
        path: of the collection.
        target: folder to write to; made where it does not exist.
        overwrite: replace files that are there.

    Yields:
        What became of each document, in order.

    Raises:
        UnreadableError: where there is no collection.
    """
    folder = Path(target)
    rows: set[bytes] = set()
    for scanned, held in scanned_documents(Path(path)):
        source = scanned.facts["source"]
        name = str(scanned.facts.get("document-id"))
        try:
            payload = held if held is not None else _from_ledger(scanned)
            relative, row = file_and_row(str(source.get("ref", "")), source.get("media_type"))
            raw = name_bytes(relative)
            if source.get("record"):
                raw += b".records/" + _file_part(str(scanned.facts["document-id"])).encode()
            place = _below(folder, raw)
            more = row is not None and raw in rows
            if row is not None:
                rows.add(raw)
            _write(place, payload, append=more, overwrite=overwrite)
        except (RestoreError, OSError, ValueError) as error:
            yield Restored(name, None, str(error))
        else:
            yield Restored(name, place)


def _from_ledger(scanned: Scanned) -> bytes:
    if scanned.text is None:
        if scanned.facts["original"].get("bytes") == 0 and scanned.original:
            return b""
        raise RestoreError("The collection does not hold its original.")
    try:
        document = archived(scanned, None)
    except ArchivetkError as error:
        raise RestoreError(str(error)) from error
    assert document.ledger is not None
    assert document.text is not None
    data = document.ledger.restore(document.text)
    if hashlib.sha256(data).hexdigest() != scanned.facts["original"].get("sha256"):
        raise RestoreError("Text and ledger do not give the original back.")
    return data


def _file_part(name: str) -> str:
    """One part of a path, out of any name."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", name.strip("<>"))[-120:].lstrip(".") or "record"


def _below(folder: Path, relative: bytes) -> Path:
    """The path of a file below a folder.

    Raises:
        RestoreError: where the name would lead outside, also by way of a link.
    """
    parts = relative.split(b"/")
    if any(part in {b"", b".", b".."} or b"\0" in part for part in parts) or (
        os.name == "nt" and any(b":" in part or b"\\" in part for part in parts)
    ):
        raise RestoreError(f"{relative!r} is not a path below a folder; it was not written.")
    place = folder.joinpath(*(os.fsdecode(part) for part in parts))
    root = folder.resolve()
    parent = place.parent.resolve()
    if parent != root and root not in parent.parents:
        raise RestoreError(f"{relative!r} leads outside the folder; it was not written.")
    return place


def _write(path: Path, data: bytes, *, append: bool, overwrite: bool) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    if append:
        flags |= os.O_APPEND
    elif overwrite:
        flags |= os.O_TRUNC
    else:
        flags |= os.O_EXCL
    try:
        handle = os.open(path, flags, 0o666)
    except FileExistsError as error:
        raise RestoreError(f"{path} exists already; it was not overwritten.") from error
    with os.fdopen(handle, "wb") as file:
        file.write(data)

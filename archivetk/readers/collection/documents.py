"""The documents of a collection: text, metadata, ledger, and the original."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from archivetk.document import Ledger
from archivetk.errors import ArchivetkError, MalformedError
from archivetk.provenance import ledger_from
from archivetk.readers.collection.pairs import Place, collection_pairs, pair_of
from archivetk.readers.collection.scan import Scanned, ScanReport, scan_pair
from archivetk.records import gunzip_member, parse_record

__all__ = [
    "ArchivedDocument",
    "archived",
    "payload_of",
    "read_collection",
    "scanned_documents",
]

#: The largest payload that a copied record is unpacked to.
_PAYLOAD_LIMIT: Final = 1 << 30


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
                f"{scanned.problems[0].rstrip('.')}. "
                f"To see all of it: archivetk verify {os.fspath(path)}"
            )
        yield archived(scanned, payload)
    for file, offset, what in report.problems:
        raise MalformedError(
            f"{file} is damaged at byte {offset}: {what.rstrip('.')}. "
            f"To see all of it: archivetk verify {os.fspath(path)}"
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
        pairs = [pair_of(path)]
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

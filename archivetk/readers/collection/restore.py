"""Every original back under its relative path, below a folder and never outside it."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import lzma
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archivetk.errors import ArchivetkError, RestoreError
from archivetk.names import file_and_row, name_bytes
from archivetk.readers.collection.documents import archived, scanned_documents
from archivetk.readers.collection.scan import Scanned, ScanReport

__all__ = ["Restored", "packed_as", "place_below", "restore_collection", "write_original"]


@dataclass(frozen=True, slots=True)
class Restored:
    """What became of one original.

    Attributes:
        id: of the document.
        path: the file that was written, if it was.
        problem: why it was not.
        rejected: why it could not be: a rejected document has neither text nor ledger, and only a
            collection holds its original.
    """

    id: str
    path: Path | None
    problem: str | None = None
    rejected: str | None = None


def restore_collection(
    path: str | os.PathLike[str], target: str | os.PathLike[str], *, overwrite: bool = False
) -> Iterator[Restored]:
    """Write every original back under its relative path, below a folder and never outside it.

    Rows go back into one file, in their order, packed again where its name says that it was; of
    several captures of a file, the later ones get their dates behind the name.  What could not be
    read has no original.  What the collection does not hold (records of a foreign WARC) is
    restored from the clean text and its ledger.

    Args:
        path: of the collection.
        target: folder to write to; made where it does not exist.
        overwrite: replace files that are there.

    Yields:
        What became of each document, in order; then each damage, behind which originals may be
        missing.

    Raises:
        UnreadableError: where there is no collection.
    """
    folder = Path(target)
    written: set[bytes] = set()
    report = ScanReport()
    for scanned, held in scanned_documents(Path(path), report):
        facts = scanned.facts
        name = str(facts.get("document-id"))
        if "sha256" not in facts["original"]:
            continue  # it could not be read, so there is no original
        try:
            payload = held if held is not None else _from_ledger(scanned)
            raw, is_row = _relative(facts)
            again = raw in written
            if again and not is_row:
                # another capture of the same file, from a later run
                raw += b"." + _file_part(f"{facts['date']}-{name}").encode()
            written.add(raw)
            place = place_below(folder, raw)
            if is_row:
                payload = packed_as(raw, payload)
            write_original(place, payload, append=is_row and again, overwrite=overwrite)
        except (RestoreError, OSError, ValueError) as error:
            yield Restored(name, None, str(error))
        else:
            yield Restored(name, place)
    for file, offset, what in report.problems:
        yield Restored(f"{file}:{offset}", None, what)


def _relative(facts: Mapping[str, Any]) -> tuple[bytes, bool]:
    """The path of a document below the folder, and whether it is a row of that file."""
    source = facts["source"]
    record = source.get("record")
    if record:
        part = _file_part(str(record.get("record_id") or facts["document-id"]))
        return name_bytes(str(record.get("warc"))) + b".records/" + part.encode(), False
    name, row = file_and_row(str(source.get("ref", "")), source.get("media_type"))
    return name_bytes(name), row is not None


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


def place_below(folder: Path, relative: bytes) -> Path:
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


def packed_as(name: bytes, data: bytes) -> bytes:
    """Rows of a packed file packed again, as its name says; a stream for each unpacks to all.

    Raises:
        RestoreError: where the package for zstd is missing.
    """
    ending = name.rpartition(b".")[2].lower()
    if ending == b"gz":
        return gzip.compress(data, mtime=0)
    if ending == b"bz2":
        return bz2.compress(data)
    if ending == b"xz":
        return lzma.compress(data)
    if ending in {b"zst", b"zstd"}:
        try:
            import zstandard
        except ImportError as error:
            raise RestoreError(
                "It is packed with zstd. Install the package for it with: "
                "python -m pip install zstandard"
            ) from error
        return zstandard.ZstdCompressor().compress(data)
    return data


def write_original(path: Path, data: bytes, *, append: bool, overwrite: bool) -> None:
    """Write a file, or append to it, without following a link.

    Raises:
        RestoreError: where it is there already and may not be replaced.
    """
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

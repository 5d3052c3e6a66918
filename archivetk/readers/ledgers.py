"""Originals from records: a JSON Lines file that was written with its changes is enough."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from archivetk.errors import RestoreError, UnreadableError
from archivetk.names import file_and_row, name_bytes
from archivetk.readers.collection import Restored, packed_as, place_below, write_original
from archivetk.readers.jsonl import DAMAGE, open_packed
from archivetk.writers.jsonl import ledger_of

__all__ = ["restore_records"]


def restore_records(
    path: str | os.PathLike[str], target: str | os.PathLike[str], *, overwrite: bool = False
) -> Iterator[Restored]:
    """Write the original behind every record below a folder, from text and ledger alone.

    Args:
        path: JSON Lines as ``archivetk clean --format jsonl --changes`` writes it.
        target: folder to write to; made where it does not exist.
        overwrite: replace files that are there.

    Yields:
        What became of each record, in order.

    Raises:
        UnreadableError: where the file cannot be opened.
    """
    rows: set[bytes] = set()
    try:
        opened = open_packed(os.fspath(path))
    except OSError as error:
        raise UnreadableError(
            f"{os.fspath(path)} cannot be read: {error.strerror or error}."
        ) from error
    with opened as file:
        number = 0
        try:
            for number, line in enumerate(file, 1):
                yield _restored(f"line {number}", line, Path(target), rows, overwrite=overwrite)
        except DAMAGE as error:
            yield Restored(
                f"line {number + 1}", None, f"the file breaks off or is damaged: {error}"
            )


def _restored(
    name: str, line: bytes, folder: Path, rows: set[bytes], *, overwrite: bool
) -> Restored:
    """What became of one record; ``name`` is what it is called where it does not say."""
    try:
        record = json.loads(line)
    except ValueError:
        return Restored(name, None, "it is no record: not one JSON object on the line")
    try:
        name = str(record["id"])
        if record["status"] == "rejected":
            return Restored(name, None, rejected=str(record["reason"]))
        if record["status"] != "cleaned":
            return Restored(name, None, f"it was not cleaned: {record['reason']}")
        if "changes" not in record:
            return Restored(name, None, "its record was written without --changes")
        payload = ledger_of(record).restore(record["text"])
        if hashlib.sha256(payload).hexdigest() != record["source_sha256"]:
            raise RestoreError(
                "Text and ledger do not give the original back: one of them was edited. "
                "Restore from the collection, or clean the source again."
            )
        return Restored(name, _put(record, payload, folder, rows, overwrite=overwrite))
    except (RestoreError, OSError, ValueError, KeyError, TypeError) as error:
        return Restored(name, None, str(error) or type(error).__name__)


def _put(
    record: Mapping[str, Any], payload: bytes, folder: Path, rows: set[bytes], *, overwrite: bool
) -> Path:
    """Write one original; rows go back into one file, in their order."""
    is_row = "row.value" in (record.get("counts") or {})
    relative, row = file_and_row(str(record["source"]), "application/json" if is_row else None)
    raw = name_bytes(relative)
    place = place_below(folder, raw)
    if row is not None:
        payload = packed_as(raw, payload)
    write_original(place, payload, append=row is not None and raw in rows, overwrite=overwrite)
    if row is not None:
        rows.add(raw)
    return place

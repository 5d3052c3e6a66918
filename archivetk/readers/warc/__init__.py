"""Reading web archives: WARC 0.17 to 1.1 and ARC, in gzip, zstd, LZ4, WACZ or plain.

    members      bytes of a file -> bytes of its members, each checked
    feed         those bytes as a stream that knows its members
    records      bytes of members -> records, and the damage between them
    http         block -> status, headers, payload behind its codings
    payload      payload -> page, plain text, or something else
    containers   WACZ -> the archives in it
    documents    archive -> documents, failures, and a count of the rest

Nothing in it trusts a length, a name or a header: what one record may cost is bounded by
:class:`Limits`, and damage is told and passed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO

from archivetk.readers.warc.containers import archives_in
from archivetk.readers.warc.documents import Originals, Payload, Skipped, payload_of, sources
from archivetk.readers.warc.members import Damage
from archivetk.readers.warc.records import Limits, WarcRecord, read_records

__all__ = [
    "Damage",
    "Limits",
    "Originals",
    "Payload",
    "Skipped",
    "WarcRecord",
    "iter_records",
    "payload_of",
    "sources",
]


def iter_records(
    path: Path | str | IO[bytes], limits: Limits | None = None
) -> Iterator[WarcRecord | Damage]:
    """The records of an archive in order, and what is damaged between them.

    Args:
        path: a WARC, ARC, WET or WACZ, packed or not; or one open for reading, stdin too.
        limits: what one record may cost.

    Raises:
        OSError: where the file cannot be read.
        archivetk.errors.MalformedError: where a WACZ is no readable zip.
    """
    limits = limits or Limits()
    if isinstance(path, (str, Path)):
        with Path(path).open("rb") as file:
            yield from iter_records(file, limits)
        return
    with archives_in(path, limits.entry) as archives:
        for inner in archives:
            yield from read_records(inner.open(), limits)

"""Counts in a file, to go on counting later: a ZIP of plain arrays and a JSON header."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path
from typing import Any, Final

import numpy as np

from archivetk.corpus.counts import Counts, Table
from archivetk.errors import UsageError
from archivetk.sitemodel import PLACES

__all__ = ["load_counts", "save_counts"]

_FORMAT: Final = "archivetk-site-counts"
_VERSION: Final = 2
_DATE: Final = (1980, 1, 1, 0, 0, 0)  # a file of equal counts has equal bytes


def save_counts(counts: Counts, path: Path) -> None:
    """Write counts; the file appears under its name only when it is whole.

    Raises:
        UsageError: where it cannot be written.
    """
    names = sorted(counts.sites)
    place = {name: index for index, name in enumerate(names)}
    numbers = [place[name] for name in counts.sites]
    head = {
        "format": _FORMAT,
        "version": _VERSION,
        "places": PLACES,
        "sites": [[name, counts.documents.get(name, 0)] for name in names],
    }
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:

            def put(name: str, data: bytes) -> None:
                file.writestr(
                    zipfile.ZipInfo(name, _DATE), data, zipfile.ZIP_DEFLATED, compresslevel=1
                )

            put("head.json", json.dumps(head, ensure_ascii=False).encode("utf-8", "surrogatepass"))
            put("seen", np.array(sorted(counts.seen), "<u8").tobytes())
            for bucket, table in enumerate(counts.buckets()):
                rows = table.renumbered(numbers) if numbers else table
                rows = rows.take(np.lexsort((rows.hash, rows.site)))
                put(f"{bucket:02d}/site", rows.site.astype("<u4").tobytes())
                put(f"{bucket:02d}/hash", rows.hash.astype("<u8").tobytes())
                put(f"{bucket:02d}/places", rows.places.astype("<u4").tobytes())
                put(f"{bucket:02d}/size", rows.size.astype("<u2").tobytes())
                put(f"{bucket:02d}/texts", rows.texts)
        with part.open("rb") as file_to_sync:
            os.fsync(file_to_sync.fileno())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise UsageError(f"The counts cannot be written to {path}: {error}") from error


def load_counts(counts: Counts, path: Path) -> None:
    """Add the counts of a file.

    Raises:
        UsageError: where it cannot be read, is no file of counts, or holds a page that was
            counted already.
    """
    try:
        with zipfile.ZipFile(path) as file:
            _load(counts, file)
    except (OSError, zipfile.BadZipFile, ValueError, KeyError, TypeError, EOFError) as error:
        raise UsageError(
            f"The counts {path} cannot be used: {error!s:.200}. "
            "Give a file that `archivetk learn --counts` wrote, or a new name."
        ) from error


def _load(counts: Counts, file: zipfile.ZipFile) -> None:
    head: Any = json.loads(file.read("head.json").decode("utf-8", "surrogatepass"))
    if head["format"] != _FORMAT or head["version"] != _VERSION:
        raise ValueError("it is no file of counts, or one of another version")
    if head["places"] != list(PLACES):
        raise ValueError("it counts other places")
    for name, documents in head["sites"]:
        if not isinstance(name, str) or not isinstance(documents, int) or documents < 0:
            raise ValueError("its list of sites is damaged")
    seen = np.frombuffer(file.read("seen"), "<u8").tolist()
    counts.check_apart(seen)
    tables = sorted({name.split("/")[0] for name in file.namelist() if "/" in name})
    numbers = [counts.number(name) for name, _ in head["sites"]]
    for bucket in tables:
        table = Table(
            np.frombuffer(file.read(f"{bucket}/site"), "<u4"),
            np.frombuffer(file.read(f"{bucket}/hash"), "<u8"),
            np.frombuffer(file.read(f"{bucket}/places"), "<u4").reshape(-1, len(PLACES)),
            np.frombuffer(file.read(f"{bucket}/size"), "<u2"),
            file.read(f"{bucket}/texts"),
        )
        rows = len(table.hash)
        if (
            not len(table.site) == len(table.places) == len(table.size) == rows
            or int(table.size.sum(dtype=np.int64)) != len(table.texts)
            or (rows and int(table.site.max()) >= len(numbers))
        ):
            raise ValueError("its arrays do not fit each other")
        if rows:
            counts.add_table(table.renumbered(numbers))
    counts.seen.update(seen)
    for name, documents in head["sites"]:
        counts.documents[name] = counts.documents.get(name, 0) + documents

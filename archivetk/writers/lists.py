"""What a collection lists: its index, its pages, its documents; made from the WARC files.

While a run goes on they stand under names that end in ``.open``; :meth:`Lists.publish` gives all
three theirs, so that they always belong together.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, Final

from archivetk.readers.collection import Place
from archivetk.writers.cdxj import SortedLines, cdxj_line
from archivetk.writers.warc import fsync_folder

__all__ = ["DOCUMENTS", "Lists", "place_fields"]

DOCUMENTS: Final = "archivetk/documents.jsonl"
_INDEX: Final = "indexes/index.cdxj"
_PAGES: Final = "pages/pages.jsonl"
_PAGES_HEAD: Final = {
    "format": "json-pages-1.0",
    "id": "pages",
    "title": "All Pages",
    "hasText": True,
}


class Lists:
    """The three lists of a collection, open to be added to.

    Args:
        path: folder of the collection.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lines: SortedLines | None = None
        self._spools: dict[str, IO[bytes]] = {}
        self._anew = False

    def open(self, *, anew: bool = False) -> None:
        """Open them with what stands in them, or empty; nothing where they are open already."""
        if self._spools:
            return
        self._anew = anew
        self._lines = SortedLines(self._path / "indexes")
        for name in (_PAGES, DOCUMENTS):
            path = self._path / name
            spool = path.with_name(path.name + ".open").open("wb")
            self._spools[name] = spool
            if path.is_file() and not anew:
                with path.open("rb") as old:
                    while chunk := old.read(1 << 20):
                        spool.write(chunk)
            elif name == _PAGES:
                spool.write(json.dumps(_PAGES_HEAD).encode("utf-8") + b"\n")

    def add_capture(self, fields: Mapping[str, Any], place: Place, kind: str) -> None:
        """Put an original into the index.

        Args:
            fields: what the index says of it, but for its place.
            place: of its record.
            kind: of its record; a ``revisit`` says so.
        """
        rest = {key: value for key, value in fields.items() if key not in {"url", "date"}}
        if kind == "revisit":
            rest["mime"] = "warc/revisit"
        rest |= {
            "length": str(place.length),
            "offset": str(place.offset),
            "filename": place.file,
        }
        assert self._lines is not None
        self._lines.add(cdxj_line(fields["url"], fields["date"], rest))

    def add_page(self, page: str) -> None:
        """Add a line to the pages."""
        self._spools[_PAGES].write(page.encode("utf-8") + b"\n")

    def add_document(self, row: Mapping[str, Any]) -> None:
        """Add a line to the documents."""
        line = json.dumps(row, ensure_ascii=True, separators=(",", ":"))
        self._spools[DOCUMENTS].write(line.encode("ascii") + b"\n")

    def write(self) -> None:
        """Bring all of them to the disk, still under the names that end in ``.open``."""
        assert self._lines is not None
        index = self._path / _INDEX
        with index.with_name(index.name + ".open").open("wb") as file:
            old = index.open("rb") if index.is_file() and not self._anew else None
            try:
                self._lines.write_to(file, old or ())
            finally:
                if old:
                    old.close()
            _flush(file)
        self._lines.clear()
        for spool in self._spools.values():
            _flush(spool)
            spool.close()
        self._spools = {}

    def publish(self) -> None:
        """Give what was written its names."""
        for name in (_INDEX, _PAGES, DOCUMENTS):
            path = self._path / name
            path.with_name(path.name + ".open").replace(path)
            fsync_folder(path.parent)

    def abandon(self) -> None:
        """Leave them as they are; the next run makes them again."""
        for spool in self._spools.values():
            spool.close()
        self._spools = {}


def place_fields(place: Place) -> dict[str, Any]:
    """A place as the list of documents has it."""
    return {"file": place.file, "offset": place.offset, "length": place.length}


def _flush(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())

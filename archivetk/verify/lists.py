"""The files beside the documents of a collection: do they say what its records say?"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from archivetk.errors import MalformedError
from archivetk.readers.collection import Scanned
from archivetk.records import gunzip_member
from archivetk.verify.verdict import Verdict

__all__ = ["Lists", "files"]

_DOCUMENTS: Final = "archivetk/documents.jsonl"


class Lists:
    """The list of documents and the index, compared with the records as they are met."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._lines = self._rows()
        self._problem: str | None = None
        self._expected = 0

    def _rows(self) -> Iterator[dict[str, Any]]:
        try:
            with (self._place / _DOCUMENTS).open("rb") as file:
                for line in file:
                    yield json.loads(line)
        except (OSError, ValueError) as error:
            self._problem = f"The list of documents cannot be read: {error}."

    def check(self, scanned: Scanned) -> None:
        """Compare a document with its line."""
        if scanned.original is not None and not scanned.facts["original"].get("target-uri"):
            return
        self._expected += scanned.original is not None
        if self._problem:
            return
        row = next(self._lines, None)
        if row is None:
            if not self._problem:
                self._problem = (
                    f"The list of documents does not name {scanned.facts['document-id']!r}."
                )
            return
        try:
            same = (
                row["id"] == scanned.facts["document-id"]
                and row["derived"]["offset"] == scanned.derived.offset
                and row["derived"]["file"] == scanned.derived.file
            )
        except (KeyError, TypeError) as error:
            self._problem = f"The list of documents is damaged: {error}"
            return
        if not same:
            self._problem = (
                f"The list of documents has {row['id']!r} where the archive has "
                f"{scanned.facts['document-id']!r}."
            )

    def rest(self) -> Iterator[Verdict]:
        """What the lists name and the records do not hold."""
        if not self._problem:
            for row in self._lines:
                yield Verdict(
                    str(row.get("id")),
                    "document",
                    "damaged",
                    reason="The list of documents names it, but its records are missing.",
                    file=_DOCUMENTS,
                )
        if self._problem:
            yield Verdict(_DOCUMENTS, "file", "damaged", reason=self._problem, file=_DOCUMENTS)
        yield from self._captures()

    def _captures(self) -> Iterator[Verdict]:
        name = "indexes/index.cdxj"
        count = 0
        try:
            with (self._place / name).open("rb") as file:
                for line in file:
                    count += 1
                    try:
                        fields = json.loads(line.split(b" ", 2)[2])
                        self._record(fields)
                    except (ValueError, KeyError, IndexError, OSError, MalformedError) as error:
                        yield Verdict(
                            name,
                            "file",
                            "damaged",
                            reason=f"Line {count} does not lead to a record: {error}",
                            file=name,
                        )
        except OSError as error:
            yield Verdict(name, "file", "damaged", reason=f"It cannot be read: {error.strerror}.")
            return
        if count < self._expected:
            yield Verdict(
                name,
                "file",
                "damaged",
                reason=f"It lists {count} captures, the archive holds {self._expected}.",
                file=name,
            )

    def _record(self, fields: Mapping[str, Any]) -> None:
        file_name = str(fields["filename"])
        if "/" in file_name or "\\" in file_name:
            raise MalformedError(f"{file_name!r} is not the name of a file")
        with (self._place / "archive" / file_name).open("rb") as file:
            file.seek(int(fields["offset"]))
            data = gunzip_member(file.read(int(fields["length"])))
        head = data[: data.find(b"\r\n\r\n")]
        if str(fields["url"]).encode("utf-8") not in head:
            raise MalformedError(f"the record there is not that of {fields['url']}")


def files(place: Path) -> Iterator[Verdict]:
    """What the list of files says that is not so."""
    name = "datapackage.json"
    try:
        data = (place / name).read_bytes()
        package = json.loads(data)
        listed = {one["path"]: (one["bytes"], one["hash"]) for one in package["resources"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        yield Verdict(
            name,
            "file",
            "damaged",
            reason=f"The list of files cannot be read ({error}). A run that was ended before its "
            "time leaves none; the same command takes it up.",
        )
        return
    try:
        stated = json.loads((place / "datapackage-digest.json").read_bytes())
        if stated != {"path": name, "hash": f"sha256:{hashlib.sha256(data).hexdigest()}"}:
            reason = "It does not have the digest that datapackage-digest.json states."
            yield Verdict(name, "file", "damaged", reason=reason, file=name)
    except (OSError, ValueError):
        yield Verdict("datapackage-digest.json", "file", "damaged", reason="It cannot be read.")
    there = {
        f"{folder}/{entry.name}"
        for folder in ("archive", "archivetk", "indexes", "pages")
        if (place / folder).is_dir()
        for entry in os.scandir(place / folder)
    }
    for path in sorted(there - set(listed)):
        yield Verdict(path, "file", "damaged", reason="The list of files does not name it.")
    for path, (size, digest) in sorted(listed.items()):
        if path not in there:
            yield Verdict(str(path), "file", "damaged", reason="It is missing.", file=str(path))
            continue
        right, seen = _measured(place / path)
        if seen != size or f"sha256:{right}" != digest:
            reason = "It does not have the digest that datapackage.json states."
            if seen != size:
                reason = f"It has {seen} bytes, datapackage.json states {size}."
            yield Verdict(str(path), "file", "damaged", reason=reason, file=str(path))


def _measured(path: Path) -> tuple[str, int]:
    digest = hashlib.sha256()
    size = 0
    try:
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
                size += len(chunk)
    except OSError:
        return "", -1
    return digest.hexdigest(), size

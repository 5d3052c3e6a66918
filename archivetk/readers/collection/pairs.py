"""The WARC files of a collection, two and two, and the settings they were made with."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from archivetk.errors import MalformedError, UnreadableError
from archivetk.records import parse_record, walk_members
from archivetk.settings import Settings

__all__ = [
    "Pair",
    "Place",
    "archived_settings",
    "collection_pairs",
    "is_collection",
    "pair_of",
]

_NAME: Final = re.compile(r"(?P<stem>.+?)(?:-(?P<serial>\d{5}))?(?P<derived>\.derived)?\.warc\.gz")


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


def archived_settings(path: Path) -> Settings:
    """The settings that a collection, or one of its WARC files, was made with.

    Raises:
        UnreadableError, MalformedError: where there are none.
        SettingsError: where the settings are not such.
    """
    return _of_collection(path) if path.is_dir() else _of_file(path)


def _of_collection(path: Path) -> Settings:
    """The settings in ``collection.json``."""
    try:
        settings = json.loads((path / "archivetk" / "collection.json").read_bytes())["settings"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UnreadableError(f"{path} does not say with which settings it was made.") from error
    return Settings.from_dict(settings)


def _of_file(path: Path) -> Settings:
    """The settings in the warcinfo record of a file of archivetk."""
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


def pair_of(path: Path) -> Pair:
    """The pair that a single file belongs to."""
    match = _NAME.fullmatch(path.name)
    if not path.exists():
        raise UnreadableError(f"There is no such file or folder: {path}. Check the path.")
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

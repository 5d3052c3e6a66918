"""The list of a collection's files: what is there, how large, with which digest."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from archivetk.version import __version__
from archivetk.writers.warc import replace_file

__all__ = [
    "FOLDERS",
    "PACKAGE",
    "PACKAGE_DIGEST",
    "finished_sizes",
    "json_file",
    "measure",
    "write_package",
]

#: The folders of a collection.
FOLDERS: Final = ("archive", "archivetk", "indexes", "pages")
PACKAGE: Final = "datapackage.json"
PACKAGE_DIGEST: Final = "datapackage-digest.json"


def finished_sizes(path: Path) -> dict[str, tuple[int, str]] | None:
    """Sizes and digests of the WARC files, where the list of files names all that is there.

    Returns:
        ``None`` where it does not: the collection was not finished, or has been touched.
    """
    try:
        package = json.loads((path / PACKAGE).read_bytes())
        listed = {one["path"]: (one["bytes"], one["hash"]) for one in package["resources"]}
    except (OSError, ValueError, KeyError, TypeError):
        return None
    there = {
        f"{folder}/{entry.name}": entry.stat().st_size
        for folder in FOLDERS
        if (path / folder).is_dir()
        for entry in os.scandir(path / folder)
    }
    if there != {name: size for name, (size, _) in listed.items()}:
        return None
    return {
        name: (size, digest.partition(":")[2])
        for name, (size, digest) in listed.items()
        if name.startswith("archive/")
    }


def write_package(path: Path, known: Mapping[str, tuple[int, str]], date: str) -> None:
    """Write ``datapackage.json``: every file with its size and SHA-256 (WACZ 1.1.1).

    Args:
        path: of the collection.
        known: size and digest of the WARC files, so that they need not be read again.
        date: of the run.
    """
    resources = []
    created = date
    try:
        created = json.loads((path / PACKAGE).read_bytes())["created"]
    except (OSError, ValueError, KeyError, TypeError):
        created = date
    for name in _listed(path):
        size, digest = known.get(name) or measure(path / name)
        resources.append(
            {
                "name": name.rpartition("/")[2],
                "path": name,
                "hash": f"sha256:{digest}",
                "bytes": size,
            }
        )
    package = {
        "profile": "data-package",
        "wacz_version": "1.1.1",
        "title": "Originals and their clean texts",
        "software": f"archivetk {__version__}",
        "created": created,
        "modified": date,
        "resources": resources,
    }
    data = json_file(package)
    own = {"path": PACKAGE, "hash": f"sha256:{hashlib.sha256(data).hexdigest()}"}
    replace_file(path / PACKAGE_DIGEST, json_file(own))
    replace_file(path / PACKAGE, data)


def _listed(path: Path) -> Iterator[str]:
    """The files of a collection that its list of files names, sorted."""
    for folder in ("archive", "archivetk", "indexes", "pages"):
        for name in sorted(entry.name for entry in os.scandir(path / folder)):
            yield f"{folder}/{name}"


def measure(path: Path) -> tuple[int, str]:
    """Size and SHA-256 of a file."""
    digest = hashlib.sha256()
    size = 0
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
            size += len(chunk)
    return size, digest.hexdigest()


def json_file(value: Any) -> bytes:
    """A value as the small files of a collection hold it: ASCII, indented, one LF at the end."""
    return json.dumps(value, indent=2, ensure_ascii=True).encode("ascii") + b"\n"

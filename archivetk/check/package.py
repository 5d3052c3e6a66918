"""Collections and WACZ files: what the manifest and the index say of the archives.

gzip cannot show that a file has lost its last records, nor a change of a byte that no checksum
covers.  The manifest ``datapackage.json`` (WACZ 1.1.1, 5.2.5) has the digest of every file, and the
index has the place of every record: both are compared with what is there.
"""

from __future__ import annotations

import json
import os
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final, Protocol

from archivetk.check.findings import RULES, Finding, section_of
from archivetk.readers.warc.digests import hasher, parse_digest

__all__ = ["Folder", "Package", "Zip", "check_index", "check_manifest"]

MANIFEST: Final = "datapackage.json"
_DIGEST: Final = "datapackage-digest.json"
_JSON_LIMIT: Final = 1 << 24
_LINE_LIMIT: Final = 1 << 20
_UNPACKED_LIMIT: Final = 1 << 32
_ARCHIVES: Final = "archive/"


class Package(Protocol):
    """The files of a collection, wherever they stand."""

    name: str

    def names(self) -> list[str]:
        """All files, with ``/`` between folders, sorted."""

    def open(self, name: str) -> IO[bytes]:
        """Open one of them.

        Raises:
            OSError: where it cannot be read.
            zipfile.BadZipFile: where the zip is broken.
        """


class Folder:
    """A collection as a folder."""

    def __init__(self, path: Path, name: str) -> None:
        self.path = path
        self.name = name

    def names(self) -> list[str]:
        """All files, links left out."""
        found = []
        for folder, folders, files in os.walk(self.path):
            folders.sort()
            base = Path(folder)
            found += [
                (base / one).relative_to(self.path).as_posix()
                for one in files
                if not (base / one).is_symlink()
            ]
        return sorted(found)

    def open(self, name: str) -> IO[bytes]:
        """Open one of them; the name was found by :meth:`names`."""
        return (self.path / name).open("rb")


class Zip:
    """A collection as a WACZ."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self.archive = archive
        self.name = name

    def names(self) -> list[str]:
        """All files in it."""
        return sorted({one.filename for one in self.archive.infolist() if not one.is_dir()})

    def open(self, name: str) -> IO[bytes]:
        """Open one of them; its CRC-32 is checked when it is read to its end."""
        return self.archive.open(name)


def _finding(package: Package, rule: str, message: str, name: str = MANIFEST) -> Finding:
    return Finding(
        f"{package.name}/{name}",
        0,
        None,
        rule,
        section_of(rule, None),
        RULES[rule].severity,
        message,
    )


def check_manifest(package: Package) -> Iterator[Finding]:
    """Compare every file with the manifest, and the manifest with its own digest."""
    names = package.names()
    if not any(name.startswith(_ARCHIVES) for name in names):
        yield _finding(package, "package-empty", "there is no file in archive/", _ARCHIVES)
    if MANIFEST not in names:
        yield _finding(package, "package-missing", "the manifest is missing")
        return
    try:
        with package.open(MANIFEST) as file:
            data = file.read(_JSON_LIMIT + 1)
        if len(data) > _JSON_LIMIT:
            raise ValueError(f"it is larger than {_JSON_LIMIT} bytes")
        listed = dict(_resource(one) for one in json.loads(data)["resources"])
    except _BROKEN as error:
        yield _finding(package, "package-syntax", f"the manifest cannot be read: {_said(error)}")
        return
    if _DIGEST in names:
        yield from _own_digest(package, data)
    for name, (size, digest) in listed.items():
        if name.startswith("/") or "\\" in name or ".." in name.split("/"):
            yield _finding(package, "package-path", f"{name[:120]!a} leads out of the package")
        elif name not in names:
            yield _finding(package, "package-file-missing", "the manifest lists it", name)
        else:
            yield from _compare(package, name, size, digest)
    for name in names:
        if name not in listed and name not in {MANIFEST, _DIGEST} and "/" in name:
            yield _finding(package, "package-file-unlisted", "the manifest does not list it", name)


_BROKEN: Final = (
    OSError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    RecursionError,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
)


def _said(error: BaseException) -> str:
    return f"{type(error).__name__} {str(error)[:120]}"


def _resource(one: Any) -> tuple[str, tuple[int | None, str | None]]:
    """Path, size and digest of a resource, in the form of WACZ 1 or of its first draft."""
    stats = one.get("stats") or {}
    size = one.get("bytes", stats.get("bytes"))
    digest = one.get("hash")
    if digest is None and stats.get("hash"):
        digest = f"{one.get('hashing', 'sha256')}:{stats['hash']}"
    if not isinstance(one["path"], str) or not isinstance(digest, (str, type(None))):
        raise TypeError("a path or a hash is no text")
    return one["path"], (size if isinstance(size, int) else None, digest)


def _own_digest(package: Package, data: bytes) -> Iterator[Finding]:
    try:
        with package.open(_DIGEST) as file:
            own = json.loads(file.read(_JSON_LIMIT))
        if own["path"] != MANIFEST:
            raise ValueError(f"it is about {own['path']!a:.120}, not about the manifest")
        digest = parse_digest(own["hash"])
    except _BROKEN as error:
        yield _finding(package, "package-syntax", f"it cannot be read: {_said(error)}", _DIGEST)
        return
    if digest is None or digest.value is None:
        yield _finding(package, "package-syntax", "the digest in it is none", _DIGEST)
    else:
        found = hasher(digest.algorithm)
        found.update(data)
        if not digest.fits(found.digest()):
            yield _finding(
                package, "package-digest", "the manifest has another digest than stated", _DIGEST
            )
        elif own["hash"] != f"{digest.algorithm}:{found.hexdigest()}":
            yield _finding(
                package, "package-syntax", "the digest in it is not in lower-case base16", _DIGEST
            )


def _compare(
    package: Package, name: str, size: int | None, stated: str | None
) -> Iterator[Finding]:
    digest = parse_digest(stated) if stated else None
    if stated and (digest is None or (digest.known and digest.value is None)):
        yield _finding(package, "package-syntax", f"the hash of {name[:120]!a} is none")
        digest = None
    algorithm = digest.algorithm if digest is not None and digest.value is not None else "sha256"
    try:
        found = hasher(algorithm)
        seen = 0
        with package.open(name) as file:
            while piece := file.read(1 << 20):
                found.update(piece)
                seen += len(piece)
    except _BROKEN as error:
        yield _finding(package, "zip-broken", f"it cannot be read: {_said(error)}", name)
        return
    if size is not None and size != seen:
        yield _finding(
            package, "package-file-size", f"it has {seen} bytes, the manifest says {size}", name
        )
    elif digest is not None and digest.value is not None and not digest.fits(found.digest()):
        yield _finding(
            package, "package-file-digest", "its digest is not the one in the manifest", name
        )


def check_index(
    package: Package, places: dict[str, dict[int, int | None] | None]
) -> Iterator[Finding]:
    """Look for every record that the index names.

    Args:
        package: the collection.
        places: of each archive, by its base name, the offsets of its records and their lengths;
            none where they are too many.
    """
    for name in package.names():
        if not name.startswith("indexes/") or not name.endswith(
            (".cdxj", ".cdx", ".cdxj.gz", ".cdx.gz")
        ):
            continue
        try:
            with package.open(name) as file:
                yield from _lines(package, name, file, places)
        except _BROKEN as error:
            yield _finding(package, "index-syntax", f"it cannot be read: {_said(error)}", name)


def _lines(
    package: Package, name: str, file: IO[bytes], places: dict[str, dict[int, int | None] | None]
) -> Iterator[Finding]:
    previous = b""
    for number, line in enumerate(_split(file, packed=name.endswith(".gz")), 1):
        if line.startswith((b"!", b" CDX")) or not line.strip():
            continue
        _, _, rest = line.partition(b" ")
        _, _, text = rest.partition(b" ")
        if not text.lstrip().startswith(b"{"):
            if name.endswith((".cdxj", ".cdxj.gz")):
                yield _finding(package, "index-syntax", f"line {number} is no CDXJ", name)
            return  # the eleven columns of older indexes are left to other tools
        try:
            entry = json.loads(text)
            archive, offset = str(entry["filename"]), int(entry["offset"])
            length = int(entry["length"]) if "length" in entry else None
        except _BROKEN:
            yield _finding(package, "index-syntax", f"line {number} is no CDXJ", name)
            continue
        if line < previous:
            yield _finding(package, "index-syntax", f"line {number} is out of order", name)
        previous = line
        base = archive.rpartition("/")[2]
        records = places.get(base)
        shown = ascii(archive[:120])
        if base in places and records is None:
            continue
        if records is None:
            yield _finding(package, "index-lost", f"line {number}: there is no {shown}", name)
        elif offset not in records:
            yield _finding(
                package,
                "index-lost",
                f"line {number}: no record begins at byte {offset} of {shown}",
                name,
            )
        elif length is not None and records[offset] not in (None, length):
            yield _finding(
                package,
                "index-lost",
                f"line {number}: the record at byte {offset} of {shown} has {records[offset]} "
                f"bytes, not {length}",
                name,
            )


def _split(file: IO[bytes], *, packed: bool) -> Iterator[bytes]:
    """Lines of a file, of bounded length, from bounded content."""
    if not packed:
        while line := file.readline(_LINE_LIMIT):
            yield line
        return
    room = _UNPACKED_LIMIT
    rest = b""
    inflate = zlib.decompressobj(31)
    while data := file.read(1 << 16):
        while data:
            piece = inflate.decompress(data, 1 << 18)
            room -= len(piece)
            if room < 0:
                raise ValueError("it unpacks to more than 4 GiB")
            *lines, rest = (rest + piece).split(b"\n")
            yield from lines
            if len(rest) > _LINE_LIMIT:
                raise ValueError("a line is longer than 1 MiB")
            if inflate.eof:
                data = inflate.unused_data
                inflate = zlib.decompressobj(31)
            else:
                data = inflate.unconsumed_tail
    if rest:
        yield rest

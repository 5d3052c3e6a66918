"""WACZ: a collection in one file that replay tools open from anywhere (WACZ 1.1.1).

The collection has that layout already, so packing is zipping: WARC files stored as they are, so
that a reader can fetch one record out of the middle, the rest deflated.  A large index becomes a
compressed one with a second level (ZipNum), of which a reader fetches only the blocks it needs.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import zipfile
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

from archivetk.errors import OutputExistsError, UnreadableError, UsageError, VerificationError
from archivetk.writers.warc import fsync_folder

__all__ = ["pack"]

#: An index larger than this is packed in two levels.
INDEX_LIMIT: Final = 8 << 20
#: A player that has a single WACZ reads so much of the list of pages for its search.
SEARCHED_BYTES: Final = 1 << 20
_BLOCK_LINES: Final = 3000
_CHUNK: Final = 1 << 20
#: A key of an address with a host: the host comes first, and a bracket ends it.
_HOST: Final = re.compile(rb"[^ /)]+\)")
_DIGEST: Final = "datapackage-digest.json"


def pack(
    collection: str | os.PathLike[str],
    target: str | os.PathLike[str],
    *,
    overwrite: bool = False,
    index_limit: int = INDEX_LIMIT,
) -> list[str]:
    """Put a collection into one WACZ file.

    Every file's digest is compared with the one that was written down when it was made; the
    target appears under its name when it is whole.  The same collection gives the same bytes.

    Args:
        collection: its folder.
        target: the file to write.
        overwrite: replace it if it is there.
        index_limit: bytes above which the index is packed in two levels.

    Returns:
        Sentences that a user should read.

    Raises:
        UnreadableError: where there is no finished collection.
        UsageError: where the target lies in the collection.
        OutputExistsError: where the target is there already, or is a folder.
        VerificationError: where a file is not the one that was written.
    """
    place, out = Path(collection), Path(target)
    if out.is_dir():
        raise OutputExistsError(f"{out} is a folder. Give the name of a file.")
    if out.exists() and not overwrite:
        raise OutputExistsError(f"{out} exists already. Choose another name or give --overwrite.")
    package = _package(place)
    if place.resolve() in out.resolve().parents:
        raise UsageError(f"{out} lies in the collection, which holds its own files only.")
    date = _zip_date(package)
    notes = []
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_name(out.name + ".open")
    try:
        with zipfile.ZipFile(part, "w", allowZip64=True) as archive:
            resources: list[dict[str, Any]] = []
            for one in package["resources"]:
                path = one["path"]
                if path == "indexes/index.cdxj" and one["bytes"] > index_limit:
                    resources += _two_levels(archive, place / path, one, date)
                    continue
                _store(archive, place / path, one, date)
                resources.append(one)
                if path == "pages/pages.jsonl" and one["bytes"] > SEARCHED_BYTES:
                    notes.append(
                        f"The list of pages has {one['bytes']} bytes. ReplayWeb.page searches only "
                        f"the first {SEARCHED_BYTES} of a single WACZ; pack smaller collections "
                        "if all texts are to be found."
                    )
            package["resources"] = resources
            data = json.dumps(package, indent=2, ensure_ascii=True).encode("ascii") + b"\n"
            digest = {"path": "datapackage.json", "hash": f"sha256:{_sha256(data)}"}
            _put(archive, "datapackage.json", data, date)
            _put(archive, _DIGEST, json.dumps(digest, indent=2).encode("ascii") + b"\n", date)
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(out)
        fsync_folder(out.parent)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return notes


def _package(place: Path) -> dict[str, Any]:
    try:
        package: dict[str, Any] = json.loads((place / "datapackage.json").read_bytes())
        names = [str(one["path"]) for one in package["resources"]]
        sizes = [int(one["bytes"]) for one in package["resources"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UnreadableError(
            f"{place} is not a finished collection. Make one, or finish it, with: "
            f"archivetk archive INPUT -o {place}"
        ) from error
    for name, size in zip(names, sizes, strict=True):
        # a list of files from outside must not lead to files outside
        if not re.fullmatch(r"[A-Za-z0-9_-]+/[A-Za-z0-9_.-]+", name) or ".." in name or size < 0:
            raise UnreadableError(f"{place}: datapackage.json names a file {name!r}.")
    if any((place / "archive").glob("*.open")):
        raise UnreadableError(
            f"A run into {place} did not come to its end. Run the same command again, then pack."
        )
    return package


def _zip_date(package: dict[str, Any]) -> tuple[int, int, int, int, int, int]:
    found = re.findall(r"\d+", str(package.get("modified") or package.get("created")))
    if len(found) < 6 or not 1980 <= int(found[0]) <= 2107:
        return (1980, 1, 1, 0, 0, 0)
    year, month, day, hour, minute, second = map(int, found[:6])
    return (year, month, day, hour, minute, second)


def _info(name: str, date: tuple[int, int, int, int, int, int], kind: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, date)
    info.compress_type = kind
    info.external_attr = 0o100644 << 16
    info.create_system = 3
    return info


def _store(
    archive: zipfile.ZipFile,
    path: Path,
    one: dict[str, Any],
    date: tuple[int, int, int, int, int, int],
) -> None:
    """Copy a file into the archive and compare its digest on the way."""
    packed = path.suffix == ".gz"
    info = _info(one["path"], date, zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED)
    # a size that is told beforehand may bring fields into the header in the file that the list at
    # the end has not, and ReplayWeb.page would then look for the content at a wrong place
    info.file_size = one["bytes"] if one["bytes"] > zipfile.ZIP64_LIMIT else 0
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file, archive.open(info, "w") as target:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                target.write(chunk)
    except FileNotFoundError as error:
        raise VerificationError(f"{path} is missing. See: archivetk verify") from error
    if f"sha256:{digest.hexdigest()}" != one["hash"]:
        raise VerificationError(
            f"{path} is not the file that was written: its digest is another. See: archivetk verify"
        )


def _put(
    archive: zipfile.ZipFile, name: str, data: bytes, date: tuple[int, int, int, int, int, int]
) -> None:
    kind = zipfile.ZIP_STORED if name.endswith(".gz") else zipfile.ZIP_DEFLATED
    archive.writestr(_info(name, date, kind), data)


def _two_levels(
    archive: zipfile.ZipFile,
    path: Path,
    one: dict[str, Any],
    date: tuple[int, int, int, int, int, int],
) -> Iterator[dict[str, Any]]:
    """The index as gzip blocks, and a list of the first line of each (ZipNum).

    Addresses without a host (``file:``, ``ni:``) stay in a plain index beside it: players look
    up the first lines of blocks under a key that is made otherwise for them.
    """
    seen = hashlib.sha256()
    others = hashlib.sha256()
    size = 0
    with path.open("rb") as file:
        plain = (line for line in _seen(file, seen) if not _HOST.match(line))
        if first := next(plain, b""):
            info = _info(one["path"], date, zipfile.ZIP_DEFLATED)
            with archive.open(info, "w") as target:
                for line in chain([first], plain):
                    others.update(line)
                    size += len(line)
                    target.write(line)
    if f"sha256:{seen.hexdigest()}" != one["hash"]:
        raise VerificationError(f"{path} is not the file that was written. See: archivetk verify")
    if size:
        yield {**one, "hash": f"sha256:{others.hexdigest()}", "bytes": size}
    if size < one["bytes"]:
        with path.open("rb") as file:
            yield from _zipped(archive, (line for line in file if _HOST.match(line)), date)


def _seen(lines: Iterable[bytes], digest: hashlib._Hash) -> Iterator[bytes]:
    """The lines, and their digest on the way."""
    for line in lines:
        digest.update(line)
        yield line


def _zipped(
    archive: zipfile.ZipFile, lines: Iterator[bytes], date: tuple[int, int, int, int, int, int]
) -> Iterator[dict[str, Any]]:
    name = "index.cdx.gz"
    firsts = ['!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}\n']
    whole = hashlib.sha256()
    offset = 0
    with archive.open(_info(f"indexes/{name}", date, zipfile.ZIP_STORED), "w") as target:
        for block in _blocks(lines):
            data = gzip.compress(block, 6, mtime=0)
            key, stamp, _ = block.split(b" ", 2)
            where = {
                "offset": offset,
                "length": len(data),
                "digest": f"sha256:{_sha256(data)}",
                "filename": name,
            }
            firsts.append(f"{key.decode('utf-8')} {stamp.decode('ascii')} {json.dumps(where)}\n")
            whole.update(data)
            target.write(data)
            offset += len(data)
    yield {
        "name": name,
        "path": f"indexes/{name}",
        "hash": f"sha256:{whole.hexdigest()}",
        "bytes": offset,
    }
    second = "".join(firsts).encode("utf-8")
    _put(archive, "indexes/index.idx", second, date)
    yield {
        "name": "index.idx",
        "path": "indexes/index.idx",
        "hash": f"sha256:{_sha256(second)}",
        "bytes": len(second),
    }


def _blocks(lines: Iterator[bytes]) -> Iterator[bytes]:
    while block := b"".join(islice(lines, _BLOCK_LINES)):
        yield block


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()

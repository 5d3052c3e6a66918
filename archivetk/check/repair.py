"""The good records of a damaged archive, byte for byte, in a new file."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from archivetk.check.files import Checked, Known, check_archive
from archivetk.check.findings import Finding, Summary
from archivetk.errors import MalformedError, OutputExistsError, UnsupportedError
from archivetk.readers.warc.members import packing_of
from archivetk.readers.warc.raw import RawFile
from archivetk.readers.warc.records import Entry, Limits, walk

__all__ = ["Left", "Repaired", "repair"]

_PIECE: Final = 1 << 20

_Place = tuple[int, int | None, int]


@dataclass(frozen=True, slots=True)
class Left:
    """What a repair left out.

    Attributes:
        offset: where it stands in the damaged file.
        record_id, record_type: of the record, where there is one.
        rules: what is wrong with it.
        message: the first of that, as a sentence.
    """

    offset: int
    record_id: str | None
    record_type: str | None
    rules: tuple[str, ...]
    message: str

    def to_dict(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return asdict(self)


@dataclass(slots=True)
class Repaired:
    """What a repair did.

    Attributes:
        records: that were written.
        bytes: of the new file.
        left: what was left out, in the order of the file.
        repacked: records that shared a gzip member and now have one each; their content is the
            same byte for byte, the compressed bytes are not.
    """

    records: int = 0
    bytes: int = 0
    left: list[Left] = field(default_factory=list)
    repacked: int = 0

    def to_dict(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return asdict(self)


def repair(path: Path | str, out: Path | str, *, limits: Limits | None = None) -> Repaired:
    """Write the records of an archive that are whole to a new file.

    A record is left out where content is lost or wrong: a broken member, a missing end, a length
    or a digest that does not fit.  One that merely breaks a rule of form is kept as it is.  The
    new file appears under its name when it is complete.

    Args:
        path: a WARC or ARC, plain, or packed with gzip, zstd or LZ4.
        out: the new file; must not exist.
        limits: what one record may cost.

    Raises:
        OutputExistsError: where ``out`` exists.
        UnsupportedError: where the file is a zip, or packs several records into one frame of
            zstd or LZ4.
        MalformedError: where the file holds no whole record.
        OSError: where a file cannot be read or written.
    """
    path, out = Path(path), Path(out)
    limits = limits or Limits()
    if out.exists():
        raise OutputExistsError(f"{out} exists already. Give a name that is free.")
    part = out.with_name(out.name + ".open")
    result = Repaired()
    with path.open("rb") as file:
        if file.read(4) == b"PK\x03\x04":
            raise UnsupportedError(
                f"{path} is a zip file. Unpack it and repair the archives in it."
            )
        raw = RawFile(file)
        packing = packing_of(raw)
        good = [
            (one.offset, one.length, one.position)
            for one in _sorted_out(raw, path.name, limits, result)
        ]
        if not good:
            raise MalformedError(f"{path} holds no whole record, so nothing was written.")
        if packing in {"zstd", "lz4"} and any(length is None for _, length, _ in good):
            raise UnsupportedError(
                f"{path} packs several records into one frame. Unpack it and repair what comes out."
            )
        try:
            with part.open("xb") as target:
                _write(raw, good, target, limits, result)
                result.bytes = target.tell()
                target.flush()
                os.fsync(target.fileno())
            part.rename(out)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    return result


def _sorted_out(raw: RawFile, name: str, limits: Limits, result: Repaired) -> Iterator[Checked]:
    for one in check_archive(raw, name, Summary(), Known(limit=0), limits):
        if isinstance(one, Finding):
            if one.severity == "error":
                result.left.append(Left(one.offset, None, None, (one.rule,), one.message))
        elif one.damaged:
            rules = tuple(dict.fromkeys(finding.rule for finding in one.findings))
            message = one.findings[0].message
            result.left.append(Left(one.offset, one.record_id, one.record_type, rules, message))
        else:
            yield one._replace(findings=())


def _write(
    raw: RawFile,
    good: list[_Place],
    target: IO[bytes],
    limits: Limits,
    result: Repaired,
) -> None:
    packing = packing_of(raw)
    if packing == "zstd" and raw.exactly(0, 4) == b"\x5d\x2a\x4d\x18":
        _copy(raw, 0, 8 + int.from_bytes(raw.exactly(4, 4), "little"), target)
    shared: set[tuple[int, int]] = set()
    for offset, length, position in good:
        if length is None or position or shared:
            shared.add((offset, position))
        else:
            _copy(raw, offset, length, target)
            result.records += 1
    if shared:
        _repack(raw, shared, target, limits, result)


def _copy(raw: RawFile, offset: int, length: int, target: IO[bytes]) -> None:
    while length > 0:
        piece = raw.at(offset, min(length, _PIECE))
        if not piece:
            return
        target.write(piece)
        offset += len(piece)
        length -= len(piece)


def _repack(
    raw: RawFile,
    places: set[tuple[int, int]],
    target: IO[bytes],
    limits: Limits,
    result: Repaired,
) -> None:
    """Give each record that shared a member one of its own."""
    for entry in walk(raw, limits):
        if not isinstance(entry, Entry) or (entry.offset, entry.position) not in places:
            continue
        pack = zlib.compressobj(6, zlib.DEFLATED, 31)
        target.write(pack.compress(entry.raw_header))
        for piece in entry.chunks():
            target.write(pack.compress(piece))
        entry.finish()
        target.write(pack.compress(b"\n" if entry.version == "arc" else b"\r\n\r\n"))
        target.write(pack.flush())
        result.records += 1
        result.repacked += 1

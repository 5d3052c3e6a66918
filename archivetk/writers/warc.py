"""A WARC file that is only ever appended to, and whole at every moment that counts.

It is written as ``NAME.open``, each record in one piece; what fails is cut off again.  Closing
it brings it to the disk and gives it its name, so that a file with its final name is a whole one.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from archivetk.provenance import RunInfo, record_id, to_json
from archivetk.records import DEFLATE, block_digest, build_header, gzip_member
from archivetk.version import __version__

__all__ = ["WarcFile", "fsync_folder", "replace_file", "warcinfo"]

_SYNC_BYTES: Final = 32 << 20
_CONFORMS: Final = {
    "WARC/1.1": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
    "WARC/1.0": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.0/",
}


class WarcFile:
    """A file that records are appended to.

    Args:
        path: its final name; until it is closed it is ``path`` with ``.open`` behind it.
        resume: go on behind the first so many bytes of an open file; the rest is cut off.

    Attributes:
        size: bytes written.
    """

    def __init__(self, path: Path, resume: int | None = None) -> None:
        self.path = path
        self.open_path = path.with_name(path.name + ".open")
        flags = os.O_RDWR | getattr(os, "O_BINARY", 0)
        if resume is None:
            flags |= os.O_CREAT | os.O_EXCL
        self._file = os.open(self.open_path, flags, 0o666)
        self._digest = hashlib.sha256()
        self.size = 0
        self._synced = 0
        if resume is not None:
            os.ftruncate(self._file, resume)
            while chunk := os.read(self._file, 1 << 20):
                self._digest.update(chunk)
                self.size += len(chunk)
            os.fsync(self._file)

    def append(self, members: Sequence[bytes]) -> int:
        """Write some gzip members behind each other, all or none.

        Returns:
            The offset of the first.

        Raises:
            OSError: where the disk does not take it; the file is then as it was before.
        """
        offset = self.size
        data = members[0] if len(members) == 1 else b"".join(members)
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(self._file, view) :]
            if offset + len(data) - self._synced >= _SYNC_BYTES:
                os.fsync(self._file)
                self._synced = offset + len(data)
        except BaseException:
            self.cut(offset)
            raise
        self.size += len(data)
        self._digest.update(data)
        return offset

    def cut(self, size: int) -> None:
        """Take back what stands behind ``size`` bytes; the caller cuts nothing that it reported."""
        with contextlib.suppress(OSError):
            os.ftruncate(self._file, size)
            os.lseek(self._file, size, os.SEEK_SET)
        if size < self.size:
            self._digest = hashlib.sha256()
            os.lseek(self._file, 0, os.SEEK_SET)
            left = size
            while left and (chunk := os.read(self._file, min(left, 1 << 20))):
                self._digest.update(chunk)
                left -= len(chunk)
            self.size = size

    def sync(self) -> None:
        """Bring all that was written to the disk."""
        os.fsync(self._file)
        self._synced = self.size

    def close(self) -> tuple[int, str]:
        """Bring it to the disk and give it its name.

        Returns:
            Its size and the SHA-256 of its bytes.
        """
        self.sync()
        os.close(self._file)
        self._file = -1
        self.open_path.rename(self.path)
        fsync_folder(self.path.parent)
        return self.size, self._digest.hexdigest()

    def abandon(self) -> None:
        """Leave it open on the disk, as it is, for another run to go on with."""
        if self._file >= 0:
            with contextlib.suppress(OSError):
                os.fsync(self._file)
            os.close(self._file)
            self._file = -1

    def read_at(self, offset: int, length: int) -> bytes:
        """Some bytes that were written."""
        with self.open_path.open("rb") as file:
            file.seek(offset)
            return file.read(length)


def warcinfo(run: RunInfo, role: str, filename: str, identity: str | None = None) -> bytes:
    """The record that opens a file, as a gzip member (WARC 1.1, 6.2).

    Args:
        run: what is going on.
        role: ``originals`` or ``derived``.
        filename: of the file.
        identity: its record id, where it is not the one that the run's records refer to.
    """
    version = "WARC/1.0" if run.options.wet_compatible and role == "derived" else "WARC/1.1"
    plain = {
        "software": f"archivetk {__version__}",
        "format": f"WARC File Format {version.partition('/')[2]}",
        "conformsTo": _CONFORMS[version],
        "description": {
            "originals": "The originals, byte for byte",
            "derived": "Clean texts and how they were made from the originals",
        }[role],
    }
    facts: dict[str, Any] = {
        "archivetk-role": role,
        "archivetk-deflate": DEFLATE,
        "archivetk-versions": dict(run.versions),
        "archivetk-settings": run.settings.to_dict(),
        "archivetk-settings-sha256": run.settings.digest,
        "archivetk-run": run.digest,
    }
    lines = [f"{name}: {value}\r\n" for name, value in plain.items()]
    lines += [f"{name}: {to_json(value)}\r\n" for name, value in facts.items()]
    block = "".join(lines).encode("utf-8")
    headers = [
        ("WARC-Filename", filename),
        ("WARC-Block-Digest", block_digest(block)),
        ("Content-Type", "application/warc-fields"),
    ]
    identity = identity or run.warcinfo_id(role)
    head = build_header("warcinfo", identity, run.date, headers, length=len(block), version=version)
    return gzip_member(head, block)


def warcinfo_again(run: RunInfo, role: str, filename: str) -> str:
    """Record id for the warcinfo of a file that is not the run's first."""
    return record_id("warcinfo", role, run.date, run.digest, repr(run.versions), filename)


def fsync_folder(path: Path) -> None:
    """Bring the names in a folder to the disk, where the system can do that."""
    with contextlib.suppress(OSError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def replace_file(path: Path, data: bytes) -> None:
    """Write a small file so that it is either the old or the new one, never a torn one."""
    part = path.with_name(path.name + ".open")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    fsync_folder(path.parent)

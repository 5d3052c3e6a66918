"""The bytes of a file, at any place of it."""

from __future__ import annotations

import os
import re
import tempfile
from typing import IO, Final

__all__ = ["CHUNK", "RawFile"]

CHUNK: Final = 1 << 18  # bytes that are read at a time


class RawFile:
    """A file that can be read at any place; a stream that cannot is copied to a temporary file.

    Args:
        file: open for reading in binary mode.
        start: where the content begins, and
        size: how many bytes it has; the rest of the file where not given.
    """

    __slots__ = ("_cache", "_cache_at", "_owned", "file", "size", "start")

    def __init__(self, file: IO[bytes], start: int = 0, size: int | None = None) -> None:
        self._owned: IO[bytes] | None = None
        if not _seekable(file):
            self._owned = file = _spooled(file)
        self.file = file
        self.start = start
        if size is None:
            size = file.seek(0, os.SEEK_END) - start
        self.size = size
        self._cache = b""
        self._cache_at = 0

    @property
    def temporary(self) -> bool:
        """Whether it stands in a temporary file."""
        return self._owned is not None or not hasattr(self.file, "name")

    def close(self) -> None:
        """Remove the temporary file, if there is one; the file that was given stays open."""
        if self._owned is not None:
            self._owned.close()

    def at(self, offset: int, count: int = CHUNK) -> memoryview:
        """Bytes from ``offset`` on: ``count`` or fewer, at least one if there are any."""
        inside = offset - self._cache_at
        if not (0 <= inside < len(self._cache)):
            self._load(offset)
            inside = 0
        return memoryview(self._cache)[inside : inside + count]

    def exactly(self, offset: int, count: int) -> bytes:
        """``count`` bytes from ``offset`` on, or all that there are."""
        piece = self.at(offset, count)
        if len(piece) < count and offset + len(piece) < self.size:
            self._load(offset, count)
            piece = memoryview(self._cache)[:count]
        return bytes(piece)

    def _load(self, offset: int, count: int = CHUNK) -> None:
        count = max(0, min(max(count, CHUNK), self.size - offset))
        self.file.seek(self.start + offset)
        self._cache = self.file.read(count)
        self._cache_at = offset

    def search(
        self, pattern: re.Pattern[bytes], start: int, width: int, stop: int | None = None
    ) -> int | None:
        """Offset of the first match that begins at or behind ``start``.

        Args:
            pattern: what to look for; matches no more than ``width`` bytes.
            start: bytes from the beginning.
            width: bytes of the longest match.
            stop: where to give up; the end of the file where not given.
        """
        stop = self.size if stop is None else min(stop, self.size)
        while start < stop:
            piece = self.exactly(start, CHUNK)
            match = pattern.search(piece)
            if match is not None:
                found = start + match.start()
                return found if found < stop else None
            if len(piece) <= width or start + len(piece) >= self.size:
                return None
            start += len(piece) - width
        return None


def _seekable(file: IO[bytes]) -> bool:
    try:
        return file.seekable()
    except (AttributeError, OSError):
        return False


def _spooled(file: IO[bytes]) -> IO[bytes]:
    spool: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=1 << 24)  # noqa: SIM115 - kept open
    while piece := file.read(CHUNK):
        spool.write(piece)
    return spool

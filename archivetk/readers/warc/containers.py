"""Opening archives: a file, a stream, or the WARCs inside a WACZ."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Final

from archivetk.errors import MalformedError, TooLargeError
from archivetk.readers.warc.raw import RawFile

__all__ = ["Inner", "archives_in", "is_archive_name"]

_ENDINGS: Final = (".warc", ".arc", ".wet", ".wat")
_PACKED: Final = (".gz", ".zst", ".lz4", ".open")
_RATIO: Final = 200  # an archive inside a zip is packed already, or is text
_FREE: Final = 1 << 30


@dataclass(frozen=True, slots=True)
class Inner:
    """One archive: a file itself, or a file inside a WACZ.

    Attributes:
        name: path inside the WACZ; empty for the file itself.
        open: gives the archive's bytes; may be called again while the outer file is there.
    """

    name: str
    open: Callable[[], RawFile]


@contextmanager
def archives_in(file: IO[bytes], limit: int) -> Iterator[Iterator[Inner]]:
    """The archives in a file: of a WACZ those in ``archive/``, else the file itself.

    Args:
        file: open for reading; a stream that cannot be read at any place is copied first.
        limit: bytes that one file inside a WACZ may unpack to.

    Yields:
        An iterator over the archives; it raises :class:`~archivetk.errors.MalformedError` or
        :class:`~archivetk.errors.TooLargeError` where the zip is broken or a bomb.
    """
    raw = RawFile(file)
    opened: list[IO[bytes]] = []
    try:
        if raw.exactly(0, 4) in (b"PK\x03\x04", b"PK\x05\x06"):
            yield _inside(raw, limit, opened)
        else:
            yield iter([Inner("", lambda: raw)])
    finally:
        raw.close()
        for one in opened:
            one.close()


def _inside(raw: RawFile, limit: int, opened: list[IO[bytes]]) -> Iterator[Inner]:
    try:
        archive = zipfile.ZipFile(raw.file)
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError) as error:
        raise MalformedError(
            f"It is a zip file that cannot be read ({error}). Get the file again, or repair it."
        ) from error
    with archive:
        for info in archive.infolist():
            if is_archive_name(info.filename) and not info.is_dir():
                yield Inner(info.filename, _opener(archive, raw, info, limit, opened))


def is_archive_name(name: str) -> bool:
    """Whether a name inside a WACZ is that of an archive."""
    low = name.lower()
    for ending in _PACKED:
        low = low.removesuffix(ending)
    return low.endswith(_ENDINGS)


def _opener(
    archive: zipfile.ZipFile,
    raw: RawFile,
    info: zipfile.ZipInfo,
    limit: int,
    opened: list[IO[bytes]],
) -> Callable[[], RawFile]:
    def open_stored() -> RawFile:
        header = raw.exactly(info.header_offset, 30)
        if len(header) < 30 or not header.startswith(b"PK\x03\x04"):
            raise MalformedError(
                f"The zip has no file where its directory says that {info.filename!r} is."
            )
        begin = info.header_offset + 30
        begin += int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
        return RawFile(raw.file, begin, max(0, min(info.file_size, raw.size - begin)))

    def open_packed() -> RawFile:
        spool: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=1 << 24)  # noqa: SIM115
        opened.append(spool)
        most = min(limit, max(_FREE, _RATIO * info.compress_size))
        size = 0
        try:
            with archive.open(info) as stream:
                while piece := stream.read(1 << 18):
                    size += len(piece)
                    if size > most:
                        raise TooLargeError(
                            f"The file {info.filename!r} in the zip unpacks to more than {most} "
                            "bytes. Unpack it by other means if it is to be trusted."
                        )
                    spool.write(piece)
        except (zipfile.BadZipFile, OSError, ValueError, EOFError, RuntimeError) as error:
            raise MalformedError(
                f"The file {info.filename!r} in the zip cannot be read ({error})."
            ) from error
        except NotImplementedError as error:
            raise MalformedError(
                f"The file {info.filename!r} in the zip is packed in a way not known here."
            ) from error
        return RawFile(spool)

    return open_stored if info.compress_type == zipfile.ZIP_STORED else open_packed

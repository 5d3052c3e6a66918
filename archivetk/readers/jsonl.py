"""JSON Lines: one document a row, the row kept byte for byte."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import zlib
from collections.abc import Iterator
from typing import IO, Any, Final, cast

from archivetk.document import Failed, Source
from archivetk.errors import MalformedError, UnreadableError
from archivetk.readers.files import Input

__all__ = ["DAMAGE", "open_packed", "rows"]

#: Keys of a row that hold the document; the step ``row`` takes it out.
TEXT_KEYS: Final = ("html", "raw_content", "text", "content")
_TITLES: Final = ("title", "headline")
_DATES: Final = ("date", "published", "date_published", "created")
_CHUNK: Final = 1 << 20
_PACKED: Final = 1 << 16  # bytes of a packed file that are unpacked at a time
#: What reading a packed file that is damaged raises.
DAMAGE: Final = (OSError, EOFError, ValueError, lzma.LZMAError, zlib.error)


def rows(entry: Input, max_bytes: int) -> Iterator[Source | Failed]:
    """The rows of a file, in order; a broken one is a failed document of its own.

    Args:
        entry: the file; gzip, bzip2, xz and zstd are told by content.
        max_bytes: a longer row fails as ``too-large`` and is passed over.
    """
    number = 0
    try:
        with open_packed(entry.path) as stream:
            if entry.name.lower().split(".gz")[0].endswith(".json"):
                whole = _single(stream.read(max_bytes + 1), entry)
                if whole is not None:
                    yield from whole
                    return
                stream.seek(0)
            for number, line, clipped in _lines(stream, max_bytes):
                yield _row(line, number, entry, clipped=clipped, max_bytes=max_bytes)
    except DAMAGE as error:
        where = f" behind row {number}" if number else ""
        yield Failed(
            Source(f"{entry.name}#{number + 1}", f"{entry.name}#{number + 1}", b""),
            MalformedError.code,
            f"The file breaks off or is damaged{where}: {error}. The rows before it were read.",
        )


def _single(data: bytes, entry: Input) -> list[Source | Failed] | None:
    """A ``.json`` file that is one object or one list of objects, not a line each."""
    first = data.lstrip(b"\xef\xbb\xbf \t\r\n").split(b"\n", 1)[0].strip()
    try:
        json.loads(first)
    except ValueError:
        pass
    else:
        if not first.startswith(b"["):
            return None
    try:
        text = data.decode("utf-8-sig")
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if isinstance(value, dict):
        return [_row(data, 1, entry, clipped=False, max_bytes=len(data))]
    if not isinstance(value, list):
        return None
    return [
        _row(piece, number, entry, clipped=False, max_bytes=len(data), within=within)
        for number, (piece, within) in enumerate(_elements(text, data), 1)
    ]


def _elements(text: str, data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The elements of a list, each with and without what stands around it.

    Together the former are the file: brackets and commas go in front of the element that follows
    them, and those behind the last one with that.
    """
    decoder = json.JSONDecoder()
    at = text.index("[") + 1
    spans: list[tuple[int, int]] = []
    while True:
        while text[at : at + 1] in {" ", "\t", "\r", "\n", ","}:
            at += 1
        if at >= len(text) or text[at] == "]":
            break
        _, end = decoder.raw_decode(text, at)
        spans.append((at, end))
        at = end
    mark = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
    before = 0
    for number, (start, end) in enumerate(spans, 1):
        behind = len(text) if number == len(spans) else end
        yield mark + text[before:behind].encode("utf-8"), text[start:end].encode("utf-8")
        mark, before = b"", behind


def _lines(stream: IO[bytes], limit: int) -> Iterator[tuple[int, bytes, bool]]:
    """Rows with their numbers and line ends; blank lines go with the row before them.

    Those in front of the first row go with that.
    """
    held, row, clipped = b"", 0, False
    number = 0
    while True:
        try:
            line = stream.readline(limit + 1)
        except Exception:
            if row:  # which was read before the damage
                yield row, held, clipped
            raise
        if not line:
            break
        number += 1
        cut = len(line) > limit and not line.endswith(b"\n")
        if cut:
            while True:
                rest = stream.readline(_CHUNK)
                if not rest or rest.endswith(b"\n"):
                    break
        if not cut and not line.strip() and len(held) < limit + _CHUNK:
            held += line
            continue
        if row:
            yield row, held, clipped
            held = b""
        held, row, clipped = held + line, number, cut
    if row:
        yield row, held, clipped


def _row(
    line: bytes,
    number: int,
    entry: Input,
    *,
    clipped: bool,
    max_bytes: int,
    within: bytes | None = None,
) -> Source | Failed:
    """The document of a row.

    Args:
        line: the row, with what belongs to no other.
        number: of the row.
        entry: the file.
        clipped: the row is longer than ``max_bytes``.
        max_bytes: the limit, for the message.
        within: the value alone, where other than white space stands around it.
    """
    name = f"{entry.name}#{number}"
    if clipped:
        return Failed(
            Source(name, name, line[:1024]),
            "too-large",
            f"Row {number} is longer than {max_bytes} bytes. Raise the limit with --max-bytes.",
        )
    try:
        value = json.loads((within or line).decode("utf-8-sig" if number == 1 else "utf-8"))
    except (ValueError, RecursionError) as error:
        return Failed(
            Source(name, name, line, "application/json"),
            "malformed",
            f"Row {number} is not valid JSON: {error}. Mend the row or leave it out.",
        )
    if not isinstance(value, dict):
        return Failed(
            Source(name, name, line, "application/json"),
            "malformed",
            f"Row {number} is not a JSON object.",
        )
    if not any(isinstance(value.get(key), str) for key in TEXT_KEYS):
        return Failed(
            Source(name, name, line, "application/json"),
            "malformed",
            f"Row {number} has no text: it needs one of the keys {', '.join(TEXT_KEYS)}.",
        )
    given = _given(value)
    url = _address(value)
    known = value.get("id")
    return Source(
        id=str(known) if isinstance(known, (str, int)) and str(known) else name,
        ref=name,
        data=line,
        media_type="application/json",
        declared_encoding="utf-8",
        url=url or entry.url,
        url_from="row" if url else entry.url_from,
        given=given,
    )


def _address(value: dict[str, Any]) -> str | None:
    metadata = value.get("metadata")
    for holder in (value, metadata if isinstance(metadata, dict) else {}):
        url = holder.get("url")
        if isinstance(url, str) and url.lower().startswith(("http://", "https://")):
            return url
    return None


def _given(value: dict[str, Any]) -> dict[str, Any]:
    """Title, date and authors of the row; all that is unknown passes through as metadata."""
    given: dict[str, Any] = {}
    for names, target in ((_TITLES, "title"), (_DATES, "date")):
        for name in names:
            if isinstance(value.get(name), str) and value[name].strip():
                given[target] = value[name]
                break
    authors = value.get("authors", value.get("author"))
    if isinstance(authors, str) and authors.strip():
        given["authors"] = [authors]
    elif isinstance(authors, list) and authors and all(isinstance(one, str) for one in authors):
        given["authors"] = authors
    used = {"id", "url", *TEXT_KEYS, "metadata"} | {
        name for name in ("title", "date", "authors", "author") if name in value
    }
    extra = {key: item for key, item in value.items() if key not in used}
    metadata = value.get("metadata")
    if isinstance(metadata, dict):
        extra = {**metadata, **extra}
    elif metadata is not None:
        extra = {"metadata": metadata, **extra}
    if extra:
        given["metadata"] = extra
    return given


class _Zstd(io.RawIOBase):
    """A file packed with zstd; unlike the package's own reader it knows a file that breaks off."""

    def __init__(self, zstandard: Any, file: IO[bytes]) -> None:
        self._error = zstandard.ZstdError
        self._frames = zstandard.ZstdDecompressor
        self._file = file
        self._frame: Any = None  # begun and not at its end
        self._packed = self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready:
            packed = self._packed or self._file.read(_PACKED)
            if not packed:
                if self._frame is not None:
                    raise EOFError("Compressed file ended before the end of a frame was reached")
                return 0
            self._frame = self._frame or self._frames().decompressobj()
            try:
                self._ready = self._frame.decompress(packed)
            except self._error as error:
                raise OSError(str(error)) from error
            self._packed = b""
            if self._frame.eof:
                self._packed, self._frame = self._frame.unused_data, None
        size = min(len(buffer), len(self._ready))
        buffer[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size

    def close(self) -> None:
        self._file.close()
        super().close()


def open_packed(path: str) -> IO[bytes]:
    """Open a file for reading, unpacking gzip, bzip2, xz and zstd, told by content.

    Raises:
        UnreadableError: where zstd is needed and not there.
        OSError: where it cannot be opened.
    """
    with open(path, "rb") as file:
        head = file.read(6)
    if head.startswith(b"\x1f\x8b"):
        return cast("IO[bytes]", gzip.open(path, "rb"))
    if head.startswith(b"BZh"):
        return bz2.open(path, "rb")
    if head.startswith(b"\xfd7zXZ\x00"):
        return lzma.open(path, "rb")
    if head.startswith(b"\x28\xb5\x2f\xfd"):
        try:
            import zstandard
        except ImportError as error:
            raise UnreadableError(
                "It is packed with zstd. Install the package for it with: "
                "python -m pip install zstandard"
            ) from error
        return io.BufferedReader(_Zstd(zstandard, open(path, "rb")))
    return open(path, "rb")

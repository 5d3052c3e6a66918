"""JSON Lines: one document a row, the row kept byte for byte."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
from collections.abc import Iterator
from typing import IO, Any, Final, cast

from archivetk.document import Failed, Source
from archivetk.errors import MalformedError, UnreadableError
from archivetk.readers.files import Input

__all__ = ["open_packed", "rows"]

#: Keys of a row that hold the document; the step ``row`` takes it out.
TEXT_KEYS: Final = ("html", "raw_content", "text", "content")
_TITLES: Final = ("title", "headline")
_DATES: Final = ("date", "published", "date_published", "created")
_CHUNK: Final = 1 << 20


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
    except (OSError, EOFError, ValueError, lzma.LZMAError) as error:
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
    decoder = json.JSONDecoder()
    at = text.index("[") + 1
    found: list[Source | Failed] = []
    while True:
        while text[at : at + 1] in {" ", "\t", "\r", "\n", ","}:
            at += 1
        if at >= len(text) or text[at] == "]":
            return found
        _, end = decoder.raw_decode(text, at)
        piece = text[at:end].encode("utf-8")
        found.append(_row(piece, len(found) + 1, entry, clipped=False, max_bytes=len(data)))
        at = end


def _lines(stream: IO[bytes], limit: int) -> Iterator[tuple[int, bytes, bool]]:
    """Rows with their numbers and line ends; blank lines go in front of the row that follows."""
    held = b""
    number = 0
    while True:
        line = stream.readline(limit + 1)
        if not line:
            break
        number += 1
        clipped = len(line) > limit and not line.endswith(b"\n")
        if clipped:
            while True:
                rest = stream.readline(_CHUNK)
                if not rest or rest.endswith(b"\n"):
                    break
        if not clipped and not line.strip() and len(held) < _CHUNK:
            held += line
            continue
        yield number, held + line, clipped
        held = b""


def _row(
    line: bytes, number: int, entry: Input, *, clipped: bool, max_bytes: int
) -> Source | Failed:
    name = f"{entry.name}#{number}"
    if clipped:
        return Failed(
            Source(name, name, line[:1024]),
            "too-large",
            f"Row {number} is longer than {max_bytes} bytes. Raise the limit with --max-bytes.",
        )
    try:
        value = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
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
        import io

        return io.BufferedReader(
            zstandard.ZstdDecompressor().stream_reader(open(path, "rb"), read_across_frames=True)
        )
    return open(path, "rb")

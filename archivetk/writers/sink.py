"""Where records go: a stream, one file, or a folder with a file for each document.

Names come from outside, so they are made safe before they become paths.  A file appears under its
name only when it is whole; nothing that exists is overwritten unless asked.
"""

from __future__ import annotations

import gzip
import hashlib
import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self, cast
from urllib.parse import quote

from archivetk.errors import OutputError, OutputExistsError, UsageError
from archivetk.writers.jsonl import dumps, to_datatrove, to_dolma
from archivetk.writers.text import to_markdown, to_text

__all__ = [
    "FORMATS",
    "LINE_FORMATS",
    "FileSink",
    "FolderSink",
    "format_of",
    "open_sink",
    "safe_path",
    "whole_file",
]

#: All formats of clean text.
FORMATS: Final = ("text", "jsonl", "parquet", "markdown", "dolma", "datatrove")
#: Formats that hold many documents in one file.
LINE_FORMATS: Final = ("jsonl", "parquet", "dolma", "datatrove")

_ENDINGS: Final = {"text": ".txt", "markdown": ".md"}
_LONGEST: Final = 200  # bytes of one part of a path; file systems take 255
_BY_NAME: Final = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".md": "markdown",
    ".txt": "text",
}
#: What packs a file, by the end of its name.
_PACKED: Final = (".gz", ".zst")
#: Names that promise what no format is.
_NO_FORMAT: Final = (".json", ".csv", ".tsv", ".xml", ".html")


def format_of(target: str | None, asked: str | None) -> str:
    """The format: as asked, else as the target's name says, else text.

    Raises:
        UsageError: where there is no such format, or the name promises another one.
    """
    if asked:
        if asked not in FORMATS:
            raise UsageError(f"There is no format {asked!r}. Choose one of {', '.join(FORMATS)}.")
        return asked
    low = (target or "").lower()
    for ending in _PACKED:
        low = low.removesuffix(ending)
    if low.endswith(_NO_FORMAT):
        raise UsageError(
            f"No format belongs to the name {target}. Name it .txt, .md, .jsonl or .parquet, "
            "or give --format."
        )
    return next((name for ending, name in _BY_NAME.items() if low.endswith(ending)), "text")


@contextmanager
def whole_file(path: Path, *, overwrite: bool = False) -> Iterator[IO[bytes]]:
    """A file that appears under its name only when all of it was written.

    Raises:
        OutputExistsError: where it exists already.
        OutputError: where there can be no such file.
    """
    if path.exists() and not overwrite:
        raise OutputExistsError(f"{path} exists already. Give --overwrite to replace it.")
    part = path.with_name(f".{path.name[:_LONGEST]}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        opened = part.open("wb")
    except OSError as error:  # which names the part, that nobody knows of
        raise OutputError.of(OSError(error.errno, error.strerror, os.fspath(path))) from error
    try:
        with opened as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def safe_path(name: str) -> Path:
    """A relative path that stays below its folder, for a name from outside.

    Folders of the name stay folders; everything that a file system could take amiss is
    percent-encoded; a part that is too long is cut and ends in a digest of the whole.
    """
    parts = []
    for part in name.replace("\\", "/").split("/"):
        if part in {"", "."}:
            continue
        clean = (
            quote(part, safe=" !#$&'()+,;=@[]{}~^-_.", encoding="utf-8", errors="surrogatepass")
            if not _harmless(part)
            else part
        )
        if clean.startswith(".."):
            clean = "%2E%2E" + clean[2:]
        if len(clean.encode("utf-8", "surrogatepass")) > _LONGEST:
            digest = hashlib.sha256(part.encode("utf-8", "surrogatepass")).hexdigest()[:16]
            raw = clean.encode("utf-8", "ignore")[: _LONGEST - 17]
            clean = raw.decode("utf-8", "ignore") + "~" + digest
        parts.append(clean)
    return Path(*parts) if parts else Path("document")


def _harmless(part: str) -> bool:
    """Whether a part of a path can stand as it is: printable, and nothing special in it."""
    return part.isprintable() and not any(sign in part for sign in '<>:"|?*')


class Sink(ABC):
    """Takes records one by one; see the subclasses for where they go."""

    @abstractmethod
    def write(self, record: Mapping[str, Any]) -> None:
        """Take one record."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None


class StreamSink(Sink):
    """Writes to an open binary stream."""

    def __init__(
        self, stream: IO[bytes], render: Callable[[Mapping[str, Any]], str | None]
    ) -> None:
        self._stream = stream
        self._render = render

    def write(self, record: Mapping[str, Any]) -> None:
        """Write the record's rendering, if it has one."""
        text = self._render(record)
        if text is not None:
            self._stream.write(text.encode("utf-8", "replace"))
            self._stream.flush()


class FileSink(Sink):
    """Writes all records into one file: lines, or Parquet row groups."""

    def __init__(
        self,
        path: Path,
        name: str,
        *,
        overwrite: bool,
        title: bool,
        changes: bool = False,
        plain: bool = False,
    ) -> None:
        self._manager = whole_file(path, overwrite=overwrite)
        self._packing = path.suffix.lower()
        self._render = renderer(name, title=title, plain=plain)
        self._parquet: Any = None
        self._name = name
        self._changes = changes
        self._file: IO[bytes] | None = None
        self._stream: IO[bytes] | None = None

    def __enter__(self) -> Self:
        self._file = self._manager.__enter__()
        if self._name == "parquet":
            from archivetk.writers.parquet import ParquetWriter

            try:
                self._parquet = ParquetWriter(self._file, changes=self._changes)
            except BaseException as error:
                self._manager.__exit__(type(error), error, error.__traceback__)
                raise
        elif self._packing == ".gz":
            self._stream = cast("IO[bytes]", gzip.GzipFile("", "wb", 6, self._file, mtime=0))
        elif self._packing == ".zst":
            import zstandard  # 30 ms that nobody else should wait for

            packer = zstandard.ZstdCompressor(write_checksum=True)
            self._stream = packer.stream_writer(self._file, closefd=False)
        else:
            self._stream = self._file
        return self

    def write(self, record: Mapping[str, Any]) -> None:
        """Add the record."""
        if self._parquet is not None:
            self._parquet.write(record)
            return
        text = self._render(record)
        if text is not None and self._stream is not None:
            self._stream.write(text.encode("utf-8", "replace"))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            if self._parquet is not None:
                self._parquet.close()
            elif self._packing in _PACKED and self._stream is not None:
                self._stream.close()
        self._manager.__exit__(kind, error, trace)


class FolderSink(Sink):
    """Writes a file for each document, under the relative path of its source."""

    def __init__(
        self, folder: Path, name: str, *, overwrite: bool, title: bool, plain: bool = False
    ) -> None:
        self._folder = folder
        self._ending = _ENDINGS[name]
        self._render = renderer(name, title=title, plain=plain)
        self._overwrite = overwrite
        self._used: set[str] = set()

    def path_of(self, source: str) -> Path:
        """Where the text of a source goes."""
        path = safe_path(source)
        return self._folder / path.with_name(path.name + self._ending)

    def check(self, sources: list[str]) -> None:
        """See that no two sources go to one file and none exists, before anything is written.

        Raises:
            OutputExistsError: where one of the two is so.
        """
        seen: dict[str, str] = {}
        for source in sources:
            path = self.path_of(source)
            key = str(path).casefold()
            if key in seen:
                raise OutputExistsError(
                    f"{source} and {seen[key]} would both be written to {path}. "
                    "Clean them into different folders, or use --format jsonl."
                )
            seen[key] = source
            if path.exists() and not self._overwrite:
                raise OutputExistsError(
                    f"{path} exists already. Give --overwrite to replace it, "
                    "or choose another folder."
                )

    def write(self, record: Mapping[str, Any]) -> None:
        """Write the record's text, if it has one."""
        text = self._render(record)
        if text is None:
            return
        path = self.path_of(record["source"])
        stem, number = path, 1
        while str(path).casefold() in self._used:
            number += 1
            path = stem.with_name(f"{stem.stem}~{number}{stem.suffix}")
        self._used.add(str(path).casefold())
        with whole_file(path, overwrite=self._overwrite) as file:
            file.write(text.encode("utf-8", "replace"))


def renderer(
    name: str, *, title: bool, plain: bool = False
) -> Callable[[Mapping[str, Any]], str | None]:
    """The function that renders one record in a format; ``None`` where it has nothing to show.

    Args:
        name: of the format.
        title: texts begin with the title.
        plain: texts are not Markdown yet.
    """

    def text(record: Mapping[str, Any]) -> str | None:
        if record["status"] != "cleaned":
            return None
        if name == "markdown":
            return to_markdown(record, title=title, plain=plain)
        return to_text(record, title=title)

    def line(record: Mapping[str, Any]) -> str | None:
        value: Mapping[str, Any] | None = record
        if name == "dolma":
            value = to_dolma(record)
        elif name == "datatrove":
            value = to_datatrove(record)
        return None if value is None else dumps(value) + "\n"

    return text if name in _ENDINGS else line


def open_sink(
    target: str | None,
    name: str,
    stdout: IO[bytes],
    *,
    several: bool,
    overwrite: bool,
    title: bool,
    changes: bool = False,
    plain: bool = False,
) -> Sink:
    """The sink for a target: none is stdout, a file, or a folder.

    Args:
        target: where to; see above.
        name: of the format.
        stdout: the stream that no target means.
        several: there are several documents.
        overwrite: replace what exists.
        title: texts begin with the title.
        changes: Parquet has a column for the ledger.
        plain: texts are not Markdown yet, and have to become so in that format.

    Raises:
        UsageError: where several documents would run into one text, or Parquet into a terminal.
    """
    if target is None or target == "-":
        if name == "parquet":
            raise UsageError(
                "Parquet needs a file: give one with -o, for example -o clean.parquet."
            )
        if several and name not in LINE_FORMATS:
            raise UsageError(
                "Several documents do not go to standard output as one text. "
                "Give a folder with -o, or --format jsonl."
            )
        return StreamSink(stdout, renderer(name, title=title, plain=plain))
    path = Path(target)
    if name in LINE_FORMATS:
        if path.is_dir():
            path = path / f"clean.{name if name == 'parquet' else 'jsonl'}"
        return FileSink(path, name, overwrite=overwrite, title=title, changes=changes)
    if several or path.is_dir() or target.endswith(("/", os.sep)):
        return FolderSink(path, name, overwrite=overwrite, title=title, plain=plain)
    return FileSink(path, name, overwrite=overwrite, title=title, plain=plain)

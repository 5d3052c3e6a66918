"""Which files are the input, in which order, under which names.

Names come from outside and may be anything: not UTF-8, with line breaks, links that lead in a
circle.  Whatever cannot be read is reported as one failed input; the others go on.
"""

from __future__ import annotations

import glob
import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from archivetk.errors import UnreadableError, UsageError, said
from archivetk.media import sniff_container

__all__ = ["Input", "find_inputs", "head_of", "read_bytes"]

_HEAD: Final = 8192
_SIDECAR: Final = ".url"


@dataclass(frozen=True, slots=True)
class Input:
    """One file to read.

    Attributes:
        path: where it is, as the operating system spells it (surrogates for bytes not UTF-8).
        name: path relative to the input root, with ``/``; percent-encoded where not UTF-8.
        root: name of the input root.
        container: ``warc``, ``jsonl`` or none.
        url: address that is known for it, and how.
        error: code and reason, where it cannot be read at all.
    """

    path: str
    name: str
    root: str
    container: str | None = None
    url: str | None = None
    url_from: str | None = None
    error: tuple[str, str] | None = None

    def to_dict(self) -> dict[str, Any]:
        """As a task carries it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Input:
        """Read what :meth:`to_dict` gave."""
        values = dict(value)
        if values.get("error"):
            values["error"] = tuple(values["error"])
        return cls(**values)


def find_inputs(
    arguments: Sequence[str],
    *,
    exclude: Sequence[str] = (),
    urls: Mapping[str, str] | None = None,
) -> Iterator[Input]:
    """The files behind some paths, folders and globs, in the order given; folders sorted.

    Args:
        arguments: paths of files or folders, or globs.
        exclude: globs over relative names; what they match is passed over.
        urls: known addresses by relative name.

    Raises:
        UsageError: where an argument is an address; nothing is ever fetched.
    """
    starts: list[str] = []
    for argument in arguments:
        low = argument[:8].lower()
        if low.startswith(("http://", "https://", "ftp://")):
            raise UsageError(
                f"{argument} is an address, and archivetk never fetches anything. Save the page "
                "first (for example with wget --warc-file) and give the file."
            )
        if not os.path.lexists(argument) and any(sign in argument for sign in "*?["):
            found = sorted(glob.glob(argument, recursive=True), key=os.fsencode)
            starts.extend(found or [argument])
        else:
            starts.append(argument)
    base = _base(starts)
    seen: set[str] = set()
    for start in starts:
        for path, problem in _walk(start, ()):
            if path in seen:
                continue
            seen.add(path)
            name = _name(path, base)
            if any(fnmatchcase(name, pattern) for pattern in exclude):
                continue
            yield _input(path, name, base, problem, urls or {})


def _input(
    path: str, name: str, base: str, problem: tuple[str, str] | None, urls: Mapping[str, str]
) -> Input:
    root = _quoted(os.path.basename(base)) or "root"
    if problem:
        return Input(path, name, root, error=problem)
    container = None
    url, url_from = urls.get(name), "map"
    try:
        container = sniff_container(name, head_of(path))
        if url is None:
            url, url_from = _sidecar(path), "sidecar"
    except UnreadableError as error:
        problem = (error.code, str(error))
    return Input(path, name, root, container, url, url_from if url else None, problem)


def _base(starts: Sequence[str]) -> str:
    """The folder that names are relative to: the one that holds all inputs."""
    folders = []
    for start in starts:
        whole = os.path.abspath(start)
        folders.append(whole if os.path.isdir(whole) else os.path.dirname(whole))
    if len(starts) > 1:
        # several folders keep their own names in front, so that no two names are the same
        folders = [
            os.path.dirname(os.path.abspath(start)) if os.path.isdir(start) else folder
            for start, folder in zip(starts, folders, strict=True)
        ]
    return os.path.commonpath(folders) if folders else os.getcwd()


def _walk(
    path: str, above: tuple[tuple[int, int], ...]
) -> Iterator[tuple[str, tuple[str, str] | None]]:
    """All files below a path, each with what is wrong with it; no recursion deeper than folders."""
    pending: list[tuple[str, tuple[tuple[int, int], ...]]] = [(path, above)]
    while pending:
        path, above = pending.pop()
        try:
            status = os.stat(path)
        except OSError as error:
            yield os.path.abspath(path), _problem(error)
            continue
        if not stat.S_ISDIR(status.st_mode):
            whole = os.path.abspath(path)
            if stat.S_ISREG(status.st_mode):
                yield whole, None
            else:
                yield whole, ("unreadable", "It is not a regular file.")
            continue
        key = (status.st_dev, status.st_ino)
        if key in above:
            yield (
                os.path.abspath(path),
                (
                    "unreadable",
                    "It is a link to a folder that it lies in itself; it was not followed.",
                ),
            )
            continue
        try:
            with os.scandir(path) as entries:
                names = sorted((entry.name for entry in entries), key=os.fsencode, reverse=True)
        except OSError as error:
            yield os.path.abspath(path), _problem(error)
            continue
        present = set(names)
        for name in names:
            if name.startswith("."):
                continue
            if name.endswith(_SIDECAR) and name[: -len(_SIDECAR)] in present:
                continue
            pending.append((os.path.join(path, name), (*above, key)))


def _problem(error: OSError) -> tuple[str, str]:
    if isinstance(error, FileNotFoundError):
        return "not-found", "There is no such file or folder. Check the path."
    if isinstance(error, PermissionError):
        return "unreadable", "Reading it is not permitted. Change its permissions and run again."
    return "unreadable", f"It cannot be opened: {error.strerror or error}."


def _name(path: str, base: str) -> str:
    relative = os.path.relpath(path, base)
    if relative.startswith(".."):
        relative = os.path.basename(path)
    return _quoted(relative.replace(os.sep, "/"))


def _quoted(name: str) -> str:
    """The name, percent-encoded where it is not UTF-8."""
    raw = os.fsencode(name)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return quote(raw, safe="/ !#$&'()*+,:;=?@[]~")
    return text


def head_of(path: str) -> bytes:
    """The first bytes of a file.

    Raises:
        UnreadableError: where it cannot be opened.
    """
    try:
        with open(path, "rb") as file:
            return file.read(_HEAD)
    except OSError as error:
        raise UnreadableError(_problem(error)[1]) from error


def read_bytes(path: str, limit: int) -> bytes:
    """All bytes of a file, at most one more than ``limit``.

    Raises:
        UnreadableError: where it cannot be read.
    """
    try:
        with open(path, "rb") as file:
            return file.read(limit + 1)
    except OSError as error:
        raise UnreadableError(_problem(error)[1]) from error


def _sidecar(path: str) -> str | None:
    """The address in ``NAME.url``: its first line, or the ``URL=`` of a shortcut file."""
    beside = path + _SIDECAR
    if not os.path.isfile(beside):
        return None
    lines = read_bytes(beside, 65536).decode("utf-8", "replace").splitlines()
    for line in lines:
        value = line.strip().removeprefix("URL=")
        if value.lower().startswith(("http://", "https://")):
            return value
    return None


def load_urls(path: Path) -> dict[str, str]:
    """Known addresses from a CSV file: relative name, address; a header line is allowed.

    Raises:
        UsageError: where it cannot be read.
    """
    import csv

    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows: Iterable[list[str]] = list(csv.reader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"The file of addresses {path} cannot be used: {said(error)}") from error
    return {
        row[0]: row[1].strip()
        for row in rows
        if len(row) > 1 and row[1].strip().lower().startswith(("http://", "https://"))
    }

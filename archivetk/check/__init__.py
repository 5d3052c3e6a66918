"""Integrity and conformance of web archives: members, lengths, digests, and the rules of WARC.

    findings   what can be found: rules, sections, severities
    values     grammar of dates, URIs, media types, addresses
    header     the rules for one header
    blocks     what a block tells while it streams by
    files      one archive, and what its records say of each other
    package    collections and WACZ: manifest and index
    repair     the good records, byte for byte, to a new file

Tools in use take a truncated file for its end and pass over a flipped bit.  Here every gzip member
is read by itself, its CRC-32 and length are compared, and the walk goes on behind damage.

Severity follows the standard: an error is what it says *shall* or *shall not*; a warning is what it
says *should*, or what other software trips over; the rest is for information.

>>> import io
>>> summary = Summary()
>>> for one in check_file(io.BytesIO(b"WARC/1.0\\r\\n\\r\\n"), "x.warc", summary):
...     if one.severity == "error":
...         print(one.rule, one.section)
record-id-missing WARC 1.0, 5.2
length-missing WARC 1.0, 5.3
date-missing WARC 1.0, 5.4
type-missing WARC 1.0, 5.5
"""

from __future__ import annotations

import os
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, NamedTuple

from archivetk.check.files import Checked, Known, check_archive
from archivetk.check.findings import RULES, SEVERITIES, Finding, Rule, Summary, section_of
from archivetk.check.package import Folder, Package, Zip, check_index, check_manifest
from archivetk.check.repair import Left, Repaired, repair
from archivetk.errors import InputError, UnsupportedError
from archivetk.readers.warc.containers import archives_in, is_archive_name
from archivetk.readers.warc.records import Limits

__all__ = [
    "RULES",
    "SEVERITIES",
    "Finding",
    "Left",
    "Repaired",
    "Rule",
    "Summary",
    "check",
    "check_file",
    "repair",
]

_LISTED = 1_000  # findings of one rule in one file that are listed; more are counted only
_PLACES = 2_000_000  # records of an archive whose places are remembered for the index

Places = dict[str, dict[int, int | None] | None]


class _Run(NamedTuple):
    summary: Summary
    known: Known
    limits: Limits


def check(
    paths: Iterable[Path | str],
    summary: Summary | None = None,
    *,
    limits: Limits | None = None,
) -> Iterator[Finding]:
    """Check archives, WACZ files, collections, and folders of them.

    Args:
        paths: files and folders; all are checked together, so that a reference from one to
            another is found.
        summary: counts what is seen; complete when the iterator is at its end.
        limits: what one record may cost.

    Yields:
        The findings, file by file; references that lead nowhere come last.
    """
    run = _Run(Summary() if summary is None else summary, Known(), limits or Limits())
    for path in paths:
        yield from _check_path(Path(path), run)
    yield from _listed(run.known.lost(), run.summary)


def check_file(
    file: IO[bytes], name: str, summary: Summary | None = None, *, limits: Limits | None = None
) -> Iterator[Finding]:
    """Check one archive that is open for reading; it may be a stream."""
    run = _Run(Summary() if summary is None else summary, Known(), limits or Limits())
    yield from _listed(_file(file, name, run, None), run.summary)
    yield from _listed(run.known.lost(), run.summary)


def _check_path(path: Path, run: _Run) -> Iterator[Finding]:
    summary = run.summary
    name = os.fsencode(path).decode("utf-8", "backslashreplace")
    if not path.is_dir():
        yield from _listed(_path(path, name, run, None), summary)
        return
    folder = Folder(path, name)
    names = folder.names()
    is_collection = "datapackage.json" in names or any(
        one.startswith(("archive/", "indexes/")) for one in names
    )
    places: Places | None = {} if is_collection else None
    uncovered = dict(summary.uncovered)
    if places is not None:
        yield from _listed(check_manifest(folder), summary)
    found = False
    for one in names:
        if is_archive_name(one) or one.lower().endswith(".wacz"):
            found = True
            yield from _listed(_path(path / one, f"{name}/{one}", run, places), summary)
    if places is not None:
        if _covers(folder):
            summary.uncovered = uncovered
        yield from _listed(check_index(folder, places), summary)
    elif not found:
        yield from _listed([_unreadable(name, "there is no archive in this folder")], summary)


def _path(path: Path, name: str, run: _Run, places: Places | None) -> Iterator[Finding]:
    try:
        with path.open("rb") as file:
            yield from _file(file, name, run, places)
    except OSError as error:
        yield _unreadable(name, f"the file cannot be read: {error.strerror or error}")


def _unreadable(name: str, message: str) -> Finding:
    return Finding(name, 0, None, "file-unreadable", "", "error", message)


def _file(file: IO[bytes], name: str, run: _Run, places: Places | None) -> Iterator[Finding]:
    try:
        with archives_in(file, run.limits.entry) as archives:
            uncovered = dict(run.summary.uncovered)
            own: Places = {}
            for inner in archives:
                one = f"{name}/{inner.name}" if inner.name else name
                base = (inner.name or name).rpartition("/")[2]
                kept = own if inner.name else places
                spots = None if kept is None else kept.setdefault(base, {})
                for result in check_archive(inner.open(), one, run.summary, run.known, run.limits):
                    if isinstance(result, Checked):
                        yield from result.findings
                        if spots is not None and not result.position:
                            spots[result.offset] = result.length
                            if kept is not None and len(spots) > _PLACES:
                                spots = kept[base] = None
                    else:
                        yield result
            package = _zip_of(file, name)
            if package is not None:
                if _covers(package):
                    run.summary.uncovered = uncovered
                yield from check_manifest(package)
                yield from check_index(package, own)
    except InputError as error:
        rule = "file-unreadable" if isinstance(error, UnsupportedError) else "zip-broken"
        yield Finding(name, 0, None, rule, section_of(rule, None), "error", str(error))


def _covers(package: Package) -> bool:
    """Whether a manifest has digests of the files, so that no change goes unseen."""
    return "datapackage.json" in package.names()


def _zip_of(file: IO[bytes], name: str) -> Package | None:
    if not file.seekable():
        return None
    file.seek(0)
    if file.read(2) != b"PK":
        return None
    try:
        return Zip(zipfile.ZipFile(file), name)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return None  # said before, when its archives were looked for


def _listed(findings: Iterable[Finding], summary: Summary) -> Iterator[Finding]:
    """Count all findings and give those that are not too many of their kind."""
    seen: Counter[tuple[str, str]] = Counter()
    for one in findings:
        summary.severities[one.severity] += 1
        summary.rules[one.rule] += 1
        seen[one.file, one.rule] += 1
        if seen[one.file, one.rule] <= _LISTED:
            yield one
        else:
            summary.unlisted += 1

"""Proof: does an archive hold what it claims, and do the clean texts follow from the originals?

Two results that do not depend on each other, for every document:

*replayed*: the archived edits, applied to the archived original, give the archived text.  That
needs no more than the patch algebra and holds under any version of the tool.

*re-derived*: the tool, run again on the archived original with the archived settings, makes the
same edits, stage by stage, the same text and the same metadata.

The verdicts: ``proven`` (both); ``replayed`` (the first, and the second cannot be expected here:
another version of the tool or of what it depends on, a time limit that had struck); ``diverged``
(the second fails though the versions are the same; the first stage that differs is named);
``damaged`` (the archive is not what was written, or the first fails).
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event
from typing import Any, Final

from archivetk.document import Failed
from archivetk.engines.local import LocalEngine
from archivetk.errors import ArchivetkError, UnreadableError
from archivetk.guard import GuardPool
from archivetk.readers.collection import (
    Scanned,
    ScanReport,
    archived_settings,
    collection_pairs,
    pair_of,
    scanned_documents,
)
from archivetk.settings import Settings
from archivetk.verify.document import replayed_only, verify_document
from archivetk.verify.lists import Lists, files
from archivetk.verify.verdict import VERDICTS, Verdict

__all__ = ["VERDICTS", "Verdict", "verify", "verify_document"]

_BATCH: Final = 8  # documents that a process gets at a time
_BATCH_BYTES: Final = 4 << 20  # and about so many bytes


def verify(
    path: str | os.PathLike[str], *, derive: bool = True, jobs: int = 1
) -> Iterator[Verdict]:
    """Judge every document of an archive, then its files.

    Args:
        path: of a collection, or of one of the two WARC files of a pair.
        derive: run the tool again; without it, nothing is more than ``replayed``.
        jobs: processes at the same time; 0: one for each core; 1: this one alone.

    Yields:
        A verdict for every document, in order; then one for every file that is damaged.

    Raises:
        UnreadableError: where there is no such archive.
    """
    place = Path(path)
    settings: Settings | None
    try:
        settings = archived_settings(place)
    except (ArchivetkError, OSError, ValueError) as error:
        if not place.is_dir():
            pair_of(place)  # which knows what is no file of ours
            if isinstance(error, UnreadableError):
                raise
        name = place.name
        if place.is_dir():
            collection_pairs(place)
            name = "archivetk/collection.json"
        yield Verdict(name, "file", "damaged", reason=str(error), file=name)
        settings = None
    report = ScanReport()
    index = Lists(place) if place.is_dir() else None
    cases = _cases(place, report, index)
    engine = LocalEngine(jobs)
    if settings is None or not derive:
        yield from (replayed_only(one.scanned, one.payload) for one in cases)
    elif engine.slots == 1:
        yield from (_judged(one, settings) for one in cases)
    else:
        yield from _judged_apart(cases, settings, engine)
    for file, offset, what in report.problems:
        yield Verdict(file, "file", "damaged", reason=what, file=file, offset=offset)
    if index is not None:
        yield from index.rest()
        yield from files(place)


@dataclass(frozen=True, slots=True)
class _Case:
    """A document and all that it is judged by."""

    scanned: Scanned
    payload: bytes | None

    @property
    def data(self) -> bytes:
        """Its payload, by whose size it is given time."""
        return self.payload or b""


def _cases(place: Path, report: ScanReport, index: Lists | None) -> Iterator[_Case]:
    for scanned, payload in scanned_documents(place, report):
        if index is not None:
            index.check(scanned)
        # the record holds the payload once more
        yield _Case(replace(scanned, original_data=None), payload)


def _judged(case: _Case, settings: Settings) -> Verdict:
    return verify_document(case.scanned, case.payload, settings)


def _told(result: Verdict | Failed) -> Verdict:
    """The verdict; where the document broke the process that judged it, what is still true."""
    if isinstance(result, Verdict):
        return result
    case: Any = result.source
    first = replayed_only(case.scanned, case.payload)
    if not first.ok:
        return first
    if result.code == "internal-error":
        return replace(first, verdict="diverged", stage="status", reason=result.reason)
    return replace(first, reason=f"It could not be run again ({result.code}). {result.reason}")


def _judged_apart(
    cases: Iterable[_Case], settings: Settings, engine: LocalEngine
) -> Iterator[Verdict]:
    """The verdicts in their order, each made in a guarded process."""
    cancelled = Event()
    pool = GuardPool(cancelled, by=f"{__name__}:{_judged.__name__}")
    product = (f"{__name__}:{_told.__name__}", dict[str, Any]())

    def judge(task: dict[str, Any]) -> dict[str, Any]:
        with pool.lease(settings, product) as guard:
            verdicts = [pickle.loads(one) for one in guard.map(task["cases"])]  # noqa: S301 - ours
        return {"number": task["number"], "verdicts": verdicts}

    reports = engine.map(judge, _batches(cases))
    ready: dict[int, list[Verdict]] = {}
    number = 0
    try:
        for report in reports:
            ready[report["number"]] = report["verdicts"]
            while number in ready:
                yield from ready.pop(number)
                number += 1
    except BaseException:
        cancelled.set()
        raise
    finally:
        if isinstance(reports, Generator):
            reports.close()  # wait until no task is under way
        pool.close()


def _batches(cases: Iterable[_Case]) -> Iterator[dict[str, Any]]:
    batch: list[_Case] = []
    size = number = 0
    for case in cases:
        batch.append(case)
        size += len(case.data)
        if len(batch) >= _BATCH or size >= _BATCH_BYTES:
            yield {"number": number, "cases": batch}
            batch, size, number = [], 0, number + 1
    if batch:
        yield {"number": number, "cases": batch}

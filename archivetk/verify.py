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

import hashlib
import json
import os
import pickle
from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event
from typing import Any, Final

from archivetk.document import Failed, Result
from archivetk.engines.local import LocalEngine
from archivetk.errors import ArchivetkError, MalformedError, UnreadableError
from archivetk.guard import GuardPool
from archivetk.patch import Edit, Patch
from archivetk.pipeline import clean_source
from archivetk.provenance import (
    RunInfo,
    from_fields,
    ledger_from,
    provenance,
    source_from,
    to_fields,
    tool_versions,
)
from archivetk.readers.collection import (
    Scanned,
    ScanReport,
    archived_settings,
    collection_pairs,
    pair_of,
    scanned_documents,
)
from archivetk.records import gunzip_member
from archivetk.settings import Settings

__all__ = ["VERDICTS", "Verdict", "verify", "verify_document"]

_BATCH: Final = 8  # documents that a process gets at a time
_BATCH_BYTES: Final = 4 << 20  # and about so many bytes
_DOCUMENTS: Final = "archivetk/documents.jsonl"
VERDICTS: Final = ("proven", "replayed", "diverged", "damaged")

#: Failures that another run need not see.
_BY_CHANCE: Final = frozenset({"timeout", "memory", "crashed", "internal-error"})
#: Fields of the block that a second run has to give again, in the order of the pipeline.
_AFTER_STAGES: Final = (
    "text",
    "reasons",
    "edits",
    "byte-map",
    "language",
    "metadata",
    "findings",
    "quality",
    "flags",
    "counts",
    "coverage",
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one document, or of one file of the archive.

    Attributes:
        subject: id of the document, or name of the file.
        kind: ``document`` or ``file``.
        verdict: ``proven``, ``replayed``, ``diverged``, ``damaged``; of a file only the last.
        stage: the first stage that diverged.
        reason: a sentence for people; empty where all is proven.
        file, offset: where the damage is, if it has a place.
        versions: what is of another version here: name, archived, now.
    """

    subject: str
    kind: str
    verdict: str
    stage: str | None = None
    reason: str = ""
    file: str | None = None
    offset: int | None = None
    versions: tuple[tuple[str, str, str], ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing speaks against the archive."""
        return self.verdict in {"proven", "replayed"}


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
    index = _Index(place) if place.is_dir() else None
    cases = _cases(place, report, index)
    engine = LocalEngine(jobs)
    if settings is None or not derive:
        yield from (_replayed_only(one.scanned, one.payload) for one in cases)
    elif engine.slots == 1:
        yield from (_judged(one, settings) for one in cases)
    else:
        yield from _judged_apart(cases, settings, engine)
    for file, offset, what in report.problems:
        yield Verdict(file, "file", "damaged", reason=what, file=file, offset=offset)
    if index is not None:
        yield from index.rest()
        yield from _files(place)


@dataclass(frozen=True, slots=True)
class _Case:
    """A document and all that it is judged by."""

    scanned: Scanned
    payload: bytes | None

    @property
    def data(self) -> bytes:
        """Its payload, by whose size it is given time."""
        return self.payload or b""


def _cases(place: Path, report: ScanReport, index: _Index | None) -> Iterator[_Case]:
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
    first = _replayed_only(case.scanned, case.payload)
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


def verify_document(scanned: Scanned, payload: bytes | None, settings: Settings) -> Verdict:
    """Judge one document; pure, so that an engine can do it anywhere.

    Args:
        scanned: its records.
        payload: of its original, if the archive holds it.
        settings: it was cleaned with.
    """
    first = _replay(scanned, payload)
    if isinstance(first, Verdict):
        return first
    facts = scanned.facts
    name = str(facts["document-id"])
    data, note = first
    if data is None:
        return Verdict(name, "document", "replayed", reason=note)
    versions = _other_versions(facts)
    if facts["status"] == "failed" and facts.get("code") in _BY_CHANCE:
        return Verdict(
            name,
            "document",
            "replayed",
            reason=f"It had failed ({facts['code']}), which need not happen again.",
            versions=versions,
        )
    if settings.digest != facts.get("settings-sha256"):
        return Verdict(
            name,
            "document",
            "damaged",
            reason="The settings of the archive are not the ones that it was cleaned with.",
        )
    try:
        source = source_from(facts, data)
    except MalformedError as error:
        return _damaged(scanned, str(error))
    again = _again(clean_source(source, settings), facts, settings)
    stage, reason = _compared(facts, again)
    if stage is None:
        return Verdict(name, "document", "proven", reason=note, versions=versions)
    if versions:
        names = ", ".join(f"{one} {then} is now {now}" for one, then, now in versions)
        return Verdict(
            name,
            "document",
            "replayed",
            stage,
            f"Its text follows from the archived edits; run again, {stage} differs: {reason} "
            f"The versions are not the same: {names}.",
            versions=versions,
        )
    return Verdict(name, "document", "diverged", stage, reason)


def _replayed_only(scanned: Scanned, payload: bytes | None) -> Verdict:
    first = _replay(scanned, payload)
    if isinstance(first, Verdict):
        return first
    return Verdict(str(scanned.facts["document-id"]), "document", "replayed", reason=first[1])


def _damaged(scanned: Scanned, reason: str) -> Verdict:
    place = scanned.derived
    return Verdict(
        str(scanned.facts.get("document-id")),
        "document",
        "damaged",
        reason=reason,
        file=place.file,
        offset=place.offset,
    )


def _replay(scanned: Scanned, payload: bytes | None) -> Verdict | tuple[bytes | None, str]:
    """The payload, once the archived edits were seen to lead from it to the archived text."""
    facts = scanned.facts
    if scanned.problems:
        return _damaged(scanned, " ".join(scanned.problems))
    original = facts["original"]
    held = payload is not None
    elsewhere = original.get("copied") and original.get("type") == "revisit"
    if scanned.original is not None and not held and not elsewhere and "sha256" in original:
        return _damaged(scanned, "The original's bytes are not there, or are not those it had.")
    if scanned.text is None:
        if not held:
            return None, "The archive does not hold its original."
        return payload, ""
    try:
        ledger = ledger_from(facts)
        text = scanned.text.decode("utf-8", "surrogatepass")
        decoded = ledger.decoded(text)
        data = ledger.bytemap.encode(decoded)
    except (ArchivetkError, ValueError, LookupError) as error:
        return _damaged(scanned, f"The archived edits do not lead to the archived text: {error}")
    if hashlib.sha256(data).hexdigest() != original.get("sha256"):
        return _damaged(
            scanned, "The archived edits, undone on the archived text, do not give the original."
        )
    if held and data != payload:
        return _damaged(scanned, "The archived edits belong to another original.")
    digest = hashlib.sha256(decoded.encode("utf-8", "surrogatepass")).hexdigest()
    if digest != (facts.get("decoded") or {}).get("sha256"):
        return _damaged(
            scanned, "The decoded original is not the one that the edits were made for."
        )
    try:
        again = Patch(
            len(decoded), (Edit(one.start, one.end, one.after, one.why) for one in ledger.changes)
        ).apply(decoded)
    except ValueError as error:
        return _damaged(scanned, f"The archived edits do not fit the archived original: {error}")
    if again != text:
        return _damaged(scanned, "The archived edits, applied to the original, give another text.")
    note = (
        ""
        if held
        else (
            "The archive does not hold its original's bytes; they were restored from text and "
            "ledger, and have its digest."
        )
    )
    return data, note


def _again(result: Result, facts: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    """The metadata block that a second run gives, as the archive would hold it."""
    run = RunInfo(settings, str(facts.get("date")), tool_versions())
    again = provenance(result, run, facts.get("original"))
    return from_fields(to_fields(again))


def _compared(was: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[str | None, str]:
    """The first stage that differs, and how."""
    for name in ("status", "code"):
        if was.get(name) != now.get(name):
            return "status", (
                f"it was {was['status']} {was.get('code') or ''}".rstrip()
                + f" and is now {now['status']} {now.get('code') or ''}".rstrip()
                + f". {now.get('reason') or ''}".rstrip()
            )
    for name in ("media-type", "encoding", "decoded"):
        if was.get(name) != now.get(name):
            return (
                "decode",
                f"{name} was {_short(was.get(name))} and is now {_short(now.get(name))}.",
            )
    stages_were, stages_are = was.get("stages") or [], now.get("stages") or []
    for old, new in zip(stages_were, stages_are, strict=False):
        if old.get("step") != new.get("step"):
            return str(old.get("step")), f"The stage is now {new.get('step')}."
        if old.get("sha256") != new.get("sha256"):
            return str(old.get("step")), (
                f"The stage made {old.get('edits')} edits and makes {new.get('edits')} now; "
                "its text is another."
            )
        if old.get("edits") != new.get("edits"):
            return str(old.get("step")), (
                f"The stage made {old.get('edits')} edits and makes {new.get('edits')} now."
            )
    if len(stages_were) != len(stages_are):
        return "stages", f"There were {len(stages_were)} stages and are {len(stages_are)} now."
    for name in _AFTER_STAGES:
        if was.get(name) != now.get(name):
            return name, f"It was {_short(was.get(name))} and is now {_short(now.get(name))}."
    return None, ""


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=True)
    return text if len(text) <= 80 else text[:77] + "..."


def _other_versions(facts: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    was = facts.get("versions") or {}
    now = dict(tool_versions())
    names = sorted(set(was) | set(now))
    return tuple(
        (name, str(was.get(name, "none")), now.get(name, "none"))
        for name in names
        if was.get(name) != now.get(name)
    )


class _Index:
    """The list of documents and the index, compared with the records as they are met."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._lines = self._rows()
        self._problem: str | None = None
        self._expected = 0

    def _rows(self) -> Iterator[dict[str, Any]]:
        try:
            with (self._place / _DOCUMENTS).open("rb") as file:
                for line in file:
                    yield json.loads(line)
        except (OSError, ValueError) as error:
            self._problem = f"The list of documents cannot be read: {error}."

    def check(self, scanned: Scanned) -> None:
        """Compare a document with its line."""
        if scanned.original is not None and not scanned.facts["original"].get("target-uri"):
            return
        self._expected += scanned.original is not None
        if self._problem:
            return
        row = next(self._lines, None)
        if row is None:
            if not self._problem:
                self._problem = (
                    f"The list of documents does not name {scanned.facts['document-id']!r}."
                )
            return
        try:
            same = (
                row["id"] == scanned.facts["document-id"]
                and row["derived"]["offset"] == scanned.derived.offset
                and row["derived"]["file"] == scanned.derived.file
            )
        except (KeyError, TypeError) as error:
            self._problem = f"The list of documents is damaged: {error}"
            return
        if not same:
            self._problem = (
                f"The list of documents has {row['id']!r} where the archive has "
                f"{scanned.facts['document-id']!r}."
            )

    def rest(self) -> Iterator[Verdict]:
        """What the lists name and the records do not hold."""
        if not self._problem:
            for row in self._lines:
                yield Verdict(
                    str(row.get("id")),
                    "document",
                    "damaged",
                    reason="The list of documents names it, but its records are missing.",
                    file=_DOCUMENTS,
                )
        if self._problem:
            yield Verdict(_DOCUMENTS, "file", "damaged", reason=self._problem, file=_DOCUMENTS)
        yield from self._captures()

    def _captures(self) -> Iterator[Verdict]:
        name = "indexes/index.cdxj"
        count = 0
        try:
            with (self._place / name).open("rb") as file:
                for line in file:
                    count += 1
                    try:
                        fields = json.loads(line.split(b" ", 2)[2])
                        self._record(fields)
                    except (ValueError, KeyError, IndexError, OSError, MalformedError) as error:
                        yield Verdict(
                            name,
                            "file",
                            "damaged",
                            reason=f"Line {count} does not lead to a record: {error}",
                            file=name,
                        )
        except OSError as error:
            yield Verdict(name, "file", "damaged", reason=f"It cannot be read: {error.strerror}.")
            return
        if count < self._expected:
            yield Verdict(
                name,
                "file",
                "damaged",
                reason=f"It lists {count} captures, the archive holds {self._expected}.",
                file=name,
            )

    def _record(self, fields: Mapping[str, Any]) -> None:
        file_name = str(fields["filename"])
        if "/" in file_name or "\\" in file_name:
            raise MalformedError(f"{file_name!r} is not the name of a file")
        with (self._place / "archive" / file_name).open("rb") as file:
            file.seek(int(fields["offset"]))
            data = gunzip_member(file.read(int(fields["length"])))
        head = data[: data.find(b"\r\n\r\n")]
        if str(fields["url"]).encode("utf-8") not in head:
            raise MalformedError(f"the record there is not that of {fields['url']}")


def _files(place: Path) -> Iterator[Verdict]:
    """What the list of files says that is not so."""
    name = "datapackage.json"
    try:
        data = (place / name).read_bytes()
        package = json.loads(data)
        listed = {one["path"]: (one["bytes"], one["hash"]) for one in package["resources"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        yield Verdict(
            name,
            "file",
            "damaged",
            reason=f"The list of files cannot be read ({error}). A run that was ended before its "
            "time leaves none; the same command takes it up.",
        )
        return
    try:
        stated = json.loads((place / "datapackage-digest.json").read_bytes())
        if stated != {"path": name, "hash": f"sha256:{hashlib.sha256(data).hexdigest()}"}:
            reason = "It does not have the digest that datapackage-digest.json states."
            yield Verdict(name, "file", "damaged", reason=reason, file=name)
    except (OSError, ValueError):
        yield Verdict("datapackage-digest.json", "file", "damaged", reason="It cannot be read.")
    there = {
        f"{folder}/{entry.name}"
        for folder in ("archive", "archivetk", "indexes", "pages")
        if (place / folder).is_dir()
        for entry in os.scandir(place / folder)
    }
    for path in sorted(there - set(listed)):
        yield Verdict(path, "file", "damaged", reason="The list of files does not name it.")
    for path, (size, digest) in sorted(listed.items()):
        if path not in there:
            yield Verdict(str(path), "file", "damaged", reason="It is missing.", file=str(path))
            continue
        right, seen = _measured(place / path)
        if seen != size or f"sha256:{right}" != digest:
            reason = "It does not have the digest that datapackage.json states."
            if seen != size:
                reason = f"It has {seen} bytes, datapackage.json states {size}."
            yield Verdict(str(path), "file", "damaged", reason=reason, file=str(path))


def _measured(path: Path) -> tuple[str, int]:
    digest = hashlib.sha256()
    size = 0
    try:
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
                size += len(chunk)
    except OSError:
        return "", -1
    return digest.hexdigest(), size

"""Helpers of the tests of archives: sources, runs, collections."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from archivetk.document import Failed, RecordRef, Result, Source
from archivetk.pipeline import clean_source
from archivetk.provenance import ArchiveOptions, RunInfo
from archivetk.records import gunzip_member, parse_record, walk_members
from archivetk.settings import load_profile
from archivetk.writers.collection import CollectionWriter, prepare

SETTINGS = load_profile("gentle")
DATE = "2026-01-02T03:04:05Z"


def run(date: str = DATE, settings=SETTINGS, base: str = "", **options: Any) -> RunInfo:
    now = RunInfo.now(settings, ArchiveOptions(**options))
    return RunInfo(settings, date, now.versions, now.options, base)


def source(name: str, data: bytes | str, **more: Any) -> Source:
    raw = data.encode() if isinstance(data, str) else data
    return Source(more.pop("id", name), name, raw, root=more.pop("root", "root"), **more)


def result(one: Source | Failed, settings=SETTINGS) -> Result:
    return one if isinstance(one, Failed) else clean_source(one, settings)


def row(name: str, number: int, value: dict[str, Any], end: str = "\n") -> Source:
    line = json.dumps(value) + end
    return source(f"{name}#{number}", line, media_type="application/json")


def record_ref(number: int, **more: Any) -> RecordRef:
    values = {
        "warc": "crawl.warc.gz",
        "offset": number * 100,
        "length": 100,
        "record_id": f"<urn:uuid:00000000-0000-4000-8000-{number:012d}>",
        "record_type": "response",
        "date": "2020-02-03T04:05:06Z",
        "target_uri": f"https://example.org/{number}",
        "content_type": "application/http; msgtype=response",
        "http_status": 200,
    }
    return RecordRef(**{**values, **more})


def archive(
    path: Path, sources: Iterable[Source | Failed], info: RunInfo | None = None, **more: Any
):
    """Clean and archive some sources; the writer, as it was when it had finished."""
    info = info or run()
    with CollectionWriter(path, info, **more) as writer:
        for one in sources:
            writer.add(prepare(result(one, info.settings), info))
    return writer


def files(path: Path) -> dict[str, bytes]:
    return {
        str(one.relative_to(path)): one.read_bytes()
        for one in sorted(path.rglob("*"))
        if one.is_file()
    }


def records(path: Path):
    with path.open("rb") as file:
        return [parse_record(one.data) for one in walk_members(file)]


def at(path: Path, offset: int, length: int):
    with path.open("rb") as file:
        file.seek(offset)
        return parse_record(gunzip_member(file.read(length)))

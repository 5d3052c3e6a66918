"""Archiving: inputs down the corridor and into a collection, as one job."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import chain, islice
from typing import Any

from archivetk.document import Cleaned, Result
from archivetk.jobs import Engine, Job, run_job
from archivetk.provenance import RunInfo
from archivetk.readers import Input
from archivetk.writers.collection import CollectionWriter
from archivetk.writers.jsonl import RECORD_KEYS
from archivetk.writers.prepared import Prepared, prepare

__all__ = ["archive_inputs"]


def archive_inputs(
    entries: Iterable[Input],
    path: str | os.PathLike[str],
    run: RunInfo,
    engine: Engine,
    *,
    overwrite: bool = False,
    tick: Callable[[int], None] | None = None,
    plugins: tuple[str, ...] = (),
    say: Callable[[str], None] = lambda _: None,
    quiet: bool = False,
) -> Iterator[dict[str, Any]]:
    """Clean inputs and write them into a collection.

    Args:
        entries: what to archive.
        path: folder of the collection; one that was made with the same settings is added to.
        run: settings, options and versions.
        engine: what runs the tasks.
        overwrite: begin anew where there is a collection that was made in another way.
        tick: called with the number of documents done.
        plugins: modules to import wherever documents are cleaned.
        say: takes what should be said about inputs and the collection.
        quiet: say only what is wrong with the collection.

    Yields:
        A short record of each document in input order, without its text; ``archived`` tells
        whether it was added or had been there before.

    Raises:
        OutputExistsError: where something else is there, or a collection made in another way.
    """
    entries = iter(entries)
    first = list(islice(entries, 1))
    run = replace(run, base=_base(first[0]) if first else "")
    entries = chain(first, entries)
    tell = None if quiet else say
    job = Job(run.settings, "archivetk.archive:_product", {"run": run.to_json()}, plugins)
    with CollectionWriter(path, run, overwrite=overwrite) as writer:
        for record, prepared in run_job(job, entries, engine, tick=tick, tell=tell):
            record["archived"] = "added" if writer.add(prepared) else "present"
            yield record
    for note in writer.notes:
        say(note)


def _base(entry: Input) -> str:
    """The folder that the names of inputs are relative to."""
    above = [".."] * (entry.name.count("/") + 1)
    return os.path.normpath(os.path.join(entry.path, *above))


def _product(result: Result, *, run: str) -> tuple[dict[str, Any], Prepared]:
    """What a task makes of a result: a short record for the talk, and the WARC records."""
    source = result.source
    prepared = prepare(result, RunInfo.from_json(run))
    record: dict[str, Any] = dict.fromkeys(
        key for key in RECORD_KEYS if key not in {"text", "quality"}
    )
    record["id"] = source.id
    record["source"] = source.ref
    record["status"] = type(result).__name__.lower()
    if isinstance(result, Cleaned):
        record["counts"] = prepared.counts
        record["flags"] = list(result.document.flags)
    else:
        record["code"] = result.code
        record["reason"] = result.reason
    return record, prepared

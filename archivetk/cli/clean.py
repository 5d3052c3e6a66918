"""``archivetk clean``."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from archivetk.cli.app import command
from archivetk.cli.learned import with_site_model
from archivetk.cli.options import (
    AsJson,
    Changes,
    Exclude,
    Inputs,
    Jobs,
    Output,
    Overwrite,
    Quiet,
    Title,
    Url,
    Urls,
    takes_settings,
)
from archivetk.cli.talk import Progress, Tally, say
from archivetk.engines.local import LocalEngine
from archivetk.errors import UsageError
from archivetk.jobs import Job, run_job
from archivetk.readers import Input, find_inputs
from archivetk.readers.files import load_urls
from archivetk.settings import Settings
from archivetk.writers.sink import FolderSink, format_of, open_sink

__all__ = ["gather"]


@command("clean")
@takes_settings
def clean(
    settings: Settings,
    inputs: Inputs,
    output: Output = None,
    format: Annotated[  # noqa: A002 - the word that users know
        str | None,
        typer.Option(help="text, jsonl, parquet, markdown, dolma or datatrove.", metavar="NAME"),
    ] = None,
    changes: Changes = False,
    title: Title = True,
    exclude: Exclude = None,
    url: Url = None,
    urls: Urls = None,
    jobs: Jobs = 0,
    overwrite: Overwrite = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Clean text, pages and archives.

    Examples:
        archivetk clean story.txt
        archivetk clean pages/ -o clean/
        archivetk clean crawl.warc.gz --format jsonl --changes -o clean.jsonl
    """
    name = format_of(output, format)
    if name == "markdown":
        settings = settings.changed(markdown=True)
    with ExitStack() as stack:
        entries = gather(stack, inputs, exclude, url, urls)
        several = len(entries) > 1 or any(entry.container for entry in entries)
        sink = open_sink(
            output,
            name,
            sys.stdout.buffer,
            several=several,
            overwrite=overwrite,
            title=title,
            changes=changes,
        )
        if isinstance(sink, FolderSink):
            sink.check([entry.name for entry in entries if not entry.container])
        stack.enter_context(sink)
        tell = None if quiet else say
        settings = with_site_model(settings, entries, jobs, tell)
        tally = Tally(quiet=quiet)
        job = Job(settings, "archivetk.writers.jsonl:to_record", {"changes": changes})
        progress = stack.enter_context(
            Progress(None if several else 1, quiet=quiet or (output is None and not as_json))
        )
        for record in run_job(job, entries, LocalEngine(jobs), tick=progress.tick, tell=tell):
            sink.write(record)
            tally.add(record)
    if output is not None or as_json or tally.exit_code:
        tally.finish(as_json=as_json)
    raise typer.Exit(tally.exit_code)


def gather(
    stack: ExitStack,
    inputs: list[str],
    exclude: list[str] | None,
    url: str | None,
    urls: Path | None,
) -> list[Input]:
    """The inputs behind the arguments; standard input is put into a file first.

    Raises:
        UsageError: where the arguments contradict each other.
    """
    names = list(inputs)
    spooled: Input | None = None
    if "-" in names:
        names.remove("-")
        spooled = _spool(stack)
    entries = list(
        find_inputs(names, exclude=exclude or (), urls=load_urls(urls) if urls else None)
    )
    if spooled is not None:
        entries.append(spooled)
    if not entries:
        raise UsageError("There is nothing to clean: no file was found. Check the paths.")
    if url is not None:
        if len(entries) != 1:
            raise UsageError("--url is for one input; give --urls FILE for several.")
        if not url.lower().startswith(("http://", "https://")):
            raise UsageError(f"{url!r} is no address. It begins with http:// or https://.")
        entries = [replace(entries[0], url=url, url_from="option")]
    return entries


def _spool(stack: ExitStack) -> Input:
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="archivetk-"))
    path = os.path.join(folder, "stdin")
    with open(path, "wb") as file:
        while part := sys.stdin.buffer.read(1 << 20):
            file.write(part)
    entry = next(find_inputs([path]))
    return replace(entry, name="stdin", root="stdin")

"""``archivetk archive``."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from archivetk.cli.app import command
from archivetk.cli.clean import gather
from archivetk.cli.learned import with_site_model
from archivetk.cli.options import AsJson, Exclude, Inputs, Jobs, Quiet, Url, Urls, takes_settings
from archivetk.cli.talk import Progress, Tally, say
from archivetk.engines.local import LocalEngine
from archivetk.settings import Settings

__all__: list[str] = []


@command("archive")
@takes_settings
def archive(
    settings: Settings,
    inputs: Inputs,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Folder of the collection.", metavar="COLLECTION")
    ],
    name: Annotated[
        str, typer.Option(help="Name of the WARC files.", metavar="NAME")
    ] = "documents",
    target_uri: Annotated[
        str,
        typer.Option(
            help="Address of files that have none: file, ni, or a URL prefix.", metavar="HOW"
        ),
    ] = "file",
    url_from: Annotated[
        str | None,
        typer.Option(help="canonical: a page's own canonical link is its address.", metavar="HOW"),
    ] = None,
    wet_compatible: Annotated[
        bool, typer.Option("--wet-compatible", help="Conversions with Common Crawl's headers.")
    ] = False,
    copy_originals: Annotated[
        bool,
        typer.Option("--copy-originals", help="Copy the records of input WARCs, byte for byte."),
    ] = False,
    max_file_bytes: Annotated[
        int, typer.Option(help="Begin another WARC file at this size.", min=1, metavar="BYTES")
    ] = 1_000_000_000,
    exclude: Exclude = None,
    url: Url = None,
    urls: Urls = None,
    jobs: Jobs = 0,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Begin anew where there is another collection.")
    ] = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Clean, and write originals, texts and edits into WARCs.

    The collection holds what it takes to replay, restore and prove every text.

    Examples:
        archivetk archive pages/ -o collection
        archivetk archive crawl.warc.gz -o collection --copy-originals
    """
    from archivetk.archive import archive_inputs
    from archivetk.provenance import ArchiveOptions, RunInfo

    if url_from is not None:
        settings = settings.changed(url_from=url_from)
    options = ArchiveOptions(name, wet_compatible, copy_originals, target_uri, max_file_bytes)
    tally = Tally(quiet=quiet)
    with ExitStack() as stack:
        entries = gather(stack, inputs, exclude, url, urls)
        settings = with_site_model(settings, entries, jobs, None if quiet else say)
        progress = stack.enter_context(Progress(None, quiet=quiet))
        for record in archive_inputs(
            entries,
            output,
            RunInfo.now(settings, options),
            LocalEngine(jobs),
            overwrite=overwrite,
            tick=progress.tick,
            say=say,
            quiet=quiet,
        ):
            tally.add(record)
            tally.archived[record["archived"]] += 1
    tally.finish(
        as_json=as_json, extra={"archived": dict(tally.archived), "collection": str(output)}
    )
    if not as_json and not quiet and tally.archived["present"]:
        say(f"{output}: {tally.archived['added']} added, {tally.archived['present']} were there")
    raise typer.Exit(tally.exit_code)

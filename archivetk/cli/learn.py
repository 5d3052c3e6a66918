"""``archivetk learn``, and the model that ``--site-model auto`` asks for."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Final

import typer

from archivetk.cli.app import command
from archivetk.cli.clean import gather
from archivetk.cli.learned import write_model
from archivetk.cli.options import AsJson, Exclude, Inputs, Jobs, Quiet, Url, Urls, takes_settings
from archivetk.cli.talk import Progress, Tally, counted, say
from archivetk.engines.local import LocalEngine
from archivetk.errors import OutputExistsError
from archivetk.settings import Settings

__all__: list[str] = []

# As ``archivetk.corpus.Thresholds`` has them, which takes half a second to load.
_DOCUMENTS: Final = 3
_SHARE: Final = 0.2


@command("learn")
@takes_settings
def learn(
    settings: Settings,
    inputs: Inputs,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The site model, JSON.", metavar="FILE")
    ],
    counts: Annotated[
        Path | None,
        typer.Option(help="Go on from the counts in this file, and keep them.", metavar="FILE"),
    ] = None,
    min_documents: Annotated[
        int, typer.Option(help="A line stands on at least so many pages.", min=2, metavar="N")
    ] = _DOCUMENTS,
    min_share: Annotated[
        float,
        typer.Option(help="And on this share of its site's.", min=0.001, max=1.0, metavar="SHARE"),
    ] = _SHARE,
    exclude: Exclude = None,
    url: Url = None,
    urls: Urls = None,
    jobs: Jobs = 0,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace a model that exists.")
    ] = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Learn which lines come again on the pages of a site.

    Examples:
        archivetk learn crawl.warc.gz -o site.json
        archivetk learn monday/ -o site.json --counts site.counts
    """
    from archivetk.corpus import Counts, Thresholds, freeze, load_counts, save_counts
    from archivetk.learn import count_inputs

    if output.exists() and not overwrite:
        raise OutputExistsError(f"{output} exists. Choose another name, or give --overwrite.")
    tally = Tally(quiet=quiet)
    sites = 0
    with ExitStack() as stack:
        entries = gather(stack, inputs, exclude, url, urls)
        table = stack.enter_context(Counts())
        if counts is not None and counts.exists():
            load_counts(table, counts)
        progress = stack.enter_context(Progress(None, quiet=quiet))
        tell = None if quiet else say
        engine = LocalEngine(jobs)
        for record in count_inputs(entries, settings, engine, table, tick=progress.tick, tell=tell):
            tally.add(record)
        model = freeze(table, Thresholds(min_documents, min_share))
        write_model(output, model)
        if counts is not None:
            save_counts(table, counts)
        sites = len(model.sites)
        documents = sum(table.documents.values())
        lines = sum(len(site.lines) for site in model.sites.values())
    if not quiet:
        say(
            f"{output}: {counted(lines, 'line')} of {counted(sites, 'site')}, "
            f"from {counted(documents, 'different page')}"
        )
    if as_json:
        tally.finish(as_json=True, extra={"model": str(output), "sites": sites, "lines": lines})
    raise typer.Exit(tally.exit_code)

"""``archivetk explain``."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from typing import Annotated, Any

import typer

from archivetk.cli.app import command
from archivetk.cli.clean import gather
from archivetk.cli.options import Exclude, Inputs, Url, Urls, takes_settings
from archivetk.cli.talk import say
from archivetk.document import Cleaned, Failed
from archivetk.errors import UsageError
from archivetk.readers import sources
from archivetk.settings import Settings
from archivetk.vetting import vet

__all__: list[str] = []


@command("explain")
@takes_settings
def explain(
    settings: Settings,
    inputs: Inputs,
    at: Annotated[
        str | None,
        typer.Option(help="Where characters I to J of the clean text came from.", metavar="I:J"),
    ] = None,
    inline_: Annotated[
        bool, typer.Option("--inline", help="Show the original with its changes in place.")
    ] = False,
    rule: Annotated[
        str | None, typer.Option(help="Only changes of this rule or group.", metavar="RULE")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Records with their changes.")] = False,
    prov: Annotated[bool, typer.Option("--prov", help="The provenance as W3C PROV-JSON.")] = False,
    exclude: Exclude = None,
    url: Url = None,
    urls: Urls = None,
) -> None:
    """Every change: bytes, before, after, rule, why.

    Examples:
        archivetk explain story.txt
        archivetk explain page.html --at 120:180
    """
    from archivetk.cli.show import inline, located, table
    from archivetk.pipeline import clean_source
    from archivetk.provenance import prov_json
    from archivetk.writers.jsonl import dumps, to_record

    place = _place(at)
    if rule is not None:
        vet(settings.changed(disable=[rule]))  # which refuses a name that is none
    failed = False
    with ExitStack() as stack:
        for entry in gather(stack, inputs, exclude, url, urls):
            for source in sources(entry, settings):
                result: Any = (
                    source if isinstance(source, Failed) else clean_source(source, settings)
                )
                failed = failed or isinstance(result, Failed)
                if prov and isinstance(result, Cleaned):
                    print(json.dumps(prov_json(result.document.provenance()), ensure_ascii=False))
                elif as_json and place is None:
                    print(dumps(to_record(result, changes=True)))
                elif not isinstance(result, Cleaned):
                    say(f"{type(result).__name__.lower()}: {result.source.ref}: {result.reason}")
                elif place is not None:
                    where = located(result.document, *place)
                    print(json.dumps(where, ensure_ascii=False) if as_json else where["said"])
                else:
                    (inline if inline_ else table)(result.document, rule, sys.stdout)
    raise typer.Exit(1 if failed else 0)


def _place(at: str | None) -> tuple[int, int] | None:
    if at is None:
        return None
    first, _, last = at.partition(":")
    if not (first.isdecimal() and last.isdecimal() and int(first) <= int(last)):
        raise UsageError("--at takes two numbers, for example --at 120:180.")
    return int(first), int(last)

"""``archivetk check``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archivetk.cli.app import command
from archivetk.cli.talk import counted, say
from archivetk.errors import UsageError

if TYPE_CHECKING:
    from archivetk.check import Summary

__all__: list[str] = []


@command("check")
def check(
    paths: Annotated[
        list[Path],
        typer.Argument(help="WARC, ARC or WACZ files, collections, folders.", metavar="WARC"),
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="A JSON object for each finding.")
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 on warnings, too.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="List errors only.")] = False,
    repair_to: Annotated[
        Path | None,
        typer.Option("--repair", help="Write the good records to a new file.", metavar="OUT"),
    ] = None,
) -> None:
    """Integrity and conformance of web archives, finding by finding.

    Exit code 0: no error; 1: errors (with --strict: or warnings).

    Examples:
        archivetk check crawl.warc.gz
        archivetk check damaged.warc.gz --repair good.warc.gz
    """
    from archivetk.check import Summary
    from archivetk.check import check as check_paths

    summary = Summary()
    for finding in check_paths(paths, summary):
        if as_json:
            print(json.dumps(finding.to_dict(), ensure_ascii=False))
        elif not quiet or finding.severity == "error":
            print(finding)
    if as_json:
        print(json.dumps({"summary": summary.to_dict()}, ensure_ascii=False))
    else:
        _conclude(summary)
    if repair_to is not None:
        _repair(paths, repair_to, as_json=as_json)
    raise typer.Exit(summary.exit_code(strict))


def _conclude(summary: Summary) -> None:
    counts = ", ".join(
        f"{count} {name}" if name == "info" else counted(count, name)
        for name, count in summary.severities.items()
    )
    say(
        f"{counted(summary.files, 'file')}, {counted(summary.records, 'record')}: "
        f"{counts or 'nothing found'}"
    )
    for sentence in summary.uncovered:
        say(f"not covered: {sentence}")


def _repair(paths: list[Path], target: Path, *, as_json: bool) -> None:
    from archivetk.check import repair

    if len(paths) != 1:
        raise UsageError("--repair mends one file at a time. Name one.")
    done = repair(paths[0], target)
    if as_json:
        print(json.dumps({"repair": done.to_dict()}, ensure_ascii=False))
        return
    say(f"{counted(done.records, 'record')}, {done.bytes} bytes written to {target}")
    for one in done.left:
        say(f"left out at byte {one.offset}: {one.message}")

"""``archivetk verify``, ``restore``, ``export`` and ``pack``: what is done with a collection."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from archivetk.cli.app import command
from archivetk.cli.options import Changes, Jobs, Output, Overwrite, Quiet, Title
from archivetk.cli.talk import counted, say
from archivetk.errors import RestoreError, UsageError, VerificationError
from archivetk.writers.sink import format_of, open_sink, whole_file

if TYPE_CHECKING:
    from archivetk.verify import Verdict

__all__: list[str] = []

#: Formats that have a record of every document, whatever became of it.
_WHOLE: Final = frozenset({"jsonl", "parquet"})


@command("verify")
def verify(
    path: Annotated[
        Path,
        typer.Argument(help="A collection, its WACZ, or a WARC of it.", metavar="COLLECTION|WARC"),
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="A JSON object for each document.")
    ] = False,
    derive: Annotated[
        bool, typer.Option("--derive/--replay-only", help="Run the tool again, too.")
    ] = True,
    jobs: Jobs = 0,
    quiet: Quiet = False,
) -> None:
    """Re-derive every clean text from its original and prove it.

    Each document is replayed (the archived edits on the archived original give the archived
    text) and re-derived (the tool, run again, makes the same edits).
    """
    from archivetk.readers.collection import as_folder
    from archivetk.verify import verify as verify_path

    counts: Counter[str] = Counter()
    good = True
    with as_folder(path) as folder:
        for verdict in verify_path(folder, derive=derive, jobs=jobs):
            counts[verdict.verdict] += 1
            good = good and verdict.ok
            if as_json:
                print(json.dumps(asdict(verdict), ensure_ascii=False))
            elif not quiet or not verdict.ok:
                print(_verdict_line(verdict))
    if not as_json:
        print(
            ", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "no documents"
        )
    raise typer.Exit(0 if good else VerificationError.exit_code)


def _verdict_line(verdict: Verdict) -> str:
    at = ""
    if verdict.offset is not None:
        at = f" at {verdict.file}:{verdict.offset}"
    elif verdict.file and verdict.file != verdict.subject:
        at = f" in {verdict.file}"
    stage = f" at stage {verdict.stage}" if verdict.stage else ""
    reason = f": {verdict.reason}" if verdict.reason else ""
    return f"{verdict.verdict:9} {verdict.subject}{stage}{at}{reason}"


@command("restore")
def restore(
    path: Annotated[
        Path,
        typer.Argument(
            help="A collection, its WACZ, or JSON Lines written with --changes.", metavar="FROM"
        ),
    ],
    output: Annotated[
        Path,
        typer.Option("--output", "-o", help="Folder to write the originals to.", metavar="FOLDER"),
    ],
    overwrite: Overwrite = False,
    quiet: Quiet = False,
) -> None:
    """The originals back, byte for byte, each under its relative path.

    Examples:
        archivetk restore collection -o originals
        archivetk restore clean.jsonl -o originals
    """
    from archivetk.readers.collection import as_folder, is_collection, restore_collection
    from archivetk.readers.ledgers import restore_records

    done, failed, rejected = 0, 0, 0
    with as_folder(path) as place:
        run = restore_collection if is_collection(place) else restore_records
        for one in run(place, output, overwrite=overwrite):
            if one.problem:
                failed += 1
                say(f"failed: {one.id}: {one.problem}")
            elif one.rejected:
                rejected += 1
                if not quiet:
                    say(f"not in the file: {one.id}: it was rejected: {one.rejected}")
            else:
                done += 1
    if not quiet:
        rest = f", {rejected} rejected and not in the file" if rejected else ""
        say(f"{counted(done, 'original')} restored to {output}, {failed} failed{rest}")
    raise typer.Exit(RestoreError.exit_code if failed else 0)


@command("export")
def export(
    path: Annotated[
        Path, typer.Argument(help="A collection, its WACZ, or a WARC of it.", metavar="COLLECTION")
    ],
    output: Output = None,
    format: Annotated[  # noqa: A002 - the word that users know
        str | None,
        typer.Option(
            help="text, jsonl, parquet, markdown, dolma, datatrove or wet.", metavar="NAME"
        ),
    ] = None,
    changes: Changes = False,
    title: Title = True,
    overwrite: Overwrite = False,
    quiet: Quiet = False,
) -> None:
    """The clean texts of a collection, for downstream tools.

    Examples:
        archivetk export collection --format jsonl -o clean.jsonl.gz
        archivetk export collection --format wet -o clean.warc.wet.gz
    """
    from archivetk.readers.collection import as_folder

    is_wet = format == "wet" or (format is None and output and ".wet" in Path(output).name)
    with as_folder(path) as folder:
        if is_wet:
            counts = _export_wet(folder, output, overwrite=overwrite)
        else:
            counts = _export(
                folder, output, format, changes=changes, title=title, overwrite=overwrite
            )
    if output is not None and not quiet:
        _conclude(output, counts, "wet" if is_wet else format_of(output, format))


def _conclude(output: str, counts: Counter[str], name: str) -> None:
    """What was written, and what has no text to be written."""
    parts = ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))
    rest = counts.total() - counts["cleaned"]
    left_out = f"; {rest} without a text left out" if rest and name not in _WHOLE else ""
    say(f"{output}: {counted(counts.total(), 'document')}: {parts or 'none'}{left_out}")


def _export(
    path: Path,
    output: str | None,
    asked: str | None,
    *,
    changes: bool,
    title: bool,
    overwrite: bool,
) -> Counter[str]:
    from archivetk.readers.collection import archived_settings, read_collection
    from archivetk.writers.export import archived_record

    name = format_of(output, asked)
    settings = archived_settings(path)
    sink = open_sink(
        output,
        name,
        sys.stdout.buffer,
        several=True,
        overwrite=overwrite,
        title=title,
        changes=changes,
        plain=not settings.markdown,
    )
    counts: Counter[str] = Counter()
    with sink:
        for document in read_collection(path):
            counts[document.status] += 1
            sink.write(archived_record(document, changes=changes, own=settings.rules))
    return counts


def _export_wet(path: Path, output: str | None, *, overwrite: bool) -> Counter[str]:
    from archivetk.provenance import warc_date
    from archivetk.readers.collection import read_collection
    from archivetk.writers.wet import WetWriter

    if output is None:
        raise UsageError("WET needs a file: give one with -o, for example -o clean.warc.wet.gz.")
    target = Path(output)
    counts: Counter[str] = Counter()
    with whole_file(target, overwrite=overwrite) as file:
        writer = WetWriter(file, target.name, warc_date())
        for document in read_collection(path):
            counts[document.status] += 1
            writer.write(document)
    return counts


@command("pack")
def pack_collection(
    path: Annotated[Path, typer.Argument(help="A collection.", metavar="COLLECTION")],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="The file to write; without it, the collection's name with .wacz behind it.",
            metavar="FILE",
        ),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace a file there is.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """One file that replays and searches: the collection as WACZ.

    The WARC files are stored as they are, the rest is deflated. Every file's digest is compared
    on the way.

    Examples:
        archivetk pack collection -o pages.wacz
    """
    from archivetk.writers.wacz import pack

    # resolved, so that "." has a name, too
    folder = path.resolve()
    target = output or folder.with_name(folder.name + ".wacz")
    for note in pack(path, target, overwrite=overwrite):
        say(note)
    if not quiet:
        say(f"{path} packed into {target}, {target.stat().st_size} bytes")

"""How a document's changes look on a terminal."""

from __future__ import annotations

from typing import IO, Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from archivetk.cli.talk import counted
from archivetk.document import Change, Document
from archivetk.errors import UsageError
from archivetk.explain import why_of

__all__ = ["inline", "located", "table"]

_LONG = 60  # characters of a text that a table shows


def table(document: Document, rule: str | None, file: IO[str]) -> None:
    """The changes as a table: bytes, before, after, rule, why."""
    console = _console(file)
    changes = _chosen(document, rule)
    source = document.source
    console.print(
        f"{source.ref}: {counted(len(changes), 'change')}, {counted(len(source.data), 'byte')} "
        f"in {document.encoding}, {counted(len(document.text), 'character')} out, "
        f"language {document.language.tag}",
        soft_wrap=True,
        highlight=False,
        markup=False,
    )
    for finding in document.findings:
        console.print(
            f"  {finding.name}: {_said(finding.value)} ({finding.where})",
            soft_wrap=True,
            highlight=False,
            markup=False,
        )
    own = document.settings.rules if document.settings else ()
    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    grid.add_column("bytes", justify="right", no_wrap=True)
    grid.add_column("before", style="red", overflow="fold")
    grid.add_column("after", style="green", overflow="fold")
    grid.add_column("rule", style="cyan", overflow="fold")
    grid.add_column("why", overflow="fold")
    for change in changes:
        last = change.why[-1]
        said = why_of(last.rule, own)
        grid.add_row(
            f"{change.bytes.start}-{change.bytes.end}",
            Text(_short(change.before)),
            Text(_short(change.after)),
            Text("\n".join(change.rules)),
            Text(f"{said} ({last.detail})" if last.detail else said),
        )
    if changes:
        _without_margin(console, grid, file)


def _without_margin(console: Console, grid: Table, file: IO[str]) -> None:
    """Print a table; in a file its lines end where their text does."""
    if file.isatty():
        console.print(grid)
        return
    with console.capture() as shown:
        console.print(grid)
    file.write("".join(f"{line.rstrip()}\n" for line in shown.get().splitlines()))


def _said(value: object) -> str:
    """A value of the metadata as people write it: no brackets, no quotes, nothing for nothing."""
    if isinstance(value, dict):
        parts = {name: _said(one) for name, one in value.items() if one is not None}
        first = parts.pop("caption", None)
        return "; ".join([*([first] if first else []), *(f"{k}: {v}" for k, v in parts.items())])
    if isinstance(value, list | tuple):
        return ", ".join(map(_said, value))
    return "".join(map(_visible, str(value)))


def inline(document: Document, rule: str | None, file: IO[str]) -> None:
    """The original with what went struck out and what came marked."""
    console = _console(file)
    text = Text()
    position = 0
    for change in _chosen(document, rule):
        text.append(document.decoded[position : change.start])
        if change.before:
            text.append(f"[-{change.before}-]", style="red strike")
        if change.after:
            text.append("{+" + change.after + "+}", style="green")
        position = change.end
    text.append(document.decoded[position:])
    console.print(text, soft_wrap=True)


def located(document: Document, start: int, end: int) -> dict[str, Any]:
    """Where ``text[start:end]`` came from.

    Raises:
        UsageError: where the text is shorter.
    """
    if end > len(document.text):
        raise UsageError(f"The clean text has {len(document.text)} characters; --at ends at {end}.")
    span = document.patch.source_of(start, end)
    piece = document.text[start:end]
    if span is None:
        return {
            "text": piece,
            "source": None,
            "said": f"{piece!r} was inserted and has no source in the original.",
        }
    place = document.bytemap.span(document.decoded, *span)
    rules = sorted(
        {
            name
            for edit in document.patch.edits
            if edit.start < span.end and edit.end > span.start
            for name in edit.rules
        }
    )
    before = document.decoded[span.start : span.end]
    return {
        "text": piece,
        "start": span.start,
        "end": span.end,
        "bytes": list(place),
        "before": before,
        "rules": rules,
        "said": f"{piece!r} came from bytes {place.start}-{place.end}, characters "
        f"{span.start}-{span.end}: {before!r}" + (f" by {', '.join(rules)}" if rules else ""),
    }


def _chosen(document: Document, rule: str | None) -> list[Change]:
    return [
        change
        for change in document.changes()
        if rule is None or any(one == rule or one.startswith(rule + ".") for one in change.rules)
    ]


def _console(file: IO[str]) -> Console:
    terminal = file.isatty()
    return Console(file=file, width=None if terminal else 110, highlight=False)


def _short(text: str) -> str:
    """A text on one line, its middle left out where it is long; odd characters by number."""
    if text.isspace():
        text = text.replace(" ", "\u2423")  # an open box, so that a lone space is seen
    shown = "".join(_visible(sign) for sign in (text if len(text) <= _LONG else text[:40]))
    if len(text) > _LONG:
        tail = "".join(_visible(sign) for sign in text[-15:])
        return f"{shown} ... {tail} [{len(text)}]"
    return shown


def _visible(sign: str) -> str:
    if sign == "\n":
        return "\\n"
    if sign == "\t":
        return "\\t"
    return sign if sign.isprintable() else f"U+{ord(sign):04X}"

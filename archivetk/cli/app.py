"""The application that the commands register with."""

from __future__ import annotations

from typing import Annotated

import typer

from archivetk.version import __version__

__all__ = ["app"]

app = typer.Typer(
    name="archivetk",
    help="Clean scraped text, archive it into WARC, and prove every change.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode="markdown",
)


def _version(value: bool) -> None:
    if value:
        print(f"archivetk {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Clean scraped text, archive it into WARC, and prove every change."""

"""The options that every command which cleans has in common, as one value."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from archivetk.errors import SettingsError
from archivetk.settings import (
    DETECTORS,
    EXTRACTORS,
    LABELS,
    RuleFile,
    Settings,
    load_profile,
    load_settings_file,
    read_setting,
)
from archivetk.vetting import vet

__all__ = [
    "AsJson",
    "Changes",
    "Exclude",
    "Inputs",
    "Jobs",
    "Output",
    "Overwrite",
    "Quiet",
    "Title",
    "Url",
    "Urls",
    "takes_settings",
]

#: The group in the help of what decides on the text.
_CLEANING: Final = "Cleaning"
_listed: Final = ", ".join

Inputs = Annotated[
    list[str],
    typer.Argument(help="Files, folders, globs, or - for standard input.", metavar="INPUT"),
]
Exclude = Annotated[
    list[str] | None, typer.Option(help="Pass over names that match this glob.", metavar="GLOB")
]
Url = Annotated[str | None, typer.Option(help="The address of the one input.", metavar="URL")]
Urls = Annotated[
    Path | None, typer.Option(help="CSV file: relative name, address.", metavar="FILE")
]
Output = Annotated[
    str | None, typer.Option("--output", "-o", help="A file, or a folder.", metavar="OUT")
]
Changes = Annotated[bool, typer.Option("--changes", help="Put the ledger into every JSON record.")]
Title = Annotated[bool, typer.Option("--title/--no-title", help="Print the title before the text.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace files that exist.")]
Jobs = Annotated[
    int, typer.Option(help="Processes at the same time; 0: one for each core.", min=0, metavar="N")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say only what went wrong.")]
AsJson = Annotated[bool, typer.Option("--json", help="The summary as JSON, on stderr.")]


def _shared(
    profile: Annotated[
        str | None,
        typer.Option(
            help="article, gentle, strict, or the path of a settings file (.toml).",
            metavar="NAME",
            rich_help_panel=_CLEANING,
        ),
    ] = None,
    disable: Annotated[
        list[str] | None,
        typer.Option(
            help="Switch a rule or a group of rules off.", metavar="RULE", rich_help_panel=_CLEANING
        ),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            help="Run only these rules or groups.", metavar="RULE", rich_help_panel=_CLEANING
        ),
    ] = None,
    keep: Annotated[
        list[str] | None,
        typer.Option(
            help=f"Keep blocks with this label in the text: {_listed(LABELS[1:])}.",
            metavar="LABEL",
            rich_help_panel=_CLEANING,
        ),
    ] = None,
    rules: Annotated[
        list[Path] | None,
        typer.Option(help="A rule file of your own.", metavar="FILE", rich_help_panel=_CLEANING),
    ] = None,
    encoding: Annotated[
        str | None,
        typer.Option(
            help="Decode with this charset instead of finding it out.",
            metavar="CHARSET",
            rich_help_panel=_CLEANING,
        ),
    ] = None,
    language: Annotated[
        str | None,
        typer.Option(
            help="Choose rules by this language (BCP 47).", metavar="TAG", rich_help_panel=_CLEANING
        ),
    ] = None,
    media_type: Annotated[
        str | None,
        typer.Option(
            help="text/plain, text/markdown or text/html.",
            metavar="TYPE",
            rich_help_panel=_CLEANING,
        ),
    ] = None,
    extractor: Annotated[
        str | None,
        typer.Option(
            help=f"Who judges what the main content of a page is: {_listed(EXTRACTORS)}.",
            metavar="NAME",
            rich_help_panel=_CLEANING,
        ),
    ] = None,
    detector: Annotated[
        str | None,
        typer.Option(
            help=f"Who labels the language: {_listed(DETECTORS)}.",
            metavar="NAME",
            rich_help_panel=_CLEANING,
        ),
    ] = None,
    unaligned: Annotated[
        bool | None,
        typer.Option(
            "--unaligned/--no-unaligned",
            help="Keep text of a page that could not be traced to its source.",
            rich_help_panel=_CLEANING,
        ),
    ] = None,
    comments: Annotated[
        bool | None,
        typer.Option(
            "--comments/--no-comments", help="Keep readers' comments.", rich_help_panel=_CLEANING
        ),
    ] = None,
    keep_nbsp: Annotated[
        bool | None,
        typer.Option(
            "--keep-nbsp/--no-keep-nbsp",
            help="Leave no-break spaces alone.",
            rich_help_panel=_CLEANING,
        ),
    ] = None,
    normalize: Annotated[
        str | None,
        typer.Option(
            help="Unicode composition: marks, nfc or none.",
            metavar="FORM",
            rich_help_panel=_CLEANING,
        ),
    ] = None,
    straighten_quotes: Annotated[
        bool | None,
        typer.Option(
            "--straighten-quotes",
            help="Make typographic quotation marks straight.",
            rich_help_panel=_CLEANING,
        ),
    ] = None,
    dehyphenate: Annotated[
        bool | None,
        typer.Option(
            "--dehyphenate", help="Join words divided at line ends.", rich_help_panel=_CLEANING
        ),
    ] = None,
    site_model: Annotated[
        str | None,
        typer.Option(
            help="A site model, made by `archivetk learn`, or auto.",
            metavar="FILE",
            rich_help_panel=_CLEANING,
        ),
    ] = None,
    quality: Annotated[
        str | None,
        typer.Option(
            help="Reject documents by a preset of thresholds: gopher, c4 or fineweb.",
            metavar="PRESET",
            rich_help_panel=_CLEANING,
        ),
    ] = None,
    signals: Annotated[
        str | None,
        typer.Option(
            help="basic, or full: measure words and repetition too.",
            metavar="NAME",
            rich_help_panel=_CLEANING,
        ),
    ] = None,
    max_bytes: Annotated[
        int | None,
        typer.Option(
            help="Largest input or record, in bytes.",
            min=1,
            metavar="BYTES",
            rich_help_panel=_CLEANING,
        ),
    ] = None,
    time_limit: Annotated[
        float | None,
        typer.Option(
            help="Seconds that a document may take, and one for each megabyte.",
            metavar="SECONDS",
            rich_help_panel=_CLEANING,
        ),
    ] = None,
    memory_limit: Annotated[
        int | None,
        typer.Option(
            help="MiB of memory that a document may take.",
            min=64,
            metavar="MIB",
            rich_help_panel=_CLEANING,
        ),
    ] = None,
) -> None:
    """Never called: its parameters are added to those of the commands."""


_PARAMETERS: Final = list(inspect.signature(_shared, eval_str=True).parameters.values())


def takes_settings(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command all the shared options; it gets them as one ``settings``."""
    own = [
        one
        for one in inspect.signature(function, eval_str=True).parameters.values()
        if one.name != "settings"
    ]
    names = [one.name for one in _PARAMETERS]

    @wraps(function)
    def command(**values: Any) -> None:
        shared = {name: values.pop(name) for name in names}
        function(settings=make_settings(shared), **values)

    parameters = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in [*own, *_PARAMETERS]]
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {one.name: one.annotation for one in parameters}
    return command


def make_settings(flags: dict[str, Any]) -> Settings:
    """Profile, then settings file, then flags; the later wins.

    Raises:
        SettingsError: where one of them is wrong.
    """
    given = {name: value for name, value in flags.items() if value is not None and value != []}
    source, values = _settings_file()
    profile = given.pop("profile", None) or values.pop("profile", None) or "article"
    values.pop("profile", None)
    if "rules" in given:
        given["rules"] = [
            RuleFile(path.name, read_setting(path, "rule file")) for path in given["rules"]
        ]
    model = given.get("site_model")
    if model and model != "auto":
        given["site_model"] = read_setting(Path(model), "site model")
    try:
        settings = load_profile(profile).changed(**values)
    except SettingsError as error:
        if not source or not values:
            raise
        raise SettingsError(f"{source}: {error}") from error
    return vet(settings.changed(**given))


def _settings_file() -> tuple[str, dict[str, Any]]:
    """The settings file of the folder that the command runs in, and its values."""
    for name in ("archivetk.toml", "pyproject.toml"):
        path = Path(name)
        if path.is_file():
            values = load_settings_file(path)
            if values or name == "archivetk.toml":
                return name, values
    return "", {}

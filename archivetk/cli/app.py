"""The application that the commands register with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final

import typer
from typer.core import TyperCommand

from archivetk.cli.talk import STOPPED, give_up_stdout, say
from archivetk.version import __version__

__all__ = ["app", "command"]

app = typer.Typer(
    name="archivetk",
    help="Clean scraped text, archive it into WARC, and prove every change.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode=None,  # help and errors are plain text that no narrow terminal cuts
)


_NO_BRACES: Final = str.maketrans("", "", "{}")


class _Command(TyperCommand):
    """A command whose help has its options in groups, and its examples as they stand."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; Ctrl-C and a closed pipe are answered here, before typer does."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            give_up_stdout()
            raise SystemExit(0) from None  # the reader of stdout has seen enough: no error
        except KeyboardInterrupt:
            say(STOPPED)
            raise SystemExit(130) from None

    def format_help_text(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - its signature
        """The description; lines that are indented are not filled."""
        for paragraph in (self.help or "").split("\n\n"):
            formatter.write_paragraph()
            with formatter.indentation():
                if "\n    " in f"\n{paragraph}":
                    for line in paragraph.split("\n"):
                        formatter.write(f"{'':{formatter.current_indent}}{line}\n")
                else:
                    formatter.write_text(" ".join(paragraph.split()))

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """What the usage line says, without braces around what must be given."""
        return [piece.translate(_NO_BRACES) for piece in super().collect_usage_pieces(ctx)]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Arguments first, then each group of options in the order of its first one."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for one in self.get_params(ctx):
            is_argument = one.param_type_name == "argument"
            name = "Arguments" if is_argument else getattr(one, "rich_help_panel", None)
            record = one.get_help_record(ctx)
            if record is not None:
                if is_argument:  # their metavars tell enough without a type
                    record = (one.metavar or record[0], record[1])
                groups.setdefault(name or "Options", []).append(record)
        for name, records in groups.items():
            with formatter.section(name):
                formatter.write_dl(records, col_max=34)


def command(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a command under a name."""
    return app.command(name, cls=_Command)


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

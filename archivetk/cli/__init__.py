"""The command line: parse, call the library, print, exit.

A command loads what it needs when it is called, so that help and version are there at once.
stdout is data, stderr is talk.  Exit codes: 0 all is well; 1 some inputs failed, the rest is
written; 2 usage; others as the error tree says.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from importlib import import_module
from typing import Final

from archivetk.cli.talk import STOPPED, give_up_stdout, say
from archivetk.errors import ArchivetkError, OutputError
from archivetk.guard.nursery import foresee

__all__ = ["COMMANDS", "load", "main"]

#: The commands in the order of the help, and the module that each registers from.
COMMANDS: Final = {
    "clean": "clean",
    "archive": "archive",
    "check": "check",
    "verify": "collection",
    "restore": "collection",
    "export": "collection",
    "pack": "collection",
    "explain": "explain",
    "learn": "learn",
    "rules": "rules",
    "config": "rules",
}
#: Those that clean documents, most of the times that they are called.
_CLEANING: Final = frozenset({"clean", "archive", "verify", "learn"})
_HELP: Final = frozenset({"--help", "-h"})


def load(names: Iterable[str] = COMMANDS) -> None:
    """Register some commands, by default all."""
    for module in dict.fromkeys(COMMANDS[name] for name in names):
        import_module(f"archivetk.cli.{module}")


def _wanted(arguments: list[str]) -> Iterable[str]:
    """The commands that a command line may need: the one that it names, else all."""
    if arguments[:1] == ["--version"]:
        return ()
    return arguments[:1] if arguments and arguments[0] in COMMANDS else COMMANDS


def main() -> None:
    """Run the command line and exit with its code."""
    for stream in (sys.stdout, sys.stderr):
        # names and texts are UTF-8 in every locale; what no encoding can hold is escaped
        stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")  # type: ignore[union-attr]
    arguments = sys.argv[1:]
    if arguments and arguments[0] in _CLEANING and not _HELP.intersection(arguments):
        foresee()  # what cleans them loads while this process does
    try:
        load(_wanted(arguments))
        from archivetk.cli.app import app  # behind the nursery, since it takes as long to load

        app(standalone_mode=True)
    except ArchivetkError as error:
        say(f"archivetk: {error}")
        sys.exit(error.exit_code)
    except OSError as error:
        # what cannot be read becomes the result of a document; what is left is the output
        if os.environ.get("ARCHIVETK_DEBUG"):
            raise
        give_up_stdout()
        say(f"archivetk: {OutputError.of(error)}")
        sys.exit(OutputError.exit_code)
    except Exception as error:
        if os.environ.get("ARCHIVETK_DEBUG"):
            raise
        say(f"archivetk: this is a bug, please report it: {type(error).__name__}: {error}")
        say("Set ARCHIVETK_DEBUG=1 and run the command again to see where it happened.")
        sys.exit(70)
    except KeyboardInterrupt:  # before the command began
        say(STOPPED)
        sys.exit(130)

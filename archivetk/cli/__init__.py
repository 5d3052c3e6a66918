"""The command line: parse, call the library, print, exit.

stdout is data, stderr is talk.  Exit codes: 0 all is well; 1 some inputs failed, the rest is
written; 2 usage; others as the error tree says.
"""

from __future__ import annotations

import os
import sys

from archivetk.cli import app as _app
from archivetk.cli import archive, check, clean, collection, explain, learn, rules  # noqa: F401 - they register
from archivetk.cli.talk import say
from archivetk.errors import ArchivetkError

__all__ = ["main"]


def main() -> None:
    """Run the command line and exit with its code."""
    for stream in (sys.stdout, sys.stderr):
        # names and texts are UTF-8 in every locale; what no encoding can hold is escaped
        stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")  # type: ignore[union-attr]
    try:
        _app.app(standalone_mode=True)
    except ArchivetkError as error:
        say(f"archivetk: {error}")
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # the reader of stdout has seen enough; that is no error
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.exit(0)
    except Exception as error:
        if os.environ.get("ARCHIVETK_DEBUG"):
            raise
        say(f"archivetk: this is a bug, please report it: {type(error).__name__}: {error}")
        say("Set ARCHIVETK_DEBUG=1 and run the command again to see where it happened.")
        sys.exit(70)
    except KeyboardInterrupt:
        say("archivetk: stopped. Whole files stay; run the same command to go on.")
        sys.exit(130)

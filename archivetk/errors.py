"""Everything that archivetk raises, as one tree.

    ArchivetkError                  exit code 1
     +-- UsageError                 2   the call cannot be carried out as it was written
     |    +-- SettingsError         2   a settings file, a profile or an option is wrong
     |    +-- RuleError             2   a rule file is wrong, or one of its own examples fails
     |    +-- OutputExistsError     2   the target exists, or two inputs want the same target
     +-- InputError                 1   one input cannot be cleaned; the others can
     |    +-- UnreadableError       1   it cannot be opened or read
     |    +-- UnsupportedError      1   its format is not one that archivetk reads
     |    +-- TooLargeError         1   it is larger than the limit set
     |    +-- MalformedError        1   its own format is broken (JSON, WARC, gzip, ...)
     +-- PatchError                 70  a step gave edits that do not fit its text: a bug
     +-- RestoreError               3   a text and its ledger do not belong together
     +-- VerificationError          3   an archive does not prove what it claims
     +-- MissingExtraError          4   an optional package is needed and not installed
     +-- OutputError                5   what was made cannot be written: no room, no permission

Every message says what happened and what to do next.  ``code`` is the word of the closed
list ``FAILURE_CODES`` that a ``failed`` record carries.
"""

from __future__ import annotations

import os
from typing import ClassVar, Final

__all__ = [
    "FAILURE_CODES",
    "ArchivetkError",
    "InputError",
    "MalformedError",
    "MissingExtraError",
    "OutputError",
    "OutputExistsError",
    "PatchError",
    "RestoreError",
    "RuleError",
    "SettingsError",
    "TooLargeError",
    "UnreadableError",
    "UnsupportedError",
    "UsageError",
    "VerificationError",
    "said",
]

FAILURE_CODES: Final = (
    "unreadable",  # cannot be opened or read
    "not-found",  # the path does not exist
    "unsupported",  # a format or an encoding that archivetk does not read
    "malformed",  # its own format is broken
    "too-large",  # larger than the limit set
    "timeout",  # took longer than the time limit of a document
    "memory",  # needed more than the memory limit of a document
    "crashed",  # the process that cleaned it died
    "internal-error",  # a bug of archivetk: please report it
)


class ArchivetkError(Exception):
    """The root of all errors that archivetk raises on purpose."""

    exit_code: ClassVar[int] = 1
    code: ClassVar[str] = "internal-error"


class UsageError(ArchivetkError):
    """The call cannot be carried out as it was written."""

    exit_code = 2


class SettingsError(UsageError):
    """A settings file, a profile or an option is wrong."""


class RuleError(UsageError):
    """A rule file is wrong, or one of the examples in it fails."""


class OutputExistsError(UsageError):
    """The target exists already, or two inputs would be written to the same target."""


class InputError(ArchivetkError):
    """One input cannot be cleaned; the run goes on with the others."""

    code = "unreadable"


class UnreadableError(InputError):
    """The input cannot be opened or read."""


class UnsupportedError(InputError):
    """The input's format is not one that archivetk reads."""

    code = "unsupported"


class TooLargeError(InputError):
    """The input is larger than the limit set."""

    code = "too-large"


class MalformedError(InputError):
    """The input breaks the rules of its own format."""

    code = "malformed"


class PatchError(ArchivetkError):
    """A step gave edits that do not fit the text they are for.  This is a bug in the step."""

    exit_code = 70


class RestoreError(ArchivetkError):
    """A text and its ledger do not belong together, so the original cannot be rebuilt."""

    exit_code = 3


class VerificationError(ArchivetkError):
    """An archive does not prove what it claims."""

    exit_code = 3


class MissingExtraError(ArchivetkError):
    """An optional package is needed for this and is not installed."""

    exit_code = 4

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(
            f"{what} needs an optional package. Install it with: "
            f"python -m pip install 'archivetk[{extra}]'"
        )


def said(error: Exception) -> str:
    """What an error says to people: without the number and the name that the system adds."""
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


class OutputError(ArchivetkError):
    """What was made cannot be written: there is no room, no permission, no such place."""

    exit_code = 5

    @classmethod
    def of(cls, error: OSError) -> OutputError:
        """The error of the operating system in a sentence."""
        place = "the output" if error.filename is None else os.fsdecode(error.filename)
        return cls(
            f"{place} cannot be written: {error.strerror or error}. "
            "See to that, or name another place, and run the command again."
        )

"""What is said to people, on stderr: a progress bar, one line for each problem, a summary."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final, Self

__all__ = ["STOPPED", "Progress", "Tally", "counted", "give_up_stdout", "say"]

#: What is said where Ctrl-C ended a command.
STOPPED: Final = "archivetk: stopped. Whole files stay; run the same command to go on."

_EVERY = 15.0  # seconds between two lines in a log


def counted(count: int, noun: str) -> str:
    """A number and what it counts: ``1 rule``, ``2 rules``.

    >>> counted(1, "rule"), counted(0, "failure")
    ('1 rule', '0 failures')
    """
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def say(text: str) -> None:
    """One line on stderr; control characters in names are shown, not sent."""
    line = "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text
    )
    try:
        print(line, file=sys.stderr, flush=True)
    except BrokenPipeError:
        return


def give_up_stdout() -> None:
    """What is still on its way to stdout is lost, and nobody complains of it at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


class Tally:
    """Counts what became of the documents and says what went wrong."""

    def __init__(self, *, quiet: bool = False) -> None:
        self.status: Counter[str] = Counter()
        self.rules: Counter[str] = Counter()
        self.archived: Counter[str] = Counter()
        self.problems: list[dict[str, Any]] = []
        self._quiet = quiet

    def add(self, record: Mapping[str, Any]) -> None:
        """Count one record."""
        self.status[record["status"]] += 1
        self.rules.update(record.get("counts") or {})
        if record["status"] != "cleaned":
            self.problems.append(
                {key: record[key] for key in ("source", "status", "code", "reason")}
            )
            if not self._quiet or record["status"] == "failed":
                say(f"{record['status']}: {record['source']}: {record['reason']}")

    @property
    def exit_code(self) -> int:
        """1 where any document failed."""
        return 1 if self.status["failed"] else 0

    def finish(self, *, as_json: bool, extra: Mapping[str, Any] | None = None) -> None:
        """The summary: a line, or JSON."""
        total = sum(self.status.values())
        if as_json:
            summary = {
                "documents": total,
                **{name: self.status[name] for name in ("cleaned", "rejected", "failed")},
                "changes": sum(self.rules.values()),
                "rules": dict(sorted(self.rules.items())),
                "problems": self.problems,
                **(extra or {}),
            }
            print(json.dumps(summary, ensure_ascii=False), file=sys.stderr)
        elif not self._quiet:
            parts = [f"{count} {name}" for name, count in sorted(self.status.items())]
            say(
                f"{counted(total, 'document')}: {', '.join(parts) or 'none'}; "
                f"{counted(sum(self.rules.values()), 'change')} "
                f"by {counted(len(self.rules), 'rule')}"
            )


class Progress:
    """A bar on a terminal, a line now and then in a log, nothing when quiet."""

    def __init__(self, total: int | None, *, quiet: bool) -> None:
        self._total = total
        self._quiet = quiet
        self._lock = threading.Lock()
        self._done = 0
        self._said = time.monotonic()
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> Self:
        if not self._quiet and sys.stderr.isatty() and (self._total is None or self._total > 1):
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
            from rich.progress import Progress as Bar

            self._bar = Bar(
                TextColumn("cleaning"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self._task = self._bar.add_task("", total=self._total)
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def tick(self, count: int) -> None:
        """Some more documents are done; called from any thread."""
        with self._lock:
            self._done += count
            if self._bar is not None:
                self._bar.update(self._task, completed=self._done)
            elif not self._quiet and time.monotonic() - self._said > _EVERY:
                self._said = time.monotonic()
                say(f"{counted(self._done, 'document')} done")

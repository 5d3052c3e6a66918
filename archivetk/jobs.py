"""Jobs: many inputs, cut into tasks that any engine can run.

The seam is one function, ``run_task(task) -> report``: both are plain dicts, files go in and
files come out, so that a pool on this machine and a cluster run the same code.  A task names its
inputs, the settings and a file for its answers; it can be run again at any time and gives the
same file.  Within a task, documents are cleaned in a guarded child process.
"""

from __future__ import annotations

import os
import pickle
import shutil
import struct
import tempfile
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice
from pathlib import Path
from threading import Event, get_ident
from typing import TYPE_CHECKING, Any, Final, Protocol

from archivetk.document import Failed, Source
from archivetk.guard import GuardPool
from archivetk.readers import Input, sources
from archivetk.settings import Settings

if TYPE_CHECKING:
    from archivetk.readers.warc import Originals

__all__ = ["Engine", "Job", "run_job", "run_task"]

_LENGTH: Final = struct.Struct(">Q")
_TASK_FILES: Final = 64  # most files in a task
_TASK_BYTES: Final = 4 << 20  # and about this many bytes
_FEW: Final = 2  # inputs that are not worth loading everything for


class Engine(Protocol):
    """What runs tasks: ``map`` calls the function on every task, at least once, in any order."""

    slots: int
    shares_process: bool

    def map(
        self, function: Callable[[dict[str, Any]], dict[str, Any]], tasks: Iterable[dict[str, Any]]
    ) -> Iterator[dict[str, Any]]:
        """The reports, as they come."""
        ...


@dataclass(frozen=True, slots=True)
class Job:
    """What to do with some inputs.

    Attributes:
        settings: for every document.
        product: name of the function (``module:function``) that makes an answer of a result.
        options: keyword arguments for it; JSON values only.
        plugins: modules to import first wherever documents are cleaned.
    """

    settings: Settings
    product: str
    options: dict[str, Any] = field(default_factory=dict)
    plugins: tuple[str, ...] = ()


def run_task(
    task: dict[str, Any],
    *,
    tick: Callable[[int], None] | None = None,
    guards: GuardPool | None = None,
) -> dict[str, Any]:
    """Clean the documents of one task and write the answers, in order, to its file.

    The file appears under its name only when it is whole.

    Args:
        task: inputs, settings, product and output, as :func:`run_job` makes it.
        tick: called for each document done, where the engine shares this process.
        guards: where the engine shares this process: child processes that are there already.
    """
    settings = Settings.from_dict(task["settings"])
    target = Path(task["output"])
    part = target.with_suffix(f".{os.getpid()}-{get_ident()}.part")
    count = 0
    product = (task["product"], task["options"])
    plugins = tuple(task["plugins"])
    pool = guards or GuardPool()
    with part.open("wb") as file, pool.lease(settings, product, plugins) as guard:
        told: list[str] = []
        documents = _documents(task["inputs"], settings, task.get("select"), told)
        for answer in guard.map(documents):
            file.write(_LENGTH.pack(len(answer)))
            file.write(answer)
            count += 1
            if tick:
                tick(1)
    if guards is None:
        pool.close()
    part.replace(target)
    return {"task": task["task"], "documents": count, "output": str(target), "told": told}


def _documents(
    inputs: Iterable[dict[str, Any]],
    settings: Settings,
    select: tuple[int, int] | None,
    told: list[str],
) -> Iterator[Source | Failed]:
    originals: Originals | None = None
    for value in inputs:
        # of tasks that share a container, the first one tells what was passed over
        tell = told.append if not select or select[0] == 0 else None
        entry = Input.from_dict(value)
        if entry.container == "warc" and originals is None:
            from archivetk.readers.warc import Originals  # plain files are read without it

            originals = Originals()
        found = sources(entry, settings, tell, originals)
        if select:
            # one large container is shared by several tasks, which take every n-th document
            first, step = select
            found = islice(found, first, None, step)
        yield from found


def run_job(
    job: Job,
    inputs: Iterable[Input],
    engine: Engine,
    *,
    tick: Callable[[int], None] | None = None,
    tell: Callable[[str], None] | None = None,
    scratch: Path | None = None,
) -> Iterator[Any]:
    """Every answer of a job, in the order of the inputs; memory is bounded by the task.

    Args:
        job: what to do.
        inputs: what to do it with.
        engine: what runs the tasks.
        tick: called with the number of documents done, from any thread.
        tell: takes sentences about what was passed over because it is no document.
        scratch: folder for the answers that wait for their turn; else a temporary one.
    """
    folder = Path(tempfile.mkdtemp(prefix="archivetk-", dir=scratch))
    cancelled = Event()
    feed = iter(inputs)
    ahead = list(islice(feed, _FEW + 1))
    # a few documents load what they need, and no more
    warm = len(ahead) > _FEW or any(entry.container for entry in ahead)
    guards = GuardPool(cancelled, warm=warm)
    if engine.shares_process and ahead:
        guards.start(job.settings, (job.product, job.options), job.plugins)
    reports: Iterator[dict[str, Any]] = iter(())
    try:
        groups: list[int] = []  # the tasks of each group share their inputs
        tasks = _tasks(job, chain(ahead, feed), engine.slots, folder, groups)
        ready: dict[int, Path] = {}
        group = 0
        first = 0
        function: Callable[[dict[str, Any]], dict[str, Any]] = run_task
        if engine.shares_process:
            function = partial(run_task, tick=tick, guards=guards)
        reports = engine.map(function, tasks)
        for report in reports:
            ready[report["task"]] = Path(report["output"])
            if tell is not None:
                for sentence in report["told"]:
                    tell(sentence)
            while group < len(groups) and all(
                task in ready for task in range(first, first + groups[group])
            ):
                files = [ready.pop(task) for task in range(first, first + groups[group])]
                yield from _merged(files)
                for file in files:
                    file.unlink()
                first += groups[group]
                group += 1
    except BaseException:
        cancelled.set()
        raise
    finally:
        if isinstance(reports, Generator):
            reports.close()  # wait until no task is under way
        guards.close()
        shutil.rmtree(folder, ignore_errors=True)


def _tasks(
    job: Job,
    inputs: Iterable[Input],
    slots: int,
    folder: Path,
    groups: list[int],
) -> Iterator[dict[str, Any]]:
    number = 0

    def task(members: list[Input], select: tuple[int, int] | None = None) -> dict[str, Any]:
        nonlocal number
        number += 1
        return {
            "task": number - 1,
            "inputs": [one.to_dict() for one in members],
            "select": select,
            "settings": job.settings.to_dict(),
            "product": job.product,
            "options": job.options,
            "plugins": list(job.plugins),
            "output": str(folder / f"{number - 1:08d}.answers"),
        }

    feed = iter(inputs)
    ahead = slots * _TASK_FILES
    pending = deque(islice(feed, ahead))
    batch: list[Input] = []
    size = 0
    while pending:
        entry = pending.popleft()
        pending.extend(islice(feed, 1))
        if entry.container:
            if batch:
                groups.append(1)
                yield task(batch)
                batch, size = [], 0
            groups.append(slots)
            for first in range(slots):
                yield task([entry], (first, slots))
            continue
        batch.append(entry)
        size += _size(entry)
        limit = _TASK_FILES
        if len(pending) < ahead:
            # The end is near: tasks get smaller and smaller, so that no core waits long for the
            # last one (guided self-scheduling: Polychronopoulos and Kuck, 1987).
            limit = (len(batch) + len(pending)) // (2 * slots)
        if len(batch) >= limit or size >= _TASK_BYTES:
            groups.append(1)
            yield task(batch)
            batch, size = [], 0
    if batch:
        groups.append(1)
        yield task(batch)


def _size(entry: Input) -> int:
    try:
        return os.stat(entry.path).st_size
    except OSError:
        return 0


def _merged(files: list[Path]) -> Iterator[Any]:
    """The answers of tasks that shared a container: every n-th is from the n-th file."""
    streams = [_answers(file) for file in files]
    while True:
        for stream in streams:
            try:
                yield next(stream)
            except StopIteration:
                # the others have nothing behind this one either
                return


def _answers(path: Path) -> Iterator[Any]:
    with path.open("rb") as file:
        while head := file.read(_LENGTH.size):
            yield pickle.loads(file.read(_LENGTH.unpack(head)[0]))  # noqa: S301 - our own task wrote it

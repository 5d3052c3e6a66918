"""The cores of this machine.

A thread for each slot only waits for the guarded child process of its task, so that the work
itself is done in parallel, and a child that dies takes nothing else with it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any

__all__ = ["LocalEngine"]


class LocalEngine:
    """Runs tasks on this machine.

    Args:
        jobs: tasks at the same time; 0: one for each core that this process may use.
    """

    shares_process = True

    def __init__(self, jobs: int = 0) -> None:
        self.slots = jobs if jobs > 0 else _cores()

    def map(
        self, function: Callable[[dict[str, Any]], dict[str, Any]], tasks: Iterable[dict[str, Any]]
    ) -> Iterator[dict[str, Any]]:
        """The reports, as they come; no more than two tasks are taken for each slot."""
        feed = iter(tasks)
        running: set[Future[dict[str, Any]]] = set()
        pool = ThreadPoolExecutor(self.slots)
        try:
            while True:
                while len(running) < 2 * self.slots:
                    task = next(feed, None)
                    if task is None:
                        break
                    running.add(pool.submit(function, task))
                if not running:
                    return
                done, running = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    yield future.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1

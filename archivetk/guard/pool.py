"""A guarded child process: whatever a document does to it, the run goes on.

Parsers written in C can crash, hang or eat all memory.  So documents are cleaned in a child
process that answers in order: the document it has not answered is the one that broke it.  A
child that dies or takes too long is ended and replaced, and its document becomes a ``failed``
result with the reason.  Threads cannot be ended from outside, so they are not used for this.

What runs in the child is :mod:`archivetk.guard.worker`; where it comes from,
:mod:`archivetk.guard.nursery`.
"""

from __future__ import annotations

import os
import pickle
import select
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import IO, Any, Final, Self

from archivetk.document import Failed, Result, Source
from archivetk.guard.nursery import CancelledError, Child, Nursery, NurseryError
from archivetk.guard.worker import CLEAN, LENGTH, Product, maker
from archivetk.settings import Settings

__all__ = ["CancelledError", "Guard", "GuardPool", "Product"]

_WINDOW: Final = 3  # documents under way in a child: one at work, the others already there
_START_SECONDS: Final = 120.0  # for the child to import its packages, on a slow disk
_LOAD_SECONDS: Final = 10.0  # for the first document, where it loads what all need
_SLICE: Final = 0.25  # seconds between two looks at whether the run was given up
_BYTES_PER_SECOND: Final = 1_000_000  # large documents get more time: a second for a megabyte


class _ChildDiedError(Exception):
    pass


class _ChildTimeoutError(Exception):
    pass


class Guard:
    """One slot for documents, with a child process that is replaced when it breaks.

    Args:
        settings: for the pipeline, with the time and memory limits of a document.
        product: what to make of each result, and with which options.
        plugins: modules to import in the child first.
        cancelled: set it to give the run up from another thread.
        nursery: where children come from; else one of its own, with all the above.
    """

    def __init__(
        self,
        settings: Settings,
        product: Product,
        plugins: tuple[str, ...] = (),
        cancelled: threading.Event | None = None,
        *,
        nursery: Nursery | None = None,
    ) -> None:
        self._cancelled = cancelled
        self._ready = False
        self._cold = False
        self._settings = settings
        self._product = product
        self._shared = nursery is not None
        self._nursery = nursery or Nursery(settings, product, plugins, cancelled=cancelled)
        self._child: Child | None = None
        self._local: Callable[[Result], Any] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def map(self, sources: Iterable[Any]) -> Iterator[bytes]:
        """The pickled products of some sources, in their order, one for each.

        Args:
            sources: what the child knows to judge, mostly a ``Source``, with its bytes as
                ``data``; a ``Failed`` goes to the product as it is.
        """
        waiting: deque[tuple[Any, int]] = deque()
        feed = iter(sources)
        more = True
        since = time.monotonic()
        sent = 0  # how many of those waiting the child was given
        while True:
            while more and len(waiting) < _WINDOW:
                try:
                    source = next(feed)
                except StopIteration:
                    more = False
                    break
                if not waiting:
                    since = time.monotonic()
                waiting.append((source, 0))
            if not waiting:
                return
            # a child that has not begun yet gets one: nobody could tell that it hangs at it
            while sent < min(len(waiting), _WINDOW if self._ready else 1):
                self._send(waiting[sent][0], since + self._seconds(waiting[0][0]))
                sent += 1
            source, strikes = waiting[0]
            if isinstance(source, Failed):
                waiting.popleft()
                sent -= 1
                yield self._made(source)
                since = time.monotonic()
                continue
            try:
                if not self._ready:
                    self._receive(time.monotonic() + _START_SECONDS)
                    self._ready = True
                    self._cold = not self._nursery.warm
                    since = time.monotonic()
                    continue
                loading = _LOAD_SECONDS if self._cold else 0.0
                yield_value = self._receive(since + self._seconds(source) + loading)
                self._cold = False
                if not yield_value:
                    yield_value = self._made(self._too_little_memory(source))
            except (_ChildDiedError, _ChildTimeoutError) as error:
                died = self._end(alive=isinstance(error, _ChildTimeoutError))
                sent = 0
                waiting.popleft()
                if isinstance(error, _ChildDiedError) and strikes == 0:
                    # once may be chance: another child gets it before it is given up
                    waiting.appendleft((source, 1))
                    yield_value = b""
                else:
                    yield_value = self._made(self._verdict(source, error, died))
                since = time.monotonic()
                if yield_value:
                    yield yield_value
                continue
            waiting.popleft()
            sent -= 1
            since = time.monotonic()
            yield yield_value
            # time that the reader of the answers took is not the document's
            since = time.monotonic()

    def close(self) -> None:
        """End the child."""
        child, self._child = self._child, None
        if child is not None:
            self._ready = False
            try:
                if child.stdin:
                    child.stdin.close()
                child.wait(timeout=2)
            except (OSError, subprocess.TimeoutExpired):
                child.kill()
                child.wait()
            if child.stdout:
                child.stdout.close()
        if not self._shared:
            self._nursery.close()

    def _seconds(self, source: Source | Failed) -> float:
        """How long a document may take."""
        size = 0 if isinstance(source, Failed) else len(source.data)
        return self._settings.time_limit + size / _BYTES_PER_SECOND

    def _made(self, result: Result) -> bytes:
        """The product of a result that no child is needed for."""
        if self._local is None:
            self._local = maker(self._product)
        return pickle.dumps(self._local(result), pickle.HIGHEST_PROTOCOL)

    def _verdict(self, source: Source, error: Exception, died: int | None) -> Failed:
        if isinstance(error, _ChildTimeoutError):
            return Failed(
                source,
                "timeout",
                f"It took longer than {self._seconds(source):.0f} seconds. "
                "Raise --time-limit to give it more.",
            )
        if died == -signal.SIGKILL:
            return Failed(
                source,
                "memory",
                "The system ended the process that cleaned it, most likely for want of memory.",
            )
        if died is None:
            return Failed(source, "crashed", "The process that cleaned it died.")
        if died < 0:
            name = signal.Signals(-died).name if -died in set(signal.Signals) else str(-died)
            return Failed(source, "crashed", f"The process that cleaned it died of {name}.")
        return Failed(source, "crashed", f"The process that cleaned it ended with code {died}.")

    def _too_little_memory(self, source: Source) -> Failed:
        return Failed(
            source,
            "memory",
            f"It needed more than {self._settings.memory_limit} MiB of memory. "
            "Raise --memory-limit to give it more.",
        )

    def _send(self, source: Source | Failed, deadline: float) -> None:
        """Give the child a document.

        A child reads while it works, unless it hangs; then the rest is not sent, and the missing
        answer of the document that it hangs at tells.
        """
        if isinstance(source, Failed):
            return
        if self._child is None:
            try:
                self._child = self._nursery.child()
            except NurseryError:
                return  # as if it were dead: the missing answer tells
            assert self._child.stdin is not None
            os.set_blocking(self._child.stdin.fileno(), False)
        blob = pickle.dumps(source, pickle.HIGHEST_PROTOCOL)
        if not self._ready:
            deadline += _START_SECONDS
        elif self._cold:
            deadline += _LOAD_SECONDS
        try:
            assert self._child.stdin is not None
            handle = self._child.stdin.fileno()
            for piece in (LENGTH.pack(len(blob)), blob):
                self._write(handle, memoryview(piece), deadline)
        except OSError:
            return  # it is dead: the missing answer tells

    def _write(self, handle: int, rest: memoryview, deadline: float) -> None:
        while rest:
            if time.monotonic() > deadline:
                return
            if self._cancelled and self._cancelled.is_set():
                return  # the next answer is not waited for, either
            if select.select([], [handle], [], _SLICE)[1]:
                rest = rest[os.write(handle, rest[: 1 << 20]) :]

    def _receive(self, deadline: float) -> bytes:
        if self._child is None or self._child.stdout is None:
            raise _ChildDiedError
        head = self._read(self._child.stdout, LENGTH.size, deadline)
        return self._read(self._child.stdout, LENGTH.unpack(head)[0], deadline)

    def _read(self, stream: IO[bytes], size: int, deadline: float) -> bytes:
        parts = []
        handle = stream.fileno()
        while size:
            left = deadline - time.monotonic()
            if left <= 0:
                raise _ChildTimeoutError
            if self._cancelled and self._cancelled.is_set():
                self._end()
                raise CancelledError
            if not select.select([handle], [], [], min(left, _SLICE))[0]:
                continue
            part = os.read(handle, min(size, 1 << 20))
            if not part:
                raise _ChildDiedError
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def _end(self, *, alive: bool = True) -> int | None:
        """End the child; its exit code, where it had ended by itself."""
        child, self._child = self._child, None
        self._ready = False
        if child is None:
            return None
        if alive:
            child.kill()
        try:
            code: int | None = child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            code = None
            child.kill()
            child.wait()
        for stream in (child.stdin, child.stdout):
            try:
                if stream:
                    stream.close()
            except OSError:
                pass
        return code


class GuardPool:
    """Guards that several tasks of one job use one after the other, so that a child starts once.

    All tasks of a pool have the same settings and make the same product.

    Args:
        cancelled: set it to give the run up from another thread.
        warm, by: as for :class:`archivetk.guard.nursery.Nursery`.
    """

    def __init__(
        self, cancelled: threading.Event | None = None, *, warm: bool = True, by: str = CLEAN
    ) -> None:
        self._cancelled = cancelled
        self._warm = warm
        self._by = by
        self._idle: list[Guard] = []
        self._lock = threading.Lock()
        self._nursery: Nursery | None = None

    def start(self, settings: Settings, product: Product, plugins: tuple[str, ...] = ()) -> Nursery:
        """Begin to load what children need, without waiting for it."""
        with self._lock:
            if self._nursery is None:
                self._nursery = Nursery(
                    settings,
                    product,
                    plugins,
                    warm=self._warm,
                    by=self._by,
                    cancelled=self._cancelled,
                )
                self._nursery.start()
            return self._nursery

    @contextmanager
    def lease(
        self, settings: Settings, product: Product, plugins: tuple[str, ...] = ()
    ) -> Iterator[Guard]:
        """A guard for one task; it goes back into the pool when the task ends well."""
        nursery = self.start(settings, product, plugins)
        with self._lock:
            guard = self._idle.pop() if self._idle else None
        if guard is None:
            guard = Guard(settings, product, plugins, self._cancelled, nursery=nursery)
        try:
            yield guard
        except BaseException:
            guard.close()
            raise
        with self._lock:
            self._idle.append(guard)

    def close(self) -> None:
        """End all children."""
        with self._lock:
            idle, self._idle = self._idle, []
            nursery, self._nursery = self._nursery, None
        for guard in idle:
            guard.close()
        if nursery is not None:
            nursery.close()

"""A guarded child process: whatever a document does to it, the run goes on.

Parsers written in C can crash, hang or eat all memory.  So documents are cleaned in a child
process that answers in order: the document it has not answered is the one that broke it.  A
child that dies or takes too long is ended and replaced, and its document becomes a ``failed``
result with the reason.  Threads cannot be ended from outside, so they are not used for this.

The child is a plain ``python -c`` and not a ``multiprocessing`` one, so a script needs no
``if __name__ == "__main__"`` to call the library.
"""

from __future__ import annotations

import gc
import json
import os
import pickle
import select
import signal
import struct
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from queue import SimpleQueue
from typing import IO, Any, Final, Self

from archivetk.document import Failed, Result, Source
from archivetk.settings import Settings

__all__ = ["CancelledError", "Guard", "GuardPool", "Product", "serve"]

#: What the child makes of a result: a function named as ``module:function``, called with the
#: result and the options; it must be picklable what it gives.
Product = tuple[str, dict[str, Any]]

_LENGTH: Final = struct.Struct(">Q")
_WINDOW: Final = 3  # documents under way in a child: one at work, the others already there
_START_SECONDS: Final = 120.0  # for the child to import its packages, on a slow disk
_SLICE: Final = 0.25  # seconds between two looks at whether the run was given up
_BYTES_PER_SECOND: Final = 1_000_000  # large documents get more time: a second for a megabyte
_YOUNG: Final = 50_000  # containers that may come into being before a child looks for cycles
_SWEEP: Final = 16  # documents after which it looks through all that they may have left


class _ChildDiedError(Exception):
    pass


class _ChildTimeoutError(Exception):
    pass


class CancelledError(Exception):
    """The run was given up; what is under way is ended at once."""


class Guard:
    """One slot for documents, with a child process that is replaced when it breaks.

    Args:
        settings: for the pipeline, with the time and memory limits of a document.
        product: what to make of each result, and with which options.
        plugins: modules to import in the child first.
        cancelled: set it to give the run up from another thread.
    """

    def __init__(
        self,
        settings: Settings,
        product: Product,
        plugins: tuple[str, ...] = (),
        cancelled: threading.Event | None = None,
    ) -> None:
        self._cancelled = cancelled
        self._ready = False
        self._settings = settings
        self._product = product
        self._plugins = plugins
        self._child: subprocess.Popen[bytes] | None = None
        self._local: Callable[[Result], Any] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def map(self, sources: Iterable[Source | Failed]) -> Iterator[bytes]:
        """The pickled products of some sources, in their order, one for each."""
        waiting: deque[tuple[Source | Failed, int]] = deque()
        feed = iter(sources)
        more = True
        since = time.monotonic()
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
                self._send(source)
            if not waiting:
                return
            source, strikes = waiting[0]
            if isinstance(source, Failed):
                waiting.popleft()
                yield self._made(source)
                since = time.monotonic()
                continue
            try:
                if not self._ready:
                    self._receive(time.monotonic() + _START_SECONDS)
                    self._ready = True
                    since = time.monotonic()
                yield_value = self._receive(since + self._seconds(source))
            except (_ChildDiedError, _ChildTimeoutError) as error:
                died = self._end(alive=isinstance(error, _ChildTimeoutError))
                waiting.popleft()
                if isinstance(error, _ChildDiedError) and strikes == 0:
                    # once may be chance: another child gets it before it is given up
                    waiting.appendleft((source, 1))
                    yield_value = b""
                else:
                    yield_value = self._made(self._verdict(source, error, died))
                for other, _ in waiting:
                    self._send(other)
                since = time.monotonic()
                if yield_value:
                    yield yield_value
                continue
            waiting.popleft()
            since = time.monotonic()
            yield yield_value
            # time that the reader of the answers took is not the document's
            since = time.monotonic()

    def close(self) -> None:
        """End the child."""
        child, self._child = self._child, None
        if child is None:
            return
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

    def _seconds(self, source: Source) -> float:
        return self._settings.time_limit + len(source.data) / _BYTES_PER_SECOND

    def _made(self, result: Result) -> bytes:
        """The product of a result that no child is needed for."""
        if self._local is None:
            self._local = _maker(self._product)
        return pickle.dumps(self._local(result), pickle.HIGHEST_PROTOCOL)

    def _verdict(self, source: Source, error: Exception, died: int | None) -> Failed:
        if isinstance(error, _ChildTimeoutError):
            return Failed(
                source,
                "timeout",
                f"It took longer than {self._seconds(source):.0f} seconds. "
                "Raise --time-limit to give it more.",
            )
        if died is not None and died == -signal.SIGKILL:
            return Failed(
                source,
                "memory",
                "The system ended the process that cleaned it, most likely for want of memory.",
            )
        if died is not None and died < 0:
            name = signal.Signals(-died).name if -died in set(signal.Signals) else str(-died)
            return Failed(source, "crashed", f"The process that cleaned it died of {name}.")
        return Failed(source, "crashed", f"The process that cleaned it ended with code {died}.")

    def _start(self) -> subprocess.Popen[bytes]:
        setup = json.dumps(
            {
                "path": sys.path,
                "settings": self._settings.to_dict(),
                "product": self._product,
                "plugins": self._plugins,
            }
        )
        code = (
            "import sys, json; setup = json.loads(sys.stdin.buffer.readline()); "
            "sys.path[:] = setup['path']; from archivetk.guard import serve; serve(setup)"
        )
        child = subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # what libraries say about a document is no talk for users; it is there on request
            stderr=None if os.environ.get("ARCHIVETK_DEBUG") else subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the parent, which ends its children itself
            # there is a child for each core; threads for small sums would only be in their way
            env={"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", **os.environ},
        )
        assert child.stdin is not None
        child.stdin.write(setup.encode("utf-8", "surrogatepass") + b"\n")
        child.stdin.flush()
        return child

    def _send(self, source: Source | Failed) -> None:
        if isinstance(source, Failed):
            return
        if self._child is None:
            self._child = self._start()
        blob = pickle.dumps(source, pickle.HIGHEST_PROTOCOL)
        try:
            assert self._child.stdin is not None
            self._child.stdin.write(_LENGTH.pack(len(blob)))
            self._child.stdin.write(blob)
            self._child.stdin.flush()
        except (BrokenPipeError, OSError):
            return  # it is dead: the missing answer tells

    def _receive(self, deadline: float) -> bytes:
        if self._child is None or self._child.stdout is None:
            raise _ChildDiedError
        head = self._read(self._child.stdout, _LENGTH.size, deadline)
        return self._read(self._child.stdout, _LENGTH.unpack(head)[0], deadline)

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

    Args:
        cancelled: set it to give the run up from another thread.
    """

    def __init__(self, cancelled: threading.Event | None = None) -> None:
        self._cancelled = cancelled
        self._idle: list[Guard] = []
        self._lock = threading.Lock()

    @contextmanager
    def lease(
        self, settings: Settings, product: Product, plugins: tuple[str, ...] = ()
    ) -> Iterator[Guard]:
        """A guard for one task; it goes back into the pool when the task ends well.

        All tasks of a pool have the same settings and make the same product.
        """
        with self._lock:
            guard = self._idle.pop() if self._idle else None
        if guard is None:
            guard = Guard(settings, product, plugins, self._cancelled)
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
        for guard in idle:
            guard.close()


def serve(setup: dict[str, Any]) -> None:
    """The child's side: read sources from stdin, clean them, answer on stdout, in order."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not stand between the answers
    settings = Settings.from_dict(setup["settings"])
    _limit_memory(settings.memory_limit)
    for name in setup["plugins"]:
        import_module(name)
    name, options = setup["product"]
    make = _maker((name, options))

    from archivetk.pipeline import clean_source

    # models and rules are loaded now, so that no document pays for it with its time limit
    clean_source(Source("", "", b"The first sentence loads what all others need."), settings)
    _tame_collector()
    answers.write(_LENGTH.pack(0))
    answers.flush()
    queue: SimpleQueue[bytes | None] = SimpleQueue()
    threading.Thread(target=_listen, args=(queue,), daemon=True).start()
    done = 0
    while True:
        blob = queue.get()
        if blob is None:
            break
        source: Source = pickle.loads(blob)  # noqa: S301 - our own parent wrote it
        del blob
        try:
            result = clean_source(source, settings)
            answer = pickle.dumps(make(result), pickle.HIGHEST_PROTOCOL)
        except MemoryError:
            failed = Failed(
                source,
                "memory",
                f"It needed more than {settings.memory_limit} MiB of memory. "
                "Raise --memory-limit to give it more.",
            )
            answer = pickle.dumps(make(failed), pickle.HIGHEST_PROTOCOL)
        except Exception as error:  # the next document is not to suffer for it
            reason = (
                f"This is a bug in archivetk, please report it: {type(error).__name__}: {error}"
            )
            failed = Failed(source, "internal-error", reason)
            answer = pickle.dumps(make(failed), pickle.HIGHEST_PROTOCOL)
        answers.write(_LENGTH.pack(len(answer)))
        answers.write(answer)
        answers.flush()
        done += 1
        if done % _SWEEP == 0:
            gc.collect()
    answers.close()


def _tame_collector() -> None:
    """Keep the garbage collector from looking for cycles where there are none.

    Documents are made of tuples and strings, tens of thousands for a page, and hardly ever of
    cycles; yet each few hundred of them set the collector off, and now and then it goes through
    all that rules and models hold.  That took a third of the time of a page.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, 10, 10)


def _listen(queue: SimpleQueue[bytes | None]) -> None:
    """Take documents off the pipe as they come, so that the parent never waits to send."""
    stream = sys.stdin.buffer
    while True:
        head = stream.read(_LENGTH.size)
        if len(head) < _LENGTH.size:
            queue.put(None)
            return
        queue.put(stream.read(_LENGTH.unpack(head)[0]))


def _limit_memory(mebibytes: int) -> None:
    try:
        import resource
    except ImportError:  # not on this system
        return
    try:
        limit = mebibytes << 20
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        if hard != resource.RLIM_INFINITY:
            limit = min(limit, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
        # a crash is told by its signal; the core would only fill the disk
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (OSError, ValueError):
        return


def _maker(product: Product) -> Callable[[Result], Any]:
    """The function that makes the product, found by its name."""
    name, options = product
    module, _, function = name.partition(":")
    make = getattr(import_module(module), function)
    return lambda result: make(result, **options)

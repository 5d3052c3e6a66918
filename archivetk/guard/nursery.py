"""Where guarded children come from.

On Linux a nursery, one process that has everything loaded, forks them.  Its parent may have many
threads and the libraries of whoever calls it, and must not be forked itself; the nursery has one
thread and nothing that is not ours.  On other systems, where forking a process that has loaded
numerical libraries is not safe, every child is an interpreter of its own.

Each is a plain ``python -c`` and not a ``multiprocessing`` one, so a script needs no
``if __name__ == "__main__"`` to call the library.
"""

from __future__ import annotations

import atexit
import json
import os
import socket
import subprocess
import sys
import threading
import time
from typing import IO, Any, Final, Protocol

from archivetk.guard.worker import CLEAN, NUMBER, STILL, Product
from archivetk.settings import Settings

__all__ = ["CancelledError", "Child", "Nursery", "NurseryError", "foresee"]

_START_SECONDS: Final = 120.0  # to import the packages, on a slow disk
_SLICE: Final = 0.25  # seconds between two looks at whether the run was given up
_FORKS: Final = sys.platform == "linux"
#: What a new interpreter runs: the first line tells it where modules are found.
_CODE: Final = (
    "import sys, json; line = sys.stdin.buffer.readline(); sys.path[:] = json.loads(line or '[]'); "
    "line and __import__('archivetk.guard.worker').guard.worker.begin()"
)


#: A nursery that loads already what all of them need, and does not know yet what it is for.
_early: list[tuple[subprocess.Popen[bytes], socket.socket]] = []


class NurseryError(Exception):
    """There is no child to be had."""


class CancelledError(Exception):
    """The run was given up; what is under way is ended at once."""


class Child(Protocol):
    """A process that documents go to and answers come from; ``subprocess.Popen`` is one."""

    stdin: IO[bytes] | None
    stdout: IO[bytes] | None

    def kill(self) -> None:
        """End it at once."""
        ...

    def wait(self, timeout: float | None = None) -> int | None:
        """Its exit code once it has ended, ``None`` where nobody knows it.

        Raises:
            subprocess.TimeoutExpired: where it has not ended after so many seconds.
        """
        ...


def foresee() -> None:
    """Begin to load for a nursery that this process is about to need.

    A command line calls it before it loads its own modules, so that both load at the same time.
    Where none is needed after all, it ends with this process.
    """
    if _FORKS and not _early:
        try:
            _early.append(_linked())
        except OSError:
            return  # whoever needs one tries again, and is told why
        atexit.register(_dismiss)


def _dismiss() -> None:
    """Nobody needs what was loaded early."""
    while _early:
        process, link = _early.pop()
        link.close()
        process.kill()
        process.communicate()  # which closes its stdin, too


class Nursery:
    """Gives children that clean documents in one way.

    Args:
        settings: for the pipeline.
        product: what to make of each result.
        plugins: modules to import first.
        warm: load models and rules at once; without it, the first document that needs them does.
        cancelled: set it to give the run up from another thread.
        by: what makes a result of a document: a function named as ``module:function``.
    """

    def __init__(
        self,
        settings: Settings,
        product: Product,
        plugins: tuple[str, ...] = (),
        *,
        warm: bool = True,
        by: str = CLEAN,
        cancelled: threading.Event | None = None,
    ) -> None:
        self.warm = warm
        self._setup = {
            "settings": settings.to_dict(),
            "product": product,
            "plugins": plugins,
            "warm": warm,
            "by": by,
            "link": None,
        }
        self._cancelled = cancelled
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._link: socket.socket | None = None

    def start(self) -> None:
        """Begin to load, without waiting for it."""
        if _FORKS:
            with self._lock:
                self._open()

    def child(self) -> Child:
        """A new child.

        Raises:
            NurseryError: where there is none to be had.
            CancelledError: where the run was given up.
        """
        if not _FORKS:
            process = _interpreter()
            _tell(process, self._setup)
            return process
        self._acquire()
        try:
            self._open()
            documents, stdin = os.pipe()
            stdout, answers = os.pipe()
            try:
                pid = self._asked(0, (documents, answers))
            except BaseException:
                os.close(stdin)
                os.close(stdout)
                raise
            finally:
                os.close(documents)
                os.close(answers)
        finally:
            self._lock.release()
        return _Forked(self, pid, stdin, stdout)

    def became(self, pid: int) -> int | None:
        """The exit code of a child, ``STILL`` while it is alive, ``None`` where nobody knows."""
        with self._lock:
            if self._link is None:
                return None
            try:
                return self._asked(pid)
            except (NurseryError, CancelledError):
                return None

    def close(self) -> None:
        """End the nursery and all its children."""
        with self._lock:
            self._end()

    def _acquire(self) -> None:
        """Wait for another thread's child, which may wait for all to be loaded."""
        while not self._lock.acquire(timeout=_SLICE):
            self._look()

    def _look(self) -> None:
        if self._cancelled is not None and self._cancelled.is_set():
            raise CancelledError

    def _open(self) -> None:
        if self._process is not None:
            if self._process.poll() is None:
                return
            self._end()
        self._process, self._link = _early.pop() if _early else _linked()
        _tell(self._process, self._setup)
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._link.settimeout(_SLICE)

    def _asked(self, number: int, handles: tuple[int, ...] = ()) -> int:
        """The nursery's answer; without one it is ended.

        Raises:
            NurseryError: where there is no answer.
        """
        assert self._link is not None
        deadline = time.monotonic() + _START_SECONDS
        data = b""
        try:
            if handles:
                socket.send_fds(self._link, [NUMBER.pack(number)], handles)
            else:
                self._link.sendall(NUMBER.pack(number))
            while len(data) < NUMBER.size and time.monotonic() < deadline:
                if number == 0:
                    self._look()
                try:
                    part = self._link.recv(NUMBER.size - len(data))
                except TimeoutError:
                    continue
                if not part:
                    break
                data += part
        except OSError:
            data = b""
        if len(data) < NUMBER.size:
            self._end()
            raise NurseryError
        (answer,) = NUMBER.unpack(data)
        if number == 0 and answer < 0:
            raise NurseryError
        return int(answer)

    def _end(self) -> None:
        if self._link is not None:
            self._link.close()
            self._link = None
        process, self._process = self._process, None
        if process is None:
            return
        try:
            # it ends its children first
            process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()


class _Forked:
    """A child of the nursery, with the face of ``subprocess.Popen``.

    It is the nursery that takes note of its death, and only when it is asked; until then its
    process id belongs to nobody else.
    """

    def __init__(self, nursery: Nursery, pid: int, stdin: int, stdout: int) -> None:
        self.stdin: IO[bytes] | None = os.fdopen(stdin, "wb")
        self.stdout: IO[bytes] | None = os.fdopen(stdout, "rb")
        self.pid = pid
        self._nursery = nursery
        self._ended = False
        self._code: int | None = None

    def kill(self) -> None:
        """End it at once."""
        if not self._ended:
            try:
                os.kill(self.pid, 9)
            except ProcessLookupError:
                return

    def wait(self, timeout: float | None = None) -> int | None:
        """Its exit code once it has ended."""
        deadline = None if timeout is None else time.monotonic() + timeout
        pause = 0.0005
        while not self._ended:
            code = self._nursery.became(self.pid)
            if code != STILL:
                self._ended, self._code = True, code
                break
            if deadline is not None and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired("archivetk", timeout or 0.0)
            time.sleep(pause)
            pause = min(2 * pause, 0.05)
        return self._code


def _linked() -> tuple[subprocess.Popen[bytes], socket.socket]:
    """A new interpreter that will be a nursery, and the socket to ask it for children."""
    ours, theirs = socket.socketpair()
    with theirs:
        return _interpreter(theirs.fileno()), ours


def _interpreter(link: int | None = None) -> subprocess.Popen[bytes]:
    """A new interpreter, which loads what all children need while nobody tells it more."""
    process = subprocess.Popen(
        [sys.executable, "-c", _CODE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE if link is None else subprocess.DEVNULL,
        # what libraries say about a document is no talk for users; it is there on request
        stderr=None if os.environ.get("ARCHIVETK_DEBUG") else subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is for the parent, which ends its children itself
        pass_fds=() if link is None else (link,),
        # there is a child for each core; threads for small sums would only be in their way
        env={"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", **os.environ},
    )
    _tell(process, sys.path)
    _tell(process, link)
    return process


def _tell(process: subprocess.Popen[bytes], what: Any) -> None:
    """A line that a new interpreter waits for."""
    assert process.stdin is not None
    try:
        process.stdin.write(json.dumps(what).encode("utf-8", "surrogatepass") + b"\n")
        process.stdin.flush()
    except OSError:
        return  # it is dead: the missing answer tells

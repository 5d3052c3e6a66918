"""What runs in the processes that documents are cleaned in.

A new interpreter calls :func:`begin`.  It either serves documents itself, or becomes a nursery:
it loads everything once and forks a child whenever its parent asks for one, so that a second
child, or one in the place of a child that died, costs milliseconds and shares its memory.

The other side of the pipes is :mod:`archivetk.guard.nursery` and :mod:`archivetk.guard.pool`.
"""

from __future__ import annotations

import gc
import json
import os
import pickle
import signal
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from queue import SimpleQueue
from typing import IO, Any, Final

from archivetk.document import Failed, Result, Source
from archivetk.langmodel import unpack_ahead, unpack_no_more, unpacked_ahead
from archivetk.settings import Settings

__all__ = ["CLEAN", "LENGTH", "NUMBER", "STILL", "Product", "begin", "maker"]

#: What is made of a result: a function named as ``module:function``, called with the result and
#: the options; it must be picklable what it gives.
Product = tuple[str, dict[str, Any]]

#: What makes a result of a document, where nothing else is asked for: called with the document
#: and the settings.
CLEAN: Final = "archivetk.pipeline:clean_source"
#: In front of every document and every answer: how many bytes it has.
LENGTH: Final = struct.Struct(">Q")
#: A message to a nursery, and its answer: 0 asks for a child, any other number for what became
#: of the child with that process id.
NUMBER: Final = struct.Struct(">q")
#: A nursery's answer for a child that is alive.
STILL: Final = 1 << 40

_YOUNG: Final = 50_000  # containers that may come into being before a child looks for cycles
_SWEEP: Final = 16  # documents after which it looks through all that they may have left
_SELDOM: Final = 256  # the most that go by where it found nothing the last times
_GRACE: Final = 5.0  # seconds that a document may still take when nobody waits for its answer
#: What loads the models and rules that nearly all documents need: signs beyond ASCII, and a page
#: whose date stands in its text only.
_FIRST: Final = (
    "The first caf\u00e9 \u201cloads\u201d what all others need.",
    (
        "<!DOCTYPE html><html><head><title>A page</title></head><body><main><p>The first page "
        "loads what all others need, and what a page needs besides.</p><p>On 5 January 2024 it "
        "was seen by nobody at all.</p></main></body></html>"
    ),
)


@dataclass(frozen=True, slots=True)
class _Work:
    """What is done with each document."""

    settings: Settings
    judge: Callable[[Any, Settings], Any]
    make: Callable[[Result], Any]

    def answer(self, blob: bytes) -> bytes:
        """The pickled product for a pickled source; nothing where the memory was not enough."""
        try:
            return self._answer(blob)
        except MemoryError:
            return b""  # no memory to say so in: the parent does

    def _answer(self, blob: bytes) -> bytes:
        source = pickle.loads(blob)  # noqa: S301 - our own parent wrote it
        try:
            return _packed(self.make(self.judge(source, self.settings)))
        except MemoryError:
            raise
        except Exception as error:  # the next document is not to suffer for it
            reason = (
                f"This is a bug in archivetk, please report it: {type(error).__name__}: {error}"
            )
            return _packed(self.make(Failed(source, "internal-error", reason)))


def begin() -> None:
    """What a new process does from its first to its last moment.

    What it is for stands in two lines on stdin.  The first is the socket that asks a nursery for
    children, or ``null`` to serve documents on stdin and stdout.  What all children need is
    loaded before the second: ``settings``, ``product``, ``plugins``; ``by``: what makes a result
    of a document; ``warm``: load now what nearly all documents need, so that none of them pays
    for it.
    """
    answers = os.dup(1)
    os.dup2(2, 1)  # whatever a library prints must not stand between the answers
    link = json.loads(sys.stdin.buffer.readline())
    unpack_ahead()  # while all else is loaded
    import_module(_module(CLEAN))
    told = sys.stdin.buffer.readline()
    if not told:
        os._exit(0)  # nobody needs it
    work = _prepared(json.loads(told))
    if link is None:
        _serve(work, sys.stdin.buffer, os.fdopen(answers, "wb"))
        os._exit(0)
    os.close(answers)
    _tend(work, socket.socket(fileno=link))


def _prepared(setup: dict[str, Any]) -> _Work:
    settings = Settings.from_dict(setup["settings"])
    if settings.detector == "langdetect":
        unpack_no_more()  # it was begun before anybody could know
    for name in setup["plugins"]:
        import_module(name)
    name, options = setup["product"]
    make = maker((name, options))
    # looked up now, since a plugin may have put another function there
    judge = _named(setup["by"])
    if setup["warm"]:
        # the language given: rules are made ready while the model of languages is unpacked
        given = settings.changed(language="en")
        for text, chosen in ((_FIRST[0], given), *((text, settings) for text in _FIRST)):
            _named(CLEAN)(Source("", "", text.encode("utf-8")), chosen)
    unpacked_ahead()
    _tame_collector(loaded=setup["warm"])
    return _Work(settings, judge, make)


def _tame_collector(*, loaded: bool) -> None:
    """Keep the garbage collector from looking for cycles where there are none.

    Documents are made of tuples and strings, tens of thousands for a page, and hardly ever of
    cycles; yet each few hundred of them set the collector off, and now and then it goes through
    all that rules and models hold.  What is frozen is also left alone in the memory that forked
    children share.
    """
    if loaded:
        gc.collect()
        gc.freeze()
    gc.set_threshold(_YOUNG, 10, 10)


def _tend(work: _Work, link: socket.socket) -> None:
    """A nursery: fork a child for each one that is asked for, tell what became of others."""
    children: set[int] = set()
    while True:
        message, handles, _, _ = socket.recv_fds(link, NUMBER.size, 2)
        if len(message) < NUMBER.size:
            break  # nobody is there any more
        (number,) = NUMBER.unpack(message)
        if number:
            answer = _became(number)
            if answer != STILL:
                children.discard(number)
        else:
            try:
                answer = os.fork()
            except OSError:
                answer = -1
            if answer == 0:
                link.close()
                _child(work, *handles)
            children.add(answer)
            for handle in handles:
                os.close(handle)
        link.sendall(NUMBER.pack(answer))
    for pid in children:
        if pid > 0 and _became(pid) == STILL:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    os._exit(0)


def _became(pid: int) -> int:
    """The exit code of a child as ``subprocess`` has it, or ``STILL``."""
    try:
        found, status = os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return 0
    return os.waitstatus_to_exitcode(status) if found else STILL


def _child(work: _Work, documents: int, answers: int) -> None:
    """A forked child; it never returns."""
    code = 1
    try:
        _serve(work, os.fdopen(documents, "rb"), os.fdopen(answers, "wb"))
        code = 0
    finally:
        os._exit(code)


def _serve(work: _Work, documents: IO[bytes], answers: IO[bytes]) -> None:
    """Read documents, clean them, answer, in order; until there are no more."""
    _limit_memory(work.settings.memory_limit)
    answers.write(LENGTH.pack(0))
    answers.flush()
    queue: SimpleQueue[bytes | None] = SimpleQueue()
    threading.Thread(target=_listen, args=(documents, queue), daemon=True).start()
    wait = left = _SWEEP
    while (blob := queue.get()) is not None:
        answer = work.answer(blob) if blob else b""
        del blob
        answers.write(LENGTH.pack(len(answer)))
        answers.write(answer)
        answers.flush()
        del answer
        left -= 1
        if not left:
            wait = _SWEEP if gc.collect() else min(2 * wait, _SELDOM)
            left = wait
    answers.close()


def _listen(stream: IO[bytes], queue: SimpleQueue[bytes | None]) -> None:
    """Take documents off the pipe as they come, so that the parent never waits to send.

    One that the memory does not hold becomes an empty one.
    """
    try:
        while len(head := stream.read(LENGTH.size)) == LENGTH.size:
            (size,) = LENGTH.unpack(head)
            try:
                blob = stream.read(size)
            except MemoryError:  # which comes before anything is read
                blob = b""
                while size and (part := stream.read(min(size, 1 << 16))):
                    size -= len(part)
            queue.put(blob)
            del blob
    finally:
        queue.put(None)
    # whoever would have ended a document that takes too long is not there any more
    time.sleep(_GRACE)
    os._exit(1)


def _limit_memory(mebibytes: int) -> None:
    """Let a document take so much more memory than what is loaded already."""
    try:
        import resource
    except ImportError:  # not on this system
        return
    try:
        limit = _in_use() + (mebibytes << 20)
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        if hard != resource.RLIM_INFINITY:
            limit = min(limit, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
        # a crash is told by its signal; the core would only fill the disk
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (OSError, ValueError):
        return


def _in_use() -> int:
    """Bytes of address space that this process has; 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


def _packed(product: Any) -> bytes:
    return pickle.dumps(product, pickle.HIGHEST_PROTOCOL)


def maker(product: Product) -> Callable[[Result], Any]:
    """The function that makes the product, found by its name."""
    name, options = product
    make = _named(name)
    return lambda result: make(result, **options)


def _named(name: str) -> Callable[..., Any]:
    """The function named as ``module:function``."""
    found: Callable[..., Any] = getattr(import_module(_module(name)), name.partition(":")[2])
    return found


def _module(name: str) -> str:
    return name.partition(":")[0]

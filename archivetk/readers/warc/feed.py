"""Unpacked bytes of an archive, as the walk over its records takes them."""

from __future__ import annotations

from collections import deque

from archivetk.readers.warc.members import Damage, End, Start, unpack
from archivetk.readers.warc.raw import RawFile

__all__ = ["Feed"]


class Feed:
    """Unpacked bytes of a file, and where its members begin.

    Attributes:
        buffer: bytes that were not taken yet.
        position: of ``buffer[0]`` among all unpacked bytes.
        start: offset of the member that ``buffer[0]`` stands in, and
        start_position: the position where that member begins.
        ended: offset behind the member, where the buffer reaches to its end.
        broken: damage was met; what comes does not continue what is in the buffer.
    """

    def __init__(self, raw: RawFile, packing: str, offset: int = 0) -> None:
        self.raw = raw
        self.packing = packing
        self._events = unpack(raw, packing, offset)
        self.buffer = bytearray()
        self.position = 0
        self.marks: deque[tuple[int, int]] = deque()
        self.start = offset
        self.start_position = 0
        self.ended: int | None = None
        self.broken = False
        self.finished = False
        self.damage: list[Damage] = []
        self.waiting: Start | None = None

    def seek(self, offset: int) -> None:
        """Go on at another offset; only where nothing is packed."""
        self.position += len(self.buffer)
        self.buffer.clear()
        self._events = unpack(self.raw, self.packing, offset)
        next(self._events)
        self.position = offset
        self.broken = self.finished = False
        self.ended = None

    def pull(self) -> bool:
        """Take the next event; false where there is none, or where the content breaks off."""
        if self.broken or self.finished:
            return False
        event = next(self._events, None)
        if isinstance(event, bytes):
            self.buffer += event
            self.ended = None
        elif isinstance(event, End):
            self.ended = event.offset
        elif isinstance(event, Start):
            self.ended = None
            place = self.position + len(self.buffer)
            if self.marks and self.marks[-1][0] == place:
                self.marks.pop()  # the member before is empty
            self.marks.append((place, event.offset))
        elif isinstance(event, Damage):
            self.damage.append(event)
            self.broken = event.lost
            return not event.lost
        else:
            self.finished = True
            return False
        return True

    def need(self, count: int) -> bool:
        """Whether the buffer can be brought to hold ``count`` bytes."""
        while len(self.buffer) < count:
            if not self.pull():
                return False
        return True

    def need_in_record(self) -> bool:
        """Bring more bytes of the same record; false where a new member begins with a record."""
        while True:
            if not self.pull():
                return False
            if self.buffer:
                mark = self.marks[-1][0] if self.marks else -1
                if mark != self.position or self.packing == "none":
                    return True
                # the buffer begins where a member begins: is this a record of its own?
                self.need(5)
                return not self.buffer.startswith(b"WARC/")

    def take(self, count: int) -> bytes:
        """The first ``count`` bytes of the buffer, which are then gone from it."""
        piece = bytes(self.buffer[:count])
        del self.buffer[:count]
        self.position += len(piece)
        return piece

    def locate(self) -> tuple[int, int]:
        """Offset of the member that the next byte stands in, and its place in there."""
        while self.marks and self.marks[0][0] <= self.position:
            self.start_position, self.start = self.marks.popleft()
        if self.packing == "none":
            return self.position, 0
        return self.start, self.position - self.start_position

    def resume(self) -> None:
        """Go on behind the place where the content broke off."""
        self.position += len(self.buffer)
        self.buffer.clear()
        self.broken = False

    def settle(self) -> None:
        """If all is taken, see whether the member ends here."""
        while not self.buffer and self.ended is None and self.pull():
            pass

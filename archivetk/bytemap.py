"""From characters of the decoded text to bytes of the payload, and back.

A payload is cut into runs.  In a *regular* run, encoding the characters again gives the bytes
that stood there, so offsets follow from the text alone.  In a *raw* run it does not: a byte that
had to be replaced, a redundant escape sequence, one of the 398 two-byte sequences that cp932
decodes and encodes differently.  Raw runs keep their bytes, so that text plus map give the
payload back exactly, whatever the codec.

>>> text = "na\\u00efve"
>>> bytemap = ByteMap.regular("utf-8", text, text.encode())
>>> bytemap.span(text, 2, 3)
ByteSpan(start=2, end=4)
>>> bytemap.encode(text)
b'na\\xc3\\xafve'
"""

from __future__ import annotations

import base64
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

__all__ = ["ByteMap", "ByteSpan", "Run"]


class ByteSpan(NamedTuple):
    """A half-open range ``[start, end)`` of bytes in a payload."""

    start: int
    end: int


class Run(NamedTuple):
    """A stretch of characters and where its bytes begin.

    Attributes:
        char: index of its first character.
        byte: offset of its first byte.
        raw: its bytes, where encoding the characters would not give them; else ``None``.
            A raw run is one unit: a span that touches it covers all of it.
    """

    char: int
    byte: int
    raw: bytes | None = None



class ByteMap:
    """The map of one payload.  Immutable; the decoded text is passed in and never kept.

    Attributes:
        codec: name of the Python codec.
        runs: in order, the first one at (0, 0); they cover the whole text.
        chars: characters of the decoded text.
        size: bytes of the payload.
    """

    __slots__ = ("_chars", "_width", "chars", "codec", "runs", "size")

    def __init__(self, codec: str, runs: Iterable[Run], chars: int, size: int) -> None:
        self.codec = codec
        self.runs: tuple[Run, ...] = tuple(runs) or (Run(0, 0),)
        self.chars = chars
        self.size = size
        self._chars = [run.char for run in self.runs]
        # a payload with as many bytes as characters, or four times as many, has one width
        self._width = 0
        if len(self.runs) == 1 and self.runs[0].raw is None and chars:
            width, rest = divmod(size, chars)
            if rest == 0 and (width == 1 or (width == 4 and _fixed_four(codec))):
                self._width = width

    @classmethod
    def regular(cls, codec: str, text: str, data: bytes) -> ByteMap:
        """The map of a payload that encodes back to itself as a whole."""
        return cls(codec, (Run(0, 0),), len(text), len(data))

    def encode(self, text: str) -> bytes:
        """The payload, from its decoded text.

        Raises:
            ValueError: where the text does not have the length that the map is for.
        """
        if len(text) != self.chars:
            raise ValueError(f"this map is for {self.chars} characters, not for {len(text)}")
        parts = []
        for index, run in enumerate(self.runs):
            if run.raw is not None:
                parts.append(run.raw)
                continue
            stop = self.runs[index + 1].char if index + 1 < len(self.runs) else self.chars
            parts.append(text[run.char : stop].encode(self.codec))
        return b"".join(parts)

    def offset(self, text: str, at: int) -> int:
        """The byte where character ``at`` begins; for a raw run, where the run begins."""
        if self._width:
            return at * self._width
        return self.offsets(text, (at,))[0]

    def offsets(self, text: str, places: Sequence[int]) -> list[int]:
        """The bytes where some characters begin.  ``places`` must be sorted; one pass."""
        if self._width:
            width = self._width
            return [at * width for at in places]
        result = []
        runs = self.runs
        chars = self._chars
        index = 0
        char, byte = 0, 0
        for at in places:
            if at >= self.chars:
                result.append(self.size)
                continue
            if index + 1 < len(runs) and chars[index + 1] <= at:
                index = bisect_right(chars, at) - 1
                char, byte = runs[index].char, runs[index].byte
            if runs[index].raw is None and at > char:
                byte += _encoded_length(text[char:at], self.codec)
                char = at
            result.append(byte if runs[index].raw is None else runs[index].byte)
        return result

    def span(self, text: str, start: int, end: int) -> ByteSpan:
        """The bytes behind characters ``[start, end)``; raw runs that it touches count whole."""
        return self.spans(text, ((start, end),))[0]

    def spans(self, text: str, spans: Sequence[tuple[int, int]]) -> list[ByteSpan]:
        """The same for many spans, in one pass over the text."""
        ends = [self._cover(end) if end > start else end for start, end in spans]
        places = sorted({place for span in spans for place in span} | set(ends))
        found = dict(zip(places, self.offsets(text, places), strict=True))
        return [
            ByteSpan(found[start], found[end])
            for (start, _), end in zip(spans, ends, strict=True)
        ]

    def _cover(self, end: int) -> int:
        """Grow an end that lies inside a raw run to the end of that run."""
        if len(self.runs) == 1 and self.runs[0].raw is None:
            return end
        index = bisect_right(self._chars, end - 1) - 1
        if self.runs[index].raw is None:
            return end
        return self.runs[index + 1].char if index + 1 < len(self.runs) else self.chars

    def to_dict(self) -> dict[str, Any]:
        """As JSON: the codec, both lengths and the runs (raw bytes in base64)."""
        return {
            "codec": self.codec,
            "chars": self.chars,
            "size": self.size,
            "runs": [
                [run.char, run.byte]
                if run.raw is None
                else [run.char, run.byte, base64.b64encode(run.raw).decode("ascii")]
                for run in self.runs
            ],
        }

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> ByteMap:
        """Read what :meth:`to_dict` wrote.

        Raises:
            ValueError, KeyError, TypeError: where it is not such a value.
        """
        runs = [
            Run(int(one[0]), int(one[1]), base64.b64decode(one[2]) if len(one) > 2 else None)
            for one in value["runs"]
        ]
        return cls(str(value["codec"]), runs, int(value["chars"]), int(value["size"]))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ByteMap):
            return NotImplemented
        return (self.codec, self.runs, self.chars, self.size) == (
            other.codec,
            other.runs,
            other.chars,
            other.size,
        )

    def __hash__(self) -> int:
        return hash((self.codec, self.runs, self.chars, self.size))

    def __repr__(self) -> str:
        return f"ByteMap({self.codec!r}, {len(self.runs)} runs, {self.chars} chars, {self.size} bytes)"

    def __reduce__(self) -> tuple[type[ByteMap], tuple[str, tuple[Run, ...], int, int]]:
        return ByteMap, (self.codec, self.runs, self.chars, self.size)


def _fixed_four(codec: str) -> bool:
    return codec.replace("_", "-").lower().startswith("utf-32")


def _encoded_length(text: str, codec: str) -> int:
    if codec == "utf-8" and text.isascii():
        return len(text)
    return len(text.encode(codec))

"""From characters of the decoded text to bytes of the payload, and back.

A payload is cut into runs.  In a *regular* run, encoding the characters again gives the bytes
that stood there, so offsets follow from the text alone.  In a *raw* run it does not: a byte that
had to be replaced, a redundant escape sequence, one of the 398 two-byte sequences that cp932
decodes and encodes differently.  Raw runs keep their bytes, so that text plus map give the
payload back exactly, whatever the codec.  In a raw run of equal widths every character still
maps to its own bytes.

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
from typing import Any, Final, NamedTuple

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
        width: of a raw run: bytes of each of its characters, where that is the same for all;
            0: the run is one unit, and a span that touches it covers all of it.  A raw run of
            no characters holds bytes that stand for none (an escape sequence).
    """

    char: int
    byte: int
    raw: bytes | None = None
    width: int = 0


#: Codecs that give every character four bytes, and those that give it one.
_FIXED_FOUR: Final = ("utf-32-le", "utf-32-be")
_MANY: Final = (
    *("utf-8", "utf-16-le", "utf-16-be", *_FIXED_FOUR),
    *("gb18030", "gbk", "gb2312", "big5", "big5hkscs", "cp950", "cp932", "shift_jis", "euc_jp"),
    *("cp949", "euc_kr", "johab"),
)
#: Characters between two remembered byte offsets, for single questions about a long text.
_STRIDE: Final = 4096


class ByteMap:
    """The map of one payload.  Immutable; the decoded text is passed in and never kept.

    Attributes:
        codec: name of the Python codec.
        runs: in order, the first one at (0, 0); they cover the whole text.
        chars: characters of the decoded text.
        size: bytes of the payload.

    Raises:
        ValueError: where the runs are out of order or reach outside text or payload.
    """

    __slots__ = ("_chars", "_marks", "_width", "chars", "codec", "runs", "size")

    codec: Final[str]
    runs: Final[tuple[Run, ...]]
    chars: Final[int]
    size: Final[int]

    def __init__(self, codec: str, runs: Iterable[Run], chars: int, size: int) -> None:
        self.codec = codec
        self.runs = tuple(runs) or (Run(0, 0),)
        self.chars = chars
        self.size = size
        self._chars = [run.char for run in self.runs]
        self._marks: list[int] | None = None
        _check(self.runs, chars, size)
        # where all characters have the same width, offsets need no text
        self._width = 0
        if chars == size and (codec not in _MANY or self.runs == (Run(0, 0),)):
            self._width = 1
        elif size == 4 * chars and codec in _FIXED_FOUR:
            self._width = 4

    @classmethod
    def regular(cls, codec: str, text: str, data: bytes) -> ByteMap:
        """The map of a payload that encodes back to itself as a whole."""
        return cls(codec, (Run(0, 0),), len(text), len(data))

    def encode(self, text: str) -> bytes:
        """The payload, from its decoded text.

        Raises:
            ValueError: where the text does not have the length that the map is for, or has
                characters that its codec does not know.
            LookupError: where there is no such codec.
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
        """The byte where character ``at`` begins; inside a unit, where the unit begins."""
        return self.span(text, at, at).start

    def span(self, text: str, start: int, end: int) -> ByteSpan:
        """The bytes behind characters ``[start, end)``; units that it touches count whole.

        Raises:
            ValueError: where the span does not fit the text.
        """
        return self.spans(text, ((start, end),))[0]

    def spans(self, text: str, spans: Sequence[tuple[int, int]]) -> list[ByteSpan]:
        """The same for many spans, in one pass over the text.

        Raises:
            ValueError: where a span does not fit the text.
        """
        chars = self.chars
        for start, end in spans:
            if not 0 <= start <= end <= chars:
                raise ValueError(f"[{start}, {end}) does not fit a text of {chars} characters")
        if self._width:
            width = self._width
            return [ByteSpan(start * width, end * width) for start, end in spans]
        if not chars:
            return [ByteSpan(0, 0) for _ in spans]
        marks = self._remembered(text) if len(spans) < 8 and chars > 4 * _STRIDE else None
        begins = self._offsets(text, sorted({start for start, _ in spans}), marks, closing=False)
        ends = sorted({end for start, end in spans if end > start})
        closes = self._offsets(text, ends, marks, closing=True)
        return [
            ByteSpan(begins[start], closes[end] if end > start else begins[start])
            for start, end in spans
        ]

    def _offsets(
        self, text: str, places: Sequence[int], marks: list[int] | None, *, closing: bool
    ) -> dict[int, int]:
        """The bytes where characters begin, or (``closing``) where those before them end."""
        runs = self.runs
        chars = self._chars
        count = len(runs)
        back = 1 if closing else 0
        result: dict[int, int] = {}
        index = -1
        stop = 0  # where the current run ends
        char = byte = 0  # a place in the current run whose byte is known
        for at in places:
            if at >= self.chars and not closing:
                result[at] = self.size
                continue
            if index < 0 or at - back >= stop:
                index = bisect_right(chars, at - back, max(index, 0)) - 1
                char, byte = runs[index].char, runs[index].byte
                stop = chars[index + 1] if index + 1 < count else self.chars
            run = runs[index]
            if run.raw is None:
                if closing and at == stop:
                    result[at] = runs[index + 1].byte if index + 1 < count else self.size
                    continue
                if marks is not None:
                    nearest = at // _STRIDE
                    if nearest * _STRIDE > char:
                        char, byte = nearest * _STRIDE, marks[nearest]
                byte += len(text[char:at].encode(self.codec))
                char = at
                result[at] = byte
            elif run.width:
                result[at] = run.byte + (at - run.char) * run.width
            else:
                result[at] = run.byte + (len(run.raw) if closing else 0)
        return result

    def _remembered(self, text: str) -> list[int]:
        """Byte offsets of every 4096th character, found once."""
        if self._marks is None:
            places = range(0, self.chars, _STRIDE)
            found = self._offsets(text, places, None, closing=False)
            self._marks = [found[at] for at in places]
        return self._marks

    def to_dict(self) -> dict[str, Any]:
        """As JSON: the codec, both lengths and the runs (raw bytes in base64)."""
        return {
            "codec": self.codec,
            "chars": self.chars,
            "size": self.size,
            "runs": [
                [run.char, run.byte]
                if run.raw is None
                else [
                    run.char,
                    run.byte,
                    base64.b64encode(run.raw).decode("ascii"),
                    *([run.width] if run.width else []),
                ]
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
            Run(
                int(one[0]),
                int(one[1]),
                base64.b64decode(one[2], validate=True) if len(one) > 2 else None,
                int(one[3]) if len(one) > 3 else 0,
            )
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
        return (
            f"ByteMap({self.codec!r}, {len(self.runs)} runs, {self.chars} chars, {self.size} bytes)"
        )

    def __reduce__(self) -> tuple[type[ByteMap], tuple[str, tuple[Run, ...], int, int]]:
        return ByteMap, (self.codec, self.runs, self.chars, self.size)


def _check(runs: tuple[Run, ...], chars: int, size: int) -> None:
    """Refuse runs that are out of order; a map may come from a file that anyone wrote."""
    if chars < 0 or size < 0 or runs[0].char or runs[0].byte:
        raise ValueError("a byte map must begin at character 0 and byte 0")
    char = byte = 0
    width = length = 0  # of the raw run before
    for run in runs:
        if (
            run.char < char
            or run.byte < byte + length
            or (width and run.char != char + length // width)
        ):
            raise ValueError(f"the byte map is out of order at character {run.char}")
        char, byte, length, width = run.char, run.byte, len(run.raw or b""), run.width
        if width < 0 or (width and length % width):
            raise ValueError(f"the byte map has a broken run at character {run.char}")
    if char > chars or byte + length > size or (width and char + length // width != chars):
        raise ValueError("the byte map reaches outside its text")

"""Decode with a known charset, lose no byte, in linear time.

The text is what browsers show (WHATWG Encoding Standard: undefined bytes of windows-125x are C1
controls, what cannot be decoded is U+FFFD); the byte map holds the raw bytes wherever encoding
the text again would not give them.
"""

from __future__ import annotations

import codecs
import re
import threading
from functools import cache
from typing import Final, NamedTuple

from archivetk.bytemap import ByteMap, ByteSpan, Run
from archivetk.steps.decode.labels import Charset

__all__ = ["Read", "read"]


class Read(NamedTuple):
    """A payload, decoded.

    Attributes:
        text: its characters.
        replaced: the spans of bytes that became U+FFFD.
        bytemap: the way back.
    """

    text: str
    replaced: tuple[ByteSpan, ...]
    bytemap: ByteMap


def read(data: bytes, charset: Charset) -> Read:
    """Decode a payload; never fails."""
    codec = charset.codec
    if codec in {"utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"}:
        return _unicode(data, codec)
    if charset.name in _STATEFUL:
        return _stateful(data, charset.name)
    if codec in _UNITS:
        return _multibyte(data, codec)
    return _single(data, codec)


class _Runs:
    """Collects runs in order; neighbours of one kind become one run."""

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self.char = 0
        self.byte = 0
        self._pending: list[bytes] = []
        self._width = -1  # of the open run: -1 none, 0 regular, else a raw one of that width

    def regular(self, chars: int, size: int) -> None:
        """Characters that encode to their own bytes."""
        if not chars:
            return
        if self._width != 0:
            self._close()
            self.runs.append(Run(self.char, self.byte))
            self._width = 0
        self.char += chars
        self.byte += size

    def wide(self, raw: bytes, width: int) -> None:
        """Raw bytes of characters that all have the same width."""
        if self._width != width:
            self._close()
            self.runs.append(Run(self.char, self.byte, b"", width))
            self._width = width
        self._pending.append(raw)
        self.char += len(raw) // width
        self.byte += len(raw)

    def unit(self, raw: bytes, chars: int) -> None:
        """Raw bytes that stand for some characters as a whole, or for none."""
        if chars == 1:
            self.wide(raw, len(raw))
            return
        self._close()
        self.runs.append(Run(self.char, self.byte, raw))
        self.char += chars
        self.byte += len(raw)

    def _close(self) -> None:
        if self._pending:
            self.runs[-1] = self.runs[-1]._replace(raw=b"".join(self._pending))
            self._pending = []
        self._width = -1

    def bytemap(self, codec: str) -> ByteMap:
        """The map of what was collected."""
        self._close()
        return ByteMap(codec, self.runs, self.char, self.byte)


# --- UTF-8, UTF-16, UTF-32 -----------------------------------------------------------------

# No strict Unicode decoder gives a lone surrogate, so they can mark what had to be replaced
# until its place in the text is known.
_BAD: Final = "\udcff"
_PAIR: Final = "\udcfe"
_MARKS: Final = re.compile("[\udcfe\udcff]")
_SURROGATE: Final = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")
_SURROGATE_PAIR: Final = re.compile(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]")


class _Found(threading.local):
    """What the error handler met, for the decoding under way in this thread."""

    def __init__(self) -> None:
        self.spans: list[tuple[int, int]] = []


_found: Final = _Found()


def _note(error: UnicodeError) -> tuple[str, int]:
    """Note a span that cannot be decoded and put a mark in its place."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    start, end = error.start, max(error.end, error.start + 1)
    mark = _BAD
    if error.encoding == "utf-8" and error.object[start] == 0xED:
        # a surrogate as three bytes (from a broken str), two of them as one character (CESU-8)
        if match := _SURROGATE_PAIR.match(error.object, start):
            end, mark = match.end(), _PAIR
        elif match := _SURROGATE.match(error.object, start):
            end = match.end()
    _found.spans.append((start, end))
    return mark, end


codecs.register_error("archivetk.note", _note)


def _unicode(data: bytes, codec: str) -> Read:
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        pass
    else:
        return Read(text, (), ByteMap.regular(codec, text, data))
    _found.spans = []
    text = data.decode(codec, "archivetk.note")
    spans, _found.spans = _found.spans, []
    runs: list[Run] = []
    replaced = []
    pairs = []
    char = byte = 0
    for match, (start, end) in zip(_MARKS.finditer(text), spans, strict=True):
        at = match.start()
        if at > char:
            runs.append(Run(char, byte))
        runs.append(Run(at, start, data[start:end], end - start))
        char, byte = at + 1, end
        if match.group() == _BAD:
            replaced.append(ByteSpan(start, end))
        else:
            pairs.append(data[start:end].decode("utf-8", "surrogatepass"))
    if char < len(text):
        runs.append(Run(char, byte))
    bytemap = ByteMap(codec, runs, len(text), len(data))
    text = text.replace(_BAD, "\ufffd")
    if pairs:
        pieces = text.split(_PAIR)
        text = pieces[0] + "".join(
            pair.encode("utf-16-le", "surrogatepass").decode("utf-16-le") + piece
            for pair, piece in zip(pairs, pieces[1:], strict=True)
        )
    return Read(text, tuple(replaced), bytemap)


# --- one byte a character ------------------------------------------------------------------


@cache
def _table(codec: str) -> tuple[str, re.Pattern[bytes] | None]:
    """The 256 characters of a codec, and a pattern of the bytes that it does not define."""
    chars = []
    undefined = bytearray()
    for value in range(256):
        byte = bytes((value,))
        try:
            char = byte.decode(codec)
        except UnicodeDecodeError:
            char = chr(value) if 0x80 <= value < 0xA0 else "\ufffd"
            undefined.append(value)
        chars.append(char)
    pattern = re.compile(b"[" + re.escape(bytes(undefined)) + b"]+") if undefined else None
    return "".join(chars), pattern


def _single(data: bytes, codec: str) -> Read:
    table, undefined = _table(codec)
    text = codecs.charmap_decode(data, "strict", table)[0]
    if undefined is None or not undefined.search(data):
        return Read(text, (), ByteMap.regular(codec, text, data))
    runs = _Runs()
    replaced = []
    for match in undefined.finditer(data):
        start, end = match.span()
        runs.regular(start - runs.byte, start - runs.byte)
        runs.wide(data[start:end], 1)
        replaced += [ByteSpan(at, at + 1) for at in range(start, end) if text[at] == "\ufffd"]
    runs.regular(len(data) - runs.byte, len(data) - runs.byte)
    return Read(text, tuple(replaced), runs.bytemap(codec))


# --- one or more bytes a character, without states -----------------------------------------

_GB: Final = rb"[\x81-\xfe][\x30-\x39][\x81-\xfe][\x30-\x39]|[\x81-\xfe][\x40-\x7e\x80-\xfe]|.|\n"
_UNITS: Final = {
    "gb18030": re.compile(_GB),
    "big5hkscs": re.compile(rb"[\x81-\xfe][\x40-\x7e\xa1-\xfe]|.|\n"),
    "cp932": re.compile(rb"[\x81-\x9f\xe0-\xfc][\x40-\x7e\x80-\xfc]|.|\n"),
    "euc_jp": re.compile(rb"\x8f[\xa1-\xfe]{2}|\x8e[\xa1-\xdf]|[\xa1-\xfe]{2}|.|\n"),
    "cp949": re.compile(rb"[\x81-\xfe][\x41-\x5a\x61-\x7a\x81-\xfe]|.|\n"),
    "johab": re.compile(rb"[\x84-\xf9][\x31-\x7e\x81-\xfe]|.|\n"),
}
# The only two bytes that stand for two characters; half of a pair has bytes of its own.
_HKSCS_PAIR: Final = re.compile("[\u00ca\u00ea][\u0304\u030c]")


def _same(text: str, piece: bytes, codec: str) -> bool:
    """Whether some characters encode to just these bytes, also when they are cut anywhere."""
    try:
        return text.encode(codec) == piece and not (
            codec == "big5hkscs" and _HKSCS_PAIR.search(text) is not None
        )
    except UnicodeEncodeError:
        return False


def _multibyte(data: bytes, codec: str) -> Read:
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        pass
    else:
        if _same(text, data, codec):
            return Read(text, (), ByteMap.regular(codec, text, data))
    runs = _Runs()
    parts = []
    replaced: list[ByteSpan] = []
    known: dict[bytes, tuple[str, bool]] = {}
    # a line feed is never part of a longer character, so lines can be decoded apart
    for line in data.splitlines(keepends=True):
        try:
            text = line.decode(codec)
        except UnicodeDecodeError:
            pass
        else:
            if _same(text, line, codec):
                parts.append(text)
                runs.regular(len(text), len(line))
                continue
        _units(line, codec, known, runs, parts, replaced)
    return Read("".join(parts), tuple(replaced), runs.bytemap(codec))


def _units(
    line: bytes,
    codec: str,
    known: dict[bytes, tuple[str, bool]],
    runs: _Runs,
    parts: list[str],
    replaced: list[ByteSpan],
) -> None:
    """Decode byte by byte, or pair by pair, what does not decode or encode as a whole."""
    chars = size = 0  # of the regular run under way
    for unit in _UNITS[codec].findall(line):
        if unit in known:
            text, regular = known[unit]
        else:
            text = _unit(unit, codec)
            regular = len(text) == 1 and text != "\ufffd" and _same(text, unit, codec)
            if len(known) < 1 << 17:
                known[unit] = text, regular
        parts.append(text)
        if regular:
            chars += 1
            size += len(unit)
            continue
        runs.regular(chars, size)
        chars = size = 0
        if text[0] == "\ufffd" and unit not in _REPLACEMENTS:
            tail = len(text) - 1  # characters of ASCII behind a lead byte
            replaced.append(ByteSpan(runs.byte, runs.byte + len(unit) - tail))
            runs.unit(unit[: len(unit) - tail], 1)
            runs.regular(tail, tail)
        else:
            runs.unit(unit, len(text))
    runs.regular(chars, size)


#: U+FFFD itself has a code in GB18030.
_REPLACEMENTS: Final = (b"\x84\x31\xa4\x37",)


def _unit(unit: bytes, codec: str) -> str:
    """The characters of one unit; as the standard says, an ASCII byte is never swallowed."""
    for name in (codec, *_MORE.get(codec, ())):
        try:
            return unit.decode(name)
        except UnicodeDecodeError:
            continue
    if codec == "euc_jp" and len(unit) == 2 and unit[0] >= 0xA1:
        # the rows of NEC and IBM, which Python has in Shift JIS only
        row, cell = unit[0] - 0xA1, unit[1] - 0xA1
        lead = row // 2 + (0x81 if row < 62 else 0xC1)
        trail = cell + 0x9F if row % 2 else cell + 0x40 + (cell >= 63)
        try:
            return bytes((lead, trail)).decode("cp932")
        except UnicodeDecodeError:
            return "\ufffd"
    if unit == b"\x80":
        return {"gb18030": "\u20ac", "cp932": "\x80"}.get(codec, "\ufffd")
    if len(unit) == 2 and unit[1] < 0x80:
        return "\ufffd" + chr(unit[1])
    return "\ufffd"


_MORE: Final = {"big5hkscs": ("cp950",), "euc_jp": ("euc_jis_2004",), "cp932": ("shift_jis_2004",)}


# --- ISO-2022 and HZ -----------------------------------------------------------------------

_STATEFUL: Final = ("iso-2022-jp", "iso-2022-kr", "iso-2022-cn", "hz-gb-2312")

# Escape sequences, and the Python codec whose bytes with the high bit set are that plane.
_ESCAPES: Final = {
    b"\x1b(B": "",
    b"\x1b(J": "roman",
    b"\x1b(I": "kana",
    b"\x1b$@": "euc_jp",
    b"\x1b$B": "euc_jp",
    b"\x1b$(@": "euc_jp",
    b"\x1b$(B": "euc_jp",
    b"\x1b$(D": "jis0212",
    b"\x1b$A": "gb2312",
    b"\x1b$(A": "gb2312",
    b"\x1b$(C": "euc_kr",
    b"\x1b$(O": "euc_jis_2004",
    b"\x1b$(P": "jis0213-2",
    b"\x1b$(Q": "euc_jis_2004",
}
_TOKENS: Final = re.compile(
    rb"(\x1b\$?\([A-Z]|\x1b\$[@AB]|\x1b\$\)[A-Z]|\x1b\$[*+][A-Z]|\x0e|\x0f)"
    rb"|([\x21-\x7e]+)|([\x00-\x0d\x10-\x1a\x1c-\x20\x7f]+)|(.)",
    re.DOTALL,
)
# In GB mode the first byte of a pair is never a tilde, so the end of the mode is never mistaken.
_HZ_TOKENS: Final = re.compile(
    rb"(~\{)((?:[\x21-\x7d][\x21-\x7e])*)(~\}|)|(~~)|(~\n|~\})|([\x00-\x7d\x7f]+|~)|(.)", re.DOTALL
)


def _stateful(data: bytes, name: str) -> Read:
    runs = _Runs()
    parts: list[str] = []
    replaced: list[ByteSpan] = []
    if name == "hz-gb-2312":
        _read_hz(data, runs, parts, replaced)
    else:
        _read_2022(data, name, runs, parts, replaced)
    return Read("".join(parts), tuple(replaced), runs.bytemap("ascii"))


def _read_2022(
    data: bytes, name: str, runs: _Runs, parts: list[str], replaced: list[ByteSpan]
) -> None:
    plane = ""  # what bytes below 0x80 mean
    shifted = "euc_kr" if name == "iso-2022-kr" else "gb2312"  # what they mean behind SO
    for control, graphic, blank, other in _TOKENS.findall(data):
        if control:
            if control in _ESCAPES:
                plane = _ESCAPES[control]
            elif control.startswith(b"\x1b$)"):
                shifted = {b"C": "euc_kr", b"A": "gb2312"}.get(control[-1:], "?")
            elif control == b"\x0e":
                plane = shifted
            elif control == b"\x0f":
                plane = ""
            else:
                replaced.append(ByteSpan(runs.byte, runs.byte + len(control)))
                parts.append("\ufffd")
                runs.unit(control, 1)
                continue
            runs.unit(control, 0)
        elif blank or (graphic and not plane):
            piece = blank or graphic
            parts.append(piece.decode("ascii"))
            runs.regular(len(piece), len(piece))
        elif graphic:
            _plane(graphic, plane, runs, parts, replaced)
        elif name == "iso-2022-jp" and b"\xa1" <= other <= b"\xdf":
            parts.append(other.decode("cp932"))  # JIS X 0201 with eight bits
            runs.unit(other, 1)
        else:
            _bad(other, runs, parts, replaced)


def _read_hz(data: bytes, runs: _Runs, parts: list[str], replaced: list[ByteSpan]) -> None:
    for begin, pairs, end, tilde, control, plain, other in _HZ_TOKENS.findall(data):
        if begin:
            runs.unit(begin, 0)
            _plane(pairs, "gb2312", runs, parts, replaced)
            if end:
                runs.unit(end, 0)
        elif tilde:
            parts.append("~")
            runs.unit(tilde, 1)
        elif control:
            runs.unit(control, 0)  # a line that goes on (RFC 1843), or a stray end
        elif plain:
            parts.append(plain.decode("ascii"))
            runs.regular(len(plain), len(plain))
        else:
            _bad(other, runs, parts, replaced)


def _plane(
    graphic: bytes, plane: str, runs: _Runs, parts: list[str], replaced: list[ByteSpan]
) -> None:
    """Characters of a plane that is not ASCII."""
    if plane == "roman":
        text = graphic.decode("ascii").replace("\\", "\u00a5").replace("~", "\u203e")
        parts.append(text)
        runs.wide(graphic, 1)
        return
    high = graphic.translate(_HIGH)
    if plane == "kana":
        for at in range(len(high)):
            if 0xA1 <= high[at] <= 0xDF:
                parts.append(high[at : at + 1].decode("cp932"))
                runs.wide(graphic[at : at + 1], 1)
            else:
                _bad(graphic[at : at + 1], runs, parts, replaced)
        return
    even = len(high) // 2 * 2
    try:
        if plane in {"jis0212", "jis0213-2", "?"}:
            raise UnicodeError
        text = high[:even].decode(plane)
        if len(text) != even // 2:
            raise UnicodeError
        if text:
            parts.append(text)
            runs.wide(graphic[:even], 2)
    except UnicodeError:
        lead = b"\x8f" if plane in {"jis0212", "jis0213-2"} else b""
        codec = {"jis0212": "euc_jp", "jis0213-2": "euc_jis_2004"}.get(plane, plane)
        for at in range(0, even, 2):
            piece = graphic[at : at + 2]
            try:
                text = "" if plane == "?" else (lead + high[at : at + 2]).decode(codec)
            except UnicodeDecodeError:
                text = "" if plane != "euc_jp" else _unit(high[at : at + 2], "euc_jp")
            if text in {"", "\ufffd"}:
                _bad(piece, runs, parts, replaced)
            else:
                parts.append(text)
                runs.unit(piece, len(text))
    if even < len(graphic):
        _bad(graphic[even:], runs, parts, replaced)


_HIGH: Final = bytes(value | 0x80 if 0x21 <= value <= 0x7E else value for value in range(256))


def _bad(piece: bytes, runs: _Runs, parts: list[str], replaced: list[ByteSpan]) -> None:
    replaced.append(ByteSpan(runs.byte, runs.byte + len(piece)))
    parts.append("\ufffd")
    runs.unit(piece, 1)

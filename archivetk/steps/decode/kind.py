"""Tell text from what is none, and wide characters without a mark, by the bytes alone."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["advice", "ebcdic_codec", "is_binary", "known_format", "wide_charset", "wide_ideographs"]

#: First bytes of formats that are no text.  ``....`` in RIFF and ISO media is a length.
_MAGIC: Final = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "a PNG image"),
    (re.compile(rb"\xff\xd8\xff[\xc0-\xfe]"), "a JPEG image"),
    (re.compile(rb"GIF8[79]a"), "a GIF image"),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), "a WebP image"),
    (re.compile(rb"RIFF.{4}(?:WAVE|AVI )", re.DOTALL), "sound or film"),
    (re.compile(rb"II\*\0|MM\0\*"), "a TIFF image"),
    (re.compile(rb"\0\0\x01\0[\x01-\x40]\0"), "an icon"),
    (re.compile(rb"BM.{4}\0\0\0\0.{4}[\x0c\x28\x40\x6c\x7c]\0\0\0", re.DOTALL), "a bitmap"),
    (re.compile(rb"\0\0\0.ftyp", re.DOTALL), "film or an image (ISO media)"),
    (re.compile(rb"\x1a\x45\xdf\xa3"), "film (Matroska)"),
    (re.compile(rb"OggS\0"), "sound (Ogg)"),
    (re.compile(rb"fLaC\0"), "sound (FLAC)"),
    (re.compile(rb"ID3[\x02-\x04]\0"), "sound (MP3)"),
    (re.compile(rb"FLV\x01[\x01\x04\x05]"), "film (Flash)"),
    (re.compile(rb"[CF]WS[\x01-\x30].{3}\0", re.DOTALL), "a Flash file"),
    (re.compile(rb"%PDF-\d"), "a PDF document"),
    (re.compile(rb"%!PS-Adobe"), "a PostScript document"),
    (re.compile(rb"PK(?:\x03\x04|\x05\x06|\x07\x08)"), "a ZIP archive or an office document"),
    (re.compile(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "an office document"),
    (re.compile(rb"\x1f\x8b\x08"), "gzip-compressed"),
    (re.compile(rb"BZh[1-9]1AY&SY"), "bzip2-compressed"),
    (re.compile(rb"\xfd7zXZ\0"), "xz-compressed"),
    (re.compile(rb"\x28\xb5\x2f\xfd"), "Zstandard-compressed"),
    (re.compile(rb"7z\xbc\xaf\x27\x1c"), "a 7z archive"),
    (re.compile(rb"Rar!\x1a\x07"), "a RAR archive"),
    (re.compile(rb"\x7fELF[\x01\x02]"), "a program (ELF)"),
    (re.compile(rb"MZ.{58}.[\0-\x10]\0\0", re.DOTALL), "a program (Windows)"),
    (re.compile(rb"\xca\xfe\xba\xbe\0"), "a program (Java or Mach-O)"),
    (re.compile(rb"[\xce\xcf]\xfa\xed\xfe"), "a program (Mach-O)"),
    (re.compile(rb"\0asm\x01\0"), "a program (WebAssembly)"),
    (re.compile(rb"wOF[F2]"), "a font"),
    (re.compile(rb"(?:\0\x01\0\0|OTTO|ttcf)\0"), "a font"),
    (re.compile(rb"SQLite format 3\0"), "a database (SQLite)"),
    (re.compile(rb"PAR1.{0,4}\x15", re.DOTALL), "a Parquet file"),
    (re.compile(rb"\x93NUMPY"), "a NumPy array"),
)

#: All of them at once: nearly every payload is none of them.
_ANY_MAGIC: Final = re.compile(
    b"|".join(
        (b"(?s:%b)" if pattern.flags & re.DOTALL else b"(?:%b)") % pattern.pattern
        for pattern, _ in _MAGIC
    )
)

_PACKED: Final = re.compile(r"-compressed|(?:ZIP|7z|RAR|TAR) archive")
_DOCUMENT: Final = re.compile(r" document")

_SAMPLE: Final = 65_536
_CONTROLS: Final = bytes(
    value for value in range(32) if value not in b"\t\n\r\f\x0b\x1b\x0e\x0f\x08\x1a\x00"
)
_KEEP_CONTROLS: Final = bytes(value for value in range(256) if value not in _CONTROLS)
_LETTERS: Final = bytes(range(0x41, 0x5B)) + bytes(range(0x61, 0x7B))


def _sample(data: bytes) -> bytes:
    """The beginning, the middle and the end."""
    if len(data) <= 3 * _SAMPLE:
        return data
    middle = len(data) // 8 * 4
    return data[:_SAMPLE] + data[middle : middle + _SAMPLE] + data[-_SAMPLE // 4 * 4 :]


def advice(kind: str) -> str:
    """What to do with a file of a kind, as a sentence with a space before it, or nothing."""
    if _PACKED.search(kind):
        return " Unpack it first."
    return " Convert it to text first." if _DOCUMENT.search(kind) else ""


def known_format(data: bytes) -> str | None:
    """What a payload is by its first bytes, where it is a format that is no text."""
    head = data[:512]
    if _ANY_MAGIC.match(head):
        return next(name for pattern, name in _MAGIC if pattern.match(head))
    if data[257:262] == b"ustar":
        return "a TAR archive"
    return None


def is_binary(data: bytes) -> bool:
    """Whether a payload has more control bytes than a text in one byte a character has."""
    sample = _sample(data)
    controls = len(sample.translate(None, _KEEP_CONTROLS))
    nuls = sample.count(0)
    # Text has hardly any control characters.  NULs are counted with less weight: fields padded
    # with them are text still.
    return controls * 20 > len(sample) or (controls + nuls) * 10 > 3 * len(sample)


def wide_charset(data: bytes) -> str | None:
    """UTF-16 or UTF-32 without a byte order mark, told by where the NULs and the blanks stand."""
    sample = data[: 2 * _SAMPLE] if len(data) % 4 else _sample(data)
    size = len(sample) // 4
    if size >= 2 and len(data) % 4 == 0:
        # UTF-32: planes above 16 do not exist
        for name, top, next_, lowest in (("utf-32le", 3, 2, 0), ("utf-32be", 0, 1, 3)):
            if sample[lowest::4].count(0) * 10 > size:
                continue
            if sample[top::4].count(0) >= size and max(sample[next_::4], default=17) <= 16:
                return name
    pairs = len(sample) // 2
    if pairs < 2:
        return None
    even, odd = sample[0 : 2 * pairs : 2], sample[1 : 2 * pairs : 2]
    for name, high, low in (("utf-16le", odd, even), ("utf-16be", even, odd)):
        nuls = high.count(0)
        if low.count(0) * 20 > max(nuls, 1):
            continue
        if nuls * 10 >= 7 * pairs:
            return name
        # Other scripts: the high bytes are few, and blanks and line ends stand where they must
        blanks = _wide_blanks(high, low)
        if nuls and blanks * 40 >= pairs and _valid(sample[: 2 * pairs], name):
            return name
    return None


def _wide_blanks(high: bytes, low: bytes) -> int:
    return sum(
        1
        for one, other in zip(high[:8192], low[:8192], strict=True)
        if not one and other in b"\n\r "
    )


def _valid(sample: bytes, name: str) -> bool:
    try:
        text = sample.decode("utf-16-le" if name == "utf-16le" else "utf-16-be")
    except UnicodeDecodeError as error:
        if error.end < len(sample) - 2:
            return False
        text = sample[: error.start].decode("utf-16-le" if name == "utf-16le" else "utf-16-be")
    return bool(text) and sum(map(str.isprintable, text)) + text.count("\n") * 2 >= 0.9 * len(text)


def wide_ideographs(data: bytes) -> str | None:
    """UTF-16 in a script of East Asia, which hardly has a NUL in it.

    Two bytes at random are a common ideograph or syllable in one case of eight; in such a text
    most are.
    """
    pairs = min(len(data) // 2, 2048)
    if pairs < 8 or len(data) % 2:
        return None
    for name, codec in (("utf-16le", "utf-16-le"), ("utf-16be", "utf-16-be")):
        text = data[: 2 * pairs].decode(codec, "replace")
        if sum(map(_common, text)) * 10 > 8 * len(text):
            return name
    return None


def _common(char: str) -> bool:
    if "\u3000" <= char < "\u3100" or char in "\n\r " or "\uff00" <= char < "\uff5f":
        return True
    if not "\u4e00" <= char < "\ud7a4":
        return False
    for codec, first, last in (
        ("gb2312", 0xB0, 0xD7),
        ("big5", 0xA4, 0xC6),
        ("euc_kr", 0xB0, 0xC8),
    ):
        try:
            if first <= char.encode(codec)[0] <= last:
                return True
        except UnicodeEncodeError:
            continue
    return False


# The letters of EBCDIC, and the bytes of its blank and line ends.
_EBCDIC_LETTERS: Final = bytes(
    value
    for first, last in (
        (0x81, 0x89),
        (0x91, 0x99),
        (0xA2, 0xA9),
        (0xC1, 0xC9),
        (0xD1, 0xD9),
        (0xE2, 0xE9),
    )
    for value in range(first, last + 1)
)


def ebcdic_codec(data: bytes) -> str | None:
    """The likely code page of EBCDIC text, or ``None`` where it is not EBCDIC."""
    sample = data[:_SAMPLE]
    if len(sample) < 8:
        return None
    blanks = sample.count(0x40)
    if blanks * 25 < len(sample) or sample.count(0x20) * 10 > blanks:
        return None
    letters = len(sample) - len(sample.translate(None, _EBCDIC_LETTERS))
    ascii_letters = len(sample) - len(sample.translate(None, _LETTERS))
    hebrew = len(sample) - len(
        sample.translate(
            None,
            bytes(range(0x41, 0x4A))
            + bytes(range(0x51, 0x5A))
            + bytes(range(0x62, 0x6A))
            + bytes(range(0x71, 0x72)),
        )
    )
    if letters * 2 > len(sample) and ascii_letters * 5 < letters:
        return "cp037"
    if hebrew * 2 > len(sample):
        return "cp424"
    return None

"""The ladder from a payload's bytes to its charset."""

from __future__ import annotations

import re
from typing import Final

from archivetk.bytemap import ByteMap
from archivetk.document import Decoding, Source
from archivetk.errors import UnsupportedError
from archivetk.settings import Settings
from archivetk.steps import Rejection
from archivetk.steps.decode.declared import declared_charset
from archivetk.steps.decode.detector import confidence, detect, plausible
from archivetk.steps.decode.kind import (
    advice,
    ebcdic_codec,
    is_binary,
    known_format,
    wide_charset,
    wide_ideographs,
)
from archivetk.steps.decode.labels import Charset, charset_of, lookup
from archivetk.steps.decode.lossless import Read, read

__all__ = ["decode"]

_UTF8: Final = Charset("utf-8", "utf-8")
_CP1252: Final = Charset("windows-1252", "cp1252")

_MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\0\0", "utf-32le"),
    (b"\0\0\xfe\xff", "utf-32be"),
    (b"\xff\xfe", "utf-16le"),
    (b"\xfe\xff", "utf-16be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_ISO_2022: Final = (
    (re.compile(rb"\x1b\$\)C"), "iso-2022-kr"),
    (re.compile(rb"\x1b\$\)[AGE]"), "iso-2022-cn"),
    (re.compile(rb"\x1b\$(?:[@B]|\([@BDOPQ])|\x1b\([JI][\x21-\x7e]"), "iso-2022-jp"),
)
_HZ: Final = re.compile(rb"~\{(?:[\x21-\x77][\x21-\x7e]){1,400}~\}")


def decode(source: Source, settings: Settings) -> tuple[str, Decoding, ByteMap]:
    """Decode the payload of a source.

    Returns:
        The text, how it was decoded, and the map back to the bytes.  A byte order mark stands in
        the text as U+FEFF.

    Raises:
        Rejection: where the payload is empty, binary or EBCDIC.
        UnsupportedError: where ``settings.encoding`` is not the name of a charset.
    """
    data = source.data
    if not data:
        raise Rejection("empty", "It is empty: there are no bytes in it.")
    return _decode(source, settings)


def _decode(source: Source, settings: Settings) -> tuple[str, Decoding, ByteMap]:
    data = source.data
    declared = declared_charset(data)
    label = source.declared_encoding or (declared[1] if declared else None)
    if settings.encoding is not None:
        chosen = charset_of(settings.encoding)
        if chosen is None:
            raise UnsupportedError(
                f"There is no charset {settings.encoding!r}. Give the name of one, e.g. "
                "utf-8, windows-1252, shift_jis."
            )
        given = source.declared_encoding == "utf-8" and source.ref == "text"
        return _result(read(data, chosen), chosen, "given" if given else "option", 1.0, None, label)
    for mark, name in _MARKS:
        if data.startswith(mark):
            chosen = charset_of(name) or _UTF8
            return _result(read(data, chosen), chosen, "bom", 1.0, None, label)
    if kind := known_format(data):
        raise Rejection("binary", f"It is {kind}, not text.{advice(kind)}")
    wide = wide_charset(data) if 0 in data else None
    binary = wide is None and is_binary(data)
    if binary:
        wide = wide_ideographs(data)
    if wide is not None:
        chosen = charset_of(wide) or _UTF8
        return _result(read(data, chosen), chosen, "nul-pattern", 0.95, None, label)
    if binary:
        raise Rejection("binary", "It is binary data, not text.")
    if page := ebcdic_codec(data):
        raise Rejection(
            "binary",
            f"It is text in EBCDIC, which is not read unasked. If you know its code page, "
            f"give it: --encoding {page}.",
        )
    if (escaped := _escaped(data)) is not None:
        return _result(read(data, escaped), escaped, "escapes", 0.99, None, label)
    result = _strict_utf8(data)
    if result is not None:
        return _result(result, _UTF8, "utf-8", 1.0, None, label)
    if (result := _mostly_utf8(data)) is not None:
        share = 1 - len(result.replaced) / max(1, len(result.text))
        return _result(result, _UTF8, "detected", round(share, 4), None, label)
    outer = lookup(source.declared_encoding.strip("\"' ")) if source.declared_encoding else None
    inner = declared[0] if declared else None
    for charset, method in (
        (outer, "declared:http"),
        (inner, f"declared:{declared[2]}" if declared else ""),
    ):
        if charset is not None and charset.name != "utf-8":
            result = read(data, charset)
            if not result.replaced and not _controls(result.text) and plausible(data, charset):
                return _result(result, charset, method, 0.9, None, label)
    return _detected(data, outer or inner, label)


def _detected(
    data: bytes, declared: Charset | None, label: str | None
) -> tuple[str, Decoding, ByteMap]:
    """The charset that the bytes look like; windows-1252 where they tell nothing."""
    guesses = detect(data, declared)
    sure, second = confidence(guesses)
    best = guesses[0]
    method = "fallback" if best.charset == _CP1252 and sure < 0.6 else "detected"
    return _result(
        read(data, best.charset),
        best.charset,
        method,
        round(sure, 4),
        None if second is None else second.charset.name,
        label,
    )


def _mostly_utf8(data: bytes) -> Read | None:
    """UTF-8 with some damage: valid sequences hardly come about by chance."""
    rest, valid = _SEQUENCE.subn(b"", data)
    weight = len(data) - len(rest) - valid  # continuation bytes: the longer, the less by chance
    rest, errors = _CUT.subn(b"", rest)
    errors += len(rest) - len(rest.translate(None, _HIGH))
    if weight >= 8 and data.endswith(_LEADS):
        errors -= 1
    return read(data, _UTF8) if weight > 1 and weight >= 3 * errors else None


_SEQUENCE: Final = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_CUT: Final = re.compile(rb"[\xe0-\xef][\x80-\xbf](?![\x80-\xbf])")
_HIGH: Final = bytes(range(0x80, 0x100))
_LEADS: Final = tuple(bytes((value,)) for value in range(0xC2, 0xF5))  # a piece at the end


def _strict_utf8(data: bytes) -> Read | None:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return Read(text, (), ByteMap.regular("utf-8", text, data))


_C1: Final = re.compile("[\x80-\x84\x86-\x9f]")


def _controls(text: str) -> bool:
    return _C1.search(text) is not None


def _escaped(data: bytes) -> Charset | None:
    """ISO-2022 or HZ, where its escape sequences are there."""
    if b"\x1b" in data:
        for pattern, name in _ISO_2022:
            if pattern.search(data):
                return charset_of(name)
    if data.isascii() and b"~{" in data and _HZ.search(data):
        return charset_of("hz-gb-2312")
    return None


def _result(
    result: Read,
    charset: Charset,
    method: str,
    confidence: float,
    runner_up: str | None,
    declared: str | None,
) -> tuple[str, Decoding, ByteMap]:
    decoding = Decoding(charset.name, method, confidence, runner_up, declared, result.replaced)
    return result.text, decoding, result.bytemap

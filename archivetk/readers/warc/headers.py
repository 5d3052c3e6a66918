"""The header of a record: its fields, and what their values mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header

__all__ = ["arc_date", "header_value", "named_fields", "number", "printable"]


def header_value(headers: tuple[tuple[str, str], ...], name: str) -> str | None:
    """The first value of a header, whatever the case of its name; RFC 2047 words decoded."""
    low = name.lower()
    for one, value in headers:
        if one.lower() == low:
            return _decoded(value) if "=?" in value else value
    return None


def printable(text: str) -> str:
    r"""A header value as it may be shown and written: what cannot be printed is percent-encoded.

    >>> printable("a\x1b[2Jb \udce4")
    'a%1B[2Jb %E4'
    """
    if text.isprintable():
        return text
    return "".join(
        one
        if one.isprintable()
        else "".join(f"%{byte:02X}" for byte in one.encode("utf-8", "surrogateescape"))
        for one in text
    )


def _decoded(value: str) -> str:
    """Encoded words of RFC 2047, which WARC 1.0 and 1.1 (clause 4) want understood."""
    if len(value) > 8192:
        return value
    try:
        return "".join(
            part if isinstance(part, str) else part.decode(charset or "ascii")
            for part, charset in decode_header(value)
        )
    except (ValueError, LookupError, HeaderParseError):
        return value


def number(value: str | None) -> int | None:
    """A whole number of at most 18 digits; ``None`` where it is not one."""
    if value is None or not re.fullmatch(r"[0-9]{1,18}", value):
        return None
    return int(value)


def arc_date(digits: str) -> str:
    """A date of 14 digits as ISO 8601; as it is where it has another length."""
    if len(digits) != 14:
        return digits
    year, rest = digits[:4], [digits[at : at + 2] for at in range(4, 14, 2)]
    return f"{year}-{rest[0]}-{rest[1]}T{rest[2]}:{rest[3]}:{rest[4]}Z"


def named_fields(raw_header: bytes) -> Iterator[tuple[str, str]]:
    """Names and values of a header; a line that begins with white space continues the one before.

    Bytes that are not UTF-8 become lone surrogates, so that nothing is lost.
    """
    name: str | None = None
    parts: list[str] = []
    lines = raw_header.decode("utf-8", "surrogateescape").split("\n")
    for line in lines[1:]:
        line = line.rstrip("\r")  # noqa: PLW2901
        if line[:1] in (" ", "\t"):
            parts.append(line.strip(" \t"))
            continue
        if name is not None:
            yield name, " ".join(part for part in parts if part)
            name = None
        before, colon, after = line.partition(":")
        if colon and before.strip(" \t"):
            name = before.strip(" \t")
            parts = [after.strip(" \t")]
    if name is not None:
        yield name, " ".join(part for part in parts if part)

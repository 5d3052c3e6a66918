"""The facts as ``application/warc-fields``: a line for each, its value in JSON."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Final

import msgspec

from archivetk.errors import MalformedError

__all__ = ["compact", "from_fields", "metadata_schema", "to_fields", "to_json"]

# What would end a line for some reader, or cannot stand in UTF-8; JSON itself escapes only what
# lies below U+0020.
_UNSAFE: Final = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_UNSAFE_BYTES: Final = (
    re.compile(rb"\xc2[\x80-\x9f]"),
    re.compile(rb"\xe2\x80[\xa8\xa9]"),
    re.compile(rb"\xef\xbf[\xbe\xbf]"),
)
_NAME: Final = re.compile(r"[a-z][a-z0-9-]*")
#: Fields that hold as much as the rest together, in rows of numbers and strings.
_ROWS: Final = frozenset({"edits"})
_rows_encoder: Final = msgspec.json.Encoder()
_FIELD: Final = re.compile(rb"([a-z][a-z0-9-]*): (.*)", re.DOTALL)


def to_fields(facts: Mapping[str, Any]) -> bytes:
    """The facts as ``application/warc-fields``: a line for each, the value as JSON.

    No value can end its line or begin another: control characters, line separators and what
    cannot stand in UTF-8 are escaped as JSON escapes them.

    Raises:
        ValueError: where a name is not one of lower-case letters, digits and hyphens.
    """
    parts: list[bytes] = []
    for name, value in facts.items():
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} cannot name a field")
        encode = _encoded_rows if name in _ROWS else _encoded
        parts += (name.encode("ascii"), b": ", encode(value), b"\r\n")
    return b"".join(parts)


def from_fields(block: bytes) -> dict[str, Any]:
    """Read what :func:`to_fields` wrote.

    Raises:
        MalformedError: where a line is no field, a value is not JSON, or a name comes twice.
    """
    facts: dict[str, Any] = {}
    for line in block.split(b"\r\n"):
        if not line:
            continue
        match = _FIELD.fullmatch(line)
        if not match:
            raise MalformedError(f"A line of the metadata record is no field: {line[:60]!r}")
        name = match.group(1).decode("ascii")
        if name in facts:
            raise MalformedError(f"The metadata record gives the field {name!r} twice.")
        try:
            facts[name] = json.loads(match.group(2))
        except (ValueError, RecursionError) as error:
            raise MalformedError(
                f"The field {name!r} of the metadata record is not JSON: {error}"
            ) from error
    return facts


def to_json(value: Any) -> str:
    """JSON on one line, without a character that some reader takes for a line end."""
    return _encoded(value).decode("utf-8")


def _encoded(value: Any) -> bytes:
    """What :func:`to_json` gives, in UTF-8."""
    text = compact(value)
    try:
        raw = text.encode("utf-8")
    except UnicodeEncodeError:
        return _UNSAFE.sub(_escaped, text).encode("utf-8")
    return _safe(raw)


def _encoded_rows(rows: Any) -> bytes:
    """The same for rows of numbers and strings, six times as fast."""
    try:
        return _safe(_rows_encoder.encode(rows))
    except (UnicodeEncodeError, OverflowError):
        return _encoded(rows)  # half a surrogate pair


def _safe(raw: bytes) -> bytes:
    """JSON in UTF-8 without what would end a line for some reader."""
    # patterns of bytes that begin with a literal are ten times as fast as the one of characters
    if not raw.isascii():
        for pattern in _UNSAFE_BYTES:
            if pattern.search(raw):
                raw = pattern.sub(_escaped_bytes, raw)
    return raw.replace(b"\x7f", b"\\u007f")


def _escaped_bytes(match: re.Match[bytes]) -> bytes:
    return b"\\u%04x" % ord(match.group().decode("utf-8"))


def _escaped(match: re.Match[str]) -> str:
    return f"\\u{ord(match.group()):04x}"


def compact(value: Any, *, sort: bool = False) -> str:
    """JSON without white space; numbers that JSON does not know become ``null``."""
    encoder = _SORTED if sort else _COMPACT
    try:
        return encoder.encode(value)
    except ValueError:
        return encoder.encode(_finite(value))


def _plain(value: Any) -> Any:
    """What a step noted in another form than JSON has."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value, key=repr)
    return str(value)


# Looking for circles takes a fifth of the time, and a value that holds itself is a bug of ours.
_COMPACT: Final = json.JSONEncoder(
    ensure_ascii=False,
    check_circular=False,
    allow_nan=False,
    separators=(",", ":"),
    default=_plain,
)
_SORTED: Final = json.JSONEncoder(
    check_circular=False, allow_nan=False, sort_keys=True, separators=(",", ":"), default=_plain
)


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): _finite(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(one) for one in value]
    return value


def metadata_schema() -> dict[str, Any]:
    """The JSON Schema of the facts (draft 2020-12)."""
    text = files("archivetk").joinpath("schemas", "metadata.schema.json").read_text("utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema

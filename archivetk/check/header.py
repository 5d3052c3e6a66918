"""The rules for the header of one record: its form, its fields, which type may have which."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from archivetk.check.values import (
    date_fault,
    id_fault,
    ip_fault,
    is_token,
    media_type_fault,
    uri_fault,
    uuid_fault,
)
from archivetk.readers.warc.digests import parse_digest

__all__ = ["TYPES", "Header", "check_header", "parse_header"]

#: The record types of the standard.
TYPES: Final = frozenset(
    {
        "warcinfo",
        "response",
        "resource",
        "request",
        "metadata",
        "revisit",
        "conversion",
        "continuation",
    }
)
_VERSIONS: Final = frozenset({"1.0", "1.1"})
_DRAFTS: Final = frozenset({"0.17", "0.18"})
_VERSION_LINE: Final = re.compile(rb"WARC/(\d+\.\d+)\r?\n")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_DIGITS: Final = re.compile(r"[0-9]+")
_PROFILES: Final = re.compile(
    r"http://netpreserve\.org/warc/1\.[01]/(?:revisit/)?"
    r"(?:identical-payload-digest|server-not-modified|uri-agnostic-identical-payload-digest)"
)

Problem = tuple[str, str]
Check = Callable[[str, str], Iterator[Problem]]


class Header(NamedTuple):
    """The header of a record, read strictly.

    Attributes:
        version: as the first line says; empty where that is wrong.
        fields: values by name in lower case, in order.
        problems: what is wrong with its form, as rule and message.
    """

    version: str
    fields: dict[str, list[str]]
    problems: list[Problem]

    def first(self, name: str) -> str | None:
        """The first value of a field."""
        values = self.fields.get(name.lower())
        return values[0] if values else None


class _Field(NamedTuple):
    rule: str
    check: Check
    only: frozenset[str] = TYPES
    required: frozenset[str] = frozenset()
    repeatable: bool = False


def _plain(rule: str, fault: Callable[[str], str | None]) -> Check:
    def check(value: str, _version: str) -> Iterator[Problem]:
        wrong = fault(value)
        if wrong:
            yield f"{rule}-syntax", wrong

    return check


def _record_id(value: str, _version: str) -> Iterator[Problem]:
    wrong = id_fault(value)
    if wrong:
        yield "record-id-syntax", wrong
    elif fault := uuid_fault(value):
        yield "record-id-uuid", fault


def _length(value: str, _version: str) -> Iterator[Problem]:
    if not _DIGITS.fullmatch(value):
        yield "length-syntax", "it is not a number of digits only"
    elif len(value) > 18:
        yield "length-syntax", "no block is as long as that"


def _date(rule: str) -> Check:
    def check(value: str, version: str) -> Iterator[Problem]:
        wrong = date_fault(value, version)
        if wrong:
            yield f"{rule}-syntax", wrong

    return check


def _type(value: str, _version: str) -> Iterator[Problem]:
    if not is_token(value):
        yield "type-syntax", "it is not a token"
    elif value.lower() not in TYPES:
        yield "type-unknown", "the standard does not know this type, and readers will pass over it"


def _digest(rule: str) -> Check:
    def check(value: str, _version: str) -> Iterator[Problem]:
        digest = parse_digest(value)
        if digest is None:
            yield f"{rule}-syntax", "it is not algorithm:value"
        elif not digest.known:
            yield f"{rule}-unknown", f"the algorithm {digest.algorithm!r} is not known here"
        elif digest.value is None:
            yield f"{rule}-syntax", f"it is no {digest.algorithm} digest in base16, 32 or 64"

    return check


def _target_uri(value: str, version: str) -> Iterator[Problem]:
    if value.startswith("<") and value.endswith(">"):
        value = value[1:-1]
        if version == "1.1":
            yield "target-uri-brackets", "it is enclosed in angle brackets"
    wrong = uri_fault(value)
    if wrong:
        yield "target-uri-syntax", wrong


def _uri(rule: str) -> Check:
    def check(value: str, version: str) -> Iterator[Problem]:
        if version != "1.1" and value.startswith("<") and value.endswith(">"):
            value = value[1:-1]
        wrong = uri_fault(value)
        if wrong:
            yield f"{rule}-syntax", wrong

    return check


def _truncated(value: str, _version: str) -> Iterator[Problem]:
    if not is_token(value):
        yield "truncated-syntax", "it is not a token"
    elif value.lower() not in {"length", "time", "disconnect", "unspecified"}:
        yield "truncated-unknown", "the standard does not know this reason"


def _profile(value: str, version: str) -> Iterator[Problem]:
    yield from _uri("profile")(value, version)
    if not _PROFILES.fullmatch(value.strip("<>")):
        yield "profile-unknown", "the standard does not know this profile"


def _filename(value: str, _version: str) -> Iterator[Problem]:
    if value.startswith('"') and not re.fullmatch(r'"(?:[^"\\]|\\.)*"', value):
        yield "filename-syntax", "it begins with a quotation mark and is no quoted string"


def _digits(rule: str) -> Check:
    return _plain(rule, lambda value: None if _DIGITS.fullmatch(value) else "it is not a number")


def _but(*names: str) -> frozenset[str]:
    return TYPES - set(names)


_FIELDS: Final[dict[str, _Field]] = {
    "warc-record-id": _Field("record-id", _record_id, required=TYPES),
    "content-length": _Field("length", _length, required=TYPES),
    "warc-date": _Field("date", _date("date"), required=TYPES),
    "warc-type": _Field("type", _type, required=TYPES),
    "content-type": _Field("content-type", _plain("content-type", media_type_fault)),
    "warc-concurrent-to": _Field(
        "concurrent-to",
        _plain("concurrent-to", id_fault),
        only=_but("warcinfo", "conversion", "continuation"),
        repeatable=True,
    ),
    "warc-block-digest": _Field("block-digest", _digest("block-digest")),
    "warc-payload-digest": _Field(
        "payload-digest", _digest("payload-digest"), only=_but("warcinfo", "metadata")
    ),
    "warc-ip-address": _Field(
        "ip", _plain("ip", ip_fault), only=_but("warcinfo", "conversion", "continuation")
    ),
    "warc-refers-to": _Field(
        "refers-to",
        _plain("refers-to", id_fault),
        only=frozenset({"metadata", "revisit", "conversion"}),
    ),
    "warc-refers-to-target-uri": _Field(
        "refers-to-uri", _uri("refers-to-uri"), only=frozenset({"revisit"})
    ),
    "warc-refers-to-date": _Field(
        "refers-to-date", _date("refers-to-date"), only=frozenset({"revisit"})
    ),
    "warc-target-uri": _Field(
        "target-uri", _target_uri, only=_but("warcinfo"), required=_but("warcinfo", "metadata")
    ),
    "warc-truncated": _Field("truncated", _truncated),
    "warc-warcinfo-id": _Field(
        "warcinfo-id", _plain("warcinfo-id", id_fault), only=_but("warcinfo")
    ),
    "warc-filename": _Field("filename", _filename, only=frozenset({"warcinfo"})),
    "warc-profile": _Field(
        "profile", _profile, only=frozenset({"revisit"}), required=frozenset({"revisit"})
    ),
    "warc-identified-payload-type": _Field(
        "payload-type",
        _plain("payload-type", media_type_fault),
        only=_but("warcinfo", "metadata"),
    ),
    "warc-segment-number": _Field(
        "segment-number", _digits("segment-number"), required=frozenset({"continuation"})
    ),
    "warc-segment-origin-id": _Field(
        "segment-origin",
        _plain("segment-origin", id_fault),
        only=frozenset({"continuation"}),
        required=frozenset({"continuation"}),
    ),
    "warc-segment-total-length": _Field(
        "segment-length", _digits("segment-length"), only=frozenset({"continuation"})
    ),
}


def parse_header(raw: bytes) -> Header:
    """Read a header as the grammar of clause 4 has it."""
    problems: list[Problem] = []
    first, *lines = raw.split(b"\n")
    match = _VERSION_LINE.fullmatch(first + b"\n")
    version = match[1].decode() if match else ""
    if match is None:
        problems.append(("record-version", f"the first line is {_shown(first)}, not WARC/1.1"))
    elif version in _DRAFTS:
        problems.append(("record-draft", f"WARC/{version} is a draft; the rules of 1.0 are used"))
    elif version not in _VERSIONS:
        problems.append(("record-version", f"there is no version {version} of the format"))
    if not all(line.endswith(b"\r") for line in (first, *lines[:-1])):
        problems.append(("header-line-end", "a line of the header does not end with CR LF"))
    fields: dict[str, list[str]] = {}
    values: list[str] | None = None
    for line in lines:
        text = _text(line, problems)
        if not text:
            continue
        if text[0] in " \t":
            if values is None:
                problems.append(("field-syntax", "a line is continued, and no field comes before"))
            else:
                values[-1] = (values[-1] + " " + text.strip(" \t")).strip(" ")
            continue
        name, colon, value = text.partition(":")
        if not colon:
            problems.append(("field-syntax", f"the line {_shown(line)} has no colon"))
            values = None
            continue
        if not is_token(name):
            problems.append(("field-name", f"the field name {name[:60]!a} is not a token"))
        values = fields.setdefault(name.strip(" \t").lower(), [])
        values.append(value.strip(" \t"))
    return Header(version, fields, problems)


def _text(line: bytes, problems: list[Problem]) -> str:
    line = line.removesuffix(b"\r")
    text = line.decode("utf-8", "surrogateescape")
    if _SURROGATE.search(text):
        problems.append(("field-utf8", f"the line {_shown(line)} is not UTF-8"))
    if _CONTROL.search(text):
        problems.append(("field-value", f"the line {_shown(line)} holds a control character"))
    return text.strip("\r")


def _shown(line: bytes) -> str:
    return ascii(line[:60].decode("latin-1"))


def check_header(header: Header) -> Iterator[Problem]:
    """All that the header alone tells, as rule and message."""
    yield from header.problems
    kind = (header.first("WARC-Type") or "").lower()
    known = kind in TYPES
    for name, field in _FIELDS.items():
        values = header.fields.get(name)
        if values is None:
            if kind in field.required or (field.required is TYPES):
                yield f"{field.rule}-missing", f"{_title(name)} is missing{_on(kind, field)}"
            continue
        if len(values) > 1 and not field.repeatable:
            yield "field-repeated", f"{_title(name)} stands {len(values)} times"
        if known and kind not in field.only:
            extension = field.rule.startswith("refers-to-") and header.version != "1.1"
            if not extension:
                yield f"{field.rule}-forbidden", f"{_title(name)} is not for {kind} records"
        for value in values:
            if not value:
                yield "field-empty", f"{_title(name)} has no value"
                continue
            for rule, message in field.check(value, header.version):
                yield rule, f"{_title(name)} is {_cut(value)}: {message}"
    for name, values in header.fields.items():
        if name not in _FIELDS and len(values) > 1:
            yield "extension-repeated", f"{_title(name)} stands {len(values)} times"
    yield from _segments(header, kind)
    yield from _content_type(header, kind)
    yield from _revisit(header, kind)


def _on(kind: str, field: _Field) -> str:
    return "" if field.required is TYPES else f": {kind} records must have it"


def _segments(header: Header, kind: str) -> Iterator[Problem]:
    value = header.first("WARC-Segment-Number")
    if value is None or not _DIGITS.fullmatch(value) or len(value) > 18:
        return
    number = int(value)
    if kind == "continuation" and number < 2:
        yield "segment-number-wrong", f"a continuation has the number {number}, not 2 or more"
    elif kind in TYPES and kind != "continuation":
        if number != 1:
            yield "segment-number-wrong", f"a first segment has the number {number}, not 1"
        if kind in {"warcinfo", "request", "metadata", "revisit"}:
            yield "segment-type", f"it is not recommended that {kind} records are segmented"
    total = header.first("WARC-Segment-Total-Length") or ""
    length = header.first("Content-Length") or ""
    if (
        kind == "continuation"
        and _DIGITS.fullmatch(total)
        and _DIGITS.fullmatch(length)
        and len(total) < 19 > len(length)
        and int(total) < int(length)
    ):
        yield "segment-length-wrong", f"all segments have {total} bytes, and this one {length}"


def _content_type(header: Header, kind: str) -> Iterator[Problem]:
    value = header.first("Content-Type")
    if value is None:
        if kind != "continuation" and (header.first("Content-Length") or "0").strip("0"):
            yield "content-type-missing", "Content-Type is missing, and the block is not empty"
        return
    bare = value.partition(";")[0].strip().lower()
    scheme = (header.first("WARC-Target-URI") or "").lstrip("<").partition(":")[0].lower()
    if kind == "warcinfo" and bare != "application/warc-fields":
        yield "warcinfo-content-type", f"application/warc-fields is recommended, not {bare}"
    elif kind in {"response", "request"} and scheme in {"http", "https"}:
        if bare != "application/http":
            yield "http-content-type", f"it should be application/http, not {_cut(bare)}"
        else:
            message = re.search(r"msgtype\s*=\s*\"?(\w+)", value, re.IGNORECASE)
            if message is not None and message[1].lower() != kind:
                yield "http-content-type", f"a {kind} record says {_cut(message[0])}"
    elif kind == "resource" and scheme == "dns" and bare != "text/dns":
        yield "dns-content-type", f"the result of a DNS lookup is text/dns, not {_cut(bare)}"


def _revisit(header: Header, kind: str) -> Iterator[Problem]:
    if kind != "revisit":
        return
    profile = (header.first("WARC-Profile") or "").strip("<>")
    if profile.endswith("identical-payload-digest"):
        if header.first("WARC-Payload-Digest") is None:
            yield (
                "revisit-digest-missing",
                "WARC-Payload-Digest is missing, and the profile is about it",
            )
        length = header.first("Content-Length") or "0"
        if length.strip("0") and header.first("WARC-Truncated") is None:
            yield "revisit-truncated", "the block is left off, and no WARC-Truncated says so"


def _cut(value: str) -> str:
    return ascii(value if len(value) <= 120 else value[:117] + "...")


_UPPER: Final = {"warc": "WARC", "id": "ID", "uri": "URI", "ip": "IP"}


def _title(name: str) -> str:
    """The name of a field as the standard writes it."""
    if len(name) > 80:
        name = name[:77] + "..."
    return "-".join(_UPPER.get(part, part.capitalize()) for part in name.split("-"))

"""From a result to the records of the archive: a pure value, made where the document was cleaned.

:func:`prepare` builds, digests and compresses everything that can be known without the other
documents.  What depends on them (was this payload archived before? is the address taken?) is
left to :class:`archivetk.writers.collection.CollectionWriter`, which may ask for the records of
one document to be built again by :func:`relocated`.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from archivetk.document import Cleaned, Result
from archivetk.errors import MalformedError
from archivetk.languages import iso639_3
from archivetk.names import file_uri, name_bytes
from archivetk.provenance import RunInfo, from_fields, provenance, record_id, to_fields, to_json
from archivetk.records import (
    block_digest,
    build_header,
    gunzip_member,
    gzip_member,
    parse_record,
    safe_uri,
)
from archivetk.writers.cdxj import url_key

__all__ = ["Prepared", "prepare", "prepare_task", "relocated", "summary"]

#: A ledger larger than this goes to a metadata record of its own.
LEDGER_LIMIT: Final = 1 << 20
#: A language needs this share of a text to stand in its header.
_SHARE: Final = 0.1
_MEDIA_TYPE: Final = re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+")
_CHARSET: Final = re.compile(r"[A-Za-z0-9_.:+-]+")
_LEDGER: Final = ("byte-map", "reasons", "edits")


@dataclass(frozen=True, slots=True)
class Prepared:
    """The records of one document, ready to be appended.

    Attributes:
        summary: the line of the collection's list of documents, but for the places.
        key: tells the document and its bytes from all others.
        original: gzip member of the original's record; ``None`` where it is not archived.
        copied: whether that is a foreign record, taken over as it was.
        derived: gzip members of conversion and metadata records, the main one last.
        page: the line of the list of pages, if the text can be looked up.
        cdx: what the index says of the original.
        url_key: canonical form of the address; empty where it is not ours to choose.
        not_copied: why a foreign record was not copied, though that was wanted.
        counts: how many changes each rule decided.
    """

    summary: dict[str, Any]
    key: bytes
    original: bytes | None
    copied: bool
    derived: tuple[bytes, ...]
    page: str | None
    cdx: dict[str, Any] | None
    url_key: str
    not_copied: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)


def prepare(result: Result, run: RunInfo) -> Prepared:
    """The records of a result.

    Args:
        result: what became of a source.
        run: what all records of the run have in common.

    Raises:
        PatchError: where the trail of a document does not lead to its text.
    """
    facts = provenance(result, run)
    source = result.source
    text = None
    if isinstance(result, Cleaned):
        text = result.document.text.encode("utf-8", "surrogatepass")
        facts["original"]["media-type"] = _media_type(source.media_type, result.document.media_type)
    else:
        document = getattr(result, "document", None)
        found = document.media_type if document is not None else None
        facts["original"]["media-type"] = _media_type(source.media_type, found)
    payload: bytes | None = source.data
    # nothing could be read, or it stands in another archive
    if source.record is not None or (facts["status"] == "failed" and not source.data):
        payload = None
    copy = _copied(facts, run) if source.record is not None else None
    return _assemble(facts, text, payload, run, copy=copy)


def prepare_task(result: Result, *, run: str) -> Prepared:
    """The same for a task that runs elsewhere; ``run`` is :meth:`RunInfo.to_json`."""
    return prepare(result, RunInfo.from_json(run))


def _media_type(declared: str | None, found: str | None) -> str:
    for value in (declared, found):
        if value:
            plain = value.partition(";")[0].strip().lower()
            if _MEDIA_TYPE.fullmatch(plain):
                return plain
    return "application/octet-stream"


def _assemble(
    facts: dict[str, Any],
    text: bytes | None,
    payload: bytes | None,
    run: RunInfo,
    *,
    uri: str | None = None,
    ordinal: int = 0,
    copy: bytes | None = None,
) -> Prepared:
    original = facts["original"]
    source = facts["source"]
    key = ""
    member = copy
    if payload is not None:
        if uri is None:
            uri, chosen = _target_uri(facts, run)
            key = url_key(uri) if chosen else ""
        member = _original(facts, payload, run, uri, ordinal)
        refers, origin = original["record-id"], original["record-id"]
    else:
        known = source.get("record") or {}
        uri = safe_uri(known.get("target_uri") or "") or (_target_uri(facts, run)[0])
        refers = _valid_id(known.get("record_id"))
        origin = "\n".join(
            (refers or "", known.get("warc", ""), str(known.get("offset", "")), source["ref"])
        )
    derived = _derived(facts, text, run, uri=uri, refers=refers, origin=origin)
    listed = member is not None and "target-uri" in original and "date" in original
    return Prepared(
        summary=summary(facts),
        key=document_key(facts),
        original=member,
        copied=copy is not None,
        derived=derived,
        page=page_line(facts, text) if listed else None,
        cdx=cdx_fields(facts) if listed else None,
        url_key=key,
        not_copied=original.get("not-copied", ""),
        counts=facts.get("counts", {}),
    )


def _short(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]


def document_key(facts: Mapping[str, Any]) -> bytes:
    """The ``key`` of a document, from its metadata block."""
    source, original = facts["source"], facts["original"]
    where = "\n".join((facts["document-id"], source["ref"], source.get("root") or ""))
    what = original.get("sha256") or facts.get("code") or ""
    return _short(f"{where}\n{what}")


def _original(facts: dict[str, Any], payload: bytes, run: RunInfo, uri: str, ordinal: int) -> bytes:
    """The record of a source that is archived here; says in the facts which one it is."""
    original, source = facts["original"], facts["source"]
    digest = f"sha256:{original['sha256']}"
    identity = record_id("resource", uri, run.date, digest, str(ordinal))
    original |= {"record-id": identity, "target-uri": uri, "date": run.date}
    if ordinal:
        original["ordinal"] = ordinal
    own = _file_uri(source)
    headers = [("WARC-Target-URI", uri)]
    if own and own != uri:
        headers.append(("WARC-Source-URI", own))
    headers += [
        ("WARC-Block-Digest", digest),
        ("WARC-Payload-Digest", digest),
        ("WARC-Warcinfo-ID", run.warcinfo_id("originals")),
        ("Content-Type", original["media-type"]),
    ]
    found = original["media-type"] if source.get("media_type") else facts.get("media-type")
    if found:
        charset = (facts.get("encoding") or {}).get("encoding") or ""
        tail = f";charset={charset}" if _CHARSET.fullmatch(charset) else ""
        headers.append(("WARC-Identified-Payload-Type", _media_type(found, None) + tail))
    head = build_header("resource", identity, run.date, headers, length=len(payload))
    return gzip_member(head, payload)


def revisit(record: Mapping[str, str], first: Mapping[str, str], run: RunInfo) -> bytes:
    """The record of a payload that is in the archive already (WARC 1.1, 6.7.2).

    It bears the id that the whole record would have had: whether a capture is stored whole or by
    reference does not change which capture it is.

    Args:
        record: ``id``, ``uri``, ``date`` and ``digest`` of this capture.
        first: ``id``, ``uri`` and ``date`` of the record that holds the payload.
        run: what is going on.
    """
    headers = [
        ("WARC-Target-URI", record["uri"]),
        ("WARC-Profile", "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"),
        ("WARC-Refers-To", first["id"]),
        ("WARC-Refers-To-Target-URI", first["uri"]),
        ("WARC-Refers-To-Date", first["date"]),
        ("WARC-Block-Digest", block_digest(b"")),
        ("WARC-Payload-Digest", record["digest"]),
        ("WARC-Warcinfo-ID", run.warcinfo_id("originals")),
        ("Content-Type", record["type"]),
    ]
    return gzip_member(
        build_header("revisit", record["id"], record["date"], headers, length=0), b""
    )


def _derived(
    facts: dict[str, Any],
    text: bytes | None,
    run: RunInfo,
    *,
    uri: str,
    refers: str | None,
    origin: str,
) -> tuple[bytes, ...]:
    """The members of conversion, ledger and metadata record, in this order."""
    wet = run.options.wet_compatible
    version = "WARC/1.0" if wet else "WARC/1.1"
    info = run.warcinfo_id("derived")
    members = []
    facts.pop("conversion", None)
    facts.pop("ledger-record", None)
    ledger = None
    if text is not None:
        head, identity = _conversion(facts, text, run, uri=uri, refers=refers, origin=origin)
        members.append(gzip_member(head, text))
        facts["conversion"] = {"record-id": identity}
        refers = identity
        rest = {name: facts.pop(name) for name in _LEDGER}
        ledger = to_fields(rest)
    about: list[tuple[str, str]] = [("WARC-Target-URI", uri)]
    if refers:
        about.append(("WARC-Refers-To", refers))

    def metadata(block: bytes, part: str) -> tuple[bytes, str]:
        digest = block_digest(block)
        identity = record_id("metadata", part, uri, run.date, digest, origin)
        headers = [
            *about,
            ("WARC-Block-Digest", digest),
            ("WARC-Warcinfo-ID", info),
            ("Content-Type", "application/warc-fields"),
        ]
        head = build_header(
            "metadata", identity, run.date, headers, length=len(block), version=version
        )
        return gzip_member(head, block), identity

    if ledger is not None and len(ledger) > LEDGER_LIMIT:
        member, identity = metadata(ledger, "ledger")
        members.append(member)
        facts["ledger-record"] = identity
        ledger = None
    member, _ = metadata(to_fields(facts) + (ledger or b""), "facts")
    members.append(member)
    return tuple(members)


def _conversion(
    facts: Mapping[str, Any],
    text: bytes,
    run: RunInfo,
    *,
    uri: str,
    refers: str | None,
    origin: str,
) -> tuple[bytes, str]:
    digest = f"sha256:{facts['text']['sha256']}"
    identity = record_id("conversion", uri, run.date, digest, origin)
    headers: list[tuple[str, str]] = [("WARC-Target-URI", uri)]
    if refers:
        headers.append(("WARC-Refers-To", refers))
    languages = _languages(facts["language"])
    date, version = run.date, "WARC/1.1"
    if run.options.wet_compatible:
        version = "WARC/1.0"
        captured = facts["original"].get("date") or ""
        date = captured if re.fullmatch(r"[\d-]{10}T[\d:]{8}Z", captured) else date
        sha1 = hashlib.sha1(text, usedforsecurity=False).digest()
        headers.append(("WARC-Block-Digest", "sha1:" + base64.b32encode(sha1).decode("ascii")))
        if languages:
            headers.append(("WARC-Identified-Content-Language", languages))
        headers.append(("Content-Type", "text/plain"))
    else:
        headers += [("WARC-Block-Digest", digest), ("WARC-Payload-Digest", digest)]
        if languages:
            headers.append(("WARC-Identified-Content-Language", languages))
        headers += [
            ("WARC-Warcinfo-ID", run.warcinfo_id("derived")),
            ("Content-Type", "text/plain;charset=utf-8"),
        ]
    head = build_header("conversion", identity, date, headers, length=len(text), version=version)
    return head, identity


def _languages(language: Mapping[str, Any]) -> str:
    """ISO 639-3 codes: the label first, then what else has a share; none for ``und``, ``zxx``."""
    main = iso639_3(language["tag"])
    if main is None:
        return ""
    codes = [main]
    for tag, share in language["mix"]:
        code = iso639_3(tag)
        if code and share >= _SHARE and code not in codes:
            codes.append(code)
    return ",".join(codes)


def _valid_id(value: object) -> str | None:
    """A foreign record id, where it can stand in a header."""
    if isinstance(value, str) and re.fullmatch(r"<[A-Za-z][A-Za-z0-9+.-]*:[!-;=?-~]+>", value):
        return value
    return None


def _file_uri(source: Mapping[str, Any]) -> str | None:
    """``file:///root/path`` of a source that is a file."""
    root = source.get("root")
    if not root or source.get("record"):
        return None
    return file_uri(root, source["ref"], source.get("media_type"))


def _target_uri(facts: Mapping[str, Any], run: RunInfo) -> tuple[str, bool]:
    """The address of an original, and whether it was our choice."""
    source = facts["source"]
    known = safe_uri(source.get("url") or "")
    if known:
        return known, False
    if run.settings.url_from == "canonical":
        for finding in facts.get("findings") or ():
            value = finding.get("value")
            if finding["name"] == "canonical" and isinstance(value, str):
                address = safe_uri(value)
                if address and re.match(r"https?://[^/]", address, re.IGNORECASE):
                    return address, False
    own = _file_uri(source)
    way = run.options.target_uri
    if "sha256" not in facts["original"]:
        # nothing could be read, so there is nothing to address but the attempt
        return own or record_id("source", source["ref"]).strip("<>"), False
    if own is None or way == "ni":
        digest = base64.urlsafe_b64encode(bytes.fromhex(facts["original"]["sha256"]))
        return f"ni:///sha-256;{digest.decode('ascii').rstrip('=')}", False
    if way == "file":
        return own, True
    return way + own.removeprefix("file:///").partition("/")[2], True


def _copied(facts: dict[str, Any], run: RunInfo) -> bytes | None:
    """The record that a source came from, byte for byte as a gzip member, where that is wanted.

    What cannot be copied is said in the facts.
    """
    if not run.options.copy_originals:
        return None
    record, original = facts["source"]["record"], facts["original"]
    try:
        member = _foreign_member(record, run.base)
    except (OSError, ValueError, MalformedError) as error:
        original["not-copied"] = str(error)
        return None
    original["copied"] = True
    return member


def _foreign_member(record: Mapping[str, Any], base: str) -> bytes:
    if not record.get("length") or not _valid_id(record.get("record_id")):
        raise ValueError("the record does not stand apart in its file, or has no id")
    path = Path(base, os.fsdecode(name_bytes(record["warc"])))
    with path.open("rb") as file:
        file.seek(record["offset"])
        data = file.read(record["length"])
    packed = data.startswith(b"\x1f\x8b")
    plain = gunzip_member(data) if packed else data
    head = plain[: plain.find(b"\r\n\r\n")]
    if not head.startswith(b"WARC/") or record["record_id"].encode() not in head:
        raise ValueError("the record is not where it was read")
    return data if packed else gzip_member(data.removesuffix(b"\r\n\r\n"), b"")


def relocated(
    prepared: Prepared, run: RunInfo, *, uri: str | None = None, ordinal: int = 0
) -> Prepared:
    """The same document's records, at another address or with another ordinal.

    Needed where two files have addresses that the index cannot tell apart, or where the same
    capture comes twice; both are rare, so the records are unpacked and built again.
    """
    records = [parse_record(gunzip_member(member)) for member in prepared.derived]
    facts: dict[str, Any] = {}
    text = None
    for record in records:
        if record.type == "conversion":
            text = record.block
        else:
            facts |= from_fields(record.block)
    assert prepared.original is not None
    whole = parse_record(gunzip_member(prepared.original))
    where = facts["original"]
    if uri is None:
        uri = where["target-uri"]
    else:
        where["target-uri-note"] = "another original has an address that cannot be told from it"
    return _assemble(facts, text, whole.block, run, uri=uri, ordinal=ordinal)


def summary(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The line of a document in the list of documents, but for the places of its records."""
    original = facts["original"]
    return {
        "id": facts["document-id"],
        "ref": facts["source"]["ref"],
        "status": facts["status"],
        "code": facts.get("code"),
        "sha256": original.get("sha256"),
        "record-id": original.get("record-id"),
        "target-uri": original.get("target-uri"),
        "date": original.get("date"),
        "text-sha256": (facts.get("text") or {}).get("sha256"),
        "key": document_key(facts).hex(),
    }


def page_line(facts: Mapping[str, Any], text: bytes | None) -> str | None:
    """The line of a document in ``pages.jsonl``; none where it has no text."""
    if text is None:
        return None
    original = facts["original"]
    title = (facts.get("metadata") or {}).get("title")
    page = {
        "id": facts["conversion"]["record-id"].strip("<>").rpartition(":")[2],
        "url": original["target-uri"],
        "ts": original["date"],
        "title": title if isinstance(title, str) else facts["document-id"],
        "text": text.decode("utf-8", "replace"),
    }
    return to_json(page)


def cdx_fields(facts: Mapping[str, Any]) -> dict[str, Any]:
    """What the index says of an original, but for its place."""
    original = facts["original"]
    record = facts["source"].get("record")
    fields: dict[str, Any] = {
        "url": original["target-uri"],
        "date": original["date"],
        "mime": original["media-type"],
    }
    if record:
        if record.get("http_status"):
            fields["status"] = str(record["http_status"])
        if record["record_type"] == "revisit":
            fields["mime"] = "warc/revisit"
        if record.get("payload_digest"):
            fields["digest"] = record["payload_digest"]
    else:
        fields["digest"] = f"sha256:{original['sha256']}"
    return fields

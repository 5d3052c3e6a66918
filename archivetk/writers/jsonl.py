"""The record of a document: one JSON object, whatever became of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from archivetk.bytemap import ByteMap, ByteSpan
from archivetk.document import Change, Cleaned, Document, Failed, Ledger, Result
from archivetk.errors import RestoreError
from archivetk.patch import Reason
from archivetk.settings import RuleFile

__all__ = [
    "RECORD_KEYS",
    "change_dict",
    "describe_metadata",
    "dumps",
    "ledger_of",
    "to_datatrove",
    "to_dolma",
    "to_record",
]

#: The keys that every record has, in this order; unknown values are ``null``.
RECORD_KEYS: Final = (
    "id",
    "source",
    "url",
    "status",
    "code",
    "reason",
    "media_type",
    "encoding",
    "text",
    "title",
    "authors",
    "date",
    "site",
    "captions",
    "language",
    "language_confidence",
    "languages",
    "quality",
    "flags",
    "metadata",
    "source_sha256",
    "text_sha256",
    "counts",
)

_OWN: Final = ("title", "authors", "date", "site", "captions", "url")


def to_record(result: Result, *, changes: bool = False) -> dict[str, Any]:
    """The record of one result, as JSON can hold it.

    Args:
        result: what became of a document.
        changes: add ``changes`` and ``bytemap``, from which the original can be restored.
    """
    source = result.source
    record: dict[str, Any] = dict.fromkeys(RECORD_KEYS)
    record["id"] = source.id
    record["source"] = source.ref
    record["url"] = source.url
    unread = isinstance(result, Failed) and not source.data
    record["source_sha256"] = None if unread else source.sha256
    record["captions"] = []
    record["flags"] = []
    if isinstance(result, Cleaned):
        record["status"] = "cleaned"
        _describe(record, result.document, changes=changes)
    else:
        record["status"] = type(result).__name__.lower()
        record["code"] = result.code
        record["reason"] = result.reason
    return record


def _describe(record: dict[str, Any], document: Document, *, changes: bool) -> None:
    record["media_type"] = document.media_type
    record["encoding"] = document.encoding
    record["text"] = document.text
    language = document.language
    record["language"] = language.tag
    record["language_confidence"] = round(language.confidence, 4)
    record["languages"] = [
        {"language": tag, "share": round(share, 4)} for tag, share in language.mix
    ]
    record["quality"] = dict(document.quality) or None
    record["flags"] = list(document.flags)
    describe_metadata(record, document.metadata)
    record["text_sha256"] = document.text_sha256
    record["counts"] = document.counts()
    if changes:
        own = document.settings.rules if document.settings else ()
        record["changes"] = [change_dict(change, own) for change in document.changes()]
        record["bytemap"] = document.bytemap.to_dict()


def describe_metadata(record: dict[str, Any], metadata: Mapping[str, Any]) -> None:
    """Fill the keys of a record that come from the metadata of a document."""
    for key in ("title", "date", "site"):
        record[key] = metadata.get(key)
    authors = metadata.get("authors")
    record["authors"] = [authors] if isinstance(authors, str) else authors
    record["captions"] = [
        {"caption": one.get("caption"), "credit": one.get("credit")}
        for one in metadata.get("captions", ())
    ]
    record["url"] = record["url"] or metadata.get("url")
    rest = {key: value for key, value in metadata.items() if key not in _OWN}
    rest.update(rest.pop("metadata", None) or {})
    record["metadata"] = rest or None


def change_dict(change: Change, own: Iterable[RuleFile] = ()) -> dict[str, Any]:
    """One entry of the ledger as JSON.

    Args:
        change: the entry.
        own: the user's rule files of the run, which say why their rules are.
    """
    last = change.why[-1]
    return {
        "start": change.start,
        "end": change.end,
        "bytes": list(change.bytes),
        "at": change.at,
        "before": change.before,
        "after": change.after,
        "rule": last.rule,
        "rules": list(change.rules),
        "why": why(last, own),
    }


def why(reason: Reason, own: Iterable[RuleFile] = ()) -> str:
    """The explanation of a reason: what its rule says, and what is special about this case."""
    from archivetk.explain import why_of

    said = why_of(reason.rule, own)
    return f"{said} ({reason.detail})" if reason.detail else said


def ledger_of(record: Mapping[str, Any]) -> Ledger:
    """The ledger in a record that was written with its changes.

    Raises:
        RestoreError: where the record has none, or it is damaged.
    """
    try:
        changes = tuple(
            Change(
                int(one["start"]),
                int(one["end"]),
                ByteSpan(*one["bytes"]),
                str(one["before"]),
                str(one["after"]),
                tuple(Reason(rule) for rule in one.get("rules", [one["rule"]])),
                int(one["at"]),
            )
            for one in record["changes"]
        )
        return Ledger(changes, ByteMap.from_dict(record["bytemap"]))
    except (KeyError, TypeError, ValueError) as error:
        raise RestoreError(
            "The record holds no ledger that can be read. Write records with --changes, "
            f"or restore from the collection. ({type(error).__name__}: {error})"
        ) from error


def dumps(record: Mapping[str, Any]) -> str:
    """One line of JSON, without its line end; readable, and valid UTF-8 whatever came in."""
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(record, ensure_ascii=True, separators=(",", ":"))
    return text


def to_dolma(record: Mapping[str, Any]) -> dict[str, Any] | None:
    """The same in the schema of dolma; ``None`` for a document without text."""
    if record["status"] != "cleaned":
        return None
    return {
        "id": record["id"],
        "text": record["text"],
        "source": record["source"],
        "metadata": _flat(record),
    }


def to_datatrove(record: Mapping[str, Any]) -> dict[str, Any] | None:
    """The same in the schema of datatrove; ``None`` for a document without text."""
    if record["status"] != "cleaned":
        return None
    return {"text": record["text"], "id": record["id"], "metadata": _flat(record)}


def _flat(record: Mapping[str, Any]) -> dict[str, Any]:
    keys: Iterable[str] = (
        "url",
        "title",
        "authors",
        "date",
        "site",
        "language",
        "language_confidence",
        "source_sha256",
        "text_sha256",
    )
    flat = {key: record[key] for key in keys if record.get(key) is not None}
    for key, value in (record.get("metadata") or {}).items():
        flat.setdefault(key, value)
    return flat

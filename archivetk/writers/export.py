"""Export: the documents of a collection as records again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from archivetk.readers.collection import ArchivedDocument
from archivetk.settings import RuleFile
from archivetk.writers.jsonl import RECORD_KEYS, change_dict, describe_metadata

__all__ = ["archived_record"]


def archived_record(
    document: ArchivedDocument, *, changes: bool = False, own: Iterable[RuleFile] = ()
) -> dict[str, Any]:
    """The record of an archived document: the same as when it was cleaned.

    Args:
        document: out of a collection.
        changes: add the ledger.
        own: the user's rule files of the collection, which say why their rules are.
    """
    facts = document.metadata
    source = facts["source"]
    record: dict[str, Any] = dict.fromkeys(RECORD_KEYS)
    record |= {
        "id": document.id,
        "source": source.get("ref"),
        "url": source.get("url"),
        "status": document.status,
        "code": facts.get("code"),
        "reason": facts.get("reason"),
        "captions": [],
        "flags": list(facts.get("flags") or ()),
        "source_sha256": facts["original"].get("sha256"),
    }
    if document.text is None or document.ledger is None:
        return record
    language = facts["language"]
    record |= {
        "media_type": facts["media-type"],
        "encoding": facts["encoding"]["encoding"],
        "text": document.text,
        "language": language["tag"],
        "language_confidence": round(language["confidence"], 4),
        "languages": [
            {"language": tag, "share": round(share, 4)} for tag, share in language["mix"]
        ],
        "quality": facts.get("quality") or None,
        "text_sha256": facts["text"]["sha256"],
        "counts": facts["counts"],
    }
    describe_metadata(record, facts["metadata"])
    if changes:
        record["changes"] = [change_dict(change, own) for change in document.ledger.changes]
        record["bytemap"] = document.ledger.bytemap.to_dict()
    return record

"""All facts about a result, as one mapping, and the way back from it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from operator import itemgetter
from typing import Any, Final

from archivetk.bytemap import ByteMap, ByteSpan
from archivetk.document import (
    Change,
    Cleaned,
    Document,
    Failed,
    Finding,
    Ledger,
    RecordRef,
    Result,
    Source,
)
from archivetk.errors import MalformedError, PatchError
from archivetk.languages import iso639_3
from archivetk.patch import Reason
from archivetk.provenance.run import RunInfo, settings_digest
from archivetk.settings import Settings
from archivetk.version import __version__

__all__ = ["FORMAT", "coverage", "ledger_from", "provenance", "source_from"]

#: Version of the metadata block.
FORMAT: Final = 1


def provenance(
    result: Result | Document,
    run: RunInfo | None = None,
    original: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """All facts about a result that the metadata block of the archive holds.

    Args:
        result: what became of a source, or a document that was cleaned.
        run: the settings and versions; by default those of this process.
        original: the record that holds the source, where there is one.

    Raises:
        PatchError: where the trail of a document does not lead to its text.
    """
    if isinstance(result, Document):
        result = Cleaned(result)
    run = run or RunInfo.now(Settings())
    source = result.source
    facts: dict[str, Any] = {
        "format": FORMAT,
        "document-id": source.id,
        "status": type(result).__name__.lower(),
        "source": _source_facts(source),
        "original": dict(original) if original else _original_facts(result),
        "tool": f"archivetk {__version__}",
        "versions": dict(run.versions),
        "settings-sha256": settings_digest(run.settings),
        "date": run.date,
    }
    document: Document | None
    if isinstance(result, Cleaned):
        document = result.document
    else:
        facts["code"] = result.code
        facts["reason"] = result.reason
        document = None if isinstance(result, Failed) else result.document
        if isinstance(result, Failed) and result.trail:
            facts["stages"] = [{"step": stage.step} for stage in result.trail]
    if document is not None:
        _document_facts(facts, document, own=not original)
        if isinstance(result, Cleaned):
            _text_facts(facts, document)
    return facts


def _source_facts(source: Source) -> dict[str, Any]:
    """All of a source but its bytes, so that it can be put together again."""
    facts: dict[str, Any] = {}
    for name in (one.name for one in fields(Source)):
        value = getattr(source, name)
        if name in {"id", "data"} or value is None:
            continue
        if name == "record":
            facts[name] = {key: part for key, part in asdict(value).items() if part is not None}
        elif value != {}:
            facts[name] = value
    return facts


def source_from(facts: Mapping[str, Any], data: bytes) -> Source:
    """The source again, from a metadata block and the payload.

    Raises:
        MalformedError: where the block does not describe a source.
    """
    try:
        known = {one.name for one in fields(Source)} - {"id", "data"}
        values = {key: value for key, value in facts["source"].items() if key in known}
        if "record" in values:
            parts = {one.name: None for one in fields(RecordRef)}
            values["record"] = RecordRef(**{**parts, **values["record"]})
        return Source(id=facts["document-id"], data=data, **values)
    except (KeyError, TypeError, AttributeError) as error:
        raise MalformedError(f"The metadata record does not describe a source: {error}") from error


def _original_facts(result: Result) -> dict[str, Any]:
    source = result.source
    facts: dict[str, Any] = {}
    if source.data or not isinstance(result, Failed):
        facts = {"sha256": source.sha256, "bytes": len(source.data)}
    record = source.record
    if record is not None:
        facts |= {
            "record-id": record.record_id,
            "target-uri": record.target_uri,
            "date": record.date,
            "type": record.record_type,
            "warc": record.warc,
            "offset": record.offset,
            "block-digest": record.block_digest,
            "payload-digest": record.payload_digest,
        }
    return {key: value for key, value in facts.items() if value is not None}


def _document_facts(facts: dict[str, Any], document: Document, *, own: bool) -> None:
    """What the steps did; ``own``: the digest of the original was made of its bytes just now."""
    decoding = document.decoding
    facts["media-type"] = document.media_type
    facts["encoding"] = {
        "encoding": decoding.encoding,
        "method": decoding.method,
        "confidence": round(decoding.confidence, 6),
        "runner-up": decoding.runner_up,
        "declared": decoding.declared,
        "replaced": [list(span) for span in decoding.replaced],
    }
    if own and _is_plain(document.bytemap):
        digest = str(facts["original"]["sha256"])  # these are the same bytes
    else:
        digest = _text_digest(document.decoded)
    facts["decoded"] = {"sha256": digest, "chars": len(document.decoded)}
    text = document.decoded
    stages = []
    for stage in document.trail:
        if stage.patch.edits:
            text = stage.patch.apply(text)
            digest = _text_digest(text)
        one: dict[str, Any] = {
            "step": stage.step,
            "version": stage.version,
            "edits": len(stage.patch.edits),
            "sha256": digest,
        }
        if stage.notes:
            one["notes"] = dict(stage.notes)
        stages.append(one)
    if text != document.text:
        raise PatchError(
            f"The stages of {document.source.id!r} do not lead to its text; please report this bug."
        )
    facts["stages"] = stages
    names = [one.name for one in fields(Finding)]
    facts["findings"] = [
        {name: value for name in names if (value := getattr(one, name)) is not None}
        for one in document.findings
    ]
    facts["flags"] = list(document.flags)


def _text_facts(facts: dict[str, Any], document: Document) -> None:
    language = document.language
    facts["language"] = {
        "tag": language.tag,
        "iso639-3": iso639_3(language.tag),
        "confidence": round(language.confidence, 6),
        "mix": [[tag, round(share, 6)] for tag, share in language.mix],
        "detector": language.detector,
        "hint": language.hint,
        "declared": language.declared,
    }
    facts["metadata"] = dict(document.metadata)
    facts["quality"] = dict(document.quality)
    facts["text"] = {
        "sha256": facts["stages"][-1]["sha256"] if facts["stages"] else document.text_sha256,
        "chars": len(document.text),
        "bytes": len(document.text.encode("utf-8", "surrogatepass")),
    }
    facts["coverage"] = coverage(document)
    reasons, edits = _ledger_facts(document)
    facts["counts"] = _counts(reasons, edits)
    facts["byte-map"] = document.bytemap.to_dict()
    facts["reasons"], facts["edits"] = reasons, edits


def _ledger_facts(document: Document) -> tuple[list[Any], list[Any]]:
    """The reasons that occur, and a row for each edit, which names its reasons by number."""
    edits, decoded = document.patch.edits, document.decoded
    numbers = {why: number for number, why in enumerate(dict.fromkeys(edits.whys))}
    rows = zip(
        edits.starts,
        edits.ends,
        *_spans(document),
        document.patch.places,
        map(decoded.__getitem__, map(slice, edits.starts, edits.ends)),
        edits.news,
        map(numbers.__getitem__, edits.whys),
        strict=True,
    )
    reasons = [
        [[one.rule, one.detail] if one.detail else [one.rule] for one in why] for why in numbers
    ]
    return reasons, list(rows)


def _counts(reasons: list[Any], rows: list[Any]) -> dict[str, int]:
    """How many changes each rule decided, as :meth:`Document.counts` has it."""
    counts: Counter[str] = Counter()
    for number, count in Counter(map(itemgetter(-1), rows)).items():
        counts[reasons[number][-1][0]] += count
    return dict(sorted(counts.items()))


def _spans(document: Document) -> tuple[Sequence[int], Sequence[int]]:
    """The bytes behind each edit: where they begin, and where they end."""
    bytemap, decoded = document.bytemap, document.decoded
    starts, ends = document.patch.edits.starts, document.patch.edits.ends
    if not _is_plain(bytemap):
        spans = bytemap.spans(decoded, list(zip(starts, ends, strict=True)))
        return [span[0] for span in spans], [span[1] for span in spans]
    if bytemap.size == len(decoded):
        return starts, ends
    import numpy as np  # only here: whoever just talks about a run need not load it

    # A byte that continues a character is 10xxxxxx; all others begin one.  So the bytes before a
    # character are the characters before it, and what continues them.
    data = document.source.data
    if len(data) != bytemap.size:
        data = decoded.encode("utf-8")
    more = np.flatnonzero(np.frombuffer(data, np.int8) < -0x40)
    more -= np.arange(1, len(more) + 1)  # from their places to the numbers of their characters
    lows = np.array(starts, np.intp)
    highs = np.array(ends, np.intp)
    lows += np.searchsorted(more, lows)
    highs += np.searchsorted(more, highs)
    return lows.tolist(), highs.tolist()


def _is_plain(bytemap: ByteMap) -> bool:
    """Whether the bytes are the characters in UTF-8, by far the most common case."""
    return bytemap.codec == "utf-8" and len(bytemap.runs) == 1 and bytemap.runs[0].raw is None


def ledger_from(facts: Mapping[str, Any]) -> Ledger:
    """The ledger in a metadata block: with the text, enough to restore the original.

    Raises:
        MalformedError: where the block holds none that can be read.
    """
    try:
        reasons = [tuple(Reason(*map(str, one)) for one in why) for why in facts["reasons"]]
        changes = tuple(
            Change(
                int(start),
                int(end),
                ByteSpan(int(low), int(high)),
                str(before),
                str(after),
                reasons[number],
                int(at),
            )
            for start, end, low, high, at, before, after, number in facts["edits"]
        )
        return Ledger(changes, ByteMap.from_dict(facts["byte-map"]))
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise MalformedError(
            f"The metadata record holds no ledger that can be read: {error}"
        ) from error


def coverage(document: Document) -> dict[str, int]:
    """How much of the clean text is traced to the source, in bytes of its UTF-8.

    *exact*: kept characters, and changed ones that stand for one character or one for one;
    *coarse*: changed ones that only the whole run behind them is known of; *inserted*: without
    any source.
    """
    coarse = inserted = 0
    edits = document.patch.edits
    for at, new in enumerate(edits.news):
        if not new:
            continue
        size = len(new) if new.isascii() else len(new.encode("utf-8", "surrogatepass"))
        span = edits.ends[at] - edits.starts[at]
        if not span:
            inserted += size
        elif len(new) != span and len(new) > 1:
            coarse += size
    text = document.text
    total = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
    return {"exact": total - coarse - inserted, "coarse": coarse, "inserted": inserted}


def _text_digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

"""One document: the archived edits replayed, and made again by the tool."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from archivetk.document import Result
from archivetk.errors import ArchivetkError, MalformedError
from archivetk.patch import Edit, Patch
from archivetk.pipeline import clean_source
from archivetk.provenance import (
    RunInfo,
    from_fields,
    ledger_from,
    provenance,
    source_from,
    to_fields,
    tool_versions,
)
from archivetk.readers.collection import Scanned
from archivetk.settings import Settings
from archivetk.verify.verdict import Verdict

__all__ = ["replayed_only", "verify_document"]

#: Failures that another run need not see.
_BY_CHANCE: Final = frozenset({"timeout", "memory", "crashed", "internal-error"})
#: Confidences that are no further apart are the same: sums of 32-bit numbers depend on the order of
#: the addends, which libraries for linear algebra choose by the processor.
_AS_SURE: Final = 1e-4
#: Fields of the block that a second run has to give again, in the order of the pipeline.
_AFTER_STAGES: Final = (
    "text",
    "reasons",
    "edits",
    "byte-map",
    "language",
    "metadata",
    "findings",
    "quality",
    "flags",
    "counts",
    "coverage",
)


def verify_document(scanned: Scanned, payload: bytes | None, settings: Settings) -> Verdict:
    """Judge one document; pure, so that an engine can do it anywhere.

    Args:
        scanned: its records.
        payload: of its original, if the archive holds it.
        settings: it was cleaned with.
    """
    first = _replay(scanned, payload)
    if isinstance(first, Verdict):
        return first
    facts = scanned.facts
    name = str(facts["document-id"])
    data, note = first
    if data is None:
        return Verdict(name, "document", "replayed", reason=note)
    versions = _other_versions(facts)
    if facts["status"] == "failed" and facts.get("code") in _BY_CHANCE:
        return Verdict(
            name,
            "document",
            "replayed",
            reason=f"It had failed ({facts['code']}), which need not happen again.",
            versions=versions,
        )
    if settings.digest != facts.get("settings-sha256"):
        return Verdict(
            name,
            "document",
            "damaged",
            reason="The settings of the archive are not the ones that it was cleaned with.",
        )
    try:
        source = source_from(facts, data)
    except MalformedError as error:
        return _damaged(scanned, str(error))
    again = _again(clean_source(source, settings), facts, settings)
    stage, reason = _compared(facts, again)
    if stage is None:
        return Verdict(name, "document", "proven", reason=note, versions=versions)
    if versions:
        names = ", ".join(f"{one} {then} is now {now}" for one, then, now in versions)
        return Verdict(
            name,
            "document",
            "replayed",
            stage,
            f"Its text follows from the archived edits; run again, {stage} differs: {reason} "
            f"The versions are not the same: {names}.",
            versions=versions,
        )
    return Verdict(name, "document", "diverged", stage, reason)


def replayed_only(scanned: Scanned, payload: bytes | None) -> Verdict:
    """The verdict where the tool is not run again: ``replayed`` at best."""
    first = _replay(scanned, payload)
    if isinstance(first, Verdict):
        return first
    return Verdict(str(scanned.facts["document-id"]), "document", "replayed", reason=first[1])


def _damaged(scanned: Scanned, reason: str) -> Verdict:
    place = scanned.derived
    return Verdict(
        str(scanned.facts.get("document-id")),
        "document",
        "damaged",
        reason=reason,
        file=place.file,
        offset=place.offset,
    )


def _replay(scanned: Scanned, payload: bytes | None) -> Verdict | tuple[bytes | None, str]:
    """The payload, once the archived edits were seen to lead from it to the archived text."""
    facts = scanned.facts
    if scanned.problems:
        return _damaged(scanned, " ".join(scanned.problems))
    original = facts["original"]
    held = payload is not None
    elsewhere = original.get("copied") and original.get("type") == "revisit"
    if scanned.original is not None and not held and not elsewhere and "sha256" in original:
        return _damaged(scanned, "The original's bytes are not there, or are not those it had.")
    if scanned.text is None:
        if not held:
            return None, "The archive does not hold its original."
        return payload, ""
    try:
        ledger = ledger_from(facts)
        text = scanned.text.decode("utf-8", "surrogatepass")
        decoded = ledger.decoded(text)
        data = ledger.bytemap.encode(decoded)
    except (ArchivetkError, ValueError, LookupError) as error:
        return _damaged(scanned, f"The archived edits do not lead to the archived text: {error}")
    if hashlib.sha256(data).hexdigest() != original.get("sha256"):
        return _damaged(
            scanned, "The archived edits, undone on the archived text, do not give the original."
        )
    if held and data != payload:
        return _damaged(scanned, "The archived edits belong to another original.")
    digest = hashlib.sha256(decoded.encode("utf-8", "surrogatepass")).hexdigest()
    if digest != (facts.get("decoded") or {}).get("sha256"):
        return _damaged(
            scanned, "The decoded original is not the one that the edits were made for."
        )
    try:
        again = Patch(
            len(decoded), (Edit(one.start, one.end, one.after, one.why) for one in ledger.changes)
        ).apply(decoded)
    except ValueError as error:
        return _damaged(scanned, f"The archived edits do not fit the archived original: {error}")
    if again != text:
        return _damaged(scanned, "The archived edits, applied to the original, give another text.")
    note = (
        ""
        if held
        else (
            "The archive does not hold its original's bytes; they were restored from text and "
            "ledger, and have its digest."
        )
    )
    return data, note


def _again(result: Result, facts: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    """The metadata block that a second run gives, as the archive would hold it."""
    run = RunInfo(settings, str(facts.get("date")), tool_versions())
    again = provenance(result, run, facts.get("original"))
    return from_fields(to_fields(again))


def _compared(was: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[str | None, str]:
    """The first stage that differs, and how."""
    for name in ("status", "code"):
        if was.get(name) != now.get(name):
            return "status", (
                f"it was {was['status']} {was.get('code') or ''}".rstrip()
                + f" and is now {now['status']} {now.get('code') or ''}".rstrip()
                + f". {now.get('reason') or ''}".rstrip()
            )
    for name in ("media-type", "encoding", "decoded"):
        if was.get(name) != now.get(name):
            return (
                "decode",
                f"{name} was {_short(was.get(name))} and is now {_short(now.get(name))}.",
            )
    stages_were, stages_are = was.get("stages") or [], now.get("stages") or []
    for old, new in zip(stages_were, stages_are, strict=False):
        if old.get("step") != new.get("step"):
            return str(old.get("step")), f"The stage is now {new.get('step')}."
        if old.get("sha256") != new.get("sha256"):
            return str(old.get("step")), (
                f"The stage made {old.get('edits')} edits and makes {new.get('edits')} now; "
                "its text is another."
            )
        if old.get("edits") != new.get("edits"):
            return str(old.get("step")), (
                f"The stage made {old.get('edits')} edits and makes {new.get('edits')} now."
            )
    if len(stages_were) != len(stages_are):
        return "stages", f"There were {len(stages_were)} stages and are {len(stages_are)} now."
    for name in _AFTER_STAGES:
        if was.get(name) != now.get(name) and not (
            name == "language" and _same_language(was.get(name), now.get(name))
        ):
            return name, f"It was {_short(was.get(name))} and is now {_short(now.get(name))}."
    return None, ""


def _same_language(was: Any, now: Any) -> bool:
    """Whether two labels say the same, as sure as another processor may be of it."""
    if not isinstance(was, dict) or not isinstance(now, dict):
        return False
    old, new = was.get("confidence"), now.get("confidence")
    if not isinstance(old, int | float) or not isinstance(new, int | float):
        return False
    return {**was, "confidence": new} == now and abs(old - new) <= _AS_SURE


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=True)
    return text if len(text) <= 80 else text[:77] + "..."


def _other_versions(facts: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    was = facts.get("versions") or {}
    now = dict(tool_versions())
    names = sorted(set(was) | set(now))
    return tuple(
        (name, str(was.get(name, "none")), now.get(name, "none"))
        for name in names
        if was.get(name) != now.get(name)
    )

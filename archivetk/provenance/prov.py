"""The facts in the words of W3C PROV."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["prov_json"]


def prov_json(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts as PROV-JSON (W3C member submission, 24 April 2013).

    Two entities, the original and the text; an activity, the cleaning, with its stages as
    activities that inform each other; the tool as the agent.
    """
    original = facts.get("original") or {}
    text = facts.get("text")
    digest = original.get("sha256", "unknown")
    source_id, activity, agent = (
        f"original:{digest}",
        f"run:{facts['document-id']}",
        "tool:archivetk",
    )
    date = facts["date"]
    prov: dict[str, Any] = {
        "prefix": {
            "original": "urn:archivetk:original:",
            "text": "urn:archivetk:text:",
            "run": "urn:archivetk:run:",
            "stage": "urn:archivetk:stage:",
            "tool": "urn:archivetk:tool:",
            "atk": "urn:archivetk:terms:",
            "warc": "urn:archivetk:warc:",
        },
        "entity": {
            source_id: {
                "prov:label": facts["document-id"],
                **{
                    f"warc:{key}": value
                    for key, value in original.items()
                    if isinstance(value, (str, int))
                },
            }
        },
        "activity": {
            activity: {
                "prov:startTime": date,
                "prov:endTime": date,
                "atk:settings-sha256": facts["settings-sha256"],
                "atk:status": facts["status"],
            }
        },
        "agent": {
            agent: {
                "prov:type": {"$": "prov:SoftwareAgent", "type": "prov:QUALIFIED_NAME"},
                "prov:label": facts["tool"],
                **{f"atk:version-{key}": value for key, value in facts["versions"].items()},
            }
        },
        "used": {"_:u": {"prov:activity": activity, "prov:entity": source_id}},
        "wasAssociatedWith": {"_:a": {"prov:activity": activity, "prov:agent": agent}},
    }
    informed = {}
    before = activity
    for number, stage in enumerate(facts.get("stages") or (), 1):
        name = f"stage:{number}-{stage['step']}"
        prov["activity"][name] = {
            "atk:step": stage["step"],
            "atk:edits": stage.get("edits", 0),
            "atk:sha256": stage.get("sha256", ""),
        }
        informed[f"_:i{number}"] = {"prov:informed": name, "prov:informant": before}
        before = name
    if informed:
        prov["wasInformedBy"] = informed
    if text:
        text_id = f"text:{text['sha256']}"
        prov["entity"][text_id] = {
            "prov:label": f"clean text of {facts['document-id']}",
            "atk:language": facts["language"]["tag"],
            "atk:chars": text["chars"],
        }
        prov["wasGeneratedBy"] = {
            "_:g": {"prov:entity": text_id, "prov:activity": activity, "prov:time": date}
        }
        prov["wasDerivedFrom"] = {
            "_:d": {
                "prov:generatedEntity": text_id,
                "prov:usedEntity": source_id,
                "prov:activity": activity,
            }
        }
    return prov

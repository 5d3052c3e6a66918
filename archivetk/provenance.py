"""Where a text comes from: the facts that the archive keeps beside it.

:func:`provenance` gives them as one mapping, :func:`to_fields` and :func:`from_fields` write and
read it as ``application/warc-fields`` (one line a field, its value in JSON), and
:func:`prov_json` gives the same as W3C PROV-JSON.  ``schemas/metadata.schema.json`` describes
every field.

>>> from_fields(to_fields({"status": "cleaned", "flags": ["a\\u2028b"]}))
{'status': 'cleaned', 'flags': ['a\\u2028b']}
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import platform
import re
import time
import unicodedata
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from functools import cache, lru_cache
from importlib import metadata as packages
from importlib.resources import files
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
from archivetk.errors import MalformedError, PatchError, UsageError
from archivetk.languages import iso639_3
from archivetk.patch import Reason
from archivetk.settings import Settings
from archivetk.version import __version__

__all__ = [
    "FORMAT",
    "ArchiveOptions",
    "RunInfo",
    "coverage",
    "from_fields",
    "ledger_from",
    "metadata_schema",
    "prov_json",
    "provenance",
    "record_id",
    "source_from",
    "to_fields",
    "to_json",
    "tool_versions",
    "warc_date",
]

#: Version of the metadata block.
FORMAT: Final = 1

#: Name space of all record ids; a random UUID, made once.
_NAMESPACE: Final = uuid.UUID("5d2b6f0e-7a7c-4c52-9f0b-2f6f4c1b8c1e")

# What would end a line for some reader, or cannot stand in UTF-8; JSON itself escapes only what
# lies below U+0020.
_UNSAFE: Final = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_C1: Final = re.compile(rb"\xc2[\x80-\x9f]")
_FIELD: Final = re.compile(rb"([a-z][a-z0-9-]*): (.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ArchiveOptions:
    """How a collection is written; what these decide is recorded with it.

    Attributes:
        name: of the WARC files: ``NAME.warc.gz``, ``NAME.derived.warc.gz``.
        wet_compatible: write conversions with the header set of Common Crawl's WET files.
        copy_originals: copy the records that the input's WARC files hold, byte for byte.
        target_uri: the address of a file that has none: ``file``, ``ni`` (RFC 6920), or a URL
            that its path is put behind.
        max_file_bytes: a WARC file that reaches this size is closed and another one begun.
    """

    name: str = "documents"
    wet_compatible: bool = False
    copy_originals: bool = False
    target_uri: str = "file"
    max_file_bytes: int = 1_000_000_000

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}", self.name):
            raise UsageError(
                f"{self.name!r} cannot name WARC files. Use letters, digits, '-', '_' and '.'."
            )
        if self.target_uri not in {"file", "ni"} and not re.fullmatch(
            r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+", self.target_uri
        ):
            raise UsageError(
                f"{self.target_uri!r} is not a way to address files. "
                "Use 'file', 'ni' or a URL that the path is put behind."
            )


@dataclass(frozen=True, slots=True)
class RunInfo:
    """What all records of one run have in common.  Picklable, and JSON by :meth:`to_json`.

    Attributes:
        settings: that documents are cleaned with.
        date: of the run, as WARC-Date: reading and conversion time of its documents.
        versions: of the tool and all that may change its results, by name.
        options: of the archive.
        base: folder that the names of inputs are relative to, where records of WARC files are
            to be copied; it is not recorded.
    """

    settings: Settings
    date: str
    versions: tuple[tuple[str, str], ...] = ()
    options: ArchiveOptions = field(default_factory=ArchiveOptions)
    base: str = ""

    @classmethod
    def now(
        cls, settings: Settings, options: ArchiveOptions | None = None, base: str = ""
    ) -> RunInfo:
        """A run that starts now, or at ``SOURCE_DATE_EPOCH`` where that is set.

        Raises:
            UsageError: where ``SOURCE_DATE_EPOCH`` is not a number of seconds.
        """
        return cls(settings, warc_date(), tool_versions(), options or ArchiveOptions(), base)

    @property
    def digest(self) -> str:
        """SHA-256 over all that decides what is written, in lower-case hex."""
        return _run_digest(self.settings, self.options)

    def warcinfo_id(self, role: str) -> str:
        """Record id of the warcinfo that the run's records refer to.

        Args:
            role: ``originals`` or ``derived``.
        """
        return _warcinfo_id(self, role)

    def to_json(self) -> str:
        """As text, for a task that runs elsewhere."""
        return _dumps(
            {
                "settings": self.settings.to_dict(),
                "date": self.date,
                "versions": self.versions,
                "options": asdict(self.options),
                "base": self.base,
            },
            sort=True,
        )

    @classmethod
    def from_json(cls, text: str) -> RunInfo:
        """Read what :meth:`to_json` gave; the same text gives the same object."""
        return _run_from(text)


# The same few values are asked for with every document.
@lru_cache(maxsize=8)
def _run_digest(settings: Settings, options: ArchiveOptions) -> str:
    kept = asdict(options)
    # how the bytes are spread over files decides nothing
    del kept["max_file_bytes"]
    value = [settings.to_dict(), kept]
    return hashlib.sha256(_dumps(value, sort=True).encode("utf-8")).hexdigest()


@lru_cache(maxsize=8)
def _settings_digest(settings: Settings) -> str:
    return settings.digest


@lru_cache(maxsize=8)
def _warcinfo_id(run: RunInfo, role: str) -> str:
    return record_id("warcinfo", role, run.date, run.digest, repr(run.versions))


@lru_cache(maxsize=4)
def _run_from(text: str) -> RunInfo:
    value = json.loads(text)
    return RunInfo(
        Settings.from_dict(value["settings"]),
        value["date"],
        tuple((name, version) for name, version in value["versions"]),
        ArchiveOptions(**value["options"]),
        value["base"],
    )


def warc_date() -> str:
    """The time now, or ``SOURCE_DATE_EPOCH``: UTC, full seconds, ``Z`` (WARC 1.1, 5.4).

    Raises:
        UsageError: where ``SOURCE_DATE_EPOCH`` is not a number of seconds.
    """
    fixed = os.environ.get("SOURCE_DATE_EPOCH")
    if not fixed:
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    try:
        moment = datetime.fromtimestamp(int(fixed), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(
            f"SOURCE_DATE_EPOCH is {fixed!r}, which is not a number of seconds since 1970."
        ) from error
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@cache
def tool_versions() -> tuple[tuple[str, str], ...]:
    """The tool, Python, its Unicode tables, and the packages that it depends on."""
    found = {
        "archivetk": __version__,
        "python": platform.python_version(),
        "unicode": unicodedata.unidata_version,
    }
    names = {"lxml"}
    try:
        wanted = packages.requires("archivetk") or []
    except packages.PackageNotFoundError:
        wanted = []
    for line in wanted:
        match = re.match(r"[A-Za-z0-9._-]+", line)
        if match and "extra ==" not in line:
            names.add(match.group())
    for name in sorted(names, key=str.lower):
        try:
            found[name] = packages.version(name)
        except packages.PackageNotFoundError:
            continue
    return tuple(found.items())


def record_id(*parts: str) -> str:
    """A ``WARC-Record-ID`` that the same parts always give: UUID version 5 (RFC 9562)."""
    return f"<{uuid.uuid5(_NAMESPACE, chr(10).join(parts)).urn}>"


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
        "settings-sha256": _settings_digest(run.settings),
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
        _document_facts(facts, document)
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


def _document_facts(facts: dict[str, Any], document: Document) -> None:
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
    facts["decoded"] = {"sha256": _text_digest(document.decoded), "chars": len(document.decoded)}
    text = document.decoded
    digest = facts["decoded"]["sha256"]
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
    facts["counts"] = document.counts()
    facts["byte-map"] = document.bytemap.to_dict()
    facts["reasons"], facts["edits"] = _ledger_facts(document)


def _ledger_facts(document: Document) -> tuple[list[Any], list[Any]]:
    """The reasons that occur, and a row for each edit, which names its reasons by number."""
    numbers: dict[tuple[Reason, ...], int] = {}
    decoded = document.decoded
    edits = document.patch.edits
    rows = []
    for (edit, at), (low, high) in zip(document.patch.placed(), _spans(document), strict=True):
        start, end, new, why = edit
        number = numbers.setdefault(why, len(numbers))
        rows.append((start, end, low, high, at, decoded[start:end], new, number))
    assert len(rows) == len(edits)
    reasons = [
        [[one.rule, one.detail] if one.detail else [one.rule] for one in why] for why in numbers
    ]
    return reasons, rows


def _spans(document: Document) -> Sequence[tuple[int, int]]:
    """The bytes behind each edit."""
    bytemap, decoded = document.bytemap, document.decoded
    edits = document.patch.edits
    if bytemap.codec != "utf-8" or len(bytemap.runs) > 1 or bytemap.runs[0].raw is not None:
        return bytemap.spans(decoded, [(edit.start, edit.end) for edit in edits])
    # by far the most common case, in one pass
    spans = []
    char = byte = 0
    for edit in edits:
        byte += len(decoded[char : edit.start].encode())
        high = byte + len(decoded[edit.start : edit.end].encode())
        spans.append((byte, high))
        char, byte = edit.end, high
    return spans


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
    for start, end, new, _ in document.patch.edits:
        if not new:
            continue
        size = len(new) if new.isascii() else len(new.encode("utf-8", "surrogatepass"))
        if start == end:
            inserted += size
        elif len(new) != end - start and len(new) > 1:
            coarse += size
    text = document.text
    total = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
    return {"exact": total - coarse - inserted, "coarse": coarse, "inserted": inserted}


def to_fields(facts: Mapping[str, Any]) -> bytes:
    """The facts as ``application/warc-fields``: a line for each, the value as JSON.

    No value can end its line or begin another: control characters, line separators and what
    cannot stand in UTF-8 are escaped as JSON escapes them.

    Raises:
        ValueError: where a name is not one of lower-case letters, digits and hyphens.
    """
    lines = []
    for name, value in facts.items():
        if not re.fullmatch(r"[a-z][a-z0-9-]*", name):
            raise ValueError(f"{name!r} cannot name a field")
        lines.append(f"{name}: {to_json(value)}\r\n")
    return "".join(lines).encode("utf-8")


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
    text = _dumps(value)
    try:
        raw = text.encode("utf-8")
    except UnicodeEncodeError:
        return _UNSAFE.sub(_escaped, text)
    # a search for each is ten times as fast as the pattern, and there is seldom one
    if (
        b"\x7f" in raw
        or b"\xe2\x80\xa8" in raw
        or b"\xe2\x80\xa9" in raw
        or b"\xef\xbf\xbe" in raw
        or b"\xef\xbf\xbf" in raw
        or _C1.search(raw)
    ):
        return _UNSAFE.sub(_escaped, text)
    return text


def _escaped(match: re.Match[str]) -> str:
    return f"\\u{ord(match.group()):04x}"


def _dumps(value: Any, *, sort: bool = False) -> str:
    """Compact JSON; numbers that JSON does not know become ``null``."""
    try:
        return json.dumps(
            value,
            ensure_ascii=sort,
            separators=(",", ":"),
            sort_keys=sort,
            allow_nan=False,
            default=_plain,
        )
    except ValueError:
        return json.dumps(
            _finite(value),
            ensure_ascii=sort,
            separators=(",", ":"),
            sort_keys=sort,
            default=_plain,
        )


def _plain(value: Any) -> Any:
    """What a step noted in another form than JSON has."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value, key=repr)
    return str(value)


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): _finite(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(one) for one in value]
    return value


def _text_digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def metadata_schema() -> dict[str, Any]:
    """The JSON Schema of the facts (draft 2020-12)."""
    text = files("archivetk").joinpath("schemas", "metadata.schema.json").read_text("utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


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

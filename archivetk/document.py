"""One document on its way: source, trail of stages, and the result as a value.

Source     what came in: bytes, where from, what is known of them
Stage      what one step did: a patch, notes
Document   the text, the trail that led to it, and the way back to the bytes
Result     Cleaned | Rejected | Failed: what became of one source; never an exception
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from itertools import pairwise
from typing import Any, NamedTuple

from archivetk.bytemap import ByteMap, ByteSpan
from archivetk.errors import RestoreError
from archivetk.patch import Edit, Patch, Reason
from archivetk.settings import Settings

__all__ = [
    "Change",
    "Cleaned",
    "Decoding",
    "Document",
    "Failed",
    "Finding",
    "LanguageLabel",
    "Ledger",
    "RecordRef",
    "Rejected",
    "Result",
    "Source",
    "Stage",
    "followed",
]


@dataclass(frozen=True, slots=True)
class RecordRef:
    """The WARC record that a source came from.

    Attributes:
        warc: name of the WARC file.
        offset: bytes from its beginning to the record (to its gzip member).
        length: bytes of the record, compressed, where known.
        record_id: ``WARC-Record-ID`` with its brackets.
        record_type: ``response``, ``resource``, ``revisit``, ``conversion``, ...
        date: ``WARC-Date``.
        target_uri: ``WARC-Target-URI``.
        payload_digest, block_digest: as the record gives them.
        content_type: of the record.
        http_status: of the response, where there is one.
    """

    warc: str
    offset: int
    length: int | None
    record_id: str | None
    record_type: str
    date: str | None
    target_uri: str | None
    payload_digest: str | None = None
    block_digest: str | None = None
    content_type: str | None = None
    http_status: int | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """What came in.

    Attributes:
        id: name of the document in all outputs.
        ref: where it came from (path, ``-``, ``file#line``), percent-encoded where not UTF-8.
        data: the payload, after transfer and content coding; never changed.
        media_type: as declared or told by content: ``text/plain``, ``text/html``,
            ``application/json`` (a row whose value is the document).
        declared_encoding: charset that came with it from outside (HTTP header), if any.
        url: the page's own address, if known.
        url_from: how it is known: ``option``, ``sidecar``, ``map``, ``row``, ``warc``.
        record: the WARC record it came from, if any.
        given: metadata that came with it (``title``, ``date``, ``authors``, ``metadata``).
        root: name of the folder that the input's name is relative to.
        modified: time of last change as ISO 8601, where it is a file.
    """

    id: str
    ref: str
    data: bytes = field(repr=False)
    media_type: str | None = None
    declared_encoding: str | None = None
    url: str | None = None
    url_from: str | None = None
    record: RecordRef | None = None
    given: Mapping[str, Any] = field(default_factory=dict)
    root: str | None = None
    modified: str | None = None

    @property
    def sha256(self) -> str:
        """SHA-256 of the payload, in lower-case hex."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class Decoding:
    """How bytes became characters.

    Attributes:
        encoding: name of the encoding, as the WHATWG standard spells it, in lower case.
        method: ``bom``, ``utf-8``, ``nul-pattern``, ``escapes``, ``option``,
            ``declared:http``, ``declared:meta``,
            ``declared:xml``, ``detected``, ``fallback``, ``given`` (a ``str`` came in).
        confidence: from 0 to 1.
        runner_up: the encoding that would have been next, if any.
        declared: the label that the document itself declares, if any.
        replaced: byte spans that could not be decoded and became U+FFFD.
    """

    encoding: str
    method: str
    confidence: float = 1.0
    runner_up: str | None = None
    declared: str | None = None
    replaced: tuple[ByteSpan, ...] = ()


@dataclass(frozen=True, slots=True)
class Stage:
    """What one step did.

    Attributes:
        step: its dotted name.
        version: of the step, where it may change apart from the package.
        patch: its edits, canonical against its text.
        notes: facts about the step for the provenance; JSON values only.
    """

    step: str
    patch: Patch
    version: str = "1"
    notes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """A piece of metadata and where it was found.

    Attributes:
        name: ``title``, ``authors``, ``date``, ``date_modified``, ``site``, ``canonical``,
            ``tags``, ``licence``, ``declared_language``, ``caption``, ``dateline``, ``kicker``, ...
        value: a string, or a mapping (``{"caption": ..., "credit": ...}``).
        where: ``given``, ``json-ld``, ``open-graph``, ``meta``, ``htmldate``, ``html``, ``text``.
        rule: the rule that took it out of the text, if one did.
        start, end: code points of the decoded original, where known.
    """

    name: str
    value: Any
    where: str
    rule: str | None = None
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class LanguageLabel:
    """What a detector says.

    Attributes:
        tag: BCP 47; ``und`` where undetermined, ``zxx`` where it is no language.
        confidence: from 0 to 1.
        mix: shares of the text by language, largest first, each ``(tag, share)``.
        detector: name and version of the detector.
        hint: the preliminary tag that rules were chosen by.
        declared: the tag that the document itself declares.
    """

    tag: str = "und"
    confidence: float = 0.0
    mix: tuple[tuple[str, float], ...] = ()
    detector: str = ""
    hint: str = "und"
    declared: str | None = None


class Change(NamedTuple):
    """One entry of the ledger: what stood where, what stands there now, and why.

    Attributes:
        start, end: code points of the decoded original.
        bytes: bytes of the payload.
        before, after: the texts.
        why: the reasons; the last one decided.
        at: code point in the clean text where ``after`` begins.
    """

    start: int
    end: int
    bytes: ByteSpan
    before: str
    after: str
    why: tuple[Reason, ...]
    at: int

    @property
    def rule(self) -> str:
        """The rule that had the last word."""
        return self.why[-1].rule

    @property
    def rules(self) -> tuple[str, ...]:
        """All rules that had a part in it, in order."""
        return tuple(dict.fromkeys(reason.rule for reason in self.why))

    def __str__(self) -> str:
        return (
            f"bytes {self.bytes.start}-{self.bytes.end}: {self.before!r} -> {self.after!r} "
            f"({', '.join(self.rules)})"
        )


@dataclass(frozen=True, slots=True)
class Ledger:
    """All that is needed beside the clean text to get the original bytes back."""

    changes: tuple[Change, ...]
    bytemap: ByteMap

    def decoded(self, text: str) -> str:
        """The decoded original: the clean text with every change undone.

        Raises:
            archivetk.errors.RestoreError: where text and ledger do not belong together.
        """
        parts = []
        position = 0
        for change in self.changes:
            at = change.at
            if at < position or not text.startswith(change.after, at):
                raise RestoreError(
                    f"The text does not fit its ledger at character {at}: it was edited after it "
                    "was cleaned, or the two belong to different documents. Restore from the "
                    "collection instead, which holds the original."
                )
            parts.append(text[position:at])
            parts.append(change.before)
            position = at + len(change.after)
        parts.append(text[position:])
        return "".join(parts)

    def restore(self, text: str) -> bytes:
        """The original payload.

        Raises:
            archivetk.errors.RestoreError: where text and ledger do not belong together.
        """
        decoded = self.decoded(text)
        try:
            return self.bytemap.encode(decoded)
        except (ValueError, LookupError) as error:
            raise RestoreError(
                f"The text does not fit its ledger: {error}. It was edited after it was cleaned, "
                "or the two belong to different documents."
            ) from error


@dataclass(frozen=True, slots=True)
class Document:
    """A text, the trail that led to it, and the way back to the bytes of its source."""

    source: Source
    decoding: Decoding
    bytemap: ByteMap = field(repr=False)
    decoded: str = field(repr=False)
    text: str
    patch: Patch = field(repr=False)
    trail: tuple[Stage, ...] = field(default=(), repr=False)
    language: LanguageLabel = field(default_factory=LanguageLabel)
    findings: tuple[Finding, ...] = field(default=(), repr=False)
    metadata: Mapping[str, Any] = field(default_factory=dict, repr=False)
    quality: Mapping[str, Any] = field(default_factory=dict, repr=False)
    flags: tuple[str, ...] = ()
    media_type: str = "text/plain"
    settings: Settings | None = field(default=None, repr=False, compare=False)

    @property
    def encoding(self) -> str:
        """Name of the encoding that the source was decoded with."""
        return self.decoding.encoding

    @property
    def title(self) -> str | None:
        """The title, if one was found or given."""
        value = self.metadata.get("title")
        return value if isinstance(value, str) else None

    @property
    def text_sha256(self) -> str:
        """SHA-256 of the clean text in UTF-8, in lower-case hex."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    def after(self, stage: Stage) -> Document:
        """The document after one more stage."""
        text, patch = followed(self.text, self.patch, stage.patch)
        # Written out, since ``replace`` takes four times as long and this is done for each step.
        return Document(
            self.source,
            self.decoding,
            self.bytemap,
            self.decoded,
            text,
            patch,
            (*self.trail, stage),
            self.language,
            self.findings,
            self.metadata,
            self.quality,
            self.flags,
            self.media_type,
            self.settings,
        )

    def where(self, start: int, end: int) -> ByteSpan | None:
        """The bytes of the source behind ``text[start:end]``.

        Returns:
            The byte span, or ``None`` where the whole span was inserted and has no source.

        Raises:
            ValueError: where the span does not fit the text.
        """
        span = self.patch.source_of(start, end)
        return None if span is None else self.bytemap.span(self.decoded, *span)

    def changes(self) -> Iterator[Change]:
        """Every change from the decoded original to the clean text, in order."""
        edits = self.patch.edits
        spans = self.bytemap.spans(self.decoded, list(zip(edits.starts, edits.ends, strict=True)))
        for (edit, at), span in zip(self.patch.placed(), spans, strict=True):
            yield Change(
                edit.start,
                edit.end,
                span,
                self.decoded[edit.start : edit.end],
                edit.new,
                edit.why,
                at,
            )

    def ledger(self) -> Ledger:
        """The changes and the byte map: with the text, enough to restore the original."""
        return Ledger(tuple(self.changes()), self.bytemap)

    def restore(self) -> bytes:
        """The original payload, from text and ledger alone; ``source.data`` is not looked at."""
        return self.ledger().restore(self.text)

    def provenance(self) -> dict[str, Any]:
        """All that is known of how the text came about, as the archive's metadata record has it.

        Source, versions, settings, encoding, a digest after every stage, language, coverage,
        counts by rule, and the ordered edits; see ``docs/reference/metadata-block.md``.
        """
        if _describe is None:
            import_module("archivetk.api")  # it says who describes, see describe_with
        assert _describe is not None
        return _describe(self)

    def counts(self) -> dict[str, int]:
        """How many changes each rule decided, by name."""
        result: dict[str, int] = {}
        for why, number in Counter(self.patch.edits.whys).items():
            rule = why[-1].rule
            result[rule] = result.get(rule, 0) + number
        return dict(sorted(result.items()))


_describe: Callable[[Document], dict[str, Any]] | None = None


def describe_with(function: Callable[[Document], dict[str, Any]]) -> None:
    """Say who knows how to describe a document; called once, by the room of provenance."""
    global _describe  # noqa: PLW0603 - the arrow from below to above
    _describe = function


def followed(text: str, before: Patch, patch: Patch) -> tuple[str, Patch]:
    """What a stage makes of a text, and of the patch that led to it.

    Args:
        text: the text.
        before: the patch that made it of the decoded original.
        patch: the edits of the stage.
    """
    if not patch:
        return text, before
    return patch.apply(text), before.then(_yielding(patch, text, before))


def _yielding(patch: Patch, text: str, before: Patch) -> Patch:
    """The patch of a stage, cut so that tidying white space takes over nobody's removals.

    Where a block was removed, white space from both sides of it meets, and one edit may take it
    away.  Composed as it is, that edit would swallow the removal and put its own name on it.
    """
    if not before:
        return patch
    places = None
    cut: dict[int, list[int]] = {}
    edits = patch.edits
    starts, ends = edits.starts, edits.ends
    for at in [at for at, new in enumerate(edits.news) if not new]:
        start, end = starts[at], ends[at]
        # the first character tells nearly all that are not white space
        if end - start < 2 or not text[start].isspace() or not text[start:end].isspace():
            continue
        if places is None:
            places = before.removals()
        low, high = bisect_right(places, start), bisect_left(places, end)
        if low < high:
            cut[at] = [start, *dict.fromkeys(places[low:high]), end]
    if not cut:
        return patch
    made: list[Edit] = []
    for at, edit in enumerate(edits):
        if at in cut:
            made.extend(Edit(one, other, "", edit.why) for one, other in pairwise(cut[at]))
        else:
            made.append(edit)
    return Patch(patch.length, made)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The document was cleaned."""

    document: Document

    @property
    def source(self) -> Source:
        """What came in."""
        return self.document.source


@dataclass(frozen=True, slots=True)
class Rejected:
    """A stated rule turned the document away; what had been done until then is kept.

    Attributes:
        code: e.g. ``binary``, ``empty``, ``no-text``, ``quality``.
        reason: a sentence for people.
    """

    source: Source
    code: str
    reason: str
    document: Document | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """The document could not be cleaned.

    Attributes:
        code: one of :data:`archivetk.errors.FAILURE_CODES`.
        reason: a sentence for people.
        trail: the stages that had been passed.
    """

    source: Source
    code: str
    reason: str
    trail: tuple[Stage, ...] = ()


Result = Cleaned | Rejected | Failed

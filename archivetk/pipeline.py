"""The corridor: one function takes one source from its bytes to a result.

    bytes -> decode -> metadata, markup, extract (HTML only) -> repair -> hint -> strip -> join
    -> space -> detect -> quality

Read :func:`clean_source` from top to bottom and you know the program.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from archivetk.document import (
    Cleaned,
    Document,
    Failed,
    Finding,
    Rejected,
    Result,
    Source,
    Stage,
)
from archivetk.errors import InputError, PatchError
from archivetk.media import media_type_of
from archivetk.patch import Edit, Patch
from archivetk.settings import Settings
from archivetk.steps import (
    Context,
    Rejection,
    Step,
    detect,
    extract,
    join,
    markup,
    metadata,
    quality,
    repair,
    row,
    space,
    strip,
)
from archivetk.steps import decode as decode_step

__all__ = ["CORRIDOR", "MARKDOWN", "clean_source"]

_HTML: Final = ("text/html",)
_PLAIN: Final = ("text/plain", "text/markdown")

#: The steps, in order.  ``decode`` goes before them and has no edits of its own.
CORRIDOR: Final[tuple[Step, ...]] = (
    Step("row", row.value),
    Step("decode", decode_step.newlines),
    Step("metadata", metadata.page, _HTML),
    Step("markup", markup.scan, _HTML),
    Step("extract", extract.judge, _HTML),
    Step("repair.markup", repair.markup, _PLAIN),
    Step("repair.mojibake", repair.mojibake),
    Step("repair.characters", repair.characters),
    Step("hint", detect.hint),
    Step("strip", strip.strip),
    Step("join", join.sentences),
    Step("space", space.tidy),
    Step("detect", detect.label),
    Step("quality", quality.measure),
)

#: The step behind the others where the settings ask for Markdown, and the text is none yet.
MARKDOWN: Final = Step("markdown", extract.write_markdown, ("text/html", "text/plain"))


def clean_source(
    source: Source, settings: Settings, corridor: tuple[Step, ...] = CORRIDOR
) -> Result:
    """Take one source down the corridor.

    Never raises: what goes wrong becomes a :class:`Failed`, what a stated rule turns away a
    :class:`Rejected`; both keep the trail that led there.
    """
    document: Document | None = None
    try:
        if len(source.data) > settings.max_bytes:
            return Failed(
                source,
                "too-large",
                f"It has {len(source.data)} bytes, the limit is {settings.max_bytes}. "
                "Raise it with --max-bytes.",
            )
        decoded, decoding, bytemap = decode_step.decode(source, settings)
        document = Document(source, decoding, bytemap, decoded, decoded, Patch(len(decoded)))
        context = Context(source, settings, decoding)
        if decoding.method == "utf-8":
            context.encoded = source.data
        if source.media_type == "application/json":
            context.media_type = source.media_type
        else:
            context.media_type = (
                settings.media_type or source.media_type or media_type_of(source.id, decoded)
            )
        for step in corridor:
            if not step.media or context.media_type in step.media:
                document = take_step(document, step, context)
        if settings.markdown and context.media_type in MARKDOWN.media:
            document = take_step(document, MARKDOWN, context)
        if not document.text.strip():
            if context.media_type == "text/html":
                return Rejected(
                    source,
                    "no-text",
                    "The page holds no text: it is empty, or a script would have to fill it.",
                    document,
                )
            context.flags.append("empty")
        return Cleaned(_finished(document, context))
    except Rejection as verdict:
        return Rejected(source, verdict.code, verdict.reason, document)
    except InputError as error:
        return Failed(source, error.code, str(error), _trail(document))
    except MemoryError:
        return Failed(
            source,
            "memory",
            "It needed more memory than there is. Raise --memory-limit or split the input.",
            _trail(document),
        )
    except Exception as error:
        return Failed(
            source,
            "internal-error",
            f"This is a bug in archivetk, please report it: {type(error).__name__}: {error}",
            _trail(document),
        )


def take_step(document: Document, step: Step, context: Context) -> Document:
    """One step: ask for its edits, check them, apply them, keep what it found.

    Raises:
        PatchError: where the step's edits do not fit its text.
    """
    context.found = []
    context.notes = {}
    before = document
    edits: Iterable[Edit] = step.run(document.text, context)
    try:
        patch = Patch.of(document.text, edits)
    except ValueError as error:
        raise PatchError(f"The step {step.name} gave edits that do not fit: {error}") from error
    document = document.after(Stage(step.name, patch, step.version, context.notes))
    if patch:
        context.encoded = None
        context.pass_on(patch)
    if context.found:
        document = _with_findings(document, before, context)
    return document


def _with_findings(document: Document, before: Document, context: Context) -> Document:
    """Add what a step found, its places led back to the decoded original."""
    findings = list(document.findings)
    for name, value, where, rule, start, end in context.found:
        span = None
        if start is not None and end is not None:
            span = before.patch.source_of(start, end)
        findings.append(
            Finding(
                name,
                value,
                where,
                rule,
                None if span is None else span.start,
                None if span is None else span.end,
            )
        )
    return replace(document, findings=tuple(findings))


def _finished(document: Document, context: Context) -> Document:
    """The document with its labels and its metadata."""
    return replace(
        document,
        language=context.language,
        quality=context.quality,
        media_type=context.media_type,
        settings=context.settings,
        flags=tuple(dict.fromkeys(context.flags)),
        metadata=_metadata(document.findings, document.source.given),
    )


def _metadata(findings: tuple[Finding, ...], given: Any) -> dict[str, Any]:
    """The metadata of a document: given values win over found ones, earlier over later."""
    result: dict[str, Any] = {}
    for finding in findings:
        if finding.name == "caption":
            captions = result.setdefault("captions", [])
            if not any(one["caption"] == finding.value["caption"] for one in captions):
                captions.append(finding.value)
        elif finding.value is not None:
            result.setdefault(finding.name, finding.value)
    for name in ("title", "date", "authors", "url"):
        value = given.get(name)
        if value:
            result[name] = value
    if given.get("metadata"):
        result["metadata"] = given["metadata"]
    return result


def _trail(document: Document | None) -> tuple[Stage, ...]:
    return document.trail if document is not None else ()

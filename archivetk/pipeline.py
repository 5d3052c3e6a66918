"""The corridor: one function takes one source from its bytes to a result.

    bytes -> decode -> metadata, markup, extract (HTML only) -> repair -> hint -> strip -> join
    -> space -> detect -> quality

Read :func:`clean_source` from top to bottom and you know the program.
"""

from __future__ import annotations

from typing import Any, Final

from archivetk.bytemap import ByteMap
from archivetk.characters import carry
from archivetk.document import (
    Cleaned,
    Document,
    Failed,
    Finding,
    Rejected,
    Result,
    Source,
    Stage,
    followed,
)
from archivetk.errors import InputError, PatchError
from archivetk.media import media_type_of
from archivetk.patch import Patch
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
_SEQUENCES: Final = (tuple, list)

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
    walk: _Walk | None = None
    try:
        if len(source.data) > settings.max_bytes:
            return Failed(
                source,
                "too-large",
                f"It has {len(source.data)} bytes, the limit is {settings.max_bytes}. "
                "Raise it with --max-bytes.",
            )
        decoded, decoding, bytemap = decode_step.decode(source, settings)
        context = Context(source, settings, decoding)
        walk = _Walk(context, bytemap, decoded)
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
                walk.take(step)
        if settings.markdown and context.media_type in MARKDOWN.media:
            walk.take(MARKDOWN)
        if not walk.text.strip():
            if context.media_type == "text/html":
                return Rejected(
                    source,
                    "no-text",
                    "The page holds no text: it is empty, or a script would have to fill it.",
                    walk.document(),
                )
            context.flags.append("empty")
        return Cleaned(walk.finished())
    except Rejection as verdict:
        return Rejected(
            source, verdict.code, verdict.reason, walk.document() if walk is not None else None
        )
    except InputError as error:
        return Failed(source, error.code, str(error), _trail(walk))
    except MemoryError:
        return Failed(
            source,
            "memory",
            "It needed more memory than there is. Raise --memory-limit or split the input.",
            _trail(walk),
        )
    except Exception as error:
        return Failed(
            source,
            "internal-error",
            f"This is a bug in archivetk, please report it: {type(error).__name__}: {error}",
            _trail(walk),
        )


class _Walk:
    """A document on its way down the corridor; what has become of it is made when it is there.

    Most steps change nothing, and a document is an object of many parts.
    """

    __slots__ = (
        "_bytemap",
        "_context",
        "_decoded",
        "_findings",
        "_none",
        "_patch",
        "_trail",
        "text",
    )

    def __init__(self, context: Context, bytemap: ByteMap, decoded: str) -> None:
        self._context = context
        self._bytemap = bytemap
        self._decoded = self.text = decoded
        self._patch = self._none = Patch(len(decoded))
        self._trail: list[Stage] = []
        self._findings: list[Finding] = []

    def take(self, step: Step) -> None:
        """One step: ask for its edits, check them, apply them, keep what it found.

        Raises:
            PatchError: where the step's edits do not fit its text.
        """
        context, text = self._context, self.text
        context.found = []
        context.notes = {}
        edits = step.run(text, context)
        patch, before = self._none, self._patch
        if edits or not isinstance(edits, _SEQUENCES):
            try:
                patch = Patch.of(text, edits)
            except ValueError as error:
                raise PatchError(
                    f"The step {step.name} gave edits that do not fit: {error}"
                ) from error
        self._trail.append(Stage(step.name, patch, step.version, context.notes))
        if patch:
            self.text, self._patch = followed(text, before, patch)
            self._none = Patch(len(self.text))
            context.encoded = None
            context.pass_on(patch)
            made = patch.edits
            carry(context.memory, text, made.starts, made.ends, made.news, self.text)
        if context.found:
            self._keep(before)

    def _keep(self, before: Patch) -> None:
        """Keep what the step found, its places led back to the decoded original."""
        for name, value, where, rule, start, end in self._context.found:
            span = None
            if start is not None and end is not None:
                span = before.source_of(start, end)
            self._findings.append(
                Finding(
                    name,
                    value,
                    where,
                    rule,
                    None if span is None else span.start,
                    None if span is None else span.end,
                )
            )

    def trail(self) -> tuple[Stage, ...]:
        """The stages that have been passed."""
        return tuple(self._trail)

    def document(self) -> Document:
        """What has become of the document until here."""
        return self._made(findings=tuple(self._findings))

    def finished(self) -> Document:
        """The document with its labels and its metadata."""
        context, findings = self._context, tuple(self._findings)
        return self._made(
            language=context.language,
            findings=findings,
            metadata=_metadata(findings, context.source.given),
            quality=context.quality,
            flags=tuple(dict.fromkeys(context.flags)),
            media_type=context.media_type,
            settings=context.settings,
        )

    def _made(self, **labels: Any) -> Document:
        context = self._context
        return Document(
            context.source,
            context.decoding,
            self._bytemap,
            self._decoded,
            self.text,
            self._patch,
            self.trail(),
            **labels,
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


def _trail(walk: _Walk | None) -> tuple[Stage, ...]:
    return walk.trail() if walk is not None else ()

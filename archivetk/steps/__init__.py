"""The steps of the corridor.

A step is a function ``(text, context) -> Iterable[Edit]``.  It reads the text, gives edits with
dotted rule names as reasons, and changes nothing itself.  What else it learns it writes on the
context: metadata as :meth:`Context.find`, facts for the provenance in ``context.notes``.  Steps do
not import each other; only ``extract`` uses ``markup`` and ``align``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, NamedTuple, cast

from archivetk.document import Decoding, LanguageLabel, Source
from archivetk.patch import Edit, Patch, Reason
from archivetk.settings import Settings

__all__ = ["Context", "Mark", "Rejection", "Step", "edit"]


class Mark(NamedTuple):
    """Something known about a stretch of the current text; the corridor moves it along.

    Attributes:
        start, end: code points of the text as it is now.
        kind: what is known: ``heading`` (value: its level), ``figcaption``, ``pre``, ``table``,
            ``region`` (value: nav, aside, footer, ...).
        value: more about it; JSON values only.
    """

    start: int
    end: int
    kind: str
    value: Any = None


#: Makes a mark without a call in Python: a page has hundreds, which move with every step.
_mark: Final = partial(cast("Any", tuple.__new__), Mark)


class Rejection(Exception):  # noqa: N818 - a verdict, not an error
    """A stated rule turns the document away."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Found(NamedTuple):
    """Metadata that a step found, in the coordinates of the step's text."""

    name: str
    value: Any
    where: str
    rule: str | None
    start: int | None
    end: int | None


@dataclass(slots=True)
class Context:
    """What the steps of one document share.

    Attributes:
        source, settings, decoding: as they are; not to be changed.
        media_type: ``text/plain``, ``text/markdown`` or ``text/html``, after reading.
        hint: preliminary language (BCP 47 or ``und``) that rules are chosen by.
        script: ISO 15924 code of the prevailing script, or ``Zyyy``.
        declared_language: what the document itself declares.
        marks: what is known about stretches of the current text, in order.
        found: metadata found by the current step.
        notes: facts about the current step for the provenance; JSON values only.
        flags: words that a reader of the record should see, e.g. ``brake``.
        known: metadata found by earlier steps, the first of each name (``title``, ``date``, ...).
        language: the label that the last step gives.
        quality: signals that the last step measures.
        layout: what the scan of a page learned of it, for the extractor.
        encoded: the current text in UTF-8 where that is at hand: the payload, for as long as no
            step has changed what it was decoded to.
        memory: what a step wants to find again when it is called a second time, by its name.
    """

    source: Source
    settings: Settings
    decoding: Decoding
    media_type: str = "text/plain"
    hint: str = "und"
    script: str = "Zyyy"
    declared_language: str | None = None
    found: list[Found] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)
    flags: list[str] = field(default_factory=list)
    known: dict[str, Any] = field(default_factory=dict)
    language: LanguageLabel = field(default_factory=LanguageLabel)
    quality: dict[str, Any] = field(default_factory=dict)
    layout: Any = None
    encoded: bytes | None = None
    memory: dict[str, Any] = field(default_factory=dict)
    _marks: list[Mark] = field(default_factory=list)
    _passed: list[Patch] = field(default_factory=list)

    @property
    def marks(self) -> list[Mark]:
        """What is known about stretches of the current text; moved there when it is asked for."""
        if self._passed:
            for patch in self._passed:
                self._marks = move_marks(self._marks, patch)
            self._passed = []
        return self._marks

    @marks.setter
    def marks(self, marks: list[Mark]) -> None:
        self._marks = marks
        self._passed = []

    def pass_on(self, patch: Patch) -> None:
        """The text is now the one that a patch gives: marks are of that text from here on."""
        if patch and self._marks:
            self._passed.append(patch)

    def find(
        self,
        name: str,
        value: Any,
        where: str,
        *,
        rule: str | None = None,
        start: int | None = None,
        end: int | None = None,
    ) -> None:
        """Report a piece of metadata; ``start`` and ``end`` are in the step's own text."""
        self.found.append(Found(name, value, where, rule, start, end))
        self.known.setdefault(name, value)

    def allows(self, rule: str) -> bool:
        """Whether the settings let a rule act."""
        return self.settings.allows(rule)

    def reject(self, code: str, reason: str) -> None:
        """Turn the document away.

        Raises:
            Rejection: always.
        """
        raise Rejection(code, reason)


StepFunction = Callable[[str, Context], Iterable[Edit]]


@dataclass(frozen=True, slots=True)
class Step:
    """A step and its name.

    Attributes:
        name: dotted name; the word in code, settings, ledger, command line and docs.
        run: the function.
        media: media types it is for; empty: all.
        version: changes where the same input may give other edits.
    """

    name: str
    run: StepFunction
    media: tuple[str, ...] = ()
    version: str = "1"


def edit(start: int, end: int, new: str, rule: str, detail: str = "") -> Edit:
    """An edit with one reason."""
    return Edit(start, end, new, (Reason(rule, detail),))


def move_marks(marks: list[Mark], patch: Patch) -> list[Mark]:
    """The marks of a text, as they stand in the text after a patch; those deleted go."""
    if not marks or not patch:
        return marks
    spans = [mark[:2] for mark in marks]
    result = []
    for mark, span, place in zip(marks, spans, patch.result_spans(spans), strict=True):
        if place == span:
            result.append(mark)
            continue
        start, end = place
        if end > start or span[0] == span[1]:
            result.append(_mark((start, end, mark[2], mark[3])))
    return result

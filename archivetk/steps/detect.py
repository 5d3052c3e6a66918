"""Language: a hint before the rules, a label after the cleaning."""

from __future__ import annotations

from collections.abc import Iterable

from archivetk.document import LanguageLabel
from archivetk.patch import Edit
from archivetk.steps import Context

__all__ = ["hint", "label"]


def _detect(text: str) -> tuple[str, float]:
    from langdetect import DetectorFactory, LangDetectException, detect_langs

    DetectorFactory.seed = 0
    try:
        best = detect_langs(text[:3000])[0]
    except LangDetectException:
        return "und", 0.0
    return str(best.lang), float(best.prob)


def hint(text: str, context: Context) -> Iterable[Edit]:
    """A preliminary language, to choose rules by."""
    context.hint = context.settings.language or _detect(text)[0]
    context.notes["hint"] = context.hint
    return ()


def label(text: str, context: Context) -> Iterable[Edit]:
    """The language of the clean text."""
    tag, confidence = _detect(text)
    context.language = LanguageLabel(
        tag, confidence, ((tag, 1.0),) if tag != "und" else (), "langdetect", context.hint
    )
    return ()

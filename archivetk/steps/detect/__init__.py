"""Language: a hint before the rules, a label after the cleaning.

The hint chooses the rule packs; it is made from the longest prose near the beginning.  The label
says what the clean text is in, with the mix of a document in several languages: ``und`` instead
of a guess, ``zxx`` for what is no language.  Both are recorded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from archivetk.document import LanguageLabel
from archivetk.patch import Edit
from archivetk.steps import Context
from archivetk.steps.detect.detectors import Detector, detector_named
from archivetk.steps.detect.guess import guess
from archivetk.steps.detect.mix import is_mixed, mix_of
from archivetk.steps.detect.script import main_script
from archivetk.steps.detect.words import speaks

__all__ = ["RULES", "hint", "label", "language_of"]

RULES: dict[str, str] = {}  # these steps label; they change nothing

_SHORT: Final = 240  # characters that are enough where the answer is clear
_LONG: Final = 1000  # characters after which more do not change the answer
_CLEAR: Final = 0.96
_PROSE: Final = re.compile(r"[^\n]{120}")


def hint(text: str, context: Context) -> Iterable[Edit]:
    """A preliminary language and script, to choose rules by; no edits."""
    wanted = context.settings.language
    sample = _sample(text, _SHORT)
    context.script = main_script(sample)
    if wanted:
        context.hint = wanted
    else:
        detector = detector_named(context.settings.detector)
        found = _longer(text, sample, *guess(sample, detector, context.script), detector)
        context.memory["detect"] = found
        _, tag, confidence = found
        if tag in {"und", "zxx"} and context.declared_language:
            tag = context.declared_language
        context.hint = tag
        context.notes["confidence"] = round(confidence, 4)
    context.notes["hint"] = context.hint
    context.notes["script"] = context.script
    return ()


def label(text: str, context: Context) -> Iterable[Edit]:
    """The language of the clean text, and the mix where there are several; no edits."""
    detector = detector_named(context.settings.detector)
    sample, tag, confidence = context.memory.get("detect", (None, "und", 0.0))
    if sample is None or not _still(text, sample, tag):
        tag, confidence = language_of(text, detector)
    mix: tuple[tuple[str, float], ...] = ((tag, 1.0),) if tag != "und" else ()
    if is_mixed(text, tag, detector):
        mix = mix_of(text, detector)
        if mix:
            tag = mix[0][0]
    if context.settings.language:
        tag, confidence = context.settings.language, 1.0
    context.language = LanguageLabel(
        tag, confidence, mix, detector.name, context.hint, context.declared_language
    )
    context.notes["detector"] = detector.name
    return ()


def language_of(text: str, detector: Detector) -> tuple[str, float]:
    """The language of a text by its prose: a tag and a confidence from 0 to 1."""
    _, tag, confidence = _found(text, detector)
    return tag, confidence


def _found(text: str, detector: Detector) -> tuple[str, str, float]:
    """The sample that decided, and the language and the confidence that it gave."""
    sample = _sample(text, _SHORT)
    return _longer(text, sample, *guess(sample, detector), detector)


def _longer(
    text: str, sample: str, tag: str, confidence: float, detector: Detector
) -> tuple[str, str, float]:
    """What a sample gave, or a longer one where that is not clear."""
    if confidence < _CLEAR and tag != "zxx" and len(text) > len(sample):
        sample = _sample(text, _LONG)
        tag, confidence = guess(sample, detector)
    return sample, tag, confidence


def _still(text: str, sample: str, tag: str) -> bool:
    """Whether what the cleaning left is in the language that was found before it."""
    now = _sample(text, _SHORT if len(sample) <= _SHORT else _LONG)
    return now == sample or speaks(tag, now[:_SHORT])


def _sample(text: str, size: int) -> str:
    """A piece of prose: from the first long line on, or the beginning."""
    match = _PROSE.search(text, 0, 200_000)
    start = match.start() if match else 0
    piece = text[start : start + size]
    if start + size < len(text):
        # not in the middle of a word
        piece = piece[: max(piece.rfind(" "), size // 2)]
    return piece

"""Language: a hint before the rules, a label after the cleaning.

The hint chooses the rule packs; it is made from the longest prose near the beginning.  The label
says what the clean text is in, with the mix of a document in several languages: ``und`` instead
of a guess, ``zxx`` for what is no language.  Both are recorded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

from archivetk.document import LanguageLabel
from archivetk.patch import Edit
from archivetk.steps import Context
from archivetk.steps.detect.detectors import Detector, detector_named
from archivetk.steps.detect.script import chinese, letters, main_script, only_language, scripts_of
from archivetk.steps.detect.words import knows, speaks

__all__ = ["RULES", "hint", "label", "language_of", "paragraph_labels"]

RULES: dict[str, str] = {}  # these steps label; they change nothing

_SHORT: Final = 240  # characters that are enough where the answer is clear
_LONG: Final = 1000  # characters after which more do not change the answer
_PROBE: Final = 160
_LINE: Final = 60  # characters of a line that tell a second language
_LOOKS: Final = 6  # looks for a second language, where common words answer most
_DEAR_LOOKS: Final = 3  # and where a detector does
_CLEAR: Final = 0.96
_SURE: Final = 0.55  # below this a guess is not given
_FEW: Final = 12  # letters below which only a script can tell
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
        found = _longer(text, sample, *_one(sample, detector, context.script), detector)
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
    if _is_mixed(text, tag, detector):
        mix = _mix(text, detector)
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
    return _longer(text, sample, *_one(sample, detector), detector)


def _longer(
    text: str, sample: str, tag: str, confidence: float, detector: Detector
) -> tuple[str, str, float]:
    """What a sample gave, or a longer one where that is not clear."""
    if confidence < _CLEAR and tag != "zxx" and len(text) > len(sample):
        sample = _sample(text, _LONG)
        tag, confidence = _one(sample, detector)
    return sample, tag, confidence


def _still(text: str, sample: str, tag: str) -> bool:
    """Whether what the cleaning left is in the language that was found before it."""
    now = _sample(text, _SHORT if len(sample) <= _SHORT else _LONG)
    return now == sample or speaks(tag, now[:_SHORT])


def paragraph_labels(text: str, detector: Detector) -> list[tuple[int, int, str, float]]:
    """Each line of a text that is long enough, as ``(start, end, tag, confidence)``."""
    found = []
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        if len(line.strip()) > 20:
            tag, confidence = _one(line[:_LONG], detector)
            found.append((start, end, tag, confidence))
        start = end + 1
    return found


def _one(sample: str, detector: Detector, script: str = "") -> tuple[str, float]:
    """The language of a sample; its script, where that is known, is not looked for again."""
    signs = len(sample) - sample.count(" ") - sample.count("\n")
    count = letters(sample, max(_FEW, -(-signs * 3 // 10)))
    if signs and count * 10 < signs * 3:
        return "zxx", 1.0 - count / signs
    script = script or main_script(sample)
    alone = only_language(script)
    if alone and count >= 2:
        return alone, 1.0
    if count < _FEW and script not in {"Hani", "Hira", "Kana"}:
        return "und", 0.0
    tag, confidence = detector.detect(sample)
    if tag not in {"und", "zxx"} and script not in scripts_of(tag):
        return "und", 0.0
    if confidence < _SURE:
        return "und", confidence
    if tag == "zh":
        tag = chinese(sample)
    return tag, confidence


def _sample(text: str, size: int) -> str:
    """A piece of prose: from the first long line on, or the beginning."""
    match = _PROSE.search(text, 0, 200_000)
    start = match.start() if match else 0
    piece = text[start : start + size]
    if start + size < len(text):
        # not in the middle of a word
        piece = piece[: max(piece.rfind(" "), size // 2)]
    return piece


def _is_mixed(text: str, tag: str, detector: Detector) -> bool:
    """Whether a look at some lines, from the beginning to the end, finds another language."""
    for probe in _probes(text, _LOOKS if knows(tag) else _DEAR_LOOKS):
        if speaks(tag, probe):
            continue
        script = main_script(probe)
        if _written(script, detector.tags) == {tag}:
            continue  # nothing else could be said of it
        other, confidence = _one(probe, detector, script)
        if other != tag and other not in {"und", "zxx"} and confidence > 0.9:
            return True
    return False


def _probes(text: str, looks: int) -> Iterator[str]:
    """Pieces of a text at equal distances, each from the beginning of its line on."""
    size = len(text)
    last = -1
    for look in range(looks):
        at = size * (2 * look + 1) // (2 * looks)
        begin = text.rfind("\n", max(0, at - _LONG), at) + 1
        if not begin and at > _LONG:  # within a long line: not in the middle of a word
            begin = text.find(" ", at - _PROBE // 2, at) + 1 or at - _PROBE // 2
        if begin <= last:
            continue
        last = begin
        probe = text[begin : begin + _PROBE]
        if len(probe) >= _LINE and len(probe) < size:
            yield probe


@cache
def _written(script: str, tags: frozenset[str]) -> frozenset[str]:
    """Which of some languages are written in a script."""
    return frozenset(tag for tag in tags if script in scripts_of(tag))


def _mix(text: str, detector: Detector) -> tuple[tuple[str, float], ...]:
    """Shares of the characters by language, from the labels of the paragraphs."""
    sums: dict[str, int] = {}
    for start, end, tag, confidence in paragraph_labels(text, detector):
        if tag != "und" and confidence > 0.6:
            sums[tag] = sums.get(tag, 0) + end - start
    total = sum(sums.values())
    shares = [(tag, count / total) for tag, count in sums.items() if count / total >= 0.02]
    return tuple(sorted(shares, key=lambda one: (-one[1], one[0])))

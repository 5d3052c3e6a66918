"""The language of one piece of text: its script first, then a detector, and ``und`` in doubt."""

from __future__ import annotations

from typing import Final

from archivetk.steps.detect.detectors import Detector
from archivetk.steps.detect.script import chinese, letters, main_script, only_language, scripts_of

__all__ = ["guess"]

_SURE: Final = 0.55  # below this a guess is not given
_FEW: Final = 12  # letters below which only a script can tell


def guess(sample: str, detector: Detector, script: str = "") -> tuple[str, float]:
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

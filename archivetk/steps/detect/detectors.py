"""Detectors behind one small interface.

``default`` is py3langid (BSD, in the package, no download): of those measured it tells best when
it does not know.  ``langdetect`` is there by name, seeded, since unseeded it changes its answers
from run to run.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from typing import Any, Final, Protocol

from archivetk.errors import SettingsError

__all__ = ["DETECTORS", "Detector", "detector_named"]

#: Names that the setting ``detector`` takes.
DETECTORS: Final = ("default", "py3langid", "langdetect")

# labels of the detectors that are not BCP 47 as the registry has it
_LANGDETECT: Final = {"zh-cn": "zh-Hans", "zh-tw": "zh-Hant", "no": "nb", "tl": "fil"}
_PY3LANGID: Final = {"no": "nb", "tl": "fil", "kik": "ki", "gug": "gn"}


class Detector(Protocol):
    """Says what language a text is in."""

    name: str

    def detect(self, text: str) -> tuple[str, float]:
        """A BCP 47 tag (``und`` where it does not know) and a confidence from 0 to 1."""
        ...


class _Py3langid:
    """Naive Bayes over byte n-grams, temperature by length (py3langid 0.4 and newer)."""

    def __init__(self) -> None:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier

        self._identifier: Any = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        self.name = f"py3langid {version('py3langid')}"

    def detect(self, text: str) -> tuple[str, float]:
        tag, confidence = self._identifier.classify(text)
        return _PY3LANGID.get(tag, tag), float(confidence)


class _Langdetect:
    """Naive Bayes over character n-grams, with a fixed seed."""

    def __init__(self) -> None:
        from langdetect import DetectorFactory

        DetectorFactory.seed = 0
        self.name = f"langdetect {version('langdetect')}"

    def detect(self, text: str) -> tuple[str, float]:
        from langdetect import LangDetectException, detect_langs

        try:
            best = detect_langs(text)[0]
        except LangDetectException:
            return "und", 0.0
        return _LANGDETECT.get(best.lang, best.lang), float(best.prob)


@cache
def detector_named(name: str) -> Detector:
    """The detector of that name; loaded once.

    Raises:
        SettingsError: where there is none.
    """
    if name in {"default", "py3langid"}:
        return _Py3langid()
    if name == "langdetect":
        return _Langdetect()
    raise SettingsError(f"There is no detector {name!r}. Choose one of {', '.join(DETECTORS)}.")

"""Quality signals: figures about the clean text; they decide only where a preset is asked for.

signals   the figures
words     stop words and end marks by language
presets   the thresholds of Gopher, C4 and FineWeb
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from archivetk.characters import kinds_of
from archivetk.errors import SettingsError
from archivetk.patch import Edit
from archivetk.settings import SIGNALS
from archivetk.steps import Context
from archivetk.steps.quality.presets import PRESETS, verdict
from archivetk.steps.quality.signals import basic_signals, repetition_signals, word_signals
from archivetk.steps.quality.words import NO_SPACES

__all__ = ["PRESETS", "RULES", "measure"]

RULES: Final[dict[str, str]] = {}  # this step measures; it changes nothing


def measure(text: str, context: Context) -> Iterable[Edit]:
    """Measure the clean text, and turn it away where a preset is asked for and says so; no edits.

    Args:
        text: the clean text.
        context: gets ``quality``; ``settings.signals`` says how much is measured (a preset needs
            all), ``settings.quality`` names the preset.

    Raises:
        SettingsError: where there is no such preset, or no such set of signals.
        Rejection: where the preset's thresholds are not met.
    """
    preset, wanted = context.settings.quality, context.settings.signals
    if preset and preset not in PRESETS:
        raise SettingsError(f"There is no preset {preset!r}. Choose one of {', '.join(PRESETS)}.")
    if wanted not in SIGNALS:
        raise SettingsError(
            f"There is no set of signals {wanted!r}. Choose one of {', '.join(SIGNALS)}."
        )
    if not context.allows("quality"):
        return ()
    language = context.language.tag
    signals = basic_signals(text, language, kinds_of(text, context.memory))
    if preset or wanted == "full":
        signals.update(word_signals(text, language))
        signals.update(repetition_signals(text, language))
    context.quality = signals
    if preset:
        why = verdict(preset, signals, spaced=language.split("-", 1)[0] not in NO_SPACES)
        if why:
            context.reject("quality", why)
    return ()

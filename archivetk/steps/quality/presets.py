"""Thresholds that decide whether a text is fit for training: Gopher's, C4's, FineWeb's.

The values are those that datatrove documents for its filters of these names.  They are English in
origin; stop words and end marks are those of the text's own language.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

__all__ = ["PRESETS", "Limit", "verdict"]


class Limit(NamedTuple):
    """A bound of one signal.

    Attributes:
        signal: its name.
        least, most: values that still pass; ``None``: no bound.
        what: the signal in words.
        spaced: only for scripts with spaces between words.
    """

    signal: str
    least: float | None
    most: float | None
    what: str
    spaced: bool = False


_IN_LINES: Final = "the share of characters in lines that come twice"
_GOPHER: Final = (
    Limit("words", 50, 100_000, "words"),
    Limit("mean_word_length", 3, 10, "the mean length of a word", spaced=True),
    Limit("symbol_word_ratio", None, 0.1, "hash signs or ellipses a word"),
    Limit("bullet_line_share", None, 0.9, "the share of lines that begin with a bullet"),
    Limit("ellipsis_line_share", None, 0.3, "the share of lines that end in an ellipsis"),
    Limit("alpha_word_share", 0.8, None, "the share of words with a letter", spaced=True),
    Limit("stop_words", 2, None, "different stop words"),
    Limit("duplicate_line_share", None, 0.3, "the share of lines that come twice"),
    Limit("duplicate_paragraph_share", None, 0.3, "the share of paragraphs that come twice"),
    Limit("duplicate_line_characters", None, 0.2, _IN_LINES),
    Limit(
        "duplicate_paragraph_characters", None, 0.2,
        "the share of characters in paragraphs that come twice",
    ),
    *(
        Limit(f"top_{n}_gram", None, most, f"the share of the commonest {n}-gram", spaced=True)
        for n, most in ((2, 0.20), (3, 0.18), (4, 0.16))
    ),
    *(
        Limit(f"duplicate_{n}_gram", None, most, f"the share of doubled {n}-grams", spaced=True)
        for n, most in ((5, 0.15), (6, 0.14), (7, 0.13), (8, 0.12), (9, 0.11), (10, 0.10))
    ),
)  # fmt: skip
_C4: Final = (
    Limit("c4_sentences", 5, None, "sentences in lines that end as sentences"),
    Limit("curly_brackets", None, 0, "curly brackets"),
    Limit("lorem_ipsum", None, 0, "placeholder texts"),
)
_FINEWEB: Final = (
    Limit("line_end_share", 0.12, None, "the share of lines that end as sentences"),
    Limit("short_line_share", None, 0.67, "the share of lines of 30 characters or less"),
    Limit("duplicate_line_characters", None, 0.01, _IN_LINES),
    Limit("newline_word_ratio", None, 0.3, "line ends a word"),
)  # fmt: skip

#: The presets, by the name that the setting ``quality`` takes.
PRESETS: Final[Mapping[str, tuple[Limit, ...]]] = {
    "gopher": _GOPHER,
    "c4": _C4,
    "fineweb": _FINEWEB,
}


def verdict(preset: str, signals: Mapping[str, Any], *, spaced: bool) -> str | None:
    """Why a preset turns a text away, with figure and threshold; ``None`` where it does not.

    Args:
        preset: one of :data:`PRESETS`.
        signals: all signals of the text.
        spaced: whether its script has spaces between words.
    """
    for limit in PRESETS[preset]:
        value = signals.get(limit.signal)
        if value is None or (limit.spaced and not spaced):
            continue
        if limit.least is not None and value < limit.least:
            return f"{preset}: {limit.what}: {value:g}, at least {limit.least:g} is asked for."
        if limit.most is not None and value > limit.most:
            return f"{preset}: {limit.what}: {value:g}, at most {limit.most:g} is allowed."
    return None

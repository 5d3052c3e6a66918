"""The word lists of the joins: sentence starters and abbreviations of each language."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

import tomllib

__all__ = ["INTERNET_NAMES", "SOUTH_SLAVIC", "Words", "words_for"]

#: Endings of host and file names that are no common words: behind a full stop they belong to it.
INTERNET_NAMES: Final = frozenset(
    """com org net edu gov mil biz info eu uk ru ua pl cz js ts jsx tsx py rb php asp aspx jsp exe dll
    txt pdf doc docx xls xlsx ppt pptx csv xml json yml yaml toml ini cfg conf html htm css scss md rst
    zip gz tar rar jpg jpeg png gif svg webp mp3 mp4 avi mov wav apk iso bat sh io tv fm dev app xyz
    online""".split()
)

#: Languages of one group share their function words, whatever the label says.
SOUTH_SLAVIC: Final = {"bs": "hr", "sh": "hr", "cnr": "hr"}
_NEIGHBOURS: Final = {
    **SOUTH_SLAVIC,
    "nn": "nb",
    "no": "nb",
    "ms": "id",
    "fil": "tl",
    "nso": "st",
    "ky": "kk",
}


class Words(NamedTuple):
    """What is known about the words of one language, or of all.

    Attributes:
        starters: words that often begin a sentence, in lower case.
        abbreviations: words that a full stop belongs to, in lower case, without it.
    """

    starters: frozenset[str]
    abbreviations: frozenset[str]


@cache
def words_for(hint: str) -> Words:
    """The lists for a language.

    Args:
        hint: BCP 47 tag; of ``und`` and of languages without a list, the union of all lists.
    """
    starters, abbreviations = _load("starters"), _load("abbreviations")
    language = hint.split("-", 1)[0].lower()
    language = _NEIGHBOURS.get(language, language)
    general = abbreviations["und"]
    known = starters.get(language, frozenset()) | frozenset(
        starters["sr"] if language == "hr" else ()
    )
    return Words(
        known or frozenset().union(*starters.values()),
        general | abbreviations[language]
        if language in abbreviations
        else general.union(*abbreviations.values()) - _ambiguous(),
    )


@cache
def _ambiguous() -> frozenset[str]:
    """Abbreviations of one language that are common words of another."""
    starters, abbreviations = _load("starters"), _load("abbreviations")
    return frozenset().union(*starters.values()) - abbreviations["und"]


@cache
def _load(name: str) -> dict[str, frozenset[str]]:
    data = files("archivetk.steps.join").joinpath("data", f"{name}.toml").read_text("utf-8")
    return {language: frozenset(text.split()) for language, text in tomllib.loads(data).items()}

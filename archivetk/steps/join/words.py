"""The word lists of the joins: sentence starters and abbreviations of each language."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

import tomllib

__all__ = ["INTERNET_NAMES", "MONTHS", "Words", "words_for"]

#: Endings of host and file names: behind a full stop they belong to it.
INTERNET_NAMES: Final = frozenset(
    """com org net edu gov mil biz info eu uk ru ua pl cz js ts jsx tsx py rb php asp aspx jsp exe dll
    txt pdf doc docx xls xlsx ppt pptx csv xml json yml yaml toml ini cfg conf html htm css scss md rst
    zip gz tar rar jpg jpeg png gif svg webp mp3 mp4 avi mov wav apk iso bat sh io tv fm dev app xyz
    online""".split()
)

#: Months that stand with a capital behind an ordinal number and its full stop.
MONTHS: Final = frozenset(
    """januar january jänner februar february feber märz march april mai may juni june juli july august
    september oktober october november dezember december jan feb mär mar apr jun jul aug sep sept okt
    oct nov dez dec""".split()
)

#: A list that serves for a neighbour.
_NEIGHBOURS: Final = {
    "bs": "hr",
    "sh": "hr",
    "cnr": "hr",
    "nn": "nb",
    "no": "nb",
    "ms": "id",
    "fil": "tl",
    "nso": "st",
    "ky": "kk",
}
#: Bantu languages, which set a prefix before the capital of a name.
_PREFIXED: Final = frozenset(("zu", "xh", "ss", "nr", "rw", "rn", "sn", "lg", "st", "tn", "ts"))
_CEDILLA: Final = str.maketrans("șț", "şţ")
_NONE: Final[frozenset[str]] = frozenset()


class Words(NamedTuple):
    """What is known about the words of one language, or of all.

    Attributes:
        starters: words that often begin a sentence, in lower case.
        titles: abbreviations that stand before a name, in lower case, without the full stop.
        abbreviations: all other abbreviations, in the same form.
        certain: whether the lists are those of one language.
        prefixed: whether capitals stand inside words, behind a prefix (``eMonti``).
    """

    starters: frozenset[str]
    titles: frozenset[str]
    abbreviations: frozenset[str]
    certain: bool
    prefixed: bool = False


@cache
def words_for(hint: str) -> Words:
    """The lists for a language.

    Args:
        hint: BCP 47 tag.  For ``und``, and for a language without a list, the starters of all
            languages count, and those abbreviations that are nowhere a starter.
    """
    starters, abbreviations = _load("starters"), _load("abbreviations")
    language = hint.split("-", 1)[0].lower()
    language = _NEIGHBOURS.get(language, language)
    titles, general = abbreviations["titles"], abbreviations["und"]
    if language in starters:
        known = starters[language]
        if language == "ro":  # the cedilla that stands for the comma below in older text
            known |= {one.translate(_CEDILLA) for one in known}
        if language in {"hr", "sr"}:  # one language in two alphabets
            known = starters["hr"] | starters["sr"]
        short = general | abbreviations.get(language, _NONE)
        return Words(known, titles, short, certain=True, prefixed=language in _PREFIXED)
    known = _NONE.union(*starters.values())
    short = abbreviations.get(language) or _NONE.union(*abbreviations.values()) - known
    return Words(known, titles - known | general & titles, general | short, certain=False)


@cache
def _load(name: str) -> dict[str, frozenset[str]]:
    data = files("archivetk.steps.join").joinpath("data", f"{name}.toml").read_text("utf-8")
    return {language: frozenset(text.split()) for language, text in tomllib.loads(data).items()}

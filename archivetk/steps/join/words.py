"""The word lists of the joins: sentence starters and abbreviations of each language."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

__all__ = ["Words", "guard_words", "words_for"]

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
#: Languages that write ``9. May`` for the ninth.
_ORDINALS: Final = frozenset(
    (
        "de",
        "da",
        "nb",
        "is",
        "fi",
        "et",
        "lv",
        "lt",
        "pl",
        "cs",
        "sk",
        "sl",
        "hr",
        "sr",
        "hu",
        "tr",
        "eu",
    )
)
_CEDILLA: Final = str.maketrans("șț", "şţ")
_NONE: Final[frozenset[str]] = frozenset()


class Words(NamedTuple):
    """What is known about the words of one language, or of all.

    Attributes:
        starters: words that often begin a sentence, in lower case.
        titles: abbreviations that stand before a name, in lower case, without the full stop.
        abbreviations: all other abbreviations, in the same form.
        certain: whether the lists are those of one language.
        spaced_marks: whether a space stands before ``!`` and ``?``.
        ordinals: whether a full stop makes a number an ordinal.
        prefixed: whether capitals stand inside words, behind a prefix (``eMonti``).
    """

    starters: frozenset[str]
    titles: frozenset[str]
    abbreviations: frozenset[str]
    certain: bool
    spaced_marks: bool = False
    ordinals: bool = True
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
        return Words(
            known,
            titles,
            short,
            certain=True,
            spaced_marks=language == "fr",
            ordinals=language in _ORDINALS,
            prefixed=language in _PREFIXED,
        )
    known = _NONE.union(*starters.values())
    own = abbreviations.get(language) if language not in {"und", "titles"} else None
    short = own or _NONE.union(*abbreviations.values()) - known
    return Words(known, titles - known | general & titles, general | short, certain=False)


def guard_words(name: str) -> frozenset[str]:
    """A list of words that say no: ``internet``, ``months`` or ``urdu-letters``."""
    return _load("guards")[name]


@cache
def _load(name: str) -> dict[str, frozenset[str]]:
    data = files("archivetk.steps.join").joinpath("data", f"{name}.toml").read_text("utf-8")
    return {language: frozenset(text.split()) for language, text in tomllib.loads(data).items()}

"""How likely some text is in a language: the judge of charset detection.

A charset is found by reading the bytes with each candidate and asking how likely the characters
are.  Candidates decode the same bytes, so their likelihoods can be compared as they stand
(Bayes' rule with a prior for each charset).  The likelihood is that of a chain of letter pairs
for each language, times how unusual the upper case and the symbols are.

The tables in ``charset-model.txt`` were counted in 75 languages of short sentences (Apache-2.0) and
in translations of one declaration (MIT); ``tests/bench/charset_train.py`` makes them.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from functools import cache
from importlib.resources import files
from math import log
from typing import Final

__all__ = ["FOLDED", "LANGUAGES", "Script", "by_script", "fold", "profile", "script_of"]

#: Languages by script, as far as legacy charsets exist for them.
_BY_SCRIPT: Final = {
    script: tuple(names.split())
    for script, names in (
        (
            "Latn",
            (
                "af ca cs cy da de en eo es et eu fi fo fr ga gl hr hu id is it lt lv mt nb nl nn"
                " pl pt ro sk sl sq sv sw tl tr vi"
            ),
        ),
        ("Cyrl", "be bg kk mk ru sr uk"),
        ("Grek", "el"),
        ("Hebr", "he"),
        ("Arab", "ar fa ur"),
        ("Thai", "th"),
        ("Hani", "ja ko zh zh-Hant"),
    )
}
LANGUAGES: Final = frozenset(one for group in _BY_SCRIPT.values() for one in group)
#: Languages whose characters are counted one by one, since there are thousands.
FOLDED: Final = frozenset(_BY_SCRIPT["Hani"])
_LATIN: Final = frozenset(_BY_SCRIPT["Latn"])

_WIDE: Final = 0x2E7F  # characters above are counted one by one
_UNSEEN: Final = 3e-7  # a letter that the language does not have
_FOREIGN: Final = -4.0  # a Latin letter in a language of another script
_BACKING: Final = 3.0  # how many pairs the single letters count for

_SYMBOLS: Final = {
    char: value
    for chars, value in (
        ("\u2019", -5.0),
        ("\u201c\u201d\u201e\u2013\u2014\u2026\u00a0\u3002\u3001", -6.0),
        ("\u00ab\u00bb\u00bf\u00a1\u2018\u201a\u300c\u300d\u3000\uff0c", -6.5),
        ("\u2022\u00b7\u00b0\u00a7\u20ac\u00a3\u00a9\u00ae\u2122\u00ad\u2116", -8.0),
        ("\u00ba\u00aa\u00b2\u00b3\u00bd\u00bc\u00be\u00b1\u00d7\u00b4\u2039\u203a\u00b5", -10.0),
    )
    for char in chars
}


def _folded(char: str) -> str:
    """A letter in lower case; anything else as a blank."""
    if char < "\x80":
        return char.lower() if char.isalpha() else " "
    if char.isalpha() or unicodedata.category(char)[0] == "M":
        if "\uff61" <= char <= "\uff9f":
            return unicodedata.normalize("NFKC", char)[0]
        low = char.lower()
        return low if len(low) == 1 else low[0]
    return " "


def fold(text: str) -> str:
    """The text as the tables see it: letters in lower case, all else blank."""
    return "".join(map(_folded, unicodedata.normalize("NFC", text)))


def script_of(char: str) -> str | None:
    """The group of languages that a character calls for."""
    code = ord(char)
    if code < 0x80 or not (char.isalpha() or 0xE00 <= code < 0xE80):
        return None
    if code < 0x250 or 0x1E00 <= code < 0x1F00:
        return "Latn"
    if code < 0x370:
        return None
    if code < 0x400 or 0x1F00 <= code < 0x2000:
        return "Grek"
    if code < 0x530:
        return "Cyrl"
    if 0x590 <= code < 0x600:
        return "Hebr"
    if 0x600 <= code < 0x700 or 0xFB50 <= code < 0xFE00:
        return "Arab"
    if 0xE00 <= code < 0xE80:
        return "Thai"
    if code > _WIDE:
        return "Hani"
    return None


class Language:
    """The letter pairs of one language."""

    __slots__ = ("_latin", "_pairs", "_previous", "_single", "_total", "_wide", "name")

    def __init__(self, name: str, pairs: str, wide: str) -> None:
        self.name = name
        self._latin = name in _LATIN
        self._pairs: dict[str, float] = {}
        previous: Counter[str] = Counter()
        single: Counter[str] = Counter()
        for at in range(0, len(pairs), 3):
            count = float(round(1.5 ** (ord(pairs[at + 2]) - 65)))
            self._pairs[pairs[at : at + 2]] = count
            previous[pairs[at]] += count  # type: ignore[assignment]
            single[pairs[at + 1]] += count  # type: ignore[assignment]
        self._wide = {
            wide[at]: float(round(1.5 ** (ord(wide[at + 1]) - 65))) for at in range(0, len(wide), 2)
        }
        self._previous = dict(previous)
        self._total = float(sum(single.values()) + sum(self._wide.values())) or 1.0
        self._single = {char: count / self._total for char, count in single.items()}

    def log(self, pair: str) -> float:
        """Natural logarithm of the probability of a pair's second letter behind its first."""
        char = pair[1]
        strange = 0.0
        if not self._latin:
            # names and terms in Latin letters stand in every text
            if "a" <= char <= "z":
                return _FOREIGN
            if "a" <= pair[0] <= "z":
                if char == " ":
                    return -_FOREIGN / 2 - 3.5
                pair = " " + char
                strange = -2.0
        if ord(char) > _WIDE:
            seen = self._wide.get(char, 0.0)
            share = (seen + 30_000 * _rarity(char, self.name)) / (self._total + 30_000)
            return log(share) + strange
        single = self._single.get(char, _UNSEEN)
        before = self._previous.get(pair[0], 0.0)
        seen = self._pairs.get(pair, 0.0)
        return log((seen + _BACKING * single) / (before + _BACKING)) + strange


@cache
def _rarity(char: str, language: str) -> float:
    """The probability of a character that was not seen, by how common its standards hold it."""
    codec, rows = {
        "ja": ("euc_jp", ((0xA4, 0xA5, 1e-4), (0xB0, 0xCF, 2e-5), (0xD0, 0xF4, 1e-6))),
        "ko": ("euc_kr", ((0xB0, 0xC8, 4e-5), (0xCA, 0xFD, 2e-6))),
        "zh": ("gb2312", ((0xB0, 0xD7, 3e-5), (0xD8, 0xF7, 1e-6))),
        "zh-Hant": ("big5", ((0xA4, 0xC6, 3e-5), (0xC9, 0xF9, 7e-7))),
    }.get(language, ("ascii", ()))
    try:
        lead = char.encode(codec)[0]
    except UnicodeEncodeError:
        return 1e-7
    for first, last, value in rows:
        if first <= lead <= last:
            return value
    return 3e-7


@cache
def languages() -> dict[str, Language]:
    """All languages by name."""
    text = files("archivetk.steps.decode").joinpath("charset-model.txt").read_text("utf-8")
    result = {}
    for line in text.split("\n"):
        if line:
            name, pairs, wide = line.split("\t")
            result[name] = Language(name, pairs, wide)
    return result


class Script:
    """The languages of a script, asked together."""

    __slots__ = ("_languages", "_rows", "names")

    def __init__(self, members: tuple[Language, ...]) -> None:
        self._languages = members
        self._rows: dict[str, tuple[float, ...]] = {}
        self.names = tuple(one.name for one in members)

    def score(self, pairs: Counter[str]) -> list[float]:
        """Natural logarithms of the likelihood of some folded pairs, in the order of ``names``."""
        known = self._rows
        by_count: dict[int, list[tuple[float, ...]]] = {}
        for pair, count in pairs.items():
            row = known.get(pair)
            if row is None:
                if len(known) > 1 << 16:
                    known.clear()
                row = known[pair] = tuple(one.log(pair) for one in self._languages)
            by_count.setdefault(count, []).append(row)
        result = [0.0] * len(self.names)
        for count, rows in by_count.items():
            for at, column in enumerate(zip(*rows, strict=True)):
                result[at] += count * sum(column)
        return result


@cache
def by_script(script: str | None) -> Script:
    """The languages of a script; those in Latin letters where it is none of the known."""
    known = languages()
    return Script(tuple(known[name] for name in _BY_SCRIPT[script or "Latn"]))


_seams: dict[str, tuple[str, float]] = {}


def _seam(pair: str) -> tuple[str, float]:
    """A pair folded, and what the case and the symbol of its second character cost."""
    first, char = pair[0], pair[1]
    one, two = _folded(first), _folded(char)
    cost = 0.0
    if two == " ":
        if first in "\u00a3\u20ac" and char.isdigit():
            cost = 4.0  # a price
        elif char >= "\x80":
            cost = _SYMBOLS.get(char, 0.0) or _symbol(char)
    elif char != two:  # upper case
        cost = -1.6 if one == " " else -1.0 if first != one else -6.5
    elif one not in (" ", first):
        cost = -0.5
    elif two != two.upper():
        cost = -0.2 if one == " " else 0.0
    if "\uff61" <= char <= "\uff9f":
        cost -= 1.0
    return one + two, cost


def _symbol(char: str) -> float:
    if char == "\ufffd" or "\ue000" <= char <= "\uf8ff":
        return -18.0
    if "\x80" <= char < "\xa0":
        return -16.0
    if "\u2500" <= char < "\u25a0":
        return -13.0
    if "\u3000" <= char < "\u3040" or "\uff00" <= char < "\uff61":
        return -7.0
    return -11.5


def profile(text: str) -> tuple[Counter[str], float, str | None]:
    """What a text looks like: its folded pairs, what case and symbols cost, its script."""
    pairs: Counter[str] = Counter()
    cost = 0.0
    if len(_seams) > 1 << 18:
        _seams.clear()
    for (first, second), count in Counter(zip(" " + text, text + " ", strict=True)).items():
        pair = first + second
        seam = _seams.get(pair)
        if seam is None:
            seam = _seams[pair] = _seam(pair)
        if seam[0] != "  ":
            pairs[seam[0]] += count
        cost += count * seam[1]
    scripts: Counter[str] = Counter()
    for char, count in Counter(text).items():
        script = script_of(char)
        if script:
            scripts[script] += count
    return pairs, cost, scripts.most_common(1)[0][0] if scripts else None

"""Find the charset of bytes that declare none: read them as each candidate and compare."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from math import exp
from typing import Final, NamedTuple

from archivetk.steps.decode.labels import Charset, charset_of
from archivetk.steps.decode.lossless import read
from archivetk.steps.decode.model import by_script, profile

__all__ = ["Guess", "confidence", "detect", "plausible"]


class Guess(NamedTuple):
    """A candidate.

    Attributes:
        charset: the encoding.
        score: natural logarithm of likelihood times prior.
        text: the sample, read with it.
        language: the language that explains it best.
    """

    charset: Charset
    score: float
    text: str
    language: str


_WEST: Final = "af ca da de en es eu fi fo fr ga gl id is it nb nl nn pt sq sv sw tl"
_EAST: Final = "cs hr hu pl ro sk sl sq"
_NORTH: Final = "et lt lv"

#: Candidates: prior (natural logarithm), the languages it was made for.
_CANDIDATES: Final = (
    ("windows-1252", 0.0, _WEST),
    ("windows-1250", -1.0, _EAST),
    ("windows-1251", -0.5, "be bg mk ru sr uk"),
    ("windows-1253", -1.5, "el"),
    ("windows-1254", -1.0, "tr"),
    ("windows-1255", -1.0, "he"),
    ("windows-1256", -1.0, "ar fa ur"),
    ("windows-1257", -1.5, _NORTH),
    ("windows-1258", -2.0, "vi"),
    ("windows-874", -1.0, "th"),
    ("iso-8859-2", -1.5, _EAST),
    ("iso-8859-3", -3.0, "eo mt"),
    ("iso-8859-4", -4.0, _NORTH),
    ("iso-8859-5", -3.0, "be bg mk ru sr uk"),
    ("iso-8859-6", -3.0, "ar"),
    ("iso-8859-7", -1.2, "el"),
    ("iso-8859-8", -2.5, "he"),
    ("iso-8859-10", -6.0, "is"),
    ("iso-8859-13", -2.5, _NORTH),
    ("iso-8859-14", -4.0, "cy ga"),
    ("iso-8859-15", -1.5, _WEST),
    ("iso-8859-16", -3.5, "ro"),
    ("koi8-r", -1.0, "ru bg"),
    ("koi8-u", -1.6, "uk be ru"),
    ("ibm866", -2.5, "ru be uk bg"),
    ("x-mac-cyrillic", -4.0, "be bg mk ru sr uk"),
    ("macintosh", -4.0, _WEST),
    ("ibm850", -4.5, _WEST),
    ("ibm437", -5.0, _WEST),
    ("ibm852", -4.0, _EAST),
    ("ibm855", -4.5, "be bg mk ru sr uk"),
    ("ibm857", -5.0, "tr"),
    ("ibm775", -5.0, _NORTH),
    ("ibm737", -4.5, "el"),
    ("ibm869", -5.0, "el"),
    ("ibm862", -5.0, "he"),
    ("x-mac-ce", -5.0, _EAST),
    ("x-mac-greek", -6.0, "el"),
    ("x-mac-turkish", -6.0, "tr"),
    ("kz-1048", -3.0, "kk"),
    ("pt154", -4.0, "kk"),
    ("shift_jis", -1.0, "ja"),
    ("euc-jp", -1.0, "ja"),
    ("gbk", -0.5, "zh zh-Hant"),
    ("big5", -1.0, "zh-Hant zh"),
    ("euc-kr", -1.0, "ko"),
    ("johab", -6.0, "ko"),
)
_STRANGE: Final = -4.0  # a language that the charset was not made for
_FEW: Final = -2.5  # one or two bytes prove little: what browsers do is the better guess
_DECLARED: Final = 4.0  # a charset that the document declares

_SAMPLE: Final = 4000  # bytes that are looked at
_GLANCE: Final = 400  # bytes that tell which candidates are worth the whole sample
_NEIGHBOUR: Final = 20  # bytes of a word in ASCII that counts as a neighbour
_MANY_BYTES: Final = ("cp932", "euc_jp", "gb18030", "big5hkscs", "cp949", "johab")
_HIGH: Final = bytes(range(0x80, 0x100))
_WORD: Final = re.compile(rb"[0-~\x80-\xff]+")
_TAG: Final = re.compile(rb"<[!/?A-Za-z][^<>]{0,2000}>")


def sample(data: bytes) -> bytes:
    """The words with bytes above ASCII and their neighbours, from all over the payload."""
    parts = [data]
    if len(data) > 1 << 18:
        step = len(data) // 8
        parts = [data[at : at + (1 << 14)] for at in range(0, len(data) - (1 << 14), step)]
        if sum(not part.isascii() for part in parts) < 2:
            parts = [data]
    limit = _SAMPLE // len(parts)
    words: list[bytes] = []
    for part in parts:
        size = 0
        before = b""  # a word in ASCII that may be a neighbour
        follows = False  # whether the word before is above ASCII
        for match in _WORD.finditer(_TAG.sub(b" ", part)):
            word = match.group()
            if word.isascii():
                if follows and len(word) <= _NEIGHBOUR:
                    words.append(word)
                    word = b""
                before, follows = word, False
                continue
            if 0 < len(before) <= _NEIGHBOUR:
                words.append(before)
            words.append(word)
            before, follows = b"", True
            size += len(word)
            if size > limit:
                break
    return b" ".join(words)[: 2 * _SAMPLE]


def detect(data: bytes, declared: Charset | None = None) -> list[Guess]:
    """The candidates for a payload with bytes above ASCII, most likely first.

    Args:
        data: the payload.
        declared: the charset that it declares; only a hint here.
    """
    whole = sample(data)
    candidates = _candidates()
    if len(whole) > 2 * _GLANCE:
        glance = whole[:_GLANCE].rpartition(b" ")[0] or whole[:_GLANCE]
        first = _judge(glance, candidates, declared)
        likely = {guess.charset for guess in first if guess.score > first[0].score - _GLANCE / 10}
        likely |= {guess.charset for guess in first[:3]}
        candidates = tuple(one for one in candidates if one[0] in likely)
    return _judge(whole, candidates, declared)


@cache
def _candidates() -> tuple[tuple[Charset, float, frozenset[str]], ...]:
    result = []
    for name, prior, languages in _CANDIDATES:
        charset = charset_of(name)
        assert charset is not None
        result.append((charset, prior, frozenset(languages.split())))
    return tuple(result)


def _judge(
    part: bytes,
    candidates: tuple[tuple[Charset, float, frozenset[str]], ...],
    declared: Charset | None,
) -> list[Guess]:
    """Read a sample with each candidate; the most likely first."""
    guesses = []
    few = len(part) - len(part.translate(None, _HIGH)) <= 2
    for charset, prior, made_for in candidates:
        text = read(part, charset).text
        if charset.name == "windows-1258":
            text = unicodedata.normalize("NFC", text)
        pairs, cost, script = profile(text)
        languages = by_script(script)
        if charset.codec in _MANY_BYTES:
            languages = by_script("Hani")
        best, language = max(
            (value if name in made_for else value + _STRANGE, name)
            for value, name in zip(languages.score(pairs), languages.names, strict=True)
        )
        if few and charset.name != "windows-1252":
            prior += _FEW  # noqa: PLW2901 - one more weight for the same guess
        score = best + cost + prior + (_DECLARED if declared == charset else 0.0)
        guesses.append(Guess(charset, score, text, language))
    guesses.sort(key=lambda guess: -guess.score)
    return guesses


def confidence(guesses: list[Guess]) -> tuple[float, Guess | None]:
    """How sure the first candidate is, and the next one that would give another text."""
    first = guesses[0]
    for guess in guesses[1:]:
        if guess.text != first.text:
            return 1 / (1 + exp(-min(max(first.score - guess.score, 0.0), 30.0) / 2)), guess
    return 1.0, None


def plausible(data: bytes, declared: Charset) -> bool:
    """Whether a declared charset can be true.

    Servers and templates declare windows-1252 for text in any script.  Such text is far from any
    language, character by character; where it is only a little less likely than with another
    charset, the declaration is believed.
    """
    if declared not in {one[0] for one in _candidates()}:
        return True
    guesses = detect(data, declared)
    first = guesses[0]
    own = next((guess for guess in guesses if guess.charset == declared), None)
    high = sum(char >= "\x80" for char in first.text)
    if own is None:
        return high < 8
    return first.score - own.score <= 30 + 1.5 * high

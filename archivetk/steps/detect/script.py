"""Scripts: the first and surest thing to know of a text (ISO 15924 codes)."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from functools import lru_cache
from typing import Final

__all__ = ["chinese", "letters", "main_script", "only_language", "scripts_of"]

# first code points of blocks of letters, by Unicode's block list, and the script that begins
# there; "Zyyy" is common to several
_RANGES: Final = (
    (0x0000, "Zyyy"), (0x0041, "Latn"), (0x005B, "Zyyy"), (0x0061, "Latn"), (0x007B, "Zyyy"),
    (0x00C0, "Latn"), (0x0250, "Latn"), (0x02B0, "Zyyy"), (0x0370, "Grek"), (0x0400, "Cyrl"),
    (0x0530, "Armn"), (0x0590, "Hebr"), (0x0600, "Arab"), (0x0700, "Syrc"), (0x0750, "Arab"),
    (0x0780, "Thaa"), (0x07C0, "Nkoo"), (0x0800, "Zyyy"), (0x08A0, "Arab"), (0x0900, "Deva"),
    (0x0980, "Beng"), (0x0A00, "Guru"), (0x0A80, "Gujr"), (0x0B00, "Orya"), (0x0B80, "Taml"),
    (0x0C00, "Telu"), (0x0C80, "Knda"), (0x0D00, "Mlym"), (0x0D80, "Sinh"), (0x0E00, "Thai"),
    (0x0E80, "Laoo"), (0x0F00, "Tibt"), (0x1000, "Mymr"), (0x10A0, "Geor"), (0x1100, "Hang"),
    (0x1200, "Ethi"), (0x13A0, "Cher"), (0x1400, "Cans"), (0x1680, "Zyyy"), (0x1780, "Khmr"),
    (0x1800, "Mong"), (0x18B0, "Zyyy"), (0x1C80, "Cyrl"), (0x1C90, "Geor"), (0x1CC0, "Zyyy"),
    (0x1D00, "Latn"), (0x1DC0, "Zyyy"), (0x1E00, "Latn"), (0x1F00, "Grek"), (0x2000, "Zyyy"),
    (0x2D00, "Geor"), (0x2D30, "Tfng"), (0x2D80, "Ethi"), (0x2DE0, "Cyrl"), (0x2E00, "Zyyy"),
    (0x2E80, "Hani"), (0x3000, "Zyyy"), (0x3005, "Hani"), (0x3008, "Zyyy"), (0x3041, "Hira"),
    (0x30A0, "Kana"), (0x30FB, "Zyyy"), (0x30FD, "Kana"), (0x3100, "Bopo"), (0x3130, "Hang"),
    (0x3190, "Zyyy"), (0x3400, "Hani"), (0x4DC0, "Zyyy"), (0x4E00, "Hani"), (0xA000, "Yiii"),
    (0xA4D0, "Zyyy"), (0xA640, "Cyrl"), (0xA6A0, "Zyyy"), (0xA720, "Latn"), (0xA800, "Zyyy"),
    (0xAB01, "Ethi"), (0xAB30, "Latn"), (0xABC0, "Zyyy"), (0xAC00, "Hang"), (0xD800, "Zyyy"),
    (0xF900, "Hani"), (0xFB00, "Latn"), (0xFB13, "Armn"), (0xFB1D, "Hebr"), (0xFB50, "Arab"),
    (0xFE00, "Zyyy"), (0xFE70, "Arab"), (0xFF00, "Zyyy"), (0xFF21, "Latn"), (0xFF3B, "Zyyy"),
    (0xFF41, "Latn"), (0xFF5B, "Zyyy"), (0xFF66, "Kana"), (0xFFA0, "Hang"), (0xFFE0, "Zyyy"),
    (0x20000, "Hani"), (0x323B0, "Zyyy"),
)  # fmt: skip
_STARTS: Final = [start for start, _ in _RANGES]

#: Scripts that, in practice, one living language is written in.
_ALONE: Final = {
    "Grek": "el", "Hang": "ko", "Thai": "th", "Armn": "hy", "Geor": "ka", "Khmr": "km",
    "Laoo": "lo", "Sinh": "si", "Taml": "ta", "Telu": "te", "Knda": "kn", "Mlym": "ml",
    "Gujr": "gu", "Guru": "pa", "Orya": "or", "Thaa": "dv", "Mymr": "my", "Cher": "chr",
    "Hira": "ja", "Kana": "ja", "Nkoo": "nqo", "Tfng": "zgh", "Yiii": "ii",
}  # fmt: skip

_BY_LANGUAGE: Final = {
    "Cyrl": "ru uk be bg mk sr mn kk ky tg tt ba uz ce cv os sah az bs",
    "Arab": "ar fa ur ps ug sd ckb sdh ku arz ary uzs ms pa az ks kk ha",
    "Hebr": "he yi hbo",
    "Deva": "hi mr ne sa gom bho mai new",
    "Beng": "bn as",
    "Ethi": "am ti",
    "Tibt": "bo dz",
    "Hani": "zh zh-Hans zh-Hant yue wuu ja ko lzh",
    "Mong": "mn",
    "Syrc": "syr aii",
    "Cans": "iu",
}
_SCRIPTS: Final[dict[str, set[str]]] = {}
for _script, _tags in _BY_LANGUAGE.items():
    for _tag in _tags.split():
        _SCRIPTS.setdefault(_tag, set()).add(_script)
for _script, _tag in _ALONE.items():
    _SCRIPTS.setdefault(_tag, set()).add(_script)
_LATIN_TOO: Final = frozenset(
    ["sr", "uz", "az", "bs", "kk", "tt", "ku", "ms", "ha", "mn", "tg", "tk", "zgh"]
)

# characters that only one of the two standards of Chinese writing has, from the commonest
_SIMPLIFIED: Final = frozenset(
    "们这来国说时个为会对发过动长开关进还样现实东车门问间见书话语气电体军广义业"
)
_TRADITIONAL: Final = frozenset(
    "們這來國說時個為會對發過動長開關進還樣現實東車門問間見書話語氣電體軍廣義業"
)

_NO_LETTERS: Final = bytes(code for code in range(128) if not chr(code).isalpha())


def letters(text: str, enough: int = -1) -> int:
    """How many letters a text has; where those of ASCII are ``enough``, others are not counted."""
    count = len(text.encode("ascii", "ignore").translate(None, _NO_LETTERS))
    if text.isascii() or 0 <= enough <= count:
        return count
    return sum(map(str.isalpha, text))


def main_script(text: str) -> str:
    """The script that most letters are in; kana decide for Japanese, ``Zyyy`` where none."""
    if text.isascii():
        return "Latn" if letters(text) else "Zyyy"
    if len(text.encode("ascii", "ignore")) * 10 > len(text) * 6:
        return "Latn"  # spaces and figures alone never make so much of a text
    counts: dict[str, int] = {}
    for sign, times in Counter(text).items():
        script = _script_of(sign)
        counts[script] = counts.get(script, 0) + times
    counts.pop("Zyyy", None)
    if not counts:
        return "Zyyy"
    kana = counts.get("Hira", 0) + counts.get("Kana", 0)
    if (
        kana
        and kana * 10 > counts.get("Hani", 0)
        and kana + counts.get("Hani", 0) > sum(counts.values()) // 2
    ):
        return "Hira"
    return max(counts, key=lambda script: (counts[script], script))


@lru_cache(maxsize=4096)
def _script_of(sign: str) -> str:
    """The script of a letter, ``Zyyy`` of what is common to several or no letter."""
    return _RANGES[bisect_right(_STARTS, ord(sign)) - 1][1]


def only_language(script: str) -> str | None:
    """The language of a script that only one is written in."""
    return _ALONE.get(script)


def scripts_of(tag: str) -> set[str]:
    """The scripts that a language is written in."""
    known = _SCRIPTS.get(tag)
    if known is None:
        return {"Latn"}
    return known | {"Latn"} if tag in _LATIN_TOO else known


def chinese(text: str) -> str:
    """``zh-Hans`` or ``zh-Hant`` by characters that only one has; ``zh`` where none stands."""
    simple = sum(sign in _SIMPLIFIED for sign in text)
    full = sum(sign in _TRADITIONAL for sign in text)
    if simple == full:
        return "zh"
    return "zh-Hans" if simple > full else "zh-Hant"

"""Pages and their gold texts as if they were written in another language and script.

Every word of a page is replaced by a word of the other language, always by the same one, chosen by
a checksum; marks of sentences become those of that language, and scripts that set no space between
words lose it.  Markup, classes and the order of everything stay.  Since the gold text is rewritten
by the same rule, what an extractor loses on such a page it loses by the script alone.

    python tests/bench/main_content.py --data DIR --languages zh,ja,th,ar,hi,ru [--sample N]
"""

from __future__ import annotations

import ast
import gzip
import html
import json
import re
import zlib
from functools import lru_cache
from pathlib import Path

#: Characters to a word, in scripts that set no space between words.
UNSPACED = {"zh": 2, "ja": 2, "th": 5, "my": 5, "km": 5, "lo": 5}
_WIDE = {".": "。", ",": "，", "?": "？", "!": "！", ":": "：", ";": "；"}
_MARKS = {
    "zh": _WIDE, "ja": {**_WIDE, ",": "、"}, "th": {".": " ", ",": " "},
    "ar": {",": "،", "?": "؟", ";": "؛"}, "fa": {",": "،", "?": "؟", ";": "؛"},
    "ur": {",": "،", "?": "؟", ".": "۔"}, "hi": {".": "।"}, "bn": {".": "।"}, "pa": {".": "।"},
    "hy": {".": "։"},
}  # fmt: skip
_PART = re.compile(
    r"(?P<kept>\\.|&#?\w{1,8};)|(?P<word>[^\W\d_]+)|(?P<mark>[.,?!:;])(?=[\s\"'”’»)]|$)|(?P<gap>[^\S\n]+)"
)
_PIECE = re.compile(
    r"(<(script|style|svg|textarea)\b.*?</\2\s*>|<!--.*?-->)|(<[^>]*>)|([^<]+)",
    re.DOTALL | re.IGNORECASE,
)
_STRING = re.compile(
    r'("(?:articleBody|description|headline|name)"\s*:\s*")((?:[^"\\]|\\.)*)', re.IGNORECASE
)
_CONTENT = re.compile(r"(\bcontent\s*=\s*[\"'])([^\"']*)", re.IGNORECASE)
_TELLS = re.compile(r"<meta\b.*?(?:description|title)", re.IGNORECASE | re.DOTALL)


class Language:
    """Rewrites pages into a language.

    Args:
        code: of the language.
        sentences: of which the words are taken.
    """

    def __init__(self, code: str, sentences: list[str]) -> None:
        self.code = code
        self.marks = _MARKS.get(code, {})
        self.unspaced = code in UNSPACED
        if self.unspaced:
            letters = "".join(re.findall(r"\w+", "".join(sentences)))
            size = UNSPACED[code]
            words = [letters[at : at + size] for at in range(0, len(letters) - size, size)]
        else:
            words = re.findall(
                r"[^\W\d_]+(?:[\u0300-\u036f\u0900-\u0d7f]+\w*)*", " ".join(sentences)
            )
        self.words = sorted({word.lower() for word in words})
        # a word goes to one of like length: long to long, short to short
        self.words.sort(key=len)
        self.word = lru_cache(100_000)(self._word)

    def _word(self, word: str) -> str:
        among = len(self.words)
        place = min(len(word), 14) / 15
        width = max(1, among // 5)
        low = int(place * (among - width))
        found = self.words[low + zlib.crc32(word.lower().encode("utf-8", "replace")) % width]
        return found[:1].upper() + found[1:] if word[:1].isupper() else found

    def text(self, text: str) -> str:
        """A text in the other language."""

        def part(match: re.Match[str]) -> str:
            kind, found = match.lastgroup, match[0]
            if kind == "word":
                return self.word(found)
            if kind == "mark":
                return self.marks.get(found, found)
            if kind == "gap" and self.unspaced:
                # between words, and between a mark and a word
                before = text[match.start() - 1 : match.start()]
                after = text[match.end() : match.end() + 1]
                return "" if after.isalpha() and (before.isalpha() or before in ".,?!") else found
            return found

        return _PART.sub(part, text)

    def page(self, page: str) -> str:
        """A page in the other language; its markup stays."""

        def piece(match: re.Match[str]) -> str:
            whole, _, tag, text = match.groups()
            if text is not None:
                shown = re.sub(r"\s+", " ", html.unescape(text))
                return html.escape(self.text(shown), quote=False)
            if tag is not None:
                if _TELLS.match(tag):
                    return _CONTENT.sub(lambda one: one[1] + self.text(one[2]), tag)
                return tag
            if "ld+json" in whole[:200]:
                return _STRING.sub(lambda one: one[1] + self.text(one[2]), whole)
            return whole

        return _PIECE.sub(piece, page)


def languages(data: Path, codes: list[str]) -> list[Language]:
    """The languages of those codes, from ``data/language/sentences.jsonl.gz``."""
    with gzip.open(data / "language" / "sentences.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = {row["language"]: row["sentences"] for row in map(json.loads, lines)}
    found = []
    for code in codes:
        sentences = rows[code]
        found.append(
            Language(code, ast.literal_eval(sentences) if isinstance(sentences, str) else sentences)
        )
    return found

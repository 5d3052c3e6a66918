"""The evidence for and against a join, as points.

Every observation has a name and a weight; a place is a join where the sum is above zero.  No one
observation decides alone, apart from the guards, which say no: addresses, paths, code, initials,
numbers.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from archivetk.steps.join.places import QUOTES, Place
from archivetk.steps.join.words import INTERNET_NAMES, Words

__all__ = ["WEIGHTS", "Surroundings", "observe", "score"]

#: Points for each observation.
WEIGHTS: Final[dict[str, float]] = {
    "base": 0.5,
    "mark": 0.3,
    "quote": 0.0,
    "left-word": 1.0,
    "left-short": 0.5,
    "left-name": 0.5,
    "left-capitals": -0.5,
    "left-mixed": -0.5,
    "left-year": 1.0,
    "left-number": -1.5,
    "left-symbol": 0.0,
    "left-chain": -1.5,
    "left-slash": -2.0,
    "starter": 1.5,
    "right-word": 1.0,
    "right-short": 1.0,
    "right-letter": -1.0,
    "right-capitals": -1.0,
    "right-mixed": -1.0,
    "known": 0.5,
    "then-word": 1.0,
    "then-comma": 0.5,
    "then-name": 0.5,
    "then-number": 0.5,
    "then-dash": 1.0,
    "then-stop": -0.5,
    "then-end": -1.0,
    "then-other": -1.5,
    "prose-before": 1.5,
    "line-start": -0.5,
    "repeated": -3.0,
    "code-1": -1.0,
    "code-2": -1.5,
    "code-3": -3.0,
    "code-near-1": -0.5,
    "code-near-2": -1.0,
}

_REACH: Final = 80
_NEAR: Final = 300
_SAMPLE: Final = 100_000
_FORBIDDEN: Final = re.compile(r"[@\\_{}<>=|^~`+*&#]|://|::|->|(?i:\bwww\.)|%\w")
_SPACE: Final = re.compile(r"\s")
_LEFT: Final = re.compile(r"(?:[^\W\d_]|[’'\u0300-\u036f](?=[^\W\d_]))+\Z")
_NUMBER: Final = re.compile(r"[\d.,]*\d\Z")
_RIGHT: Final = re.compile(r"[^\W\d_]+(?:[\u0300-\u036f’'-]+[^\W\d_]+)*")
_AFTER: Final = re.compile(r"(?P<punct>[,;:]?)[ \t]+(?P<quote>[\"“‘«(]?)(?P<word>\w[^\s]{0,20})")
_CODE: Final = re.compile(
    r"`[^`\s][^`\n]{0,60}`|\w\(\)|\w::\w|[A-Za-z]_[A-Za-z]|->|=>|[{}]|</?[a-z]+[ />]|\w=[\w\"']"
    r"|(?<!\S)(?://|--[a-z])|\.[A-Za-z]+\(|;\n|\n\s*[#$>] ?\w"
    r"|\w\.(?:py|js|json|txt|md|rst|html|cfg|toml|ya?ml|sh|so|exe|dll|conf)\b"
)
_PROSE: Final = re.compile(r"(?<!\S)[^\W\d_]+[,;]?(?!\S)")


class Surroundings:
    """What a document tells about its own words; counted only where a place asks for it."""

    def __init__(self, text: str, words: Words) -> None:
        self.text = text
        self.words = words
        self.sure = 0
        self._tokens: Counter[str] | None = None
        self._code: int | None = None

    @property
    def tokens(self) -> Counter[str]:
        """How often each run of characters without white space stands in the text."""
        if self._tokens is None:
            self._tokens = Counter(self.text.split())
        return self._tokens

    def stands_free(self, word: str) -> bool:
        """Whether a word stands by itself elsewhere."""
        tokens = self.tokens
        return word in tokens or word + "," in tokens or word + "." in tokens

    @property
    def code(self) -> int:
        """How much of the text looks like code or talks about it: 0 to 3."""
        if self._code is None:
            sample = self.text[:_SAMPLE]
            count = sum(1 for _ in _CODE.finditer(sample))
            rate = count * 1000 / max(len(sample), 1000)
            self._code = 0 if count < 2 or rate < 0.3 else 1 if rate < 1 else 2 if rate < 4 else 3
        return self._code

    def code_near(self, start: int, end: int) -> int:
        """The same for the neighbourhood of a place: 0 to 2."""
        count = sum(1 for _ in _CODE.finditer(self.text, max(0, start - _NEAR), end + _NEAR))
        return 0 if count < 1 else 1 if count < 4 else 2


def observe(place: Place, around: Surroundings) -> list[str]:
    """What speaks for and against a place; an empty list where a guard says no."""
    text = around.text
    start, marks, at, following = place
    left_edge = start
    floor = max(0, start - _REACH)
    while left_edge > floor and not text[left_edge - 1].isspace():
        left_edge -= 1
    ceiling = min(len(text), at + _REACH)
    space = _SPACE.search(text, at, ceiling)
    right_edge = space.start() if space else ceiling
    token_left = text[left_edge:start]
    token_right = text[following:right_edge]
    if _FORBIDDEN.search(token_left) or _FORBIDDEN.search(token_right):
        return []
    first = text[following]
    if not first.isupper():
        return []
    seen = ["base"]
    if marks[0] in "!?…" or len(marks) > 1:
        seen.append("mark")
    if following - start > len(marks):
        seen.append("quote")
    # the word on the left
    bare = token_left.rstrip("”’»›)]\"'“")
    if not token_left:
        return []
    if len(bare) < len(token_left):
        if "quote" not in seen:
            seen.append("quote")
        bare = bare.rstrip(".!?…") or ")"
    word = _LEFT.search(bare)
    if word:
        left = word[0]
        before = bare[: word.start()]
        if len(left) == 1 and marks == ".":
            return []
        if before.endswith((".", ":")):
            if "." in before[:-1] or not before[:-1].isalpha():
                return []
            seen.append("left-chain")
        if marks == "." and left.lower() in around.words.abbreviations and bare[-1] == token_left[-1]:
            return []
        if left.islower():
            seen.append("left-word" if len(left) > 2 else "left-short")
        elif left.isupper():
            seen.append("left-capitals")
        elif left.istitle() or "'" in left or "’" in left:
            seen.append("left-name")
        else:
            seen.append("left-mixed")
        if "/" in before:
            seen.append("left-slash")
    else:
        number = _NUMBER.search(bare)
        if number:
            left = number[0]
            if marks == "." and bare == token_left and _is_list_item(text, left_edge, bare, left):
                return []
            clean = not bare[: number.start()].strip("“\"‘'(«[¿¡$£€-–’")
            year = left.isdecimal() and len(left) == 4 and left[0] in "12"
            seen.append("left-year" if year and clean else "left-number")
        elif bare[-1] in "%€$£°)]":
            left = bare[-1]
            seen.append("left-symbol")
        else:
            return []
    # the word on the right
    found = _RIGHT.match(text, following, ceiling)
    assert found is not None
    right = found[0]
    end = found.end()
    lower = right.lower()
    if lower in INTERNET_NAMES:
        return []
    if end < len(text) and text[end] in "([_/\\=@":
        return []
    starter = (
        lower in around.words.starters or re.split("[’'-]", lower)[0] in around.words.starters
    )
    if starter:
        seen.append("starter")
    if len(right) == 1:
        seen.append("right-short" if starter else "right-letter")
    elif right.isupper():
        seen.append("right-capitals")
    elif right[1:].islower() or "’" in right or "'" in right or "-" in right:
        seen.append("right-word")
    else:
        seen.append("right-mixed")
    if not around.code and (around.stands_free(lower) or around.stands_free(right)):
        seen.append("known")
    rest = text[end] if end < len(text) else "\n"
    after = _AFTER.match(text, end, end + 40)
    if after:
        next_word = after["word"]
        if after["punct"] == ",":
            seen.append("then-comma")
        elif after["punct"]:
            seen.append("then-other")
        elif next_word[0].islower():
            seen.append("then-word")
        elif next_word[0].isdigit():
            seen.append("then-number")
        else:
            seen.append("then-name")
    elif rest == "\n":
        seen.append("then-end")
    elif rest in ".!?…":
        if rest == "." and end + 1 < len(text) and text[end + 1].isalnum():
            return []
        seen.append("then-stop")
    elif rest in "\u2013\u2014" or (rest == " " and text[end + 1 : end + 2] in ("\u2013", "\u2014", "-")):
        seen.append("then-dash")
    else:
        seen.append("then-other")
    # what stands before
    line = text[max(0, left_edge - 60) : left_edge]
    line = line[line.rfind("\n") + 1 :]
    plain = _PROSE.findall(line)
    if len(plain) >= 2:
        seen.append("prose-before")
    elif not line.strip():
        seen.append("line-start")
    if around.tokens[text[left_edge:right_edge]] > 1:
        seen.append("repeated")
    if around.code:
        seen.append(f"code-{around.code}")
    near = around.code_near(left_edge, right_edge)
    if near:
        seen.append(f"code-near-{near}")
    return seen


def _is_list_item(text: str, edge: int, token: str, number: str) -> bool:
    """Whether a number counts the items of a list: ``4.Fourth item``, ``(4.Fourth item``."""
    if not number.isdecimal() or len(number) > 3:
        return False
    if token != number:
        return token[: -len(number)] in {"(", "[", "*", "-", "–", "„", "“", '"'}
    before = text[max(0, edge - 40) : edge]
    line = before[before.rfind("\n") + 1 :].rstrip()
    return not line or line[-1] in ".,;:!?…*)•–—-"


def score(seen: list[str]) -> float:
    """The sum of the points."""
    return sum(WEIGHTS[one] for one in seen)

"""The evidence for and against a join in scripts with capitals, as points.

Every observation has a name and a weight, near to the logarithm of the odds; a place is a join
where the sum reaches a threshold.  No one observation decides alone, apart from the guards, which
say no: addresses, paths, code, initials, titles before names, the numbers of a list.  The weights
were set by hand after a logistic regression (see ``docs/explanation/joins.md``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final

from archivetk.steps.join.places import Place, before_on_line
from archivetk.steps.join.words import Words, guard_words

__all__ = [
    "LONGEST",
    "PRIOR",
    "SURE",
    "THRESHOLD",
    "WEIGHTS",
    "Surroundings",
    "code_words",
    "observe",
    "points",
    "tokens_at",
]

#: A place is a join from here on.
THRESHOLD: Final = 2.0
#: A join beyond doubt; two of them show that the defect is systematic in a document ...
SURE: Final = 5.0
#: ... and add this to all places.
PRIOR: Final = 1.0

#: Points for each observation.
WEIGHTS: Final[dict[str, float]] = {
    "base": 0.5,
    # the mark
    "mark": 0.3,  # ! ? … or several
    "brand-mark": -2.0,  # one ! behind capitals, as trade names have it
    "quote": 0.0,
    # the word in front
    "left-word": 1.0,
    "left-short": 0.5,
    "left-name": 0.5,
    "left-capitals": -0.5,
    "left-mixed": -1.5,
    "left-year": 1.0,
    "left-number": -1.5,
    "left-symbol": 0.0,
    "left-module": -3.2,  # nearby it stands before a full stop and a lower-case word
    "left-slash": -2.0,
    "left-chain": -1.5,  # another full stop in front of it
    "left-ordinal": -1.0,  # a small number, as before the name of a month or a league
    "left-abbreviation": -4.0,
    "left-initials": -3.5,  # several single letters with full stops
    "left-address": -2.5,
    "left-unit": -2.5,  # an abbreviation, but a starter stands behind it
    # the word behind
    "starter": 1.5,
    "right-word": 1.0,
    "right-short": 1.0,
    "right-letter": -1.0,
    "right-capitals": -1.0,
    "right-mixed": -2.5,
    "both-capitals": -1.5,
    "right-code": -1.5,  # two capitals behind a name, as in the name of a site
    "right-chain": -2.0,
    # what follows it
    "then-word": 1.0,
    "then-comma": 0.5,
    "then-name": 0.5,
    "then-number": 0.5,
    "then-dash": 1.0,
    "then-stop": -0.5,
    "then-end": -2.0,
    "then-colon": 0.0,
    "then-other": -1.5,
    # the surroundings
    "prose-before": 1.5,
    "line-start": -0.5,
    "known": 0.5,  # the word behind stands free elsewhere in the document
    "repeated": -4.5,  # the same two words with the same mark: an identifier
    "repeated-starter": -2.5,  # or a sentence that stands there twice
    # words of programmers
    "code-before": -1.0,
    "code-behind": -1.0,
    "code-words": -2.8,  # both
    "introduced": -3.0,  # the word in front of both is "file", "class", "function", ...
    "followed": -3.2,  # the word behind both is "class", "object", "instance", ...
    "jargon": -1.5,  # such words on both sides at two places of the document or more
    # signs of code
    "code-1": -1.0,
    "code-2": -1.2,
    "code-3": -2.5,
    "code-near-1": -0.5,
    "code-near-2": -1.0,
}

#: Characters that are looked at on both sides of a place for white space.
LONGEST: Final = 80
_NEAR: Final = 300
_WINDOW: Final = 2_000
_SAMPLE: Final = 40_000
_FORBIDDEN: Final = re.compile(r"[@\\_{}<>=|^~`+*&#]|://|::|->|(?i:\bwww\.)|%\w")
_ADDRESS: Final = re.compile(r"[(<]?(?:https?://|www\.|[\w.+-]+@)[\w.-]+(?:/[\w./-]*)?")
_SPACE: Final = re.compile(r"\s")
_LEFT: Final = re.compile(r"(?:[^\W\d_]|[\u0300-\u036f]|[’'](?=[^\W\d_]))+\Z")
_NUMBER: Final = re.compile(r"(?:\d|(?<=\d)[.,](?=\d))+\Z")
_RIGHT: Final = re.compile(r"[^\W\d_]+(?:[\u0300-\u036f\u055b-\u055e’'-]+[^\W\d_]+)*")
_AFTER: Final = re.compile(r"(?P<punct>[,;:]?)[ \t]+[\"“‘«(]?(?P<word>\w{1,20})")
_APOSTROPHE: Final = re.compile(r"[’'-]")
_PROSE: Final = re.compile(r"(?<!\S)[^\W\d_]+(?:[’'-][^\W\d_]+)*[,;]?(?!\S)")
_DAYS: Final = frozenset(map(str, range(1, 32)))
_CLOSERS: Final = "”’»›)]\"'“"
#: What French and others set off by a space from the word in front.
_LOOSE_QUOTES: Final = ("»", "›", "”")
_NO_BREAK: Final = "\u00a0\u202f"
_LOOSE: Final = " \u00a0\u202f»›”"
_OPENERS: Final = "“\"‘'([«‹„‚¿¡–—-…"
#: Signs that stand in code, in markup and in what is written about them, and seldom elsewhere.
_CODE_SIGNS: Final = b"`{}_=<>|\\"
_CODE_PAIRS: Final = (b"()", b"::", b"->")
_NO_SIGNS: Final = bytes(code for code in range(256) if code not in _CODE_SIGNS)


def _code_signs(text: str) -> int:
    data = text.encode("ascii", "replace")
    signs = len(data.translate(None, _NO_SIGNS)) + sum(map(data.count, _CODE_PAIRS))
    # two of them are how TeX and others open a quotation, which two apostrophes close
    return signs - 2 * min(data.count(b"``"), data.count(b"''")) if b"``" in data else signs


class Surroundings:
    """What a document tells about its own words and its kind; found out only when asked for."""

    def __init__(self, text: str, words: Words) -> None:
        self.text = text
        self.words = words
        self.seen: Counter[tuple[str, str]] = Counter()
        self.jargon = 0
        self._tokens: set[str] | None = None
        self._code: int | None = None

    def stands_free(self, word: str) -> bool:
        """Whether a word stands by itself somewhere in the document."""
        if self._tokens is None:
            self._tokens = set(self.text.split())
        return not self._tokens.isdisjoint((word, word + ",", word + "."))

    @property
    def code(self) -> int:
        """How much of the document is code or talks about it: 0 (none) to 3."""
        if self._code is None:
            sample = self.text[:_SAMPLE]
            count = _code_signs(sample)
            rate = count * 1000 / max(len(sample), 1000)
            self._code = 0 if count < 4 or rate < 0.5 else 1 if rate < 2 else 2 if rate < 8 else 3
        return self._code

    def code_near(self, start: int, end: int) -> int:
        """The same for the neighbourhood of a place: 0 to 2."""
        count = _code_signs(self.text[max(0, start - _NEAR) : end + _NEAR])
        return 0 if count < 2 else 1 if count < 6 else 2


def tokens_at(text: str, place: Place, words: Words) -> tuple[str, str]:
    """What stands before and behind a place, up to white space (at most 80 characters).

    A space between a word and a mark other than the full stop, or a quotation mark that closes,
    belongs to the first token; before ``!``, which also begins words, only in French.
    """
    start, _, at, following = place
    left = text[max(0, start - LONGEST) : start]
    loose = ""
    if left[-1:] in _LOOSE_QUOTES:
        loose = _LOOSE
    elif text[start] != ".":
        loose = _LOOSE if words.spaced_marks or text[start] != "!" else _NO_BREAK
    bare = left.rstrip(loose)
    edge = 0 if bare[-1:].isspace() or not bare else len(bare.rsplit(None, 1)[-1])
    space = _SPACE.search(text, at, at + LONGEST)
    return left[len(bare) - edge :], text[following : space.start() if space else at + LONGEST]


def code_words(place: Place, token: tuple[str, str]) -> tuple[bool, bool]:
    """Whether programmers' words stand before and behind a full stop."""
    if place.marks != "." or place.at != place.next or place.start + 1 != place.at:
        return False, False
    found = _RIGHT.match(token[1])
    left = token[0].rsplit(".", 1)[-1].lower()
    return (
        left in guard_words("code-before"),
        found is not None and found[0].lower() in guard_words("code-behind"),
    )


def observe(place: Place, token: tuple[str, str], around: Surroundings) -> list[str]:
    """What speaks for and against a place; an empty list where a guard says no.

    Args:
        place: with a capital behind it.
        token: what :func:`tokens_at` gives for it.
        around: the document.
    """
    seen = ["base"]
    if not _observe_left(place, token[0], around, seen):
        return []
    if not _observe_right(place, token, around, seen):
        return []
    text, left_edge = around.text, place.start - len(token[0])
    line = before_on_line(text, left_edge, 60)
    if len(_PROSE.findall(line)) >= 2:
        seen.append("prose-before")
    elif not line.strip():
        seen.append("line-start")
    last = line.split()[-1:]
    if last and last[0].lower() in guard_words("introducing"):
        seen.append("introduced")
    if around.seen[token] > 1:
        seen.append("repeated-starter" if "starter" in seen else "repeated")
    before, behind = code_words(place, token)
    if behind:
        seen.append("code-behind")
    if before:
        seen.append("code-before")
        if behind:
            seen.append("code-words")
    if around.jargon > 1:
        seen.append("jargon")
    if around.code:
        seen.append(f"code-{around.code}")
    near = around.code_near(left_edge, place.next + len(token[1]))
    if near:
        seen.append(f"code-near-{near}")
    return seen


def points(seen: Iterable[str]) -> float:
    """The sum of the points."""
    return sum(WEIGHTS[one] for one in seen)


def _observe_left(place: Place, token: str, around: Surroundings, seen: list[str]) -> bool:
    """What the word before the mark tells; false where a guard says no."""
    marks = place.marks
    if token[:1] == "#":
        token = token[1:]  # a hashtag
    bare = token.rstrip(_CLOSERS + " \u00a0\u202f")
    if not bare and not any(one in ")]" for one in token):
        return False
    if _FORBIDDEN.search(token):
        if marks == "." and _ADDRESS.fullmatch(token):
            seen.append("left-address")
            return True
        return False
    closed = len(bare) < len(token)
    if closed:
        bare = bare.rstrip(".!?…")
    if closed or place.next - place.start > len(marks):
        seen.append("quote")
    if marks != ".":
        seen.append("mark")
    word = _LEFT.search(bare)
    if not word:
        return _observe_number(place, token, bare, around, seen)
    left, before = word[0], bare[: word.start()]
    lower = left.lower()
    if marks == "." and not closed:
        if lower in around.words.titles:
            return False
        if len(left) == 1:
            seen.append("left-initials")
            return before.endswith(".")
        if lower in around.words.abbreviations:
            seen.append("left-abbreviation")
    if before.endswith((".", ":")):
        if not before[:-1].lstrip(_OPENERS).isalpha():
            return False
        seen.append("left-chain")
    if "/" in before:
        seen.append("left-slash")
    if marks == "." and _is_module(around.text, place.start, left):
        seen.append("left-module")
    if left.islower():
        seen.append("left-word" if len(left) > 2 else "left-short")
    elif left.isupper():
        seen.append("left-capitals")
    elif left.istitle() or _APOSTROPHE.search(left) or around.words.prefixed:
        seen.append("left-name")
    else:
        seen.append("left-mixed")
    if marks == "!" and left.isupper() and not closed:
        seen.append("brand-mark")
    return True


def _is_module(text: str, start: int, word: str) -> bool:
    """Whether a word stands near a place with ``.lower`` behind it, as a module does."""
    window = text[max(0, start - _WINDOW) : start + _WINDOW]
    dotted = word + "."
    at = window.find(dotted)
    tries = 20
    while at >= 0 and tries:
        after = _RIGHT.match(window, at + len(dotted))
        if (
            after
            and after[0][0].islower()
            and after[0] not in guard_words("internet")
            and not (at and window[at - 1].isalnum())
        ):
            return True
        at = window.find(dotted, at + 1)
        tries -= 1
    return False


def _observe_number(
    place: Place, token: str, bare: str, around: Surroundings, seen: list[str]
) -> bool:
    """What a figure or a sign before the mark tells; false where a guard says no."""
    number = _NUMBER.search(bare)
    if not number:
        seen.append("left-symbol")
        return not bare or bare[-1] in "%€$£¥₹°)]" or (bare[-1] in "-:;" and token[-1] in ")(")
    figure, before = number[0], bare[: number.start()]
    if place.marks == "." and bare == token and figure.isdecimal() and len(figure) <= 3:
        if before:
            if before in {"(", "[", "*", "-", "–", "„", "“", '"'}:
                return False
        else:
            line = before_on_line(around.text, place.start - len(token), 40).rstrip()
            if not line or line[-1] in '.,;:!?…*)•–—-|"”’»':
                return False  # it counts the items of a list
    if len(before) == 1 and before.isalpha():
        return False  # a version, a paper size
    year = figure.isdecimal() and len(figure) == 4 and figure[0] in "12"
    clean = not before.strip(_OPENERS + "$£€¥")
    seen.append("left-year" if year and clean else "left-number")
    return True


def _observe_right(
    place: Place, token: tuple[str, str], around: Surroundings, seen: list[str]
) -> bool:
    """What the word behind the mark and its follower tell; false where a guard says no."""
    text, words = around.text, around.words
    if _FORBIDDEN.search(token[1]):
        return False
    found = _RIGHT.match(token[1])
    if not found:
        return False
    right, end = found[0], place.next + found.end()
    lower = right.lower()
    rest = text[end : end + 1] or "\n"
    if rest in "([":
        return False
    starter = lower in words.starters or _APOSTROPHE.split(lower, 1)[0] in words.starters
    if place.marks == "." and lower in guard_words("internet") and not (starter and words.certain):
        return False
    if "left-number" in seen:
        if lower in guard_words("months") or lower in words.abbreviations:
            return False
        if place.marks == "." and not starter and words.ordinals and token[0] in _DAYS:
            seen.append("left-ordinal")
    if token[0][:1] == "(" and rest == ")":
        return False
    if starter:
        seen.append("starter")
        if "left-abbreviation" in seen:
            seen[seen.index("left-abbreviation")] = "left-unit"
    if len(right) == 1:
        seen.append("right-short" if starter else "right-letter")
    elif right.isupper():
        seen.append("right-capitals")
        if "left-capitals" in seen:
            seen.append("both-capitals")
        elif len(right) == 2 and "left-name" in seen and not starter:
            seen.append("right-code")
    elif right[1:].islower() or _APOSTROPHE.search(right) or words.prefixed:
        seen.append("right-word")
    else:
        seen.append("right-mixed")
    after = _AFTER.match(text, end, end + 40)
    if after:
        first = after["word"][0]
        if after["word"].lower() in guard_words("following"):
            seen.append("followed")
        if after["punct"] == ",":
            seen.append("then-comma")
        elif after["punct"]:
            seen.append("then-colon")
        elif first.islower():
            seen.append("then-word")
        else:
            seen.append("then-number" if first.isdecimal() else "then-name")
    elif rest == "\n":
        seen.append("then-end")
    elif rest == ":":
        seen.append("then-colon")
    elif rest in ".!?…":
        beyond = text[end + 1 : end + 2]
        if rest == "." and beyond.isalnum():
            if not beyond.isupper() or len(right) < 2:
                return False
            seen.append("right-chain")
        else:
            seen.append("then-stop")
    elif rest in "–—" or (rest == " " and text[end + 1 : end + 2] in {"–", "—", "-"}):
        seen.append("then-dash")
    else:
        seen.append("then-other")
    return True

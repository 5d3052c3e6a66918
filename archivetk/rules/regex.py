"""Patterns: RE2, so that no pattern and no text can make a match take more than linear time.

In RE2 ``\\w \\d \\s \\b`` mean ASCII, which is wrong for most of the world's text, so they are
refused.  A bounded repetition of a Unicode class is copied as often as its bound says when RE2
compiles it; in the packs that come with the package, which are reviewed, large bounds of classes
that hold no space are lifted (:func:`relaxed`), since a word ends at a space anyway.
"""

from __future__ import annotations

import re
from typing import Final

import re2

from archivetk.errors import RuleError

__all__ = [
    "NARROWER",
    "WIDER",
    "by_line",
    "check_pattern",
    "compile_pattern",
    "has_end",
    "is_narrow",
    "loosened",
    "narrowed",
    "options",
    "relaxed",
]

_ASCII_ONLY: Final = {
    "w": r"[\p{L}\p{M}\p{Nd}_]",
    "W": r"[^\p{L}\p{M}\p{Nd}_]",
    "d": r"\p{Nd}",
    "D": r"\P{Nd}",
    "s": r"[ \t\x{a0}]",
    "S": r"[^ \t\x{a0}]",
    "b": "the field boundary = true",
    "B": "the field boundary = false",
}
_CLASS: Final = r"\[\^?\]?(?:\[:\^?[a-z]+:\]|\\[pP]\{\^?\w+\}|\\x\{[0-9A-Fa-f]+\}|\\.|[^\]\\])*\]"
_ATOM: Final = rf"(?:{_CLASS}|\\[pP]\{{\^?\w+\}}|\\[pP]\w|\\x\{{[0-9A-Fa-f]+\}}|\\.)"
_TOKEN: Final = re.compile(
    rf"(?P<atom>{_ATOM})|(?P<quantifier>[*+?]|\{{(?P<low>\d+)(?P<range>,(?P<high>\d*))?\}})"
    r"|(?P<open>\((?:\?(?:P?<(?P<name>\w+)>|[a-zA-Z-]*:|[a-zA-Z-]+\)|[=!<]+))?)|(?P<close>\))|(?P<other>.)",
    re.DOTALL,
)
#: What has to be told apart where the rest is left as it is; most of a pattern is letters.
_ATOM_OR_BOUNDS: Final = re.compile(rf"{_ATOM}|\{{(?P<low>\d+),(?P<high>\d+)\}}", re.DOTALL)
_EDGES: Final = {r"\A": "^", r"\z": "$"}
_BOUNDED: Final = re.compile(rf"(?P<atom>{_ATOM})\{{(?P<low>\d+),(?P<high>\d+)\}}")
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_LETTERS: Final = re.compile(r"\\p\{?(?:L|Lu|Ll|Latin|Han|Any)\b|a-z|\[:(?:alpha|alnum|word):\]")
_CATEGORY: Final = re.compile(r"\\p\{(\w+)\}")
_LETTERS_BEYOND: Final = (
    r"\x{C0}-\x{1FFF}\x{2071}-\x{2184}\x{2C00}-\x{2E2F}\x{3005}-\x{D7FF}\x{F900}-\x{10FFFF}"
)
#: Ranges that hold all of a category, also what later versions of Unicode are likely to add.
WIDER: Final = {
    "L": rf"A-Za-z\x{{AA}}\x{{B5}}\x{{BA}}{_LETTERS_BEYOND}",
    "Ll": rf"a-z\x{{B5}}{_LETTERS_BEYOND}",
    "Lu": rf"A-Z{_LETTERS_BEYOND}",
    "M": (
        r"\x{300}-\x{1FFF}\x{20D0}-\x{20FF}\x{2CE0}-\x{2DFF}\x{302A}-\x{309A}\x{A66F}-\x{ABFF}"
        r"\x{FB1E}\x{FE00}-\x{FE2F}\x{101F0}-\x{10FFFF}"
    ),
    "Nd": r"0-9\x{660}-\x{1FFF}\x{A620}-\x{ABFF}\x{FF10}-\x{FF19}\x{10400}-\x{10FFFF}",
}
#: Ranges that hold all of a category that a narrow text may have (:func:`is_narrow`).
NARROWER: Final = {
    "L": r"A-Za-z\x{AA}\x{B5}\x{BA}\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{FF}",
    "Ll": r"a-z\x{B5}\x{DF}-\x{F6}\x{F8}-\x{FF}",
    "Lu": r"A-Z\x{C0}-\x{D6}\x{D8}-\x{DE}",
    "M": r"\x{300}",  # it has none; a class must hold something
    "Nd": "0-9",
}
#: Beside Latin-1, general punctuation, and the signs of currencies and trade marks are narrow.
_NOT_NARROW: Final = re.compile("[^\x00-\xff\u2000-\u206f\u20a0-\u20bf\u2122]")
#: From this bound on a word-like class may be as long as it likes.
_LONG: Final = 8
_MEMORY: Final = 512 << 20


def options(*, fold: bool) -> re2.Options:
    """RE2 options for all patterns of the package."""
    result = re2.Options()
    result.max_mem = _MEMORY
    result.log_errors = False
    result.case_sensitive = not fold
    return result


def compile_pattern(pattern: str, *, fold: bool) -> re2._Regexp:
    """Compile a pattern.

    Raises:
        RuleError: where RE2 cannot compile it.
    """
    try:
        return re2.compile(pattern, options(fold=fold))
    except re2.error as error:
        message = error.args[0] if error.args else error
        if isinstance(message, bytes):
            message = message.decode("utf-8", "replace")
        raise RuleError(f"The pattern {pattern[:200]!r} is not one of RE2: {message}") from error


def relaxed(pattern: str) -> str:
    """The pattern with large bounds of word-like classes lifted."""

    def lift(found: re.Match[str]) -> str:
        atom, low, high = found["atom"], int(found["low"]), int(found["high"])
        if high < _LONG or low > 3 or "\\p" not in atom or atom.startswith("[^") or " " in atom:
            return found[0]
        return atom + ("*" if low == 0 else "+" if low == 1 else f"{{{low},}}")

    return _BOUNDED.sub(lift, pattern)


def loosened(pattern: str) -> str:
    """A pattern that matches all that the given one does, and more, for a first look.

    Bounds from four on are lifted, so that an automaton need not count, and categories of
    characters become a few wide ranges: of their hundreds RE2 makes as many instructions for each
    place where one stands.
    """

    def lift(found: re.Match[str]) -> str:
        high = found["high"]
        if high is None:
            return _widened(found[0])
        if int(high) < 4:
            return found[0]
        return "*" if found["low"] == "0" else "+"

    return _ATOM_OR_BOUNDS.sub(lift, pattern)


def _widened(atom: str) -> str:
    """A class of characters that holds all that the given one does."""
    if atom.startswith("[^"):
        return atom  # what is shut out must not become more
    return _respelled(atom, WIDER)


def is_narrow(text: str) -> bool:
    """Whether a text holds no other letters, marks and digits than those of Latin-1."""
    return text.isascii() or _NOT_NARROW.search(text) is None


def narrowed(pattern: str) -> str:
    """A pattern that does in narrow texts (:func:`is_narrow`) what the given one does.

    It is compiled in a fifth of the time: most of that goes into the hundreds of ranges of letters
    that no such text has.
    """
    if "\\Q" in pattern:
        return pattern  # in a quotation categories mean nothing
    return _ATOM_OR_BOUNDS.sub(lambda found: _respelled(found[0], NARROWER), pattern)


def _respelled(atom: str, table: dict[str, str]) -> str:
    """A class of characters with ranges in the place of categories."""
    if "\\p" not in atom:
        return atom

    def ranges_of(found: re.Match[str]) -> str:
        ranges = table.get(found[1])
        if ranges is None:
            return found[0]
        return ranges if atom[0] == "[" else f"[{ranges}]"

    return _CATEGORY.sub(ranges_of, atom)


def by_line(pattern: str) -> str:
    """The pattern for many lines at once, where each line's ends are ends of a text (``(?m)``)."""
    if "\\Q" in pattern:
        return ".*"  # in a quotation tokens mean nothing; it may occur anywhere
    return _ATOM_OR_BOUNDS.sub(_edge, pattern)


def _edge(found: re.Match[str]) -> str:
    return _EDGES.get(found[0], found[0])


def has_end(pattern: str) -> bool:
    """Whether a pattern may ask for the end of the text or of its line."""
    return "\\Q" in pattern or any(found[0] in {r"\z", "$"} for found in _TOKEN.finditer(pattern))


def check_pattern(pattern: str, place: str, groups: tuple[str, ...], *, bounded: bool) -> None:
    """Refuse what a pattern of a rule may not hold.

    Args:
        pattern: the pattern.
        place: where it stands, for the message.
        groups: names that its groups may have.
        bounded: refuse wildcards without an upper bound, since they could swallow a sentence.

    Raises:
        RuleError: naming what to write instead.
    """
    bare = pattern.replace("\\\\", "")
    for escape in _ESCAPE.finditer(bare):
        instead = _ASCII_ONLY.get(escape[1])
        if instead is not None:
            raise RuleError(
                f"{place}: \\{escape[1]} means ASCII only in RE2. Write {instead} instead."
            )
    if bounded:
        _check_bounds(pattern, place)
    try:
        compiled = re2.compile(relaxed(pattern), options(fold=True))
    except re2.error as error:
        message = error.args[0] if error.args else error
        if isinstance(message, bytes):
            message = message.decode("utf-8", "replace")
        raise RuleError(
            f"{place}: RE2 cannot use the pattern {pattern[:120]!r}: {message}. "
            "RE2 has no look-around and no back references, so that it needs linear time."
        ) from error
    for name in compiled.groupindex:
        if name not in groups:
            raise RuleError(
                f"{place}: there is no group {name!r}. Groups are: {', '.join(groups)}."
            )
    if compiled.search("") is not None and compiled.fullmatch("") is not None:
        raise RuleError(f"{place}: the pattern matches an empty line.")


class _Alternative:
    """What stands in one branch of a group: wildcards, and letters that are written out."""

    __slots__ = ("fixed", "wild")

    def __init__(self) -> None:
        self.wild = False
        self.fixed = 0


#: A repeated group whose every branch writes out as many letters is no wildcard.
_FIXED: Final = 1


def _check_bounds(pattern: str, place: str) -> None:
    """Refuse ``*``, ``+`` and ``{n,}`` behind what can match words and the space between them."""
    stack: list[list[_Alternative]] = [[_Alternative()]]
    last = _Alternative()  # what a quantifier would repeat
    for token in _TOKEN.finditer(pattern):
        here = stack[-1][-1]
        if token["open"]:
            stack.append([_Alternative()])
            continue
        if token["close"]:
            branches = stack.pop() if len(stack) > 1 else stack[0]
            here = stack[-1][-1]
            last = _Alternative()
            last.wild = any(one.wild for one in branches)
            last.fixed = min(one.fixed for one in branches)
            here.wild = here.wild or last.wild
            here.fixed += last.fixed
            continue
        if token["quantifier"]:
            quantifier = token["quantifier"]
            endless = quantifier in {"*", "+"} or (token["range"] and not token["high"])
            if endless and last.wild and last.fixed < _FIXED:
                raise RuleError(
                    f"{place}: the pattern has a wildcard without an upper bound "
                    f"(…{pattern[max(0, token.start() - 20) : token.end()]}), which could swallow "
                    "a sentence. Write a bound like {1,40}, or set short = true."
                )
            if quantifier in {"*", "?"} or token["low"] == "0":
                here.fixed -= last.fixed
            last = _Alternative()
            continue
        last = _Alternative()
        if token["atom"]:
            last.wild = _is_wild(token["atom"])
            # A group of word classes and spaces is as wild as a class that holds both.
            here.wild = here.wild or last.wild or bool(_LETTERS.search(token["atom"]))
        elif token["other"] == "|":
            stack[-1].append(_Alternative())
        else:
            last.wild = token["other"] == "."
            last.fixed = int(token["other"].isalpha())
            here.wild = here.wild or last.wild
            here.fixed += last.fixed


def _is_wild(atom: str) -> bool:
    if atom[0] != "[":
        return atom.startswith("\\P")
    if atom.startswith("[^"):
        # A class that excludes the space cannot run over a word's end.
        return " " not in atom
    return " " in atom and bool(_LETTERS.search(atom))

"""Missing spaces inside a sentence: behind a comma, a semicolon, a colon, a closing quote.

There a mark between two words is more often innocent (lists without spaces, ratios, times, code),
so only what is sure is repaired: prose on both sides, a function word behind the mark, no sign of
code anywhere near.
"""

from __future__ import annotations

import re
from typing import Final

from archivetk.steps.join.evidence import Surroundings
from archivetk.steps.join.places import Place, before_on_line

__all__ = ["inside_rule"]

_WORD: Final = re.compile(r"(?:[“\"‘'(«„]?)([^\W\d_]+(?:[’'-][^\W\d_]+)*)\Z")
_NEXT: Final = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)?(?=[.,;:!?]*(?:[\s”\"’)]|\Z))")
_PROSE: Final = re.compile(r"(?<!\S)[^\W\d_]{2,}[,;]?(?!\S)")
_RULES: Final = {",": "join.comma", ";": "join.semicolon", ":": "join.colon"}
#: Quotes that can only close, whatever stands around them.
_CURLY: Final = frozenset("”»")
_OPENING: Final = frozenset("“«„‘")


def inside_rule(place: Place, token: tuple[str, str], around: Surroundings) -> str | None:
    """The rule by which a space is missing inside a sentence, if one is.

    Args:
        place: the place.
        token: what stands on both sides up to white space.
        around: the document.
    """
    text = around.text
    between = text[place.start + len(place.marks) : place.next]
    if len(place.marks) != 1 or not around.words.certain:
        return None
    left, right = _WORD.match(token[0]), _NEXT.match(token[1])
    if not left or not right or not _is_prose(text, place, token):
        return None
    first, second = left[1], right[0]
    lower = second.lower()
    if around.code or around.code_near(place.start - len(token[0]), place.next + len(token[1])):
        return None
    if between:
        if between[-1] in _CURLY and place.at == place.next and second[0].islower():
            return "join.quote" if place.marks in ",!?." and len(second) > 1 else None
        if between in _OPENING and place.marks in ",:" and len(first) > 2 and first.islower():
            return _RULES[place.marks]
        return None
    if place.marks not in _RULES or len(first) < 2 or len(second) < 2:
        return None
    starter = lower in around.words.starters
    if place.marks == ":":
        sure = starter and second.istitle() and first.islower() and _goes_on(text, place, second)
    elif second.islower():
        sure = starter or (
            place.marks == ","
            and len(first) > 3
            and len(second) > 3
            and _goes_on(text, place, second)
            and around.stands_free(first)
            and around.stands_free(second)
        )
    else:
        sure = False
    return _RULES[place.marks] if sure and around.seen[token] < 2 else None


def _is_prose(text: str, place: Place, token: tuple[str, str]) -> bool:
    line = before_on_line(text, place.start - len(token[0]), 60)
    return len(_PROSE.findall(line)) >= 2


def _goes_on(text: str, place: Place, word: str) -> bool:
    """Whether a lower-case word follows."""
    end = place.next + len(word)
    return text[end : end + 1] == " " and text[end + 1 : end + 2].islower()

"""The script-aware table of characters: what is damage is repaired, what a script needs stays.

The same character can be damage in one script and spelling in another: the zero-width non-joiner
is debris in English and a letter boundary in Persian.  So every rule looks at the neighbours, the
line or the language.  Typographic quotation marks, dashes, ellipses, ligatures and full-width
forms are no damage and stay as they are.

Sources: The Unicode Standard, chapters 9, 12, 16 and 23 (joiners, bidirectional marks, format
characters); UAX #9 (bidirectional text); UTS #51 (emoji sequences).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final
from unicodedata import combining

from archivetk.patch import Edit, Patch, Reason
from archivetk.steps import Context
from archivetk.steps.repair.compose import composing, compositions, has_marks
from archivetk.steps.repair.presence import COMPOSES, TROUBLE_BASIC, matches, troubles

__all__ = ["RULES", "characters"]

RULES: Final[dict[str, str]] = {
    "repair.bidi": "Marks for the direction of writing have no use where nothing runs from right "
    "to left, and can hide what a text says.",
    "repair.bom": "A byte order mark inside a text comes from files that were put together.",
    "repair.c1": "C1 controls are windows-1252 characters that were read as Latin-1, as browsers "
    "know.",
    "repair.control": "Control characters steer devices and are no part of a text.",
    "repair.escape": "Escape sequences colour a terminal and are no part of a text.",
    "repair.hyphen": "The Unicode hyphens U+2010 and U+2011 look like the common one, which every "
    "search expects.",
    "repair.joiner": "Zero-width joiners and non-joiners act only in scripts that join letters, "
    "and in emoji.",
    "repair.high-byte": "A quotation mark or a dash of the block U+2000 lost its high byte and "
    "became a control character.",
    "repair.line-break": "Line and paragraph separators, vertical tabs and form feeds are line "
    "breaks that many programs do not know.",
    "repair.nbsp": "A no-break space outside of French punctuation and figures is debris of "
    "layout.",
    "repair.noncharacter": "Noncharacters are never text; they come from wrong byte order and "
    "broken programs.",
    "repair.object": "The object replacement character stands for a picture or a field that was "
    "not copied along.",
    "repair.quote": "Straight quotation marks were asked for.",
    "repair.soft-hyphen": "Soft hyphens are invisible hints for layout that split words for every "
    "search.",
    "repair.space": "Spaces of a fixed width and blank letters are layout; one plain space means "
    "the same.",
    "repair.surrogate": "Halves of a surrogate pair are one character, and none at all without "
    "the other half.",
    "repair.tag-character": "Tag characters are invisible and act only in the emoji of flags.",
    "repair.zero-width": "Zero-width spaces and joiners are invisible; only scripts that write "
    "words without spaces between them use them.",
}

#: Scripts whose letters join or form clusters, so that joiners are spelling: Arabic, Syriac,
#: Thaana, N'Ko, Mandaic, the Indic blocks, Tibetan, Myanmar, Khmer, Mongolian, ...
_JOINING: Final = (
    "\u0600-\u061b\u061d-\u08ff\u0900-\u0dff\u0e00-\u0fff\u1000-\u109f\u1700-\u180d\u180f-\u18af\u1900-\u1aaf\u1b00-\u1c4f"
    "\u1cd0-\u1cff\ua800-\ua82f\ua840-\ua8ff\ua900-\ua92f\ua930-\ua9ff\uaa00-\uaadf\uaae0-\uaaff"
    "\uabc0-\uabff\ufb50-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc"
    "\U00010800-\U00010fff\U00011000-\U00011fff\U0001e800-\U0001eeff"
)
#: Scripts without spaces between words that use U+200B: Thai, Lao, Tibetan, Myanmar, Khmer, ...
_SPACELESS: Final = (
    "\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u1950-\u19ff\u1a20-\u1aaf\u1b00-\u1b7f"
    "\ua980-\ua9ff\uaa00-\uaadf"
)
#: Letters that run from right to left.
_RIGHT_TO_LEFT: Final = (
    "\u0590-\u061b\u061d-\u08ff\ufb1d-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc"
    "\U00010800-\U00010fff\U0001e800-\U0001eeff"
)
#: What can stand on either side of a joiner in an emoji.
_EMOJI: Final = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u2460-\u27bf\u2900-\u297f"
    "\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
#: Modifiers that come after an emoji and before a joiner.
_MODIFIER: Final = "\ufe0f\u20e3\U000e007f"

#: Everything that some rule may change: with noncharacters and tags, in one range, since each
#: range costs time for every character.
_TROUBLE: Final = TROUBLE_BASIC + "\U0001fffe-\U0010ffff"
_QUOTES: Final = "\u2018-\u201f"
_ASCII_GATE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_KEPT: Final = rf"(?<![{_JOINING}][\u180e\u200c\u200d])(?<![{_SPACELESS}]\u200b)"
_TABLE_GATE: Final = re.compile(f"[{_TROUBLE}]{_KEPT}")
_QUOTES_GATE: Final = re.compile(f"[{_TROUBLE}{_QUOTES}]{_KEPT}")

_ESCAPE: Final = re.compile(r"\x1b(?:\[[0-?]{0,64}[ -/]{0,8}[@-~]|[@-Z\\^_=>])")
_TAGS: Final = re.compile("[\U000e0000-\U000e007f]+")
_IS_EMOJI: Final = re.compile(f"[{_EMOJI}]")
_BEFORE_JOINER: Final = re.compile(f"[{_EMOJI}{_MODIFIER}]")
_IS_JOINING: Final = re.compile(f"[{_JOINING}]")
#: Next to these a blank is a letter of its script without ink, and U+2010 the hyphen of JIS.
_HANGUL_LETTER: Final = re.compile("[\u3131-\u318e\uffa1-\uffdc]")
_BRAILLE: Final = re.compile("[\u2801-\u28ff]")
_EAST_ASIAN: Final = re.compile("[\u3005-\u30ff\u3400-\u9fff\uff01-\uff9f]")
_IS_RIGHT_TO_LEFT: Final = re.compile(f"[{_RIGHT_TO_LEFT}]")

_BIDI: Final = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_NO_BREAK: Final = "\u00a0\u2007\u202f"
#: What controls were before U+2013 became U+0013, by what may stand before and behind it.
_HIGH_BYTE: Final = {
    "\x13": "–",
    "\x14": "—",
    "\x18": "‘",
    "\x19": "’",
    "\x1c": "“",
    "\x1d": "”",
}

#: A no-break space stands before these in French, and behind an opening guillemet.
_FRENCH: Final = frozenset(":;?!»%")


_LINE_ENDS: Final = "\n\x0b\x0c\u2028\u2029"
_LINE_END: Final = re.compile(f"[{_LINE_ENDS}]")
#: An emoji with tags has few of them: the flags of regions have at most seven.
_LONGEST_TAG: Final = 32

#: Characters that stay beside letters of their own script.
_NEIGHBOURS: Final = {
    "\u2010": _EAST_ASIAN,
    "\u2800": _BRAILLE,
    "\u3164": _HANGUL_LETTER,
    "\uffa0": _HANGUL_LETTER,
}


def _table() -> dict[str, tuple[str, str]]:
    """What becomes of a character by which rule, where its neighbours do not matter."""
    table = {chr(code): ("repair.control", "") for code in (*range(9), *range(0x0E, 0x20), 0x7F)}
    for code in range(0x80, 0xA0):
        try:
            table[chr(code)] = ("repair.c1", bytes([code]).decode("windows-1252"))
        except UnicodeDecodeError:
            table[chr(code)] = ("repair.control", "")
    for code in (*range(0x206A, 0x2070), *range(0xFFF9, 0xFFFC)):
        table[chr(code)] = ("repair.control", "")
    for (
        one
    ) in "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u205f\u2800\u3164\uffa0":
        table[one] = ("repair.space", " ")
    for one in _NO_BREAK:
        table[one] = ("repair.nbsp", " ")
    for one in "\u2010\u2011":
        table[one] = ("repair.hyphen", "-")
    for one in "\u2028\u2029\x0b\x0c":
        table[one] = ("repair.line-break", "\n")
    for one in "\u200b\u2060\u034f\u180e":
        table[one] = ("repair.zero-width", "")
    for one in "\u200c\u200d":
        table[one] = ("repair.joiner", "")
    for one in _BIDI:
        table[one] = ("repair.bidi", "")
    for one in "\u2018\u2019\u201a\u201b":
        table[one] = ("repair.quote", "'")
    for one in "\u201c\u201d\u201e\u201f":
        table[one] = ("repair.quote", '"')
    table["\u00ad"] = ("repair.soft-hyphen", "")
    table["\ufeff"] = ("repair.bom", "")
    table["\ufffc"] = ("repair.object", "")
    return table


_TABLE: Final = _table()


@cache
def _gate() -> re.Pattern[str]:
    """Whatever a rule may change or a mark may compose with, in one run over the text."""
    letters, marks = composing()
    return re.compile(
        f"[{TROUBLE_BASIC}{marks}](?:(?<=[{_TROUBLE}]){_KEPT}|(?<=[{letters}{marks}][{marks}]))"
    )


def characters(text: str, context: Context) -> Iterable[Edit]:
    """Repair single characters by the rules of :data:`RULES`, and compose letters and marks.

    Args:
        text: the text, with LF as line ends.
        context: ``settings.keep_nbsp``, ``settings.straighten_quotes`` and ``settings.normalize``
            decide; the language does for no-break spaces.  Gets the note
            ``replacement_characters``: how many U+FFFD the text has, which nothing can repair.

    Returns:
        Edits of one character each, but for clusters of letter and marks, escape sequences, tags
        and surrogate pairs.
    """
    settings = context.settings
    if "\ufffd" in text:  # found in a tenth of the time of counting
        context.notes["replacement_characters"] = text.count("\ufffd")
    kinds = 0
    if text.isascii():
        if not _ASCII_GATE.search(text):
            return ()
    else:
        kinds = troubles(text, context.memory)
        if (
            not settings.straighten_quotes
            and settings.normalize != "nfc"
            and not (kinds and any(matches(text, context.memory, _gate())))
        ):
            return ()
    if settings.straighten_quotes:
        found = _QUOTES_GATE.finditer(text)
    else:
        found = matches(text, context.memory, _TABLE_GATE)
    edits = list(_edits(text, found, context))
    has_composing = kinds & COMPOSES and has_marks(text)
    if settings.normalize == "none" or not (settings.normalize == "nfc" or has_composing):
        return edits
    # A mark may come to stand beside its letter only when what stood between them has gone.
    patch = Patch.of(text, edits)
    composed = [
        one
        for one in compositions(patch.apply(text), settings.normalize)
        if context.allows(one.why[0].rule)
    ]
    if not composed:
        return edits
    both = patch.then(Patch(patch.result_length, composed))
    return [one._replace(why=one.why[-1:]) for one in both.edits]


def _edits(text: str, gated: Iterator[re.Match[str]], context: Context) -> Iterator[Edit]:
    whys = {rule: (Reason(rule),) if context.allows(rule) else None for rule in RULES}
    length = len(text)
    french: bool | None = None
    line_end = 0
    right_to_left = False
    done = 0  # what stands before this has been dealt with
    last = "\n"  # and ends in this character now
    for match in gated:
        at = match.start()
        if at < done:
            continue
        one = match[0]
        stop = at + 1
        before = text[at - 1] if at > done else last
        after = text[stop] if stop < length else "\n"
        found = _TABLE.get(one)
        if found is None:
            if "\ud800" <= one <= "\udfff":
                new, stop = _surrogate(text, at)
                rule = "repair.surrogate"
            elif "\U000e0000" <= one <= "\U000e007f":
                run = _TAGS.match(text, at)
                stop = run.end() if run else stop
                new, rule = "", "repair.tag-character"
                if (
                    _IS_EMOJI.match(before)
                    and text[stop - 1] == "\U000e007f"
                    and stop - at < _LONGEST_TAG
                ):
                    rule = ""
            elif ord(one) & 0xFFFE == 0xFFFE or "\ufdd0" <= one <= "\ufdef":
                new, rule = "", "repair.noncharacter"
            else:
                continue
            why = whys.get(rule)
            if why:
                yield Edit(at, stop, new, why)
            done, last = stop, (new or before) if why else text[stop - 1]
            continue
        rule, new = found
        if rule == "repair.nbsp":
            if context.settings.keep_nbsp:
                continue
            if after in _FRENCH or before == "«" or (before.isdigit() and after.isdigit()):
                if french is None:
                    french = _is_french(text, context)
                if french:
                    continue
        elif rule == "repair.bidi":
            if at >= line_end:
                start = max(text.rfind(end, line_end, at) for end in _LINE_ENDS)
                start = max(start, line_end)
                found_end = _LINE_END.search(text, at)
                line_end = found_end.start() if found_end else length
                right_to_left = bool(_IS_RIGHT_TO_LEFT.search(text, start, line_end))
            if right_to_left:
                continue
        elif rule == "repair.joiner":
            # a mark of direction may stand between, and stays
            letter = text[at - 2] if before in _BIDI and at > 1 else before
            if _IS_JOINING.match(letter):
                continue
            if one == "\u200d" and (
                _IS_JOINING.match(after)
                or (_IS_EMOJI.match(after) and _BEFORE_JOINER.match(before))
            ):
                continue
        elif one in _NEIGHBOURS:
            if _NEIGHBOURS[one].match(before) or _NEIGHBOURS[one].match(after):
                continue
        elif one == "\u034f":
            # between letters it keeps marks or digraphs apart; in a row it is padding
            if after not in _TABLE and (
                (before.isalpha() or combining(before)) and (after.isalpha() or combining(after))
            ):
                continue
        elif rule == "repair.soft-hyphen":
            # at the end of a line it is seen, and the word goes on in the next one
            if after == "\n" and before.isalpha() and text[stop + 1 : stop + 2].isalpha():
                new = "-"
        elif rule == "repair.line-break":
            if one < " " and "\n" in (before, after):
                new = ""
        elif one == "\x1b":
            sequence = _ESCAPE.match(text, at)
            if sequence:
                rule, stop = "repair.escape", sequence.end()
        elif one in _HIGH_BYTE and _lost_high_byte(one, before, after):
            rule, new = "repair.high-byte", _HIGH_BYTE[one]
        why = whys[rule]
        if why:
            yield Edit(at, stop, new, why)
            done, last = stop, new or before


def _lost_high_byte(one: str, before: str, after: str) -> bool:
    """Whether a control stands where the mark would stand that has its low byte."""
    if one in "\x13\x14":
        return (before == after == " ") or (before.isalnum() and after.isalnum())
    if one in "\x18\x1c":
        return (before.isspace() or before in "([\"'") and after.isalnum()
    if one == "\x19" and before.isalpha() and after.isalpha():
        return True
    return (before.isalnum() or before in ".,;:!?…)") and (after.isspace() or after in ".,;:!?…)]")


def _surrogate(text: str, at: int) -> tuple[str, int]:
    """What a surrogate becomes, and where it ends: its pair's character, or U+FFFD."""
    if text[at] < "\udc00" and "\udc00" <= text[at + 1 : at + 2] <= "\udfff":
        high, low = ord(text[at]), ord(text[at + 1])
        return chr(0x10000 + (high - 0xD800) * 0x400 + (low - 0xDC00)), at + 2
    return "\ufffd", at + 1


#: Characters that are looked at to tell French from other languages.
_SAMPLE: Final = 20_000
_WORD: Final = re.compile(r"[^\W\d_]+")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_FRENCH_WORDS: Final = _words(
    "le les des du une est dans pour qui sur avec pas aux au cette sont nous vous été mais où il "
    "ils elle elles je ses leur être était ont ces et à ce qu c j même comme plus par"
)
_RIVAL_WORDS: Final = _words(
    "el los las del con por una y che di della per sono gli nel do da os não uma em com els amb "
    "dels the of and to in der die und das den het een van și nu og på er som na su za koji ki da "
    "ad cum quod agus ar ke ba ya ka wa mo go ho bo"
)


def _is_french(text: str, context: Context) -> bool:
    """Whether the text is French, by the settings, the hint, its function words, its own word."""
    known = context.settings.language or (context.hint if context.hint != "und" else None)
    if known:
        return _is_tag(known)
    words = _WORD.findall(text[:_SAMPLE].lower())
    hits = sum(word in _FRENCH_WORDS for word in words)
    rivals = sum(word in _RIVAL_WORDS for word in words)
    if hits - rivals >= 2 and (hits - rivals) * 100 >= 6 * len(words):
        return True
    return rivals <= hits and len(words) < 40 and _is_tag(context.declared_language or "")


def _is_tag(tag: str) -> bool:
    return tag.lower().replace("_", "-").split("-", 1)[0] == "fr"

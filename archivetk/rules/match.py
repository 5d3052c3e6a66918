"""Rules against lines: one pass of an RE2 set tells which of them are worth a closer look."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

import re2

from archivetk.errors import RuleError
from archivetk.rules.load import load_pack, load_user_rules, pack_name
from archivetk.rules.model import Hit, Rule
from archivetk.rules.regex import compile_pattern, loosened, options, relaxed

__all__ = ["MAX_LINE", "Matcher", "bare", "matcher_for"]

#: Longer lines are no furniture: only their beginning, their end and their sentences are looked at.
MAX_LINE: Final = 900
#: How much of a line a prefix or a suffix rule can see.
MAX_EDGE: Final = 400
#: List marks, arrows, icons that may stand around a piece of furniture.
_LEAD: Final = " \t\u00a0\u200b•·●▪■◦‣∙*–—-»›▶►▸→>+|#✉✓✔★☆📷📸🔔👉🔗📌📢🎧▼▲↓↑⇒➤➜❯"
_TRAIL: Final = " \t\u00a0\u200b:…»›▶►▸→>|↓↑▼▲▾+*⇒➤➜❯·•-–—"
#: White space that is not one plain space.
_GAP: Final = re.compile("[ \\t\u00a0\u2000-\u200b\u202f\u205f\u3000]{2,}+|[\\t\u00a0\u2000-\u200b\u202f\u205f\u3000]")
_LEAD_SET: Final = frozenset(_LEAD)
_TRAIL_SET: Final = frozenset(_TRAIL)
_OPEN: Final = "([{（【［「『"
_SENTENCE_END: Final = ".!?…。！？｡।॥؟۔։"
_CLOSERS: Final = "\"'”’»)]}）】］」』›"
#: Languages that write no space between words; there a bound of letters is a bound of text.
_UNSPACED: Final = frozenset({"zh", "ja", "th", "lo", "km", "my", "bo"})


def bare(line: str) -> tuple[int, int]:
    """Where a line begins and ends without marks of lists, arrows and icons around it."""
    start = len(line) - len(line.lstrip(_LEAD))
    end = len(line.rstrip(_TRAIL))
    return (start, end) if start < end else (0, len(line))


class _Group:
    """The rules that are laid against a line in the same way, as one RE2 set."""

    __slots__ = ("_exact", "_fold", "_rules", "_sets")

    def __init__(self, rules: Sequence[tuple[Rule, str, bool]], anchor: str) -> None:
        make = {
            "both": re2.Set.FullMatchSet,
            "start": re2.Set.MatchSet,
            "none": re2.Set.SearchSet,
        }[anchor]
        self._sets: list[tuple[re2.Set, list[_Entry]]] = []
        for fold in (True, False):
            chosen = [one for one in rules if one[0].fold is fold]
            if not chosen:
                continue
            collection = make(options(fold=fold))
            entries = []
            for rule, pattern, loosen in chosen:
                source = relaxed(pattern) if loosen else pattern
                collection.Add(loosened(source))
                entries.append(_Entry(rule, source))
            try:
                collection.Compile()
            except re2.error as error:
                raise RuleError(
                    "The rules are too large to be compiled together; lower the bounds of "
                    "repetitions of Unicode classes such as \\p{L}."
                ) from error
            self._sets.append((collection, entries))

    def candidates(self, text: str) -> Iterator[_Entry]:
        """The rules whose pattern occurs in the text, in the order of their files."""
        for collection, entries in self._sets:
            found = collection.Match(text)
            if found:
                for index in sorted(found):
                    yield entries[index]


class _Entry:
    """A rule with one of its patterns, compiled when it is first needed."""

    __slots__ = ("_compiled", "_source", "rule")

    def __init__(self, rule: Rule, source: str) -> None:
        self.rule = rule
        self._source = source
        self._compiled: re2._Regexp | None = None

    def regex(self) -> re2._Regexp:
        if self._compiled is None:
            self._compiled = compile_pattern(self._source, fold=self.rule.fold)
        return self._compiled


class Matcher:
    """Lays some rules against lines.

    Lines are trimmed, hold no line break and no lone surrogate.
    """

    __slots__ = ("_groups", "_rules")

    def __init__(self, rules: Iterable[tuple[Rule, bool]]) -> None:
        """Take rules, each with whether its patterns were reviewed and may be relaxed."""
        self._rules: dict[str, list[tuple[Rule, str, bool]]] = {}
        for rule, reviewed in rules:
            loosen = reviewed and rule.language not in _UNSPACED
            kind = "line" if rule.match == "tail" else rule.match
            for pattern in rule.patterns:
                if kind == "suffix":
                    pattern = rf"(?:{pattern})\z"  # noqa: PLW2901
                self._rules.setdefault(kind, []).append((rule, pattern, loosen))
        self._groups: dict[str, _Group] = {}

    @property
    def has_inner(self) -> bool:
        """Whether there are rules that take parts of lines."""
        return any(self._rules.get(kind) for kind in ("prefix", "suffix", "span"))

    @property
    def has_spans(self) -> bool:
        """Whether there are rules for sentences inside a line."""
        return bool(self._rules.get("span"))

    @property
    def prefix_only_at_start(self) -> bool:
        """Whether no rule takes the beginning of a line further down in a text."""
        return all(rule.where == "start" for rule, _, _ in self._rules.get("prefix", ()))

    def _group(self, kind: str, anchor: str) -> _Group | None:
        group = self._groups.get(kind)
        if group is None:
            rules = self._rules.get(kind)
            if not rules:
                return None
            group = self._groups[kind] = _Group(rules, anchor)
        return group

    def line(self, line: str) -> list[Hit]:
        """The rules that take a line as a whole, ``line`` and ``tail``; it as it stands first."""
        if len(line) > MAX_LINE:
            return []
        group = self._group("line", "both")
        if group is None:
            return []
        places: list[int] | None = None
        if ("  " in line or "\t" in line or not line.isascii()) and _GAP.search(line):
            line, places = _squeezed(line)
        hits = self._whole(group, line, 0)
        if line[0] in _LEAD_SET or line[-1] in _TRAIL_SET:
            start, end = bare(line)
            known = {id(hit.rule) for hit in hits}
            hits += [
                hit
                for hit in self._whole(group, line[start:end], start)
                if id(hit.rule) not in known
            ]
        if places is not None:
            hits = [_moved(hit, places) for hit in hits]
        return hits

    def _whole(self, group: _Group, line: str, shift: int) -> list[Hit]:
        hits: list[Hit] = []
        for entry in group.candidates(line):
            found = entry.regex().fullmatch(line)
            if found:
                hits.append(Hit(entry.rule, shift, shift + len(line), _groups(found, shift)))
        return hits

    def prefix(self, line: str) -> Hit | None:
        """The longest match at the line's beginning."""
        group = self._group("prefix", "start")
        if group is None:
            return None
        return _longest(self._prefixes(group, line[:MAX_EDGE], line))

    def _prefixes(self, group: _Group, head: str, line: str) -> Iterator[Hit]:
        for entry in group.candidates(head):
            found = entry.regex().match(head)
            if not found or not found.end():
                continue
            # What is left must be able to begin a sentence.
            rest = line[found.end() :].lstrip()
            if not rest[:1].islower() and _fits(entry.rule, line, 0, found.end()):
                yield Hit(entry.rule, 0, found.end(), _groups(found, 0))

    def suffix(self, line: str) -> Hit | None:
        """The longest match at the line's end."""
        group = self._group("suffix", "none")
        if group is None:
            return None
        shift = max(0, len(line) - MAX_EDGE)
        return _longest(self._suffixes(group, line[shift:], shift, line))

    def _suffixes(self, group: _Group, tail: str, shift: int, line: str) -> Iterator[Hit]:
        for entry in group.candidates(tail):
            found = entry.regex().search(tail)
            if found and found.start() < len(tail):
                start = shift + found.start()
                if _fits(entry.rule, line, start, len(line)):
                    yield Hit(entry.rule, start, len(line), _groups(found, shift))

    def spans(self, line: str) -> list[Hit]:
        """Whole sentences or bracketed notes inside a line; they do not overlap."""
        group = self._group("span", "none")
        if group is None:
            return []
        hits: list[Hit] = []
        for entry in group.candidates(line):
            for found in entry.regex().finditer(line):
                start, end = found.span()
                if end > start and _whole_sentences(line, start, end):
                    if not _fits(entry.rule, line, start, end):
                        continue
                    hits.append(Hit(entry.rule, start, end, _groups(found, 0)))
        hits.sort(key=lambda hit: (hit.start, -hit.end))
        result: list[Hit] = []
        for hit in hits:
            if not result or hit.start >= result[-1].end:
                result.append(hit)
        return result


def _squeezed(line: str) -> tuple[str, list[int]]:
    """A line with one plain space for each run of white space, and where its characters were."""
    parts: list[str] = []
    places: list[int] = []
    position = 0
    for gap in _GAP.finditer(line):
        parts.append(line[position : gap.start()])
        parts.append(" ")
        places.extend(range(position, gap.start() + 1))
        position = gap.end()
    parts.append(line[position:])
    places.extend(range(position, len(line) + 1))
    return "".join(parts), places


def _moved(hit: Hit, places: list[int]) -> Hit:
    groups = {
        name: (places[start], places[end - 1] + 1) for name, (start, end) in hit.groups.items()
    }
    return Hit(hit.rule, places[hit.start], places[hit.end - 1] + 1, groups)


def _longest(hits: Iterator[Hit]) -> Hit | None:
    return max(hits, key=lambda hit: hit.end - hit.start, default=None)


def _groups(found: re2._Match, shift: int) -> dict[str, tuple[int, int]]:
    result = {}
    for name, index in found.re.groupindex.items():
        start, end = found.span(index)
        if end > start >= 0:
            result[name] = (shift + start, shift + end)
    return result


def _fits(rule: Rule, line: str, start: int, end: int) -> bool:
    """Whether a match cuts no word in two."""
    if not rule.boundary:
        return True
    before = start > 0 and line[start - 1].isalnum() and line[start].isalnum()
    after = end < len(line) and line[end - 1].isalnum() and line[end].isalnum()
    return not before and not after


def _whole_sentences(line: str, start: int, end: int) -> bool:
    """Whether a match begins and ends where sentences, or brackets, do."""
    if line[start] in _OPEN:
        if line[end - 1] in _CLOSERS:
            return True
    head = line[max(0, start - 40) : start].rstrip(" \t\u00a0")
    head = head.rstrip(_CLOSERS)
    if start and (not head or head[-1] not in _SENTENCE_END + ":|–—»>•·"):
        return False
    tail = line[start:end].rstrip(" \t\u00a0").rstrip(_CLOSERS)
    return not line[end:].strip() or (bool(tail) and tail[-1] in _SENTENCE_END)


def matcher_for(language: str, user: tuple[tuple[str, str], ...] = ()) -> Matcher:
    """The matcher of a document: the user's rules, the language's pack, English, neutral.

    Args:
        language: BCP 47 tag, ``und`` where it is not known.
        user: name and text of each of the user's own files.

    Raises:
        RuleError: where one of the user's files is wrong.
    """
    return _matcher(pack_name(language) or "en", user)


@lru_cache(maxsize=32)
def _matcher(pack: str, user: tuple[tuple[str, str], ...]) -> Matcher:
    rules: list[tuple[Rule, bool]] = []
    for name, text in user:
        rules += [(rule, False) for rule in load_user_rules(text, name).rules]
    for one in dict.fromkeys((pack, "en", "neutral")):
        rules += [(rule, True) for rule in load_pack(one).rules]
    return Matcher(rules)

"""Rules against lines: one pass of an RE2 set tells which of them are worth a closer look."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Final

import re2

from archivetk.errors import RuleError
from archivetk.rules.load import load_pack, load_user_rules, pack_name
from archivetk.rules.model import Hit, Rule
from archivetk.rules.regex import (
    by_line,
    compile_pattern,
    has_end,
    is_narrow,
    loosened,
    narrowed,
    options,
    relaxed,
)

__all__ = ["MAX_LINE", "Matcher", "bare", "matcher_for"]

#: Longer lines are no furniture: only their beginning, their end and their sentences are looked at.
MAX_LINE: Final = 900
#: Lines up to this length are remembered, since buttons and menus come again and again.
_SHORT: Final = 60
_MOST_SEEN: Final = 8192
#: Lines that are turned away in one call, and into how many parts they fall where they are not.
_RUN: Final = 64
_PARTS: Final = 8
#: Behind so many characters the parts of a matcher are compiled together: 0.25 s, and each MB
#: takes 10 ms less.
_MERGE: Final = 10_000_000
#: Groups of patterns that are compiled for each matcher.
_TOGETHER: Final = ("top", "inner")
#: How much of a line a prefix or a suffix rule can see.
MAX_EDGE: Final = 400
#: List marks, arrows, icons that may stand around a piece of furniture.
_LEAD: Final = " \t\u00a0\u200b•·●▪■◦‣∙*–—-»›▶►▸→>+|#✉✓✔★☆📷📸🔔👉🔗📌📢🎧▼▲↓↑⇒➤➜❯"
_TRAIL: Final = " \t\u00a0\u200b:…»›▶►▸→>|↓↑▼▲▾+*⇒➤➜❯·•-–—"
#: White space that is not one plain space.
_GAP: Final = re.compile(
    "[ \\t\u00a0\u2000-\u200b\u202f\u205f\u3000]{2,}+|[\\t\u00a0\u2000-\u200b\u202f\u205f\u3000]"
)
_INK: Final = re.compile(r"\S")
_ODD: Final = ("\u00a0", "\u2009", "\u200a", "\u200b", "\u202f", "\u205f", "\u3000")
_LEAD_SET: Final = frozenset(_LEAD)
_TRAIL_SET: Final = frozenset(_TRAIL)
_first: Final = itemgetter(0)
_last: Final = itemgetter(-1)
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


class _Entry:
    """A rule with one of its patterns, compiled when it is first needed."""

    __slots__ = ("_compiled", "_narrow", "_source", "kind", "rule")

    def __init__(self, rule: Rule, source: str, kind: str) -> None:
        self.rule = rule
        self.kind = kind
        self._source = source
        self._compiled: re2._Regexp | None = None
        self._narrow: re2._Regexp | None = None

    def regex(self, *, narrow: bool) -> re2._Regexp:
        """The pattern for texts of Latin-1 letters, or for all texts."""
        if narrow:
            if self._narrow is None:
                self._narrow = compile_pattern(narrowed(self._source), fold=self.rule.fold)
            return self._narrow
        if self._compiled is None:
            self._compiled = compile_pattern(self._source, fold=self.rule.fold)
        return self._compiled


class _Group:
    """Patterns that are laid against many lines in one pass, as one RE2 set.

    The lines stand one below the other, and no pattern can run over the end of one.  So one call
    turns away a whole run of lines, and only where it does not are its parts looked at.
    """

    __slots__ = ("_entries", "_set")

    def __init__(self, entries: Sequence[_Entry], *, whole: bool) -> None:
        settings = options(fold=False)
        settings.never_nl = True
        self._entries = entries
        self._set = re2.Set.SearchSet(settings)
        for entry in entries:
            fold = "i" if entry.rule.fold else "-i"
            pattern = by_line(loosened(entry._source))  # noqa: SLF001 - its own module
            if whole:
                pattern = f"^(?:{pattern})$"
            elif entry.kind == "prefix":
                pattern = f"^(?:{pattern})"
            self._set.Add(f"(?m{fold}:{pattern})" if fold == "i" else f"(?m-i:{pattern})")
        try:
            self._set.Compile()
        except re2.error as error:
            raise RuleError(
                "The rules are too large to be compiled together; lower the bounds of "
                "repetitions of Unicode classes such as \\p{L}."
            ) from error

    def candidates(self, text: str) -> Sequence[_Entry]:
        """The patterns that may occur in the text, in the order of their files."""
        found = self._set.Match(text.encode())
        return [self._entries[index] for index in sorted(found)] if found else ()

    def occurs(self, data: bytes) -> bool:
        """Whether any pattern may occur in the lines, in UTF-8."""
        return self._set.Match(data) is not None

    def likely(self, lines: Sequence[str], start: int) -> list[int]:
        """Which lines any pattern may occur in, in ascending order, counted from ``start``."""
        size = -(-len(lines) // _PARTS)
        if size == 1:
            return [start + at for at, line in enumerate(lines) if self._set.Match(line.encode())]
        found: list[int] = []
        for at in range(0, len(lines), size):
            part = lines[at : at + size]
            if self.occurs("\n".join(part).encode()):
                found += self.likely(part, start + at)
        return found


class _Part:
    """Some of the rules of a matcher, which other matchers may have, too."""

    __slots__ = ("_groups", "entries", "has_spans")

    def __init__(self, rules: Iterable[tuple[Rule, bool]]) -> None:
        self.entries: dict[str, list[_Entry]] = {"line": [], "top": [], "inner": []}
        self.has_spans = False
        for rule, reviewed in rules:
            kind = "line" if rule.match == "tail" else rule.match
            group = "line" if kind == "line" else "inner"
            if kind == "prefix" and rule.where == "start":
                group = "top"
            self.has_spans = self.has_spans or kind == "span"
            for pattern in rule.patterns:
                source = pattern
                if reviewed and rule.language not in _UNSPACED:
                    source = relaxed(source)
                if kind == "suffix":
                    source = rf"(?:{source})\z"
                self.entries[group].append(_Entry(rule, source, kind))
        # Compiled when first needed: a text without short lines needs no rules for them.
        self._groups: dict[str, _Group] = {}

    @classmethod
    def of(cls, name: str, entries: list[_Entry]) -> _Part:
        """Some patterns of several parts, to be compiled together."""
        part = cls(())
        part.entries[name] = entries
        return part

    def group(self, name: str) -> _Group:
        group = self._groups.get(name)
        if group is None:
            group = self._groups[name] = _Group(self.entries[name], whole=name == "line")
        return group


class Matcher:
    """Lays some rules against lines.

    Lines are trimmed, not empty, and hold no line break and no lone surrogate.
    """

    __slots__ = ("_any", "_asked", "_entries", "_parts", "_seen", "has_inner", "has_spans")

    def __init__(self, rules: Iterable[tuple[Rule, bool]], *, shared: Sequence[_Part] = ()) -> None:
        """Take rules, each with whether its patterns were reviewed and may be relaxed.

        Args:
            rules: of this matcher alone; they come first.
            shared: others, compiled once for all matchers that have them.
        """
        parts = [_Part(rules), *shared]
        self._entries = {
            name: [entry for part in parts for entry in part.entries[name]]
            for name in ("line", "top", "inner")
        }
        self._parts = {
            name: [part for part in parts if part.entries[name]] for name in self._entries
        }
        for name in _TOGETHER:  # few patterns, compiled in no time
            if len(self._parts[name]) > 1:
                self._parts[name] = [_Part.of(name, self._entries[name])]
        # what either of them may find, in one pass over whole lines
        heads = [
            _Entry(entry.rule, "", entry.kind) if has_end(entry._source) else entry  # noqa: SLF001
            for entry in self._entries["top"]
        ]
        self._any = _Part.of("any", [*heads, *self._entries["inner"]])
        self.has_spans = any(part.has_spans for part in parts)
        self.has_inner = bool(self._entries["top"] or self._entries["inner"])
        self._seen: dict[str, tuple[Hit, ...]] = {}
        self._asked = dict.fromkeys(self._entries, 0)

    def _candidates(self, name: str, text: str) -> Sequence[_Entry]:
        found: list[_Entry] = []
        for part in self._parts[name]:
            found += part.group(name).candidates(text)
        return found

    def _likely(self, name: str, lines: Sequence[str]) -> list[int]:
        """Which lines any pattern may occur in, in ascending order."""
        parts = self._parts[name]
        if len(parts) > 1:
            self._asked[name] += sum(map(len, lines))
            if self._asked[name] > _MERGE:
                # from here on one pass saves more than it takes to compile them all together
                parts = self._parts[name] = [_Part.of(name, self._entries[name])]
        groups = [part.group(name) for part in parts]
        found: list[int] = []
        for start in range(0, len(lines), _RUN):
            run = lines[start : start + _RUN]
            data = "\n".join(run).encode()
            asked = [group for group in groups if group.occurs(data)]
            if len(asked) == 1:
                found += asked[0].likely(run, start)
            elif asked:
                found += sorted({at for group in asked for at in group.likely(run, start)})
        return found

    def lines(self, lines: Sequence[str], *, even: bool = False) -> dict[int, list[Hit]]:
        """The rules that take a line as a whole, ``line`` and ``tail``, for many lines at once.

        Args:
            lines: the lines.
            even: whether it is known that all their white space is one plain space at a time.

        Returns:
            For each line that a rule takes, by its index in ascending order, what :meth:`line`
            gives.
        """
        if not self._entries["line"]:
            return {}
        found: dict[int, tuple[Hit, ...]] = {}
        seen = self._seen
        if seen:
            new: list[int] = []
            for index, line in enumerate(lines):
                if len(line) <= _SHORT and line in seen:
                    if seen[line]:
                        found[index] = seen[line]
                elif len(line) <= MAX_LINE:
                    new.append(index)
        else:
            new = list(range(len(lines)))
            if max(map(len, lines), default=0) > MAX_LINE:
                new = [index for index, line in enumerate(lines) if len(line) <= MAX_LINE]
        asked = _variants([lines[index] for index in new], even=even)
        for at in self._likely("line", asked):
            line = lines[new[at]]
            hits = tuple(self._line(line))
            if len(line) <= _SHORT:
                if len(seen) >= _MOST_SEEN:
                    seen.clear()
                seen[line] = hits
            if hits:
                found[new[at]] = hits
        return {
            index: [Hit(rule, start, end, dict(groups)) for rule, start, end, groups in hits]
            for index, hits in sorted(found.items())
        }

    def line(self, line: str) -> list[Hit]:
        """The rules that take a line as a whole, ``line`` and ``tail``; it as it stands first."""
        return self.lines([line]).get(0, [])

    def _line(self, line: str) -> list[Hit]:
        places: list[int] | None = None
        if _is_odd(line):
            line, places = _squeezed(line)
        hits = self._whole(line, 0)
        if line[0] in _LEAD_SET or line[-1] in _TRAIL_SET:
            start, end = bare(line)
            known = {id(hit.rule) for hit in hits}
            more = self._whole(line[start:end], start)
            hits += [hit for hit in more if id(hit.rule) not in known]
        if places is not None:
            hits = [_moved(hit, places) for hit in hits]
        return hits

    def _whole(self, line: str, shift: int) -> list[Hit]:
        hits: list[Hit] = []
        narrow = is_narrow(line)
        for entry in self._candidates("line", line):
            found = entry.regex(narrow=narrow).fullmatch(line)
            if found:
                hits.append(Hit(entry.rule, shift, shift + len(line), _groups(found, shift)))
        return hits

    def with_inner(self, lines: Sequence[str], top: int) -> list[int]:
        """Which lines, by index in ascending order, are worth asking :meth:`inner` about.

        Args:
            lines: the lines.
            top: how many of them stand at the start of the text.
        """
        found: set[int] = set()
        for start in range(0, len(lines), _RUN):
            run = lines[start : start + _RUN]
            if self._any.group("any").occurs("\n".join(run).encode()):
                heads = [line[:MAX_EDGE] for line in run[: max(0, top - start)]]
                for name, some in (("inner", run), ("top", heads)):
                    for part in self._parts[name] if some else ():
                        found.update(part.group(name).likely(some, start))
        return sorted(found)

    def inner(self, line: str, *, top: bool) -> list[Hit]:
        """What rules take out of a line: its beginning, its end, whole sentences.

        Args:
            line: the line.
            top: whether it stands at the start of the text, where more rules apply.

        Returns:
            Hits in order of their places; they do not overlap.
        """
        entries: list[_Entry] = []
        if top:
            entries += self._candidates("top", line[:MAX_EDGE])
        if len(line) <= 2 * MAX_EDGE or self.has_spans:
            entries += self._candidates("inner", line)
        else:
            entries += self._candidates("inner", line[:MAX_EDGE])
            entries += self._candidates("inner", line[-MAX_EDGE:])
        if not entries:
            return []
        hits: list[Hit] = []
        narrow = is_narrow(line)
        for entry in dict.fromkeys(entries):
            regex = entry.regex(narrow=narrow)
            if entry.kind == "prefix":
                hits += _prefixes(entry.rule, regex, line)
            elif entry.kind == "suffix":
                hits += _suffixes(entry.rule, regex, line)
            else:
                hits += _spans(entry.rule, regex, line)
        hits.sort(key=lambda hit: (hit.start, -hit.end))
        result: list[Hit] = []
        for hit in hits:
            if not result or hit.start >= result[-1].end:
                result.append(hit)
        return result


def _variants(lines: list[str], *, even: bool) -> list[str]:
    """Each line as its white space is read, with the bare line below it where that differs."""
    if not even and _is_odd("\n".join(lines)):
        lines = [_squeezed(line)[0] if _is_odd(line) else line for line in lines]
    # of characters that lines begin and end with there are few
    if _LEAD_SET.isdisjoint(map(_first, lines)) and _TRAIL_SET.isdisjoint(map(_last, lines)):
        return lines
    marked = [
        index for index, line in enumerate(lines) if line[0] in _LEAD_SET or line[-1] in _TRAIL_SET
    ]
    for index in marked:
        line = lines[index]
        start, end = bare(line)
        lines[index] = f"{line}\n{line[start:end]}"
    return lines


def _prefixes(rule: Rule, regex: re2._Regexp, line: str) -> Iterator[Hit]:
    found = regex.match(line[:MAX_EDGE])
    if found and found.end():
        # What is left must be able to begin a sentence.
        rest = line[found.end() :].lstrip()
        if not rest[:1].islower() and _fits(rule, line, 0, found.end()):
            yield Hit(rule, 0, found.end(), _groups(found, 0))


def _suffixes(rule: Rule, regex: re2._Regexp, line: str) -> Iterator[Hit]:
    shift = max(0, len(line) - MAX_EDGE)
    tail = line[shift:]
    found = regex.search(tail)
    if found and found.start() < len(tail):
        start = shift + found.start()
        if _fits(rule, line, start, len(line)):
            yield Hit(rule, start, len(line), _groups(found, shift))


def _spans(rule: Rule, regex: re2._Regexp, line: str) -> Iterator[Hit]:
    # in ASCII places in characters are places in bytes, and need not be counted
    for found in regex.finditer(line.encode() if line.isascii() else line):
        start, end = found.span()
        if end > start and _whole_sentences(line, start, end) and _fits(rule, line, start, end):
            yield Hit(rule, start, end, _groups(found, 0))


def _is_odd(line: str) -> bool:
    """Whether a line has white space that is not one plain space."""
    if "  " in line or "\t" in line:
        return True
    return not line.isascii() and any(one in line for one in _ODD)


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
    # copying what follows would take quadratic time where many sentences of a long line go
    return _INK.search(line, end) is None or (bool(tail) and tail[-1] in _SENTENCE_END)


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
    own = [(rule, False) for name, text in user for rule in load_user_rules(text, name).rules]
    # three quarters of the time that a language takes would go to compiling English once more
    shared = [] if pack in {"en", "neutral"} else [_part(pack)]
    return Matcher(own, shared=[*shared, _part("en", "neutral")])


@lru_cache(maxsize=64)
def _part(*packs: str) -> _Part:
    """The rules of some packs, compiled together."""
    return _Part((rule, True) for pack in packs for rule in load_pack(pack).rules)

"""What a rule is: a named, explained pattern with its own examples."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NamedTuple

__all__ = ["GROUPS", "MATCHES", "WHERE", "Hit", "Rule", "RulePack"]

#: How a pattern is laid against a line.
MATCHES: Final = ("line", "prefix", "suffix", "span", "tail")
#: Where in the text a rule may act.
WHERE: Final = ("any", "start", "end", "edges")
#: Named groups of a pattern, and the metadata that they go to.
GROUPS: Final = ("caption", "credit", "author", "date", "title", "tags")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a pack: its own documentation, and its own test.

    Attributes:
        name: dotted name, the same in every language for the same thing.
        label: what a block is that the rule finds, one of :data:`archivetk.settings.LABELS`.
        why: a sentence for the reader of the ledger.
        match: ``line`` (the trimmed line as a whole), ``prefix``, ``suffix``, ``span`` (whole
            sentences or a bracketed note inside a line) or ``tail`` (the line and all short
            lines below it that are no prose, to the end of the text).
        patterns: RE2 patterns; each of them suffices.
        language: language of the pack, ``neutral`` for rules of every language.
        where: ``any``, ``start``, ``end`` or ``edges``.
        near: labels of which one must be found on a neighbouring block.
        short: only for short lines that are no prose and stand beside such a line.
        fold: whether case is ignored.
        boundary: whether a match may not cut a word.
        changes: lines that the rule must act on, ``before => after`` where something is left.
        keeps: lines that it must leave alone.
    """

    name: str
    label: str
    why: str
    match: str
    patterns: tuple[str, ...]
    language: str = "neutral"
    where: str = "any"
    near: tuple[str, ...] = ()
    short: bool = False
    fold: bool = True
    boundary: bool = True
    changes: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RulePack:
    """The rules of one language, or of one file of a user.

    Attributes:
        language: BCP 47 primary subtag, or ``neutral``.
        version: grows with every change of the rules.
        rules: in the order of the file.
        name: file name, for messages.
        sha256: digest of the file's text in UTF-8, lower-case hex.
    """

    language: str
    version: int
    rules: tuple[Rule, ...]
    name: str
    sha256: str = field(repr=False, default="")


class Hit(NamedTuple):
    """A rule found something in a line.

    Attributes:
        rule: the rule.
        start, end: code points of the line.
        groups: the named groups that took part: name to ``(start, end)`` in the line.
    """

    rule: Rule
    start: int
    end: int
    groups: dict[str, tuple[int, int]]

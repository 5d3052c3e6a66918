"""Explanations for people: what a rule is for, what was changed where."""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Final

from archivetk.settings import RuleFile

__all__ = ["rule_table", "why_of"]

#: Modules of the steps; each may have a table ``RULES`` of its rules and why they are.
_STEPS: Final = ("decode", "row", "markup", "extract", "repair", "join", "space", "strip", "detect")


@cache
def rule_table() -> dict[str, str]:
    """Every rule by its dotted name, with the sentence that says why it is."""
    table: dict[str, str] = {}
    for name in _STEPS:
        module = importlib.import_module(f"archivetk.steps.{name}")
        table.update(getattr(module, "RULES", {}))
    # rules of one name in several packs may say it in several ways: the commonest counts
    said: dict[str, Counter[str]] = {}
    for rule in importlib.import_module("archivetk.rules").all_rules():
        said.setdefault(rule.name, Counter())[rule.why] += 1
    for name, whys in said.items():
        table.setdefault(name, whys.most_common(1)[0][0])
    return dict(sorted(table.items()))


def why_of(rule: str, own: Iterable[RuleFile] = ()) -> str:
    """The sentence that says why a rule is there; its own name where nobody says.

    Args:
        rule: its dotted name.
        own: the user's rule files of the run, whose rules say why they are, too.
    """
    said = rule_table().get(rule)
    if said is None:
        said = _own_table(tuple(own)).get(rule, rule)
    return said


@lru_cache(maxsize=8)
def _own_table(files: tuple[RuleFile, ...]) -> dict[str, str]:
    rules = importlib.import_module("archivetk.rules")
    return {
        rule.name: rule.why
        for one in files
        for rule in rules.load_user_rules(one.text, one.name).rules
    }

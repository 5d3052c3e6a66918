"""Explanations for people: what a rule is for, what was changed where."""

from __future__ import annotations

import importlib
from functools import cache
from typing import Final

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
    rules = importlib.import_module("archivetk.rules")
    for rule in getattr(rules, "all_rules", tuple)():
        table.setdefault(rule.name, rule.why)
    return dict(sorted(table.items()))


def why_of(rule: str) -> str:
    """The sentence that says why a rule is there; its own name where nobody says."""
    return rule_table().get(rule, rule)

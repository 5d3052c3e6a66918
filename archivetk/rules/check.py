"""A rule is its own test: what it must act on, and what it must leave alone."""

from __future__ import annotations

from archivetk.rules.match import Matcher
from archivetk.rules.model import Rule, RulePack

__all__ = ["apply_rule", "test_rules"]


def apply_rule(rule: Rule, line: str, matcher: Matcher | None = None) -> str | None:
    """What a rule leaves of a line, wherever the line stands; ``None``: it does not act.

    A line that goes as a whole leaves an empty string.
    """
    matcher = matcher or Matcher([(rule, True)])
    line = line.strip()
    if rule.match in {"line", "tail"}:
        return "" if matcher.line(line) else None
    hits = matcher.inner(line, top=True)
    if not hits:
        return None
    parts = []
    position = 0
    for hit in hits:
        parts.append(line[position : hit.start].strip())
        position = hit.end
    parts.append(line[position:].strip())
    return " ".join(part for part in parts if part)


def test_rules(pack: RulePack) -> list[str]:
    """Run the examples of a pack; a sentence for each one that fails, none if all is well."""
    failures = []
    for number, rule in enumerate(pack.rules, 1):
        matcher = Matcher([(rule, True)])
        place = f"{pack.name}, rule {number} ({rule.name})"
        for example in rule.changes:
            before, arrow, after = example.partition(" => ")
            left = apply_rule(rule, before, matcher)
            if left is None:
                failures.append(f"{place}: must act on {before!r} and does not.")
            elif arrow and left != after.strip():
                failures.append(f"{place}: must leave {after!r} of {before!r}, leaves {left!r}.")
            elif not arrow and rule.match in {"prefix", "suffix"} and left == before.strip():
                failures.append(f"{place}: must change {before!r} and does not.")
        for example in rule.keeps:
            left = apply_rule(rule, example, matcher)
            if left is not None:
                failures.append(f"{place}: must keep {example!r}, leaves {left!r}.")
    return failures


test_rules.__test__ = False  # type: ignore[attr-defined]  # not a test of pytest

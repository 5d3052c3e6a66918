"""Rules as data: packs by language, reviewed, each rule with its reason and its examples.

>>> rule = load_user_rules('''
... [[rule]]
... name = "strip.house-note"
... label = "promo"
... why = "The house note is no part of the text."
... match = "line"
... pattern = 'You read it first in \\\\p{L}{2,20}[.!]'
... changes = ["You read it first in Example."]
... keeps = ["You read it first in the morning paper."]
... ''').rules[0]
>>> apply_rule(rule, "You read it first in Sample!")
''
>>> apply_rule(rule, "You read it first in Sample, then here.") is None
True
"""

from __future__ import annotations

from archivetk.errors import RuleError
from archivetk.rules.captions import caption_groups
from archivetk.rules.check import apply_rule, test_rules
from archivetk.rules.load import (
    all_rules,
    languages,
    load_pack,
    load_user_rules,
    pack_name,
    parse_rules,
)
from archivetk.rules.match import MAX_LINE, Matcher, bare, matcher_for
from archivetk.rules.model import Hit, Rule, RulePack

__all__ = [
    "MAX_LINE",
    "Hit",
    "Matcher",
    "Rule",
    "RuleError",
    "RulePack",
    "all_rules",
    "apply_rule",
    "bare",
    "caption_groups",
    "languages",
    "load_pack",
    "load_user_rules",
    "matcher_for",
    "pack_name",
    "parse_rules",
    "test_rules",
]

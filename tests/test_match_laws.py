"""Laws of the matcher: asking about many lines at once gives what asking about each gives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archivetk.rules import Matcher, matcher_for
from archivetk.rules.load import load_user_rules
from archivetk.rules.match import MAX_EDGE, bare
from archivetk.rules.regex import by_line, has_end, is_narrow

PIECES = (
    "Share on Facebook", "Read more", "Photo by Ada Lovelace", "Sign up for our newsletter",
    "The river rose again on Monday.", "»", "•", " ", "  ", "\t", "\u00a0", "\u2009", "x", "é", "語",
    "Advertisement", "3 min read", "(Photo: A. Lovelace)", "Comments", "…", "-",
)  # fmt: skip
LINES = st.lists(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=4)
    .map(lambda parts: "".join(parts).strip(" \t\u00a0\u2009"))
    .filter(bool),
    max_size=200,
)


@given(LINES)
def test_many_lines_give_what_each_gives(lines):
    matcher = matcher_for("en")
    found = matcher.lines(lines)
    assert list(found) == sorted(found)
    for index, line in enumerate(lines):
        # the whole set of patterns, one by one, decides what may not be missed
        whole = [
            (entry.rule.name, variant)
            for entry in matcher._entries["line"]
            for variant in dict.fromkeys((line, line[slice(*bare(line))]))
            if "  " not in variant and variant.isascii() and "\t" not in variant
            if entry.regex(narrow=False).fullmatch(variant)
        ]
        names = {hit.rule.name for hit in found.get(index, [])}
        assert {name for name, _ in whole} <= names
        assert [tuple(hit) for hit in matcher.line(line)] == [
            tuple(hit) for hit in found.get(index, [])
        ]


def test_for_narrow_texts_patterns_do_the_same():
    asked = 0
    for language in ("en", "de", "fr"):
        for entries in matcher_for(language)._entries.values():
            for entry in entries:
                lines = [
                    line for line in (*entry.rule.changes, *entry.rule.keeps) if "\n" not in line
                ]
                for line in filter(is_narrow, lines):
                    asked += 1
                    assert [found.span() for found in entry.regex(narrow=True).finditer(line)] == [
                        found.span() for found in entry.regex(narrow=False).finditer(line)
                    ]
    assert asked > 1000


@given(LINES)
def test_no_line_that_loses_something_is_passed_over(lines):
    matcher = matcher_for("en")
    top = min(2, len(lines))
    asked = matcher.with_inner(lines, top)
    assert asked == sorted(set(asked))
    for index, line in enumerate(lines):
        if matcher.inner(line, top=index < top):
            assert index in asked


@given(LINES)
def test_even_lines_need_no_look_at_their_white_space(lines):
    even = [" ".join(line.split()) for line in lines if line.split()]
    even = [line for line in even if "\u200b" not in line]
    matcher = matcher_for("en")
    assert matcher.lines(even, even=True) == matcher.lines(even)


@pytest.mark.parametrize("end", ["", r"\z", "$"])
def test_the_start_of_a_long_line_may_end_where_it_is_cut(end):
    line = "Hello" + " there" * 200
    head = line[:MAX_EDGE]
    source = RULE.format(pattern=r"Hello(?: there){1,70} ther" + end, changes=head)
    source = source.replace('"line"', '"prefix"\nwhere   = "start"').replace(
        f'["{head}"]', '["Hello there ther"]'
    )
    rules = load_user_rules(source, "mine.toml").rules
    matcher = Matcher([(rule, False) for rule in rules])
    assert matcher.with_inner([line], 1) == [0]


@pytest.mark.parametrize(
    ("pattern", "ends"),
    [
        ("a", False),
        (r"a\z", True),
        ("a$", True),
        ("[$]a", False),
        (r"\$a", False),
        (r"\Qa\E", True),
    ],
)
def test_patterns_that_ask_for_an_end(pattern, ends):
    assert has_end(pattern) is ends


def test_what_is_compiled_together_gives_the_same(monkeypatch):
    lines = ["Teilen auf Facebook", "Read more", "Der Fluss stieg am Montag wieder.", "Anzeige"] * 3
    matcher = matcher_for("de")
    apart = matcher.lines(lines), matcher.with_inner(lines, 2)
    assert len(matcher._parts["line"]) > 1
    monkeypatch.setattr("archivetk.rules.match._MERGE", 0)
    matcher._seen.clear()
    together = matcher.lines(lines), matcher.with_inner(lines, 2)
    assert len(matcher._parts["line"]) == 1
    assert together == apart
    assert apart[0]


RULE = """
[[rule]]
name    = "strip.mine"
label   = "promo"
why     = "An example."
match   = "line"
pattern = '''{pattern}'''
changes = ["{changes}"]
keeps   = ["Something else."]
"""


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (r"\AHello there\z", "Hello there"),
        (r"^Hello there$", "Hello there"),
        (r"Hello[^x]there", "Hello there"),
        (r"Hello\Q.\Ethere", "Hello.there"),
    ],
)
def test_the_ends_of_a_line_are_the_ends_of_a_text(pattern, line):
    rules = load_user_rules(RULE.format(pattern=pattern, changes=line), "mine.toml").rules
    matcher = Matcher([(rule, False) for rule in rules])
    assert list(matcher.lines(["Hello", "there", line, "Hello"])) == [2]


def test_a_line_break_is_part_of_no_line():
    assert by_line(r"\Aa[\z]\z") == r"^a[\z]$"
    assert by_line(r"\Qa\z\E") == ".*"

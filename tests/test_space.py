"""White space: what is put in order, and what keeps its shape."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import archivetk
from archivetk.document import Decoding, Source
from archivetk.patch import Patch
from archivetk.settings import Settings
from archivetk.steps import Context, Mark
from archivetk.steps.space import RULES, tidy

LONG = "The river rose by two metres in a single night, and the old bridge did not hold."


def context(media_type: str = "text/plain", **values: object) -> Context:
    chosen = Settings().changed(**values)
    source = Source("x", "x", b"")
    return Context(source, chosen, Decoding("utf-8", "utf-8"), media_type=media_type)


def tidied(text: str, media_type: str = "text/plain", **values: object) -> str:
    return Patch.of(text, tidy(text, context(media_type, **values))).apply(text)


@pytest.mark.parametrize(
    ("text", "after", "rules"),
    [
        ("One.\n\n\n\nTwo.", "One.\n\nTwo.", ["space.blank-lines"]),
        ("One.\n \n\t\nTwo.", "One.\n\nTwo.", ["space.blank-lines"]),
        ("One.\n \nTwo.", "One.\n\nTwo.", ["space.trailing"]),
        ("One. \t\nTwo.", "One.\nTwo.", ["space.trailing"]),
        ("One.\u00a0\nTwo.\u3000\nThree.", "One.\nTwo.\nThree.", ["space.trailing"] * 2),
        ("One  word   and one.", "One word and one.", ["space.doubled"] * 2),
        ("One.  Two.", "One. Two.", ["space.doubled"]),
        ("Oui\u00a0 ! Non \u202f?", "Oui\u00a0! Non\u202f?", ["space.doubled"] * 2),
        ("One\tword and one.", "One word and one.", ["space.tab"]),
        ("One \t word.", "One word.", ["space.tab"]),
        ("\n \nOne.", "One.", ["space.edges"]),
        ("One.\n", "One.", ["space.edges"]),
        ("One. \n\n ", "One.", ["space.edges"]),
        (" \n\t\n", "", ["space.edges"]),
        ("  One.\nTwo.", "One.\nTwo.", ["space.indent"]),
        (f"One.\n\n   {LONG}\n\nTwo.", f"One.\n\n{LONG}\n\nTwo.", ["space.indent"]),
    ],
)
def test_what_is_put_in_order(text, after, rules):
    assert tidied(text) == after
    assert [one.rule for one in tidy(text, context())] == rules


POEM = "The bridge is down,\n    the bridge is down,\n  and nobody\n        saw it go."
KEPT = [
    "",
    "One.\n\nTwo.\nThree.",
    POEM,
    f"{LONG}\n\n{POEM}\n\n{LONG}",
    "Dear all,\n\n    The bridge is down.\n\n    It will stay so.",
    # columns
    "name    age  town\nAnna     31  Brig\nBert      7  Visp",
    "Mon    rain\nTue    snow",
    # tabs and pipes
    "name\tage\nAnna\t31\nBert\t7",
    "a\t\tb\nc\t\td",
    "| name  | age |\n|-------|-----|\n| Anna  | 31  |",
    # code
    "def f(x):\n    y  = x\n    return {y:  x}",
    "```\na  b\n\n\n\n  c  \n```",
    "~~~\na  b \n~~~",
    # drawings and figures
    "+---+   +---+\n| a |   | b |\n+---+   +---+",
    "1   2   3   4",
    "Use `a  b` here.",
    # full-width spaces that begin a paragraph, as in Chinese
    "桥在夜里塌了。\n　　河水涨得很高。",
    "Oui\u00a0! Non\u202f?",
]


@pytest.mark.parametrize("text", KEPT)
def test_what_keeps_its_shape(text):
    assert tidied(text) == text


MARKDOWN = [
    ("Hard  \nbreak", "Hard  \nbreak"),
    ("Hard     \nbreak", "Hard  \nbreak"),
    ("No break \nhere", "No break\nhere"),
    ("Last line  \n\nNext", "Last line\n\nNext"),
    ("- one\n\n  still  one\n- two", "- one\n\n  still one\n- two"),
    ("Text:\n\n    code  here\n\nText", "Text:\n\n    code  here\n\nText"),
    ("```\na  b\n\n\n\nc", "```\na  b\n\n\n\nc"),
    ("One  word", "One word"),
    ("One\n\n\n\nTwo", "One\n\nTwo"),
    (f"   {LONG}\n\nTwo", f"   {LONG}\n\nTwo"),
]


@pytest.mark.parametrize(("text", "after"), MARKDOWN)
def test_markdown_keeps_its_meaning(text, after):
    assert tidied(text, "text/markdown") == after


def test_in_a_table_of_a_page_cells_stay_and_white_space_goes():
    page = (
        "<html><body><table><tr><td><h2>The mill&nbsp;<br>of the village&nbsp;</h2>"
        "<p>It stood still for a year.&nbsp; Nobody missed it, and the miller went to the town to "
        "look for work.&nbsp;</p></td></tr></table><p>The river rose in the night to Monday, and "
        "the people carried their beds up to the loft.</p><table><tr><td>Year</td><td>Bags&nbsp; "
        "of flour</td></tr><tr><td>1901</td><td>700&nbsp;</td></tr>"
        "</table></body></html>"
    )
    text = archivetk.clean(page, media_type="text/html", disable=["strip"], extractor="none").text
    assert text == (
        "The mill\nof the village\n\nIt stood still for a year. Nobody missed it, and the miller "
        "went to the town to look for work.\n\nThe river rose in the night to Monday, and the "
        "people carried their beds up to the loft.\n\nYear\tBags of flour\n1901\t700"
    )


def test_a_paragraph_beside_a_table_is_still_put_in_order():
    table = "name    age\nAnna     31"
    assert tidied(f"One  word.\n\n{table}\n\nTwo  words.") == f"One word.\n\n{table}\n\nTwo words."


def test_two_spaces_behind_full_stops_are_no_column():
    text = "It rained.  It snowed.\nIt rained.  It froze.\nWe left.  We came."
    assert tidied(text) == text.replace("  ", " ")


def test_marked_stretches_keep_their_shape():
    text = "One  word.\n\na  b \nc d\n\nTwo  words."
    here = context()
    start = text.index("a  b")
    here.marks = [Mark(start, start + 8, "pre")]
    after = Patch.of(text, tidy(text, here)).apply(text)
    assert after == "One word.\n\na  b \nc d\n\nTwo words."


def test_rules_can_be_switched_off():
    text = "One  word. \n\n\n\nTwo."
    assert tidied(text, disable=("space",)) == text
    assert tidied(text, disable=("space.doubled",)) == "One  word.\n\nTwo."
    assert tidied(text, only=("space.blank-lines",)) == "One  word. \n\nTwo."


def test_every_rule_says_why():
    assert all(name.startswith("space.") and why.endswith(".") for name, why in RULES.items())


# --- laws

PIECES = st.sampled_from(
    ["a", "b.", "Wort", " ", "  ", "   ", "\t", "\n", "\n\n", "\n\n\n", "|", "```", "~~~", "`", "- ", "    ",
     "{", "=", "\u00a0", "\u3000", "\u202f", LONG, "1", "-"]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=50).map("".join)
MEDIA = st.sampled_from(["text/plain", "text/markdown"])


@given(TEXTS, MEDIA)
@settings(max_examples=500)
def test_tidying_twice_is_tidying_once(text, media_type):
    once = tidied(text, media_type)
    assert tidied(once, media_type) == once


@given(TEXTS, MEDIA)
@settings(max_examples=300)
def test_nothing_but_white_space_changes(text, media_type):
    once = tidied(text, media_type)
    assert "".join(once.split()) == "".join(text.split())
    assert once == once.rstrip()
    assert once.split() == text.split()
    if "```" not in text and "~~~" not in text:
        assert "\n\n\n" not in once


@given(st.text(max_size=200), MEDIA)
def test_any_text_is_taken(text, media_type):
    once = tidied(text, media_type)
    assert tidied(once, media_type) == once


@pytest.mark.parametrize(
    "unit",
    [" ", "\n", " \n", "\t", "a  ", "a  b\n", "a\t", "```\n", "`a  ", " \n\n", "|  ", "\u00a0 a"],
)
@pytest.mark.growth
def test_hostile_text_takes_linear_time(unit):
    def seconds(text: str) -> float:
        best = 9.0
        for _ in range(2):
            start = time.process_time()
            tidy(text, context("text/markdown"))
            best = min(best, time.process_time() - start)
        return best

    # eight times the text; a quadratic algorithm would take sixty-four times as long
    assert seconds(unit * 32_000) < 30 * max(seconds(unit * 4_000), 0.005)

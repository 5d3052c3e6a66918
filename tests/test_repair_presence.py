"""Kinds of characters, asked of a whole text at once."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archivetk.characters import MOST
from archivetk.steps.repair.compose import composing, has_marks
from archivetk.steps.repair.encoding import gate
from archivetk.steps.repair.presence import (
    COMPOSES,
    TROUBLE,
    TROUBLE_BASIC,
    matches,
    suspects,
    troubles,
)
from archivetk.steps.repair.table import _TABLE_GATE, _gate

TROUBLED = re.compile(f"[{TROUBLE_BASIC}]")


#: Not in ASCII, which has a pattern of its own.
WIDE = st.text(st.characters(codec=None)).map("é{}".format)


@given(WIDE)
def test_what_is_not_told_does_not_stand_there(text):
    kinds = troubles(text, {})
    assert kinds & TROUBLE or not TROUBLED.search(text)
    assert kinds & COMPOSES or not has_marks(text)


@given(st.text(st.characters(max_codepoint=0xD7FF)).map("é{}".format))
def test_in_the_basic_plane_it_is_told_exactly(text):
    kinds = troubles(text, {})
    assert bool(kinds & TROUBLE) == bool(TROUBLED.search(text))
    assert bool(kinds & COMPOSES) == bool(re.search(f"[{composing()[1]}]", text))


@pytest.mark.parametrize("at", [0, 32767, 32768, MOST])
def test_long_texts_are_read_to_their_end(at):
    text = "é" * at + "\u00a0" + "é" * (MOST - at)
    assert troubles("é" * (MOST + 1), {}) == 0
    assert troubles(text, {}) == TROUBLE
    assert troubles(text.replace("\u00a0", "\u0301"), {}) == COMPOSES
    assert [one.start() for one in matches(text, {}, _TABLE_GATE)] == [at]


@given(WIDE)
def test_what_is_remembered_is_the_same(text):
    memory = {}
    assert troubles(text, memory) == troubles(text, {}) == troubles(text, memory)
    assert troubles(text + "\u0301", memory) == troubles(text + "\u0301", {})


@given(st.text(st.one_of(st.sampled_from("aé \u00a0\u200b\u200dनक्\u0301\U0001f600\U000e0041\n"),
                         st.characters(codec=None)), max_size=20))  # fmt: skip
def test_patterns_find_the_same_at_the_places_that_are_told(text):
    for pattern in (_TABLE_GATE, _gate()):
        found = [one.span() for one in pattern.finditer(text)]
        assert [one.span() for one in matches(text, {}, pattern)] == found


@given(st.text(st.sampled_from("aéÃÂ©“”’€œ ²³ВГ°ØÙ\x93\n"), max_size=12))
def test_damage_is_only_where_it_is_suspected(text):
    places = suspects(text, {})
    assert {found.start() for found in gate().finditer(text)} <= set(places)
    assert bool(gate().search(text)) == any(gate().match(text, place) for place in places)


def test_clean_text_is_not_suspected():
    assert suspects("“Não é só isso”, disse — e saiu à rua às 9h30, às pressas.", {}) == []
    assert suspects("so isst man ImbissspieÃŸe", {}) == [22, 23]


def test_beyond_the_basic_plane_too():
    assert suspects("é 😀", {}) == []
    assert suspects("😀 ImbissspieÃŸe", {}) == [12, 13]


def test_a_long_text_needs_a_search():
    assert suspects("é" * (MOST + 1), {}) is None

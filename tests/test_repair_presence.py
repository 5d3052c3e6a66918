"""Kinds of characters, asked of a whole text at once."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archivetk.steps.repair.compose import composing, has_marks
from archivetk.steps.repair.encoding import gate
from archivetk.steps.repair.presence import COMPOSES, TROUBLE, TROUBLE_BASIC, kinds_of, suspects

TROUBLED = re.compile(f"[{TROUBLE_BASIC}]")


@given(st.text(st.characters(codec=None)))
def test_what_is_not_told_does_not_stand_there(text):
    kinds = kinds_of(text)
    assert kinds & TROUBLE or not TROUBLED.search(text)
    assert kinds & COMPOSES or not has_marks(text)


@given(st.text(st.characters(max_codepoint=0xD7FF)))
def test_in_the_basic_plane_it_is_told_exactly(text):
    kinds = kinds_of(text)
    assert bool(kinds & TROUBLE) == bool(TROUBLED.search(text))
    assert bool(kinds & COMPOSES) == bool(re.search(f"[{composing()[1]}]", text))


@pytest.mark.parametrize("at", [0, 32767, 32768, 99_999])
def test_long_texts_are_read_to_their_end(at):
    text = "é" * at + "\u00a0" + "é" * (99_999 - at)
    assert kinds_of("é" * 100_000) == 0
    assert kinds_of(text) == TROUBLE
    assert kinds_of(text.replace("\u00a0", "\u0301")) == COMPOSES


@given(st.text(st.characters(codec=None)))
def test_what_is_remembered_is_the_same(text):
    memory = {}
    assert kinds_of(text, memory) == kinds_of(text) == kinds_of(text, memory)
    assert kinds_of(text + "\u0301", memory) == kinds_of(text + "\u0301")


@given(st.text(st.sampled_from("aéÃÂ©“”’€œ ²³ВГ°ØÙ\x93\n"), max_size=12))
def test_damage_is_only_where_it_is_suspected(text):
    places = suspects(text, {})
    assert {found.start() for found in gate().finditer(text)} <= set(places)
    assert bool(gate().search(text)) == any(gate().match(text, place) for place in places)


def test_clean_text_is_not_suspected():
    assert suspects("“Não é só isso”, disse — e saiu à rua às 9h30, às pressas.", {}) == []
    assert suspects("so isst man ImbissspieÃŸe", {}) == [22, 23]


def test_beyond_the_basic_plane_a_search_is_needed():
    assert suspects("é 😀", {}) is None

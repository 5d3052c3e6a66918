"""One look at the characters of a text says what looking at each of them says."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archivetk.characters import (
    DIGIT,
    LETTER,
    MARK,
    ODD_SPACE,
    RARE,
    SYMBOL,
    UPPER,
    WHITE,
    carry,
    is_known,
    kinds_of,
    occurring,
    white_runs,
)
from archivetk.patch import Edit, Patch, Reason
from archivetk.steps.join.places import _ALL_MARKS, _PLACE, places
from archivetk.steps.space import _OTHER_SPACE

TEXTS = st.text(
    st.one_of(st.sampled_from("aZé.,:;!?…\"'”»( \t\n7٣\u00a0\u2003؟।😀字"), st.characters()),
    max_size=40,
)


#: What this module tells; flags beyond that are other rooms'.
OURS = 0xFF


def flags(one: str) -> int:
    return int(kinds_of(one, {})[0]) & OURS


def told(text: str, memory: dict) -> list[int]:
    return [int(one) & OURS for one in kinds_of(text, memory)]


def test_each_character_of_the_basic_plane():
    for one in map(chr, range(0xFFFF)):
        found = flags(one)
        if found & RARE:
            assert found == RARE
            assert one in "\x1c\x1d\x1e\x1f\x85\ufffd" or "\ud800" <= one <= "\udfff"
            continue
        assert bool(found & (LETTER | UPPER)) == one.isalpha()
        assert bool(found & DIGIT) == one.isdecimal()
        assert bool(found & WHITE) == one.isspace()
        assert bool(found & MARK) == (one in _ALL_MARKS)
        assert bool(found & ODD_SPACE) == bool(_OTHER_SPACE.match(one))


@pytest.mark.parametrize(
    ("one", "kind"),
    [
        ("a", LETTER), ("Å", UPPER), ("ǅ", UPPER), ("字", LETTER), ("7", DIGIT), ("²", 0),
        ("$", SYMBOL), ("😀", SYMBOL), ("\n", WHITE), ("\u3000", WHITE | ODD_SPACE),
        (".", SYMBOL | MARK), ("؟", SYMBOL | MARK), ("\ufffd", RARE),
    ],
)  # fmt: skip
def test_kinds(one, kind):
    assert flags(one) == kind


def test_half_of_a_pair_is_rare():
    assert flags("\ud800") == flags("\udfff") == RARE


@given(TEXTS, TEXTS)
def test_a_character_is_the_same_wherever_it_stands(one, other):
    memory = {}
    assert told(one + other, memory) == [flags(sign) for sign in one + other]
    assert told(other, memory) == [flags(sign) for sign in other]


@given(TEXTS)
def test_places_are_where_the_pattern_finds_them(text):
    every = {found.end() for found in _PLACE.finditer(text)}
    found = [place.next for place in places(text, {})]
    assert found == sorted(found)
    assert set(found) <= every
    left_out = every.difference(found)
    for at in left_out:  # initials, and small letters behind a full stop
        assert re.search(r"\.[\"'”’»›)\]“‘«‹„‚(\[¿¡]{0,4}$", text[:at])


@given(st.data(), TEXTS, st.booleans())
def test_what_is_known_goes_along_with_edits(data, text, is_asked):
    memory = {}
    kinds_of(text, memory)
    for _ in range(data.draw(st.integers(1, 3))):
        edits = []
        for place in sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=4))):
            if not edits or edits[-1].end <= place:
                end = data.draw(st.integers(place, len(text)))
                edits.append(Edit(place, end, data.draw(TEXTS), (Reason("test"),)))
        patch = Patch(len(text), edits)
        columns, result = patch.edits, patch.apply(text)
        carry(memory, text, columns.starts, columns.ends, columns.news, result)
        text = result
        now = occurring(text, {})
        assert occurring(text, memory) & now == now
        if is_asked:
            assert kinds_of(text, memory).tolist() == kinds_of(text, {}).tolist() or (
                # what was not in ASCII once has the flags of all rooms still
                text.isascii() and told(text, memory) == told(text, {})
            )
    assert told(text, memory) == told(text, {})


def test_many_edits_are_not_followed():
    memory = {}
    text = "a" * 1000
    kinds_of(text, memory)
    patch = Patch(1000, [Edit(at, at + 1, "B", (Reason("test"),)) for at in range(0, 1000, 10)])
    columns, result = patch.edits, patch.apply(text)
    carry(memory, text, columns.starts, columns.ends, columns.news, result)
    assert not memory
    assert told(result, memory) == [flags(sign) for sign in result]


@given(st.text(st.sampled_from("a \t\n\u00a0é"), max_size=30))
def test_runs_of_white_space(text):
    runs = [found for found in re.finditer(r"\s+", text) if len(found[0]) > 1]
    assert white_runs(text, {}) == [(found.start(), len(found[0]) > 2) for found in runs]


def test_who_asks_first_is_told_that_nobody_did():
    memory = {}
    text = "one two"
    assert not is_known(text, memory)
    kinds_of(text, memory)
    assert is_known(text, memory)
    assert not is_known(text + "!", memory)

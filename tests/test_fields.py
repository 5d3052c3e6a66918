"""The facts of a document as fields: one line each, whatever its values hold."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archivetk.provenance import from_fields, to_fields, to_json

_SIGNS = st.characters(exclude_categories=["Cs"]) | st.sampled_from(
    '\x00\x1f"\\/\x7f\x85\u2028\u2029\udfff\ufffe\uffff'
)
_TEXTS = st.text(_SIGNS, max_size=20)
_ROWS = st.lists(st.tuples(st.integers(0, 1 << 40), st.integers(0, 9), _TEXTS, _TEXTS), max_size=5)


@given(_ROWS)
def test_rows_of_the_ledger_are_written_as_all_other_values_are(rows):
    assert to_fields({"edits": rows}) == b"edits: " + to_json(rows).encode("utf-8") + b"\r\n"


@given(_ROWS, _TEXTS)
def test_fields_are_read_as_they_were_written(rows, text):
    facts = {"title": text, "edits": rows}
    assert from_fields(to_fields(facts)) == {"title": text, "edits": [list(row) for row in rows]}


@given(_ROWS, _TEXTS)
def test_no_value_ends_its_line(rows, text):
    block = to_fields({"title": text, "edits": rows})
    # as splitlines cuts text, which is more than any reader of records does
    assert len(block.decode("utf-8").splitlines()) == 2


def test_numbers_that_json_does_not_know_become_null():
    assert json.loads(to_json({"share": float("nan")})) == {"share": None}


def test_a_name_must_be_one():
    with pytest.raises(ValueError, match="cannot name a field"):
        to_fields({"two words": 1})

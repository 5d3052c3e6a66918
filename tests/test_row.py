"""Rows of JSON Lines are read as edits of their line."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archivetk.document import Cleaned, Failed, Source
from archivetk.pipeline import clean_source
from archivetk.settings import load_profile

GENTLE = load_profile("gentle").changed(disable=("repair", "join", "space"))


def run(line: str | bytes):
    data = line if isinstance(line, bytes) else line.encode()
    return clean_source(
        Source("r", "r", data, "application/json", declared_encoding="utf-8"), GENTLE
    )


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff")).filter(
        lambda text: text.strip()
    ),
    st.booleans(),
    st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5), max_size=3),
)
def test_value_is_what_json_says_and_the_line_comes_back(text, ascii_only, others):
    others = {key: value for key, value in others.items() if key not in {"html", "raw_content"}}
    line = json.dumps({**others, "text": "x" + text}, ensure_ascii=ascii_only).encode() + b"\n"
    result = run(line)
    assert isinstance(result, Cleaned), result
    assert result.document.decoded.encode() == line
    assert result.document.trail[0].patch.apply(result.document.decoded) == "x" + text
    assert result.document.restore() == line


def test_spans_point_into_the_line():
    document = run('{"id": 1, "text": "caf\\u00e9 au lait"}').document
    assert document.text == "café au lait"
    at = document.where(3, 4)
    assert document.source.data[at.start : at.end] == b"\\u00e9"


def test_surrogate_pairs_and_halves():
    document = run('{"text": "a\\ud83d\\ude00b\\ud83dc"}').document
    assert document.trail[0].patch.apply(document.decoded) == "a😀b\ufffdc"
    assert {edit.rule for edit in document.trail[0].patch.edits} == {
        "row.value",
        "row.escape",
        "row.surrogate",
    }


def test_html_wins_over_text():
    assert run('{"text": "plain", "html": "<p>marked</p>"}').document.media_type == "text/html"


@pytest.mark.parametrize(
    "line",
    ['{"text": 5}', "[1]", '{"text": "a"', "nonsense", '{"a": "b"}', '{"text" "a"}', "{,}"],
)
def test_broken_rows_fail_with_a_word(line):
    result = run(line)
    assert isinstance(result, Failed)
    assert result.code == "malformed"
    assert "row" in result.reason.lower()

"""What stands above a text and is no headline."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import archivetk
from archivetk.document import Source
from archivetk.pipeline import clean_source
from archivetk.settings import load_profile
from archivetk.steps.strip.blocks import tokens
from archivetk.steps.strip.title import _nearly, _needed

BODY = """The river rose again on Monday night, and the people of the lower town carried their beds to the attic.

Volunteers had filled sandbags since noon, but the water found its way through the cellars of the old mill.

The council will meet on Thursday to decide who pays for the new dam, which was promised twelve years ago."""


@pytest.mark.parametrize(
    "line",
    [
        "Portrait by Dora Field",
        "Photograph by Dora Field for the Valley Post",
        "Tuesday 15 October 2019 by Dora Field",
        "15 October 2019",
        "[Notes] [txt|pdf] [Tracker] [Email]",
        ") in effect on the date of the flood",
        ", says the miller of the old mill",
        "'Come in, then.'",
        "“We walked.”",
    ],
)
def test_no_headline(line):
    assert archivetk.clean(f"{line}\n\n{BODY}").metadata.get("title") is None


@pytest.mark.parametrize(
    "line",
    [
        "Portrait of a Town Under Water",
        "Credit Unions Pay for the Dam",
        "Photographs Show How High the River Rose",
        "15 Houses Lost in the Flood",
        "[Update] River Rises Again in the Lower Town",
        "Image of the River Divides the Council",
    ],
)
def test_a_headline(line):
    assert archivetk.clean(f"{line}\n\n{BODY}").metadata.get("title") == line


def test_of_two_lines_the_first_is_the_headline():
    document = archivetk.clean(f"The Long Flood of Lower Ashby\nA night on the river\n{BODY}")
    assert document.metadata["title"] == "The Long Flood of Lower Ashby"
    assert document.text == f"A night on the river\n{BODY}"


def cleaned(text, media_type="text/plain", **given):
    source = Source("x", "x", text.encode(), media_type=media_type, given=given)
    return clean_source(source, load_profile("article")).document


TOLD = "The Long Flood of Lower Ashby and the Old Mill"


@pytest.mark.parametrize(
    "line",
    [
        "What the Council Will Do",
        "Lower Ashby",
        "The Old Mill",
        "A Flood in Numbers",
        "October 14, 2004",
        "The mill on Monday / Ashby Archive",
    ],
)
def test_where_the_title_is_told_another_line_is_none(line):
    page = f"<title>{TOLD}</title><h1>{TOLD}</h1><article><h2>{line}</h2><p>"
    for document in (
        cleaned(f"{line}\n\n{BODY}", title=TOLD),
        cleaned(page + BODY.replace("\n\n", "<p>"), "text/html"),
    ):
        assert document.metadata["title"] == TOLD
        assert document.text.replace("\n\n", "\n") == f"{line}\n{BODY}".replace("\n\n", "\n")


def test_where_the_title_is_told_a_line_that_comes_again_is_none():
    text = f"Words from the Attic\n\n{BODY}\n\nWords from the Attic\n\n{BODY}"
    assert cleaned(text, title=TOLD).text == text


@pytest.mark.parametrize(
    "line",
    [
        TOLD,
        TOLD.upper(),
        "The Long Flood of Lower Ashby",
        "Long Flood of Lower Ashby and the Old Mill",
        f"{TOLD} in Pictures",
    ],
)
def test_a_title_that_is_told_may_stand_in_other_words(line):
    assert cleaned(f"{line}\n\n{BODY}", title=TOLD).text == BODY


def test_the_head_of_a_letter_has_no_headline():
    head = "From: Ida Holm\nTo: Per Lund\nSubject: The ferry\n\n"
    document = archivetk.clean(head + BODY)
    assert document.text == head + BODY
    assert "title" not in document.metadata


def test_a_headline_may_have_a_name_in_front():
    head = "Ashby: Flood Takes the Old Mill"
    assert archivetk.clean(f"{head}\n\n{BODY}").metadata["title"] == head


def test_a_kicker_in_capitals_is_not_the_headline():
    document = archivetk.clean(f"FOR IMMEDIATE RELEASE\n\nThe Long Flood of Lower Ashby\n\n{BODY}")
    assert document.metadata["title"] == "The Long Flood of Lower Ashby"
    assert document.text == f"FOR IMMEDIATE RELEASE\n\n{BODY}"
    document = archivetk.clean(f"THE LONG FLOOD\n\n{BODY}")
    assert document.metadata["title"] == "THE LONG FLOOD"


def test_hard_line_breaks_have_no_headline():
    text = """The river rose again on Monday night,
and the people of the lower town carried
their beds to the attic. Volunteers had
filled sandbags since noon, but the water
found its way through the old mill, which
stands beside the bridge. The council will
meet on Thursday to decide who pays."""
    assert archivetk.clean(text).text == text


@given(
    st.lists(st.sampled_from(["storm", "The", "harbour", "İzmir", "roof", "Straße", "a"]), max_size=12),
    st.lists(st.sampled_from(["storm", "the", "harbour", "i̇zmir", "roof", "STRASSE", "b"]), max_size=12),
)  # fmt: skip
def test_a_line_like_the_headline_has_one_of_the_words_that_are_looked_for(headline, line):
    title = set(tokens(" ".join(headline)))
    words = tokens(" ".join(line))
    if title and (_nearly(words, title) or words == tokens(" ".join(headline))):
        assert any(word in " ".join(line).casefold() for word in _needed(title))


@pytest.mark.parametrize("language", ["de", "fr", "tr", "zh"])
def test_the_title_of_another_article_is_not_this_ones(language):
    lines = {
        "de": "Lesen Sie auch: Warum die Brücke gesperrt bleibt",
        "fr": "Lire aussi : Le pont reste fermé",
        "tr": "İlgili haber: Köprü neden kapalı",
        "zh": "延伸阅读：桥为什么还没有开通",
    }
    paragraphs = BODY.split("\n\n")
    text = "\n\n".join([*paragraphs[:2], lines[language], paragraphs[2]])
    document = archivetk.clean(text, language=language)
    assert lines[language] not in document.text
    assert "title" not in document.metadata


def test_a_title_in_a_pointer_of_ones_own_rules_is_another_ones():
    rule = """
[[rule]]
name = "my.pointer"
label = "LABEL"
why = "A pointer."
match = "line"
pattern = 'Story: (?P<title>.{1,60})'
changes = ["Story: The Mill"]
keeps = ["Story of a mill"]
"""
    for label, title in (("related", None), ("title", "The Mill")):
        rules = [{"name": "my.toml", "text": rule.replace("LABEL", label)}]
        document = archivetk.clean(f"Story: The Mill\n\n{BODY}", rules=rules)
        assert document.text == BODY
        assert document.metadata.get("title") == title


@pytest.mark.parametrize(
    ("head", "byline"),
    [("Ferry Stops", "By Ida Holm | 3 March 2024"), ("A River in Winter", "By Ida Holm")],
)
def test_a_short_headline_stands_right_above_the_only_byline(head, byline):
    menu = "Home\nNews\nSport\nContact"
    tail = (
        "Share on Facebook\nComments (3)\nRelated articles\nThe Mill Burns Down\n© 2024 Coast Post"
    )
    document = archivetk.clean(f"{menu}\n{head}\n{byline}\nPhoto: Per Lund\n{BODY}\n{tail}")
    assert document.metadata["title"] == head
    assert document.metadata["authors"] == ["Ida Holm"]


def test_in_a_list_of_articles_each_has_a_byline():
    listed = "Home\nNews\nMill Burns\nBy Ann Lee\nBridge Opens\nBy Tom Ray\nContact\nSport"
    document = archivetk.clean(
        f"{listed}\n{BODY}\nShare on Facebook\nComments (3)\n© 2024 Coast Post"
    )
    assert document.metadata.get("title") not in {"Mill Burns", "Bridge Opens"}

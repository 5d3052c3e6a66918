"""Texts that other tools wrote: pieces of sentences on lines of their own, scripts, overlooked rests."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import astuple

from archivetk.document import Decoding, Source
from archivetk.patch import Patch
from archivetk.rules import matcher_for
from archivetk.settings import load_profile
from archivetk.steps import Context
from archivetk.steps.strip import strip
from archivetk.steps.strip.blocks import _by_columns, _one_by_one, cut
from archivetk.steps.strip.flow import join_pieces
from archivetk.steps.strip.oneline import split_one_line
from archivetk.steps.strip.run import is_series
from archivetk.steps.strip.script import find_scripts

P1 = "The river rose again on Monday night, and the people of the lower town carried their beds to the attic."
P2 = "Volunteers had filled sandbags since noon, but the water found its way through the cellars of the old mill."
P3 = "“We have seen worse,” said the miller, who has lived beside the bridge for more than sixty years."
P4 = "The council will meet on Thursday to decide who pays for the new dam, which was promised twelve years ago."
BODY = f"{P1}\n\n{P2}\n\n{P3}\n\n{P4}"


def context():
    made = Context(
        Source("a.txt", "a.txt", b""), load_profile("article"), Decoding("utf-8", "utf-8")
    )
    made.hint = "en"
    return made


def left(text):
    return Patch.of(text, strip(text, context())).apply(text).strip()


PIECES = (
    "The old mill was sold in",
    "March",
    "to a baker from",
    "Lower Ashby",
    ", who wants to",
    "copy",
    "the ovens of his grandfather and to open them to the",
    "English",
    "visitors of the valley",
    ".",
)


@pytest.mark.parametrize("end", ["\n", "\n\n"])
def test_the_pieces_of_a_sentence_stay(end):
    furniture = "Share on Facebook\nCookie policy\nRead more\n© 2021 The Mill\n"
    menu = "\n".join(f"Section {one}" for one in "ABCDEFGHIJKLMNOPQRST")
    text = f"{furniture}{menu}\n{BODY}\n\n{end.join(PIECES)}\n\n{P1[:-1]} again.\n{furniture}"
    rest = left(text)
    assert end.join(PIECES) in rest
    assert "Section" not in rest
    assert "Cookie" not in rest


def test_buttons_are_no_pieces():
    text = f"{BODY}\n\nshare\ncopy link\nprint\n\n{P1}"
    assert "copy link" not in left(text)


def blocks_of(text):
    return [block.text for block in join_pieces(cut(text), text)]


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (["She left the house at noon and", "walked to the station."], True),
        (["She left the house at noon, says", "Dora Field", ", who saw her go."], True),
        (["She left the house at noon and took the", "Northern Line", "to the sea."], True),
        (["She left the house at noon.", "walked to the station and came back late."], False),
        (["Police look for a man", "The man was seen at the harbour late on Monday."], False),
        (["home", "news", "sport", "weather", "contact"], False),
        (["Sign up for", "Our Letter"], False),
        (["She left the house at noon and", "", "", "", "walked to the station."], False),
    ],
)
def test_what_goes_on_in_the_next_line(lines, joined):
    text = "\n".join(lines)
    assert blocks_of(text) == ([text] if joined else [one for one in lines if one])


@given(st.lists(st.sampled_from(["a", "of the", "Word", ", and", ".", "Some words here", "", "»"])))
def test_joining_pieces_loses_nothing(lines):
    text = "\n".join(lines)
    joined = join_pieces(cut(text), text)
    assert "".join("".join(block.text.split()) for block in joined) == "".join(text.split())
    assert all(text[block.start : block.end] == block.text for block in joined)
    assert sum(block.words for block in joined) == sum(block.words for block in cut(text))


LIST = "\n".join(
    f"{number}. {name}"
    for number, name in enumerate(
        ["Ashby", "Bell Green", "Corfe", "Dunstan", "Eastwick", "Farley", "Gorse", "Hale"], 1
    )
)


def test_what_an_extractor_overlooked_does_not_make_a_page_of_its_text():
    text = f"{BODY}\n\nThe towns by the height of the water\n\n{LIST}\n\nRead more\nRead more\nLearn more"
    assert LIST in left(text)


def test_furniture_of_many_kinds_makes_a_page():
    furniture = "Share on Facebook\nCookie policy\nRead more\n© 2021 The Mill"
    text = f"{BODY}\n\nThe towns by the height of the water\n\n{LIST}\n\n{furniture}"
    assert left(text) == BODY


SCRIPTS = """window.dataLayer = window.dataLayer || [];
function gtag(){dataLayer.push(arguments);}
gtag('js', new Date());
/* the size of the text */
if (width > 300) {
    resize(width, 300);
}"""
SHEET = ".box h2 {color: #fff; margin: 0 auto;}\n.box a {text-decoration: none !important;}"
CODE = "\n".join(SCRIPTS.split("\n")[1:]) + "\n" + SHEET
DATA = '{"@context": "https://schema.example", "@type": "NewsArticle",\n"headline": "The river rose",\n"wordCount": 200\n}'


def test_the_scripts_of_a_page_go():
    assert (
        left(f"{P1}\n{SCRIPTS}\n{P2}\n{SHEET}\n{P3}\n\n{P4}\n{DATA}") == f"{P1}\n{P2}\n{P3}\n\n{P4}"
    )


@pytest.mark.parametrize(
    "text",
    [
        # one idiom alone is no page
        f"{P1}\n\nfunction gtag(){{queue.push(arguments);}}\nvar width = 300;\n\n{P2}",
        # the text speaks of code
        (
            f"{BODY}\n\nPut this JavaScript in front of the others, at the very top of the page.\n\n{CODE}"
            "\n\nNow the snippet counts each visit, and what it writes can be read the day after."
        ),
        f"{BODY}\n\n```\n{CODE}\n```",
        # figures, formulas and quotations between idioms that a reader sees
        f"{BODY}\n\n12 = 7 + 5 {{x}}\n\nThey found googletag and dataLayer in the notes.",
    ],
)
def test_code_that_is_part_of_the_text_stays(text):
    assert left(text) == text


@pytest.mark.growth
def test_scripts_are_found_in_linear_time():
    def spent(size):
        text = "googletag fbq( {\n" + ("a" * 1900 + ";\n" + "$a" * 900 + "\n") * size
        blocks = cut(text)
        begin = time.process_time()
        find_scripts(blocks, text, context())
        return time.process_time() - begin

    assert spent(200) < 12 * spent(50) + 0.05


MENU = (
    "Skip to content Home News Sport Weather Opinion Log in Subscribe Search Contact Us The Valley Post Local News"
    " Lower Ashby Bell Green Upper Town Share on Facebook May 3, 2021"
)
FOOTER = (
    "Read more Related Stories Bell Green Opens New School Privacy Policy Terms of Use Cookie Policy About Us"
    " © 2021 The Valley Post Sign in Newsletter Share on Twitter"
)
ONE_LINE = " ".join([P1, P2, P3, P4] * 4)


def test_a_page_on_one_line_is_cut_at_both_ends_of_its_text():
    text = f"{MENU} {ONE_LINE} {FOOTER}"
    assert left(text) == ONE_LINE
    assert left(f"  {text}\n") == ONE_LINE
    assert left(f"{ONE_LINE} {FOOTER}") == ONE_LINE
    assert left(f"{MENU} {ONE_LINE}") == ONE_LINE


@pytest.mark.parametrize(
    "text",
    [
        ONE_LINE,
        # names, and no furniture that a rule knows
        f"{ONE_LINE} With Dora Field, Ada Miller, Ben Baker, Carl Smith, Eve Cook, Finn Potter, Gus Mason, Hal Wright.",
        f"THE OLD MILL OF LOWER ASHBY AND THE NEW DAM OF THE VALLEY, A REPORT IN FIVE PARTS BY DORA FIELD {ONE_LINE}",
        # a line among others
        "\n\n".join(f"{MENU}: {P1} {P2}" for _ in range(8)),
        # no letters of two cases
        "河は月曜の夜にまた増水し、下町の人々は寝床を屋根裏に運んだ。" * 80,
    ],
)
def test_a_long_line_that_is_no_page_stays(text):
    assert left(text) == text


@given(st.lists(st.sampled_from(["a b. ", "Menu ", "Log in ", "© 2021 ", "the end ", "\n", "  "])))
def test_the_parts_of_a_line_lose_nothing(words):
    text = "".join(words) + MENU + " " + ONE_LINE + " " + FOOTER
    parts = split_one_line(cut(text), matcher_for("en"), context())
    assert "".join("".join(one.text.split()) for one in parts) == "".join(text.split())
    assert all(text[one.start : one.end] == one.text for one in parts)
    assert all(one.begin <= one.start < one.end <= one.stop for one in parts)
    assert all(above.stop <= below.begin for above, below in pairwise(parts))


def test_nouns_with_capitals_are_no_menu():
    text = (
        "Der Bürgermeister der Gemeinde hat am Montag mit den Vertretern der Bauern über die Brücke im Tal"
        " gesprochen, und die Schule bekommt zum Herbst ein neues Dach, für das der Kreis und die Kirche Geld geben."
        " Im Video zum Thema zeigt der Verein die Arbeit der Feuerwehr. Kontakt und Anfahrt stehen auf der Tafel am"
        " Rathaus, Werbung macht der Verein mit Plakaten."
    )
    long = " ".join([text] * 8)
    assert left(f"Video Foto Feedback {long} Kontakt Werbung Newsletter").endswith("Newsletter")
    assert left(long) == long


LINES = st.lists(
    st.one_of(
        st.text(st.sampled_from('aB .!"’…字。\t\u00a0é1|'), max_size=30),
        st.sampled_from(
            ["", "  ", "Home", "山" * 20, "word " * 9 + "end.", "word " * 30, "x" * 90]
        ),
    ),
    min_size=1,
    max_size=12,
)


@given(LINES)
def test_lines_are_the_same_one_by_one_and_by_columns(lines):
    assert list(map(astuple, _by_columns(lines))) == list(map(astuple, _one_by_one(lines)))


def test_many_lines_are_cut_as_few_are():
    few = "A short line\n\n  Another one, indented.  \n"
    many = cut(few * 100)
    assert len(many) == 200
    assert {(block.text, block.words, block.ended) for block in many} == {
        ("A short line", 3, False),
        ("Another one, indented.", 3, True),
    }
    assert many[-1].stop == len(few * 100)
    assert all((few * 100)[block.start : block.end] == block.text for block in many)


HEADLINES = "\n".join(
    f"The {thing} of the valley towns is to be paid for by those who use it"
    for thing in ("road", "bridge", "mill", "school", "harbour", "market", "library", "railway")
)


def test_headlines_that_are_longer_than_the_article_are_no_hard_line_breaks():
    furniture = "Share on Facebook\nCookie policy\nRead more\n© 2021 The Mill"
    assert left(f"{BODY}\n\n{furniture}\n\n{HEADLINES}\n{HEADLINES.upper().title()}") == BODY


@pytest.mark.parametrize(("first", "series"), [(BODY, False), (P1, True)])
def test_a_mark_above_an_article_makes_no_series_of_its_page(first, series):
    entries = (first, P1, P2, P3, P4, P1)
    blocks = cut("More\n" + "".join(f"{entry}\nMore\n" for entry in entries))
    for block in blocks:
        if block.text == "More":
            block.become("related", "strip.read-more")
    assert is_series(blocks) is series

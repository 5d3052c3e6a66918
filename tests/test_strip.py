"""Boilerplate in plain text: before and after, and what must stay."""

from __future__ import annotations

import itertools
import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import archivetk
from archivetk.document import Decoding, Source
from archivetk.patch import Patch
from archivetk.settings import RuleFile, load_profile
from archivetk.steps import Context, Mark
from archivetk.steps import strip as strip_package
from archivetk.steps.strip import strip
from archivetk.steps.strip.blocks import cut
from archivetk.steps.strip.dates import iso_date
from archivetk.steps.strip.names import is_language_name, language_list

ARTICLE = load_profile("article")

P1 = "The river rose again on Monday night, and the people of the lower town carried their beds to the attic."
P2 = "Volunteers had filled sandbags since noon, but the water found its way through the cellars of the old mill."
P3 = "“We have seen worse,” said the miller, who has lived beside the bridge for more than sixty years."
P4 = "The council will meet on Thursday to decide who pays for the new dam, which was promised twelve years ago."
BODY = f"{P1}\n\n{P2}\n\n{P3}\n\n{P4}"


def run(text, hint="en", profile=ARTICLE, marks=(), **given):
    context = Context(
        Source("a.txt", "a.txt", b"", given=given), profile, Decoding("utf-8", "utf-8")
    )
    context.hint = hint
    context.marks = list(marks)
    patch = Patch.of(text, strip(text, context))
    return patch.apply(text), context


def left(text, **options):
    return run(text, **options)[0].strip()


def found(context, name):
    return [one.value for one in context.found if one.name == name]


def test_a_clean_text_stays_as_it_is():
    assert run(BODY)[0] == BODY
    assert run(P1)[0] == P1
    assert run("")[0] == ""


# ------------------------------------------------------------------- captions and credits

CAPTIONS = [
    (
        "(Image Credit: ARGUS) Soldiers walk along the river near the mill on May 5, 2021. They were sent to help.",
        "ARGUS",
    ),
    ("(Photo: Ann Lee) Volunteers fill sandbags beside the river.", "Ann Lee"),
    ("[Photo by Tom Ray] The old mill, seen from the bridge on Sunday.", "Tom Ray"),
    ("(Photo courtesy of Oak Museum) Main Street under water in 1931.", "Oak Museum"),
    ("(Credit: Valley News) A cellar full of water.", "Valley News"),
    ("(File photo: Joe Ray) The bridge in summer.", "Joe Ray"),
    ("(Picture: Harbour Agency) Beds on a cart.", "Harbour Agency"),
    ("[Image source: Oak Archive] The dam as it was planned.", "Oak Archive"),
    ("(Video: Town TV) The river at night.", "Town TV"),
    ("(Image: Lee Hall/Agency) People on the roof of the school.", "Lee Hall/Agency"),
]


@pytest.mark.parametrize(("line", "credit"), CAPTIONS)
def test_a_caption_in_front_of_the_text_goes_to_the_metadata(line, credit):
    text, context = run(f"\n{line}\nOakfield, Ohio – {BODY}")
    assert text.strip() == f"Oakfield, Ohio – {BODY}"
    (value,) = found(context, "caption")
    assert value["credit"] == credit
    assert value["caption"] == line.split(") " if line[0] == "(" else "] ", 1)[1]


@pytest.mark.parametrize(
    "line",
    [
        "Volunteers fill sandbags by the river [Photo: Oak Council]",
        "The old mill before the flood (Photo: Ann Lee)",
        "A heron on the roof of the school [Image: Town TV/Handout]",
        "The bridge on Sunday. (File photo: Joe Ray)",
        "Beds on a cart in the upper town. Photo: Tom Ray",
    ],
)
def test_a_caption_amid_the_text_goes_to_the_metadata(line):
    text, context = run(f"{P1}\n\n{line}\n\n{P2}\n\n{P3}")
    assert "Photo" not in text
    assert "Image" not in text
    assert P1 in text
    assert P2 in text
    (value,) = found(context, "caption")
    assert value["caption"]
    assert value["credit"]


@pytest.mark.parametrize(
    "line",
    [
        "(Agency) – Two mills will be rebuilt next year, the council said on Monday in a long letter.",
        "(The photo was taken in 1931.) It shows the bridge and the mill beside it in a dry summer.",
        "The mill burned down in 1931 (see photo), and was rebuilt in the year after that by the town.",
        "They asked for one photo: that of the bridge, which nobody had taken in all these long years.",
        "He showed a picture (it was later lost) of the mill and the bridge in the year of the great flood.",
    ],
)
def test_sentences_about_pictures_stay(line):
    assert run(f"{line}\n\n{BODY}")[0] == f"{line}\n\n{BODY}"


def test_a_paragraph_with_a_credit_glued_to_it_loses_only_the_credit():
    text, context = run(f"{P1} {P2} {P3} (Photo: Ann Lee)\n\n{P4}\n\n{P1[:-1]} twice.")
    assert text.startswith(f"{P1} {P2} {P3}\n")
    assert found(context, "caption") == [{"caption": None, "credit": "Ann Lee"}]


def test_a_lone_sentence_is_never_taken_for_a_caption():
    line = (
        "The people of the lower town carried their beds to the attic that night. (Photo: Ann Lee)"
    )
    assert "carried their beds" in run(line)[0]


# ------------------------------------------------------------------------------------ title


@pytest.mark.parametrize(
    "title",
    [
        "River rises again in the lower town",
        "Why the “promised” dam was never built",
        "Flood: what we know so far",
        "Who pays for the dam?",
        "12 years, no dam",
    ],
)
def test_a_headline_goes_to_the_metadata(title):
    text, context = run(f"{title}\n\n{BODY}")
    assert text.strip() == BODY
    assert found(context, "title") == [title]
    assert context.found[0].rule == "strip.title"
    assert (context.found[0].start, context.found[0].end) == (0, len(title))


def test_a_headline_of_two_sentences_is_known_by_its_repetition():
    title = "River takes the lower town again. The council says that an old promise is to blame."
    text, context = run(f"{title}\n\n\n{P1}\n\n{P2}\n\n{title}\n\n\n{P3}")
    assert title not in text
    assert found(context, "title") == [title]


@pytest.mark.parametrize(
    "again",
    [
        "River rises again in the lower town",
        "River rises again in the lower town | Oakfield Gazette",
        "RIVER RISES AGAIN IN THE LOWER TOWN",
        "River rises again in lower town",
    ],
)
def test_a_headline_that_comes_again_slightly_altered_goes_too(again):
    text = left(f"River rises again in the lower town\n\n{P1}\n\n{P2}\n\n{again}\n\n{P3}")
    assert text == f"{P1}\n\n{P2}\n\n\n{P3}"


def test_the_given_title_is_taken_out_where_it_stands():
    text, context = run(f"Water\n\n{BODY}", title="Water – Oakfield Gazette")
    assert text.strip() == BODY
    assert found(context, "title") == ["Water"]


@pytest.mark.parametrize(
    "first",
    [
        "Dear Sir or Madam",
        "The people of the lower town carried their beds up,",
        "The river rose.",
        "- bread and milk",
        "and so it went on for years",
        "1. The first point of the list",
        "Minutes of the meeting:",
    ],
)
def test_other_first_lines_stay(first):
    assert left(f"{first}\n\n{BODY}").startswith(first)


def test_a_text_with_hard_line_breaks_has_no_headline():
    text = (
        "The river rose again on Monday night, and the people of the\n"
        "Lower Town carried their beds to the attic. Volunteers had filled\n"
        "sandbags since noon, but the water found its way through the cellars\n"
        "of the old mill, as it had done in the year of the great flood."
    )
    assert run(text)[0] == text


def test_a_title_amid_the_words_of_a_sentence_stays():
    line = "River rises again in the lower town, they wrote, and nobody believed a word of it at that time."
    text = left(f"River rises again in the lower town\n\n{P1}\n\n{line}\n\n{P2}")
    assert line in text


# ---------------------------------------------------------------------- lines in and around


@pytest.mark.parametrize(
    "line",
    [
        "Did you know that Oakfield Today has a private home for those who support nurses? It’s called Oak Unity, and it’s where we share the untold stories. Check it out today.",
        "Want to make sure you never miss a story from Oakfield Today?  With so much going on, it’s easy for things to get lost.",
        "Make sure you click “following” and then click “see first” so you don’t miss a thing!  (See image below.)  Thanks for being a part of the Oak family!",
        "Facebook Follow First",
        "Submit a Correction",
        "Sign up for our newsletter",
        "Follow us on Facebook and Twitter",
        "Share this article",
        "READ ALSO: Ten walks in the hills",
        "Advertisement",
        "We use cookies to improve your experience on this site.",
        "Click to share on Twitter (Opens in new window)",
        "Story continues below advertisement",
        "Copyright 2021 Oakfield Gazette. All rights reserved.",
        "» Read more",
    ],
)
def test_furniture_goes_wherever_it_stands(line):
    assert line not in left(f"{P1}\n\n{P2}\n\n{line}\n\n{P3}\n\n{P4}")
    assert left(f"{BODY}\n\n{line}") == BODY


@pytest.mark.parametrize(
    "line",
    [
        "Share on Monday closed at five dollars.",
        "Want to make sure you never miss a train again? Get up early and leave your house before the milk comes.",
        "Did you know that honey never spoils? It was found in old graves, and it was still good to eat.",
        "Follow the money",
        "Facebook and the law of the land",
        "Correction: The mayor is 51, not 15.",
        "Related parties must declare what they own.",
        "Loading docks were closed.",
        "English is spoken here.",
        "Contents of the old mill",
        "Help",
        "Live",
        "Comments on the plan",
        "Terms of the deal",
    ],
)
def test_lines_that_only_look_like_furniture_stay(line):
    text = f"{P1}\n\n{P2}\n\n{line}\n\n{P3}\n\n{P4}"
    assert run(text)[0] == text


@pytest.mark.parametrize(
    "line",
    ["Loading", "Loading...", "Related Posts", "Comments", "Share", "Menu", "Tags: flood, dam"],
)
def test_debris_behind_the_text_goes(line):
    assert left(f"{BODY}\n\n{line}") == BODY


def test_a_removed_line_leaves_no_gap_of_its_own():
    assert run(f"{P1}\nAdvertisement\n{P2}")[0] == f"{P1}\n{P2}"
    assert run(f"{P1}\n{P2}\nAdvertisement")[0] == f"{P1}\n{P2}"


@pytest.mark.parametrize(
    ("prefix", "date"),
    [
        (" date 2026-02-23 ", "2026-02-23"),
        ("Date: 2019/04/01 ", "2019-04-01"),
        ("published 2021-05-06 ", "2021-05-06"),
    ],
)
def test_a_date_glued_in_front_goes_to_the_metadata(prefix, date):
    text, context = run(f"{prefix}{BODY}")
    assert text == BODY
    assert found(context, "date") == [date]


def test_a_date_that_belongs_to_the_sentence_stays():
    text = f"Date 2026-02-23 was set for the trial of the men who had promised the dam.\n\n{BODY}"
    assert run(text)[0] == text


def test_teasers_below_their_heading_go_to_the_end():
    text, context = run(
        f"{BODY}\n\nRelated Posts\nTen walks in the hills\nWhat the heron eats\nWho owns the mill"
    )
    assert text.strip() == BODY
    assert context.notes["labels"]["related"] == 4


def test_a_heading_like_that_of_comments_stays_before_prose():
    text = f"{P1}\n\n{P2}\n\nComments\n\n{P3}\n\n{P4}"
    assert run(text)[0] == text


def test_a_byline_is_reported_and_goes_only_where_the_settings_say_so():
    text, context = run(f"By Ann Lee and Tom Ray\n\n{BODY}")
    assert text == f"By Ann Lee and Tom Ray\n\n{BODY}"
    assert found(context, "authors") == [["Ann Lee", "Tom Ray"]]
    assert left(f"By Ann Lee and Tom Ray\n\n{BODY}", profile=load_profile("strict")) == BODY


# -------------------------------------------------------------------------- languages


def test_a_list_of_many_languages_in_their_own_names_is_a_switcher():
    names = [
        "Afrikaans (af)",
        "Deutsch (de)",
        "Èʋegbe (ee)",
        "Español (es)",
        "Gaeilge (Éire) (ga-IE)",
    ]
    names += ["Magyar (hu)", "Polski (pl)", "Türkçe (tr)", "Wolof (wo)", "中文 (简体) (zh-CN)"]
    whole = "\n".join(f"- {name}" for name in names)
    assert left(f"{P1}\n{P2}\n{whole}") == f"{P1}\n{P2}"
    few = "\n".join(f"- {name}" for name in names[:7])
    assert left(f"{P1}\n{P2}\n{few}") == f"{P1}\n{P2}\n{few}"
    words = "\n".join(
        f"- {word} (no)" for word in ["Bread", "Salt", "Milk", "Rye", "Oats", "Malt", "Yeast"]
    )
    assert left(f"{P1}\n{P2}\n{words}") == f"{P1}\n{P2}\n{words}"


def test_a_lone_name_of_a_language_is_a_switcher():
    title = "Mill town waits for its dam"
    text, context = run(f"English\n\n{title}\n\n{BODY}")
    assert text.strip() == BODY
    assert found(context, "language_name") == ["English"]
    assert left(f"{BODY}\n\nDeutsch") == BODY


@pytest.mark.parametrize(
    "line", ["English | Deutsch | Français", "English Español Português", "日本語 / English"]
)
def test_a_row_of_languages_is_a_switcher(line):
    assert left(f"{line}\n\n{BODY}") == BODY


@pytest.mark.parametrize(
    "text",
    [
        f"{P1}\n\n{P2}\n\nEnglish\n\n{P3}\n\n{P4}",
        f"English\nMathematics\nHistory\n\n{BODY}",
        f"English\n\nEnglish is a language of the west, and {P1}\n\n{P2}",
        "English",
        "English\nSpanish dancing",
    ],
)
def test_names_of_languages_stay_where_they_are_words_of_the_text(text):
    assert run(text)[0] == text


def test_language_names():
    assert is_language_name("Deutsch") == "de"
    assert is_language_name("Germany") is None
    assert language_list("English | Français") == ["English", "Français"]
    assert language_list("English | Frogs") == []


# -------------------------------------------------------------------------- repetition, runs


def test_a_long_passage_that_comes_twice_goes_the_second_time():
    text = left(f"{P1}\n\n{P2}\n\n{P3}\n\n{P4}\n\n{P1}\n\n{P2[:-1]} too.")
    assert text.count(P1) == 1
    assert text.startswith(P1)


def test_a_refrain_stays():
    song = "\n".join(["Row, row, row your boat", "gently down the stream"] * 8)
    assert run(song)[0] == song
    twice = f"{P1}\n\n{P2}\n\n{P1}\n\n{P2}\n\n{P1}\n\n{P2}\n\n{P1}"
    assert run(twice)[0] == twice


MENU = [
    "Skip to content", "Home", "News", "Weather", "Town hall", "Letters", "Search", "Log in",
    "Subscribe", "Menu", "Sport", "Farming", "Obituaries",
]  # fmt: skip
FOOT = [
    "Related Articles", "Ten walks in the hills", "What the heron eats", "Who owns the mill",
    "Privacy policy", "Terms of use", "About us", "Contact us", "© 2021 Oakfield Gazette",
    "Follow us on Facebook", "Newsletter", "Back to top",
]  # fmt: skip


def test_the_main_run_is_found_in_the_dump_of_a_page():
    title = "River rises again in the lower town"
    page = "\n".join([*MENU, title, P1, P2, "What the miller says", P3, P4, *FOOT])
    text, context = run(page)
    assert text.strip() == f"{P1}\n{P2}\nWhat the miller says\n{P3}\n{P4}"
    assert found(context, "title") == [title]
    assert "brake" not in context.flags


def test_a_list_in_an_article_stays():
    shopping = "\n".join(f"{n} spoons of flour for the {n}th cake" for n in range(1, 12))
    text = f"{P1}\n{P2}\n{shopping}\n{P3}\n{P4}"
    assert run(text)[0] == text


def test_verse_tables_and_word_lists_stay():
    verse = "\n".join(["The river runs below the mill", "and takes the summer with it"] * 10)
    table = "\n".join(f"{year}\t{year * 3}\t{year * 7}" for year in range(1900, 1930))
    names = "\n".join(f"Person{chr(65 + n)} Family{chr(90 - n)}" for n in range(20))
    for text in (verse, table, names, f"{P1}\n\n{P2}\n\n{table}\n\n{P3}"):
        assert run(text)[0] == text


def test_a_menu_of_many_short_lines_goes():
    menu = "\n".join(f"Village {chr(65 + n // 26)}{chr(97 + n % 26)}" for n in range(50))
    assert left(f"{menu}\nThe flood\n{BODY}").endswith(BODY)
    assert "Village Ab" not in left(f"{BODY}\n{menu}")


# ------------------------------------------------------------------ lists, menus, threads

NOUNS = [
    "barn",
    "bridge",
    "cellar",
    "chapel",
    "dam",
    "ferry",
    "field",
    "fog",
    "garden",
    "harbour",
    "heron",
    "hill",
    "inn",
    "lane",
    "mill",
]
PLACES = [f"{one.title()} {two}" for one in ("Upper", "Lower") for two in NOUNS]

POEM = """The heron stands beside the dam,
the water stands as well,
and nobody has asked the fog
what it would never tell.

The miller counts the bags of flour,
the baker counts the days,
the ferry counts the passengers
who stand about and gaze.

The winter counts the broken reeds,
the summer counts the flies,
and I have counted all of you
with half-closed eyes.

The heron stands beside the dam,
the water has gone by,
and what it took, it took for good,
and nobody knows why.

The moon is on the cellar door,
the key is in the lock,
the mouse is in the grandfather’s
old grandfather clock."""
VERSE = "\n".join(
    f"{begin} the {noun} {end}"
    for end in ("stands rain", "sleeps summer")
    for begin, noun in zip(
        ["Behind", "Above", "Beneath", "Along", "Before"] * 3, NOUNS, strict=True
    )
)
RECIPE = """Ingredients
500 g rye flour
250 g wheat flour
2 teaspoons of salt
1 spoon of honey
400 ml buttermilk
a handful of sunflower seeds
20 g yeast
some caraway
a little butter for the tin
1 egg
2 spoons of oats
1 pinch of nutmeg
a cup of water
3 spoons of bran
half a spoon of vinegar
1 spoon of oil
2 spoons of linseed
flour for the table
a cloth
a tin of 30 cm
coarse salt"""
MINUTES = """Present: Ann Lee (chair), Tom Ray, Joe Hill
Absent: Kim Oak
Time: 7.30 to 9.15 p.m.
1. Minutes of the last meeting
Approved.
2. The dam
Tom Ray reports on the offers.
Vote: 5 for, 1 against.
3. Sandbags
The store is empty.
4. Firewood
Prices have doubled.
5. Choir
No report.
6. Any other business
None.
Next meeting: 4 May."""
BIBLIOGRAPHY = "\n".join(
    f"{name}, {first}: The {noun} and its {other}. Oakfield: Hill Press, {year}."
    for name, first, noun, other, year in zip(
        ["Lee", "Ray", "Hill", "Oak", "Reed", "Ford", "Marsh", "Stone", "Wood", "Field", "Lane", "Brook"],
        ["Ann", "Tom", "Joe", "Kim", "Ida", "Max", "Eva", "Sam", "Liv", "Ben", "Amy", "Dan"],
        NOUNS,
        NOUNS[3:],
        range(1931, 1943),
        strict=False,
    )
)  # fmt: skip
INTERVIEW = "\n".join(
    f"{who}: {line}"
    for who, line in zip(
        ["Question", "Lee"] * 11,
        [
            "Who promised the dam?", "The old council.", "And who pays?", "Nobody wants to.",
            "Why not?", "It is expensive.", "How expensive?", "Ask the engineer.",
            "Did you?", "I did.", "And?", "He laughed.", "Will you run again?", "Perhaps.",
            "When will you know?", "In autumn.", "What does the miller say?", "Nothing.",
            "Nothing at all?", "He bought a boat.", "A large one?", "Large enough.",
        ],
        strict=False,
    )
)  # fmt: skip
CODE = """def level(rain, days):
    water = 0
    for day in range(days):
        water += rain[day]
        if water > DAM:
            return day
    return None

def warn(people):
    for person in people:
        person.call()
        if person.sleeps:
            person.wake()
        else:
            person.carry(bed)

class Mill:
    wheels = 2
    def turn(self):
        self.speed = flow * 3
        return self.speed"""
GLOSSARY = "\n".join(
    f"{one} – what stands beside the {two}" for one, two in itertools.pairwise(NOUNS)
)
FIGURES = "\n".join(f"{place}\t{len(place) * 7}\t{len(place) * 3}" for place in PLACES)
PACKING = "Pack the following for a night in the attic:\n" + "\n".join(
    f"- {one} and {two}" for one in ("blanket", "candle", "bread") for two in NOUNS[:8]
)


@pytest.mark.parametrize(
    "part",
    [POEM, VERSE, RECIPE, MINUTES, BIBLIOGRAPHY, INTERVIEW, CODE, GLOSSARY, FIGURES, PACKING],
    ids=[
        "poem",
        "verse",
        "recipe",
        "minutes",
        "bibliography",
        "interview",
        "code",
        "glossary",
        "figures",
        "packing",
    ],
)
@pytest.mark.parametrize("place", ["alone", "in front", "amid", "behind"])
def test_what_has_short_lines_of_its_own_stays(part, place):
    text = {
        "alone": part,
        "in front": f"{part}\n\n{BODY}",
        "amid": f"{P1}\n\n{P2}\n\n{part}\n\n{P3}\n\n{P4}",
        "behind": f"{BODY}\n\n{part}",
    }[place]
    result, context = run(text)
    assert result == text or [one.value for one in context.found] == [part.split("\n")[0]]


def test_a_short_list_at_the_end_stays():
    winners = "\n".join(PLACES[:15])
    assert run(f"{BODY}\n\n{winners}")[0] == f"{BODY}\n\n{winners}"


def test_a_long_run_of_short_lines_at_an_edge_goes_without_furniture():
    places = "\n".join(PLACES)
    assert left(f"{BODY}\n\n{places}") == BODY
    cleaned, context = run(f"{places}\n\n{P1}\n\n{P2}\n\n{P3}\n\n{P4}")
    assert cleaned.strip().endswith(BODY)
    assert context.notes["labels"]["navigation"] >= 25


def test_a_few_short_lines_at_an_edge_go_where_furniture_stands_among_them():
    tail = [*PLACES[:4], "Privacy policy", "Terms of use", *PLACES[4:8]]
    assert left("\n".join([BODY, *tail])) == BODY
    assert left("\n".join([BODY, *PLACES[:8]])).endswith(PLACES[7])


def test_a_long_line_among_the_entries_of_a_menu_stays():
    long = (
        "Max the miller's cat keeps count of the boats and the barrels that pass below the bridge"
    )
    tail = [*PLACES[:4], "Privacy policy", long, "Terms of use", *PLACES[4:8]]
    assert left("\n".join([BODY, *tail])) == f"{BODY}\n{long}"
    tail[5] = " | ".join(PLACES[8:16])
    assert left("\n".join([BODY, *tail])) == BODY


def test_a_headline_in_front_of_a_menu_s_end_is_told():
    title = "River rises again in the lower town"
    cleaned, context = run("\n".join([*MENU, title, "Monday, 4 May", P1, P2, P3, P4]))
    assert title not in cleaned
    assert found(context, "title") == [title]


def test_comments_behind_an_article_go_though_they_have_prose():
    comments = [
        line
        for number, name in enumerate(["Ann", "Tom", "Joe", "Kim", "Ida", "Max"])
        for line in (
            f"{name} Reed · May {number + 3}, 2021 at 8:1{number} PM",
            f"My grandmother told the same story about the {NOUNS[number]}, and nobody believed her.",
            "Reply",
        )
    ]
    article = [P1, P2, P3, P4, f"{P2[:-1]}, as in 1931.", f"{P4[:-1]}, or thirteen."]
    page = [*MENU, *article, "Share this article", "Follow us on Facebook", *comments, *FOOT]
    text = left("\n".join(page))
    assert text == "\n".join(article)


LONG = f"{P2[:-1]}, though nobody had asked."
STORY = [
    P1,
    P2,
    P3,
    P4,
    *(f"{one[:-1]}, as in {year}." for one in (P2, P4) for year in (1931, 1947)),
]


@pytest.mark.parametrize(
    ("head", "goes"), [("You may also like", True), ("Comments", True), ("Back to top", False)]
)
def test_a_series_of_passages_as_long_as_the_article_s_is_known_by_its_heading(head, goes):
    stories = [
        line for name in PLACES[:6] for line in (f"{name} in winter", f"{LONG[:-1]} at {name}.")
    ]
    text = left("\n".join([*MENU, *STORY, head, *stories, *FOOT]))
    assert (text == "\n".join(STORY)) is goes
    assert goes or stories[1] in text


def test_a_series_of_passages_is_known_by_what_stands_between_them():
    for between, goes in (("Save this story", True), ("", False)):
        stories = [
            line
            for name in PLACES[:6]
            for line in (f"{name} in winter", f"{LONG[:-1]} at {name}.", between)
        ]
        page = [*MENU, *STORY, "Follow us on Facebook", *stories, *FOOT]
        text = left("\n".join(filter(None, page)))
        assert (text == "\n".join(STORY)) is goes


def test_a_page_that_is_a_series_from_its_start_on_has_no_end_in_it():
    saved = "Save this story"
    parts = [*STORY[:3], saved, *STORY[3:5], saved, *STORY[5:], saved]
    stories = [
        line
        for name in PLACES[:5]
        for line in (f"{name} in winter", f"{LONG[:-1]} at {name}.", saved)
    ]
    assert stories[-2] in left("\n".join([*MENU, *parts, "Follow us on Facebook", *stories, *FOOT]))
    page = [*MENU, *STORY, "Follow us on Facebook", *stories, *FOOT]
    assert stories[-2] not in left("\n".join(page))


def test_a_licence_of_many_parts_keeps_its_first_one():
    head = [
        "Copyright (c) 2019 Ann Lee",
        "All rights reserved.",
        "Terms and conditions for use",
        "Copyright (c) 2021 Tom Ray",
    ]
    terms = [f"{name} may be copied and changed" for name in PLACES[:9]]
    text = "\n".join(
        [
            *head,
            *terms,
            *[f"{one} And so on, {number} times." for number in range(6) for one in STORY],
        ]
    )
    kept = left(text)
    assert all(term in kept for term in terms)
    assert "All rights reserved" not in kept


@pytest.mark.parametrize("item", ["- [{0}](#{1})", "* `{1}`"])
def test_a_table_of_contents_in_markdown_is_no_menu(item):
    contents = "\n".join(item.format(name, name.lower().replace(" ", "-")) for name in PLACES[:24])
    text = f"# How it works\n\n{contents}\n\nShare this article\nFollow us on Facebook\n\n{BODY}"
    assert contents in run(text)[0]
    assert (
        PLACES[9]
        not in run(text.replace("](#", "](https://a.example/").replace("`", ""))[0].split(BODY)[0]
    )


LINK_LINE = " ".join(
    ["Home", "Town Hall", *PLACES[:12], "Log in", "Letters", "Small ads", "About us"]
)


def test_a_menu_on_one_line_goes():
    text, context = run(f"{LINK_LINE}\n{BODY}")
    assert text == BODY
    assert context.notes["labels"]["navigation"] == 1


@pytest.mark.parametrize(
    "line",
    [
        f"{LINK_LINE}.",
        ", ".join(PLACES[:16]),
        LINK_LINE.lower(),
        LINK_LINE.upper(),
        (
            "Der Müller an der Brücke und die Fischer vom Unteren Hafen haben nach dem Hochwasser im "
            "Frühjahr der Stadt und dem Land einen Brief über den Bau des Dammes geschrieben"
        ),
        " ".join(PLACES[:10]),
        "Pier Boats Berths Upper North 12 31 Lower North 7 18 Old Quay 3 9 New Quay 15 40 Mill Gate 2 4 Long Ferry 11 26",
    ],
)
def test_long_lines_that_are_no_menus_stay(line):
    assert line in run(f"{P1}\n\n{line}\n\n{P2}\n\n{P3}")[0]


def test_a_text_in_pieces_has_no_main_run():
    pieces = [piece for line in (P1, P2, P3, P4) for piece in (line[:30], line[30:60], line[60:])]
    page = "\n".join([*MENU[:6], *pieces, *FOOT[-5:], *pieces[:3]])
    text, context = run(page)
    assert all(piece in text for piece in pieces)
    assert "strip.after-text" not in [one.rule for one in strip(page, context)]


def test_a_diary_keeps_its_dates():
    diary = f"2021-05-04\n\n{P1}\n\n{P2}\n\n2021-05-05\n\n{P3}\n\n{P4}\n\n2021-05-06"
    assert run(diary)[0] == diary
    text, context = run(f"River rises again in the lower town\n2021-05-04\n\n{BODY}")
    assert text.strip() == BODY
    assert found(context, "date") == ["2021-05-04"]


@pytest.mark.parametrize("line", ["Rating: 9.3", "More 12"])
def test_a_word_with_a_number_needs_furniture_beside_it(line):
    assert run(f"{P1}\n\n{line}\n\n{P2}")[0] == f"{P1}\n\n{line}\n\n{P2}"
    assert run(f"{BODY}\n\n{line}")[0] == f"{BODY}\n\n{line}"
    assert left(f"{BODY}\n\nShare this article\n{line}\nFollow us on Facebook") == BODY


def test_rows_of_a_table_are_no_furniture():
    table = "Barns\t12\nComments\t289\nMore\t890\nMills\t4"
    assert run(f"{P1}\n\n{P2}\n\n{table}\n\n{P3}")[0] == f"{P1}\n\n{P2}\n\n{table}\n\n{P3}"
    assert run(f"{BODY}\n\n{table}")[0] == f"{BODY}\n\n{table}"


def test_a_list_of_entries_keeps_all_of_them():
    entries = [
        line
        for number, noun in enumerate(NOUNS)
        for line in (
            f"The {noun} in May",
            f"On the {number + 1}th of May we walked to the {noun}, which was closed, and came home in the rain.",
            "Leave a comment",
        )
    ]
    text = left("\n".join([*MENU, *entries, *FOOT]))
    assert all(entry in text for entry in entries[1::3])


# -------------------------------------------------------------------------- protection, settings


def test_the_brake_keeps_a_text_that_would_vanish():
    text = "We use cookies to improve your experience on this site.\nAccept\nSubscribe to our newsletter"
    result, context = run(text)
    assert result == text
    assert context.flags == ["brake"]


def test_the_brake_can_be_set():
    promo = "Did you know that Oakfield Today has a home for nurses? It’s called Oak Unity. Check it out today."
    text = f"{P1}\n{promo}\n{promo.replace('nurses', 'bakers')}"
    assert run(text)[0] == f"{P1}\n"
    strict = ARTICLE.changed(brake=0.2)
    assert run(text, profile=strict)[0] == text


def test_gentle_removes_nothing():
    page = "\n".join([*MENU, P1, P2, *FOOT])
    assert run(page, profile=load_profile("gentle"))[0] == page


def test_a_rule_and_a_label_can_be_switched_off():
    text = f"{P1}\n\nAdvertisement\n\n{P2}\n\nShare this article\n\n{P3}"
    assert "Advertisement" in run(text, profile=ARTICLE.changed(disable=["strip.advert"]))[0]
    assert "Share this" not in run(text, profile=ARTICLE.changed(disable=["strip.advert"]))[0]
    assert "Advertisement" in run(text, profile=ARTICLE.changed(keep=["advert"]))[0]


def test_rules_of_ones_own():
    mine = """
    [[rule]]
    name = "strip.house-note"
    label = "promo"
    why = "The house note is no part of the text."
    match = "line"
    pattern = 'Read it first, \\p{L}{2,20}[.!]'
    changes = ["Read it first, Oakfield."]
    keeps = ["Read it first, then sign."]
    """
    profile = ARTICLE.changed(rules=[RuleFile("mine.toml", mine)])
    text, context = run(f"{P1}\n\nRead it first, Oakfield!\n\n{P2}", profile=profile)
    assert text == f"{P1}\n\n\n{P2}"
    assert context.notes["labels"]["promo"] == 1


def test_marks_of_a_page_decide():
    text = f"{P1}\n\nThe mill in 1931\n\n{P2}\n\nComments\n\n{P3}"
    at = text.index("The mill in")
    caption = Mark(at, at + 16, "figcaption")
    aside = Mark(text.index(P3), len(text), "region", "aside")
    cleaned, context = run(text, marks=[caption])
    assert "The mill in 1931" not in cleaned
    assert found(context, "caption") == [{"caption": "The mill in 1931", "credit": None}]
    assert P3 not in run(text, marks=[aside])[0]
    heading = Mark(0, 4, "heading", 2)
    assert run(f"Menu\n\n{BODY}", marks=[heading])[0].startswith("Menu")


@pytest.mark.parametrize(
    ("line", "caption", "credit"),
    [
        ("The mill in 1931. Photo: Jo Park", "The mill in 1931.", "Jo Park"),
        ("The mill in 1931 (Image: Valley News)", "The mill in 1931", "Valley News"),
        ("Photo: Jo Park", None, "Jo Park"),
        ("(Photo: Jo Park) It stood for years.", "It stood for years.", "Jo Park"),
        ("The photo shows the mill in 1931.", "The photo shows the mill in 1931.", None),
    ],
)
def test_the_credit_in_a_caption_of_the_page_is_told_apart(line, caption, credit):
    text = f"{P1}\n\n{P2}\n\n{line}\n\n{P3}"
    at = text.index(line)
    cleaned, context = run(text, marks=[Mark(at, at + len(line), "figcaption")])
    assert line not in cleaned
    assert found(context, "caption") == [{"caption": caption, "credit": credit}]


def test_languages_other_than_english():
    text = "Der Fluss stieg in der Nacht zum Montag wieder, und die Leute trugen ihre Betten auf den Boden."
    assert left(f"{text}\n\nTeilen\n\n{text[:-1]} hinauf.\n\nMehr zum Thema", hint="de") == (
        f"{text}\n\n\n{text[:-1]} hinauf."
    )


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2026-02-23", "2026-02-23"),
        ("23.2.2026", "2026-02-23"),
        ("March 3rd, 2021", "2021-03-03"),
        ("3 Mar 2021", "2021-03-03"),
        ("12/31/2020", "2020-12-31"),
        ("31/12/2020", "2020-12-31"),
        ("03/04/2020", "03/04/2020"),
        ("2020-13-45", "2020-13-45"),
        ("yesterday", "yesterday"),
    ],
)
def test_dates(text, date):
    assert iso_date(text) == date


@pytest.mark.parametrize(
    ("hint", "line", "authors", "date"),
    [
        ("en", "By Ann Lee | March 4, 2025", ["Ann Lee"], "2025-03-04"),
        ("en", "Tuesday, 4 March 2025 - By Ann Lee", ["Ann Lee"], "2025-03-04"),
        ("en", "By Ann Lee, Staff Writer", ["Ann Lee"], None),
        ("en", "By Ann Lee, 03/04/2025", ["Ann Lee"], "03/04/2025"),
        ("de", "Von Ann Lee, 6. Mai 2024, 14:30 Uhr", ["Ann Lee"], "2024-05-06"),
        ("de", "06.05.2024 | Von Ann Lee", ["Ann Lee"], "2024-05-06"),
        ("fr", "Par Ann Lee, le 4 mars 2025 à 10h30", ["Ann Lee"], "2025-03-04"),
        ("es", "Por Ann Lee | 04/03/2025", ["Ann Lee"], "2025-03-04"),
        ("pt", "Por Ann Lee, 4 de março de 2025 às 10h30", ["Ann Lee"], "2025-03-04"),
        ("ru", "Автор: Анна Ли | 4 марта 2025, 10:30", ["Анна Ли"], "2025-03-04"),
        ("en", "By Ann Lee, who left on March 4, 2025 for good", None, None),
        ("en", "March 4, 2025 was a day", None, None),
    ],
)
def test_a_byline_may_have_a_date(hint, line, authors, date):
    text = f"The mill opens\n{line}\n\n{P1}\n\n{P2}"
    after, context = run(text, hint=hint, profile=load_profile("strict"))
    assert (line not in after) == (authors is not None)
    assert next(iter(found(context, "authors")), None) == authors
    assert next(iter(found(context, "date")), None) == date


def test_sentences_inside_a_long_line_go():
    line = f"{P1} Sign up for our newsletter. {P2} (Photo: Ann Lee) {P3}"
    assert left(line) == f"{P1} {P2} {P3}"


def test_every_decision_of_the_structure_says_why():
    source = "".join(
        path.read_text("utf-8") for path in Path(strip_package.__file__).parent.glob("*.py")
    )
    named = set(re.findall(r'"(strip\.[a-z-]+[a-z])"', source))
    assert named <= set(strip_package.RULES)
    assert named >= {"strip.title", "strip.menu"}


# ------------------------------------------------------------------------------------- laws

LINES = st.lists(
    st.one_of(
        st.sampled_from([*MENU, *FOOT, P1, P2, P3, "", "English", "(Photo: Ann Lee) A mill."]),
        st.text(max_size=40),
    ),
    max_size=25,
)


@settings(max_examples=80, deadline=None)
@given(LINES)
def test_any_text_can_be_stripped_and_only_lines_or_parts_of_lines_go(lines):
    text = "\n".join(lines).replace("\r", " ")
    result, context = run(text)
    position = 0
    for character in result:
        position = text.index(character, position) + 1
    for one in context.found:
        assert 0 <= one.start <= one.end <= len(text)


@settings(max_examples=20, deadline=None)
@given(st.text(alphabet=st.characters(codec=None), max_size=200))
def test_lone_surrogates_do_not_stop_it(text):
    result, _ = run(text)
    assert len(result) <= len(text)


def test_the_whole_corridor_restores_what_was_stripped():
    data = "\n".join([*MENU, "River rises again", P1, P2, P3, P4, *FOOT]).encode()
    document = archivetk.clean(data)
    assert document.restore() == data
    assert document.text == f"{P1}\n{P2}\n{P3}\n{P4}"


@pytest.mark.parametrize(
    "make",
    [
        lambda n: "A line of the list\n" * n,
        lambda n: "word " * (4 * n),
        lambda n: "Share\nFacebook\n" * (n // 2),
        lambda n: "English\nDeutsch\n" * (n // 2),
        lambda n: "Related Posts\nTen walks in the hills\n" * (n // 2),
        lambda n: f"{P1}\n" * (n // 4),
        lambda n: "".join(f"{P1[:-1]} {i}.\n" for i in range(n // 4)),
        lambda n: f"{P1}\nReply\nLog in\nPrivacy policy\n" * (n // 4),
        lambda n: ("Ten walks in the hills\nMenu\nLog in\n" * 3 + f"{P1}\n") * (n // 10) + P1 * n,
    ],
)
@pytest.mark.growth
def test_time_is_linear(make):
    def cost(size):
        text = make(size)
        begin = time.process_time()
        run(text)
        return time.process_time() - begin

    cost(500)
    small = max(cost(1_000), 0.004)
    # Quadratic work would be sixty-four times as much.
    assert cost(8_000) < 32 * small


def test_a_list_in_a_script_without_capitals_stays_at_the_edge():
    prose = "\n".join(
        [
            "村の合唱団は去年の冬に新しい歌を集めて、春の祭りで初めてそれを歌いました。",
            "川沿いの広場には近くの町からも大勢の人が来て、夜遅くまで耳を傾けていたそうです。",
            "団長は、来年もまた同じ場所で歌いたいと話し、歌の名前を次のように挙げました。",
        ]
        * 2
    )
    songs = "川の朝\n白い橋\n山の灯\n遠い汽笛\n麦の丘\n古い井戸\n春の舟\n夜の市"
    text = f"ホーム\nログイン\n{prose}\n{songs}"
    assert run(text, hint="ja")[0].endswith(songs)


def test_the_last_passage_stays_behind_a_teaser_amid_the_text():
    teaser = "Related: The ferry that nobody wanted is sold to the islands"
    last = (
        "The council meets again on Friday to hear the pilots and the shop owners on the quay, who "
        "say that the new dam, if it is ever built, has to leave room for the boats of the islands."
    )
    text = "\n".join([*MENU, "River rises again", P1, P2, P3, P4, teaser, last, *FOOT])
    kept = run(text)[0]
    assert last in kept
    assert teaser not in kept


def test_a_list_that_begins_with_sentences_goes_on():
    items = [
        "+ Boats now stop at the old pier as well, and wait there for the last bus from the town.",
        *(
            f"+ {name} added"
            for name in ("Night sailing", "Group ticket", "Bicycle deck", "Winter timetable")
        ),
        *(
            f"+ {name} mended"
            for name in ("Ticket machine", "Harbour clock", "North ramp", "Radio mast")
        ),
    ]
    foot = ["Home", "Login", "Facebook", "Twitter", "All rights reserved."]
    kept = run("\n".join([P1, P2, *items, *foot]))[0]
    assert all(item in kept for item in items)


@pytest.mark.parametrize("language", ["zh", "ja"])
def test_lines_without_marks_are_prose_in_a_script_without_spaces(language):
    words = {
        "zh": "河水在夜里又涨了下城的人把床搬到阁楼上磨坊主说他在桥边住了六十年从没见过",
        "ja": "川の水が夜のうちにまた増え下町の人びとは寝床を屋根裏に運び上げ粉屋は六十年橋のそばに住む",
    }[language]
    lines = [f"{words[at:]}{words[:at]}" for at in range(12)]
    menu = ["首頁", "新聞", "相簿", "部落格", "留言", "名片", "關於我們", "登入"]
    text = "\n".join([*menu, *lines, "Facebook", "Twitter", "LINE", *menu])
    assert all(line in left(text, hint=language) for line in lines)
    assert all(block.prose for block in cut("\n".join(lines)))
    assert not any(block.prose for block in cut("\n".join(line[:24] for line in lines)))

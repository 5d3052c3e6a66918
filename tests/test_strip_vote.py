"""Short lines that many weak signs decide together, and those that look alike and stay."""

from __future__ import annotations

import time

import pytest

from archivetk.document import Decoding, Source
from archivetk.patch import Patch
from archivetk.settings import load_profile
from archivetk.steps import Context
from archivetk.steps.strip import strip
from archivetk.steps.strip.blocks import cut
from archivetk.steps.strip.vote import vote_short_lines

P1 = "The ferry runs again since Monday, and the people of the island no longer have to wait for the mail boat."
P2 = "Its captain had asked for a new engine for years, but the council found that the old one would do."
P3 = "“We could hear it from the lighthouse,” says the keeper, who has counted the boats since he was a child."
BODY = f"{P1}\n{P2}\n{P3}"
#: Furniture of one kind, apart from the lines that are tried.
FOOT = "Privacy policy\nTerms of use"
ISLANDS = ["Heron Rock", "Long Sand", "Old Pier", "Gull Bank", "Salt Bay", "West Holm", "Mew Head"]


def made(**settings):
    context = Context(
        Source("a.txt", "a.txt", b""),
        load_profile("article").changed(**settings),
        Decoding("utf-8", "t"),
    )
    context.hint = "en"
    return context


def left(text, **settings):
    return Patch.of(text, strip(text, made(**settings))).apply(text).strip()


def voted(text, **settings):
    return [
        text[edit.start : edit.end].strip()
        for edit in strip(text, made(**settings))
        if edit.why[0].rule == "strip.short-line"
    ]


def test_short_lines_amid_a_listing_go():
    offers = "\n".join(f"{one}\n{one} by day\nFull board" for one in ISLANDS)
    text = f"{P1}\n{offers}\n{P2}\n{FOOT}"
    assert voted(text)[:3] == ["Heron Rock", "Heron Rock by day", "Full board"]
    assert left(text).endswith(P2)


def test_without_furniture_they_stay():
    offers = "\n".join(f"{one}\n{one} by day\nFull board" for one in ISLANDS)
    text = f"{P1}\n{offers}\n{P2}"
    assert left(text) == text


def test_the_vote_can_be_switched_off():
    offers = "\n".join(f"{one}\n{one} by day\nFull board" for one in ISLANDS)
    text = f"{P1}\n{offers}\n{P2}\n{FOOT}"
    assert "Full board" in left(text, disable=["strip.short-line"])


def test_every_removed_line_says_why():
    offers = "\n".join(f"{one}\nFull board" for one in ISLANDS)
    whys = {
        edit.why[0].detail
        for edit in strip(f"{P1}\n{offers}\n{P2}\n{FOOT}", made())
        if edit.why[0].rule == "strip.short-line"
    }
    assert whys == {"one of 14 short lines"}


@pytest.mark.parametrize(
    "row",
    ["|{}|", "|{}||open|", "|{0}||{0} harbour|"],
)
def test_cells_of_a_table_on_lines_of_their_own_are_a_sign_of_a_page(row):
    rows = "\n".join(row.format(one) for one in ISLANDS)
    assert left(f"{BODY}\n{rows}") == BODY
    # a table as people write it has a blank beside each bar
    table = "\n".join(f"| {one} | open |" for one in ISLANDS)
    assert left(f"{BODY}\n{table}") == f"{BODY}\n{table}"


def test_prices_are_a_sign_where_hardly_any_prose_is():
    shop = "\n".join(f"{one} print\n€ {price},00" for price, one in enumerate(ISLANDS, 20))
    note = "Our prints are made on the island, with ink of the island, and sent by the mail boat."
    assert voted(f"Prints of the islands and the sea around\n{shop}\n{note}")
    assert not voted(f"{BODY}\n{P1}\n{P2}\n{shop}\n{note}")


#: What an article has in short lines, each too much like a text for the weight of two lines of furniture.
VERSE = "\n".join(
    f"{begin} the {place} where the boats go by"
    for begin in ("Behind", "Beside", "Beyond")
    for place in ("harbour", "lighthouse", "pier", "sandbank", "breakwater")
)
TABLE = "\n".join(f"{one} {year} {year * 3 % 97}" for year, one in enumerate(ISLANDS * 2, 1931))
LISTING = "\n".join(f"    boat.call({one.split()[0].lower()})" for one in ISLANDS)
STEPS = "\n".join(f"- {one} at low water" for one in ISLANDS * 2)
NUMBERED = "\n".join(f"{number}. {one}" for number, one in enumerate(ISLANDS * 2, 1))
INGREDIENTS = "\n".join(
    ["300 g cod", "a little flour", "2 onions", "salt, pepper", "half a lemon", "1 l of milk"] * 2
)
SONGS = "川の朝\n白い橋\n山の灯\n遠い汽笛\n麦の丘\n古い井戸\n春の舟\n夜の市"


@pytest.mark.parametrize(
    "part",
    [VERSE, TABLE, LISTING, STEPS, NUMBERED, INGREDIENTS, SONGS],
    ids=["verse", "table", "listing", "steps", "numbered", "ingredients", "uncased"],
)
def test_what_a_text_has_in_short_lines_stays_beside_some_furniture(part):
    text = f"{P1}\n{P2}\n{part}\n{P3}\n{P1[:-1]} and so on.\n{FOOT}"
    assert part in left(text)


def test_headings_stay():
    text = "\n".join(
        [
            "The mail boat",
            P1,
            "A new engine",
            P2,
            "The keeper",
            P3,
            "The islands",
            P1[:-1] + " at all.",
            FOOT,
        ]
    )
    assert not voted(text)


def test_a_heading_with_links_to_its_editor_is_a_heading():
    cells = "\n".join(f"|{one}||open|" for one in ISLANDS)
    text = f"{BODY}\n{cells}\nBoats\nSources[edit | edit source]"
    assert voted(text)[-1] == "Boats"
    assert left(text).endswith("\nSources")


def test_a_single_line_of_furniture_does_not_decide():
    options = "\n".join(ISLANDS)
    text = f"{BODY}\n{options}\n{BODY.replace('since', 'from')}\n{P1[:-1]} again.\nShare"
    assert not voted(text)
    assert voted(f"{text}\nCookie policy\nRead more\n© 2021 The Ferry")


def test_lines_inside_the_main_run_of_a_page_stay():
    menu = "\n".join(f"{one} news" for one in ISLANDS)
    box = "Open\nHeron Rock\nLong Sand\nOld Pier"
    furniture = "Share on Facebook\nCookie policy\nRead more\n© 2021 The Ferry"
    text = f"{furniture}\n{menu}\n{P1}\n{P2}\n{box}\n{P3}\n{P1[:-1]} at all.\n{furniture}\n{menu}"
    kept = left(text)
    assert "Long Sand" in kept
    assert "news" not in kept


def test_where_nothing_would_be_left_the_vote_is_withdrawn():
    text = "\n".join(f"|{one}||open|" for one in ISLANDS)
    context = made()
    assert strip(text, context) == []
    assert "brake" not in context.flags


def test_a_headline_above_a_menu_is_told_before_the_vote():
    context = made()
    menu = "\n".join(f"{one}\n{one} news" for one in ISLANDS)
    text = f"{FOOT}\n{menu}\nThe ferry to the islands runs again\n{BODY}"
    strip(text, context)
    assert context.known["title"] == "The ferry to the islands runs again"


@pytest.mark.growth
@pytest.mark.parametrize(
    "make",
    [
        lambda size: f"{FOOT}\n" + "\n".join(["Old Pier"] * size),
        lambda size: f"{FOOT}\n" + "\n".join(["Old Pier"] * 9) + "\n" + "1" * 60 * size + " x",
        lambda size: "\n".join(["|a|"] * 9) + "\n|" + " |" * 30 * size,
        lambda size: f"{FOOT}\nOld Pier\nGull Bank\n" + "[a | " * 15 * size + "]",
    ],
    ids=["lines", "digits", "bars", "brackets"],
)
def test_the_vote_takes_linear_time(make):
    def spent(size):
        blocks = cut(make(size))
        for block in blocks[:2]:
            block.label, block.rule = "navigation", "strip.navigation"
        best = 9.0
        for _ in range(3):
            begin = time.process_time()
            vote_short_lines(blocks, made())
            best = min(best, time.process_time() - begin)
        return best

    assert spent(16_000) < 40 * max(spent(1_000), 0.001)


@pytest.mark.parametrize(
    "line",
    [
        "All the boats of the island »",
        "Timetable for the winter →",
        "About usOur boatsTimetablePrices",
        "The old pierThe new pierAll piersBoats",
        "Old Pier\tOpening hours",
        "Our boats\tSign up and we tell you when the next one leaves",
    ],
)
def test_marks_of_a_link_weigh_more(line):
    text = f"{P1}\n{P2}\n{line}\n{P3}\n{FOOT}"
    assert voted(text) == [line]


@pytest.mark.parametrize(
    "line",
    [
        "»All the boats of the island»",
        "The DeepSea and the LibreBoat",
        "The mate (who never spoke)",
        "Night boats (12)",
        "A boat leaves at 7 (or 8)",
        "The old pier",
        "Timetable for the winter",
    ],
)
def test_what_only_looks_like_a_link_stays(line):
    text = f"{P1}\n{P2}\n{line}\n{P3}\n{FOOT}"
    assert not voted(text)


def test_a_row_of_entries_with_their_counts_goes():
    entries = "Night boats (12)\nDay boats (7)\nMail (1)"
    assert left(f"{P1}\n{P2}\n{entries}\n{P3}\n{FOOT}") == f"{P1}\n{P2}\n{P3}"


def test_rows_with_tabs_are_a_table_and_one_such_line_is_a_link():
    table = "\n".join(f"{one}\topen\tclosed" for one in ISLANDS)
    text = f"{P1}\n{P2}\n{table}\n{P3}\n{FOOT}"
    assert table in left(text)


CATEGORIES = "- Ferries\n- Built in 1931\n- Islands of the north"


def test_categories_of_a_wiki_go():
    article = f"{BODY}\nSources[edit | edit source]\n- ^ Lee, Ann: The mail boat"
    kept = left(f"{article}\n- Official page of the island and of all its harbours\n{CATEGORIES}")
    assert kept.endswith("The mail boat\n- Official page of the island and of all its harbours")


@pytest.mark.parametrize(
    "text",
    [
        f"{BODY}\nSources\n{CATEGORIES}",
        f"{BODY}\nSources[edit]\n- Ferries",
        f"Boats[edit | edit source]\n{CATEGORIES}\n{BODY}",
        f"{BODY}\nSources[edit | edit source]\n- Ferries sail.\n- Boats wait.",
    ],
)
def test_lists_elsewhere_are_no_categories(text):
    assert not [edit for edit in strip(text, made()) if edit.why[0].rule == "strip.categories"]


@pytest.mark.parametrize("mark", ["+ ", "\\+ ", "# "])
def test_marks_that_people_set_keep_a_list(mark):
    added = "\n".join(f"{mark}{one}" for one in ISLANDS)
    assert not voted(f"{P1}\n{added}\n{P2}\n{FOOT}")
    bare = "\n".join(ISLANDS)
    assert voted(f"{P1}\n{bare}\n{P2}\n{FOOT}")


SYLLABLES = ("ba", "do", "ke", "li", "mu", "na", "po", "ri", "sa", "tu", "ve", "zo")
#: A hundred and forty-four invented words in the order of the alphabet, and in none.
WORDS = [f"{one}{two}n".capitalize() for one in SYLLABLES for two in SYLLABLES]
MIXED = [WORDS[number * 37 % len(WORDS)] for number in range(len(WORDS))]


@pytest.mark.parametrize("ordered", [True, False])
def test_a_long_list_in_the_order_of_the_alphabet_stays(ordered):
    words = WORDS if ordered else MIXED
    text = "\n".join([P1, *words, P2, *[FOOT] * 12])
    assert bool(voted(text)) is not ordered


@pytest.mark.parametrize("times", [1, 12])
def test_among_very_many_lines_few_pieces_of_furniture_show_no_page(times):
    text = "\n".join([P1, *MIXED * 2, P2, *[FOOT] * times])
    assert bool(voted(text)) is (times > 1)


def test_prose_with_hard_line_breaks_stays():
    lines = [
        "THE KEEPER OF THE LIGHT SHALL COUNT THE BOATS, WHICHEVER",
        "WAY THEY GO, AND WRITE THEM INTO THE BOOK OF THE HARBOUR",
        "OF LONG SAND EVERY EVENING BEFORE THE LAMP IS LIT, OR AS",
        "SOON AS HE CAN. HE SHALL NOT LEND THE BOOK TO ANYONE, NOT",
    ]
    offers = "\n".join(f"{one}\nFull board" for one in ISLANDS)
    gone = voted("\n".join([P1, offers, *lines, *lines, P2, FOOT]))
    assert "Full board" in gone
    assert not set(lines) & set(gone)


@pytest.mark.parametrize("sign", [": ", " "])
def test_names_with_values_behind_them_are_no_menu(sign):
    lines = [f"{one}{sign}{other}" for one in SYLLABLES[:6] for other in ISLANDS]
    shown = [line.capitalize() for line in lines]
    text = "\n".join([BODY, *shown, FOOT])
    kept = left(text)
    assert all(line in kept for line in shown) is (sign == ": ")

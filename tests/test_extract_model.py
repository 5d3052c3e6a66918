"""The model of units: forests against a slow reading of them, the bar, the rows of features."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archivetk.patch import Patch
from archivetk.steps.extract.evidence import Page
from archivetk.steps.extract.features import _TOKEN, FEATURES, _likeness, features
from archivetk.steps.extract.forest import Forest
from archivetk.steps.extract.kinds import KINDS_OF_PAGE, _forests, kind_of, page_row
from archivetk.steps.extract.model import (
    _forest,
    copies,
    decided,
    kept_by_model,
    kept_by_scores,
    second_text,
    shared_by_boxes,
)
from archivetk.steps.extract.second import SECOND, second_features
from archivetk.steps.markup import scan_html

PAGE = (
    "<title>Rain over the hills</title><nav><a href=/>Home</a> <a href=/m>More</a></nav>"
    "<article><h1>Rain over the hills</h1>"
    + "".join(
        f"<p>On day {n} the clouds came in low, and the streams rose by a hand's breadth.</p>"
        for n in range(12)
    )
    + "</article><footer><a href=/i>Imprint</a></footer>"
)


def page_of(html):
    edits, layout = scan_html(html)
    return Page(Patch.of(html, edits).apply(html), layout)


def test_a_forest_says_what_its_trees_say_one_by_one():
    chance = np.random.default_rng(1)
    asked = chance.integers(0, 5, (7, 3)).astype(np.int16)
    bounds = chance.random((7, 3)).astype(np.float32)
    leaves = chance.integers(-500, 500, (7, 8)).astype(np.int16)
    rows = chance.random((2500, 5)).astype(np.float32)
    found = Forest(asked, bounds, leaves, 11).odds(rows)
    for number in (0, 1, 1023, 1024, 2499):
        total = 11
        for tree in range(7):
            leaf = sum(
                (rows[number, asked[tree, level]] > bounds[tree, level]) << level
                for level in range(3)
            )
            total += int(leaves[tree, leaf])
        assert found[number] == total


def test_the_stored_forests_ask_for_features_that_there_are():
    assert _forest("first").asked.max() < len(FEATURES)
    for name in ("second", "vote"):
        assert len(FEATURES) <= _forest(name).asked.max() < len(FEATURES) + len(SECOND)


def test_rows_fit_their_names():
    page = page_of(PAGE)
    rows, groups = features(page)
    assert rows.shape == (len(page.units), len(FEATURES))
    more = second_features(_forest("first").odds(rows), page.weights, groups, None)
    assert more.shape == (len(page.units), len(SECOND))
    column = dict(zip(FEATURES, rows.T, strict=True))
    assert column["level"].tolist().count(1) == 1
    assert column["sentences"][4] == 0
    assert column["end"][4] == 1
    assert column["commas"][4] > 0
    assert np.isfinite(rows).all()
    assert np.isfinite(more).all()


def test_paragraphs_stay_and_the_menu_goes():
    page = page_of(PAGE)
    kept = [unit for unit, keep in zip(page.units, kept_by_model(page)[0], strict=True) if keep]
    assert sum(unit.startswith("On day") for unit in kept) == 12
    assert not {"Home More", "Imprint"} & set(kept)


def test_products_in_what_is_called_a_menu_stay_where_they_are_the_page():
    cards = "".join(
        f"<li class=product-card><a href=/p/{n}><h2 class=product-title>Watering can number {n}</h2>"
        f"<p class=product-description>It holds {n} litres and pours well.</p></a></li>"
        for n in range(2, 30)
    )
    page = page_of(
        "<title>Watering cans</title><nav><a href=/>Home</a> <a href=/m>More</a></nav>"
        '<script type=\'application/ld+json\'>{"@type":"CollectionPage"}</script>'
        "<h1>Watering cans</h1><main id=content class=collection>"
        f"<ul class='products menu'>{cards}</ul></main>"
    )
    assert sum(page.furniture()) > 50
    kept = [unit for unit, keep in zip(page.units, kept_by_model(page)[0], strict=True) if keep]
    assert sum(unit.startswith("It holds") for unit in kept) == 28
    assert "Home More" not in kept


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["<p>", "</p>", "<div class=a>", "</div>", "<li>", "<a href=x>", "</a>", "<td>", "x",
             "\ud800", "é. ", "A long enough line of plain running text, with a comma in it. ",
             "<h2>", "</h2>", "今日は雨です。", "&#26;"]
        ),
        max_size=40,
    ).map("".join)
)  # fmt: skip
def test_every_page_gets_a_verdict_for_each_unit(html):
    page = page_of(html)
    if page.units:
        rows, _ = features(page)
        assert np.isfinite(rows).all()
        assert len(kept_by_model(page)[0]) == len(page.units)
        assert len(kept_by_model(page, [0.5] * len(page.units))[0]) == len(page.units)


def test_no_unit_begins_with_a_reference_that_stands_for_nothing():
    for html in (
        "&#26;",
        "<p>&#26;</p>",
        "<pre>&#26;</pre>",
        "a<p>&#26;</p>b",
        "<p>&#26;c &#26;</p>",
    ):
        assert all(page_of(html).units)
    page = page_of(PAGE + "<p>&#26;</p>")
    assert len(kept_by_model(page)[0]) == len(page.units)


def column(page, name):
    return features(page)[0][:, FEATURES.index(name)].tolist()


def test_records_are_siblings_of_one_kind():
    posts = "".join(
        f"<div class=post><h3>Garden {n}</h3><p>It grew well.</p></div>" for n in range(4)
    )
    page = page_of(f"<p>Before</p><section>{posts}</section><p>After</p>")
    assert column(page, "outer_records") == [-1, *[4] * 8, -1]
    assert column(page, "outer_record_units") == [-1, *[2] * 8, -1]
    assert column(page, "outer_record_headings") == [-1, *[1] * 8, -1]
    assert column(page, "outer_record_place") == [-1, *range(8), -1]
    # two are no list, and single lines are no records of an inner one
    two = page_of("<div class=a><p>One</p></div><div class=a><p>Two</p></div>")
    assert column(two, "outer_records") == [-1, -1]
    lines = page_of("<ul><li>One</li><li>Two</li><li>Three</li></ul>")
    assert column(lines, "outer_records") == [3, 3, 3]
    assert column(lines, "inner_records") == [-1, -1, -1]


def test_shares_of_the_page_are_shares():
    page = page_of(PAGE)
    rows = features(page)[0]
    for at, name in enumerate(FEATURES):
        if name.startswith(("page_in_", "prose_in_")):
            assert 0 <= rows[0, at] <= 1.0001
    assert column(page, "page_in_nav")[0] > 0
    assert column(page, "page_articles")[0] == 1


def test_words_are_counted_where_no_space_stands_between_them():
    page = page_of("<p>Now the rain is over</p><p>今日は雨が降りました</p><p>วันนี้ฝนตกหนักมาก</p>")
    assert column(page, "words") == [5, 6, 4]


def test_a_title_is_known_again_in_a_script_without_spaces():
    page = page_of("<title>雨の丘</title><h1>雨の丘</h1><p>山の上の雲</p>")
    likeness = column(page, "title")
    assert likeness[0] == 1
    assert likeness[1] < 0.5


def test_a_long_title_and_a_line_without_words():
    long = " ".join(f"word{n}" for n in range(60))
    page = page_of(f"<title>{long}</title><p>***</p><p>word3 and more</p>")
    assert column(page, "title") == [0, pytest.approx(1 / 3)]


def test_an_article_is_of_no_kind():
    rows, _ = features(page_of(PAGE))
    assert kind_of(rows, page_of(PAGE).weights) is None
    forest, base = _forests()
    assert len(forest.asked) % len(KINDS_OF_PAGE) == 0
    assert len(base) == len(KINDS_OF_PAGE)
    assert forest.asked.max() < page_row(rows, page_of(PAGE).weights).shape[0]


def kind_of_page(main):
    menu = "".join(f"<a href=/s{n}>Shelf {n}</a> " for n in range(12))
    foot = "<footer><a href=/i>Imprint</a> <a href=/p>Privacy</a></footer>"
    page = page_of(f"<nav class=menu>{menu}</nav>{main}{foot}")
    return kind_of(features(page)[0], page.weights)


def test_a_shelf_of_goods_is_a_listing_and_one_of_them_a_product():
    items = "".join(
        f"<li class=product-card><a href=/p{n}><h3>Watering can {n}</h3></a>"
        f"<span class=price>{n},50</span><button>Add to cart</button></li>"
        for n in range(30)
    )
    assert kind_of_page(f"<h1>Watering cans</h1><ul class=product-list>{items}</ul>") == "listing"
    product = (
        "<meta property='og:type' content='product'>"
        '<script type=\'application/ld+json\'>{"@type":"Product"}</script>'
        "<main class=product><h1 class=product-title>Watering can, green</h1>"
        "<span class=price>12.50</span><button>Add to cart</button><div class=product-description>"
        "<p>It holds nine litres and pours without a drop beside the pot.</p>"
        "<ul><li>Height 30 cm</li><li>Weight 900 g</li></ul></div>"
        "<h2>Reviews</h2><div class=reviews><p>Good can.</p></div></main>"
    )
    assert kind_of_page(product) == "product"


def test_the_bar_is_one_for_the_page():
    sure = kept_by_scores(np.array([0.9] * 5 + [0.3] + [0.02] * 5), np.array([100.0] * 11))
    assert sure == [True] * 5 + [False] * 6
    # a page whose every paragraph is in doubt keeps what is best on it
    doubt = kept_by_scores(np.array([0.3] * 5 + [0.01] * 5), np.array([100.0] * 10))
    assert doubt[:4] == [True] * 4
    assert not any(doubt[6:])


def test_the_bar_is_higher_in_a_forum_and_lower_in_a_list():
    scores, weights = np.array([0.9] * 5 + [0.5, 0.38] + [0.02] * 5), np.array([100.0] * 12)
    counts = [
        sum(kept_by_scores(scores, weights, kind)) for kind in ("forum", None, "documentation")
    ]
    assert counts == [5, 6, 7]
    assert kept_by_scores(scores, weights, "product") == kept_by_scores(scores, weights)


def test_what_answers_quote_stands_once_in_a_forum():
    said = "My beans were eaten by snails in the first week of May."
    post = "<div class=post><blockquote>{}</blockquote><p>{}</p></div>"
    page = page_of(
        f"<p>{said}</p>"
        + "".join(post.format(said, f"Answer number {n}: try ash.") for n in range(3))
    )
    scores, boxes = np.array([0.9] * 7), np.zeros(7, np.int64)
    assert decided(page, scores, boxes, None) == ([True] * 7, [])
    kept, again = decided(page, scores, boxes, "forum")
    assert kept == [True, False, True, False, True, False, True]
    assert again == [1, 3, 5]
    # the best of them stays, wherever it stands; brief ones may come again
    assert copies(["a", "a", "b", "a"], [0.1, 0.9, 0.1, 0.9], [40.0] * 4) == [0, 3]
    assert copies(["a", "a"], [0.1, 0.9], [39.0] * 2) == []


def test_a_text_that_a_page_holds_twice_stands_once():
    story = [
        f"In year {n} the mill stood still for want of water, and the miller mended nets by the "
        "shore until the rains came back." for n in range(6)
    ]  # fmt: skip
    units = ["The dry mill", *story, "Read on a wide screen", *story]
    weights = [float(len(unit)) for unit in units]
    assert second_text(units, [True] * 14, weights) == list(range(8, 14))
    # the second alone is no second one
    assert second_text(units, [False] * 7 + [True] * 7, weights) == []
    # brief lines, few paragraphs and a small part of the page may come again
    refrain = [f"Turn, turn, turn, you wheel number {n}" for n in range(6)] * 2
    assert second_text(refrain, [True] * 12, [float(len(unit)) for unit in refrain]) == []
    few = story[:4] * 2
    assert second_text(few, [True] * 8, [200.0] * 8) == []
    assert second_text([*units, "x"], [True] * 15, [*weights, 5000.0]) == []
    # what comes again and again is a form, a table or a song
    assert second_text(story * 4, [True] * 24, [100.0] * 24) == []


def test_boxes_of_one_kind_are_three_or_more_with_a_class():
    card = "<div class=card><p>One.</p><p>Two.</p></div>"
    boxes = [
        features(page_of(f"<p>Before.</p>{cards}<p>After.</p>"))[1].boxes.tolist()
        for cards in (card * 2, card * 3, card.replace(" class=card", "") * 3)
    ]
    assert set(boxes[0]) == set(boxes[2]) == {0}
    assert boxes[1][0] == boxes[1][-1] == 0
    assert len(set(boxes[1][1:-1])) == 1
    assert boxes[1][1] > 0


@given(
    st.lists(
        st.tuples(
            st.integers(0, 1_000_000), st.integers(1, 4000).map(lambda half: half / 2),
            st.integers(0, 3),
        ),
        min_size=1,
    )
)  # fmt: skip
def test_units_in_boxes_of_one_kind_come_nearer_to_each_other(units):
    scores, weights, boxes = (np.array(column) for column in zip(*units, strict=True))
    scores = scores / 1_000_000
    shared = shared_by_boxes(scores, weights, boxes)
    assert shared[boxes == 0].tolist() == scores[boxes == 0].tolist()
    for box in set(boxes.tolist()) - {0}:
        before, after = scores[boxes == box], shared[boxes == box]
        assert after.max() <= before.max() + 1e-9
        assert np.ptp(after) <= 0.75 * np.ptp(before) + 1e-9
        # who stood above the other still does
        assert (np.diff(after[np.argsort(before, kind="stable")]) >= -1e-9).all()


LINES = st.lists(st.text(st.sampled_from("abAİΣß '.-\n\x00\u0e01\u6f22é"), min_size=1, max_size=12))


@given(LINES, st.frozensets(st.sampled_from(["a", "b", "ab", "ß", "漢", "é"])), st.data())
def test_lines_compared_with_the_title_together_are_as_alike_as_one_by_one(lines, title, data):
    brief = np.array([data.draw(st.booleans()) for _ in lines], bool)
    expected = []
    for line, short in zip(lines, brief, strict=True):
        words = _TOKEN.findall(line.lower())
        share = sum(word in title for word in words) / max(len(words), 1)
        expected.append(share if short and title else -1.0)
    assert _likeness(lines, brief, title).tolist() == expected

"""The model of units: forests against a slow reading of them, the bar, the rows of features."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from archivetk.patch import Patch
from archivetk.steps.extract.evidence import Page
from archivetk.steps.extract.features import FEATURES, features
from archivetk.steps.extract.model import Forest, _forest, kept_by_model, kept_by_scores
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
    kept = [unit for unit, keep in zip(page.units, kept_by_model(page), strict=True) if keep]
    assert sum(unit.startswith("On day") for unit in kept) == 12
    assert not {"Home More", "Imprint"} & set(kept)


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
        assert len(kept_by_model(page)) == len(page.units)
        assert len(kept_by_model(page, [0.5] * len(page.units))) == len(page.units)


def test_no_unit_begins_with_a_reference_that_stands_for_nothing():
    for html in ("&#26;", "<p>&#26;</p>", "<pre>&#26;</pre>", "a<p>&#26;</p>b", "<p>&#26;c &#26;</p>"):
        assert all(page_of(html).units)
    page = page_of(PAGE + "<p>&#26;</p>")
    assert len(kept_by_model(page)) == len(page.units)


def test_the_bar_is_one_for_the_page():
    sure = kept_by_scores(np.array([0.9] * 5 + [0.3] + [0.02] * 5), np.array([100.0] * 11))
    assert sure == [True] * 5 + [False] * 6
    # a page whose every paragraph is in doubt keeps what is best on it
    doubt = kept_by_scores(np.array([0.3] * 5 + [0.01] * 5), np.array([100.0] * 10))
    assert doubt[:4] == [True] * 4
    assert not any(doubt[6:])

"""What the words of classes and ids say: how they are read, and how their weights add up."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from archivetk.patch import Patch
from archivetk.steps.extract import names as module
from archivetk.steps.extract.evidence import Page
from archivetk.steps.extract.names import Names, named, stored_names, words_of
from archivetk.steps.extract.regions import said_by
from archivetk.steps.markup import scan_html

NAMES = Names(["story", "text", "story-text", "aside"], [10, 20, 300, -40], [1, 2, 30, -4])


def page_of(html):
    edits, layout = scan_html(html)
    return Page(Patch.of(html, edits).apply(html), layout)


def test_words_are_parted_at_humps_hyphens_and_whatever_is_no_letter():
    _, runs = said_by("div", ' class="storyText x2 read__more-link" id=main title=story')
    assert runs == ("story-text", "x", "read", "more-link", "main")
    assert said_by("body", " class=story") == (0, ())
    assert words_of("story-text") == ["story", "text", "story-text"]
    assert words_of("x") == []
    long = "b" * 21
    assert words_of(long) == []
    assert words_of(f"story-{long}-text") == ["story", "text"]


def test_no_more_is_read_than_there_should_be():
    _, runs = said_by("div", f' class="{"word " * 700}"')
    assert len(runs) == 80
    _, runs = said_by("div", ' class="word"' * 10_000)
    assert len(runs) == 4000 // 13


def test_near_words_count_each_time_and_words_around_once():
    page = page_of(
        "<body class=aside><div class=story><div class=aside><div class=storyText>"
        "<p class=story>A line</p></div></div></div>"
    )
    near, around, both = (column.tolist() for column in named(page, NAMES))
    # the paragraph, and the two frames around it; the outermost two are too far off
    assert near == [10 + 330 - 40]
    assert around == [1 + 2 + 30 - 4]
    assert both == [near[0] + around[0]]


def slowly(page, names):
    weights = {word: (names.near[at], names.around[at]) for at, word in enumerate(names.words)}
    layout = page.layout
    for start in layout.unit_frame:
        near = level = 0
        frame = start
        found = set()
        while frame:
            _, runs = said_by(layout.names[frame], layout.attributes[frame])
            own = {word for run in runs for word in words_of(run) if word in weights}
            found |= own
            if level < 3:
                near += sum(weights[word][0] for word in own)
            frame, level = layout.parents[frame], level + 1
        yield near, sum(weights[word][1] for word in found)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["<div class=story>", "<div class='text aside'>", "<p id=storyText>", "<div>", "</div>",
             "</p>", "A line. ", "<li class=aside>", "</li>", "<body class=text>"]
        ),
        max_size=30,
    ).map("".join)
)  # fmt: skip
def test_frames_that_share_a_chain_of_names_get_what_each_would_get_alone(html):
    page = page_of(html)
    if page.units:
        near, around, both = named(page, NAMES)
        assert list(zip(near.tolist(), around.tolist(), strict=True)) == list(slowly(page, NAMES))
        assert (both == near + around).all()


def test_more_chains_than_are_told_apart_cost_no_more(monkeypatch):
    monkeypatch.setattr(module, "_MOST", 3)
    page = page_of(
        "".join(
            f"<div class={name}><p class=text>A line</p></div>"
            for name in ("story", "aside", "story", "text")
        )
    )
    near, _, _ = named(page, NAMES)
    assert near.tolist() == [30, 0, 30, 0]


def test_the_stored_words_are_words_with_weights():
    names = stored_names()
    assert names.words == sorted(set(names.words))
    assert len(names.words) == len(names.near) == len(names.around) > 1000
    assert all(words_of(word)[-1] == word for word in names.words)
    assert np.abs(names.near + names.around).max() < 1000

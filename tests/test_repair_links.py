"""Links of Markdown in plain text: the words stay, and each removal is traced."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archivetk.document import Decoding, Source
from archivetk.patch import Patch
from archivetk.settings import load_profile
from archivetk.steps import Context
from archivetk.steps.repair import markup


def repaired(text, media_type="text/plain"):
    context = Context(
        Source("a.txt", "a.txt", b""), load_profile("article"), Decoding("utf-8", "utf-8")
    )
    context.media_type = media_type
    return Patch.of(text, markup(text, context)).apply(text)


THREE = "[one](https://a.example) [two](/b) [three](#c)"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The [mill](https://mill.example/old) burns.", "The mill burns."),
        ('The [mill](https://mill.example/old "The old mill") burns.', "The mill burns."),
        ("The [mill](/old_(mill)) burns.", "The mill burns."),
        ("* [Home](index.html)", "* Home"),
        ("![The mill](mill.jpg) It burns.", " It burns."),
        ("[![The mill](mill.jpg)](/mill) It burns.", " It burns."),
        ("[\n\n#### The mill\n\n](/mill) burns.", "\n\n#### The mill\n\n burns."),
        ("The [mill](https://mill.example/a-\\n\nb) burns.".replace("\\n", ""), "The mill burns."),
        ("The [old [grey] mill](../mill) burns.", "The old [grey] mill burns."),
        ("The [mill](/a?b&amp;c) &amp; dam", "The mill & dam"),
        # no links
        ("The list a[1](b) has f[i](x + y) and [see below] (page 3).", None),
        ("The [mill] (https://mill.example) burns.", None),
        ("The \\[mill](https://mill.example) burns.", None),
    ],
)
def test_links(text, expected):
    rest = repaired(f"{text}\n{THREE}")
    assert rest == f"{text if expected is None else expected}\none two three"


@pytest.mark.parametrize(
    "text",
    [
        "[one](https://a.example) and [two](/b)",
        f"{THREE}\n```\n[mill](/mill)\n```",
        "a[1](b) a[2](c) a[3](d) a[4](e)",
    ],
)
def test_other_brackets_stay(text):
    assert repaired(text) == text


def test_a_text_in_markdown_keeps_its_links():
    assert repaired(THREE, "text/markdown") == THREE


@given(
    st.lists(
        st.sampled_from(["[", "]", "](/a)", "](", ")", "!", "a", "\n", "&amp;", "<b>", "</b>", " "])
    )
)
def test_any_brackets_can_be_repaired(pieces):
    text = "".join(pieces) + THREE
    rest = repaired(text)
    assert "](#c)" not in rest
    assert rest.count("a") <= text.count("a")


@pytest.mark.growth
@pytest.mark.parametrize(
    "piece", ["[", "](", "](/a", "](/a(b", '](/a "b', "[a](/-\n", "![", "](#" + "a" * 50]
)
def test_time_is_linear(piece):
    def spent(size):
        text = THREE + piece * (size // len(piece))
        begin = time.process_time()
        repaired(text)
        return time.process_time() - begin

    assert spent(400_000) < 16 * spent(100_000) + 0.1

"""The scan of HTML: text before and after, broken markup, laws, linear time."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archivetk.patch import Patch
from archivetk.steps.markup import RULES, scan_html


def text_of(html: str) -> str:
    edits, layout = scan_html(html)
    text = Patch.of(html, edits).apply(html)
    assert layout.length == len(text)
    return text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        # breaks
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<div>one</div><div>two</div>", "one\ntwo"),
        ("one<br>two<br/>three<br><br>four", "one\ntwo\nthree\n\nfour"),
        ("<h1>Head</h1>body", "Head\n\nbody"),
        ("<ul><li>one<li>two</ul>after", "one\ntwo\n\nafter"),
        ("<dl><dt>word<dd>sense</dl>", "word\nsense"),
        ("end.</b></i></span><p>Next", "end.\n\nNext"),
        # inline markup makes no break and no space
        ("un<b>believ</b>able <i>stuff</i>", "unbelievable stuff"),
        ("a<!-- no -->b", "ab"),
        ("soft<wbr>ware", "software"),
        # white space collapses as a browser shows it
        ("  a \n\t b  <b> c </b> d ", "a b c d"),
        ("<p> a </p>\n\n<p> b </p>", "a\n\nb"),
        ("a\u00a0 \u00a0b", "a\u00a0 \u00a0b"),
        ("a\u3000\u3000b", "a\u3000\u3000b"),
        ("one&#32;&#32;two&#10;three", "one two three"),
        # references
        ("Caf&eacute; &amp; bar &lt;b&gt;", "Café & bar <b>"),
        ("&#8217;&#x2019;&#146;&rsquo;", "’’’’"),
        ("&copy 2020 &ampx AT&T R&D &unknown; & &;", "© 2020 &x AT&T R&D &unknown; & &;"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
        ("&#0;&#xD800;&#1114112;", "\ufffd\ufffd\ufffd"),
        ("x &nbsp; y", "x \u00a0 y"),
        # tables: cells of a row on one line
        ("<table><tr><td>a<td>b<tr><td>c<td>d</table>", "a\tb\nc\td"),
        ("<table><tr><th>n</th> <th>m</th></tr> <tr><td>1</td></tr></table>x", "n\tm\n1\n\nx"),
        # preformatted text stays
        ("<pre>\n  a\n    b &lt; c\n</pre>d", "  a\n    b < c\n\nd"),
        ("<pre>a\n<span>   </span>b</pre>", "a\n   b"),
        # what is not text
        ("<script>if (a < b) { '<p>' }</script>x", "x"),
        ("a<style>p { color: red }</style>b", "ab"),
        ("<title>T</title><p>x", "x"),
        ("x<svg><text>no</text></svg><select><option>no</select>y", "xy"),
        ("x<textarea><p>no</textarea>y", "xy"),
        ("<template><p>no</p></template>x", "x"),
        ("<SCRIPT>no</SCRIPT ><P>x</P>", "x"),
        # attributes are left alone, whatever they hold
        ("<a title=\"a > b\" href='?x=1&copy=2>'>x</a>", "x"),
        ("<p class=a\"b>x</p><p class='c'>y</p>", "x\n\ny"),
        ("<img alt='no'>x", "x"),
        # broken markup
        ("a < b and b > c", "a < b and b > c"),
        ("1 <2 <3", "1 <2 <3"),
        ("x <b", "x <b"),
        ("<p>a<!-- never closed <i>b", "ab"),
        ("a<!-->b<!--->c<!-- -- > -->d", "abcd"),
        ("a</>b<?php no ?>c<!DOCTYPE html>d</ x>e", "abcde"),
        ("<![CDATA[a <b> c]]>d", "a <b> cd"),
        ("a<![CDATA[]]>b", "ab"),
        ("<div><p>a<div>b</p>c</div>d", "a\nb\n\nc\nd"),
        ("</div></p></table>x", "x"),
        ("<svg>x", "x"),
        ("<select>x", "x"),
        ("<title>never closed <p>x", "never closed\n\nx"),
        ("", ""),
        (" \n ", ""),
        ("<p></p>", ""),
    ],
)
def test_text(html, text):
    assert text_of(html) == text


def test_every_rule_is_explained_and_a_gap_is_one_edit_for_each_line_end():
    html = (
        "<!DOCTYPE html><head><title>T</title></head><!-- c --><p>a  b</p> <p>&amp;c<b>d</b>"
        "<svg></svg>e<select></select>f<script>1</script>g<![CDATA[h]]>"
    )
    edits, _ = scan_html(html)
    assert {one.rule for one in edits} <= set(RULES)
    assert [(one.start, one.rule) for one in edits] == [
        (0, "markup.head"),
        (html.index("  b"), "markup.space"),
        (html.index("</p> "), "markup.break"),
        (html.index("<p>&amp;"), "markup.break"),
        (html.index("&amp;"), "markup.reference"),
        (html.index("<b>"), "markup.tag"),
        (html.index("</b>"), "markup.embed"),
        (html.index("<select"), "markup.form"),
        (html.index("<script"), "markup.script"),
        (html.index("<![CDATA"), "markup.tag"),
        (html.index("]]>"), "markup.tag"),
    ]


def test_a_reference_leads_back_to_all_of_its_characters():
    html = "salt &amp; oil"
    patch = Patch.of(html, scan_html(html)[0])
    assert patch.source_of(5, 6) == (5, 10)


def test_layout():
    html = (
        "<title>T &amp; U</title><main><h1>Head</h1><p>See <a href='/x'>this link</a> of "
        "<em lang='en'>January</em>.</p></main><footer>end</footer>"
        '<script type="application/ld+json">{}</script>'
    )
    edits, layout = scan_html(html)
    text = Patch.of(html, edits).apply(html)
    units = [text[a:b] for a, b in zip(layout.unit_start, layout.unit_end, strict=True)]
    assert units == ["Head", "See this link of January.", "end"]
    assert [layout.names[one] for one in layout.unit_frame] == ["h1", "p", "footer"]
    assert layout.unit_link == [0, 9, 0]
    assert [(one.name, text[one.start : one.end].strip()) for one in layout.inlines] == [
        ("a", "this link"),
        ("em", "January"),
    ]
    assert layout.title is not None
    assert html[slice(*layout.title)] == "T &amp; U"
    assert [html[a:b] for a, b in layout.json_ld] == ["{}"]
    assert all(up < index for index, up in enumerate(layout.parents) if index)


def test_unclosed_elements_do_not_swallow_their_followers():
    _, layout = scan_html("<table><tr><td><div>a</section></div></td><td>b</table><p>c")
    assert [layout.names[one] for one in layout.unit_frame] == ["div", "td", "p"]
    assert layout.parents[layout.unit_frame[2]] == 0


PIECES = st.sampled_from(
    [
        "<p>", "</p>", "<div class='a'>", "</div>", "<b>", "</b>", "<br>", "<pre>", "</pre>", "<td>",
        "<table>", "</table>", "<tr>", "<li>", "<ul>", "</ul>", "&amp;", "&#32;", "&nbsp;", "&lt", "&",
        "<!--", "-->", "<", ">", "</", "<a href='", "'", '"', "=", "<script>", "</script>", "<svg>",
        "<![CDATA[", "]]>", "<head>", "<title>", "</title>", " ", "\n", "\t", "\u00a0", "x", "word", "é",
    ]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_laws(html):
    edits, layout = scan_html(html)
    patch = Patch.of(html, edits)
    text = patch.apply(html)
    assert patch.invert(html).apply(text) == html
    assert layout.length == len(text)
    count = len(layout.unit_start)
    assert len(layout.unit_end) == len(layout.unit_frame) == len(layout.unit_link) == count
    assert len(layout.unit_break) == count
    position = 0
    for start, end in zip(layout.unit_start, layout.unit_end, strict=True):
        assert text[position:start].strip("\n\t") == ""
        assert position <= start < end
        position = end
    assert position == len(text)
    if "pre" not in layout.names:
        assert text == text.strip(" \n\t")
        assert "  " not in text
        assert "\n\n\n" not in text
    # every change has one rule, and text is only ever changed by these
    assert all(len(one.why) == 1 and one.rule in RULES for one in patch.edits)


HOSTILE = {
    "deep": "<div>",
    "unclosed cells": "<table><tr><td>",
    "tags": "<b>x</b>",
    "paragraphs": "<p>a",
    "comments": "<!--",
    "comments in comments": "<!-- <!-- x -->",
    "attributes without end": "<a b c ",
    "quotes": '<a b=">"',
    "mixed quotes": "<a b='\"",
    "equals": "<a =",
    "less-than": "<",
    "ampersands": "&",
    "references": "&a",
    "digits": "&#1",
    "svg": "<svg>",
    "ends": "</select></p></section>",
    "cdata": "<![CDATA[",
    "spaces": " \n",
    "scripts": "<script>",
    "titles": "<title>",
    "headings": "<h1></p>",
}


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.growth
def test_time_is_linear(piece):
    def seconds(count: int) -> float:
        html = piece * count
        best = 9.0
        for _ in range(3):
            start = time.process_time()
            scan_html(html)
            best = min(best, time.process_time() - start)
        return best

    # eight times the size may take eight times as long, not sixty-four times
    assert seconds(16_000) < 30 * seconds(2_000) + 0.05

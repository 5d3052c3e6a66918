"""Main content: alignment, regions, labels, marks, Markdown, and what every judge must do."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import archivetk
from archivetk.bytemap import ByteSpan
from archivetk.document import Decoding, Source
from archivetk.patch import Patch
from archivetk.settings import load_profile
from archivetk.steps import Context
from archivetk.steps.align import Stray, align, key_of
from archivetk.steps.extract import EXTRACTORS, RULES, _deletions, _insertion, judge
from archivetk.steps.extract.evidence import Page
from archivetk.steps.extract.judges import JUDGES
from archivetk.steps.extract.regions import BITS, LABELS, label_of, said_by
from archivetk.steps.markup import scan

PROSE = [
    "The harbour office counted forty boats on the first day, and most of them were small.",
    "By noon the wind had turned, so the crews waited for the tide and mended their nets.",
    "Nobody on the quay could remember a summer in which the herring had come this early.",
    "“We shall sail tonight,” said the oldest of the skippers, and the others agreed at once.",
    "When the lamps were lit, the last of the boats had left, and the town went back to sleep.",
]
PAGE = f"""<!DOCTYPE html><html lang="en"><head><title>Boats in the harbour</title></head><body>
<header class="site-header"><a href="/">The Quay Gazette</a></header>
<nav><ul><li><a href="/a">Local news</a></li><li><a href="/b">Weather desk</a></li>
<li><a href="/c">Letters page</a></li></ul></nav>
<main><article><h1>Boats in the harbour</h1>
<p>{PROSE[0]}</p><p>{PROSE[1]}</p>
<figure><img src="x.png"><figcaption>Nets on the quay</figcaption></figure>
<p>{PROSE[2]}</p><p>{PROSE[3]}</p><p>{PROSE[4]}</p></article>
<section class="comments"><h3>Comments</h3><p>I was there and saw it all myself, dear editors.</p>
</section></main>
<aside class="sidebar related"><h3>More stories</h3><ul><li><a href="/d">A cat on the roof</a></li>
<li><a href="/e">The mayor's new hat</a></li></ul></aside>
<footer><p>All rights reserved. Legal notice. Contact the desk.</p></footer></body></html>"""


def run(html: str, **values):
    """Scan and judge: the text, the context, the edits of the judge."""
    context = Context(
        Source("page", "page", html.encode()),
        load_profile("article").changed(**values),
        Decoding("utf-8", "utf-8"),
    )
    text = Patch.of(html, scan(html, context)).apply(html)
    edits = judge(text, context)
    patch = Patch.of(text, edits)
    assert patch.invert(text).apply(patch.apply(text)) == text
    assert {one.rule for one in edits} <= set(RULES)
    return patch.apply(text), context, edits


def test_front_door():
    document = archivetk.clean(b"<nav>Home</nav><p>Caf\xe9 &amp; bar.Next one</p>")
    assert document.text == "Café & bar. Next one"
    assert document.where(5, 6) == ByteSpan(23, 28)
    assert document.restore() == document.source.data


@pytest.mark.parametrize("extractor", [name for name in EXTRACTORS if name != "none"])
def test_every_judge_keeps_the_article_and_labels_the_rest(extractor):
    text, context, edits = run(PAGE, extractor=extractor)
    for sentence in PROSE:
        assert sentence in text
    for gone in ("Weather desk", "A cat on the roof", "dear editors", "All rights reserved"):
        assert gone not in text
    assert context.notes["judge"]
    assert context.notes["version"]
    assert context.notes["mode"]
    rules = {one.rule for one in edits}
    assert rules >= {"extract.comments", "extract.footer"}
    assert rules & {"extract.related", "extract.aside"}


def test_a_text_that_a_page_holds_twice_stands_once_and_the_other_is_called_a_copy():
    story = "".join(
        f"<p>In year {n} the mill stood still for want of water, and the miller mended nets by the "
        "shore, until the rains came back over the hills and the wheel turned again.</p>"
        for n in range(1, 9)
    )
    text, _, edits = run(
        "<title>The dry mill</title><nav><a href=/>Home</a> <a href=/m>More</a></nav><main>"
        f"<article class=wide><h1>The dry mill</h1>{story}</article>"
        f"<article class=narrow>{story}</article></main><footer>Imprint of the paper</footer>"
    )
    assert [text.count(f"In year {n} ") for n in range(1, 9)] == [1] * 8
    assert "extract.copy" in {one.rule for one in edits}


def test_none_keeps_everything():
    text, _, edits = run(PAGE, extractor="none")
    assert not edits
    assert "Weather desk" in text
    assert "All rights reserved" in text


def test_comments_on_request():
    text, _, _ = run(PAGE, comments=True)
    assert "dear editors" in text
    assert "Weather desk" not in text


def test_an_unknown_extractor_is_refused():
    with pytest.raises(archivetk.errors.SettingsError, match="fast"):
        run(PAGE, extractor="nosuch")


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<nav>Home</nav><p>Just this.</p>", "Just this."),
        ("<p>Just this.</p><footer>Imprint</footer>", "Just this."),
        ("<div class='cookie-banner'>We use cookies.</div>Hello.", "Hello."),
        ("<nav>Home</nav>", "Home"),
        ("<ul><li>one<li>two</ul>", "one\ntwo"),
        ("x", "x"),
    ],
)
def test_a_page_too_small_to_judge_falls_back_on_regions(html, text):
    got, context, _ = run(html)
    assert got == text
    assert context.notes["fallback"] == "regions"


def test_a_page_without_text_says_so():
    text, context, edits = run("<html><head><title>T</title></head><body><img></body></html>")
    assert (text, list(edits)) == ("", [])
    assert context.flags == ["no-text"]


def test_a_page_of_links_says_so():
    rows = "".join(f"<li><a href='/{i}'>A headline about subject {i}</a></li>" for i in range(60))
    _, context, _ = run(f"<body><ul>{rows}</ul></body>", extractor="none")
    assert "link-page" in context.flags


def test_marks_of_what_stays():
    _, context, _ = run(PAGE, extractor="none")
    text, _, _ = run(PAGE, extractor="none")
    marked = {(one.kind, text[one.start : one.end]) for one in context.marks}
    assert ("heading", "Boats in the harbour") in marked
    assert ("figcaption", "Nets on the quay") in marked
    assert {kind for kind, _ in marked} <= {"heading", "figcaption", "pre", "table", "region"}
    regions = {
        text[one.start : one.end]: one.value for one in context.marks if one.kind == "region"
    }
    assert regions["Local news"] == "nav"
    assert regions["All rights reserved. Legal notice. Contact the desk."] == "footer"
    assert all(one.start < one.end for one in context.marks)


def test_what_a_judge_kept_has_no_mark_of_a_part_of_the_page():
    html = PAGE.replace("<article>", "<article><div class='related-box'>").replace(
        "</article>", "</div></article>"
    )
    text, context, _ = run(html)
    assert PROSE[2] in text
    assert not {one.value for one in context.marks if one.kind == "region"} & {"related", "nav"}
    assert "figcaption" in {one.kind for one in context.marks} or "Nets on" not in text


def test_text_of_the_judge_without_a_place_is_marked_and_counted(monkeypatch):
    invented = "A sentence that stands nowhere on this page at all."
    judge = JUDGES["trafilatura"]._replace(lines=lambda html, comments: [PROSE[0], invented])
    monkeypatch.setitem(JUDGES, "trafilatura", judge)
    text, context, edits = run(PAGE, extractor="trafilatura")
    assert text == f"{PROSE[0]}\n{invented}"
    assert context.notes["unaligned"] == len(invented)
    assert [one.new for one in edits if one.rule == "extract.unaligned"] == [f"\n{invented}"]
    text, context, _ = run(PAGE, extractor="trafilatura", unaligned=False)
    assert text == PROSE[0]
    assert context.notes["unaligned"] == len(invented)


def test_text_without_a_place_never_stands_in_what_is_dropped():
    layout = [(0, 10), (20, 30), (40, 50)]
    for at in range(60):
        one = _insertion(Stray(at, "stray"), layout)
        assert one.start == one.end <= at
        assert one.start == 0 or any(low <= one.start <= high for low, high in layout)
        assert one.new == ("\nstray" if one.start else "stray\n")


def test_an_article_that_stands_in_json_ld_alone():
    body = "\\n\\n".join(PROSE).replace("“", '\\"').replace("”", "\\u201d")
    html = (
        "<html><head><script type='application/ld+json'>"
        f'{{"@type": "NewsArticle", "articleBody": "\\u003cp>{body} Caf\\u00e9 &amp; bar<\\/p>"}}'
        "</script></head><body><nav><a href='/'>Home</a></nav><div id=app>Loading</div></body></html>"
    )
    document = archivetk.clean(html, media_type="text/html")
    expected = "\n\n".join(PROSE).replace("“", '"') + " Café & bar"
    assert document.text == expected
    at = document.text.index("é")
    span = document.where(at, at + 1)
    assert html.encode()[slice(*span)] == b"\\u00e9"
    assert document.restore() == html.encode()


def test_json_ld_is_left_alone_where_the_page_shows_its_article():
    body = " ".join(f"Other sentence number {i} of the data." for i in range(40))
    html = PAGE.replace(
        "</head>", f'<script type="application/ld+json">{{"articleBody":"{body}"}}</script></head>'
    )
    assert run(html)[0] == run(PAGE)[0]


@pytest.mark.parametrize(
    ("name", "attributes", "label"),
    [
        ("nav", "", "nav"),
        ("div", ' class="main-navigation"', "nav"),
        ("div", ' id="siteFooter"', "footer"),
        ("ol", ' class="commentlist"', "comments"),
        ("section", " class=related-posts", "related"),
        ("div", ' role="complementary"', "aside"),
        ("p", " class='wp-caption-text'", "caption"),
        ("div", ' style="display: none"', "hidden"),
        ("div", ' class="newsletter-signup"', "signup"),
        ("div", ' class="article-body"', "not-main"),
        ("p", ' class="adapted address shadow"', "not-main"),
        ("body", ' class="has-sidebar comments-open"', "not-main"),
        ("div", ' data-x="footer"', "not-main"),
    ],
)
def test_regions(name, attributes, label):
    assert label_of(said_by(name, attributes)[0]) == label


@pytest.mark.parametrize(
    ("said", "kinds"),
    [
        ("zpost-contentz", {"body"}),  # a whole stem leaves nothing for its parts
        ("zarticle-bodyz", {"body"}),
        ("zarticle-z", {"article"}),
        ("z1_navigation2z", {"nav"}),
        ("zHeadlineZ", {"title"}),
    ],
)
def test_stems_of_words(said, kinds):
    mask = said_by("div", f' class="{said}"')[0]
    assert {name for name, bit in BITS.items() if mask & bit} == kinds


def test_labels_are_rules():
    assert {f"extract.{one}" for one in LABELS} <= set(RULES)
    assert set(LABELS) <= set(BITS)


def spans_of(text: str, lines: list[str]):
    """Each line of the text is a unit."""
    units = []
    at = 0
    for line in text.split("\n"):
        if line:
            units.append((at, at + len(line)))
        at += len(line) + 1
    return align(text, units, lines)


def found(text: str, lines: list[str]) -> list[str]:
    return [text[a:b] for a, b in spans_of(text, lines).spans]


def test_align_whole_lines_in_order():
    text = "Menu\nFirst line here\nShare\nSecond line here\nShare"
    assert found(text, ["First line here", "Second line here", "Share"]) == [
        "First line here",
        "Second line here",
        "Share",
    ]
    assert spans_of(text, ["Share", "Second line here"]).spans[0] == (21, 26)


def test_align_ignores_white_space_marks_and_composition():
    text = "Cafe\u0301 au\u00a0lait\nsoft\u00adware and more"
    assert found(text, ["- Caf\u00e9 au lait", "| software  and more |"]) == text.split("\n")


def test_align_joined_and_parted_lines():
    text = "The first half of it\nand the second half.\nByline of somebody | The rest of the line."
    assert found(text, ["The first half of it and the second half."]) == text.split("\n")[:2]
    assert found(text, ["The rest of the line."]) == ["The rest of the line."]


def test_align_word_by_word():
    text = "one two three four five six seven eight nine ten"
    one = spans_of(text, ["one two three four XXX seven eight nine ten"])
    assert [text[a:b] for a, b in one.spans] == ["one two three four", "seven eight nine ten"]
    assert [stray.text for stray in one.strays] == ["XXX"]


def test_align_one_long_line_over_parted_units():
    units = [
        f"{sentence} And some more words follow number {i}." for i, sentence in enumerate(PROSE)
    ]
    text = "\n".join([units[0], "Share this", units[1], "Menu", units[2], units[3]])
    one = spans_of(text, [" ".join(units[:4])])
    assert [text[a:b] for a, b in one.spans] == units[:4]
    assert one.strays == []


def test_align_hands_back_what_has_no_place():
    one = spans_of("some text that is here", ["nothing of the kind whatsoever"])
    assert one.spans == []
    assert [stray.text for stray in one.strays] == ["nothing of the kind whatsoever"]


def test_what_leaves_the_page_arrives_in_the_metadata():
    html = PAGE.replace(
        "<article>",
        "<article><div class='wp-caption'><p class='wp-caption-text'>The quay in the evening "
        "(Photo: Ada Lorne)</p></div>",
    ).replace(
        "</article>",
        "<p class='post-tags'>Tags: <a rel=tag href=/t>boats</a>, <a href='/tag/nets'>nets</a>, "
        "<a href='/all'>All stories</a></p></article>",
    )
    found = archivetk.clean(html.encode(), disable=["strip"])
    assert "The quay" not in found.text
    assert {"caption": "The quay in the evening", "credit": "Ada Lorne"} in found.metadata[
        "captions"
    ]
    assert found.metadata["tags"] == ["boats", "nets"]
    where = {one.name: found.decoded[one.start : one.end] for one in found.findings}
    assert where["tags"] == "boats</a>, <a href='/tag/nets'>nets"
    silent = archivetk.clean(html.encode(), disable=["strip", "metadata"])
    assert "tags" not in silent.metadata


def test_comments_are_kept_on_request_and_can_be_told_from_the_text():
    plain = archivetk.clean(PAGE.encode())
    assert "comments" not in plain.metadata
    asked = archivetk.clean(PAGE.encode(), comments=True)
    assert asked.metadata["comments"]
    for comment in asked.metadata["comments"]:
        assert comment in asked.text
        assert comment not in plain.text


PIECES = st.sampled_from(
    [
        "<p>", "</p>", "<div class=related>", "</div>", "<ul><li>", "<li>", "</ul>", "<table><tr><td>",
        "<td>", "<tr>", "</table>", "<b>", "</b>", "<a href=/x>", "</a>", "<pre>", "</pre>", "<br>",
        "<blockquote>", "<h2>", "</h2>", "alpha beta gamma delta ", "one two ", "x", *PROSE,
    ]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join), st.lists(st.booleans(), min_size=8, max_size=8))
def test_the_edits_fit_whatever_a_judge_keeps(html, keeps):
    context = Context(
        Source("page", "page", html.encode()),
        load_profile("article").changed(comments=True),
        Decoding("utf-8", "utf-8"),
    )
    text = Patch.of(html, scan(html, context)).apply(html)
    page = Page(text, context.layout)
    spans = [
        unit
        for index, unit in enumerate(
            zip(context.layout.unit_start, context.layout.unit_end, strict=True)
        )
        if keeps[index % len(keeps)]
    ]
    patch = Patch.of(text, _deletions(page, spans))
    after = patch.apply(text)
    assert patch.invert(text).apply(after) == text
    plain = Patch.of(text, _deletions(page, spans)).apply(text)
    kept = [text[start:end] for start, end in spans]
    position = 0
    for one in kept:
        position = plain.index(one, position) + len(one)
    assert len("".join(plain.split())) == len("".join("".join(kept).split()))


LINES = st.lists(st.text("ab .é-", min_size=1, max_size=12), max_size=12)


@settings(max_examples=200, deadline=None)
@given(LINES, LINES)
def test_align_laws(ours, theirs):
    text = "\n".join(ours)
    one = spans_of(text, theirs)
    position = 0
    for start, end in one.spans:
        assert position <= start < end <= len(text)
        position = end
    # a line that is a unit, asked for alone, is found
    for line in ours:
        if key_of(line):
            alone = spans_of(text, [line])
            assert not alone.strays
            assert key_of("".join(text[a:b] for a, b in alone.spans)) == key_of(line)


@given(st.lists(st.sampled_from(["side-bar", "relatedPosts", "post_body", "x9", "at-a-glance"])))
def test_a_class_says_what_its_words_say(words):
    together = 0
    for word in words:
        together |= said_by("div", f' class="{word}"')[0]
    assert said_by("div", f' data-n=1 class="{" ".join(words)}"')[0] == together
    assert said_by("div", f"class='{' '.join(words)}'")[0] == together

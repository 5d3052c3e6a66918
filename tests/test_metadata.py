"""What a page says of itself: each source, the order of sources, broken and hostile pages."""

from __future__ import annotations

import json
import time
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

import archivetk
from archivetk.document import Cleaned, Source
from archivetk.pipeline import clean_source
from archivetk.settings import load_profile
from archivetk.steps.metadata.page import Item, read_page
from archivetk.steps.metadata.scan import places
from archivetk.steps.metadata.spots import ANNOUNCED, AUTHOR, DATED, Spots, may_hold_date

PROSE = (
    "<p>The lighthouse at the point has been dark since the storm, and the council means to light "
    "it again before the winter comes, if the money for a new lamp can be found in time.</p>"
    "<p>Fishermen say that they miss it, though all of them have better instruments on board than "
    "their fathers had, and nobody has run aground since the lamp went out in March.</p>"
)


def page(head="", body="", attributes=' lang="en"'):
    return f"<!doctype html><html{attributes}><head>{head}</head><body>{body}</body></html>"


def first(html, name, url=None):
    return next(
        (one for one in read_page(html, url, with_htmldate=False) if one.name == name), None
    )


def value(html, name, url=None):
    found = first(html, name, url)
    return None if found is None else found.value


def ld(data):
    text = data if isinstance(data, str) else json.dumps(data)
    return f'<script type="application/ld+json">{text}</script>'


ARTICLE = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Lamp &amp; storm",
    "author": [{"@type": "Person", "name": "Ida Holm"}, {"@type": "Person", "name": "By Per Lund"}],
    "datePublished": "2024-03-05T08:30:00+0100",
    "dateModified": "2024-03-06",
    "keywords": "lamp, storm, Lamp",
    "license": "https://licences.example/by",
    "publisher": {"@type": "Organization", "name": "Coast Post"},
    "image": {"@type": "ImageObject", "caption": "The tower at dusk", "creditText": "Mia Berg"},
}


def test_json_ld():
    html = page(ld(ARTICLE))
    found = {one.name: one for one in read_page(html, None)}
    assert found["title"].value == "Lamp & storm"
    assert found["authors"].value == ["Ida Holm", "Per Lund"]
    assert found["date"].value == "2024-03-05T08:30:00+01:00"
    assert found["date_modified"].value == "2024-03-06"
    assert found["tags"].value == ["lamp", "storm"]
    assert found["licence"].value == "https://licences.example/by"
    assert found["site"].value == "Coast Post"
    assert found["caption"].value == {"caption": "The tower at dusk", "credit": "Mia Berg"}
    assert {one.where for name, one in found.items() if name != "declared_language"} == {"json-ld"}
    start, end = found["date"].start, found["date"].end
    assert html[start:end] == "2024-03-05T08:30:00+0100"
    start, end = found["title"].start, found["title"].end
    assert html[start:end] == "Lamp &amp; storm"


def test_json_ld_in_a_graph_with_references():
    graph = {
        "@graph": [
            {"@type": "WebSite", "name": "Coast Post"},
            {"@type": "WebPage", "name": "Something else", "datePublished": "2001-01-01"},
            {"@type": ["Article", "Thing"], "headline": "Lamp", "author": {"@id": "#p"},
             "datePublished": "2024-03-05"},
            {"@type": "Person", "@id": "#p", "name": "Ida Holm"},
        ]
    }  # fmt: skip
    html = page(ld(graph))
    assert value(html, "authors") == ["Ida Holm"]
    assert value(html, "date") == "2024-03-05"
    assert value(html, "site") == "Coast Post"


def test_of_several_articles_the_one_the_page_is_called_by():
    teasers = [{"@type": "NewsArticle", "headline": "Other", "datePublished": "2020-01-01"},
               {"@type": "NewsArticle", "headline": "Lamp and storm", "datePublished": "2024-03-05"}]  # fmt: skip
    assert value(page("<title>Lamp and storm</title>" + ld(teasers)), "date") == "2024-03-05"


@pytest.mark.parametrize(
    "text",
    [
        '<!--\n{"@type": "Article", "datePublished": "2024-03-05"}\n-->',
        '//<![CDATA[\n{"@type": "Article", "datePublished": "2024-03-05"}\n//]]>',
        '{"@type": "Article", "datePublished": "2024-03-05",}',
        '{"@type": "Article", "datePublished": "2024-03-05"};',
        '{"@type": "Thing"}{"@type": "Article", "datePublished": "2024-03-05"}',
        '{"@type": "Article", "description": "a\nb", "datePublished": "2024-03-05"}',
        '{"@type": "Article", "description": "a "quoted" word", "datePublished": "2024-03-05"}',
        '{"@type": "Article", "datePublished": "2024-03-05"',
        '[[{"@type": "http://schema.org/Article", "datePublished": "2024-03-05"}]]',
    ],
)
def test_json_ld_that_is_broken(text):
    assert value(page(ld(text)), "date") == "2024-03-05"


def test_a_headline_with_quotation_marks_that_were_not_escaped():
    html = page(
        ld('{"@type": "Article", "headline": "It\'s "quoted" here", "datePublished": "2024"}')
    )
    assert value(html, "title") == 'It\'s "quoted" here'


def test_open_graph_and_other_meta():
    html = page(
        '<meta property="og:title" content="Lamp | Coast Post"><meta property=og:site_name content="Coast Post">'
        "<meta content='2024-03-05T08:30Z' property='article:published_time'>"
        '<META NAME="Author" CONTENT="By Ida Holm and Per Lund">'
        '<meta name="news_keywords" content="lamp; storm">'
        '<meta property="article:modified_time" content="Wed, 06 Mar 2024 10:00:00 GMT">'
        '<meta property="og:url" content="/lamp?a=1&amp;b=2">'
    )
    url = "https://coast.example/x"
    found = {one.name: one for one in read_page(html, url)}
    assert found["title"].value == "Lamp"
    assert found["title"].where == "open-graph"
    assert found["authors"].value == ["Ida Holm", "Per Lund"]
    assert found["authors"].where == "meta"
    assert html[found["authors"].start : found["authors"].end].startswith("<META NAME")
    assert found["date"].value == "2024-03-05T08:30Z"
    assert found["date_modified"].value == "2024-03-06T10:00:00Z"
    assert found["tags"].value == ["lamp", "storm"]
    assert found["canonical"].value == "https://coast.example/lamp?a=1&b=2"


def test_libraries_write_the_last_name_first():
    html = page('<meta name="author" content="Holm, Ida; de Lund, Per">')
    assert value(html, "authors") == ["Ida Holm", "Per de Lund"]
    html = page(
        '<meta name="citation_author" content="Holm, Ida"><meta name="citation_author" content="Lund, Per">'
        '<meta name="citation_publication_date" content="2024/3/5">'
    )
    assert value(html, "authors") == ["Ida Holm", "Per Lund"]
    assert value(html, "date") == "2024-03-05"


@pytest.mark.parametrize(
    ("attributes", "head", "wanted"),
    [
        (' lang="de_at"', "", "de-AT"),
        (" LANG=zh-hant-TW", "", "zh-Hant-TW"),
        ("", '<meta property="og:locale" content="pt_BR">', "pt-BR"),
        ("", '<meta http-equiv="content-language" content="sv">', "sv"),
        (' lang="german"', "", None),
        (' lang="und"', "", None),
        (' lang=""', "", None),
    ],
)
def test_declared_language(attributes, head, wanted):
    assert value(page(head, attributes=attributes), "declared_language") == wanted


@pytest.mark.parametrize(
    ("title", "url", "wanted"),
    [
        ("Lamp goes out - Coast Post", "https://www.coast-post.example/a", "Lamp goes out"),
        ("Coast Post | Lamp goes out", "https://coastpost.example/", "Lamp goes out"),
        (
            "Lamp goes out - and on again",
            "https://coastpost.example/",
            "Lamp goes out - and on again",
        ),
        ("Lamp-post repaired", "https://coastpost.example/", "Lamp-post repaired"),
    ],
)
def test_the_name_of_the_site_leaves_the_title(title, url, wanted):
    assert value(page(f"<title>{title}</title>"), "title", url) == wanted


def test_the_heading_is_the_title_where_the_head_agrees():
    html = page(
        "<title>Lamp goes out: more news</title>", "<h1> Lamp goes\n <em>out</em></h1>" + PROSE
    )
    found = first(html, "title")
    assert found == Item("title", "Lamp goes out", "html", found.start, found.end)
    assert html[found.start : found.end].strip().startswith("Lamp goes")


def test_a_heading_that_names_the_site_is_no_title():
    head = '<meta property="og:site_name" content="Coast Post"><meta property="og:title" content="Lamp goes out">'
    assert value(page(head, "<h1>Coast Post</h1>" + PROSE), "title") == "Lamp goes out"


@pytest.mark.parametrize(
    "byline",
    [
        '<a rel="author" href="/x">Ida Holm</a>',
        '<span class="byline__author">By <b>Ida Holm</b></span>',
        '<p class="article-author">Von Ida Holm am 5. März 2024</p>',
        '<div itemprop="author" itemscope><span itemprop="name">Ida Holm</span></div>',
        '<meta itemprop="author" content="Ida Holm">',
        '<p class="byline">Posted on March 5, 2024 by Ida Holm</p>',
    ],
)
def test_bylines_in_the_body(byline):
    found = first(page(body="<h1>Lamp</h1>" + byline + PROSE), "authors")
    assert found.value == ["Ida Holm"]
    assert found.where == "html"


@pytest.mark.parametrize(
    "other",
    [
        '<span class="comment-author">Some Reader</span>',
        '<div class="author-bio">Read More About Us</div>',
        "<p>The author Ida Holm spoke.</p>",
        '<span class="author">Read more about the weather on this coast and what it does to lamps</span>',
        '<meta name="author" content="admin">',
        '<meta name="author" content="https://coast.example/ida">',
    ],
)
def test_what_is_no_author(other):
    assert value(page(body="<h1>Lamp</h1>" + other + PROSE), "authors") is None


def test_the_site_itself_is_no_author():
    article = {**ARTICLE, "author": {"@type": "Organization", "name": "Coast Post"}}
    assert value(page(ld(article)), "authors") is None


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ('<time datetime="2024-03-05">yesterday</time>', "2024-03-05"),
        ('<span class="published">5. März 2024, 08:30</span>', "2024-03-05T08:30"),
        ('<p class="date">March 5th, 2024</p>', "2024-03-05"),
        ('<div class="post-date">5 de marzo de 2024</div>', "2024-03-05"),
        (
            '<span itemprop="datePublished" content="2024-03-05T08:30:00Z">5/3</span>',
            "2024-03-05T08:30:00Z",
        ),
        ('<p class="date">2024年3月5日</p>', "2024-03-05"),
        ('<p class="date">5.3.24</p>', "2024-03-05"),
        ("<p>Harbour, March 5, 2024</p>", "2024-03-05"),
        ("<p>" + "A long road. " * 200 + "</p><b>Published:</b> 5 March 2024", "2024-03-05"),
        ('<p class="date">Version 1.2.34.5</p>', None),
        ('<p class="date">31.02.2024</p>', None),
        ('<p class="updated-comment-date">soon</p>', None),
    ],
)
def test_dates_in_the_body(body, wanted):
    assert value(page(body="<h1>Lamp</h1>" + body + PROSE), "date") == wanted


def test_dates_of_two_readings_follow_the_language():
    body = '<p class="date">03/05/2024</p>'
    assert value(page(body=body, attributes=' lang="en-US"'), "date") == "2024-03-05"
    assert value(page(body=body, attributes=' lang="fr"'), "date") == "2024-05-03"
    assert value(page(body=body, attributes=""), "date") is None


def test_a_date_in_the_address():
    assert value(page(), "date", "https://coast.example/2024/03/05/lamp") == "2024-03-05"


def test_htmldate_is_asked_last():
    html = page(body="<h1>Lamp</h1>" + PROSE * 30 + "<p>Copyright © 2024-03-05</p>")
    found = next(one for one in read_page(html, None) if one.name == "date")
    assert (found.value[:4], found.where) == ("2024", "htmldate")
    assert first(html, "date") is None


@pytest.mark.parametrize(
    "shown",
    [
        "2024-03-05", "5.3.2024", "5/3/24", "03.2024", "March 5, 2024", "Mar. 5th 2024", "5 March 2024",
        "the 5th of March 2024", "5. März 2024", "5. M&auml;rz 2024", "5<sup>th</sup> March <b>2024</b>",
        "March&nbsp;5,&nbsp;2024", "id 20240305", "5 марта 2024",
    ],
)  # fmt: skip
def test_what_may_be_a_date_is_handed_on(shown):
    assert may_hold_date(f"<p>Seen {shown}.</p>")


@pytest.mark.parametrize(
    "shown",
    ["", "© 2024", "2024", "room 12.34", "1.2.3456789", "call 0123456789", "5 times in 2024", "no 2024030512"],
)  # fmt: skip
def test_what_is_no_date_is_not(shown):
    assert not may_hold_date(f"<p>Seen {shown}.</p>")


@given(
    st.lists(
        st.sampled_from(
            [*AUTHOR, *DATED, *ANNOUNCED, "<h1", 'rel="author', "é", "😀", "\ud800", "x", "e"]
        )
    )
)
def test_spots_are_where_a_search_for_each_word_finds_it(pieces):
    html = "|".join(pieces)
    data = html.encode("utf-8", "surrogatepass")
    for start, known in product((0, len(html) // 2), (None, data)):
        spots = Spots(html, start, known)
        for word in (*AUTHOR, *DATED, *ANNOUNCED, "<h1", 'rel="author', "itemprop"):
            expected = list(places(html, word, start, 10**6))
            assert spots.of(word, 0, 10**6) == expected
            assert (
                spots.of(word, len(html) // 3, 2)
                == [at for at in expected if at >= len(html) // 3][:2]
            )
            end = 2 * len(html) // 3
            assert spots.of(word, start, 10**6, end) == list(places(html, word, start, 10**6, end))


def test_canonical_is_absolute_and_web_only():
    html = page('<base href="/news/"><link rel="canonical" href="lamp.html">')
    assert (
        value(html, "canonical", "https://coast.example/x/y")
        == "https://coast.example/news/lamp.html"
    )
    assert value(page('<link rel=canonical href="javascript:void(0)">'), "canonical") is None
    assert value(page('<link rel=canonical href="http://[bad">'), "canonical") is None


def test_what_stands_in_comments_and_scripts_is_no_tag():
    html = page(
        '<!-- <meta name="author" content="Wrong One"> --><script>var a = \'<meta name="author" content="Wrong Two">\';'
        '</script><meta name="author" content="Ida Holm">'
    )
    assert value(html, "authors") == ["Ida Holm"]


def clean(html, **given):
    result = clean_source(
        Source("x", "x", html.encode(), "text/html", "utf-8", given=given), load_profile("article")
    )
    assert isinstance(result, Cleaned)
    return result.document


def test_the_corridor_keeps_what_was_found_and_where():
    html = page(ld(ARTICLE), "<h1>Lamp &amp; storm</h1><p class=byline>By Someone Else</p>" + PROSE)
    document = clean(html)
    assert document.metadata["title"] == "Lamp & storm"
    assert document.metadata["authors"] == ["Ida Holm", "Per Lund"]
    assert document.language.declared == "en"
    found = next(one for one in document.findings if one.name == "date")
    assert html[found.start : found.end] == "2024-03-05T08:30:00+0100"
    assert "Lamp & storm" not in document.text
    assert document.restore() == html.encode()


def test_given_metadata_wins():
    document = clean(page(ld(ARTICLE), PROSE), title="Given", date="1999-01-01")
    assert document.metadata["title"] == "Given"
    assert document.metadata["date"] == "1999-01-01"


def test_rows_of_html_have_metadata_too():
    row = json.dumps({"html": page(ld(ARTICLE), PROSE)}).encode()
    result = clean_source(Source("r", "r", row, "application/json"), load_profile("article"))
    assert isinstance(result, Cleaned)
    assert result.document.metadata["authors"] == ["Ida Holm", "Per Lund"]


def test_it_can_be_switched_off():
    settings = load_profile("article").changed(disable=["metadata"])
    result = clean_source(
        Source("x", "x", page(ld(ARTICLE), PROSE).encode(), "text/html"), settings
    )
    assert "date" not in result.document.metadata


def test_plain_text_has_none():
    document = archivetk.clean(
        'A line about <meta name="author" content="Ida Holm"> in a text.\n' * 3,
        media_type="text/plain",
    )
    assert "authors" not in document.metadata


PIECES = st.sampled_from(
    ["<meta ", "<meta name=author content='", "<script type='application/ld+json'>", "</script>", "<!--",
     "-->", '"', "'", ">", "=", "<title>", "</title>", "<h1>", "</h1>", '{"@type":"Article",', '"author":',
     "[", "]", "{", "}", "\\ud800", "&#0;", "itemprop=author", "<time datetime=2024-13-45>", "<body>", "</head>",
     "rel=author", "class=byline", " ", "Ida Holm", "2024-03-05", "\x00", "😀", "license", "<link rel=canonical href="]
)  # fmt: skip


@given(st.lists(PIECES, max_size=40))
def test_nothing_makes_it_fail(pieces):
    html = "".join(pieces)
    for one in read_page(html, "https://coast.example/", with_htmldate=False):
        assert one.value
        json.dumps(one.value, ensure_ascii=False).encode()
        if one.start is not None:
            assert 0 <= one.start <= one.end <= len(html)


@pytest.mark.growth
@pytest.mark.parametrize(
    "piece",
    [
        "<meta ", '<meta a="', "<!--", "<script type='application/ld+json'>[", "<title>", "<h1>",
        "itemprop=author ", "<a rel=author>", '<p class="author">', "<time ", "ld+json", "<link rel='",
        '<p class="date"><!--', "creativecommons.org/ ", '"author":{', "=",
    ],
)  # fmt: skip
def test_hostile_pages_take_linear_time(piece):
    def seconds(size):
        html = piece * (size // len(piece))
        best = 9.0
        for _ in range(2):
            begin = time.process_time()
            read_page(html, None, with_htmldate=False)
            best = min(best, time.process_time() - begin)
        return best

    small, large = seconds(60_000), seconds(600_000)
    # ten times the length: a quadratic search would take a hundred times as long
    assert large < 40 * small + 0.25

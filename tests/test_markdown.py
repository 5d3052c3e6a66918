"""Pages as Markdown: what stands on the page is there, and a reader of Markdown reads the text."""

import re
import textwrap
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from archivetk.commonmark import markdown_of
from archivetk.document import Cleaned, Source
from archivetk.pipeline import clean_source
from archivetk.settings import load_profile
from archivetk.steps.extract.judges import JUDGES

ARTICLE = load_profile("article")
WHOLE = ARTICLE.changed(extractor="none", disable=["strip", "join", "repair", "quality"])
READER = MarkdownIt("commonmark").enable("table")
PROSE = (
    "The harbour office counted forty boats on the first day, and most of them were small. By noon "
    "the wind had turned, so the men stayed on the quay and mended their nets until the evening."
)


def cleaned(html, settings, **values):
    data = f"<html><body>{html}".encode()
    result = clean_source(Source("x.html", "x.html", data), settings.changed(**values))
    assert isinstance(result, Cleaned), result
    assert result.document.restore() == data
    return result.document.text


def as_read(markdown, *, languages=False):
    """The text that a reader of Markdown shows, without white space."""
    parts = []

    def walk(tokens):
        for token in tokens:
            if token.children:
                walk(token.children)
            elif token.type in {"text", "code_inline", "fence", "code_block", "html_block"} or (
                token.type == "html_inline" and token.content != "<br>"
            ):
                if languages and token.type == "fence":
                    parts.append(token.info)
                parts.append(token.content)

    walk(READER.parse(markdown))
    return "".join("".join(parts).split())


CASES = [
    ("<h2>Head <em>line</em></h2><p>a <b>b</b></p>", "## Head *line*\n\na **b**"),
    ("<h2>In C #</h2><p>x", "## In C \\#\n\nx"),
    ("<p>See <a href='/x y'>this <i>one</i></a>.</p>", "See [this *one*](/x%20y)."),
    ("<p><i>See <a href='/x'>this</a></i>.</p>", "*See [this](/x)*."),
    ("<p>! <a href='/x'>a [1]</a>!<a href='/y'>b</a>", "! [a \\[1\\]](/x)\\![b](/y)"),
    ("<a href='#top'>up</a> <a href='javascript:x'>go</a>", "up go"),
    ("<ul><li>one<li>two<ol><li>a<li>b</ol></ul>", "- one\n- two\n\n  1. a\n  2. b"),
    ("<ol start=9><li>a<li>b<ul><li>c</ul></ol>", "9. a\n10. b\n\n    - c"),
    ("<ol><li><ul><li>deep</ul></ol>", "1. - deep"),
    ("<blockquote><p>Said.</blockquote>", "> Said."),
    ("<blockquote><p>One.<p>Two.</blockquote>", "> One.\n>\n> Two."),
    ("<ul><li><blockquote><p>One.<p>Two.</blockquote></ul>", "- > One.\n  >\n  > Two."),
    ("<pre>a <b>b</b>\n  c</pre><p>d", "```\na b\n  c\n```\n\nd"),
    ("<pre><code class='language-py'>a = '```'</code></pre>", "````py\na = '```'\n````"),
    ("<ul><li>x<pre>a\nb</pre></ul>", "- x\n\n  ```\n  a\n  b\n  ```"),
    (
        "<table><tr><th>a<th>b<tr><td>1<td>2</table>x",
        "| a | b |\n| --- | --- |\n| 1 | 2 |\n\nx",
    ),
    (
        "<table><caption>c</caption><tr><th>a|b<th>c<th>d<tr><td>1<td><td>x<br>y<tr><td>3</table>",
        "c\n\n| a\\|b | c | d |\n| --- | --- | --- |\n| 1 | | x<br>y |\n| 3 | | |",
    ),
    (
        "<table><tr><td colspan=2>a<td>b<tr><td>1<td>2<td><code>x|y</code></table>",
        "| a | | b |\n| --- | --- | --- |\n| 1 | 2 | `x\\|y` |",
    ),
    (
        "<ul><li>x<table><tr><td>a<td>b<tr><td>1<td>2</table></ul>",
        "- x\n\n  | a | b |\n  | --- | --- |\n  | 1 | 2 |",
    ),
    (f"<table><tr><td>menu<td><p>{PROSE * 3}</table>", f"menu\n\n{PROSE * 3}"),
    ("<p>run <code>x = 1</code> now", "run `x = 1` now"),
    ("<p>run <code>`x`</code> and <code>a`b*c*</code>", "run `` `x` `` and ``a`b*c*``"),
    ("<div>one</div><div>two</div>", "one\n\ntwo"),
    ("<p># no heading<p>1. no item<p>- nor this", "\\# no heading\n\n1\\. no item\n\n\\- nor this"),
    ("<p>*a* _b_ c_d [e](f) [g] `h` &lt;i> &amp;amp; 2 * 3", "\\*a\\* \\_b\\_ c_d \\[e](f) [g] \\`h\\` \\<i> \\&amp; 2 * 3"),
    ("<p>--- ---<p>===", "\\--- ---\n\n\\==="),
    ("<p><b>one</b><b>two</b> <b><strong>x</strong></b>", "**one**two **x**"),
]  # fmt: skip


@pytest.mark.parametrize(("html", "markdown"), CASES)
def test_markdown(html, markdown):
    assert cleaned(html, WHOLE, markdown=True) == markdown
    assert as_read(markdown) == "".join(cleaned(html, WHOLE).split())


def test_a_row_that_lost_a_cell(monkeypatch):
    html = f"<p>{PROSE * 3}</p><table><tr><td>alpha<td>beta<td>gamma<tr><td>one<td>two<td>x</table>"
    lines = [PROSE * 3, "alpha", "gamma", "one", "two"]
    judge = JUDGES["trafilatura"]._replace(lines=lambda html, comments: lines)
    monkeypatch.setitem(JUDGES, "trafilatura", judge)
    text = cleaned(html, WHOLE, extractor="trafilatura", markdown=True)
    assert text.endswith("| alpha | | gamma |\n| --- | --- | --- |\n| one | two | |")


def test_rules_do_not_stumble_over_the_signs():
    html = (
        f"<article><h1>Boats in the harbour</h1><p><b>Share on <a href='/f'>Facebook</a></b></p>"
        f"<p>{PROSE}</p><p><b>Read more:</b> <a href='/n'>The nets of the town</a></p>"
        f"<p>{PROSE.replace('boats', 'ships')}It rained.</p></article>"
    )
    text = cleaned(html, ARTICLE)
    assert "Share" not in text
    assert "Read more" not in text
    assert "evening. It rained" in text
    assert cleaned(html, ARTICLE, markdown=True) == text


PIECES = st.sampled_from(
    ["<p>", "</p>", "<div>", "<ul><li>", "<li>", "</ul>", "<ol start=4><li>", "</ol>", "<li><p>",
     "<table><tr><td>", "<td>", "<td colspan=2>", "<td></td>", "<tr><td>", "<tr>", "<th>", "</table>",
     "</table><table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table>",
     "<b>", "</b>", "<i>", "</i>", "<strong>", "</strong>", "<a href='/x (y)'>", "</a>", "<code>",
     "</code>", "<pre>", "</pre>", "<br>", "<hr>", "<blockquote>", "</blockquote>", "<h2>", "</h2>"]
)  # fmt: skip
WORDS = st.sampled_from(
    ["word ", "long words here ", "* ", "*x* ", "_y_ ", "a_b_c ", "# ", "1. ", "12) ", "- ", "+ ", "> ",
     "`", "``", "|", "a|b ", "[t](u) ", "[t] ", "&lt;b&gt; ", "&amp;amp; ", "\\", "\\* ", "~~~ ", "=== ",
     "--- ", "!", "![i](j) ", "&lt;!-- ", "** ", "**b** ", "***", "[r]: /x ", '"q" ', "it's "]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES | WORDS, max_size=14).map("".join))
def test_a_reader_of_markdown_reads_the_text(html):
    data = f"<html><body>{html}".encode()
    source = Source("x.html", "x.html", data)
    plain = clean_source(source, WHOLE)
    if not isinstance(plain, Cleaned):
        return
    signs = clean_source(source, WHOLE.changed(markdown=True))
    assert as_read(signs.document.text) == "".join(plain.document.text.split())
    assert signs.document.restore() == data


def plain(text, **values):
    result = clean_source(Source("x.txt", "x.txt", text.encode()), WHOLE.changed(**values))
    assert result.document.restore() == text.encode()
    return result.document.text


PLAIN_CASES = [
    ("# no heading\n2 * 3 *x* a_b_c", "\\# no heading\\\n2 * 3 \\*x\\* a_b_c"),
    ("* Prices include tax.", "\\* Prices include tax."),
    ("1986. What a year!", "1986\\. What a year!"),
    ("Bring\n- rope\n- tar\nThen go.", "Bring\n\n- rope\n- tar\n\nThen go."),
    ("1. one\n\n2. two\n\n4. four", "1. one\n\n2. two\n\n4\\. four"),
    ("- a\n  - b *c*\n  - # d\n- e", "- a\n  - b \\*c\\*\n  - \\# d\n- e"),
    ("> said\n---\n===", "\\> said\\\n\\---\\\n\\==="),
    ("a *b* | c\n--- | ---\n1 | 2\nend", "a \\*b\\* | c\n--- | ---\n1 | 2\n\nend"),
    ("```\na *b*\n```\n*c*", "```\na *b*\n```\n\\*c\\*"),
    ("```\nno end", "\\`\\`\\`\\\nno end"),
    ("Name    Age\nAnn     3`\nBob     14", "```\nName    Age\nAnn     3`\nBob     14\n```"),
    ("Roses are red,\nviolets blue.", "Roses are red,\\\nviolets blue."),
    (f"{PROSE}\n{PROSE}", f"{PROSE}\n\n{PROSE}"),
    (textwrap.fill(PROSE, 60), textwrap.fill(PROSE, 60)),
    ("    x = *y*\n    z", "    x = *y*\n    z"),
    ("See [here](there), <b>, &amp;amp; and \\.", "See \\[here](there), \\<b>, \\&amp;amp; and \\\\."),
]  # fmt: skip


@pytest.mark.parametrize(("text", "markdown"), PLAIN_CASES)
def test_a_plain_text_as_markdown(text, markdown):
    assert markdown_of(text) == markdown
    assert markdown_of(f"\n\n{text}\n\n") == f"\n\n{markdown}\n\n"


def test_a_plain_text_is_escaped_and_markdown_is_not():
    text = "# One\n\nBoats *and* nets.\n"
    assert plain(text, markdown=True) == "\\# One\n\nBoats \\*and\\* nets."
    assert plain(text, markdown=True, media_type="text/markdown") == text.strip()
    assert plain(text) == text.strip()


LINES = st.sampled_from(["\n", "\n\n", "\n    ", "\n\n    ", "\n  ", "\n\t"])
NO_LISTS = st.sampled_from(
    ["word ", "long words here ", "*x* ", "_y_ ", "a_b_c ", "# ", "> ", "` ", "`` ", "a|b ", "[t](u) ", "<b> ",
     "&amp; ", "\\", "\\* ", "=== ", "---\n", "!", "![i](j) ", "<!-- ", "** ", "**b** ", "***", "[r]: /x ", "é"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(NO_LISTS | LINES, max_size=16).map("".join))
def test_a_reader_of_markdown_reads_the_plain_text(text):
    assert as_read(markdown_of(text)) == "".join(text.split())


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        WORDS | LINES | st.sampled_from(["- a\n- b\n", "1. a\n2. b\n", "|-|-|\n", "~~~\n"]),
        max_size=16,
    ).map("".join)
)
def test_lists_tables_and_code_lose_no_words(text):
    assert re.findall(r"[^\W\d_]", as_read(markdown_of(text), languages=True)) == re.findall(
        r"[^\W\d_]", text
    )


@pytest.mark.growth
@pytest.mark.parametrize(
    "piece", ["- a\n", "```\n", "``` x\n", "    ", "\n ", "a | b\n", "- ", "1. ", "``` `\n", "> "]
)
def test_plain_markdown_takes_linear_time(piece):
    def seconds(size):
        def once():
            start = time.process_time()
            markdown_of(piece * size)
            return time.process_time() - start

        return min(once() for _ in range(3))

    assert seconds(40_000) < 10 * max(seconds(10_000), 0.01)


@pytest.mark.growth
@pytest.mark.parametrize(
    "piece",
    [
        "<ul><li>a <b>b</b><ol><li><pre>x</pre><table><tr><td>*<td>[</table>",
        "<code>`</code><a href=x>[</a>",
        "<p><code>`</code><a href=x>[</a>",
        "<b><i>",
    ],
)
def test_signs_take_linear_time(piece):
    def cost(times):
        html = piece * times
        page = f"<html><body>{html}"
        begin = time.process_time()
        clean_source(Source("x.html", "x.html", page.encode()), WHOLE.changed(markdown=True))
        return time.process_time() - begin

    cost(50)
    assert cost(2_000) < 12 * max(cost(500), 0.01)

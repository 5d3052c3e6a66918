"""The corridor as a whole: never raises, never loses a byte, the same every time."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import archivetk
from archivetk.document import Cleaned, Failed, Rejected, Source
from archivetk.patch import Edit, Reason
from archivetk.pipeline import CORRIDOR, clean_source
from archivetk.settings import load_profile
from archivetk.steps import Step

ARTICLE = load_profile("article")
SLOW = settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))

words = st.sampled_from(
    ["the", "mill", "stood", "still", "Nobody.", "missed", "it.Then", "Share", "on", "Facebook", "Loading", "English", "(Photo:", "A.", "B.)", "\n", "\n\n", "\xa0", "‑", "\u200b", "\ufeff", "â€™", "Ã¼", "&amp;", "<br>", "<p>", "</p>", "<b>", "2019.The", "$3.50", "http://a.b/c.D", "؟", "。", "\r\n", "\x00", "\x85"]
)  # fmt: skip
texts = st.lists(words, max_size=60).map(" ".join)
tags = st.sampled_from(
    ["<p>", "</p>", "<div>", "</div>", "<!--", "-->", "<script>", "</script>", "<a href='", "<", "&", "&#x", "&lt;",
     "<article>", "<h1>Title</h1>", "<br/>", "<![CDATA[", "]]>", "<td>", "</table>", "<pre>", "\n", "Some words here. "]
)  # fmt: skip
pages = st.lists(tags | words, max_size=60).map(lambda parts: "<html><body>" + " ".join(parts))


def check(data: bytes, name: str = "x.txt"):
    result = clean_source(Source(name, name, data), ARTICLE)
    assert isinstance(result, (Cleaned, Rejected, Failed))
    assert not (isinstance(result, Failed) and result.code == "internal-error"), result.reason
    if isinstance(result, Cleaned):
        assert result.document.restore() == data
        assert all(change.rule for change in result.document.changes())
    return result


@SLOW
@given(st.binary(max_size=400))
def test_random_bytes_give_a_result(data):
    check(data)


@SLOW
@given(texts)
def test_random_texts_come_back(text):
    check(text.encode("utf-8"))


@SLOW
@given(pages)
def test_random_pages_come_back(page):
    check(page.encode("utf-8"), "x.html")


@SLOW
@given(texts)
def test_the_same_input_gives_the_same_result(text):
    source = Source("x", "x", text.encode())
    assert clean_source(source, ARTICLE) == clean_source(source, ARTICLE)


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 50_000 + "Deep text in here." + "</div>" * 50_000,
        "<html><body>" + "<p>A paragraph of some length, and it ends here." * 20_000,
        "<html><body><!-- " + "a comment that never ends " * 20_000,
        "<html><body><a href='" + "an attribute that never ends " * 20_000,
        "<html><body>" + "<!--" * 50_000,
        "<html><body>" + "&amp;" * 100_000,
        "<html>" + "<" * 200_000,
    ],
    ids=["deep", "unclosed", "comment", "attribute", "comments", "references", "brackets"],
)
def test_hostile_pages(page):
    check(page.encode(), "x.html")


@pytest.mark.parametrize(
    "text",
    [
        "word " * 400_000,
        "." * 1_000_000,
        "a\n" * 300_000,
        "Ã¼" * 200_000,
        "\u00a0" * 300_000,
        "(" * 300_000,
    ],
    ids=["one line", "full stops", "short lines", "mojibake", "no-break spaces", "brackets"],
)
def test_hostile_texts(text):
    check(text.encode())


def test_a_step_that_breaks_its_promise_is_named():
    def overlap(text, context):
        why = (Reason("strip.bad"),)
        return [Edit(0, 5, "", why), Edit(3, 8, "", why)]

    corridor = (*CORRIDOR, Step("strip.bad", overlap))
    result = clean_source(Source("x", "x", b"A text of some length."), ARTICLE, corridor)
    assert isinstance(result, Failed)
    assert result.code == "internal-error"
    assert "strip.bad" in result.reason
    assert result.trail[-1].step == CORRIDOR[-1].name


@pytest.mark.parametrize(
    ("data", "known"),
    [
        (b"<p>Salt and oil.", True),
        ("<p>Caf\u00e9 au lait.".encode(), True),
        ("<p>Caf\u00e9 au lait.".encode("latin-1"), False),
        (b"\xef\xbb\xbf<p>Salt and oil.", False),
        (b"<p>Salt\r\nand oil.", False),
        (b"<p>Salt\rand oil.", False),
    ],
)
def test_the_payload_is_the_text_in_utf_8_until_something_changes(data, known):
    seen = []

    def look(text, context):
        seen.append(context.encoded is not None)
        assert context.encoded in {None, text.encode()}
        return ()

    corridor = tuple(one for step in CORRIDOR for one in (step, Step("look", look)))
    result = clean_source(Source("x", "x.html", data), ARTICLE, corridor)
    assert not isinstance(result, Failed), result.reason
    assert seen[1] == known
    assert not seen[-1]


def test_a_step_that_raises_is_one_failed_document():
    def fault(text, context):
        raise ZeroDivisionError("on purpose")

    result = clean_source(Source("x", "x", b"Text."), ARTICLE, (Step("join.fault", fault),))
    assert isinstance(result, Failed)
    assert "on purpose" in result.reason


def test_too_large():
    result = clean_source(Source("x", "x", b"a" * 100), ARTICLE.changed(max_bytes=50))
    assert (result.code, "--max-bytes" in result.reason) == ("too-large", True)


def test_the_promise_of_the_front_page():
    document = archivetk.clean(b"<nav>Home</nav><p>Caf\xe9 &amp; bar.Next one</p>")
    assert document.text == "Café & bar. Next one"
    assert document.where(5, 6) == archivetk.ByteSpan(23, 28)
    assert document.restore() == document.source.data


def test_a_lone_surrogate_comes_in():
    document = archivetk.clean("before \ud800 after, and the text goes on.")
    assert "\ud800" not in document.text
    assert document.restore() == document.source.data


def test_clean_raises_where_a_person_is_watching():
    with pytest.raises(archivetk.InputError, match="empty"):
        archivetk.clean(b"")
    with pytest.raises(archivetk.ArchivetkError, match="no setting"):
        archivetk.clean("x", nonsense=True)

"""The site model: counted in any order, merged, frozen, applied, and explaining itself."""

import json
import random
import time

import pytest
from corpus_pages import FURNITURE, page, site_pages
from hypothesis import given
from hypothesis import strategies as st

from archivetk.corpus import Counts, Thresholds, freeze, load_counts, save_counts
from archivetk.corpus.facts import learning_settings, page_facts, text_facts
from archivetk.document import Cleaned, Rejected, Source
from archivetk.errors import SettingsError, UsageError
from archivetk.pipeline import clean_source
from archivetk.settings import load_profile
from archivetk.sitemodel import (
    MAX_CHARS,
    Site,
    SiteModel,
    hash_of,
    head_of,
    normalize,
    places_of,
    read_model,
    shingles_of,
    site_of,
)

ARTICLE = load_profile("article")
RULE = "strip.site-model"


def counted(texts, site="example.org", **options):
    counts = Counts(**options)
    for text in texts:
        counts.add(text_facts(text, site))
    return counts


def model_of(texts, site="example.org", thresholds=None, **options):
    with counted(texts, site, **options) as counts:
        return freeze(counts, thresholds).to_json()


def cleaned(text, model, url="https://www.example.org/a", given=None):
    source = Source("a.txt", "a.txt", text.encode(), url=url, given=given or {})
    result = clean_source(source, ARTICLE.changed(site_model=model, language="en"))
    assert isinstance(result, Cleaned), result
    return result.document


def gone(document):
    return [
        change.before.strip()
        for change in document.changes()
        if any(reason.rule == RULE for reason in change.why) and change.before.strip()
    ]


# what a line is


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("© 2024 Harbour Courier", "© 2025  HARBOUR Courier"),
        ("3 min read", "12 min read"),
        ("Updated 4 May 2023, 10:15", "Updated 17 October 2021, 9:05"),
        ("Stand: 3. März 2020", "Stand: 12. Dezember 2021"),
        ("1,204 readers liked this", "7 readers liked this"),
    ],
)
def test_figures_and_dates_are_slots(one, other):
    assert normalize(one) == normalize(other)


def test_names_of_days_are_words_where_no_figure_stands():
    assert normalize("Monday club") != normalize("Friday club")


@pytest.mark.parametrize("line", ["12", "— * —", "3.4 5.6 7.8", "x" * (MAX_CHARS + 1)])
def test_lines_that_are_not_counted(line):
    assert hash_of(normalize(line)) is None


@pytest.mark.parametrize(
    ("url", "ref", "site"),
    [
        ("https://news.example.co.uk:8080/x", "a", "example.co.uk"),
        ("http://localhost/x", "a", "localhost"),
        ("http://[::1/", "b/a.txt", "b"),
        (None, "www.example.org/2020/a.html", "example.org"),
        (None, "old/pages/a.html", "old/pages"),
        (None, "a.jsonl#12", ""),
        (None, "../../etc/a", "../../etc"),
        (None, "", ""),
    ],
)
def test_the_site_of_a_document(url, ref, site):
    assert site_of(url, ref) == site


@given(st.lists(st.booleans(), min_size=2, max_size=60))
def test_places_follow_each_other(prose):
    places = places_of(prose)
    assert len(places) == len(prose)
    assert (places[0], places[-1]) == (0, 6)
    assert places == sorted(places)


def test_amid_the_prose_is_amid_however_short_the_text():
    assert places_of([False, True, True, False, True, True, True, False])[3] == 3
    assert set(places_of([False] * 50)[10:-10]) == {3}
    # a notice at the top is not the text
    assert places_of([True, *[False] * 30, *[True] * 20])[15] == 2


def shingles(line):
    return shingles_of([line])[1].tolist()


def test_shingles_are_sampled_wherever_they_stand():
    words = [f"word{chr(97 + index % 26)}{chr(97 + index // 26)}" for index in range(60)]
    whole = shingles(" ".join(words))
    assert 8 <= len(whole) <= 35
    assert set(shingles(" ".join(words[10:40]))) < set(whole)
    assert shingles("too few words for it") == []


@given(
    st.lists(
        st.lists(
            st.sampled_from(["a", "bé", "漢字", "x-y", "#", "5", "May", "may.", "Ünder", "\ud800"]),
            max_size=30,
        ).map(" ".join)
    )
)
def test_the_shingles_of_many_lines_are_those_of_each(lines):
    owners, values = shingles_of(lines)
    assert list(zip(owners.tolist(), values.tolist(), strict=True)) == [
        (index, value) for index, line in enumerate(lines) for value in shingles(line)
    ]


def test_a_sentence_in_pieces_is_learned_as_it_is_seen():
    notice = "You are reading the bulletin of\nthe lamp keepers,\nwho ask you for a lamp or two."
    pages = [page(index, below=[notice]) for index in range(40)]
    document = cleaned(page(90, below=[notice]), model_of(pages))
    assert "lamp or two" not in document.text
    assert shingles(notice) == shingles(notice.replace("\n", " "))


def test_shingles_of_more_lines_than_are_looked_at_together():
    line = " ".join(f"w{chr(97 + index % 26)}{chr(97 + index // 26)}" for index in range(600))
    owners, values = shingles_of([line] * 300)
    assert values.tolist() == shingles(line) * 300
    assert sorted(set(owners.tolist())) == list(range(300))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("on 4 May 2023 the old ferry", "On 17 October, 2021 the OLD ferry"),
        ("for 1,204 readers", "for 7 readers"),
    ],
)
def test_figures_and_dates_are_slots_of_shingles_too(one, other):
    rest = " crossed the river with nine crates of glass and nobody on the bridge looked up"
    assert shingles(one + rest) == shingles(other + rest) != []
    # a name of the calendar is a word where no figure stands
    assert shingles("in May we walked" + rest) != shingles("in June we walked" + rest)


@given(st.text(max_size=50))
def test_the_head_of_a_line_is_its_first_word_or_unknown(line):
    assert head_of(line) in (None, normalize(line).split(" ", 1)[0])


@given(
    st.sampled_from(["5", "May", "May.", "the", "٣", "İ", "\x1f", "\u3000", "ß", "x" * 40]),
    st.text(max_size=9),
)
def test_the_head_of_odd_lines_is_right_too(word, rest):
    for line in (f"{word} {rest}", f"{word}{rest}", f"{word} 4 {rest}"):
        assert head_of(line) in (None, normalize(line).split(" ", 1)[0])


# laws of counting

LINES = st.sampled_from(["Home", "Page 3", "Page 4", "Contact us", "© 2020 A", "© 2021 A", "Ünï"])
PAGES = st.lists(
    st.builds(
        lambda lines, number: "\n".join([*lines, "Story " + "abcdefghij"[number % 10] * 3]),
        st.lists(LINES, max_size=5),
        st.integers(0, 30),
    ),
    max_size=8,
)


@given(PAGES, st.randoms(use_true_random=False))
def test_order_does_not_matter(pages, chance):
    before = model_of(pages)
    chance.shuffle(pages)
    assert model_of(pages) == before


@given(PAGES, st.integers(0, 12))
def test_merged_is_counted_together(pages, cut):
    pages = list(dict.fromkeys(pages))
    with counted(pages[:cut]) as one, counted(pages[cut:]) as other:
        one.merge(other)
        assert freeze(one).to_json() == model_of(pages)


@given(PAGES, st.integers(1, 30))
def test_rows_on_disk_count_the_same(pages, rows):
    assert model_of(pages, rows=rows) == model_of(pages)


def test_many_rows_on_disk_of_several_sites():
    pages = site_pages(40)
    plain, spilled = Counts(), Counts(rows=200)
    for counts in (plain, spilled):
        for index, text in enumerate(pages):
            counts.add(text_facts(text, f"site{index % 3}.example"))
    with spilled:
        assert spilled._folder is not None
        assert freeze(spilled).to_json() == freeze(plain).to_json()
        # asked again, it says the same
        assert freeze(spilled).to_json() == freeze(plain).to_json()


def test_going_on_later_is_counting_at_once(tmp_path):
    pages = site_pages(30)
    path = tmp_path / "site.counts"
    with counted(pages[:11]) as first:
        save_counts(first, path)
    with Counts(rows=300) as later:
        load_counts(later, path)
        # pages that were counted are known again
        assert not later.add(text_facts(pages[3], "example.org"))
        for text in pages[11:]:
            assert later.add(text_facts(text, "example.org"))
        assert freeze(later).to_json() == model_of(pages)
        save_counts(later, path)
    again = tmp_path / "again.counts"
    with counted(pages[::-1]) as at_once:
        save_counts(at_once, again)
    assert path.read_bytes() == again.read_bytes()


def test_the_same_page_counts_once():
    text = site_pages(1)[0]
    with counted([text] * 9) as counts:
        assert counts.documents == {"example.org": 1}
        assert freeze(counts).sites == {}


def test_counts_that_overlap_are_not_merged():
    pages = site_pages(4)
    with (
        counted(pages[:3]) as one,
        counted(pages[2:]) as other,
        pytest.raises(ValueError, match="1 pages are in both"),
    ):
        one.merge(other)


@pytest.mark.parametrize("damage", ["empty", "text", "cut", "member", "sites"])
def test_a_damaged_file_of_counts_is_refused(tmp_path, damage):
    import zipfile

    path = tmp_path / "counts"
    with counted(site_pages(5)) as counts:
        save_counts(counts, path)
    data = path.read_bytes()
    if damage == "empty":
        path.write_bytes(b"")
    elif damage == "text":
        path.write_text("no counts")
    elif damage == "cut":
        path.write_bytes(data[: len(data) // 2])
    else:
        with zipfile.ZipFile(path) as file:
            members = {name: file.read(name) for name in file.namelist()}
        if damage == "member":
            members["03/size"] = members["03/size"] + b"\0\0"
        else:
            members["head.json"] = members["head.json"].replace(b'["example.org", 5]', b"")
        with zipfile.ZipFile(path, "w") as file:
            for name, value in members.items():
                file.writestr(name, value)
    with Counts() as fresh, pytest.raises(UsageError, match="cannot be used"):
        load_counts(fresh, path)


# the frozen model


def test_a_model_is_read_as_it_was_written():
    text = model_of(site_pages(20))
    model = read_model(text)
    assert model.to_json() == text
    assert model.sites["example.org"].documents == 20
    assert json.loads(text)["parameters"]["documents"] == Thresholds().documents


def test_an_empty_model():
    text = SiteModel({}).to_json()
    assert read_model(text) == SiteModel({})
    assert read_model(SiteModel({"a": Site(3, {}, {})}).to_json()).sites["a"].documents == 3


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"format": "archivetk-site-model", "version": 1}',
        "[" * 5000,
        SiteModel({}).to_json().replace("first three", "first four"),
        SiteModel({}).to_json().replace('"sites": {', '"sites": {"a": {"documents": -1}'),
        SiteModel({})
        .to_json()
        .replace(
            '"sites": {',
            '"sites": {"a": {"documents": 3, "shingles": [], "lines": [["0f","x",9,9,0,0,0,0,0,0]]}',
        ),
    ],
)
def test_what_is_no_model_is_refused(text):
    with pytest.raises(SettingsError, match="archivetk learn"):
        read_model(text)


# what goes and what stays


@pytest.fixture(scope="module")
def model():
    return model_of(site_pages(60))


def test_furniture_of_the_site_goes_and_says_why(model):
    text = page(999)
    document = cleaned(text, model)
    assert set(FURNITURE(999)) <= set(gone(document))
    assert document.restore() == text.encode()
    why = [
        str(reason.detail)
        for change in document.changes()
        for reason in change.why
        if reason.rule == RULE
    ]
    assert "on 60 of 60 pages, always in the first three lines" in why
    assert "on 60 of 60 pages, always in the last three lines" in why


def test_without_the_model_it_stays():
    document = cleaned(page(999), None)
    assert gone(document) == []
    assert FURNITURE(999)[-1] in document.text


def test_another_site_is_left_alone(model):
    assert gone(cleaned(page(999), model, url="https://example.net/a")) == []


def test_a_document_without_an_address_gets_the_only_site(model):
    assert gone(cleaned(page(999), model, url=None))
    sites = read_model(model).sites
    two = SiteModel({"example.org": sites["example.org"], "b": Site(3, {}, {})}).to_json()
    assert gone(cleaned(page(999), two, url=None)) == []


def test_the_text_stays(model):
    text = page(999)
    document = cleaned(text, model)
    furniture = set(FURNITURE(999))
    body = [line for line in text.split("\n") if line and line not in furniture]
    assert [line for line in body if line not in document.text.split("\n")] in ([], body[:1])


def test_a_known_line_in_another_place_stays(model):
    furniture = FURNITURE(999)
    lines = page(999).split("\n")
    # what stands at the top of all pages stands amid this text
    middle = len(lines) // 2
    lines.insert(middle, furniture[0])
    document = cleaned("\n".join(lines), model)
    assert document.text.count(furniture[0]) == 1


def test_a_short_sentence_that_merely_recurs_stays():
    pages = []
    for index in range(80):
        lines = page(index).split("\n")
        if index % 6 == 0:
            lines.insert(len(lines) // 2, "Nobody answered.")
        pages.append("\n".join(lines))
    document = cleaned(pages[0], model_of(pages))
    assert "Nobody answered." in document.text


@pytest.mark.parametrize(("every", "goes"), [(5, True), (25, False)])
def test_a_long_sentence_amid_the_prose_goes_where_it_is_said_often_enough(every, goes):
    appeal = "Every lamp on the coast burns longer if you leave a coin in the box at the door."
    pages = []
    for index in range(120):
        lines = page(index).split("\n")
        if index % every == 0:
            lines.insert(len(lines) // 2, appeal)
        pages.append("\n".join(lines))
    document = cleaned(pages[0], model_of(pages))
    assert (appeal in gone(document)) == goes
    assert (appeal in document.text) != goes


def test_a_headline_listed_on_other_pages_stays_on_its_own():
    headline = "Ferry aground off the northern light"
    pages = [page(index, below=["Elsewhere on the coast", headline]) for index in range(40)]
    frozen = model_of(pages)
    assert headline in gone(cleaned(pages[5], frozen))
    own = page(70, title=headline)
    document = cleaned(own, frozen)
    assert headline in (document.title, *document.text.split("\n"))
    assert headline not in gone(document)


def test_the_given_title_stays_even_if_it_recurs():
    pages = [page(index, title="Notes from the harbour") for index in range(30)]
    frozen = model_of(pages)
    document = cleaned(pages[3], frozen, given={"title": "Notes from the harbour"})
    assert "Notes from the harbour" not in gone(document)


def test_a_paragraph_that_varies_goes_by_its_shingles():
    def appeal(index):
        names = ["Ada", "Boris", "Chidi", "Dora", "Emil", "Fanny", "Gita", "Hugo", "Ines", "Jan"]
        return (
            f"You have been reading {names[index % 10]} {names[index // 10 % 10]} in the paper that "
            "belongs to its readers, and if you want it to appear next year as well then please "
            "think about a small gift to the people who bring it to your door every morning."
        )

    pages = [page(index, below=[appeal(index)]) for index in range(40)]
    fresh = page(90, below=[appeal(73)])
    document = cleaned(fresh, model_of(pages))
    assert appeal(73) in gone(document)
    assert any("its wording on" in str(r.detail) for c in document.changes() for r in c.why)


def test_a_page_that_says_only_what_other_pages_say_is_kept():
    pages = site_pages(30)
    body = [line for line in page(500).split("\n") if line]
    same = [
        "\n".join([*body, f"Printed as copy {chr(97 + index)}{chr(97 + index)}"])
        for index in range(26)
    ]
    document = cleaned(page(500), model_of([*pages[:5], *same]))
    assert "site-model-withheld" in document.flags
    assert gone(document) == []


def test_few_pages_teach_nothing():
    assert read_model(model_of(site_pages(2))).sites == {}


@pytest.mark.parametrize(
    "switch", [{"disable": ["strip.site-model"]}, {"keep": ["navigation", "promo", "copyright"]}]
)
def test_it_can_be_switched_off(model, switch):
    source = Source("a", "a", page(999).encode(), url="https://example.org/")
    result = clean_source(source, ARTICLE.changed(site_model=model, language="en", **switch))
    assert isinstance(result, Cleaned)
    assert gone(result.document) == []


def test_gentle_removes_nothing(model):
    source = Source("a", "a", page(999).encode(), url="https://example.org/")
    result = clean_source(source, load_profile("gentle").changed(site_model=model))
    assert isinstance(result, Cleaned)
    assert gone(result.document) == []


def test_a_model_that_cannot_be_read_is_said():
    result = clean_source(Source("a", "a", b"A text."), ARTICLE.changed(site_model="nonsense"))
    assert type(result).__name__ == "Failed"
    assert "archivetk learn" in result.reason


# learning sees what cleaning sees


def test_learning_takes_the_text_as_the_step_sees_it():
    data = "<p>Home</p><p>One caf\u00e9 &amp; bar stands by the water.</p><p>Foot</p>".encode()
    result = clean_source(Source("a", "a", data), learning_settings(ARTICLE))
    facts = page_facts(result)
    assert facts.status == "cleaned"
    assert (
        facts.hashes == text_facts("Home\n\nOne café & bar stands by the water.\n\nFoot", "").hashes
    )


def test_what_fails_counts_nothing_and_says_so():
    result = clean_source(Source("a", "a", b"x" * 2000), ARTICLE.changed(max_bytes=100))
    facts = page_facts(result)
    assert (facts.status, facts.code, facts.hashes) == ("failed", "too-large", b"")
    with Counts() as counts:
        assert not counts.add(facts)


# hostile input


def spent(text):
    start = time.process_time()
    facts = text_facts(text, "example.org")
    return facts, time.process_time() - start


def test_a_million_short_lines():
    facts, _ = spent("\n".join(f"row {chr(97 + index % 26)}{index % 7}" for index in range(60_000)))
    assert 0 < len(facts.hashes) <= 8 * 8000


@pytest.mark.growth
def test_one_long_line_is_linear():
    _, short = spent("word " * 200_000)
    facts, long = spent("word " * 800_000)
    assert facts.hashes == b""
    assert long < 40 * short + 0.5


@given(st.lists(st.text(max_size=40), max_size=12))
def test_any_text_can_be_learned_and_cleaned(parts):
    text = "\n".join(parts).encode("utf-8", "replace").decode()
    frozen = model_of([text, text + "\nx", text + "\ny", text + "\nz"])
    source = Source("a", "a", text.encode(), url="https://example.org/")
    result = clean_source(source, ARTICLE.changed(site_model=frozen, language="en"))
    assert isinstance(result, Cleaned | Rejected)
    assert isinstance(result, Rejected) or result.document.restore() == text.encode()


def test_lone_surrogates_do_not_stop_it():
    facts = text_facts("Home \ud800 page\nA line", "s\udfff")
    with Counts() as counts:
        assert counts.add(facts)


def test_a_model_does_not_depend_on_chance():
    pages = site_pages(25)
    chance = random.Random(4)
    texts = {model_of(chance.sample(pages, len(pages))) for _ in range(5)}
    assert len(texts) == 1

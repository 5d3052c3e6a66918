"""ReplayWeb.page opens a packed collection, shows its pages and finds words of the clean texts."""

import json
import re
import zipfile

import pytest
from playwright.sync_api import expect

from archivetk.writers.wacz import pack

FRAME = "iframe[name='___wb_replay_top_frame']"
KEEPER = "https://coast.example/keeper"


@pytest.fixture(scope="module")
def listed(collection):
    lines = (collection / "pages/pages.jsonl").read_text("utf-8").splitlines()[1:]
    return [json.loads(line) for line in lines]


def counted(page, number):
    noun = "page" if number == 1 else "pages"
    expect(page.get_by_text(re.compile(rf"^\s*{number} {noun}\s*$"))).to_be_visible(timeout=60_000)


def search(page, words):
    field = page.get_by_placeholder("Search by Page URL, Title, or Text")
    field.click()
    field.press_sequentially(words)


def shown(page):
    return page.frame_locator(FRAME)


def test_the_pages_are_listed(player, listed, shots):
    page = player("samples.wacz")
    counted(page, len(listed))
    page.screenshot(path=shots / "pages.png")


def test_a_word_of_a_clean_text_leads_to_its_page(player, listed, shots):
    page = player("samples.wacz")
    counted(page, len(listed))
    search(page, "dusk")
    counted(page, 1)
    link = page.get_by_role("link", name=f"Keeper of the last light {KEEPER}")
    expect(link).to_be_visible()
    found = page.get_by_role("heading", name=re.compile("Every evening at dusk the keeper climbs"))
    expect(found).to_be_visible()
    page.screenshot(path=shots / "search.png")
    link.click()
    inside = shown(page)
    expect(inside.get_by_role("heading", name="Keeper of the last light")).to_be_visible()
    expect(inside.get_by_text("Every evening at dusk the keeper climbs")).to_be_visible()
    # the page as it was, its menu included
    expect(inside.get_by_role("link", name="Coast", exact=True)).to_be_visible()
    page.screenshot(path=shots / "page.png")


@pytest.mark.parametrize(
    ("words", "url"),
    [
        ("Ostern", None),
        ("Mühlenviertel", "file:///samples/broken-encoding.txt"),
        ("composer", "file:///samples/leftover-markup.txt"),
        ("crossings", "https://ferry.example/timetable"),
        ("cookies", None),
    ],
)
def test_the_search_is_one_of_clean_texts(player, listed, words, url):
    # the first word is nowhere; the second is damaged in the original, and so is found nowhere
    # but in the clean text; the last stands in an original only, in what cleaning removed
    found = [one for one in listed if words in one["text"] + one["title"]]
    assert [one["url"] for one in found] == ([url] if url else [])
    page = player("samples.wacz")
    counted(page, len(listed))
    search(page, words)
    if url:
        counted(page, 1)
        expect(page.get_by_role("link", name=url)).to_be_visible()
    else:
        expect(
            page.get_by_text(re.compile(r"No (matching )?pages|0 pages", re.IGNORECASE)).first
        ).to_be_visible()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (KEEPER, "Every evening at dusk the keeper climbs"),
        ("https://ferry.example/timetable", "The ferry to the island runs every hour"),
        ("file:///samples/beekeepers.html", "We use cookies to give you the best experience"),
        ("file:///samples/mercado-espanol.txt", "El mercado central vuelve a abrir"),
        ("file:///samples/tegami-shift-jis.txt", "港町の古い灯台が一般公開される"),
        # a row of JSON Lines that has no address of its own
        ("ni:///", "Dogs travel free of charge"),
    ],
)
def test_a_page_is_shown_under_its_address(player, listed, shots, url, words):
    one = next(one for one in listed if one["url"].startswith(url))
    url, stamp = one["url"], re.sub(r"\D", "", one["ts"])
    page = player("samples.wacz", f"view=pages&url={url}&ts={stamp}")
    expect(shown(page).locator("body")).to_contain_text(words)
    page.screenshot(path=shots / f"{re.sub(r'[^a-z]+', '-', url)[:60]}.png")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (KEEPER, "Every evening at dusk"),
        ("file:///samples/beekeepers.html", "Six hives with about two hundred thousand bees"),
    ],
)
def test_an_index_in_two_levels_is_read(player, collection, site, listed, url, words):
    pack(collection, site / "levels.wacz", index_limit=0, overwrite=True)
    stamp = re.sub(r"\D", "", next(one["ts"] for one in listed if one["url"] == url))
    page = player("levels.wacz", f"view=pages&url={url}&ts={stamp}")
    expect(shown(page).locator("body")).to_contain_text(words)


def test_a_player_fetches_what_it_needs_and_not_the_whole_file(player, collection, site, asked):
    # a large file that no page needs stands in the middle
    large = site / "large.wacz"
    pack(collection, large, overwrite=True)
    with zipfile.ZipFile(large) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    with zipfile.ZipFile(large, "w") as packed:
        packed.writestr("filler.bin", bytes(30 << 20))
        for name, data in files.items():
            packed.writestr(name, data)
    page = player("large.wacz", f"view=pages&url={KEEPER}&ts=20250902100001")
    expect(shown(page).locator("body")).to_contain_text("Every evening at dusk")
    ranges = asked["large.wacz"]
    assert len(ranges) > 3
    assert sum(ranges) < 1 << 20

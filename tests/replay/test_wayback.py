"""pywb serves the originals of a collection under their addresses."""

import json
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
from archives import archive, source
from others import SAMPLES

from archivetk.readers.collection import read_collection

KINDS = [
    source("a.txt", "The first text. It has\u00a0two sentences.\r\n"),
    source("sub/caf%E9 1.txt", b"Caf\xe9 au lait is served at noon, and tea in the afternoon.\n"),
    source("page.html", "<html><title>A page</title><p>A page &amp; its text.</p></html>"),
    source("again.txt", "The first text. It has\u00a0two sentences.\r\n"),
    source("A.txt", "An address that differs from another only in its case."),
    source("known.txt", "A text with an address.", url="https://example.org/a?b=1&a=2#c"),
    source("noise.bin", bytes(range(256)) * 8),
]


@pytest.fixture(scope="module")
def kinds(tmp_path_factory):
    path = tmp_path_factory.mktemp("kinds") / "c"
    archive(path, KINDS)
    return path


@pytest.fixture(scope="module")
def player(serve, collection, kinds):
    return serve(samples=collection, kinds=kinds)


def fetched(url):
    with urllib.request.urlopen(url, timeout=60) as answer:
        return answer.headers, answer.read()


@pytest.mark.parametrize("name", ["samples", "kinds"])
def test_every_original_is_served_as_it_came(player, name, collection, kinds):
    path = {"samples": collection, "kinds": kinds}[name]
    seen = 0
    for document in read_collection(path):
        address = document.metadata["original"]["target-uri"]
        _, body = fetched(f"{player}/{name}/id_/{address}")
        assert body == document.original, address
        seen += 1
    assert seen == len((path / "indexes/index.cdxj").read_text().splitlines())


def test_a_revisit_is_served_with_the_bytes_of_the_first(player):
    headers, body = fetched(f"{player}/kinds/id_/file:///root/again.txt")
    assert body == KINDS[0].data
    assert headers["Memento-Datetime"] == "Fri, 02 Jan 2026 03:04:05 GMT"


def test_a_page_is_shown_and_not_its_clean_text(player):
    headers, body = fetched(f"{player}/samples/mp_/file:///samples/beekeepers.html")
    page = body.decode("utf-8")
    assert headers.get_content_type() == "text/html"
    assert "Six hives with about two hundred thousand bees" in page
    # what cleaning removed stands in the page
    assert "We use cookies" in page
    assert "<nav" in page


def test_a_capture_keeps_its_time_and_its_type(player):
    headers, _ = fetched(f"{player}/samples/mp_/https://coast.example/keeper")
    assert headers["Memento-Datetime"] == "Tue, 02 Sep 2025 10:00:01 GMT"
    assert headers.get_content_type() == "text/html"
    original = 'rel="original"'
    assert f"<https://coast.example/keeper>; {original}" in headers["Link"]


def test_the_captures_are_listed(player):
    url = urllib.parse.quote("file:///samples/*", safe="")
    _, body = fetched(f"{player}/samples/cdx?url={url}&output=json")
    seen = {json.loads(line)["url"] for line in body.decode().splitlines()}
    wanted = {
        f"file:///samples/{path.name}"
        for path in Path(SAMPLES).iterdir()
        if path.suffix in {".txt", ".html"}
    }
    assert seen == wanted


def test_what_is_not_archived_is_not_served(player):
    with pytest.raises(urllib.error.HTTPError) as caught:
        fetched(f"{player}/samples/id_/https://coast.example/nothing")
    assert caught.value.code == 404
    caught.value.close()

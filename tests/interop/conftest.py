"""Collections with every kind of record that is written, made once."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from archives import archive, row, run, source
from others import archivetk, sample_collection

from archivetk.document import Failed

SOURCES = [
    source("a.txt", "The first text. It has\u00a0two sentences.\r\n"),
    source("sub/caf%E9 1.txt", b"Caf\xe9 au lait is served at noon, and tea in the afternoon.\n"),
    source("page.html", "<html><title>A page</title><p>A page &amp; its text.</p></html>"),
    source("again.txt", "The first text. It has\u00a0two sentences.\r\n"),
    source("A.txt", "An address that differs from another only in its case."),
    source("known.txt", "A text with an address.", url="https://example.org/a?b=1&a=2#c"),
    source("empty.txt", b""),
    source("noise.bin", bytes(range(256)) * 8),
    row("rows.jsonl", 1, {"text": "A row of its own.", "id": "x", "url": "https://example.org/x"}),
    row("rows.jsonl", 2, {"text": "A row without an address."}),
    Failed(source("slow.txt", b"abc"), "timeout", "It took too long."),
]


def _samples(path: Path) -> None:
    sample_collection(path)


def _kinds(path: Path) -> None:
    archive(path, SOURCES)


def _wet(path: Path) -> None:
    archive(path, SOURCES, run(wet_compatible=True))


def _rolled(path: Path) -> None:
    archive(path, SOURCES, run(max_file_bytes=3000))


def _added(path: Path) -> None:
    archive(path, SOURCES[:4])
    archive(path, SOURCES)


MADE = {"samples": _samples, "kinds": _kinds, "wet": _wet, "rolled": _rolled, "added": _added}


@pytest.fixture(scope="session", params=sorted(MADE))
def made(request, tmp_path_factory):
    """A collection, its WARC files, its WACZ, its WET."""
    home = tmp_path_factory.mktemp(request.param)
    MADE[request.param](home / "c")
    archivetk("pack", home / "c", "-o", home / "c.wacz", "--quiet")
    archivetk("export", home / "c", "--format", "wet", "-o", home / "c.warc.wet.gz")
    warcs = sorted((home / "c/archive").iterdir())
    return SimpleNamespace(
        name=request.param,
        path=home / "c",
        home=home,
        warcs=warcs,
        originals=[one for one in warcs if ".derived." not in one.name],
        wacz=home / "c.wacz",
        wet=home / "c.warc.wet.gz",
    )

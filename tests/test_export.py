"""What was archived is exported as the records that cleaning gave."""

import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner
from warcio.archiveiterator import ArchiveIterator

from archivetk.cli import load
from archivetk.cli.app import app
from archivetk.document import Source
from archivetk.pipeline import clean_source
from archivetk.provenance import RunInfo
from archivetk.settings import load_profile
from archivetk.writers.collection import CollectionWriter
from archivetk.writers.jsonl import to_record
from archivetk.writers.prepared import prepare
from archivetk.writers.text import to_markdown

load()
SETTINGS = load_profile("article")
TEXTS = {
    "a.txt": "The mill stood still for a year.Nobody missed it.\n\nShare on Facebook\n",
    "sub/b.txt": "Die Brücke über den Fluß bleibt gesperrt, sagte der Bürgermeister am Montag.\n",
    "empty.txt": "",
}


@pytest.fixture
def collection(tmp_path):
    run = RunInfo.now(SETTINGS)
    results = [
        clean_source(Source(name, name, text.encode()), SETTINGS) for name, text in TEXTS.items()
    ]
    with CollectionWriter(tmp_path / "c", run) as writer:
        for result in results:
            writer.add(prepare(result, run))
    return tmp_path / "c", results


def call(*arguments):
    done = CliRunner().invoke(app, [str(one) for one in arguments])
    assert done.exit_code == 0, done.output
    return done


def test_lines_are_those_of_cleaning(collection, tmp_path):
    path, results = collection
    target = tmp_path / "out.jsonl"
    call("export", path, "-o", target, "--changes")
    rows = [json.loads(line) for line in target.read_text().split("\n") if line]
    expected = [json.loads(json.dumps(to_record(one, changes=True))) for one in results]
    for row in (*rows, *expected):
        row.pop("language_confidence")
    assert rows == expected


def test_text_into_a_folder(collection, tmp_path):
    path, _ = collection
    call("export", path, "--format", "text", "-o", tmp_path / "out")
    found = {
        str(one.relative_to(tmp_path / "out")): one.read_text()
        for one in Path(tmp_path / "out").rglob("*.txt")
    }
    assert found["a.txt.txt"].startswith("The mill stood still for a year. Nobody missed it.")
    assert set(found) == {"a.txt.txt", "sub/b.txt.txt"}


def test_markdown_of_a_plain_text_says_what_the_text_says(tmp_path):
    text = "# One\n\nThe mill *stood* still for a year, and nobody missed it.\n"
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(text)
    (tmp_path / "in" / "b.md").write_text(text)
    call("archive", tmp_path / "in", "-o", tmp_path / "c")
    for asked in (("export", tmp_path / "c"), ("clean", tmp_path / "in")):
        call(*asked, "--format", "markdown", "-o", tmp_path / asked[0])
        shown = (tmp_path / asked[0] / "a.txt.md").read_text()
        assert shown == "\\# One\n\n" + text[7:].replace("*", "\\*"), asked
        assert (tmp_path / asked[0] / "b.md.md").read_text() == text, asked
    file = next((tmp_path / "c" / "archive").glob("*.derived.warc.gz"))
    call("export", file, "--format", "markdown", "-o", tmp_path / "one")
    assert (tmp_path / "one" / "a.txt.md").read_text() == shown


@pytest.mark.parametrize(
    ("title", "heading"),
    [("Go *now* #", "# Go \\*now\\* \\#"), ("C# and <b>", "# C# and \\<b>"), ("C#", "# C#"), ("##", "# \\##")],
)  # fmt: skip
def test_a_title_and_captions_are_escaped_in_markdown(title, heading):
    captions = [{"caption": "A *b*", "credit": "c_d"}, {"caption": None, "credit": "e"}]
    record = {"title": title, "text": "Text.", "captions": captions, "counts": {}}
    assert to_markdown(record) == f"{heading}\n\nText.\n\n*A \\*b\\* [c_d]*\n\n*[e]*\n"


def test_wet_is_read_by_warcio(collection, tmp_path):
    path, results = collection
    target = tmp_path / "out.warc.wet.gz"
    call("export", path, "-o", target)
    records = [
        (one.rec_type, dict(one.rec_headers.headers), one.content_stream().read())
        for one in ArchiveIterator(io.BytesIO(target.read_bytes()), check_digests=True)
    ]
    assert [kind for kind, _, _ in records] == ["warcinfo", "conversion", "conversion"]
    assert records[2][2].decode() == results[1].document.text
    assert records[2][1]["WARC-Identified-Content-Language"] == "deu"
    assert records[1][1]["Content-Type"] == "text/plain"

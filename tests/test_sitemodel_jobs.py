"""Learning over files: on any number of processes, on the command line, in a collection."""

import json

import pytest
from corpus_pages import FURNITURE, site_pages
from typer.testing import CliRunner

import archivetk
from archivetk.cli import load
from archivetk.cli.app import app
from archivetk.corpus import Counts, freeze
from archivetk.engines.local import LocalEngine
from archivetk.learn import count_inputs, learn_model
from archivetk.readers import find_inputs
from archivetk.settings import load_profile

load()
ARTICLE = load_profile("article")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("site") / "pages"
    (root / "www.example.org").mkdir(parents=True)
    for number, text in enumerate(site_pages(12)):
        (root / f"www.example.org/{number:02d}.txt").write_text(text, "utf-8")
    rows = [
        json.dumps({"id": number, "text": text, "url": f"https://example.com/{number}"})
        for number, text in enumerate(site_pages(5))
    ]
    (root / "rows.jsonl").write_text("\n".join(rows), "utf-8")
    return root


@pytest.fixture(scope="module")
def model(folder):
    return learn_model(find_inputs([str(folder)]), ARTICLE, LocalEngine(1)).to_json()


def run(*arguments):
    return CliRunner().invoke(app, [str(one) for one in arguments])


def test_the_number_of_processes_does_not_matter(folder, model):
    found = learn_model(find_inputs([str(folder)]), ARTICLE, LocalEngine(2))
    assert found.to_json() == model
    assert {name: site.documents for name, site in found.sites.items()} == {
        "example.org": 12,
        "example.com": 5,
    }


def test_every_document_is_accounted_for(folder, tmp_path):
    arguments = [str(folder / "rows.jsonl"), str(tmp_path / "missing.txt")]
    with Counts() as counts:
        records = list(count_inputs(find_inputs(arguments), ARTICLE, LocalEngine(1), counts))
        assert [record["counted"] for record in records] == [True] * 5 + [False]
        assert freeze(counts).sites["example.com"].documents == 5
    assert [record["status"] for record in records] == ["cleaned"] * 5 + ["failed"]
    assert records[-1]["code"] == "not-found"


def test_learn_writes_a_model_and_goes_on_from_its_counts(folder, model, tmp_path):
    out, counts = tmp_path / "site.json", tmp_path / "site.counts"
    assert run("learn", folder, "-o", out, "--counts", counts, "--quiet").exit_code == 0
    assert out.read_text("utf-8") == model
    refused = run("learn", folder, "-o", out)
    assert refused.exit_code != 0
    before = counts.read_bytes()
    again = run("learn", folder, "-o", out, "--counts", counts, "--overwrite", "--jobs", "1")
    assert again.exit_code == 0
    assert out.read_text("utf-8") == model
    assert counts.read_bytes() == before


def test_auto_learns_first(folder, tmp_path):
    out = tmp_path / "clean.jsonl"
    done = run("clean", folder, "--site-model", "auto", "-o", out, "--changes", "--jobs", "1")
    assert done.exit_code == 0, done.output
    records = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert len(records) == 17
    assert all(FURNITURE(0)[-1] not in record["text"] for record in records)
    whys = [change["why"] for change in records[-1]["changes"]]
    assert any("on 12 of 12 pages, always in the last three lines" in why for why in whys)


def test_the_library_learns_first_as_well(folder):
    results = archivetk.clean_files(folder / "rows.jsonl", site_model="auto", jobs=1)
    documents = [result.document for result in results]
    assert all("strip.site-model" in document.counts() for document in documents)
    alone = archivetk.clean(site_pages(1)[0], site_model="auto")
    assert "site-model-not-learned" in alone.flags


def test_a_collection_keeps_its_model_and_is_proven(folder, model, tmp_path):
    collection = tmp_path / "collection"
    file = tmp_path / "site.json"
    file.write_text(model, "utf-8")
    done = run("archive", folder, "-o", collection, "--site-model", file, "--quiet", "--jobs", "1")
    assert done.exit_code == 0, done.output
    kept = json.loads((collection / "archivetk/collection.json").read_text("utf-8"))
    assert kept["settings"]["site_model"] == model
    assert run("verify", collection).exit_code == 0

"""Every sample comes out as its golden file says, to the byte, and goes back to the byte."""

import importlib.util
import json
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from archivetk.document import Cleaned, Source
from archivetk.pipeline import clean_source
from archivetk.readers import find_inputs, sources
from archivetk.settings import PROFILES, load_profile
from archivetk.writers.jsonl import ledger_of, to_record

HERE = Path(__file__).parent
SAMPLES = sorted((HERE.parent / "samples").iterdir())
SCHEMA = json.loads(files("archivetk").joinpath("schemas", "record.schema.json").read_text())

spec = importlib.util.spec_from_file_location("golden_make", HERE / "golden" / "make.py")
golden = importlib.util.module_from_spec(spec)
spec.loader.exec_module(golden)


def by_name(path):
    return path.name


@pytest.mark.parametrize("path", SAMPLES, ids=by_name)
def test_golden(path):
    expected = json.loads((HERE / "golden" / f"{path.name}.json").read_text("utf-8"))
    assert json.loads(json.dumps(golden.outcome(path))) == expected


def test_every_golden_file_has_its_sample():
    names = {path.name + ".json" for path in SAMPLES}
    assert {path.name for path in (HERE / "golden").glob("*.json")} == names


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("path", SAMPLES, ids=by_name)
def test_laws_of_every_sample(path, profile):
    settings = load_profile(profile)
    validator = jsonschema.Draft202012Validator(SCHEMA)
    for entry in find_inputs([str(path)]):
        for source in sources(entry, settings):
            assert isinstance(source, Source)
            result = clean_source(source, settings)
            record = json.loads(json.dumps(to_record(result, changes=True)))
            validator.validate(record)
            if not isinstance(result, Cleaned):
                assert record["reason"]
                continue
            for change in record["changes"]:
                assert change["why"] != change["rule"], "a rule without an explanation"
            # the ledger, as JSON, gives the bytes back
            assert ledger_of(record).restore(record["text"]) == source.data
            document = result.document
            for start, at, size in document.patch.kept():
                assert document.decoded[start : start + size] == document.text[at : at + size]
            if profile == "gentle":
                assert not any(rule.startswith("strip") for rule in document.counts())


def test_samples_are_listed_in_the_docs():
    page = (HERE.parent / "docs" / "reference" / "samples.md").read_text("utf-8")
    for path in SAMPLES:
        assert f"`{path.name}`" in page

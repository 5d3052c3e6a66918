"""`archivetk pack` as a user meets it."""

import json
import os
import subprocess
import sys
import zipfile

import pytest
from archives import archive, files, source

LONG = "The lamp in the old mill was lit again after many years of darkness. " * 40


def run(*words, cwd=None):
    return subprocess.run(
        [sys.executable, "-m", "archivetk", *map(str, words)],
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ, "COLUMNS": "80"},
        check=False,
    )


@pytest.fixture
def collection(tmp_path):
    archive(tmp_path / "c", [source("a.txt", "The first text. It has two sentences.\n")])
    return tmp_path / "c"


def test_the_file_holds_the_collection_as_it_is(collection, tmp_path):
    before = files(collection)
    done = run("pack", collection)
    assert (done.returncode, done.stdout) == (0, "")
    assert "c.wacz" in done.stderr
    with zipfile.ZipFile(tmp_path / "c.wacz") as packed:
        assert packed.testzip() is None
        inside = {one.filename: packed.read(one) for one in packed.infolist()}
        kinds = {one.filename: one.compress_type for one in packed.infolist()}
    assert {name: inside[name] for name in before if name.count("/")} == {
        name: data for name, data in before.items() if name.count("/")
    }
    assert set(inside) == set(before)
    for name, kind in kinds.items():
        assert kind == (zipfile.ZIP_STORED if name.endswith(".gz") else zipfile.ZIP_DEFLATED)
    assert files(collection) == before


def test_the_folder_that_one_stands_in_has_a_name_too(collection, tmp_path):
    assert run("pack", ".", cwd=collection).returncode == 0
    assert (tmp_path / "c.wacz").is_file()


def test_missing_folders_are_made_and_nothing_is_replaced_unasked(collection, tmp_path):
    target = tmp_path / "new" / "deep" / "x.wacz"
    assert run("pack", collection, "-o", target, "--quiet").returncode == 0
    first = target.read_bytes()
    target.write_bytes(b"mine")
    done = run("pack", collection, "-o", target)
    assert (done.returncode, target.read_bytes()) == (2, b"mine")
    assert "--overwrite" in done.stderr
    assert run("pack", collection, "-o", target, "--overwrite").returncode == 0
    assert target.read_bytes() == first


@pytest.mark.parametrize("where", ["c/x.wacz", "c/archive/x.wacz", "."])
def test_a_target_that_cannot_be_is_refused(collection, tmp_path, where):
    before = files(tmp_path)
    done = run("pack", collection, "-o", tmp_path / where, "--overwrite")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert files(tmp_path) == before


def test_what_is_no_collection_is_said_to_be_none(tmp_path):
    done = run("pack", tmp_path, "-o", tmp_path / "x.wacz")
    assert done.returncode == 1
    assert "archivetk archive" in done.stderr
    assert files(tmp_path) == {}


def test_a_changed_byte_is_not_packed(collection, tmp_path):
    path = collection / "archive/documents.warc.gz"
    data = bytearray(path.read_bytes())
    data[9] ^= 1  # a byte of the header that gzip itself does not look at
    path.write_bytes(data)
    done = run("pack", collection)
    assert done.returncode == 3
    assert "documents.warc.gz" in done.stderr
    assert sorted(one.name for one in tmp_path.iterdir()) == ["c"]


def test_a_list_of_pages_too_long_for_a_search_is_named(tmp_path):
    texts = [source(f"{number}.txt", f"{LONG} Number {number}.") for number in range(400)]
    archive(tmp_path / "c", texts)
    size = (tmp_path / "c/pages/pages.jsonl").stat().st_size
    assert size > 1 << 20
    done = run("pack", tmp_path / "c", "--quiet")
    assert done.returncode == 0
    assert str(size) in done.stderr
    assert "ReplayWeb.page" in done.stderr
    package = zipfile.ZipFile(tmp_path / "c.wacz").read("datapackage.json")
    assert any(one["bytes"] == size for one in json.loads(package)["resources"])

"""Files, folders, globs and rows become sources, in order, nothing missing."""

import bz2
import gzip
import json
import lzma
import os

import pytest
import zstandard

from archivetk.document import Failed, Source
from archivetk.errors import UsageError
from archivetk.media import media_type_of, sniff_container
from archivetk.pipeline import clean_source
from archivetk.readers import find_inputs, sources
from archivetk.settings import Settings, load_profile


def names(*arguments, **options):
    return [entry.name for entry in find_inputs([str(one) for one in arguments], **options)]


@pytest.fixture
def tree(tmp_path):
    for name in ("b.txt", "a/z.txt", "a/y.html", ".hidden", "c.txt", "c.txt.url"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("https://example.org/c" if name.endswith(".url") else "text")
    return tmp_path


def test_a_folder_is_read_sorted_and_recursively(tree):
    assert names(tree) == ["a/y.html", "a/z.txt", "b.txt", "c.txt"]


def test_several_folders_keep_their_names(tree):
    (tree / "d").mkdir()
    (tree / "d" / "z.txt").write_text("other")
    assert names(tree / "a", tree / "d") == ["a/y.html", "a/z.txt", "d/z.txt"]


def test_a_glob_and_an_exclusion(tree):
    assert names(f"{tree}/**/*.txt") == ["a/z.txt", "b.txt", "c.txt"]
    assert names(tree, exclude=["a/*"]) == ["b.txt", "c.txt"]


def test_the_same_file_twice_is_read_once(tree):
    assert names(tree / "b.txt", tree / "b.txt") == ["b.txt"]


def test_a_sidecar_gives_the_address(tree):
    entry = next(one for one in find_inputs([str(tree)]) if one.name == "c.txt")
    assert (entry.url, entry.url_from) == ("https://example.org/c", "sidecar")


def test_an_address_is_refused():
    with pytest.raises(UsageError, match="never fetches"):
        list(find_inputs(["https://example.org/"]))


def test_what_cannot_be_read_is_one_failed_input(tmp_path):
    (tmp_path / "fine.txt").write_text("fine")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "inside").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    found = {entry.name: entry.error for entry in find_inputs([str(tmp_path)])}
    assert found["fine.txt"] is None
    assert [name for name, error in found.items() if error] == ["inside", "loop", "pipe"]
    missing = list(find_inputs([str(tmp_path / "nothing")]))
    assert missing[0].error[0] == "not-found"


def test_forbidden_folder(tmp_path, monkeypatch):
    real = os.scandir

    def scandir(path):
        if str(path).endswith("shut"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    (tmp_path / "shut").mkdir()
    (tmp_path / "open.txt").write_text("x")
    monkeypatch.setattr(os, "scandir", scandir)
    found = {entry.name: entry.error for entry in find_inputs([str(tmp_path)])}
    assert found["open.txt"] is None
    assert found["shut"][0] == "unreadable"
    assert "permi" in found["shut"][1]


def test_odd_names(tmp_path):
    (tmp_path / "a\nb.txt").write_text("x")
    with open(os.fsencode(tmp_path) + b"/\xff.txt", "wb") as file:
        file.write(b"y")
    assert names(tmp_path) == ["a\nb.txt", "%FF.txt"]
    assert all(
        isinstance(one, Source)
        for entry in find_inputs([str(tmp_path)])
        for one in sources(entry, Settings())
    )


def rows(path, **values):
    entry = next(iter(find_inputs([str(path)])))
    assert entry.container == "jsonl"
    return list(sources(entry, Settings(**values)))


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress])
def test_rows_keep_every_byte(tmp_path, pack):
    data = b'\n{"text":"one","id":"x/1","url":"https://example.org/1"}\r\n\n{"text":"two"}\n \n'
    path = tmp_path / "rows.jsonl"
    path.write_bytes(pack(data))
    found = rows(path)
    assert b"".join(one.data for one in found) == data
    assert [one.id for one in found] == ["x/1", "rows.jsonl#4"]
    assert [one.ref for one in found] == ["rows.jsonl#2", "rows.jsonl#4"]
    assert found[0].url == "https://example.org/1"


def test_broken_rows_between_good_ones(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b'{"text":"a"}\nnot json\n[]\n{"x":1}\n{"text":"b"}\n\xff\n')
    found = rows(path)
    assert [type(one).__name__ for one in found] == [
        "Source",
        "Failed",
        "Failed",
        "Failed",
        "Source",
        "Failed",
    ]
    assert {one.code for one in found if isinstance(one, Failed)} == {"malformed"}


def test_a_row_that_is_too_long(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b'{"text":"' + b"a" * 5000 + b'"}\n{"text":"b"}\n')
    found = rows(path, max_bytes=1000)
    assert found[0].code == "too-large"
    assert isinstance(found[1], Source)


def test_a_gzip_file_that_breaks_off(tmp_path):
    path = tmp_path / "rows.jsonl.gz"
    whole = gzip.compress(b"".join(b'{"text":"%d"}\n' % i for i in range(20000)))
    path.write_bytes(whole[: len(whole) // 2])
    found = rows(path)
    assert isinstance(found[0], Source)
    assert isinstance(found[-1], Failed)
    assert "breaks off" in found[-1].reason


def test_what_comes_with_a_row(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text(
        json.dumps({"text": "t", "title": "T", "author": "A", "metadata": {"k": 1}, "z": 2}) + "\n"
    )
    assert rows(path)[0].given == {"title": "T", "authors": ["A"], "metadata": {"k": 1, "z": 2}}


@pytest.mark.parametrize(
    "text",
    [
        '{\n "text": "one"\n}\n',
        '[\n {"text": "one"},\n {"text": "two"}\n]\n',
        '\ufeff[{"text": "one"} , {"text": "two"}]',
    ],
)
def test_a_json_file_that_is_one_value(tmp_path, text):
    path = tmp_path / "value.json"
    path.write_bytes(text.encode())
    found = rows(path)
    assert b"".join(one.data for one in found) == path.read_bytes()
    cleaned = [clean_source(one, load_profile("article")).document.text for one in found]
    assert cleaned == ["one", "two"][: text.count("text")]


ZSTD = zstandard.ZstdCompressor(write_checksum=True).compress


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, ZSTD])
@pytest.mark.parametrize("cut", [1, 9, 5000])
def test_a_packed_file_that_is_cut_is_said_to_be(tmp_path, pack, cut):
    path = tmp_path / "rows.jsonl"
    lines = [b'{"text":"%d"}\n' % (i * i) for i in range(20000)]
    path.write_bytes(pack(b"".join(lines[:9])) + pack(b"".join(lines[9:]))[:-cut])
    found = rows(path)
    assert isinstance(found[-1], Failed)
    assert "damaged" in found[-1].reason
    assert [one.data for one in found[:9]] == lines[:9]


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, ZSTD])
@pytest.mark.parametrize("at", [30, 200, -9, -3])
def test_a_packed_file_with_a_wrong_byte(tmp_path, at, pack):
    path = tmp_path / "rows.jsonl"
    data = bytearray(pack(b"".join(b'{"text":"%d"}\n' % (i * i) for i in range(2000))))
    data[at] ^= 0xFF
    path.write_bytes(data)
    found = rows(path)
    assert isinstance(found[-1], Failed)
    assert "damaged" in found[-1].reason
    good = [json.loads(one.data)["text"] for one in found[:-1] if isinstance(one, Source)]
    assert good[:2] == ["0", "1"][: len(good)]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.txt", "Plain words.", "text/plain"),
        ("a.txt", "<p>A tag left over</p> in a text.", "text/plain"),
        ("a.txt", "<!DOCTYPE html><p>x</p>", "text/html"),
        ("a.md", "# Title", "text/markdown"),
        ("", "<p>Hello</p>", "text/html"),
        ("", "a < b and c > d", "text/plain"),
        ("page.html", "no markup at all", "text/plain"),
        ("", "  <!-- note -->\n<html><body>x</body></html>", "text/html"),
        ("", "<3 this song", "text/plain"),
    ],
)
def test_media_types(name, text, expected):
    assert media_type_of(name, text) == expected


@pytest.mark.parametrize(
    ("name", "head", "expected"),
    [
        ("x", b"WARC/1.0\r\n", "warc"),
        ("x.gz", gzip.compress(b"WARC/1.1\r\n"), "warc"),
        ("x", b"filedesc://a.arc 0.0.0.0 20200101000000 text/plain 9\n", "warc"),
        ("x.warc", b"", "warc"),
        ("x.jsonl", b"", "jsonl"),
        ("stdin", b'{"text": "a"}\n{"text": "b"}\n', "jsonl"),
        ("x.txt", b'{"text": "a"}\n', None),
        ("stdin", b"plain", None),
        ("x.gz", b"\x1f\x8b broken", None),
    ],
)
def test_containers(name, head, expected):
    assert sniff_container(name, head) == expected

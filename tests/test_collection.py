"""A collection: what stands in it, what a second run does, what a killed run leaves."""

import bz2
import gzip
import io
import json
import lzma
import os
import pickle
import zipfile
from dataclasses import replace
from pathlib import Path

import archives
import pytest
from archives import DATE, archive, at, files, record_ref, records, result, row, run, source
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from archivetk.document import Cleaned, Failed, Finding, Source
from archivetk.errors import MalformedError, OutputExistsError, UnreadableError, VerificationError
from archivetk.provenance import ArchiveOptions, from_fields
from archivetk.readers.collection import read_collection, restore_collection
from archivetk.records import build_record, gzip_member
from archivetk.settings import load_profile
from archivetk.writers.collection import CollectionWriter, prepare, prepare_task
from archivetk.writers.wacz import pack

TEXTS = [
    source("a.txt", "The first text. It has\u00a0two sentences.\r\n"),
    source("sub/b.txt", b"Caf\xe9 au lait is served at noon, and tea in the afternoon.\n"),
    source("c.html", "<html><body><p>A page &amp; its text.</p></body></html>"),
]


def index(path: Path) -> list[dict]:
    lines = (path / "indexes/index.cdxj").read_text().splitlines()
    return [json.loads(line.split(" ", 2)[2]) for line in lines]


def pages(path: Path) -> list[dict]:
    return [json.loads(line) for line in (path / "pages/pages.jsonl").read_text().splitlines()]


def facts_of(path: Path) -> list[dict]:
    found = []
    for one in sorted((path / "archive").glob("*.derived.warc.gz")):
        merged: dict = {}
        for record in records(one):
            if record.type == "metadata":
                merged |= from_fields(record.block)
                if "document-id" in merged:
                    found.append(merged)
                    merged = {}
    return found


# ------------------------------------------------------------------------- content


def test_originals_and_derived_records_stand_apart(tmp_path):
    archive(tmp_path / "c", TEXTS)
    originals = records(tmp_path / "c/archive/documents.warc.gz")
    derived = records(tmp_path / "c/archive/documents.derived.warc.gz")
    assert [one.type for one in originals] == ["warcinfo", "resource", "resource", "resource"]
    assert [one.type for one in derived] == ["warcinfo"] + ["conversion", "metadata"] * 3
    assert [one.block for one in originals[1:]] == [one.data for one in TEXTS]
    for original, conversion, metadata in zip(
        originals[1:], derived[1::2], derived[2::2], strict=True
    ):
        uri = original.get("WARC-Target-URI")
        assert conversion.get("WARC-Target-URI") == metadata.get("WARC-Target-URI") == uri
        assert conversion.get("WARC-Refers-To") == original.id
        assert metadata.get("WARC-Refers-To") == conversion.id
        assert original.get("WARC-Block-Digest") == original.get("WARC-Payload-Digest")
        assert original.get("WARC-Warcinfo-ID") == originals[0].id
        assert conversion.get("WARC-Warcinfo-ID") == derived[0].id
        assert metadata.get("WARC-Payload-Digest") is None
        assert metadata.get("Content-Type") == "application/warc-fields"
    assert originals[1].get("WARC-Target-URI") == "file:///root/a.txt"
    assert derived[1].block.decode() == "The first text. It has two sentences."


def test_other_tools_find_every_digest_right(tmp_path):
    archive(tmp_path / "c", TEXTS)
    for path in (tmp_path / "c/archive").iterdir():
        data = path.read_bytes()
        gzip.decompress(data)
        with path.open("rb") as file:
            seen = [one.rec_type for one in ArchiveIterator(file, check_digests="raise")]
        assert len(seen) in {4, 7}


def test_the_index_leads_to_the_originals_and_to_nothing_else(tmp_path):
    archive(tmp_path / "c", TEXTS)
    lines = (tmp_path / "c/indexes/index.cdxj").read_bytes().splitlines()
    assert lines == sorted(lines)
    assert len(lines) == len(TEXTS)
    for line in index(tmp_path / "c"):
        assert "derived" not in line["filename"]
        place = tmp_path / "c/archive" / line["filename"]
        record = at(place, int(line["offset"]), int(line["length"]))
        assert record.get("WARC-Target-URI") == line["url"]
        assert record.get("WARC-Payload-Digest") == line["digest"]
        assert record.get("Content-Type") == line["mime"]


def test_the_pages_can_be_searched(tmp_path):
    archive(tmp_path / "c", TEXTS)
    head, *rest = pages(tmp_path / "c")
    assert head["hasText"] is True
    assert head["format"] == "json-pages-1.0"
    assert [one["url"] for one in rest] == [
        "file:///root/a.txt",
        "file:///root/sub/b.txt",
        "file:///root/c.html",
    ]
    assert rest[0]["text"] == "The first text. It has two sentences."
    assert {one["ts"] for one in rest} == {DATE}


def test_the_list_of_files_names_them_all(tmp_path):
    import hashlib

    archive(tmp_path / "c", TEXTS)
    there = files(tmp_path / "c")
    package = json.loads(there.pop("datapackage.json"))
    digest = json.loads(there.pop("datapackage-digest.json"))
    raw = (tmp_path / "c/datapackage.json").read_bytes()
    assert digest["hash"] == f"sha256:{hashlib.sha256(raw).hexdigest()}"
    assert {one["path"]: one["bytes"] for one in package["resources"]} == {
        name: len(data) for name, data in there.items()
    }
    for one in package["resources"]:
        assert one["hash"] == f"sha256:{hashlib.sha256(there[one['path']]).hexdigest()}"


def test_the_metadata_says_how_the_text_was_made(tmp_path):
    archive(tmp_path / "c", TEXTS)
    facts = facts_of(tmp_path / "c")
    assert [one["document-id"] for one in facts] == ["a.txt", "sub/b.txt", "c.html"]
    first, second, third = facts
    assert first["original"]["target-uri"] == "file:///root/a.txt"
    assert first["settings-sha256"] == archives.SETTINGS.digest
    assert first["encoding"]["encoding"] == "utf-8"
    assert second["encoding"]["encoding"] == "windows-1252"
    assert third["media-type"] == "text/html"
    assert first["stages"][-1]["sha256"] == first["text"]["sha256"]
    assert sum(first["coverage"].values()) == first["text"]["bytes"]
    assert sum(first["counts"].values()) == len(first["edits"])
    for start, end, low, high, at_, before, after, why in first["edits"]:
        assert TEXTS[0].data.decode()[start:end] == before
        assert TEXTS[0].data[low:high] == before.encode()
        assert "The first text. It has two sentences."[at_ : at_ + len(after)] == after
        assert first["reasons"][why][-1][0].split(".")[0] in {"decode", "repair", "space"}


def test_the_metadata_keeps_to_its_schema(tmp_path):
    import jsonschema

    from archivetk.provenance import metadata_schema

    archive(
        tmp_path / "c",
        [
            *TEXTS,
            source("empty.txt", b""),
            source("r.html", "<p>From a crawl.</p>", record=record_ref(1), root=None),
            row("rows.jsonl", 1, {"text": "A row.", "id": "x", "score": 1}),
            Failed(Source("gone.txt", "gone.txt", b""), "not-found", "There is no such file."),
        ],
    )
    schema = metadata_schema()
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    for facts in facts_of(tmp_path / "c"):
        validator.validate(facts)
        assert set(facts) <= set(schema["properties"])


def test_what_was_not_cleaned_has_its_record(tmp_path):
    sources = [
        source("empty.txt", b""),
        source("noise.bin", bytes(range(256)) * 8),
        Failed(source("long.txt", b"abc"), "timeout", "It took too long."),
        Failed(Source("gone.txt", "gone.txt", b"", root="root"), "not-found", "It is not there."),
    ]
    archive(tmp_path / "c", sources)
    originals = records(tmp_path / "c/archive/documents.warc.gz")[1:]
    assert [one.block for one in originals] == [b"", sources[1].data, b"abc"]
    derived = records(tmp_path / "c/archive/documents.derived.warc.gz")[1:]
    assert {one.type for one in derived} == {"metadata"}
    assert [one.get("WARC-Refers-To") for one in derived] == [*(one.id for one in originals), None]
    facts = facts_of(tmp_path / "c")
    assert [one["status"] for one in facts] == ["rejected", "rejected", "failed", "failed"]
    assert facts[2]["code"] == "timeout"
    assert "sha256" not in facts[3]["original"]
    assert len(pages(tmp_path / "c")) == 1
    assert len(index(tmp_path / "c")) == 3


def test_the_language_of_a_text_is_named_and_no_language_is_not(tmp_path):
    text = (
        "The council met on Monday evening to talk about the new library, and nearly all of the "
        "members agreed that the old building should be kept for the schools of the town."
    )
    archive(tmp_path / "c", [source("a.txt", text), source("b.txt", "1 2 3 4 5\n6 7 8 9\n")])
    found = [
        one.get("WARC-Identified-Content-Language")
        for one in records(tmp_path / "c/archive/documents.derived.warc.gz")
        if one.type == "conversion"
    ]
    assert found == ["eng", None]


def test_a_large_ledger_goes_to_a_record_of_its_own(tmp_path, monkeypatch):
    from archivetk.writers import prepared

    monkeypatch.setattr(prepared, "LEDGER_LIMIT", 100)
    archive(tmp_path / "c", TEXTS[:1])
    derived = records(tmp_path / "c/archive/documents.derived.warc.gz")
    assert [one.type for one in derived] == ["warcinfo", "conversion", "metadata", "metadata"]
    ledger, main = (from_fields(one.block) for one in derived[2:])
    assert set(ledger) == {"byte-map", "reasons", "edits"}
    assert main["ledger-record"] == derived[2].id
    (document,) = read_collection(tmp_path / "c")
    assert document.ledger.restore(document.text) == TEXTS[0].data


def test_a_known_address_is_the_address(tmp_path):
    one = source("a.txt", "A text.", url="https://example.org/a b", url_from="sidecar")
    archive(tmp_path / "c", [one])
    (record,) = records(tmp_path / "c/archive/documents.warc.gz")[1:]
    assert record.get("WARC-Target-URI") == "https://example.org/a%20b"
    assert record.get("WARC-Source-URI") == "file:///root/a.txt"
    assert facts_of(tmp_path / "c")[0]["source"]["url_from"] == "sidecar"


@pytest.mark.parametrize(
    ("way", "uri"),
    [
        ("file", "file:///root/a.txt"),
        ("ni", "ni:///sha-256;"),
        ("https://texts.example/x/", "https://texts.example/x/a.txt"),
    ],
)
def test_ways_to_address_files(tmp_path, way, uri):
    archive(tmp_path / "c", TEXTS[:1], run(target_uri=way))
    (record,) = records(tmp_path / "c/archive/documents.warc.gz")[1:]
    assert record.get("WARC-Target-URI").startswith(uri)


def test_a_canonical_link_is_the_address_only_on_request(tmp_path):
    cleaned = result(source("a.html", "<p>Some words of a page.</p>"))
    found = (
        Finding("canonical", "not an address", "html"),
        Finding("canonical", "https://example.org/real", "html"),
    )
    cleaned = Cleaned(replace(cleaned.document, findings=found))
    for wanted, uri in (
        ("known", "file:///root/a.html"),
        ("canonical", "https://example.org/real"),
    ):
        info = run(settings=archives.SETTINGS.changed(url_from=wanted))
        with CollectionWriter(tmp_path / wanted, info) as writer:
            writer.add(prepare(cleaned, info))
        assert [one["url"] for one in index(tmp_path / wanted)] == [uri]


def test_wet_headers_are_those_of_common_crawl(tmp_path):
    one = source("a.html", "<p>Some words of a page.</p>", record=record_ref(1), root=None)
    archive(tmp_path / "c", [one], run(wet_compatible=True))
    info, conversion, metadata = records(tmp_path / "c/archive/documents.derived.warc.gz")
    assert {info.version, conversion.version, metadata.version} == {"WARC/1.0"}
    names = {name for name, _ in conversion.headers} - {"WARC-Identified-Content-Language"}
    assert names == {
        "WARC-Type",
        "WARC-Target-URI",
        "WARC-Date",
        "WARC-Record-ID",
        "WARC-Refers-To",
        "WARC-Block-Digest",
        "Content-Type",
        "Content-Length",
    }
    assert conversion.get("WARC-Date") == "2020-02-03T04:05:06Z"
    assert conversion.get("Content-Type") == "text/plain"
    assert conversion.get("WARC-Block-Digest").startswith("sha1:")
    (document,) = read_collection(tmp_path / "c")
    assert document.text == "Some words of a page."


# ------------------------------------------------------------------------- the same again


def test_the_same_bytes_again_are_a_revisit(tmp_path):
    sources = [source("a.txt", "Same."), source("b.txt", "Other."), source("c.txt", "Same.")]
    writer = archive(tmp_path / "c", sources)
    assert (writer.added, writer.revisits) == (3, 1)
    first, _, again = records(tmp_path / "c/archive/documents.warc.gz")[1:]
    assert again.type == "revisit"
    assert again.block == b""
    assert again.get("WARC-Profile").endswith("identical-payload-digest")
    assert again.get("WARC-Refers-To") == first.id
    assert again.get("WARC-Refers-To-Target-URI") == first.get("WARC-Target-URI")
    assert again.get("WARC-Refers-To-Date") == first.get("WARC-Date")
    assert again.get("WARC-Payload-Digest") == first.get("WARC-Payload-Digest")
    assert again.get("WARC-Target-URI") == "file:///root/c.txt"
    derived = records(tmp_path / "c/archive/documents.derived.warc.gz")
    assert [one.type for one in derived].count("conversion") == 3
    assert derived[-2].get("WARC-Refers-To") == again.id
    assert [one.original for one in read_collection(tmp_path / "c")] == [
        b"Same.",
        b"Other.",
        b"Same.",
    ]
    assert index(tmp_path / "c")[2]["mime"] == "warc/revisit"
    assert len(pages(tmp_path / "c")) == 4


def test_a_revisit_of_an_earlier_run(tmp_path):
    archive(tmp_path / "c", [source("a.txt", "Same.")])
    archive(tmp_path / "c", [source("b.txt", "Same.")], run("2026-03-04T05:06:07Z"))
    (again,) = records(tmp_path / "c/archive/documents-00002.warc.gz")[1:]
    (first,) = records(tmp_path / "c/archive/documents.warc.gz")[1:]
    assert (again.type, again.get("WARC-Refers-To")) == ("revisit", first.id)
    assert [one.original for one in read_collection(tmp_path / "c")] == [b"Same.", b"Same."]


def test_addresses_that_an_index_cannot_tell_apart(tmp_path):
    sources = [source("A.txt", "One."), source("a.txt", "Two."), source("a.TXT", "One.")]
    writer = archive(tmp_path / "c", sources)
    urls = [one["url"] for one in index(tmp_path / "c")]
    assert "file:///root/A.txt" in urls
    assert sum("?sha256=" in url for url in urls) == 2
    assert (
        len(
            {
                line.split(b" ")[0]
                for line in (tmp_path / "c/indexes/index.cdxj").read_bytes().splitlines()
            }
        )
        >= 2
    )
    assert any("a.txt" in note for note in writer.notes)
    assert [one.text for one in read_collection(tmp_path / "c")] == ["One.", "Two.", "One."]
    assert all(
        one["original"]["target-uri"].startswith("file:///root/")
        for one in facts_of(tmp_path / "c")
    )
    assert "target-uri-note" in facts_of(tmp_path / "c")[1]["original"]


def test_the_same_capture_twice_has_two_ids(tmp_path):
    url = "https://example.org/"
    sources = [
        source("r.jsonl#1", "Same.", url=url, id="x"),
        source("r.jsonl#2", "Same.", url=url, id="y"),
        source("r.jsonl#3", "Same.", url=url, id="z"),
    ]
    archive(tmp_path / "c", sources)
    seen = [one.id for path in (tmp_path / "c/archive").iterdir() for one in records(path)]
    assert len(seen) == len(set(seen)) == 2 + 9


def test_a_second_run_changes_nothing(tmp_path):
    archive(tmp_path / "c", TEXTS)
    before = files(tmp_path / "c")
    times = {one: one.stat().st_mtime_ns for one in (tmp_path / "c").rglob("*")}
    writer = archive(tmp_path / "c", TEXTS, run("2027-01-01T00:00:00Z"))
    assert (writer.added, writer.present) == (0, 3)
    assert files(tmp_path / "c") == before
    assert {one: one.stat().st_mtime_ns for one in (tmp_path / "c").rglob("*")} == times


def test_a_second_run_adds_what_is_missing(tmp_path):
    archive(tmp_path / "c", TEXTS[:2])
    old = files(tmp_path / "c")
    writer = archive(tmp_path / "c", TEXTS, run("2026-05-05T05:05:05Z"))
    assert (writer.added, writer.present) == (1, 2)
    now = files(tmp_path / "c")
    for name in ("archive/documents.warc.gz", "archive/documents.derived.warc.gz"):
        assert now[name] == old[name]
    assert len(index(tmp_path / "c")) == 3
    assert len(pages(tmp_path / "c")) == 4
    assert [one.id for one in read_collection(tmp_path / "c")] == [one.id for one in TEXTS]
    assert writer.has(TEXTS[0])
    assert not writer.has(source("a.txt", "Changed."))


def test_a_changed_file_is_another_capture(tmp_path):
    archive(tmp_path / "c", [source("a.txt", "Before.")])
    archive(tmp_path / "c", [source("a.txt", "After.")], run("2026-05-05T05:05:05Z"))
    assert [one["url"] for one in index(tmp_path / "c")] == ["file:///root/a.txt"] * 2


def test_every_record_of_two_runs_with_one_date_has_its_own_id(tmp_path):
    archive(tmp_path / "c", TEXTS[:1])
    archive(tmp_path / "c", TEXTS[1:])
    seen = [one.id for path in (tmp_path / "c/archive").iterdir() for one in records(path)]
    assert len(seen) == len(set(seen))
    first = records(tmp_path / "c/archive/documents.warc.gz")[0].id
    later = records(tmp_path / "c/archive/documents-00002.warc.gz")
    assert later[1].get("WARC-Warcinfo-ID") == first


def test_other_settings_are_refused(tmp_path):
    archive(tmp_path / "c", TEXTS)
    before = files(tmp_path / "c")
    other = load_profile("article")
    with pytest.raises(OutputExistsError, match="remove"):
        archive(tmp_path / "c", TEXTS, run(settings=other))
    with pytest.raises(OutputExistsError, match="wet_compatible"):
        archive(tmp_path / "c", TEXTS, run(wet_compatible=True))
    assert files(tmp_path / "c") == before
    archive(tmp_path / "c", TEXTS[:1], run(settings=other), overwrite=True)
    assert [one.id for one in read_collection(tmp_path / "c")] == ["a.txt"]


def test_what_is_no_collection_is_not_touched(tmp_path):
    (tmp_path / "d").mkdir()
    (tmp_path / "d/mine.txt").write_text("mine")
    with pytest.raises(OutputExistsError, match="other files"):
        archive(tmp_path / "d", TEXTS, overwrite=True)
    with pytest.raises(OutputExistsError, match="is a file"):
        archive(tmp_path / "d/mine.txt", TEXTS)
    assert files(tmp_path / "d") == {"mine.txt": b"mine"}


def test_two_runs_do_not_write_at_once(tmp_path):
    info = run()
    with CollectionWriter(tmp_path / "c", info), pytest.raises(OutputExistsError, match="Another"):
        CollectionWriter(tmp_path / "c", info).__enter__()


def test_a_collection_of_nothing(tmp_path):
    archive(tmp_path / "c", [])
    assert list(read_collection(tmp_path / "c")) == []
    assert len(pages(tmp_path / "c")) == 1
    before = files(tmp_path / "c")
    archive(tmp_path / "c", [])
    assert files(tmp_path / "c") == before


def test_files_roll_over_by_size(tmp_path):
    sources = [source(f"{n}.txt", os.urandom(600).hex()) for n in range(12)]
    archive(tmp_path / "c", sources, run(max_file_bytes=4000))
    names = sorted(one.name for one in (tmp_path / "c/archive").iterdir())
    assert len(names) >= 6
    assert "documents-00002.derived.warc.gz" in names
    for path in (tmp_path / "c/archive").iterdir():
        head = records(path)[0]
        assert (head.type, head.get("WARC-Filename")) == ("warcinfo", path.name)
        assert path.stat().st_size < 5000
    assert [one.original for one in read_collection(tmp_path / "c")] == [
        one.data for one in sources
    ]
    seen = [one.id for path in (tmp_path / "c/archive").iterdir() for one in records(path)]
    assert len(seen) == len(set(seen))
    referred = {
        one.get("WARC-Warcinfo-ID")
        for path in (tmp_path / "c/archive").iterdir()
        for one in records(path)
    }
    assert referred - {None} <= set(seen)


def test_the_same_input_gives_the_same_bytes(tmp_path):
    sources = [*TEXTS, source("d.txt", "The same."), source("e.txt", "The same.")]
    archive(tmp_path / "c", sources)
    archive(tmp_path / "d", sources)
    assert files(tmp_path / "c") == files(tmp_path / "d")


def test_records_made_elsewhere_are_the_same(tmp_path):
    info = run()
    one = result(TEXTS[0])
    assert prepare_task(one, run=info.to_json()) == prepare(one, info)
    assert pickle.loads(pickle.dumps(prepare(one, info))) == prepare(one, info)


# ------------------------------------------------------------------------- from WARC files


def crawl(path: Path) -> list[bytes]:
    """A small foreign file: its records as gzip members, between them one that is not wanted."""
    found = []
    with path.open("wb") as file:
        for number in range(3):
            page = f"<html><body><p>Page {number} of a crawl.</p></body></html>".encode()
            http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page
            head = (
                f"WARC/1.0\r\nWARC-Type: response\r\n"
                f"WARC-Record-ID: {record_ref(number).record_id}\r\n"
                f"WARC-Date: 2020-02-03T04:05:06Z\r\nWARC-Target-URI: https://example.org/{number}\r\n"
                f"Content-Type: application/http; msgtype=response\r\n"
                f"Content-Length: {len(http)}\r\n\r\n"
            ).encode()
            found.append(gzip.compress(head + http + b"\r\n\r\n"))
            file.write(found[-1])
    return found


def from_crawl(members: list[bytes], **more) -> list[Source]:
    offset = 0
    found = []
    for number, member in enumerate(members):
        ref = record_ref(number, offset=offset, length=len(member), **more)
        page = f"<html><body><p>Page {number} of a crawl.</p></body></html>"
        found.append(
            source(f"crawl.warc.gz#{number}", page, record=ref, root=None, url=ref.target_uri)
        )
        offset += len(member)
    return found


def test_records_of_a_foreign_file_are_referred_to(tmp_path):
    sources = from_crawl(crawl(tmp_path / "crawl.warc.gz"))
    archive(tmp_path / "c", sources)
    assert len(records(tmp_path / "c/archive/documents.warc.gz")) == 1
    derived = records(tmp_path / "c/archive/documents.derived.warc.gz")
    assert derived[1].get("WARC-Refers-To") == record_ref(0).record_id
    assert derived[1].get("WARC-Target-URI") == "https://example.org/0"
    facts = facts_of(tmp_path / "c")[1]["original"]
    assert facts["warc"] == "crawl.warc.gz"
    assert facts["offset"] == sources[1].record.offset
    assert facts["date"] == "2020-02-03T04:05:06Z"
    assert index(tmp_path / "c") == []
    assert [one.text for one in read_collection(tmp_path / "c")] == [
        f"Page {number} of a crawl." for number in range(3)
    ]


def test_records_of_a_foreign_file_are_copied_byte_for_byte(tmp_path):
    members = crawl(tmp_path / "crawl.warc.gz")
    info = run(copy_originals=True, base=str(tmp_path))
    archive(tmp_path / "c", from_crawl(members), info)
    data = (tmp_path / "c/archive/documents.warc.gz").read_bytes()
    assert data.endswith(b"".join(members))
    assert [one["status"] for one in index(tmp_path / "c")] == ["200"] * 3
    assert [one["mime"] for one in index(tmp_path / "c")] == ["text/html"] * 3
    assert len(pages(tmp_path / "c")) == 4
    assert [one.original for one in read_collection(tmp_path / "c")] == [
        one.data for one in from_crawl(members)
    ]
    before = files(tmp_path / "c")
    assert archive(tmp_path / "c", from_crawl(members), info).present == 3
    assert files(tmp_path / "c") == before


@pytest.mark.parametrize("more", [{"warc": "gone.warc.gz"}, {"offset": 5}, {"length": None}])
def test_what_cannot_be_copied_is_said(tmp_path, more):
    members = crawl(tmp_path / "crawl.warc.gz")
    ref = record_ref(0, **{"offset": 0, "length": len(members[0]), **more})
    one = source("x", "<p>Page 0 of a crawl.</p>", record=ref, root=None)
    writer = archive(tmp_path / "c", [one], run(copy_originals=True, base=str(tmp_path)))
    facts = facts_of(tmp_path / "c")[0]
    assert "copied" not in facts["original"]
    assert facts["original"]["not-copied"]
    assert any("could not be copied" in note for note in writer.notes)


def test_headers_of_a_foreign_record_cannot_break_ours(tmp_path):
    ref = record_ref(
        0,
        record_id="<urn:x>\r\nX: y",
        target_uri="https://example.org/\r\nWARC-Type: response",
        date="yesterday",
        payload_digest="sha1:\r\n",
    )
    archive(tmp_path / "c", [source("x", "<p>A page.</p>", record=ref, root=None)])
    _, conversion, metadata = records(tmp_path / "c/archive/documents.derived.warc.gz")
    assert conversion.get("WARC-Refers-To") is None
    assert conversion.get("WARC-Target-URI") == ("https://example.org/%0D%0AWARC-Type:%20response")
    assert conversion.type == "conversion"
    assert from_fields(metadata.block)["source"]["record"]["record_id"] == "<urn:x>\r\nX: y"


# ------------------------------------------------------------------------- restore


def restored(path: Path, target: Path, **more) -> dict[str, bytes]:
    assert [one.problem for one in restore_collection(path, target, **more)].count(None)
    return files(target)


def test_every_original_goes_back_to_its_place(tmp_path):
    sources = [
        *TEXTS,
        source("sub/again.txt", TEXTS[0].data),
        source("caf%E9.txt", "A name that is not UTF-8."),
        source("100%41.txt", "A name with a sign."),
        source("line\nbreak.txt", "A name with a line break."),
        source("empty", b""),
    ]
    archive(tmp_path / "c", sources)
    list(restore_collection(tmp_path / "c", tmp_path / "out"))
    found = {
        os.fsencode(one.relative_to(tmp_path / "out")): one.read_bytes()
        for one in (tmp_path / "out").rglob("*")
        if one.is_file()
    }
    wanted = {one.ref.encode(): one.data for one in sources}
    wanted[b"caf\xe9.txt"] = wanted.pop(b"caf%E9.txt")
    assert found == wanted


def test_rows_go_back_into_one_file(tmp_path):
    sources = [
        row("a/rows.jsonl", 1, {"text": "One."}, "\r\n"),
        row("a/rows.jsonl", 2, {"text": "Two."}, "\n\n"),
        row("a/rows.jsonl", 3, {"text": "One."}, ""),
    ]
    archive(tmp_path / "c", sources)
    assert restored(tmp_path / "c", tmp_path / "out") == {
        "a/rows.jsonl": b"".join(one.data for one in sources)
    }


@pytest.mark.parametrize(
    ("ending", "unpack"),
    [("gz", gzip.decompress), ("bz2", bz2.decompress), ("xz", lzma.decompress)],
)
def test_rows_of_a_packed_file_are_packed_again(tmp_path, ending, unpack):
    name = f"rows.jsonl.{ending}"
    sources = [row(name, at, {"text": "One."}, "\n") for at in (1, 2)]
    archive(tmp_path / "c", sources)
    (path,) = restored(tmp_path / "c", tmp_path / "out")
    assert path == name
    assert unpack((tmp_path / "out" / path).read_bytes()) == b"".join(one.data for one in sources)


@pytest.mark.parametrize("name", ["../x", "/x", "a/../../x", "a//b", ".", "..", "a/\0b", ""])
def test_no_name_leads_outside(tmp_path, name):
    archive(tmp_path / "c", [source(name, "Hostile."), TEXTS[0]])
    bad, good = restore_collection(tmp_path / "c", tmp_path / "deep/er/out")
    assert bad.path is None
    assert bad.problem
    assert good.path == tmp_path / "deep/er/out/a.txt"
    assert sorted(
        one.name
        for one in tmp_path.rglob("*")
        if one.is_file() and "c" not in one.relative_to(tmp_path).parts
    ) == ["a.txt"]


def test_no_link_leads_outside(tmp_path):
    archive(tmp_path / "c", [source("link/x.txt", "Hostile."), source("other", "Hostile.")])
    (tmp_path / "out").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out/link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "out/other").symlink_to(tmp_path / "elsewhere/other")
    found = list(restore_collection(tmp_path / "c", tmp_path / "out", overwrite=True))
    assert [one.path for one in found] == [None, None]
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_nothing_is_overwritten_unasked(tmp_path):
    archive(tmp_path / "c", TEXTS[:1])
    (tmp_path / "out").mkdir()
    (tmp_path / "out/a.txt").write_text("mine")
    (one,) = restore_collection(tmp_path / "c", tmp_path / "out")
    assert "exists" in one.problem
    assert (tmp_path / "out/a.txt").read_text() == "mine"
    (one,) = restore_collection(tmp_path / "c", tmp_path / "out", overwrite=True)
    assert (tmp_path / "out/a.txt").read_bytes() == TEXTS[0].data


def test_what_the_collection_does_not_hold_comes_from_text_and_ledger(tmp_path):
    sources = from_crawl(crawl(tmp_path / "crawl.warc.gz"))
    archive(tmp_path / "c", sources)
    found = list(restore_collection(tmp_path / "c", tmp_path / "out"))
    assert [one.path.read_bytes() for one in found] == [one.data for one in sources]


def test_captures_of_a_changed_file_all_come_back(tmp_path):
    archive(tmp_path / "c", [source("a.txt", "Before.")])
    archive(tmp_path / "c", [source("a.txt", "After.")], run("2026-05-05T05:05:05Z"))
    found = restored(tmp_path / "c", tmp_path / "out")
    assert sorted(found.values()) == [b"After.", b"Before."]
    assert found["a.txt"] == b"Before."


def test_what_was_never_read_is_not_asked_for(tmp_path):
    gone = Failed(Source("gone.txt", "gone.txt", b""), "not-found", "It is not there.")
    archive(tmp_path / "c", [gone, source("empty.txt", b"")])
    (one,) = restore_collection(tmp_path / "c", tmp_path / "out")
    assert one.path.read_bytes() == b""


# ------------------------------------------------------------------------- killed


def copy_of(path: Path, target: Path) -> None:
    for name, data in files(path).items():
        place = target / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    for folder in ("archive", "indexes", "pages", "archivetk"):
        (target / folder).mkdir(parents=True, exist_ok=True)


def killed(path: Path, sources, info=None) -> None:
    """A collection as a run leaves it that is killed before its end."""
    info = info or run()
    writer = CollectionWriter(path, info).__enter__()
    for one in sources:
        writer.add(prepare(result(one), info))
    writer.abandon()
    writer._drop_lock()


def test_a_killed_run_is_taken_up_and_nothing_differs(tmp_path):
    archive(tmp_path / "whole", TEXTS)
    killed(tmp_path / "c", TEXTS[:2])
    assert any(name.endswith(".open") for name in files(tmp_path / "c"))
    writer = archive(tmp_path / "c", TEXTS)
    assert (writer.added, writer.present) == (1, 2)
    assert files(tmp_path / "c") == files(tmp_path / "whole")


def test_a_killed_run_is_taken_up_on_another_day(tmp_path):
    killed(tmp_path / "c", TEXTS[:2])
    archive(tmp_path / "c", TEXTS, run("2026-09-09T09:09:09Z"))
    assert [one.original for one in read_collection(tmp_path / "c")] == [one.data for one in TEXTS]
    assert len(list((tmp_path / "c/archive").iterdir())) == 4


def test_torn_at_every_place_nothing_is_lost_and_nothing_twice(tmp_path):
    sources = [source("a.txt", "One."), source("b.txt", "Two."), source("c.txt", "One.")]
    archive(tmp_path / "whole", sources)
    wanted = files(tmp_path / "whole")
    killed(tmp_path / "torn", sources)
    originals = tmp_path / "torn/archive/documents.warc.gz.open"
    derived = tmp_path / "torn/archive/documents.derived.warc.gz.open"
    cuts = [(originals, size) for size in range(0, originals.stat().st_size, 181)]
    cuts += [(derived, size) for size in range(0, derived.stat().st_size, 181)]
    for number, (path, size) in enumerate(cuts):
        place = tmp_path / f"c{number}"
        copy_of(tmp_path / "torn", place)
        with (place / "archive" / path.name).open("rb+") as file:
            file.truncate(size)
        archive(place, sources)
        assert files(place) == wanted, (path.name, size)


def test_a_torn_tail_is_said(tmp_path):
    killed(tmp_path / "c", TEXTS)
    path = tmp_path / "c/archive/documents.derived.warc.gz.open"
    with path.open("rb+") as file:
        file.truncate(path.stat().st_size - 5)
    writer = archive(tmp_path / "c", TEXTS)
    assert writer.added == 1
    assert any("cut off" in note for note in writer.notes)


@pytest.mark.parametrize(
    "gone",
    [
        ["datapackage.json"],
        ["indexes/index.cdxj"],
        ["pages/pages.jsonl", "datapackage-digest.json"],
        ["archivetk/documents.jsonl"],
    ],
)
def test_lists_that_are_missing_are_made_again(tmp_path, gone):
    archive(tmp_path / "c", TEXTS)
    wanted = files(tmp_path / "c")
    for name in gone:
        (tmp_path / "c" / name).unlink()
    writer = archive(tmp_path / "c", TEXTS)
    assert writer.added == 0
    assert files(tmp_path / "c") == wanted


def test_a_pair_of_which_one_had_its_name_already(tmp_path):
    archive(tmp_path / "c", TEXTS)
    wanted = files(tmp_path / "c")
    path = tmp_path / "c/archive/documents.derived.warc.gz"
    path.rename(path.with_name(path.name + ".open"))
    (tmp_path / "c/datapackage.json").unlink()
    archive(tmp_path / "c", TEXTS)
    assert files(tmp_path / "c") == wanted


def test_killed_while_adding_to_a_finished_collection(tmp_path):
    later = run("2026-05-05T05:05:05Z")
    archive(tmp_path / "whole", TEXTS[:1])
    archive(tmp_path / "whole", TEXTS, later)
    archive(tmp_path / "c", TEXTS[:1])
    killed(tmp_path / "c", TEXTS[:2], later)
    archive(tmp_path / "c", TEXTS, later)
    assert files(tmp_path / "c") == files(tmp_path / "whole")


def interrupted(path: Path, error: BaseException) -> None:
    info = run()
    with CollectionWriter(path, info) as writer:
        writer.add(prepare(result(TEXTS[0]), info))
        raise error


def test_given_up_with_ctrl_c_the_files_are_whole(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        interrupted(tmp_path / "c", KeyboardInterrupt())
    assert [one.id for one in read_collection(tmp_path / "c")] == ["a.txt"]
    assert not [name for name in files(tmp_path / "c") if name.endswith(".open")]


def test_after_an_error_the_next_run_goes_on(tmp_path):
    with pytest.raises(OSError, match="full"):
        interrupted(tmp_path / "c", OSError("full"))
    archive(tmp_path / "c", TEXTS)
    archive(tmp_path / "whole", TEXTS)
    assert files(tmp_path / "c") == files(tmp_path / "whole")


def test_a_disk_that_fills_up_leaves_no_half_document(tmp_path, monkeypatch):
    from archivetk.writers.warc import WarcFile

    info = run()
    real = WarcFile.append

    def full(self, members):
        if "derived" in self.path.name and len(members) > 1 and broken:
            raise OSError(28, "No space left on device")
        return real(self, members)

    monkeypatch.setattr(WarcFile, "append", full)
    with CollectionWriter(tmp_path / "c", info) as writer:
        broken = []
        writer.add(prepare(result(TEXTS[0]), info))
        broken = [1]
        with pytest.raises(OSError, match="No space"):
            writer.add(prepare(result(TEXTS[1]), info))
        broken = []
        writer.add(prepare(result(TEXTS[2]), info))
    assert [one.id for one in read_collection(tmp_path / "c")] == ["a.txt", "c.html"]
    assert len(records(tmp_path / "c/archive/documents.warc.gz")) == 3


# ------------------------------------------------------------------------- reading


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.lists(st.binary(max_size=60) | st.text(max_size=60).map(str.encode), max_size=5))
def test_whatever_goes_in_comes_out_again(tmp_path_factory, payloads):
    folder = tmp_path_factory.mktemp("any")
    sources = [source(f"{number}", data) for number, data in enumerate(payloads)]
    archive(folder / "c", sources)
    documents = list(read_collection(folder / "c"))
    assert [one.original for one in documents] == payloads
    for one in documents:
        if one.status == "cleaned":
            assert one.ledger.restore(one.text) == one.original
    assert [
        one.path.read_bytes() for one in restore_collection(folder / "c", folder / "o")
    ] == payloads


def test_reading_stops_at_damage(tmp_path):
    archive(tmp_path / "c", TEXTS)
    path = tmp_path / "c/archive/documents.derived.warc.gz"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(MalformedError, match="archivetk verify"):
        list(read_collection(tmp_path / "c"))
    with pytest.raises(UnreadableError):
        list(read_collection(tmp_path / "nothing"))


# ------------------------------------------------------------------------- WACZ


def test_a_packed_collection_is_a_wacz(tmp_path):
    archive(tmp_path / "c", TEXTS)
    assert pack(tmp_path / "c", tmp_path / "c.wacz") == []
    with zipfile.ZipFile(tmp_path / "c.wacz") as found:
        assert found.testzip() is None
        kinds = {one.filename: one.compress_type for one in found.infolist()}
        assert all(
            kind == zipfile.ZIP_STORED for name, kind in kinds.items() if name.endswith(".gz")
        )
        package = json.loads(found.read("datapackage.json"))
        listed = {one["path"] for one in package["resources"]}
        assert listed == set(kinds) - {"datapackage.json", "datapackage-digest.json"}
        assert (
            found.read("archive/documents.warc.gz")
            == (tmp_path / "c/archive/documents.warc.gz").read_bytes()
        )
    pack(tmp_path / "c", tmp_path / "d.wacz")
    assert (tmp_path / "c.wacz").read_bytes() == (tmp_path / "d.wacz").read_bytes()
    with pytest.raises(OutputExistsError):
        pack(tmp_path / "c", tmp_path / "c.wacz")


def test_a_large_index_is_packed_in_two_levels(tmp_path):
    known = [source(f"{n}.txt", f"Text {n}.", url=f"https://example.org/{n}") for n in range(9)]
    archive(tmp_path / "c", [*TEXTS, *known])
    lines = (tmp_path / "c/indexes/index.cdxj").read_bytes().splitlines(keepends=True)
    pack(tmp_path / "c", tmp_path / "c.wacz", index_limit=1)
    with zipfile.ZipFile(tmp_path / "c.wacz") as found:
        meta, first = found.read("indexes/index.idx").decode().splitlines()
        assert meta.startswith("!meta 0 ")
        where = json.loads(first.split(" ", 2)[2])
        block = found.read("indexes/index.cdx.gz")[where["offset"] :][: where["length"]]
        hosts = gzip.decompress(block).splitlines(keepends=True)
        others = found.read("indexes/index.cdxj").splitlines(keepends=True)
    assert [len(hosts), len(others)] == [9, 3]
    assert sorted(hosts + others) == lines
    assert hosts == sorted(hosts)
    assert all(line.startswith(b"org,example)/") for line in hosts)
    assert all(line.startswith(b"file:/") for line in others)


def test_addresses_without_a_host_stay_in_a_plain_index(tmp_path):
    archive(tmp_path / "c", TEXTS)
    pack(tmp_path / "c", tmp_path / "c.wacz", index_limit=1)
    with zipfile.ZipFile(tmp_path / "c.wacz") as found:
        names = [name for name in found.namelist() if name.startswith("indexes/")]
        assert names == ["indexes/index.cdxj"]
        assert found.read(names[0]) == (tmp_path / "c/indexes/index.cdxj").read_bytes()


@pytest.mark.parametrize("limit", [1, 1 << 20])
def test_a_file_stands_where_the_list_at_the_end_lets_expect_it(tmp_path, limit):
    # some readers take the length of the extra fields from there and not from the file's own header
    known = [source(f"{n}.txt", f"Text {n}.", url=f"https://example.org/{n}") for n in range(9)]
    archive(tmp_path / "c", [*TEXTS, *known])
    pack(tmp_path / "c", tmp_path / "c.wacz", index_limit=limit)
    raw = (tmp_path / "c.wacz").read_bytes()
    with zipfile.ZipFile(tmp_path / "c.wacz") as found:
        for one in found.infolist():
            own = int.from_bytes(raw[one.header_offset + 28 :][:2], "little")
            assert own == len(one.extra) == 0, one.filename


def test_long_pages_are_warned_of(tmp_path, monkeypatch):
    from archivetk.writers import wacz

    archive(tmp_path / "c", TEXTS)
    monkeypatch.setattr(wacz, "SEARCHED_BYTES", 300)
    (note,) = pack(tmp_path / "c", tmp_path / "c.wacz")
    assert "first 300" in note


@pytest.mark.parametrize("name", ["archive/documents.warc.gz", "pages/pages.jsonl"])
def test_a_damaged_file_is_not_packed(tmp_path, name):
    archive(tmp_path / "c", TEXTS)
    data = bytearray((tmp_path / "c" / name).read_bytes())
    data[-9] ^= 1
    (tmp_path / "c" / name).write_bytes(data)
    with pytest.raises(VerificationError, match="digest"):
        pack(tmp_path / "c", tmp_path / "c.wacz")
    assert not list(tmp_path.glob("*.wacz*"))


def test_what_is_not_finished_is_not_packed(tmp_path):
    killed(tmp_path / "c", TEXTS)
    with pytest.raises(UnreadableError, match="finished"):
        pack(tmp_path / "c", tmp_path / "c.wacz")


@pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "archive/../../x", "a"])
def test_a_list_of_files_does_not_lead_outside(tmp_path, path):
    archive(tmp_path / "c", TEXTS)
    package = json.loads((tmp_path / "c/datapackage.json").read_bytes())
    package["resources"][0]["path"] = path
    (tmp_path / "c/datapackage.json").write_text(json.dumps(package))
    with pytest.raises(UnreadableError, match="names a file"):
        pack(tmp_path / "c", tmp_path / "c.wacz")


def test_options_are_what_they_say():
    assert ArchiveOptions().name == "documents"
    data = gzip_member(b"", build_record("resource", "<urn:a>", DATE, [], b"")[:-4])
    assert io.BytesIO(data).read(2) == b"\x1f\x8b"


# ------------------------------------------------------------------------- beginnings


@pytest.mark.parametrize("left", [[], ["archivetk"], ["archivetk", "archive", "pages"]])
def test_a_run_that_was_ended_while_it_made_the_folders(tmp_path, left):
    for name in left:
        (tmp_path / "c" / name).mkdir(parents=True)
        (tmp_path / "c" / name / "collection.json.open").write_text("{")
    archive(tmp_path / "c", TEXTS)
    archive(tmp_path / "whole", TEXTS)
    assert files(tmp_path / "c") == files(tmp_path / "whole")


def test_beginning_anew_can_be_taken_up(tmp_path):
    archive(tmp_path / "c", TEXTS)
    for name in ("archive/documents.warc.gz", "datapackage.json", "pages/pages.jsonl"):
        (tmp_path / "c" / name).unlink()
    other = run(settings=load_profile("article"))
    archive(tmp_path / "c", TEXTS, other, overwrite=True)
    archive(tmp_path / "whole", TEXTS, other)
    assert files(tmp_path / "c") == files(tmp_path / "whole")


def test_a_damaged_list_of_documents_is_made_again(tmp_path):
    archive(tmp_path / "c", TEXTS)
    wanted = files(tmp_path / "c")
    path = tmp_path / "c/archivetk/documents.jsonl"
    path.write_bytes(b"x" * path.stat().st_size)
    archive(tmp_path / "c", TEXTS)
    assert files(tmp_path / "c") == wanted

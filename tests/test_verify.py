"""Verification: what is whole is proven; what was touched is found, and where."""

import dataclasses
import gzip
import hashlib
import json
import os
import shutil
from io import BytesIO
from pathlib import Path

import archives
import pytest
from archives import archive, files, record_ref, run, source

from archivetk import verify as module
from archivetk.document import Failed
from archivetk.errors import UnreadableError
from archivetk.patch import Edit, Reason
from archivetk.pipeline import CORRIDOR
from archivetk.provenance import prov_json
from archivetk.readers.collection import ScanReport, scanned_documents
from archivetk.records import gunzip_member, gzip_member, parse_record, walk_members
from archivetk.steps import Step
from archivetk.verify import document as judge
from archivetk.verify import verify, verify_document

SOURCES = [
    source("a.txt", "The first text. It has\u00a0two sentences.\r\n"),
    source("b.txt", b"Caf\xe9 au lait is served at noon, and tea in the afternoon.\n"),
    source("c.html", "<html><body><p>A page &amp; its text.</p></body></html>"),
    source("d.txt", "The first text. It has\u00a0two sentences.\r\n"),
    source("empty.txt", b""),
    source("noise.bin", bytes(range(256)) * 8),
    Failed(source("slow.txt", b"abc"), "timeout", "It took too long."),
    source("crawled", "<p>From a crawl.</p>", record=record_ref(1), root=None),
]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    path = tmp_path_factory.mktemp("made") / "c"
    archive(path, SOURCES)
    return path


@pytest.fixture
def copy(made, tmp_path):
    shutil.copytree(made, tmp_path / "c")
    return tmp_path / "c"


def verdicts(path: Path) -> dict[str, str]:
    return {one.subject: one.verdict for one in verify(path)}


def rewrite(path: Path, change) -> None:
    """Change the records of a file one by one; ``None`` leaves one out."""
    with path.open("rb") as file:
        found = [one.data for one in walk_members(file)]
    changed = [change(number, data) for number, data in enumerate(found)]
    path.write_bytes(b"".join(gzip_member(data[:-4], b"") for data in changed if data is not None))


def relist(path: Path) -> None:
    """Write down the digests anew, as someone would who wants to hide a change."""
    package = json.loads((path / "datapackage.json").read_bytes())
    for one in package["resources"]:
        data = (path / one["path"]).read_bytes()
        one |= {"bytes": len(data), "hash": f"sha256:{hashlib.sha256(data).hexdigest()}"}
    raw = json.dumps(package, indent=2).encode() + b"\n"
    (path / "datapackage.json").write_bytes(raw)
    digest = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(raw).hexdigest()}"}
    (path / "datapackage-digest.json").write_text(json.dumps(digest))


def with_block(data: bytes, block: bytes) -> bytes:
    """A record with another block, its length and digests right."""
    head, _, _ = data.partition(b"\r\n\r\n")
    lines = []
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b": ")
        if name == b"Content-Length":
            value = str(len(block)).encode()
        if name in {b"WARC-Block-Digest", b"WARC-Payload-Digest"}:
            value = b"sha256:" + hashlib.sha256(block).hexdigest().encode()
        lines.append(name + b": " + value if value else name)
    return b"\r\n".join(lines) + b"\r\n\r\n" + block + b"\r\n\r\n"


# ------------------------------------------------------------------------- whole


def test_a_whole_collection_is_proven(made):
    found = list(verify(made))
    assert [one.subject for one in found] == [
        "a.txt",
        "b.txt",
        "c.html",
        "d.txt",
        "empty.txt",
        "noise.bin",
        "slow.txt",
        "crawled",
    ]
    assert {one.subject: one.verdict for one in found if one.verdict != "proven"} == {
        "slow.txt": "replayed"
    }
    assert all(one.ok for one in found)
    assert "restored from text and ledger" in found[-1].reason


def test_a_single_file_is_proven_with_its_other_half(made):
    for name in ("documents.derived.warc.gz", "documents.warc.gz"):
        assert set(verdicts(made / "archive" / name).values()) == {"proven", "replayed"}


def test_without_deriving_nothing_is_more_than_replayed(made):
    assert {one.verdict for one in verify(made, derive=False)} == {"replayed"}


def test_what_is_no_archive_is_refused(tmp_path):
    (tmp_path / "x.warc.gz").write_bytes(gzip.compress(b"hello"))
    for path in (tmp_path, tmp_path / "gone", tmp_path / "x.txt"):
        with pytest.raises(UnreadableError):
            list(verify(path))


def test_a_large_ledger_is_proven_too(tmp_path, monkeypatch):
    from archivetk.writers import prepared

    monkeypatch.setattr(prepared, "LEDGER_LIMIT", 10)
    archive(tmp_path / "c", SOURCES[:3])
    assert set(verdicts(tmp_path / "c").values()) == {"proven"}


def test_wet_headers_are_proven_too(tmp_path):
    archive(tmp_path / "c", SOURCES[:3], run(wet_compatible=True))
    assert set(verdicts(tmp_path / "c").values()) == {"proven"}


def copied(folder: Path) -> Path:
    """A collection with a record that was copied from a foreign file."""
    page = b"<html><body><p>A page of a crawl.</p></body></html>"
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page
    ref = record_ref(0)
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: {ref.record_id}\r\n"
        f"WARC-Date: {ref.date}\r\nWARC-Target-URI: {ref.target_uri}\r\n"
        f"Content-Type: application/http\r\nContent-Length: {len(http)}\r\n\r\n"
    ).encode()
    member = gzip.compress(head + http + b"\r\n\r\n")
    (folder / "crawl.warc.gz").write_bytes(member)
    one = source("x", page, record=record_ref(0, length=len(member)), root=None)
    archive(folder / "c", [one], run(copy_originals=True, base=str(folder)))
    return folder / "c"


def test_a_copied_record_is_proof(tmp_path):
    (one,) = verify(copied(tmp_path))
    assert (one.verdict, one.reason) == ("proven", "")


def test_a_copied_record_that_was_touched_is_found(tmp_path):
    path = copied(tmp_path)
    rewrite(
        path / "archive/documents.warc.gz",
        lambda number, data: data.replace(b"of a crawl", b"of a brawl"),
    )
    assert next(iter(verify(path))).verdict == "damaged"


# ------------------------------------------------------------------------- touched


def test_every_flipped_bit_is_found(tmp_path):
    archive(tmp_path / "c", SOURCES[:1])
    for path in sorted((tmp_path / "c").rglob("*")):
        if not path.is_file():
            continue
        whole = path.read_bytes()
        for place in range(0, len(whole), max(1, len(whole) // 12)):
            torn = bytearray(whole)
            torn[place] ^= 1 << (place % 8)
            path.write_bytes(torn)
            found = list(verify(tmp_path / "c", derive=False))
            assert any(one.verdict == "damaged" for one in found), (path.name, place)
        path.write_bytes(whole)
    assert all(one.ok for one in verify(tmp_path / "c"))


@pytest.mark.parametrize("name", ["documents.warc.gz", "documents.derived.warc.gz"])
def test_every_truncation_is_found(tmp_path, name):
    archive(tmp_path / "c", SOURCES[:1])
    path = tmp_path / "c/archive" / name
    whole = path.read_bytes()
    for size in range(0, len(whole), max(1, len(whole) // 25)):
        path.write_bytes(whole[:size])
        found = list(verify(tmp_path / "c", derive=False))
        assert any(one.verdict == "damaged" for one in found), size
        edges = {one.offset for one in walk_members(BytesIO(whole))}
        if size not in edges or size == 0:
            found = list(verify(path, derive=False))
            assert any(one.verdict == "damaged" for one in found), size


def test_an_edited_text_is_found(copy):
    path = copy / "archive/documents.derived.warc.gz"

    def change(number, data):
        return data.replace(b"two sentences", b"six sentences") if number == 1 else data

    rewrite(path, change)
    relist(copy)
    found = {one.subject: one for one in verify(copy)}
    assert found["a.txt"].verdict == "damaged"
    assert "digest" in found["a.txt"].reason
    assert found["b.txt"].verdict == "proven"


def test_an_edited_text_with_new_digests_is_found(copy):
    path = copy / "archive/documents.derived.warc.gz"
    with path.open("rb") as file:
        texts = [parse_record(one.data) for one in walk_members(file)]
    old = texts[1].block
    new = old.replace(b"two sentences", b"six sentences")

    def change(number, data):
        if number == 1:
            return with_block(data, new)
        if number == 2:
            block = parse_record(data).block.replace(
                hashlib.sha256(old).hexdigest().encode(), hashlib.sha256(new).hexdigest().encode()
            )
            return with_block(data, block)
        return data

    rewrite(path, change)
    relist(copy)
    found = {one.subject: one for one in verify(copy)}
    assert found["a.txt"].verdict == "damaged"
    assert "do not give the original" in found["a.txt"].reason
    assert found["d.txt"].verdict == "proven"


def test_an_edited_original_is_found(copy):
    path = copy / "archive/documents.warc.gz"

    def change(number, data):
        if number != 2:
            return data
        return with_block(data, parse_record(data).block.replace(b"noon", b"nine"))

    rewrite(path, change)
    found = {one.subject: one for one in verify(copy)}
    assert found["b.txt"].verdict == "damaged"
    assert found["a.txt"].verdict == "proven"


@pytest.mark.parametrize(
    ("name", "gone", "subject"),
    [
        ("documents.warc.gz", 2, "b.txt"),
        ("documents.warc.gz", 4, "d.txt"),
        ("documents.derived.warc.gz", 3, "b.txt"),
        ("documents.derived.warc.gz", 4, "b.txt"),
    ],
)
def test_a_missing_record_is_found_and_nothing_else_suffers(copy, name, gone, subject):
    rewrite(copy / "archive" / name, lambda number, data: None if number == gone else data)
    found = list(verify(copy))
    wrong = {one.subject for one in found if one.kind == "document" and not one.ok}
    # where a metadata record is gone, the one behind it may speak for both
    assert wrong & {subject, "c.html"}
    assert wrong <= {subject, "c.html"}
    assert "a.txt" not in wrong
    assert any(one.kind == "file" for one in found)


def test_a_missing_document_is_found_by_the_list(copy):
    def change(number, data):
        return None if number in {3, 4} else data

    rewrite(copy / "archive/documents.derived.warc.gz", change)
    rewrite(copy / "archive/documents.warc.gz", lambda number, data: None if number == 2 else data)
    relist(copy)
    found = [one for one in verify(copy) if not one.ok]
    assert found


def test_a_changed_ledger_is_found(copy):
    path = copy / "archive/documents.derived.warc.gz"

    def change(number, data):
        if number != 2:
            return data
        block = parse_record(data).block
        head, rows = block.split(b"\r\nedits: ")
        edits = json.loads(rows.split(b"\r\n")[0])
        edits[0][5] = edits[0][5].replace("\u00a0", "\u2003")
        edits[-1][5] = "x" * len(edits[-1][5])
        return with_block(data, head + b"\r\nedits: " + json.dumps(edits).encode() + b"\r\n")

    rewrite(path, change)
    relist(copy)
    found = {one.subject: one for one in verify(copy)}
    assert found["a.txt"].verdict == "damaged"


def test_the_index_is_compared_with_the_archive(copy):
    path = copy / "indexes/index.cdxj"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[1:]).replace(b'"offset": "', b'"offset": "1'))
    relist(copy)
    found = [one for one in verify(copy) if not one.ok]
    assert {one.subject for one in found} == {"indexes/index.cdxj"}
    assert len(found) == len(lines)


def test_files_that_no_list_names(copy):
    (copy / "archive/extra.txt").write_text("x")
    (copy / "pages/pages.jsonl").unlink()
    found = {one.subject: one.reason for one in verify(copy) if not one.ok}
    assert set(found) == {"archive/extra.txt", "pages/pages.jsonl"}


@pytest.mark.parametrize(
    "name", ["datapackage.json", "datapackage-digest.json", "archivetk/collection.json"]
)
def test_lists_that_are_gone(copy, name):
    (copy / name).unlink()
    assert any(one.subject == name for one in verify(copy) if not one.ok)


@pytest.mark.parametrize(
    ("label", "same"),
    [
        ({"tag": "en", "confidence": 0.912345}, True),
        ({"tag": "en", "confidence": 0.912347}, True),  # as another processor adds it up
        ({"tag": "en", "confidence": 0.9126}, False),
        ({"tag": "en", "confidence": None}, False),
        ({"tag": "sco", "confidence": 0.912345}, False),
        (None, False),
    ],
)
def test_a_label_is_as_sure_as_another_processor_makes_it(label, same):
    was = {"status": "cleaned", "language": {"tag": "en", "confidence": 0.912345}}
    stage, _ = judge._compared(was, {"status": "cleaned", "language": label})
    assert stage == (None if same else "language")


def test_other_settings_are_found(copy):
    path = copy / "archivetk/collection.json"
    value = json.loads(path.read_bytes())
    value["settings"]["keep_nbsp"] = True
    path.write_text(json.dumps(value))
    relist(copy)
    assert "damaged" in {one.verdict for one in verify(copy)}


# ------------------------------------------------------------------------- diverged


def shouting(text, context):
    for number, sign in enumerate(text):
        if sign == "t":
            yield Edit(number, number + 1, "T", (Reason("test.shout"),))


def changed_corridor(name: str) -> tuple[Step, ...]:
    return tuple(
        Step(one.name, shouting, one.media) if one.name == name else one for one in CORRIDOR
    )


@pytest.mark.parametrize("name", ["repair.characters", "space"])
def test_the_first_stage_that_differs_is_named(made, monkeypatch, name):
    from archivetk import pipeline

    def other(source, settings):
        return pipeline.clean_source(source, settings, changed_corridor(name))

    monkeypatch.setattr(judge, "clean_source", other)
    found = {one.subject: one for one in verify(made)}
    assert (found["a.txt"].verdict, found["a.txt"].stage) == ("diverged", name)
    assert found["noise.bin"].verdict == "proven"


def test_another_version_is_only_replayed(made, monkeypatch):
    from archivetk import pipeline

    def other(source, settings):
        return pipeline.clean_source(source, settings, changed_corridor("space"))

    monkeypatch.setattr(judge, "clean_source", other)
    versions = tuple(
        (name, "999" if name == "ftfy" else version) for name, version in judge.tool_versions()
    )
    monkeypatch.setattr(judge, "tool_versions", lambda: versions)
    one = next(iter(verify(made)))
    assert (one.verdict, one.stage) == ("replayed", "space")
    assert [name for name, _, _ in one.versions] == ["ftfy"]
    assert "ftfy" in one.reason


def test_another_version_that_does_the_same_is_proven(made, monkeypatch):
    versions = tuple((name, f"{version}.1") for name, version in judge.tool_versions())
    monkeypatch.setattr(judge, "tool_versions", lambda: versions)
    one = next(iter(verify(made)))
    assert one.verdict == "proven"
    assert one.versions


def test_another_verdict_about_a_document_is_a_difference(made, monkeypatch):
    monkeypatch.setattr(
        judge, "clean_source", lambda source, settings: Failed(source, "malformed", "No.")
    )
    one = next(iter(verify(made)))
    assert (one.verdict, one.stage) == ("diverged", "status")
    assert "No." in one.reason


def test_other_metadata_is_a_difference(made, monkeypatch):
    from dataclasses import replace

    from archivetk import pipeline
    from archivetk.document import Cleaned

    def other(source, settings):
        found = pipeline.clean_source(source, settings)
        if not isinstance(found, Cleaned):
            return found
        return Cleaned(replace(found.document, metadata={"title": "Another"}))

    monkeypatch.setattr(judge, "clean_source", other)
    assert next(iter(verify(made))).stage == "metadata"


def test_one_document_can_be_judged_anywhere(made):
    scanned, payload = next(iter(scanned_documents(made)))
    assert verify_document(scanned, payload, archives.SETTINGS).verdict == "proven"
    other = archives.SETTINGS.changed(keep_nbsp=True)
    assert verify_document(scanned, payload, other).verdict == "damaged"


# ------------------------------------------------------------------------- hostile


def test_random_bytes_are_never_an_archive(tmp_path):
    folder = tmp_path / "c/archive"
    folder.mkdir(parents=True)
    for number in range(20):
        data = os.urandom(200)
        packed = data if number % 2 else gzip.compress(data)
        (folder / "documents.warc.gz").write_bytes(packed)
        (folder / "documents.derived.warc.gz").write_bytes(packed)
        found = list(verify(tmp_path / "c"))
        assert found
        assert not any(one.ok for one in found)


@pytest.mark.parametrize(
    "block",
    [
        b'document-id: "x"\r\n',
        b'document-id: "x"\r\nsource: 1\r\noriginal: 2\r\n',
        b'document-id: "x"\r\nstatus: "cleaned"\r\nsource: {"ref": "x"}\r\noriginal: {}\r\n',
        b'document-id: 5\r\nstatus: 7\r\nsource: {}\r\noriginal: {"sha256": 5}\r\n',
        b'document-id: "x"\r\nsource: {"y": 1}\r\noriginal: {"record-id": 3, "copied": true}\r\n',
    ],
)
def test_a_block_that_is_none_of_ours(copy, block):
    rewrite(
        copy / "archive/documents.derived.warc.gz",
        lambda number, data: with_block(data, block) if number == 2 else data,
    )
    assert any(one.verdict == "damaged" for one in verify(copy))


# ------------------------------------------------------------------------- PROV


def test_provenance_as_prov_json(made):
    scanned, _ = next(iter(scanned_documents(made)))
    prov = prov_json(scanned.facts)
    assert set(prov) >= {"prefix", "entity", "activity", "agent", "used", "wasDerivedFrom"}
    known = set(prov["entity"]) | set(prov["activity"]) | set(prov["agent"])
    for relation in ("used", "wasGeneratedBy", "wasDerivedFrom", "wasInformedBy"):
        for ends in prov[relation].values():
            for name, value in ends.items():
                assert name == "prov:time" or value in known
    assert {one.split(":")[0] for one in known} <= set(prov["prefix"])
    assert len(prov["entity"]) == 2
    json.dumps(prov, allow_nan=False)


def test_provenance_of_what_failed(made):
    *_, (scanned, _), _ = scanned_documents(made)
    assert scanned.facts["status"] == "failed"
    assert "wasGeneratedBy" not in prov_json(scanned.facts)


def test_nothing_of_it_writes(made):
    before = files(made)
    list(verify(made))
    assert files(made) == before
    assert gunzip_member(gzip_member(b"", b"")) == b"\r\n\r\n"


# ------------------------------------------------------------------------- several processes


def test_several_processes_give_the_same_verdicts_in_the_same_order(copy):
    assert list(verify(copy, jobs=2)) == list(verify(copy))
    rewrite(
        copy / "archive/documents.derived.warc.gz",
        lambda number, data: with_block(data, b"Another text.") if number == 3 else data,
    )
    found = list(verify(copy, jobs=2))
    assert found == list(verify(copy))
    assert "damaged" in {one.verdict for one in found}


@pytest.mark.parametrize(
    ("code", "verdict"), [("crashed", "replayed"), ("internal-error", "diverged")]
)
def test_a_document_that_breaks_its_process_is_still_replayed(made, code, verdict):
    first = next(iter(module._cases(made, ScanReport(), None)))
    one = module._told(Failed(first, code, "It broke."))
    assert (one.subject, one.verdict) == ("a.txt", verdict)
    assert "It broke." in one.reason
    torn = module._Case(dataclasses.replace(first.scanned, text=b"Another text."), first.payload)
    assert module._told(Failed(torn, code, "It broke.")).verdict == "damaged"

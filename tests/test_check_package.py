"""Collections, WACZ files, folders: manifest, index, references; repair."""

import io
import json
import zipfile

import pytest
import warcs

from archivetk.check import RULES, Summary, check, repair
from archivetk.errors import MalformedError, OutputExistsError, UnsupportedError

ARCHIVE = warcs.gz([warcs.warcinfo(), warcs.response(), warcs.resource()])


def collection(folder, change=None):
    files = {
        "archive/a.warc.gz": ARCHIVE,
        "indexes/index.cdxj": warcs.index_of({"a.warc.gz": ARCHIVE}),
        "pages/pages.jsonl": b'{"format": "json-pages-1.0", "id": "pages", "title": "All"}\n',
    }
    files = warcs.with_manifest(files)
    if change:
        change(files)
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def rules(*paths):
    return {one.rule for one in check(paths) if one.severity != "info"}


def again(files):
    """Make the manifest fit what is there."""
    rest = {name: data for name, data in files.items() if not name.startswith("datapackage")}
    files.update(warcs.with_manifest(rest))


def test_a_right_collection_has_no_findings(tmp_path):
    summary = Summary()
    assert [str(one) for one in check([collection(tmp_path)], summary)] == []
    assert (summary.files, summary.records, summary.valid) == (1, 3, True)
    assert not summary.uncovered  # the manifest sees it all
    assert summary.exit_code() == 0


def test_every_flipped_bit_of_a_collection_is_found(tmp_path):
    collection(tmp_path)
    for name in sorted(one for one in tmp_path.rglob("*") if one.is_file()):
        whole = name.read_bytes()
        for place in range(0, len(whole), 5):
            changed = bytearray(whole)
            changed[place] ^= 1 << (place % 8)
            name.write_bytes(changed)
            assert rules(tmp_path), f"{name}, byte {place}"
        name.write_bytes(whole)


def test_every_truncation_of_a_collection_is_found(tmp_path):
    collection(tmp_path)
    archive = tmp_path / "archive" / "a.warc.gz"
    for cut in range(0, len(ARCHIVE), 9):
        archive.write_bytes(ARCHIVE[:cut])
        assert "package-file-size" in rules(tmp_path)


def _edit(name, make):
    def change(files):
        files[name] = make(files[name])
        again(files)

    return change


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("package-missing", lambda files: files.pop("datapackage.json")),
        ("package-syntax", lambda files: files.update({"datapackage.json": b"{"})),
        ("package-syntax", lambda files: files.update({"datapackage.json": b'{"resources": 3}'})),
        ("package-syntax", lambda files: files.update({"datapackage-digest.json": b"[]"})),
        ("package-digest", lambda files: files.update({"datapackage.json": files["datapackage.json"] + b" "})),
        ("package-file-missing", lambda files: files.pop("pages/pages.jsonl")),
        ("package-file-digest", lambda files: files.update({"pages/pages.jsonl": files["pages/pages.jsonl"][:-1] + b" "})),
        ("package-file-unlisted", lambda files: files.update({"pages/more.jsonl": b"{}\n"})),
        ("index-lost", _edit("archive/a.warc.gz", lambda data: warcs.gz([warcs.warcinfo(), warcs.response()]))),
        ("index-lost", _edit("indexes/index.cdxj", lambda data: data.replace(b"a.warc.gz", b"b.warc.gz"))),
        ("index-syntax", _edit("indexes/index.cdxj", lambda data: data.replace(b'"offset"', b'"place"'))),
        ("index-syntax", _edit("indexes/index.cdxj", lambda data: b"".join(reversed(data.splitlines(keepends=True))))),
        ("index-syntax", _edit("indexes/index.cdxj", lambda data: b"no index\n")),
    ],
)  # fmt: skip
def test_each_fault_of_a_collection_is_found(tmp_path, rule, change):
    assert rule in rules(collection(tmp_path, change))


def test_a_manifest_leads_nowhere_else(tmp_path):
    def change(files):
        manifest = json.loads(files["datapackage.json"])
        manifest["resources"].append(
            {"name": "x", "path": "../../x", "hash": "sha256:" + "0" * 64, "bytes": 1}
        )
        files["datapackage.json"] = json.dumps(manifest).encode()

    assert "package-path" in rules(collection(tmp_path, change))


@pytest.mark.parametrize("packed", [False, True])
def test_a_wacz_is_checked(tmp_path, packed):
    path = tmp_path / "x.wacz"
    path.write_bytes(warcs.wacz({"a.warc.gz": ARCHIVE}, packed=packed))
    assert [str(one) for one in check([path])] == []
    whole = path.read_bytes()
    at = whole.find(ARCHIVE[40:60]) if not packed else whole.find(b"a.warc.gz") + 60
    path.write_bytes(whole[:at] + bytes([whole[at] ^ 16]) + whole[at + 1 :])
    assert rules(path)
    path.write_bytes(whole[: len(whole) // 2])
    assert rules(path) == {"zip-broken"}


def test_the_first_form_of_a_manifest_is_read(tmp_path):
    def change(files):
        files.pop("datapackage-digest.json")
        manifest = json.loads(files["datapackage.json"])
        manifest["resources"] = [
            {
                "path": one["path"],
                "stats": {"hash": one["hash"][7:], "bytes": one["bytes"]},
                "hashing": "sha256",
            }
            for one in manifest["resources"]
        ]
        files["datapackage.json"] = json.dumps(manifest).encode()

    path = tmp_path / "x.wacz"
    path.write_bytes(warcs.wacz({"a.warc.gz": ARCHIVE}, change=change))
    assert rules(path) == set()

    def wrong(files):
        change(files)
        files["pages/pages.jsonl"] = files["pages/pages.jsonl"].upper()

    path.write_bytes(warcs.wacz({"a.warc.gz": ARCHIVE}, change=wrong))
    assert rules(path) == {"package-file-digest"}


def test_a_folder_of_archives_is_checked_together(tmp_path):
    (tmp_path / "a.warc.gz").write_bytes(warcs.gz([warcs.response()]))
    (tmp_path / "b.warc.gz").write_bytes(warcs.gz([warcs.metadata()]))
    (tmp_path / "note.txt").write_bytes(b"no archive")
    assert list(check([tmp_path])) == []
    assert [one.rule for one in check([tmp_path / "b.warc.gz"])] == ["reference-lost"]


def test_what_is_not_there_is_an_error(tmp_path):
    assert rules(tmp_path / "none.warc") == {"file-unreadable"}
    (tmp_path / "empty").mkdir()
    assert rules(tmp_path / "empty") == {"file-unreadable"}


def test_too_many_of_a_kind_are_counted(tmp_path):
    path = tmp_path / "x.warc"
    one = warcs.record("metadata", {"WARC-Date": "now"})
    path.write_bytes(b"".join(one.replace(b"<urn", b"<urn:%d" % n) for n in range(1200)))
    summary = Summary()
    listed = [one for one in check([path], summary) if one.rule == "date-syntax"]
    assert (len(listed), summary.rules["date-syntax"]) == (1000, 1200)
    assert summary.unlisted >= 200
    assert summary.to_dict()["severities"]["error"] >= 1200
    assert (summary.exit_code(), summary.valid) == (1, False)


def test_warnings_count_where_asked(tmp_path):
    path = tmp_path / "x.warc"
    path.write_bytes(warcs.response(fields={"WARC-Type": "screenshot"}))
    summary = Summary()
    list(check([path], summary))
    assert (summary.exit_code(), summary.exit_code(strict=True)) == (0, 1)


def test_all_rules_are_used():
    from pathlib import Path

    import archivetk.check
    import archivetk.readers.warc

    code = "".join(
        one.read_text("utf-8")
        for package in (archivetk.check, archivetk.readers.warc)
        for one in Path(package.__file__).parent.glob("*.py")
        if one.name != "findings.py"
    )
    parts = ("missing", "syntax", "forbidden", "unknown")
    for rule in RULES:
        stem, _, last = rule.rpartition("-")
        assert f'"{rule}"' in code or (last in parts and f'"{stem}"' in code), rule


# repair -----------------------------------------------------------------------------------------


def test_a_repair_keeps_good_members_byte_for_byte(tmp_path):
    members = [warcs.member(one) for one in warcs.good_records()]
    broken = bytearray(members[2])
    broken[len(broken) // 2] ^= 255
    path, out = tmp_path / "x.warc.gz", tmp_path / "y.warc.gz"
    path.write_bytes(b"".join([*members[:2], bytes(broken), *members[3:-1], members[-1][:-5]]))
    done = repair(path, out)
    assert out.read_bytes() == b"".join([*members[:2], *members[3:-1]])
    assert done.records == len(members) - 2
    assert done.bytes == out.stat().st_size
    assert sum(len(one) for one in members[:2]) in {one.offset for one in done.left}
    assert not rules(out)
    assert done.to_dict()["left"][0]["rules"]


def test_a_repair_keeps_what_is_only_malformed(tmp_path):
    path, out = tmp_path / "x.warc", tmp_path / "y.warc"
    odd = warcs.response(fields={"WARC-Date": "yesterday"})
    path.write_bytes(odd + warcs.resource(fields={"WARC-Block-Digest": warcs.sha1(b"x")}))
    done = repair(path, out)
    assert out.read_bytes() == odd
    assert [one.rules for one in done.left] == [("block-digest-wrong",)]
    assert done.left[0].record_id == warcs.record_id(3)


def test_a_repair_gives_each_record_a_member(tmp_path):
    records = warcs.good_records()
    path, out = tmp_path / "x.warc.gz", tmp_path / "y.warc.gz"
    path.write_bytes(warcs.member(b"".join(records)))
    done = repair(path, out)
    assert (done.records, done.repacked, done.left) == (len(records), len(records), [])
    assert warcs.unpacked(out.read_bytes()) == b"".join(records)
    assert not rules(out)


def test_a_repair_overwrites_nothing(tmp_path):
    path = tmp_path / "x.warc.gz"
    path.write_bytes(ARCHIVE)
    with pytest.raises(OutputExistsError):
        repair(path, path)
    assert path.read_bytes() == ARCHIVE


def test_a_repair_says_where_nothing_is_whole(tmp_path):
    path = tmp_path / "x.warc.gz"
    path.write_bytes(ARCHIVE[:30])
    with pytest.raises(MalformedError):
        repair(path, tmp_path / "y.warc.gz")
    assert [one.name for one in tmp_path.iterdir()] == ["x.warc.gz"]


def test_a_repair_takes_no_zip(tmp_path):
    path = tmp_path / "x.wacz"
    target = io.BytesIO()
    zipfile.ZipFile(target, "w").close()
    path.write_bytes(warcs.wacz({"a.warc.gz": ARCHIVE}))
    with pytest.raises(UnsupportedError):
        repair(path, tmp_path / "y.wacz")

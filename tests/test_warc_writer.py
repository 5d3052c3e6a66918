"""Records as bytes: built, checked, packed, read again; and the file that they are appended to."""

import gzip
import io
import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from archivetk.errors import MalformedError, UsageError
from archivetk.languages import bcp47, iso639_3
from archivetk.names import file_uri, name_bytes
from archivetk.provenance import (
    ArchiveOptions,
    RunInfo,
    from_fields,
    record_id,
    to_fields,
    warc_date,
)
from archivetk.records import (
    DEFLATE,
    DamagedMemberError,
    block_digest,
    build_record,
    gunzip_member,
    gzip_member,
    parse_record,
    safe_uri,
    walk_members,
)
from archivetk.settings import load_profile
from archivetk.writers.cdxj import SortedLines, cdxj_line, url_key
from archivetk.writers.warc import WarcFile, warcinfo

ID = "<urn:uuid:11111111-2222-5333-8444-555555555555>"
DATE = "2026-01-02T03:04:05Z"


def members(data: bytes) -> list[bytes]:
    return [one.data for one in walk_members(io.BytesIO(data))]


def pack(record: bytes) -> bytes:
    head, _, rest = record.partition(b"\r\n\r\n")
    return gzip_member(head + b"\r\n\r\n", rest[:-4])


# ------------------------------------------------------------------------- records


@given(st.binary(max_size=500))
def test_a_record_is_read_as_it_was_built(block):
    headers = [("WARC-Target-URI", "urn:x:1"), ("Content-Type", "text/plain")]
    record = parse_record(build_record("resource", ID, DATE, headers, block))
    assert record.block == block
    assert (record.type, record.id) == ("resource", ID)
    assert record.get("warc-target-uri") == "urn:x:1"
    assert record.get("Content-Length") == str(len(block))


@given(st.binary(max_size=300))
def test_another_library_reads_the_same(block):
    headers = [("WARC-Block-Digest", block_digest(block)), ("Content-Type", "text/plain")]
    data = pack(build_record("resource", ID, DATE, headers, block))
    (record,) = list(ArchiveIterator(io.BytesIO(data), check_digests="raise", no_record_parse=True))
    # the iterator has read it by now; what counts is that the digest held
    assert record.rec_type == "resource"
    assert record.rec_headers.get_header("WARC-Record-ID") == ID
    assert gzip.decompress(data).endswith(block + b"\r\n\r\n")


@pytest.mark.parametrize(
    "value",
    ["a\r\nWARC-Type: x", "a\nb", "a\rb", "a\0b", "\x85", "a\u2028b", " a", "a ", "", "a\ud800"],
)
def test_no_value_breaks_its_line(value):
    with pytest.raises(ValueError, match="cannot have the value"):
        build_record("resource", ID, DATE, [("WARC-Target-URI", value)], b"")


@pytest.mark.parametrize("name", ["", "a b", "a:b", "a\r\n", "é"])
def test_no_name_breaks_its_line(name):
    with pytest.raises(ValueError, match="cannot name a header"):
        build_record("resource", ID, DATE, [(name, "x")], b"")


@pytest.mark.parametrize(
    ("kind", "header"),
    [
        ("metadata", "WARC-Payload-Digest"),
        ("metadata", "WARC-Identified-Payload-Type"),
        ("conversion", "WARC-Refers-To-Target-URI"),
        ("conversion", "WARC-Refers-To-Date"),
        ("conversion", "WARC-Concurrent-To"),
        ("conversion", "WARC-Filename"),
        ("resource", "WARC-Refers-To"),
        ("warcinfo", "WARC-Target-URI"),
        ("resource", "Content-Length"),
        ("resource", "WARC-TYPE"),
    ],
)
def test_a_header_stands_only_where_the_standard_lets_it(kind, header):
    with pytest.raises(ValueError, match=r"header|file"):
        build_record(kind, ID, DATE, [(header, "x")], b"")


def test_no_header_comes_twice():
    with pytest.raises(ValueError, match="twice"):
        build_record("resource", ID, DATE, [("X-A", "1"), ("x-a", "2")], b"")


@pytest.mark.parametrize("date", ["2026", "2026-01-02", "2026-01-02T03:04Z", "2026-01-02T03:04:05"])
def test_dates_have_full_seconds(date):
    with pytest.raises(ValueError, match="date"):
        build_record("resource", ID, date, [], b"")


@pytest.mark.parametrize("identity", ["urn:uuid:1", "<x y:1>", "<urn:a\r\n>", "<>", "<urn:a b>"])
def test_ids_are_uris_in_brackets(identity):
    with pytest.raises(ValueError, match="record id"):
        build_record("resource", identity, DATE, [], b"")


def test_types_that_are_not_written_are_refused():
    with pytest.raises(ValueError, match="type"):
        build_record("response", ID, DATE, [], b"")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"WARC/1.1\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n\r\n\r\n",
        b"WARC/1.1\r\nContent-Length: 4\r\n\r\nabc\r\n\r\n",
        b"WARC/1.1\r\nContent-Length: 3\r\n\r\nabc\r\n",
        b"WARC/1.1\r\nno colon\r\nContent-Length: 0\r\n\r\n\r\n\r\n",
        b"WARC/1.1\r\nA: \xff\r\nContent-Length: 0\r\n\r\n\r\n\r\n",
    ],
)
def test_what_is_no_record_is_refused(data):
    with pytest.raises(MalformedError):
        parse_record(data)


# ------------------------------------------------------------------------- gzip


@given(st.lists(st.binary(max_size=200), max_size=5))
def test_members_are_standard_gzip_and_stand_apart(blocks):
    data = b"".join(gzip_member(b"head", block) for block in blocks)
    assert gzip.decompress(data) == b"".join(b"head" + block + b"\r\n\r\n" for block in blocks)
    found = list(walk_members(io.BytesIO(data)))
    assert [one.data for one in found] == [b"head" + block + b"\r\n\r\n" for block in blocks]
    for one in found:
        assert zlib.decompress(data[one.offset : one.offset + one.length], 31) == one.data
        assert gunzip_member(data[one.offset : one.offset + one.length]) == one.data


def test_members_that_are_larger_than_a_read():
    blocks = [bytes([n]) * 300_000 + repr(list(range(60_000))).encode() for n in range(3)]
    data = b"".join(gzip_member(b"", block) for block in blocks)
    assert members(data) == [block + b"\r\n\r\n" for block in blocks]


def test_a_member_has_no_time_and_the_same_bytes_again():
    one = gzip_member(b"a", b"b")
    assert one == gzip_member(b"a", b"b")
    assert one[4:8] == b"\0\0\0\0"
    assert "level" in DEFLATE


def test_truncation_at_every_place_is_seen():
    whole = [gzip_member(b"one", b"1" * 50), gzip_member(b"two", b"2" * 50)]
    data = b"".join(whole)
    edge = len(whole[0])
    for size in range(1, len(data)):
        if size == edge:
            continue
        with pytest.raises(DamagedMemberError) as caught:
            members(data[:size])
        assert caught.value.offset == (0 if size < edge else edge)


def test_every_flipped_bit_behind_the_header_is_seen_or_changes_nothing():
    whole = gzip_member(b"one", b"The quick brown fox." * 3)
    for place in range(10, len(whole)):
        for bit in range(8):
            torn = bytearray(whole)
            torn[place] ^= 1 << bit
            try:
                found = members(bytes(torn))
            except MalformedError:
                continue
            assert found == [gzip.decompress(whole)]


def test_something_behind_a_single_member_is_refused():
    with pytest.raises(MalformedError):
        gunzip_member(gzip_member(b"a", b"b") + b"x")


# ------------------------------------------------------------------------- file


def test_a_file_has_its_name_only_when_it_is_whole(tmp_path):
    file = WarcFile(tmp_path / "a.warc.gz")
    assert file.append([b"abc", b"def"]) == 0
    assert file.append([b"ghi"]) == 6
    assert [one.name for one in tmp_path.iterdir()] == ["a.warc.gz.open"]
    size, digest = file.close()
    assert [one.name for one in tmp_path.iterdir()] == ["a.warc.gz"]
    data = (tmp_path / "a.warc.gz").read_bytes()
    assert (data, size) == (b"abcdefghi", 9)
    assert block_digest(data) == f"sha256:{digest}"


def test_a_file_that_is_open_is_not_opened_twice(tmp_path):
    file = WarcFile(tmp_path / "a.warc.gz")
    with pytest.raises(FileExistsError):
        WarcFile(tmp_path / "a.warc.gz")
    file.abandon()


def test_a_full_disk_leaves_what_was_there(tmp_path, monkeypatch):
    import os

    file = WarcFile(tmp_path / "a.warc.gz")
    file.append([b"abc"])
    real, calls = os.write, []

    def short(handle, data):
        calls.append(1)
        if len(calls) == 1:
            return real(handle, bytes(data[:2]))
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", short)
    with pytest.raises(OSError, match="No space"):
        file.append([b"defghi"])
    monkeypatch.setattr(os, "write", real)
    assert file.append([b"jkl"]) == 3
    _, digest = file.close()
    data = (tmp_path / "a.warc.gz").read_bytes()
    assert data == b"abcjkl"
    assert block_digest(data) == f"sha256:{digest}"


def test_going_on_cuts_what_stands_behind(tmp_path):
    (tmp_path / "a.warc.gz.open").write_bytes(b"abcTORN")
    file = WarcFile(tmp_path / "a.warc.gz", resume=3)
    assert file.append([b"def"]) == 3
    file.cut(4)
    _, digest = file.close()
    assert (tmp_path / "a.warc.gz").read_bytes() == b"abcd"
    assert block_digest(b"abcd") == f"sha256:{digest}"


def test_the_warcinfo_says_how_it_was_made():
    settings = load_profile("article").changed(disable=["strip.loading"])
    run = RunInfo(settings, DATE, (("archivetk", "1"),))
    record = parse_record(gunzip_member(warcinfo(run, "derived", "x.warc.gz")))
    assert record.type == "warcinfo"
    assert record.id == run.warcinfo_id("derived") != run.warcinfo_id("originals")
    assert record.get("WARC-Filename") == "x.warc.gz"
    lines = dict(line.split(b": ", 1) for line in record.block.strip().split(b"\r\n"))
    assert json.loads(lines[b"archivetk-settings"])["disable"] == ["strip.loading"]
    assert json.loads(lines[b"archivetk-deflate"]) == DEFLATE


# ------------------------------------------------------------------------- values


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True), json_values))
def test_fields_are_read_as_they_were_written(facts):
    block = to_fields(facts)
    assert from_fields(block) == facts
    assert len(block.decode("utf-8").splitlines()) == len(facts)


_LINE_ENDS = [
    chr(code) for code in (0x7F, 0x80, 0x85, 0x9F, 0x2028, 0x2029, 0xFFFE, 0xFFFF, 0xD800)
]


@given(st.text(st.sampled_from([*_LINE_ENDS, "a", "\u00a0", "\u00e9", "\u2027", "\ufffd", "\n"])))
def test_no_value_of_a_field_can_end_its_line(value):
    block = to_fields({"a": value})
    text = block.decode("utf-8")  # a lone surrogate would not be UTF-8
    assert not set(_LINE_ENDS) & set(text)
    assert block.count(b"\n") == 1
    assert from_fields(block) == {"a": value}


def test_numbers_that_json_does_not_know_become_null():
    assert from_fields(to_fields({"a": [float("nan"), {"b": float("inf")}, 1.5]})) == {
        "a": [None, {"b": None}, 1.5]
    }


@pytest.mark.parametrize("block", [b"a", b"a: {", b"A: 1", b"a: 1\r\na: 2", b"a: 1\r\n b", b": 1"])
def test_fields_that_are_none_are_refused(block):
    with pytest.raises(MalformedError):
        from_fields(block)


@pytest.mark.parametrize("name", ["", "A", "a b", "a: 1\r\nb", "-"])
def test_no_field_name_breaks_its_line(name):
    with pytest.raises(ValueError, match="field"):
        to_fields({name: 1})


def test_the_same_parts_give_the_same_id():
    assert record_id("a", "b") == record_id("a", "b") != record_id("ab")
    assert record_id("a")[:10] == "<urn:uuid:"


def test_the_date_can_be_fixed(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert warc_date() == "1970-01-01T00:00:00Z"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    with pytest.raises(UsageError, match="SOURCE_DATE_EPOCH"):
        warc_date()


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".hidden", "a\n"])
def test_a_name_of_files_stays_in_its_folder(name):
    with pytest.raises(UsageError):
        ArchiveOptions(name=name)


@pytest.mark.parametrize("way", ["", "http", "https://x y/", "ht!tp://x"])
def test_an_address_prefix_is_a_uri(way):
    with pytest.raises(UsageError):
        ArchiveOptions(target_uri=way)


def test_a_run_travels_as_text():
    run = RunInfo(load_profile("strict"), DATE, (("a", "1"),), ArchiveOptions(name="x"), "/base")
    assert RunInfo.from_json(run.to_json()) == run


@pytest.mark.parametrize(
    ("value", "uri"),
    [
        ("https://example.org/a b\n", "https://example.org/a%20b"),
        ("https://example.org/\r\nX: y", "https://example.org/%0D%0AX:%20y"),
        ("http://bücher.example/ä?q=ü", "http://xn--bcher-kva.example/%C3%A4?q=%C3%BC"),
        ("https://example.org/%41", "https://example.org/%41"),
        ('http://a/<>"{}', "http://a/%3C%3E%22%7B%7D"),
        ("no scheme", None),
        ("", None),
        ("/path", None),
    ],
)
def test_addresses_from_outside_become_uris(value, uri):
    assert safe_uri(value) == uri


@given(st.text(st.characters(codec=None)))
def test_no_address_breaks_a_header(value):
    uri = safe_uri("http://a/" + value)
    assert uri is not None
    build_record("resource", ID, DATE, [("WARC-Target-URI", uri)], b"")


@given(st.binary(min_size=1, max_size=40))
def test_every_file_name_has_an_address(raw):
    try:
        name = raw.decode("utf-8")
    except UnicodeDecodeError:
        from urllib.parse import quote

        name = quote(raw)
        assert name_bytes(name) == raw
    uri = file_uri("root", name, None)
    build_record("resource", ID, DATE, [("WARC-Target-URI", uri)], b"")


def test_rows_have_addresses_of_their_own():
    assert file_uri("r", "a#1.jsonl#7", "application/json") == "file:///r/a%231.jsonl?line=7"
    assert file_uri("r", "a#7", "text/plain") == "file:///r/a%237"


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("en", "eng"),
        ("zh-Hans", "zho"),
        ("PT_br", "por"),
        ("nb", "nob"),
        ("fil", "fil"),
        ("iw", "heb"),
        ("ger", "deu"),
        ("und", None),
        ("zxx", None),
        ("xy", None),
        ("toolong", None),
    ],
)
def test_language_codes(tag, code):
    assert iso639_3(tag) == code


def test_language_codes_lead_back():
    assert [bcp47(one) for one in ("eng", "ger", "de", "fil", "?!")] == [
        "en",
        "de",
        "de",
        "fil",
        "und",
    ]


# ------------------------------------------------------------------------- index


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://www.example.com:80/A/b?b=2&a=1#x", "com,example)/a/b?a=1&b=2"),
        ("https://user:pw@ex.com:8080/%7Ea/../b//c?", "com,ex:8080)/b/c"),
        ("http://ex.com?x=1", "com,ex)/?x=1"),
        ("http://1.2.3.4/x", "4,3,2,1)/x"),
        ("http://[::1]/a", "::1)/a"),
        ("file:///Root/Abc%20d.txt", "file:/root/abc%20d.txt"),
        ("file:///r/a%25b.txt?line=3", "file:/r/a%25b.txt?line=3"),
        ("ni:///sha-256;aB", "ni:/sha-256;ab"),
        ("urn:x:Y", "urn:x:y"),
        ("http://www2.ex.com/?PHPSESSID=0123456789abcdef0123456789abcdef&x=Y", "com,ex)/?x=y"),
    ],
)
def test_keys_of_addresses(url, key):
    assert url_key(url) == key


@given(st.text())
def test_every_address_has_a_key(text):
    assert "\n" not in cdxj_line("http://a/" + text.replace("\n", ""), DATE, {"mime": "x"})
    url_key(text)


def test_an_index_line():
    line = cdxj_line("http://example.com/", DATE, {"mime": "text/html", "offset": "3"})
    key, stamp, fields = line.split(" ", 2)
    assert (key, stamp) == ("com,example)/", "20260102030405")
    assert json.loads(fields) == {
        "url": "http://example.com/",
        "mime": "text/html",
        "offset": "3",
    }


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=5)))
def test_lines_are_sorted_whatever_the_memory(tmp_path_factory, lines):
    folder = tmp_path_factory.mktemp("sort")
    sorter = SortedLines(folder, limit=100)
    for line in lines:
        sorter.add(line)
    out = io.BytesIO()
    sorter.write_to(out, [b"aa\n", b"bb\n"])
    sorter.clear()
    wanted = sorted({line.encode() + b"\n" for line in lines} | {b"aa\n", b"bb\n"})
    assert out.getvalue() == b"".join(wanted)
    assert not list(folder.iterdir())

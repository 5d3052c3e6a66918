"""Documents out of archives: found by content, decoded, named, counted."""

import gzip
import io
import zlib

import brotli
import pytest
import warcs
import zstandard
from warcs import PAGE, http, record_id

from archivetk.check import check_file
from archivetk.document import Failed, Source
from archivetk.errors import FAILURE_CODES
from archivetk.readers.warc import Limits, Originals, sources


def read(data, ref="in/x.warc", **options):
    told = []
    found = list(sources(io.BytesIO(data), ref, tell=told.append, **options))
    return found, told


def documents(data, **options):
    return [one for one in read(data, **options)[0] if isinstance(one, Source)]


def test_a_page():
    one = warcs.member(warcs.response(fields={"WARC-IP-Address": "192.0.2.1"}))
    (page,) = documents(warcs.member(warcs.warcinfo()) + one)
    assert page.data == PAGE
    assert page.id == "in/x.warc#" + record_id(1)[1:-1]
    assert (page.media_type, page.declared_encoding) == ("text/html", "utf-8")
    assert (page.url, page.url_from) == ("http://example.org/ferry", "warc")
    ref = page.record
    assert (ref.warc, ref.offset, ref.length) == (
        "in/x.warc",
        len(warcs.member(warcs.warcinfo())),
        len(one),
    )
    assert (ref.record_id, ref.record_type, ref.date) == (record_id(1), "response", warcs.DATE)
    assert (ref.target_uri, ref.http_status) == (page.url, 200)
    assert ref.block_digest == warcs.sha1(http())
    assert ref.payload_digest == warcs.sha1(PAGE)


def test_all_else_is_counted():
    found, (told,) = read(
        b"".join(warcs.good_records())
        + warcs.response(
            http(b"\x89PNG\r\n\x1a\n", fields=(("Content-Type", "image/png"),)), number=20
        )
        + warcs.response(http(b""), number=21)
    )
    assert [one.record.record_type for one in found] == [
        "response",
        "resource",
        "revisit",
        "conversion",
    ]
    assert told.counts == {"empty": 1, "image/png": 1, "metadata": 1, "request": 1, "warcinfo": 1}
    assert (told.ref, told.records, told.documents) == ("in/x.warc", 9, 4)


CODED = {
    "gzip": gzip.compress(PAGE),
    "x-gzip": gzip.compress(PAGE[:50]) + gzip.compress(PAGE[50:]),
    "deflate": zlib.compress(PAGE),
    "br": brotli.compress(PAGE),
    "zstd": zstandard.compress(PAGE),
    "gzip, br": brotli.compress(gzip.compress(PAGE)),
    "identity": PAGE,
}


@pytest.mark.parametrize("coding", CODED)
@pytest.mark.parametrize("in_chunks", [False, True])
def test_content_coding(coding, in_chunks):
    fields = [("Content-Type", "text/html"), ("Content-Encoding", coding)]
    body = CODED[coding]
    if in_chunks:
        fields.append(("Transfer-Encoding", "chunked"))
        body = warcs.chunked(body)
    (page,) = documents(warcs.response(http(body, fields=fields)))
    assert page.data == PAGE
    assert not page.given


def test_bare_deflate():
    pack = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = pack.compress(PAGE) + pack.flush()
    (page,) = documents(warcs.response(http(body, fields=(("Content-Encoding", "deflate"),))))
    assert page.data == PAGE


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_a_coding_that_was_taken_off_already(coding):
    fields = (
        ("Content-Type", "text/html"),
        ("Content-Encoding", coding),
        ("Transfer-Encoding", "chunked"),
    )
    (page,) = documents(warcs.response(http(PAGE, fields=fields)))
    assert page.data == PAGE
    assert not page.given


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_a_coding_that_breaks_off(coding):
    body = CODED[coding][:-12] if coding != "zstd" else zstandard.compress(PAGE * 3000)[:-9]
    found, _ = read(
        warcs.response(
            http(body, fields=(("Content-Type", "text/html"), ("Content-Encoding", coding)))
        )
    )
    for one in found:
        assert one.data.startswith(PAGE[:20])
        assert one.given["metadata"]["archive_notes"] == ["content coding: truncated"]


def test_an_unknown_coding_is_counted():
    found, (told,) = read(warcs.response(http(b"abc", fields=(("Content-Encoding", "rot13"),))))
    assert found == []
    assert told.counts == {"content coding not known: rot13": 1}


@pytest.mark.parametrize(
    "pack", [gzip.compress, brotli.compress, zstandard.compress, zlib.compress]
)
def test_a_bomb_in_a_payload_is_stopped(pack):
    coding = {gzip.compress: "gzip", brotli.compress: "br", zstandard.compress: "zstd"}.get(
        pack, "deflate"
    )
    body = pack(b"<html>" + bytes(30_000_000))
    found, _ = read(
        warcs.response(http(body, fields=(("Content-Encoding", coding),))) + warcs.resource(),
        max_bytes=1_000_000,
    )
    assert (type(found[0]), found[0].code) == (Failed, "too-large")
    assert found[1].data == b"The tide turns at six.\n"


def test_a_large_record_is_said():
    found, _ = read(warcs.resource(b"x" * 5000) + warcs.response(), max_bytes=1000)
    assert (found[0].code, found[0].source.record.record_id) == ("too-large", record_id(3))
    assert found[1].data == PAGE


# what is a document -----------------------------------------------------------------------------


def plain(body, content_type=None, url="http://example.org/x", **fields):
    head = (("Content-Type", content_type),) if content_type else ()
    return warcs.response(http(body, fields=head), url=url, fields=fields)


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        (PAGE, None, "text/html"),
        (PAGE, "application/octet-stream", "text/html"),
        (PAGE, "text/plain", "text/html"),
        (b"\xef\xbb\xbf" + PAGE, "image/png", "text/html"),
        (b'<?xml version="1.0"?>\n<!-- x -->\n' + PAGE, "application/xhtml+xml", "text/html"),
        (("\ufeff" + PAGE.decode()).encode("utf-16-le"), "text/html; charset=utf-16", "text/html"),
        (PAGE.decode().encode("utf-16-be"), "text/html", "text/html"),
        (b"<p>A part of a page</p>", "text/html", "text/html"),
        (b"Just words, sent as a page.", "text/html", "text/plain"),
        (b"Just words.", "text/plain", "text/plain"),
        (b"Just words.", None, "text/plain"),
        (b"<p>One</p><p>Two</p>", None, "text/html"),
        ("Fährverkehr".encode("latin-1"), "text/plain; charset=latin-1", "text/plain"),
        (b"\x1b$BAbc\x1b(B and more words", "text/plain", "text/plain"),
    ],
)
def test_documents_are_told_by_content(body, content_type, expected):
    (one,) = documents(plain(body, content_type))
    assert (one.media_type, one.data) == (expected, body)


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        (b"%PDF-1.7 and more", "text/html", "application/pdf"),
        (b"\xff\xd8\xff\xe0 and more", "text/html", "image/jpeg"),
        (b"GIF89a and more", None, "image/gif"),
        (b"PK\x03\x04 and more", "text/plain", "application/zip"),
        (bytes(range(256)), "text/html", "binary"),
        (b"body { color: red }", "text/css", "text/css"),
        (b"let x = 1", "application/javascript", "application/javascript"),
        (b'{"a": 1}', "application/json", "application/json"),
        (b'{"a": 1}', "text/html", "application/json"),
        (b'[{"a": 1}]', None, "application/json"),
        (b'<?xml version="1.0"?><rss></rss>', None, "application/xml"),
        (b'<?xml version="1.0"?><rss></rss>', "application/rss+xml", "application/rss+xml"),
        (b"<svg></svg>", "image/svg+xml", "image/svg+xml"),
        (b" \r\n ", "text/html", "empty"),
    ],
)
def test_what_is_no_document_is_counted(body, content_type, reason):
    found, (told,) = read(plain(body, content_type))
    assert found == []
    assert told.counts == {reason: 1}


def test_records_of_crawlers_are_no_documents():
    data = b"".join(
        warcs.resource(b"a log line\n", number=number, fields={"WARC-Target-URI": uri})
        for number, uri in enumerate(
            ["metadata://gnu.org/log", "urn:X-tool:log", "dns:example.org"]
        )
    )
    found, (told,) = read(data)
    assert found == []
    assert told.counts == {"crawler's own record": 3}


def test_a_resource_and_a_conversion():
    tide, clean = documents(warcs.resource() + warcs.conversion("Die Fähre.".encode()))
    assert (tide.media_type, tide.url, tide.declared_encoding) == (
        "text/plain",
        "http://example.org/tide.txt",
        None,
    )
    assert (clean.media_type, clean.declared_encoding, clean.data.decode()) == (
        "text/plain",
        "utf-8",
        "Die Fähre.",
    )


def test_an_address_in_brackets():
    (page,) = documents(warcs.response(url="<http://example.org/ferry>"))
    assert page.url == page.record.target_uri == "http://example.org/ferry"


def test_error_pages_are_documents_with_their_status():
    (page,) = documents(warcs.response(http(status="404 Not Found")))
    assert page.record.http_status == 404


def test_bytes_in_http_headers_are_kept():
    (page,) = documents(
        warcs.response(
            http(fields=(("X", b"F\xe4hre"), ("Content-Type", "text/html; charset='iso-8859-1'")))
        )
    )
    assert page.declared_encoding == "iso-8859-1"


def test_a_block_that_is_no_http():
    (page,) = documents(warcs.response(PAGE, fields={"WARC-Payload-Digest": warcs.sha1(PAGE)}))
    assert page.data == PAGE


# ids --------------------------------------------------------------------------------------------


def test_ids_are_unique():
    data = warcs.resource() + warcs.resource() + warcs.resource(drop=("WARC-Record-ID",))
    names = [one.id for one in documents(data)]
    assert names[0] == "in/x.warc#" + record_id(3)[1:-1]
    assert names[1] == f"{names[0]}@{len(warcs.resource())}"
    assert names[2] == f"in/x.warc#offset-{2 * len(warcs.resource())}"


def test_an_archive_inside_a_wacz_is_named():
    (page,) = documents(warcs.wacz({"a.warc.gz": warcs.gz([warcs.response()])}), ref="x.wacz")
    assert page.id == "x.wacz/archive/a.warc.gz#" + record_id(1)[1:-1]
    assert page.record.warc == "x.wacz/archive/a.warc.gz"


# revisits ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "drop",
    [
        ("WARC-Refers-To",),
        ("WARC-Payload-Digest", "WARC-Refers-To-Target-URI"),
        ("WARC-Refers-To", "WARC-Payload-Digest"),
    ],
)
@pytest.mark.parametrize(
    "pack", [b"".join, warcs.gz, lambda records: gzip.compress(b"".join(records))]
)
@pytest.mark.parametrize("first", [True, False])
def test_a_revisit_finds_its_original(drop, pack, first):
    pair = [
        warcs.response(
            http(gzip.compress(PAGE), fields=(("Content-Encoding", "gzip"),)),
            fields={"WARC-Payload-Digest": warcs.sha1(PAGE)},
        ),
        warcs.revisit(drop=drop),
    ]
    found, _ = read(pack(pair if first else pair[::-1]))
    (again,) = [one for one in found if one.record.record_type == "revisit"]
    assert again.data == PAGE
    assert again.record.record_id == record_id(5)


def test_a_revisit_without_its_original_is_counted():
    found, (told,) = read(warcs.revisit())
    assert found == []
    assert told.counts == {"revisit without its original": 1}


def test_originals_in_another_file(tmp_path):
    first, second = tmp_path / "a.warc.gz", tmp_path / "b.warc.gz"
    first.write_bytes(warcs.gz([warcs.warcinfo(), warcs.response()]))
    second.write_bytes(warcs.gz([warcs.revisit()]))
    originals = Originals()
    assert len(list(sources(first, "a", originals=originals))) == 1
    (again,) = sources(second, "b", originals=originals)
    assert again.data == PAGE
    ahead = Originals()
    ahead.scan(first)
    (again,) = sources(str(second), "b", originals=ahead)
    assert again.data == PAGE


def test_a_bounded_index():
    data = (
        b"".join(warcs.resource(b"text %d" % n, number=n + 50) for n in range(20))
        + warcs.response()
        + warcs.revisit()
    )
    found, (told,) = read(data, limits=Limits(index=5))
    assert told.counts == {"revisit without its original": 1}
    assert len(found) == 21


# damage -----------------------------------------------------------------------------------------


def test_damage_is_said_and_passed():
    members = [warcs.member(warcs.response()), warcs.member(warcs.resource())]
    broken = bytearray(members[0])
    broken[-6] ^= 1
    found, _ = read(bytes(broken) + members[1])
    bad, good = found
    assert (type(bad), bad.code) == (Failed, "malformed")
    assert bad.source.record.record_id == record_id(1)
    assert "CRC-32" in bad.reason
    assert bad.source.data == PAGE
    assert good.data == b"The tide turns at six.\n"


def test_every_truncation_is_said():
    data = warcs.gz([warcs.warcinfo(), warcs.response()])
    edge = len(warcs.member(warcs.warcinfo()))
    for cut in range(len(data)):
        found, _ = read(data[:cut])
        assert bool(found) == (cut != edge)
        assert all(isinstance(one, Failed) for one in found)


@pytest.mark.parametrize(
    "data", [b"", b"no archive at all", b"PK\x05\x06" + bytes(18), b"PK\x03\x04 broken"]
)
def test_what_is_no_archive_fails(data):
    found, _ = read(data)
    assert [one.code for one in found] == ["malformed"]
    assert {one.code for one in found} <= set(FAILURE_CODES)


def test_a_file_that_is_not_there(tmp_path):
    (one,) = sources(tmp_path / "none.warc.gz")
    assert one.code == "not-found"


def test_a_segment_is_said():
    (one,) = read(warcs.response(fields={"WARC-Segment-Number": "1"}))[0]
    assert (type(one), one.code) == (Failed, "unsupported")


def test_a_zip_bomb_is_stopped():
    data = warcs.wacz(
        {"a.warc": b"".join(warcs.resource(bytes(10**6), number=n) for n in range(3))}, packed=True
    )
    (one,), _ = read(data, limits=Limits(entry=1_000_000))
    assert one.code == "too-large"


def test_a_truncated_capture_says_so():
    (page,) = documents(warcs.response(http(PAGE[:60]), fields={"WARC-Truncated": "length"}))
    assert page.given["metadata"]["archive_notes"] == ["truncated: length"]


def test_what_cannot_be_printed_is_encoded():
    odd = {"WARC-Record-ID": b"<urn:x:\x1b[2J\xe4>", "WARC-Target-URI": b"http://example.org/\xe4"}
    (tide,) = documents(warcs.resource(fields=odd))
    assert tide.id == "in/x.warc#urn:x:%1B[2J%E4"
    assert tide.record.record_id == "<urn:x:%1B[2J%E4>"
    assert tide.url == "http://example.org/%E4"


def test_a_message_without_an_end_costs_no_memory():
    block = b"HTTP/1.1 200 OK\r\n" + b"a\n" * 600_000
    found, _ = read(warcs.response(block, fields={"WARC-Payload-Digest": warcs.sha1(b"")}))
    assert [one.data for one in found] == [block]


@pytest.mark.parametrize(
    ("body", "data", "notes"),
    [
        (warcs.chunked(PAGE)[:-5], PAGE, ["transfer coding: truncated"]),
        (warcs.chunked(PAGE, 1000)[:-60], None, ["transfer coding: truncated"]),
        (warcs.chunked(PAGE)[:-5] + b"zz\r\n", PAGE + b"zz\r\n", ["transfer coding: broken"]),
        (b"fade in, the page begins", b"fade in, the page begins", []),
        (warcs.chunked(PAGE).replace(b"\r\n", b"\n"), PAGE, []),
        (b"5;name=x\r\nwords\r\n0\r\nTrailer: y\r\n\r\n", b"words", []),
    ],
)
def test_chunks_as_they_come(body, data, notes):
    fields = (("Content-Type", "text/html"), ("Transfer-Encoding", "chunked"))
    (page,) = documents(warcs.response(http(body, fields=fields)))
    assert page.given.get("metadata", {}).get("archive_notes", []) == notes
    assert page.data == data or (data is None and PAGE.startswith(page.data))


def test_a_missing_decompressor_is_said(monkeypatch):
    import sys

    data = zstandard.compress(warcs.resource())
    page = warcs.response(http(brotli.compress(PAGE), fields=(("Content-Encoding", "br"),)))
    for name in ("zstandard", "brotli"):
        monkeypatch.setitem(sys.modules, name, None)
    (one,), _ = read(data)
    assert (one.code, "pip install zstandard" in one.reason) == ("unsupported", True)
    found, (told,) = read(page)
    assert found == []
    assert told.counts == {"content coding not known: br": 1}
    (finding,) = check_file(io.BytesIO(data), "x.warc.zst")
    assert finding.rule == "file-unreadable"

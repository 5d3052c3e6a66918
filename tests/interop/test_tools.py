"""What archivetk writes, in the hands of gzip, warcio, FastWARC, cdxj-indexer, wacz, npm's warcio."""

import gzip
import json

from fastwarc.warc import ArchiveIterator as FastIterator
from fastwarc.warc import WarcRecordType
from others import archivetk, passes, place, run
from warcio.archiveiterator import ArchiveIterator

from archivetk.readers.collection import read_collection
from archivetk.writers.wacz import pack


def npm_warcio():
    return place("ARCHIVETK_NPM", "interop") / "node_modules/.bin/warcio"


def index_lines(made):
    return (made.path / "indexes/index.cdxj").read_text("utf-8").splitlines()


def captures(made):
    """Our index: address, time and where, what."""
    found = []
    for line in index_lines(made):
        _, stamp, value = line.split(" ", 2)
        found.append({"timestamp": stamp, **json.loads(value)})
    return found


def texts(made):
    return [one.text for one in read_collection(made.path) if one.text is not None]


# ------------------------------------------------------------------------- the WARC files


def test_gzip(made):
    passes("gzip", "-t", *made.warcs, made.wet)


def test_warcio_checks_every_digest(made):
    for path in [*made.warcs, made.wet]:
        said = passes("warcio", "check", "-v", path)
        assert "digest pass" in said
        assert "digest failed" not in said
        with path.open("rb") as file:
            kinds = [
                one.rec_type
                for one in ArchiveIterator(file, check_digests="raise")
                if one.raw_stream
            ]
        assert kinds[0] == "warcinfo"
        assert said.count("WARC-Record-ID") == len(kinds)


def test_warcio_objects_to_a_changed_record(made, tmp_path):
    raw = gzip.decompress(made.originals[0].read_bytes())
    head = raw.index(b"\r\n\r\n", raw.index(b"WARC-Type: resource"))
    changed = bytearray(raw)
    changed[head + 5] ^= 1
    path = tmp_path / "changed.warc"
    path.write_bytes(changed)
    assert run("warcio", "check", path).returncode != 0


def test_fastwarc_checks_every_digest(made):
    for path in [*made.warcs, made.wet]:
        passes("fastwarc", "check", path)


def test_both_readers_see_the_same_records(made):
    for path in [*made.warcs, made.wet]:
        with path.open("rb") as file:
            one = [
                (
                    record.rec_headers.get_header("WARC-Record-ID"),
                    record.rec_type,
                    record.raw_stream.read(),
                )
                for record in ArchiveIterator(file, no_record_parse=True)
            ]
        with path.open("rb") as file:
            other = [
                (record.record_id, record.headers["WARC-Type"], record.reader.read())
                for record in FastIterator(file, parse_http=False)
            ]
        assert len(one) > 1
        assert one == [
            (name if name.startswith("<") else f"<{name}>", kind, block)
            for name, kind, block in other
        ]


def test_our_own_check_and_verify(made):
    archivetk("check", "--quiet", "--strict", *made.warcs)
    archivetk("check", "--quiet", "--strict", made.path)
    archivetk("check", "--quiet", "--strict", made.wacz)
    archivetk("check", "--quiet", made.wet)
    archivetk("verify", made.path)


# ------------------------------------------------------------------------- the index


def test_cdxj_indexer_gives_the_lines_of_our_index(made):
    # shown all files, it takes up the originals only: no clean text hides its page
    seen = passes("cdxj-indexer", *made.warcs).splitlines()
    assert sorted(seen) == sorted(index_lines(made))


def test_warcio_of_npm_finds_the_captures_of_our_index(made):
    said = passes(npm_warcio(), "cdx-index", "--format", "json", *made.originals)
    seen = sorted(
        [
            one["url"],
            one["timestamp"],
            one["filename"],
            int(one["offset"]),
            int(one["length"]),
            one.get("digest"),
        ]
        for one in map(json.loads, said.splitlines())
    )
    assert seen == sorted(
        [
            one["url"],
            one["timestamp"],
            one["filename"],
            int(one["offset"]),
            int(one["length"]),
            one["digest"].partition(":")[2],
        ]
        for one in captures(made)
    )


# ------------------------------------------------------------------------- WACZ


def test_wacz_validates_the_packed_collection(made):
    said = passes("wacz", "validate", "-f", made.wacz)
    assert "succeeded" in said


def test_wacz_validates_an_index_in_two_levels(made, tmp_path):
    pack(made.path, tmp_path / "two.wacz", index_limit=0)
    assert "succeeded" in passes("wacz", "validate", "-f", tmp_path / "two.wacz")


def test_wacz_objects_to_a_changed_file(made, tmp_path):
    changed = bytearray(made.wacz.read_bytes())
    # the first file is a WARC and is stored: a bit in the midst of it
    changed[2000] ^= 1
    (tmp_path / "changed.wacz").write_bytes(changed)
    done = run("wacz", "validate", "-f", tmp_path / "changed.wacz")
    assert done.returncode != 0 or "succeeded" not in done.stdout


# ------------------------------------------------------------------------- WET


def test_wet_is_read_as_texts_by_others(made):
    with made.wet.open("rb") as file:
        one = [
            record.content_stream().read().decode("utf-8")
            for record in ArchiveIterator(file)
            if record.rec_type == "conversion"
        ]
    with made.wet.open("rb") as file:
        other = [
            record.reader.read().decode("utf-8")
            for record in FastIterator(file, record_types=WarcRecordType.conversion)
        ]
    assert one == other
    assert len(one) == len(texts(made))
    for shown, text in zip(one, texts(made), strict=True):
        # a title may stand before the text
        assert shown.rstrip("\n").endswith(text)


def test_wet_bears_the_headers_that_crawls_have(made):
    wanted = {
        "WARC-Type",
        "WARC-Target-URI",
        "WARC-Date",
        "WARC-Record-ID",
        "WARC-Refers-To",
        "WARC-Block-Digest",
        "Content-Type",
        "Content-Length",
    }
    with made.wet.open("rb") as file:
        records = [one.rec_headers for one in ArchiveIterator(file)]
    assert records[0].protocol == "WARC/1.0"
    for one in records[1:]:
        names = {name for name, _ in one.headers}
        assert wanted <= names <= wanted | {"WARC-Identified-Content-Language"}
        assert one.get_header("WARC-Block-Digest").startswith("sha1:")
        assert one.get_header("Content-Type") == "text/plain"

"""Every truncation and every flipped bit of a packed archive is found, or changes no content."""

import io
import random
import zlib

import pytest
import warcs
from hypothesis import given, settings
from hypothesis import strategies as st

from archivetk.check import Summary, check_file

SMALL = warcs.gz([warcs.warcinfo(), warcs.resource()])
EDGES = (0, len(warcs.member(warcs.warcinfo())), len(SMALL))


def damage(data, name="x.warc.gz"):
    return [one for one in check_file(io.BytesIO(data), name) if one.severity == "error"]


def contents(data):
    """What gzip makes of it, member for member; nothing where it breaks."""
    result = b""
    while data:
        inflate = zlib.decompressobj(31)
        try:
            result += inflate.decompress(data)
        except zlib.error:
            return None
        if not inflate.eof:
            return None
        data = inflate.unused_data
    return result


def test_the_whole_file_is_right():
    assert damage(SMALL) == []


@pytest.mark.parametrize("cut", range(len(SMALL)))
def test_every_truncation_is_found(cut):
    found = damage(SMALL[:cut])
    if cut in EDGES[1:]:
        assert found == []  # whole members are gone: only a manifest can tell
    else:
        start = max(edge for edge in EDGES if edge <= cut)
        assert any(one.offset == start for one in found)


def test_every_flipped_bit_is_found_or_changes_nothing():
    content = contents(SMALL)
    silent = []
    for place in range(len(SMALL)):
        for bit in range(8):
            changed = bytearray(SMALL)
            changed[place] ^= 1 << bit
            found = damage(bytes(changed))
            start = max(edge for edge in EDGES if edge <= place)
            if not found:
                assert contents(bytes(changed)) == content
                silent.append(place - start)
            else:
                assert min(one.offset for one in found) == start
    # time stamp, extra flags, system and text flag; and the bits that fill up the last byte
    assert len(silent) <= 2 * (8 * 6 + 1 + 8)


@pytest.mark.parametrize(
    "options",
    [
        {"name": b"x.warc", "header_crc": True},
        {"comment": b"made by hand", "extra": b"sl\x08\0" + bytes(8), "level": 0},
    ],
)
def test_flips_in_longer_headers(options):
    data = warcs.resource()
    if "extra" in options:
        size = len(warcs.member(data, **options))
        options["extra"] = (
            b"sl\x08\0" + size.to_bytes(4, "little") + len(data).to_bytes(4, "little")
        )
    one = warcs.member(data, **options)
    assert [str(found) for found in check_file(io.BytesIO(one), "x.warc.gz")] == []
    for place in range(len(one)):
        changed = bytearray(one)
        changed[place] ^= 4
        if not damage(bytes(changed)):
            assert contents(bytes(changed)) == data


def test_a_header_with_a_checksum_hides_no_flip():
    one = warcs.member(warcs.resource(), header_crc=True, name=b"a")
    for place in range(14):
        changed = bytearray(one)
        changed[place] ^= 1
        assert damage(bytes(changed))


@given(st.integers(0, 10**9))
@settings(max_examples=60, deadline=None)
def test_a_run_of_wrong_bytes_is_found_and_passed(seed):
    chance = random.Random(seed)
    records = [warcs.resource(b"number %d\n" % one * 40, number=one) for one in range(8)]
    members = [warcs.member(one) for one in records]
    data = bytearray(b"".join(members))
    hit = chance.randrange(len(members))
    start = sum(len(one) for one in members[:hit])
    begin = start + 10 + chance.randrange(len(members[hit]) - 18)
    for place in range(begin, min(begin + 8, start + len(members[hit]))):
        data[place] ^= 1 + chance.randrange(255)
    summary = Summary()
    found = [
        one
        for one in check_file(io.BytesIO(bytes(data)), "x.warc.gz", summary)
        if one.severity == "error"
    ]
    assert found
    assert {one.offset for one in found} == {start}
    assert summary.records >= len(members) - 1


@pytest.mark.parametrize(
    ("rule", "data"),
    [
        ("gzip-garbage", SMALL + b"garbage"),
        ("gzip-garbage", SMALL + bytes(512)),
        ("gzip-garbage", SMALL[: EDGES[1]] + b"garbage" + SMALL[EDGES[1] :]),
        ("gzip-truncated", SMALL + b"\x1f\x8b"),
        ("gzip-header", warcs.member(warcs.resource(), flags=0x20)),
        ("gzip-crc", SMALL[:-8] + bytes(4) + SMALL[-4:]),
        ("gzip-length", SMALL[:-4] + bytes(4)),
        ("gzip-deflate", SMALL[:10] + b"\xff" * 20 + SMALL[30:]),
        ("gzip-truncated", SMALL[:-1]),
        ("file-empty", warcs.member(b"")),
    ],
)
def test_each_fault_of_a_member_has_its_name(rule, data):
    assert rule in {one.rule for one in damage(data)}


def test_a_wrong_extra_field_is_told():
    one = warcs.member(warcs.resource(), extra=b"sl\x08\0" + bytes(8))
    assert "gzip-extra" in {found.rule for found in check_file(io.BytesIO(one), "x.warc.gz")}


def test_what_cannot_be_seen_is_said():
    summary = Summary()
    list(check_file(io.BytesIO(SMALL), "x.warc.gz", summary))
    assert any("time stamp" in one for one in summary.uncovered)
    assert any("missing at the end" in one for one in summary.uncovered)


@pytest.mark.parametrize("cut", range(0, len(b"".join(warcs.good_records())), 7))
def test_truncated_plain_files_are_found(cut):
    data = b"".join(warcs.good_records())
    edges = {0}
    at = 0
    for one in warcs.good_records():
        at += len(one)
        edges.add(at)
    assert bool(damage(data[:cut], "x.warc")) == (cut not in edges or cut == 0)


def test_a_stream_is_checked_like_a_file():
    class Pipe(io.RawIOBase):
        def __init__(self):
            self.inner = io.BytesIO(SMALL[:-1])

        def readable(self):
            return True

        def readinto(self, target):
            return self.inner.readinto(target)

    with Pipe() as pipe:
        found = [one.rule for one in check_file(pipe, "-")]
    assert found == [one.rule for one in check_file(io.BytesIO(SMALL[:-1]), "-")]
    assert found == ["gzip-truncated"]

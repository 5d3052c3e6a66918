"""Records of archives in every packing, damage between them, limits."""

import gzip
import io
import itertools
import zlib

import lz4.frame
import pytest
import warcs
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from archivetk.errors import MalformedError
from archivetk.readers.warc import Damage, Limits, WarcRecord, iter_records

RECORDS = warcs.good_records()


def read(data, **limits):
    return list(iter_records(io.BytesIO(data), Limits(**limits)))


def kinds(data):
    return [
        one.code
        if isinstance(one, Damage)
        else (one.record_type, *(bad.code for bad in one.damage))
        for one in read(data)
    ]


def good(data):
    return [one.block for one in read(data) if isinstance(one, WarcRecord) and not one.damage]


BLOCKS = [one.split(b"\r\n\r\n", 1)[1][:-4] for one in RECORDS]


def zstd_file(dictionary=None, packed=False):
    frames = b""
    if dictionary is not None:
        content = (
            zstandard.ZstdCompressor().compress(dictionary.as_bytes())
            if packed
            else dictionary.as_bytes()
        )
        frames = b"\x5d\x2a\x4d\x18" + len(content).to_bytes(4, "little") + content
    pack = zstandard.ZstdCompressor(dict_data=dictionary, write_checksum=True)
    return frames + b"".join(pack.compress(one) for one in RECORDS)


def a_dictionary():
    samples = [warcs.resource(b"sample %d " % one * 9, number=one) for one in range(400)]
    return zstandard.train_dictionary(4096, samples)


PACKED = {
    "plain": b"".join(RECORDS),
    "gzip": warcs.gz(RECORDS),
    "one member": gzip.compress(b"".join(RECORDS)),
    "members across records": b"".join(
        warcs.member(b"".join(RECORDS)[at : at + 333])
        for at in range(0, len(b"".join(RECORDS)), 333)
    ),
    "zstd": zstd_file(),
    "zstd with dictionary": zstd_file(a_dictionary()),
    "zstd with packed dictionary": zstd_file(a_dictionary(), packed=True),
    "lz4": b"".join(lz4.frame.compress(one) for one in RECORDS),
    "lz4 in one frame": lz4.frame.compress(b"".join(RECORDS)),
    "empty member in front": warcs.member(b"") + warcs.gz(RECORDS),
}


@pytest.mark.parametrize("name", PACKED)
def test_every_packing_gives_the_same_records(name):
    assert good(PACKED[name]) == BLOCKS


@pytest.mark.parametrize("name", ["wacz", "packed wacz"])
def test_the_archives_in_a_wacz_are_read(name):
    data = warcs.wacz(
        {"a.warc.gz": warcs.gz(RECORDS)} if name == "wacz" else {"a.warc": b"".join(RECORDS)},
        packed=name != "wacz",
    )
    assert good(data) == BLOCKS


def test_a_skippable_frame_is_passed():
    frames = zstd_file()
    first = zstandard.ZstdCompressor(write_checksum=True).compress(RECORDS[0])
    assert frames.startswith(first)
    data = first + b"\x50\x2a\x4d\x18\x03\0\0\0abc" + frames[len(first) :]
    assert good(data) == BLOCKS


def test_places_of_members():
    data = warcs.gz(RECORDS)
    places = [(one.offset, one.length) for one in read(data)]
    assert [place for place, _ in places] == list(
        itertools.accumulate((len(warcs.member(one)) for one in RECORDS[:-1]), initial=0)
    )
    for (offset, length), one in zip(places, RECORDS, strict=True):
        assert zlib.decompress(data[offset : offset + length], 31) == one


def test_places_of_plain_records():
    data = b"".join(RECORDS)
    for one, whole in zip(read(data), RECORDS, strict=True):
        assert data[one.offset : one.offset + one.length] == whole


def test_places_inside_one_member():
    content = b"".join(RECORDS)
    for one, whole in zip(read(gzip.compress(content)), RECORDS, strict=True):
        assert one.offset == 0
        assert one.length is None
        assert content[one.position :].startswith(whole)


def test_headers_are_bytes_safe():
    (one,) = read(
        warcs.resource(
            fields={
                "X-Raw": b"F\xe4hre",
                "X-Utf": "Fähre",
                "X-Long": "one\r\n \ttwo",
                "X-Word": "=?utf-8?b?RsOkaHJl?=",
            }
        )
    )
    assert one.get("x-raw").encode("utf-8", "surrogateescape") == b"F\xe4hre"
    assert one.get("X-UTF") == "Fähre"
    assert one.get("X-Long") == "one two"
    assert one.get("X-Word") == "Fähre"
    assert one.get("X-None") is None


@pytest.mark.parametrize("version", ["0.17", "0.18", "1.0", "1.1"])
def test_versions(version):
    (one,) = read(warcs.resource(version=version))
    assert (one.version, one.record_type, one.damage) == (version, "resource", ())


def test_bare_line_feeds_are_read():
    (one,) = read(warcs.resource(b"x").replace(b"\r\n", b"\n"))
    assert one.block == b"x"
    assert not any(bad.lost for bad in one.damage)


# ARC --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_arc(pack):
    data = pack(
        warcs.arc_header()
        + warcs.arc_record(warcs.http())
        + warcs.arc_record(b"x", b"dns:example.org")
    )
    info, page, name = read(data)
    assert (info.record_type, info.version) == ("warcinfo", "arc")
    assert (page.record_type, page.get("WARC-Target-URI")) == (
        "response",
        "http://example.org/ferry",
    )
    assert page.get("WARC-Date") == "2024-03-05T06:07:08Z"
    assert page.get("WARC-IP-Address") == "192.0.2.1"
    assert page.block == warcs.http()
    assert name.block == b"x"
    assert not info.damage + page.damage + name.damage


def test_arc_of_version_2_and_an_address_with_blanks():
    block = warcs.http()
    line = (
        b"http://example.org/a b 192.0.2.1 20240305060708 text/html 200 abc - 5 x.arc %d\n"
        % len(block)
    )
    _, page = read(warcs.arc_header(2) + line + block + b"\n")
    assert page.get("WARC-Target-URI") == "http://example.org/a b"
    assert page.get("ARC-Result-Code") == "200"
    assert page.block == block


def test_a_wrong_length_in_an_arc_is_passed():
    size = len(warcs.http())
    broken = warcs.arc_record(warcs.http()).replace(
        b"text/html %d" % size, b"text/html %d" % (size - 9)
    )
    data = warcs.arc_header() + broken + warcs.arc_record(b"second page")
    found = read(data)
    assert found[-1].block == b"second page"
    assert any(bad.lost for one in found if isinstance(one, WarcRecord) for bad in one.damage)


# damage -----------------------------------------------------------------------------------------

FIRST, SECOND, THIRD = (warcs.resource(b"number %d" % one, number=one) for one in range(3))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"junk\r\n" + FIRST, ["record-garbage", ("resource",)]),
        (FIRST + b"junk" + SECOND, [("resource",), "record-garbage", ("resource",)]),
        (warcs.resource(length=3) + SECOND, [("resource", "length-wrong"), ("resource",)]),
        (
            warcs.resource(length=200) + SECOND + THIRD,
            [("resource", "length-wrong"), ("resource",), ("resource",)],
        ),
        (warcs.resource(length=10**12) + SECOND, [("resource", "length-wrong"), ("resource",)]),
        (warcs.resource(length="x") + SECOND, [("resource", "length-missing"), ("resource",)]),
        (FIRST + warcs.resource()[:-20], [("resource",), ("resource", "record-truncated")]),
        (FIRST + SECOND[:40], [("resource",), "header-truncated"]),
        (b"WARC/x\r\n\r\n" + FIRST, ["record-version", ("resource",)]),
    ],
)
def test_reading_goes_on_behind_damage(data, expected):
    assert kinds(data) == expected


@pytest.mark.parametrize("hurt", range(3))
def test_reading_goes_on_behind_a_broken_member(hurt):
    members = [warcs.member(one) for one in (FIRST, SECOND, THIRD)]
    broken = bytearray(members[hurt])
    broken[15] ^= 255
    members[hurt] = bytes(broken)
    blocks = good(b"".join(members))
    assert blocks == [b"number %d" % one for one in range(3) if one != hurt]


def test_reading_goes_on_behind_a_cut_member():
    data = warcs.member(FIRST)[:-30] + warcs.member(SECOND)
    assert good(data) == [b"number 1"]


def test_reading_goes_on_behind_a_broken_frame():
    pack = zstandard.ZstdCompressor(write_checksum=True)
    frames = [bytearray(pack.compress(one)) for one in (FIRST, SECOND, THIRD)]
    frames[1][20] ^= 255
    blocks = good(b"".join(map(bytes, frames)))
    assert blocks[0] == b"number 0"
    assert blocks[-1] == b"number 2"
    assert b"number 1" not in blocks


def test_a_wrong_length_inside_a_member_takes_no_other_record():
    data = warcs.gz([warcs.resource(length=4), SECOND]) + warcs.gz(
        [warcs.resource(length=4000), THIRD]
    )
    assert good(data) == [b"number 1", b"number 2"]


def test_what_was_read_of_a_broken_member_is_kept():
    long = warcs.resource(bytes(range(256)) * 300)
    broken = bytearray(warcs.member(long, level=1))
    broken[-200] ^= 255
    (one,) = [one for one in read(bytes(broken)) if isinstance(one, WarcRecord)]
    assert one.damage
    assert one.record_id == warcs.record_id(3)
    assert one.block.startswith(bytes(range(256)))


@given(st.lists(st.integers(0, 255), max_size=4), st.integers(0, 3000), st.booleans())
@settings(max_examples=150, deadline=None)
def test_no_damage_makes_it_raise(noise, place, packed):
    data = bytearray(warcs.gz(RECORDS[:4]) if packed else b"".join(RECORDS[:4]))
    at = place % len(data)
    data[at : at + len(noise)] = bytes(noise)
    for one in read(bytes(data)):
        assert isinstance(one, (WarcRecord, Damage))


@given(st.binary(max_size=300).filter(lambda data: not data.startswith(b"PK")))
@settings(max_examples=150, deadline=None)
def test_any_bytes_can_be_read(data):
    for head in (
        b"",
        b"WARC/1.0\r\n",
        b"\x1f\x8b\x08\0",
        b"\x28\xb5\x2f\xfd",
        b"\x04\x22\x4d\x18",
        b"filedesc://x 0.0.0.0 20240305060708 text/plain 9\n",
    ):
        for one in read(head + data):
            assert isinstance(one, (WarcRecord, Damage))


def test_a_broken_zip_is_said():
    with pytest.raises(MalformedError):
        read(b"PK\x05\x06 and no more")


# limits -----------------------------------------------------------------------------------------


def test_a_large_block_is_clipped():
    first, second = read(warcs.resource(b"x" * 5000) + SECOND, block=1000)
    assert (len(first.block), first.size, first.clipped) == (1000, 5000, True)
    assert not second.clipped


def test_a_bomb_costs_no_memory():
    import tracemalloc

    size = 300 << 20
    pack = zlib.compressobj(9, zlib.DEFLATED, 31)
    head = warcs.resource(b"", length=size)[:-4]
    bomb = pack.compress(head)
    zeros = bytes(1 << 20)
    bomb += (
        b"".join(pack.compress(zeros) for _ in range(size >> 20))
        + pack.compress(b"\r\n\r\n")
        + pack.flush()
    )
    tracemalloc.start()
    try:
        first, second = read(bomb + warcs.member(SECOND), block=1 << 20)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (first.size, first.clipped, first.damage) == (size, True, ())
    assert second.block == b"number 1"
    assert peak < 16 << 20


def test_an_endless_header_ends():
    data = b"WARC/1.1\r\n" + b"X: y\r\n" * 4000 + b"\r\n\r\n" + FIRST
    found = read(data, header=2000)
    assert found[0].code == "header-too-long"
    assert found[-1].block == b"number 0"


@pytest.mark.growth
def test_many_wrong_lengths_take_linear_time():
    import time

    def seconds(count):
        data = b"".join(warcs.resource(b"x" * 20, number=1, length=10**7) for _ in range(count))
        begin = time.perf_counter()
        assert len(read(data)) == count
        return time.perf_counter() - begin

    seconds(10)
    assert seconds(1600) < 40 * max(seconds(200), 0.005)


@pytest.mark.growth
def test_many_empty_members_take_linear_time():
    import time

    begin = time.perf_counter()
    data = warcs.member(b"") * 60_000 + warcs.member(FIRST) + warcs.member(b"") * 60_000
    (one,) = read(data)
    assert one.offset == 60_000 * len(warcs.member(b""))
    assert (one.block, one.damage) == (b"number 0", ())
    assert time.perf_counter() - begin < 20


@pytest.mark.growth
def test_many_false_members_take_linear_time():
    import time

    begin = time.perf_counter()
    read(warcs.member(FIRST) + b"\x1f\x8b\x08\x00" * 50_000)
    assert time.perf_counter() - begin < 20


def test_a_pipe_can_be_read():
    import os
    import threading

    ends = os.pipe()

    def write():
        with os.fdopen(ends[1], "wb") as target:
            target.write(warcs.gz(RECORDS))

    thread = threading.Thread(target=write)
    thread.start()
    with os.fdopen(ends[0], "rb") as source:
        assert [one.block for one in iter_records(source)] == BLOCKS
    thread.join()

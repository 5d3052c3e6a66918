"""Characters to bytes and back, for every codec."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archivetk.bytemap import ByteMap, ByteSpan, Run
from archivetk.steps.decode import charset_of
from archivetk.steps.decode.lossless import read

CHARSETS = (  # noqa: SIM905 - a table
    "utf-8 utf-16le utf-16be utf-32le utf-32be windows-1250 windows-1251 windows-1252 windows-1253 "
    "windows-1254 windows-1255 windows-1256 windows-1257 windows-1258 windows-874 iso-8859-2 iso-8859-3 "
    "iso-8859-5 iso-8859-6 iso-8859-7 iso-8859-8 iso-8859-15 koi8-r koi8-u ibm866 ibm037 macintosh shift_jis "
    "euc-jp iso-2022-jp iso-2022-kr iso-2022-cn hz-gb-2312 gbk gb18030 big5 euc-kr johab"
).split()
charsets = st.sampled_from(CHARSETS).map(charset_of)
sample = st.text(
    st.one_of(
        st.sampled_from(
            "ab \r\n~{}\\\x1b\x0e\x0f\u3042\u30ab\u6f22\u5b57\ud55c\u0440\u00e9\u201c\u20ac\u00ca\u0304\ufffd\ufeff"
        ),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=30,
)


def check(payload: bytes, charset) -> None:
    text, replaced, bytemap = read(payload, charset)
    assert bytemap.chars == len(text)
    assert bytemap.size == len(payload)
    assert bytemap.encode(text) == payload
    assert ByteMap.from_dict(json.loads(json.dumps(bytemap.to_dict()))) == bytemap
    spans = bytemap.spans(text, [(at, at + 1) for at in range(len(text))])
    place = 0
    for at, span in enumerate(spans):
        assert span == bytemap.span(text, at, at + 1)
        assert span.start < span.end
        assert span.start >= place or span == spans[at - 1]
        place = span.end
    if text:
        assert bytemap.span(text, 0, len(text)) == ByteSpan(spans[0].start, spans[-1].end)
    for bad in replaced:
        assert 0 <= bad.start < bad.end <= len(payload)
    found = {span for at, span in enumerate(spans) if text[at] == "\ufffd"}
    assert set(replaced) <= found


@given(charsets, st.binary(max_size=60))
def test_any_bytes_come_back(charset, payload):
    check(payload, charset)


@given(charsets, sample)
def test_text_comes_back(charset, text):
    codec = charset.codec if charset.name != "iso-2022-cn" else "gb2312"
    payload = text.encode(codec, "ignore")
    check(payload, charset)


@given(charsets, sample, st.data())
def test_damaged_text_comes_back(charset, text, data):
    codec = charset.codec if charset.name != "iso-2022-cn" else "gb2312"
    payload = bytearray(text.encode(codec, "ignore"))
    for at in data.draw(st.lists(st.integers(0, max(0, len(payload) - 1)), max_size=4)):
        if payload:
            payload[at] = data.draw(st.integers(0, 255))
    check(bytes(payload), charset)


@given(sample)
def test_strict_decoders_agree(text):
    for name in ("utf-8", "utf-16le", "windows-1251", "euc-kr", "gb18030", "shift_jis", "big5"):
        charset = charset_of(name)
        payload = text.encode(charset.codec, "ignore")
        assert read(payload, charset).text == payload.decode(charset.codec)


@pytest.mark.parametrize(
    ("name", "payload", "text", "spans"),
    [
        ("utf-8", b"a\xffb", "a\ufffdb", [(0, 1), (1, 2), (2, 3)]),
        ("utf-8", b"\xed\xa0\x80!", "\ufffd!", [(0, 3), (3, 4)]),
        ("utf-8", b"\xed\xa0\xbd\xed\xb8\x80!", "\U0001f600!", [(0, 6), (6, 7)]),
        ("windows-1252", b"\x80\x81\xe9", "\u20ac\x81\xe9", [(0, 1), (1, 2), (2, 3)]),
        ("windows-1253", b"\xd2", "\ufffd", [(0, 1)]),
        ("shift_jis", b"\x81\xca\xee\xf9", "\uffe2\uffe2", [(0, 2), (2, 4)]),  # one of 398 doubles
        ("shift_jis", b"\x81 a", "\ufffd a", [(0, 1), (1, 2), (2, 3)]),
        ("iso-2022-jp", b'\x1b$B$"\x1b(Ba', "\u3042a", [(3, 5), (8, 9)]),
        ("iso-2022-kr", b"\x1b$)C\x0e0!\x0f!", "\uac00!", [(5, 7), (8, 9)]),
        ("hz-gb-2312", b"~{VP~}~~", "\u4e2d~", [(2, 4), (6, 8)]),
        ("big5", b"\x88\x62", "\u00ca\u0304", [(0, 2), (0, 2)]),
        ("euc-jp", b"\xad\xa1", "\u2460", [(0, 2)]),
        ("gbk", b"\x80", "\u20ac", [(0, 1)]),
        ("utf-16le", b"\x00\xd8a\x00b", "\ufffda\ufffd", [(0, 2), (2, 4), (4, 5)]),
    ],
)
def test_known_cases(name, payload, text, spans):
    result = read(payload, charset_of(name))
    assert result.text == text
    assert result.bytemap.spans(text, [(at, at + 1) for at in range(len(text))]) == spans
    assert result.bytemap.encode(text) == payload


def test_long_texts_are_asked_place_by_place():
    text = "\u00e9a" * 20_000
    bytemap = ByteMap.regular("utf-8", text, text.encode())
    for at in (0, 1, 4095, 4096, 4097, 30_001, 39_999):
        start = len(text[:at].encode())
        assert bytemap.span(text, at, at + 1) == (start, start + len(text[at].encode()))
    assert bytemap.offset(text, len(text)) == len(text.encode())


@pytest.mark.parametrize(
    ("runs", "chars", "size"),
    [
        ([Run(1, 0)], 1, 1),
        ([Run(0, 0), Run(3, 2), Run(2, 4)], 5, 5),
        ([Run(0, 0, b"abc"), Run(1, 2)], 2, 4),
        ([Run(0, 0, b"abc", 2)], 1, 3),
        ([Run(0, 0, b"ab", 1), Run(1, 2)], 2, 3),
        ([Run(0, 0, b"abc")], 1, 2),
        ([Run(0, 0), Run(9, 1)], 3, 4),
        ([Run(0, 0)], -1, 4),
    ],
)
def test_broken_maps_are_refused(runs, chars, size):
    with pytest.raises(ValueError):
        ByteMap("utf-8", runs, chars, size)


def test_spans_that_do_not_fit_are_refused():
    bytemap = ByteMap.regular("utf-8", "ab", b"ab")
    for span in ((-1, 1), (0, 3), (2, 1)):
        with pytest.raises(ValueError):
            bytemap.span("ab", *span)
    with pytest.raises(ValueError):
        bytemap.encode("abc")

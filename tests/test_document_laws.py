"""The original comes back from text and ledger alone, whatever was done to it."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from archivetk.bytemap import ByteMap, ByteSpan
from archivetk.document import Document, Ledger, Source, Stage
from archivetk.patch import Edit, Patch, Reason
from archivetk.settings import Settings
from archivetk.steps import Rejection
from archivetk.steps.decode import decode

CODECS = (
    "utf-8",
    "utf-16",
    "cp1252",
    "cp1251",
    "cp932",
    "gb18030",
    "iso-2022-jp",
    "big5",
    "euc_kr",
)


@st.composite
def payloads(draw: st.DrawFn) -> bytes:
    if draw(st.booleans()):
        return draw(st.binary(min_size=1, max_size=60))
    text = draw(
        st.text(
            "ab \r\n\ufeff\u00e9\u3042\u6f22\u0440\ud55c\U0001f600\u201c", min_size=1, max_size=30
        )
    )
    payload = bytearray(text.encode(draw(st.sampled_from(CODECS)), "ignore"))
    for at in draw(st.lists(st.integers(0, 59), max_size=2)):
        if at < len(payload):
            payload[at] = draw(st.integers(0, 255))
    return bytes(payload) or b"a"


@st.composite
def documents(draw: st.DrawFn) -> tuple[bytes, Document]:
    payload = draw(payloads())
    source = Source("x", "x", payload)
    encoding = draw(
        st.sampled_from([None, "utf-8", "windows-1252", "shift_jis", "iso-2022-jp", "gb18030"])
    )
    try:
        text, decoding, bytemap = decode(source, Settings(encoding=encoding))
    except Rejection:
        text, decoding, bytemap = decode(source, Settings(encoding="windows-1252"))
    document = Document(source, decoding, bytemap, text, text, Patch(len(text)))
    for stage in range(draw(st.integers(0, 4))):
        places = sorted(draw(st.lists(st.integers(0, len(document.text)), max_size=6)))
        edits = [
            Edit(start, end, draw(st.text("ab\u20ac\n", max_size=3)), (Reason(f"test.{stage}"),))
            for start, end in zip(places[::2], places[1::2], strict=False)
        ]
        document = document.after(Stage(f"test.{stage}", Patch.of(document.text, edits)))
    return payload, document


@given(documents())
def test_restore_needs_text_and_ledger_only(made):
    payload, document = made
    bare = replace(document, source=replace(document.source, data=b""))
    assert bare.restore() == payload


@given(documents())
def test_restore_from_json(made):
    payload, document = made
    stored = json.loads(json.dumps(document.bytemap.to_dict()))
    ledger = Ledger(tuple(document.changes()), ByteMap.from_dict(stored))
    assert ledger.restore(document.text) == payload


@given(documents())
def test_changes_lie_in_order_and_hold_what_stood_there(made):
    payload, document = made
    place = 0
    for change in document.changes():
        assert document.decoded[change.start : change.end] == change.before
        assert document.text.startswith(change.after, change.at)
        assert 0 <= change.bytes.start <= change.bytes.end <= len(payload)
        assert change.start >= place
        place = change.end
        assert change.why


@given(documents())
def test_a_kept_character_leads_to_its_own_bytes(made):
    _, document = made
    for old, new, size in document.patch.kept():
        for step in range(size):
            span = document.where(new + step, new + step + 1)
            assert span == document.bytemap.span(document.decoded, old + step, old + step + 1)


@given(documents())
def test_all_of_the_text_is_kept_changed_or_inserted(made):
    _, document = made
    size = sum(size for _, _, size in document.patch.kept())
    size += sum(len(change.after) for change in document.changes())
    assert size == len(document.text)


def test_where_of_an_insertion_is_none():
    payload = "Ende.Anfang über".encode("cp1252")
    text, decoding, bytemap = decode(Source("x", "x", payload), Settings())
    document = Document(Source("x", "x", payload), decoding, bytemap, text, text, Patch(len(text)))
    edits = [Edit(5, 5, " ", (Reason("join.sentence"),))]
    document = document.after(Stage("join", Patch.of(text, edits)))
    assert document.text == "Ende. Anfang über"
    assert document.where(5, 6) is None
    assert document.where(13, 14) == ByteSpan(12, 13)

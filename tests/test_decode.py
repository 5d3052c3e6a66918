"""The ladder: which charset, how it was found, what is turned away."""

from __future__ import annotations

import codecs
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archivetk.document import Source
from archivetk.errors import UnsupportedError
from archivetk.patch import Patch
from archivetk.settings import Settings
from archivetk.steps import Context, Rejection
from archivetk.steps.decode import charset_of, declared, decode, newlines
from archivetk.steps.decode.declared import declared_charset

SETTINGS = Settings()


def run(payload: bytes, declared: str | None = None, **options):
    source = Source("x", "x", payload, declared_encoding=declared)
    text, decoding, bytemap = decode(source, SETTINGS.changed(**options))
    assert bytemap.encode(text) == payload
    return text, decoding


TEXTS = {
    "windows-1252": "Die Gemeinde möchte die Brücke über den Fluß noch in diesem Frühjahr prüfen lassen.",
    "windows-1250": "Příští týden začne oprava silnice, která vede kolem naší školy až k nádraží.",
    "iso-8859-2": "Wszyscy mieszkańcy wsi przyszli na łąkę, żeby obejrzeć świeżo odbudowaną wieżę.",
    "windows-1251": "Вчера вечером дети долго играли во дворе, пока не пошёл сильный дождь.",
    "koi8-r": "На следующее утро река поднялась и затопила старую дорогу к мельнице.",
    "iso-8859-5": "Библиотека снова открыта, читатели приносят книги и садятся у окна.",
    "ibm866": "Почтальон принёс письмо, но никто не знал, от кого оно пришло.",
    "x-mac-cyrillic": "Зимой здесь тихо, только ветер гонит снег по пустой площади у вокзала.",
    "windows-1253": "Το καλοκαίρι οι ψαράδες ξεκινούν πριν από την ανατολή του ήλιου.",
    "windows-1254": "Köyün çocukları akşamüstü ırmağın kıyısında buluşup şarkı söylüyorlardı.",
    "windows-1255": "הילדים הלכו אל הגן ושיחקו עד הערב ליד העץ הגדול",
    "windows-1256": "ذهب الأولاد إلى المدرسة صباحا ثم عادوا إلى البيت بعد الظهر",
    "windows-1257": "Vakar vakare prie ežero susirinko daug žmonių, kurie dainavo ir žaidė.",
    "windows-874": "เมื่อวานนี้ฝนตกหนักมากในหมู่บ้านและถนนถูกน้ำท่วม",
    "shift_jis": "昨日の夜、子供たちは庭で長い間遊んでいましたが、雨が降り始めました。",
    "euc-jp": "図書館は今日も開いていて、窓のそばに座って本を読む人がいます。",
    "gbk": "昨天晚上孩子们在院子里玩了很长时间，后来下起了大雨。",
    "big5": "昨天晚上孩子們在院子裡玩了很長時間，後來下起了大雨。",
    "euc-kr": "어제 저녁에 아이들은 마당에서 오랫동안 놀았는데 비가 오기 시작했다.",
}


@pytest.mark.parametrize("name", TEXTS)
def test_legacy_text_is_found(name):
    payload = TEXTS[name].encode(charset_of(name).codec)
    text, decoding = run(payload)
    assert text == TEXTS[name]
    assert decoding.method == "detected"
    assert decoding.confidence > 0.5
    assert decoding.runner_up is not None
    assert decoding.replaced == ()


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        (b"caf\xe9", "café"),
        (b"\x93Yes\x94, she said", "“Yes”, she said"),
        (b"It costs \xa35 a day", "It costs £5 a day"),
        (b"at 5 \xb0C outside", "at 5 °C outside"),
        (b"they don\x92t", "they don’t"),
        (b"wait\x85", "wait…"),
        (b"\x95 bread\n\x95 milk", "• bread\n• milk"),
    ],
)
def test_a_byte_or_two_are_read_as_browsers_do(payload, text):
    found, decoding = run(payload)
    assert found == text
    assert decoding.encoding == "windows-1252"


@pytest.mark.parametrize(
    ("payload", "encoding", "method", "text"),
    [
        (b"\xef\xbb\xbfab", "utf-8", "bom", "\ufeffab"),
        (b"\xff\xfea\0b\0", "utf-16le", "bom", "\ufeffab"),
        (b"\xfe\xff\0a\0b", "utf-16be", "bom", "\ufeffab"),
        (b"\xff\xfe\0\0a\0\0\0", "utf-32le", "bom", "\ufeffa"),
        (b"\0\0\xfe\xff\0\0\0a", "utf-32be", "bom", "\ufeffa"),
        ("Wörter".encode(), "utf-8", "utf-8", "Wörter"),
        ("A few words here.".encode("utf-16-le"), "utf-16le", "nul-pattern", "A few words here."),
        ("A few words here.".encode("utf-16-be"), "utf-16be", "nul-pattern", "A few words here."),
        ("Слово и дело здесь".encode("utf-16-le"), "utf-16le", "nul-pattern", "Слово и дело здесь"),
        ("Words".encode("utf-32-be"), "utf-32be", "nul-pattern", "Words"),
        ("日本語".encode("iso-2022-jp"), "iso-2022-jp", "escapes", "日本語"),
        ("한국어".encode("iso2022_kr"), "iso-2022-kr", "escapes", "한국어"),
        ("中文 ok".encode("hz"), "hz-gb-2312", "escapes", "中文 ok"),
    ],
)
def test_the_ladder(payload, encoding, method, text):
    found, decoding = run(payload)
    assert (decoding.encoding, decoding.method, found) == (encoding, method, text)


def test_a_few_nuls_are_not_binary():
    text, _ = run(b"A name\0\0 and a street, and so on.\n" * 4)
    assert "\0\0 and" in text


def test_damaged_utf8_stays_utf8_and_says_where():
    payload = "Größe, Maß und Länge".encode() + b" \xff " + "für alle".encode()
    text, decoding = run(payload)
    assert text == "Größe, Maß und Länge \ufffd für alle"
    assert decoding.encoding == "utf-8"
    assert decoding.replaced == ((25, 26),)


def test_utf8_cut_off_at_the_end_stays_utf8():
    text, decoding = run("Grüße aus dem Süden, schöne".encode() + b"\xe2\x82")
    assert decoding.encoding == "utf-8"
    assert text.endswith("schöne\ufffd")


@pytest.mark.parametrize(
    ("payload", "declared", "encoding", "method"),
    [
        (b'<meta charset="iso-8859-2"><p>\xb3\xb1ka', None, "iso-8859-2", "declared:meta"),
        (
            b'<?xml version="1.0" encoding="koi8-r"?><p>\xd7\xcf\xc4\xc1',
            None,
            "koi8-r",
            "declared:xml",
        ),
        (b"\xd7\xcf\xc4\xc1", "KOI8-R", "koi8-r", "declared:http"),
        (
            b'<meta charset="koi8-r"><p>\xd7\xcf\xc4\xc1',
            "windows-1251",
            "windows-1251",
            "declared:http",
        ),
    ],
)
def test_what_is_declared_counts(payload, declared, encoding, method):
    _, decoding = run(payload, declared)
    assert (decoding.encoding, decoding.method) == (encoding, method)
    assert decoding.declared is not None


def test_an_absurd_declaration_does_not_count():
    text, decoding = run(TEXTS["windows-1251"].encode("cp1251"), "iso-8859-1")
    assert text == TEXTS["windows-1251"]
    assert decoding.declared == "iso-8859-1"


def test_a_declaration_that_does_not_decode_does_not_count():
    text, _ = run(TEXTS["windows-1252"].encode("cp1252"), "utf-8")
    assert text == TEXTS["windows-1252"]


def test_the_option_counts_before_all():
    text, decoding = run(b"\xef\xbb\xbf\xe9", encoding="latin1")
    assert (decoding.encoding, decoding.method) == ("windows-1252", "option")
    assert text == "ï»¿é"
    assert run(b"\xc8\x85\x93\x93\x96", encoding="cp037")[0] == "Hello"
    with pytest.raises(UnsupportedError):
        run(b"a", encoding="no-such-charset")


@pytest.mark.parametrize(
    ("payload", "word"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "PNG"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "PDF"),
        (b"PK\x03\x04\x14\0\0\0", "ZIP"),
        (b"\x7fELF\x02\x01\x01\0", "ELF"),
        (b"GIF89a\x01\0\x01\0", "GIF"),
        (b"\x1f\x8b\x08\0\0\0\0\0", "gzip"),
        (bytes(range(256)) * 4, "binary"),
        (b"\0" * 500, "binary"),
        ("It was a quiet evening in the small town by the sea.".encode("cp037"), "EBCDIC"),
    ],
)
def test_what_is_no_text_is_turned_away_with_a_word(payload, word):
    with pytest.raises(Rejection) as verdict:
        run(payload)
    assert verdict.value.code == "binary"
    assert word in verdict.value.reason


def test_nothing_is_turned_away_as_empty():
    with pytest.raises(Rejection) as verdict:
        run(b"")
    assert verdict.value.code == "empty"


@given(
    st.binary(max_size=300),
    st.sampled_from([None, "utf-8", "gb2312", "iso-2022-jp", "utf-16", "?"]),
)
def test_any_bytes_are_decoded_or_turned_away(payload, declared):
    try:
        text, decoding = run(payload, declared)
    except Rejection as verdict:
        assert verdict.code in {"empty", "binary"}  # noqa: PT017 - both ends are good
    else:
        assert 0 <= decoding.confidence <= 1
        assert len(decoding.replaced) <= text.count("\ufffd")


@given(
    st.binary(max_size=200),
    st.sampled_from(["<meta charset=", "<meta ", "<!--", "<a b='", "<?xml encoding="]),
)
def test_the_prescan_survives_anything(payload, head):
    page = head.encode() + payload
    found = declared_charset(page)
    # what it gives stands in the page, and Python decodes by it; or it gives nothing at all
    if found:
        charset, label, _ = found
        assert label.encode("latin-1") in page
        assert codecs.lookup(charset.codec)


TAGS = st.sampled_from(
    [b"<p ", b"</p>", b"<a b='", b'"', b"'", b"=", b" ", b"/", b">", b"x", b"<i =x>", b"<meta charset=gbk>", b"<!--", b"-->"]
)  # fmt: skip


@given(st.lists(TAGS, max_size=12))
def test_a_whole_tag_is_passed_over_as_attribute_by_attribute(pieces):
    page = b"".join(pieces)
    found = declared_charset(page)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(declared, "_WHOLE", re.compile(b"(?!)"))
        assert declared_charset(page) == found


@pytest.mark.parametrize(
    ("payload", "name"),
    [
        (b"<meta charset=utf-16>", "utf-8"),
        (b"<!-- <meta charset=koi8-r> --><meta charset='big5'>", "big5"),
        (b'<p title="<meta charset=koi8-r>"><meta charset=gbk>', "gbk"),
        (b'<meta content="text/html; charset=euc-kr" http-equiv="content-type">', "euc-kr"),
        (b'<meta content="text/html; charset=euc-kr">', None),
        (b"<meta charset=nonsense>", None),
        (b"charset=koi8-r", None),
    ],
)
def test_declarations_as_the_standard_reads_them(payload, name):
    found = declared_charset(payload)
    assert (found[0].name if found else None) == name


def lines(text: str) -> tuple[str, Patch]:
    context = Context(Source("x", "x", b""), SETTINGS, run(b"a")[1])
    patch = Patch.of(text, newlines(text, context))
    return patch.apply(text), patch


@given(st.text("\r\na\ufeff", max_size=20))
def test_line_ends_become_line_feeds(text):
    after, _ = lines(text)
    expected = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    assert after == expected


def test_line_ends_and_the_mark_are_named():
    _, patch = lines("\ufeffa\r\nb\rc")
    assert [edit.rule for edit in patch.edits] == [
        "decode.bom",
        "decode.line-end",
        "decode.line-end",
    ]
    assert lines("a\nb\u2028c\x85d")[1].edits == ()


@pytest.mark.parametrize(
    "payload",
    [
        "Gruß ".encode() * 60_000 + b"\xff ",
        b"a\xff" + "Gruß ".encode() * 60_000,
        ("Слово " * 60_000).encode("cp1251"),
        ("漢字かな" * 40_000).encode("cp932") + b"\x81",
        b"<" * 300_000 + b"\xe9",
        b"a" * 300_000 + b"\xe9",
        b"<!--" * 75_000 + b"\xe9",
        b"~{" * 150_000,
        b"\x1b$B" * 100_000,
        "日本".encode("iso-2022-jp") * 20_000,
        b"\r" * 100_000,
    ],
    ids=range(11),
)
@pytest.mark.growth
def test_hostile_payloads_take_linear_time(payload):
    start = time.perf_counter()
    run(payload)
    assert time.perf_counter() - start < 5

"""Repair of characters: mojibake, the script-aware table, left-over markup."""

from __future__ import annotations

import re
import unicodedata

import ftfy
import pytest
from ftfy.badness import BADNESS_RE, MOJIBAKE_CATEGORIES
from hypothesis import given, settings
from hypothesis import strategies as st

from archivetk.document import Decoding, Source
from archivetk.patch import Patch
from archivetk.settings import Settings
from archivetk.steps import Context, Mark
from archivetk.steps.repair import RULES, characters, compose, markup, mojibake
from archivetk.steps.repair.encoding import gate, line_edits, only_encoding, sure_lines


def context(**values) -> Context:
    return Context(Source("", "", b""), Settings(**values), Decoding("utf-8", "utf-8"))


def after(step, text, **values) -> str:
    return Patch.of(text, step(text, context(**values))).apply(text)


def rules(step, text, **values) -> list[str]:
    return [one.rule for one in step(text, context(**values))]


# --- mojibake ----------------------------------------------------------------------------------


def damaged(text: str, charset: str, layers: int = 1) -> str:
    for _ in range(layers):
        text = text.encode("utf-8").decode(charset)
    return text


@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize(
    "text",
    [
        "Die Bäckerei öffnet früh, schließt aber um zwölf.",
        "La forêt était déjà verte ; l’été arrivait.",
        "El niño comió piñas en la montaña.",
        "“Nobody knows,” she said — and left…",
    ],
)
def test_layers_of_windows_1252(text, layers):
    assert after(mojibake, damaged(text, "sloppy-windows-1252", layers)) == text


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        ("Сегодня утром шёл дождь.", "sloppy-windows-1251"),
        ("Сегодня утром шёл дождь.", "sloppy-windows-1252"),
        ("Příliš mnoho dětí čeká venku.", "sloppy-windows-1250"),
        ("Το πρωί έβρεχε πολύ.", "sloppy-windows-1253"),
        ("早上下雨了。", "sloppy-windows-1252"),
        ("Le café est fermé.", "macroman"),
        ("Утро в деревне", "cp437"),
    ],
)
def test_charsets(text, charset):
    assert after(mojibake, damaged(text, charset)) == text


def test_a_partly_damaged_line_is_edited_only_where_it_is_damaged():
    text = "Der Bäcker kÃ¤mmt sich, die Müllerin trÃ¤gt Brot."
    edits = list(mojibake(text, context()))
    assert Patch.of(text, edits).apply(text) == "Der Bäcker kämmt sich, die Müllerin trägt Brot."
    assert [text[one.start : one.end] for one in Patch.of(text, edits).edits] == ["Ã¤", "Ã¤"]


def test_the_reason_carries_the_steps_of_ftfy():
    (one,) = mojibake("Ein schÃ¶ner Tag.", context())
    assert one.why == (("repair.mojibake", "encode latin-1, decode utf-8"),)


def test_a_space_that_was_a_byte_comes_back():
    text = "Nous allons Ã la plage"
    edits = list(mojibake(text, context()))
    assert Patch.of(text, edits).apply(text) == "Nous allons à la plage"
    assert "restore_byte_a0" in edits[0].why[0].detail


def test_a_space_inside_a_character_does_not_make_the_edit_longer():
    whole = "Рано утром Рита и Роман ушли."
    text = damaged(whole, "sloppy-windows-1251").replace("\u00a0", " ")
    assert text.count(" ") > whole.count(" ")
    patch = Patch.of(text, mojibake(text, context()))
    assert patch.apply(text) == whole
    assert len(patch.edits) == 6
    assert all(len(one.new) < 7 for one in patch.edits)


def test_words_between_the_damage_are_not_touched():
    text = "cafÃ© " * 1000
    patch = Patch.of(text, mojibake(text, context()))
    assert len(patch.edits) == 1000
    assert all(edit.end - edit.start <= 2 for edit in patch.edits)


def test_borderline_lines_of_a_damaged_document():
    sure = "CafÃ© crÃ¨me â€“ 3 â‚¬\n"
    borderline = "AHÅ™\n"
    assert after(mojibake, borderline) == borderline
    assert after(mojibake, sure + borderline) == "Café crème – 3 €\nAHř\n"


def test_a_mixture_keeps_its_borderline_lines():
    text = "CafÃ© crÃ¨me\nDer Bär\nDie Kühe\nAHÅ™\n"
    assert after(mojibake, text) == "Café crème\nDer Bär\nDie Kühe\nAHÅ™\n"


@pytest.mark.parametrize(
    "text",
    [
        "Ordinary text, with ‘quotes’, “more quotes” – and dashes… 5 × 4 €",
        "Ça va ? Très bien, à bientôt : l’île, l’œuvre.",
        "NESTÉ® KAFFEE™ und 30°–40° am Ä…",
        "Ｆｕｌｌ ｗｉｄｔｈ ﬁne ﬂowers ŉ",
        "ΑΒΓ «δοκιμή» ¨εδώ¨",
        "Он сказал: «Привет» — и ушёл.",
        "√π ≈ 1,77 und ∆° bleiben",
        "CONCLUSÃO E INTRODUÇÃO",
        "├──┤ box │ drawing │ ┼",
    ],
)
def test_sound_text_stays(text):
    assert not list(mojibake(text, context()))


def test_controls_of_the_c1_range_are_windows_1252():
    assert after(mojibake, "He said \x93yes\x94 \x96 once.") == "He said “yes” – once."


def test_long_lines_are_repaired_in_pieces():
    text = "Un cafÃ© crÃ¨me " * 4000
    assert after(mojibake, text) == "Un café crème " * 4000


def test_mojibake_notes_the_steps():
    one = context()
    list(mojibake("Ein schÃ¶ner Tag.\nNoch eine KÃ¼he.\n", one))
    assert one.notes["mojibake"] == {"encode latin-1, decode utf-8": 2}


def test_mojibake_can_be_switched_off():
    assert not list(mojibake("schÃ¶n", context(disable=("repair.mojibake",))))


def _suspicious() -> str:
    members = {
        char
        for chars in MOJIBAKE_CATEGORIES.values()
        for char in map(chr, range(0x80, 0x10000))
        if re.match(f"[{chars}]", char)
    }
    members |= {char for char in BADNESS_RE.pattern if ord(char) > 0x7F}
    return "".join(sorted(members)) + " \n\tabzAZ.,?!0" * 20


@settings(deadline=None)
@given(st.text(st.sampled_from(_suspicious()), max_size=6))
def test_the_gate_lets_all_pass_that_ftfy_finds_bad(text):
    if BADNESS_RE.search(text):
        assert gate().search(text)


def test_the_gate_knows_every_pair_that_ftfy_finds_bad():
    members = sorted(set(_suspicious()))
    search, bad = gate().search, BADNESS_RE.search
    # one of each kind in front and behind, since some branches look at three
    kinds = "aA ÉéС«»€²"
    for one in members:
        line = "".join(f"{kind}{one}{other}\n" for kind in kinds for other in members[::7])
        for piece in line.split("\n"):
            if bad(piece):
                assert search(piece), piece


@settings(deadline=None)
@given(st.text(st.sampled_from(_suspicious()), max_size=30))
def test_the_same_as_ftfy(text):
    edits = [one for line in sure_lines(text) for one in line_edits(line)]
    assert Patch.of(text, edits).apply(text) == ftfy.fix_text(text, only_encoding())


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(["Ã©", "â€™", "é", "’", " ", "a", "b ", "\n", "Ã ", "ü", "Р°", "?", "€"]),
        max_size=30,
    ).map("".join)
)
def test_mojibake_once_is_enough(text):
    once = after(mojibake, text)
    assert after(mojibake, once) == once


# --- characters --------------------------------------------------------------------------------

FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f466"
WALES = "\U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f"


@pytest.mark.parametrize(
    ("before", "expected", "rule"),
    [
        ("two\u00a0words", "two words", "repair.nbsp"),
        ("two\u202fwords", "two words", "repair.nbsp"),
        ("5\u2009km", "5 km", "repair.space"),
        ("a\u2003b", "a b", "repair.space"),
        ("well\u2011known", "well-known", "repair.hyphen"),
        ("well\u2010known", "well-known", "repair.hyphen"),
        ("par\u00adlia\u00adment", "parliament", "repair.soft-hyphen"),
        ("a\u200bb", "ab", "repair.zero-width"),
        ("a\u2060b", "ab", "repair.zero-width"),
        ("\u034f \u034f a", "  a", "repair.zero-width"),
        ("a\u3164b\u2800c", "a b c", "repair.space"),
        ("a\ufeffb", "ab", "repair.bom"),
        ("Auf\u200clage", "Auflage", "repair.joiner"),
        ("no\u200dthing", "nothing", "repair.joiner"),
        ("left\u200e right\u200f", "left right", "repair.bidi"),
        ("user\u202etxt.exe\u202c", "usertxt.exe", "repair.bidi"),
        ("nul\x00 bell\x07 del\x7f", "nul bell del", "repair.control"),
        ("\x1b[31mred\x1b[0m", "red", "repair.escape"),
        ("one\u2028two\u2029three", "one\ntwo\nthree", "repair.line-break"),
        ("one\x0btwo\x0c\nthree", "one\ntwo\nthree", "repair.line-break"),
        ("a\U000e0041b", "ab", "repair.tag-character"),
        ("a\ufffeb\U0001ffffc\ufdd0", "abc", "repair.noncharacter"),
        ("a\ufffcb", "ab", "repair.object"),
        ("\ud83d\ude00!", "\U0001f600!", "repair.surrogate"),
        ("\ud83d!", "\ufffd!", "repair.surrogate"),
        ("\ude00\ud83d", "\ufffd\ufffd", "repair.surrogate"),
        ("don\x19t say \x1cno\x1d \x13 ever", "don’t say “no” – ever", "repair.high-byte"),
        ("cafe\u0301", "café", "repair.compose"),
        ("\u1112\u1161\u11ab\u1100\u1173\u11af", "한글", "repair.compose"),
        ("e\u200b\u0301", "é", "repair.compose"),
    ],
)
def test_damage_is_repaired(before, expected, rule):
    assert after(characters, before) == expected
    assert rule in rules(characters, before)


@pytest.mark.parametrize(
    "text",
    [
        "“Curly”, ‘single’, – en, — em, … dots, • bullets, naïve café",
        "می\u200cخواهم به خانه بروم",  # Persian, non-joiner as letter boundary
        "क्\u200dष और क्\u200cष",  # Hindi, half forms
        "ශ්\u200dරී ලංකා",  # Sinhala
        "ភាសា\u200bខ្មែរ",  # Khmer, words
        "ภาษา\u200bไทย",
        "שלום\u200f, 20%\u200e",
        "قال\u200f: نعم\u061c.",
        FAMILY,
        "\u2764\ufe0f\u200d\U0001f525 \U0001f3f3\ufe0f\u200d\U0001f308",
        WALES,
        "\u2603\ufe0e and \u845b\U000e0100",  # variation selectors
        "全角\u3000スペース ＡＢＣ ０３‐１２３４",
        "\u3131\u3164 \u2801\u2800\u2803 c\u034fh",
        "\u1820\u180e\u1820",
        "\u2126 \u212b \ufa19 \u0958 \u2260",  # singletons and their like
        "\u05e9\u05c1\u05b8\u05dc\u05d5\u05b9\u05dd",  # Hebrew points in their own order
        "\u0628\u0651\u064e",  # Arabic shadda before fatha
        "ọ\u0300 and \u0434\u0301",  # no composed form
        "a\tb\nc",
        "\ue000 private, \U00020000 rare",
    ],
)
def test_what_a_script_needs_stays(text):
    assert after(characters, text) == text


FRENCH = "Le maire a dit\u00a0: «\u00a0Nous sommes prêts\u00a0!\u00a0» pour les 10\u202f000 élèves"


def test_french_spacing_stays_in_french():
    assert after(characters, FRENCH) == FRENCH
    assert after(characters, FRENCH + " de\u00a0la ville.") == FRENCH + " de la ville."


def test_french_spacing_goes_in_other_languages():
    text = "The mayor said\u00a0: «\u00a0We are ready\u00a0!\u00a0» to the 10\u202f000 of the town"
    assert "\u00a0" not in after(characters, text)
    assert "\u202f" not in after(characters, text)
    assert "\u00a0" not in after(characters, FRENCH, language="en")


def test_a_hint_decides_before_the_words():
    one = context()
    one.hint = "fr"
    assert not list(characters("Oui\u00a0!", one))
    one = context()
    one.declared_language = "fr-CA"
    assert not list(characters("Oui\u00a0!", one))


def test_settings_of_characters():
    assert after(characters, "a\u00a0b\u2009c", keep_nbsp=True) == "a\u00a0b c"
    assert after(characters, "“a” ‘b’", straighten_quotes=True) == "\"a\" 'b'"
    assert after(characters, "e\u0301 \u2126", normalize="none") == "e\u0301 \u2126"
    assert after(characters, "e\u0301 \u2126", normalize="nfc") == "é Ω"
    assert after(characters, "a\u00a0b\u200bc", disable=("repair.nbsp",)) == "a\u00a0bc"


def test_a_soft_hyphen_that_divides_a_word_at_the_end_of_a_line_is_seen():
    assert after(characters, "parlia\u00ad\nment") == "parlia-\nment"
    assert after(characters, "end\u00ad\n\nnext") == "end\n\nnext"


def test_lost_characters_are_counted():
    one = context()
    assert not list(characters("caf\ufffd au lait\ufffd", one))
    assert one.notes["replacement_characters"] == 2


def test_composing_marks_are_those_of_unicode():
    marks = re.compile(f"[{compose.composing()[1]}]")
    for code in range(0xC0, 0x20000):
        char = chr(code)
        apart = unicodedata.normalize("NFD", char)
        if apart != char and unicodedata.normalize("NFC", apart) == char:
            assert marks.search(apart), hex(code)
            assert after(characters, apart) == char


def test_thousands_of_marks_on_a_letter_are_left_alone():
    text = "a" + "\u0301\u0323" * 20_000
    assert after(characters, text) == text
    assert after(characters, text, normalize="nfc") == text


ANY = st.text(
    st.one_of(
        st.sampled_from(
            "ab e\n\t\x00\x0c\x1b\x1c[m\x85\xa0\xad«»:!5\u0301\u0323\u034f\u180e\u2800\u3164\u0640\u0645\u05d0\u0e01\u1780"
            "\u0915\u094d\u200b\u200c\u200d\u200e\u200f\u202a\u202c\u2011\u2028\u2060\u2066\ud83d\ude00"
            "\ufe0f\ufeff\uffff\U0001f469\U0001f3f4\U000e0067\U000e007f\u1100\u1161\u11a8"
        ),
        st.characters(),
    ),
    max_size=40,
)


@settings(deadline=None)
@given(ANY)
def test_characters_once_is_enough(text):
    once = after(characters, text)
    assert after(characters, once) == once


@settings(deadline=None)
@given(ANY)
def test_nfc_is_nfc(text):
    result = after(characters, text, normalize="nfc")
    assert unicodedata.is_normalized("NFC", result)


@settings(deadline=None)
@given(ANY, st.sampled_from([characters, mojibake, markup]))
def test_kept_characters_stay_in_order(text, step):
    patch = Patch.of(text, step(text, context()))
    result = patch.apply(text)
    at = 0
    for place, char in enumerate(result):
        span = patch.source_of(place, place + 1)
        if span is None:
            continue
        assert span.start >= at or span.end > at
        if span.end - span.start == 1 and text[span.start] == char:
            at = span.start
    assert patch.invert(text).apply(result) == text


# --- left-over markup --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("Salt &amp; pepper", "Salt & pepper"),
        ("The baker&#8217;s shop&#x2014;closed", "The baker’s shop—closed"),
        ("He said &quot;yes&quot;.", 'He said "yes".'),
        ("a&nbsp;b", "a\u00a0b"),
        ("3 &lt; 5 &gt; 2", "3 < 5 > 2"),
        ("well &#151; almost", "well — almost"),
        ("Fish &amp;amp; chips", "Fish &amp; chips"),  # once
        ("one&#13;&#10;two", "one\ntwo"),
        ("https://example.org/?a=1&amp;b=2 shows it", "https://example.org/?a=1&b=2 shows it"),
        ("<p>One.</p><p>Two.</p>", "One.\n\nTwo."),
        ("One.<br>Two.<br />Three.", "One.\nTwo.\nThree."),
        ("One. <br> <br> Two.", "One.\n\nTwo."),
        ("A <b>bold</b> and an <em class='x'>eager</em> word", "A bold and an eager word"),
        ('See <a href="https://example.org/x">the page</a>.', "See the page."),
        ("First line.<br>\nSecond line.", "First line.\nSecond line."),
        ("<ul><li>Bread</li><li>Milk</li></ul>", "Bread\nMilk"),
        ("Text <!-- a note --> goes on", "Text  goes on"),
        ("Text.<script>var a = 1;</script>", "Text."),
        ("The end.</div>", "The end."),
        (
            "<em>Element</em> is a film about <b>tags</b> and codes",
            "Element is a film about tags and codes",
        ),
        (
            "He will &quot;write&quot; &amp; type &ldquo;codes&rdquo;",
            'He will "write" & type “codes”',
        ),
    ],
)
def test_left_over_markup_goes(before, expected):
    assert after(markup, before) == expected


@pytest.mark.parametrize(
    "text",
    [
        "AT&T, R&D; and Q&A",
        "a < b and c > d",
        "if a <b and c> d",
        "I <3 you, <anna@example.org>, <https://example.org>",
        "Use the <p> tag for a paragraph.",
        "The entity &amp; stands for an ampersand.",
        "In HTML you write &lt;b&gt; for bold, or <b>bold</b>.",
        "Write `&nbsp;` or `<br>` there.",
        'Put "&amp;" in its place.',
        "```\n<p>a &amp; b</p>\n```",
        "if (a &amp;&amp; b) {",
        'x = "<b>" + name + "</b>";',
        "Fill in <date>, <name> and <title> here.",
        "Press <s> to save.",
        "To make words bold, put them between <b> and </b>.",
        "Use <strong> instead of <b> where it matters.",
        "Type &amp; for it: that is the ampersand.",
        "Entities such as &eacute; and &uuml; are seldom needed.",
        "La balise <em> met un mot en valeur.",
        "Das <p>-Element ist ein Absatz.",
        "&lt;p&gt;escaped&lt;/p&gt;",
        "<note><to>Anna</to><from>Ben</from></note>",
        "List<String> names and Map<K, V> pairs",
        "&bogus; &#0; &#xD800; &#1114112; &amp",
        "<!DOCTYPE html>\n<html><body><p>Hi</p></body></html>",
        "<?xml version='1.0'?>\n<p>a</p>",
    ],
)
def test_what_is_meant_stays(text):
    assert after(markup, text) == text


def test_preformatted_marks_are_code():
    one = context()
    one.marks = [Mark(0, 10, "pre")]
    text = "a &amp; b \nc &amp; d"
    assert Patch.of(text, markup(text, one)).apply(text) == "a &amp; b \nc & d"


def test_a_document_of_code_is_left_alone():
    text = "function go() {\n  a = '&amp;';\n  b();\n}\nreturn x &amp; y\n"
    one = context()
    assert not list(markup(text, one))
    assert one.notes["markup"] == "kept"


PIECES = st.lists(
    st.sampled_from(
        ["<p>", "</p>", "<b>", "</b>", "<br>", "<td>", "<!--", "-->", "<script>", "</script>", "<i ",
         'x="y"', ">", "<", "&lt;", "&gt;", "&#8217;", "&nbsp;", "a", " word ", "\n", "`", "tag", "HTML"]
    ),
    max_size=25,
).map("".join)  # fmt: skip


@settings(deadline=None)
@given(PIECES)
def test_markup_gives_edits_that_fit(text):
    patch = Patch.of(text, markup(text, context()))
    assert patch.invert(text).apply(patch.apply(text)) == text


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["<p>", "</p>", "<b>x</b>", "<br>", "&mdash;", "&eacute;", "word ", ". ", "\n"]
        ),
        max_size=20,
    ).map("".join)
)
def test_markup_once_is_enough(text):
    once = after(markup, text)
    assert after(markup, once) == once


# --- all three ---------------------------------------------------------------------------------


def test_every_rule_is_told():
    assert all(name.startswith("repair.") and why.endswith(".") for name, why in RULES.items())
    text = "Caf\u00c3\u00a9 &amp; <br> a\u00a0b\u200b\u2011\ud83d \x1b[0m\x01\ufeff e\u0301"
    for step in (markup, mojibake, characters):
        assert set(rules(step, text)) <= RULES.keys()


@pytest.mark.parametrize("text", ["", "\n", "plain ASCII text.\n", "x" * 10_000])
def test_nothing_to_do(text):
    for step in (markup, mojibake, characters):
        assert not list(step(text, context()))


def test_letters_that_are_not_asked_for_their_parts_have_none():
    for code in (*range(0x3400, 0xA000), *range(0xAC00, 0xF900)):
        assert not unicodedata.decomposition(chr(code)), hex(code)

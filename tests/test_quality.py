"""Signals against figures worked out by hand; presets that reject only when asked."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archivetk.document import Cleaned, Rejected, Source
from archivetk.errors import SettingsError
from archivetk.pipeline import clean_source
from archivetk.settings import QUALITY_PRESETS, Settings, load_profile
from archivetk.steps.quality.presets import PRESETS, verdict
from archivetk.steps.quality.signals import basic_signals, repetition_signals, word_signals
from archivetk.steps.quality.words import STOP_WORDS, end_marks, stop_words

PROSE = """The bridge below the mill was closed for most of the autumn, after a barge had hit the middle pier.

Nobody was hurt, but the people on the far bank had to walk for an hour if they wanted bread or news. Some of them rowed across, which the mayor did not like at all.

Work began in October. Two masons came with their tools on a cart, looked at the crack, and said that it would take them ten days to fill it with lime and sand.

They were done in eight, and the town gave them a dinner that is still spoken of in the market hall. A plate of brass now tells passengers what happened there."""


def run(text, **changes):
    settings = load_profile("gentle").changed(disable=["strip", "join"], **changes)
    return clean_source(Source("x", "x", text.encode(), "text/plain"), settings)


def test_basic_signals():
    text = "Rain fell 12 times.\n- a list\nto be continued...\n\n#tag \ufffd"
    found = basic_signals(text, "en")
    assert found["characters"] == len(text)
    assert found["lines"] == 4
    assert found["words"] == 12
    assert found["replacement"] == 1
    assert found["digit_share"] == round(2 / len(text), 4)
    assert found["upper_share"] == round(1 / 34, 4)
    # the full stops, the hyphen, the hash sign
    assert found["symbol_share"] == round(6 / len(text), 4)
    assert found["symbol_word_ratio"] == round(1 / 12, 4)
    assert found["newline_word_ratio"] == round(4 / 12, 4)
    assert found["line_end_share"] == 0.5
    assert found["short_line_share"] == 1.0
    assert found["bullet_line_share"] == 0.25
    assert found["ellipsis_line_share"] == 0.25
    assert found["mean_word_length"] == round((len(text) - 12) / 12, 4)


def test_classes_beyond_ascii():
    found = basic_signals("Ärger ÜBER ٣ 😀", "de")
    assert found["upper_share"] == round(5 / 9, 4)
    assert found["digit_share"] == round(1 / 14, 4)
    assert found["symbol_share"] == round(1 / 14, 4)


def test_an_empty_text_divides_by_nothing():
    for signals in (basic_signals, word_signals, repetition_signals):
        assert all(not value for value in signals("", "en").values())
        assert all(
            not value for value in signals("\n \n", "und").values() if value not in {1.0, 2, 3}
        )


def test_words_of_scripts_without_spaces_are_counted_by_letters():
    assert basic_signals("我们明天去山上。", "zh-Hans")["words"] == 4


@pytest.mark.parametrize(
    ("tag", "line"),
    [("en", "He said so."), ("hi", "वह घर गया।"), ("zh", "他回家了。"), ("ar", "هل عاد؟"), ("el", "Πού είναι;"),
     ("en", "“He said so.”")],
)  # fmt: skip
def test_end_marks_by_language(tag, line):
    assert basic_signals(line, tag)["line_end_share"] == 1.0


def test_a_semicolon_ends_no_english_line():
    assert ";" not in end_marks("en")
    assert basic_signals("and so;", "en")["line_end_share"] == 0.0


def test_word_signals():
    text = "The man of the sea { came home. He said: go!\n1 2 3\nLorem ipsum dolor\nuse JavaScript for that."
    found = word_signals(text, "en-GB")
    assert found["alpha_word_share"] == round(17 / 21, 4)
    assert found["stop_words"] == 4  # the, of, for, that
    assert found["c4_line_share"] == 0.25
    assert found["c4_sentences"] == 2
    assert found["curly_brackets"] == 1
    assert found["lorem_ipsum"] == 1
    assert found["javascript"] == 1


def test_stop_words_are_those_of_the_language():
    german = "Der Mann ist nicht mit dem Hund auf die Straße gegangen."
    assert word_signals(german, "de")["stop_words"] >= 5
    assert word_signals(german, "en")["stop_words"] < 2
    assert word_signals("qo'chqor", "tlh")["stop_words"] is None
    assert stop_words("pt-BR") == [STOP_WORDS["pt"]]
    assert word_signals(german, "und")["stop_words"] >= 5


def test_repetition_by_hand():
    found = repetition_signals("aa bb\naa bb\ncc dd\n\naa bb", "en")
    assert found["duplicate_line_share"] == 0.5
    assert found["duplicate_line_characters"] == round(10 / 24, 4)
    assert found["duplicate_paragraph_share"] == 0.0
    assert found["top_2_gram"] == round(15 / 24, 4)
    assert found["top_4_gram"] == 0.0
    twice = repetition_signals("a b c d e f a b c d e f", "en")
    assert twice["duplicate_5_gram"] == round(5 / 23, 4)
    assert twice["duplicate_6_gram"] == round(6 / 23, 4)
    assert twice["duplicate_7_gram"] == 0.0


@given(st.text(max_size=300), st.sampled_from(["en", "zh", "th", "und", "el"]))
def test_signals_are_numbers_and_shares_are_shares(text, tag):
    signals = basic_signals(text, tag) | word_signals(text, tag) | repetition_signals(text, tag)
    json.dumps(signals, allow_nan=False)
    for name, value in signals.items():
        if value is not None:
            assert value >= 0, name
        if name.endswith(("_share", "_gram", "_characters")):
            assert value <= 1, name


def test_every_text_has_the_cheap_signals_and_all_on_request():
    basic = run(PROSE)
    assert isinstance(basic, Cleaned)
    assert basic.document.quality["words"] > 100
    assert "top_2_gram" not in basic.document.quality
    full = run(PROSE, signals="full")
    assert full.document.quality["stop_words"] >= 5
    assert full.document.quality["top_2_gram"] == 0
    assert set(basic.document.quality) < set(full.document.quality)


@pytest.mark.parametrize("preset", QUALITY_PRESETS)
def test_prose_passes_every_preset(preset):
    assert isinstance(run(PROSE, quality=preset), Cleaned)


@pytest.mark.parametrize(
    ("preset", "text", "word"),
    [
        ("gopher", "Short text of the day and no more.", "words"),
        (
            "gopher",
            " ".join(
                f"M{chr(97 + n)}ller Fish{chr(97 + n)}r Bak{chr(97 + n)}ng" for n in range(20)
            ),
            "stop words",
        ),
        ("gopher", "\n".join(f"The boat of the {n} that was {n}..." for n in range(12)), "ellips"),
        (
            "gopher",
            "\n".join(
                f"- the {chr(97 + n) * 3}boat of that {chr(97 + n) * 2}number" for n in range(20)
            ),
            "bullet",
        ),
        (
            "gopher",
            "\n".join(["The sea is calm and the boats are out with the men."] * 10),
            "come twice",
        ),
        ("c4", "One line that ends well. And so does this.", "sentences"),
        ("c4", PROSE + "\n\nThe function { is open.", "curly"),
        ("c4", PROSE + "\n\nLorem ipsum dolor sit amet.", "placeholder"),
        (
            "fineweb",
            "\n".join(f"A line of words without its end number {n}" for n in range(9)),
            "end as",
        ),
        ("fineweb", "\n".join(f"Short line {n}." for n in range(20)), "30 characters"),
        ("fineweb", PROSE + ("\n\n" + PROSE.split("\n\n", maxsplit=1)[0]) * 2, "come twice"),
    ],
)
def test_presets_reject_with_figure_and_threshold(preset, text, word):
    assert isinstance(run(text), Cleaned)
    verdict_ = run(text, quality=preset)
    assert isinstance(verdict_, Rejected)
    assert verdict_.code == "quality"
    assert verdict_.reason.startswith(preset)
    assert word in verdict_.reason
    assert any(one.isdigit() for one in verdict_.reason)
    assert "least" in verdict_.reason or "most" in verdict_.reason


def test_a_text_on_the_threshold_passes():
    for limit in PRESETS["fineweb"]:
        signals = {limit.signal: limit.most if limit.least is None else limit.least}
        assert verdict("fineweb", signals, spaced=True) is None
    assert verdict("fineweb", {"line_end_share": 0.1199}, spaced=True) is not None


def test_word_lengths_decide_nothing_where_words_are_guessed():
    signals = {"mean_word_length": 2.0}
    assert verdict("gopher", signals, spaced=True) is not None
    assert verdict("gopher", signals, spaced=False) is None


@pytest.mark.parametrize(("name", "value"), [("quality", "golden"), ("signals", "some")])
def test_unknown_names_are_refused_with_those_there_are(name, value):
    with pytest.raises(SettingsError, match=r"gopher, c4, fineweb|basic, full"):
        Settings().changed(**{name: value})


def test_presets_and_settings_agree():
    assert tuple(PRESETS) == QUALITY_PRESETS


def test_it_can_be_switched_off():
    settings = load_profile("gentle").changed(disable=["quality"])
    result = clean_source(Source("x", "x", PROSE.encode(), "text/plain"), settings)
    assert not result.document.quality


@given(st.text(st.sampled_from("ab \n\t\u00a0.")))
def test_words_are_those_between_white_space(text):
    assert basic_signals(text, "en")["words"] == len(text.split())

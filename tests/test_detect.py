"""Language labels: right, careful, the same every time."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from py3langid.langid import MODEL_FILE, LanguageIdentifier

import archivetk
from archivetk.steps.detect import language_of
from archivetk.steps.detect.detectors import DETECTORS, detector_named
from archivetk.steps.detect.mix import _pieces, _probes, _written
from archivetk.steps.detect.script import chinese, letters, main_script
from archivetk.steps.detect.words import speaks

TEXTS = {
    "en": "The bakery at the corner opens before sunrise, and the first customers are always the nurses on their way home.",
    "de": "Die Bäckerei an der Ecke öffnet vor Sonnenaufgang, und die ersten Kunden sind immer die Krankenschwestern auf dem Heimweg.",
    "fr": "La boulangerie du coin ouvre avant le lever du soleil, et les premiers clients sont toujours les infirmières qui rentrent.",
    "ru": "Пекарня на углу открывается до рассвета, и первыми покупателями всегда бывают медсёстры по дороге домой.",
    "el": "Ο φούρνος στη γωνία ανοίγει πριν από την ανατολή του ήλιου.",
    "ja": "角のパン屋は日の出前に開き、最初の客はいつも家に帰る看護師たちだ。",
    "zh-Hans": "街角的面包店在日出之前开门，最早的客人总是下班回家的护士们。",
    "zh-Hant": "街角的麵包店在日出之前開門，最早的客人總是下班回家的護士們。",
    "ko": "모퉁이 빵집은 해가 뜨기 전에 문을 연다.",
    "fa": "نانوایی سر کوچه پیش از طلوع آفتاب باز می‌شود و نخستین مشتریان همیشه پرستارانی هستند که به خانه می‌روند.",
}


@pytest.mark.parametrize("tag", TEXTS)
def test_whole_sentences(tag):
    assert archivetk.clean(TEXTS[tag]).language.tag == tag


@pytest.mark.parametrize("name", DETECTORS)
def test_every_detector_says_the_same_twice(name):
    detector = detector_named(name)
    first = [language_of(text, detector) for text in TEXTS.values()]
    assert first == [language_of(text, detector) for text in TEXTS.values()]
    assert first[1][0] == "de"


@pytest.mark.parametrize("text", ["404 error", "ok", "Loading", "+++", "a b c"])
def test_scraps_are_not_guessed(text):
    assert language_of(text, detector_named("default"))[0] in {"und", "zxx"}


@pytest.mark.parametrize(
    "text", ["12.5 33.1 90\n17.0 22.4 1", "*** --- ***", "0x3f 0x2a 99 100 101 102"]
)
def test_numbers_are_no_language(text):
    assert language_of(text, detector_named("default"))[0] == "zxx"


def test_a_mixed_document_says_so():
    document = archivetk.clean("\n\n".join([TEXTS["en"]] * 4 + [TEXTS["de"]] * 4), profile="gentle")
    assert {tag for tag, _ in document.language.mix} == {"en", "de"}
    assert sum(share for _, share in document.language.mix) == pytest.approx(1.0)


def test_a_short_text_of_two_paragraphs_is_mixed_too():
    english = (
        "The river rose in the night and the people went up to the loft of the house. They waited "
        "there until the water fell in the morning."
    )
    german = (
        "Der Fluss stieg in der Nacht, und die Leute gingen auf den Dachboden. Dort warteten sie, "
        "bis das Wasser am Morgen wieder fiel."
    )
    for text in (f"{english}\n\n{german}", f"{german}\n{english}\n{english}"):
        assert {tag for tag, _ in archivetk.clean(text).language.mix} == {"en", "de"}
    late = "\n\n".join([english] * 9 + [german])
    assert [tag for tag, _ in archivetk.clean(late).language.mix] == ["en", "de"]


def test_one_line_in_two_languages_is_mixed_too():
    text = " ".join([TEXTS["en"]] * 3 + [TEXTS["de"]] * 2)
    assert [tag for tag, _ in archivetk.clean(text).language.mix] == ["en", "de"]
    text = TEXTS["zh-Hans"] * 12 + TEXTS["ja"] * 10
    assert {tag for tag, _ in archivetk.clean(text).language.mix} == {"zh-Hans", "ja"}


@given(st.text("ab .\n", max_size=900), st.integers(1, 6))
def test_a_look_takes_whole_words(text, looks):
    words = text.replace("\n", " ")
    for probe in _probes(text, looks):
        places = [at for at in range(len(text)) if text.startswith(probe, at)]
        assert any(
            (at == 0 or words[at - 1] == " ") and f"{words} "[at + len(probe)] == " "
            for at in places
        ) or not re.search(r"\s", probe)


@given(st.text("ab. \n\u3002", max_size=3000))
def test_pieces_are_the_text(text):
    last = 0
    for start, end in _pieces(text):
        assert last <= start < end <= len(text)
        assert "\n" not in text[start:end]
        assert all(len(one.strip()) <= 20 for one in text[last:start].split("\n"))
        last = end


def test_one_language_is_not_mixed():
    assert archivetk.clean(" ".join([TEXTS["en"]] * 12)).language.mix == (("en", 1.0),)
    assert archivetk.clean(TEXTS["fr"] * 8).language.mix == (("fr", 1.0),)


def test_a_language_given_wins():
    assert archivetk.clean(TEXTS["fr"], language="oc").language.tag == "oc"


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("Hello", "Latn"),
        ("123", "Zyyy"),
        ("Привет ok", "Cyrl"),
        ("漢字かな", "Hira"),
        ("漢字", "Hani"),
        ("Ünï", "Latn"),
    ],
)
def test_scripts(text, script):
    assert main_script(text) == script


def test_chinese_that_both_write_the_same():
    assert chinese("人大小山水") == "zh"


@pytest.fixture(scope="module")
def reference():
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


@pytest.mark.parametrize(
    "text", [*TEXTS.values(), "", "a", "ab", "12", "\ud800x", "ALL IN CAPITALS"]
)
def test_the_fast_detector_says_what_py3langid_says(text, reference):
    tag, confidence = reference.classify(text)
    found = detector_named("default").detect(text)
    assert found[0] == {"no": "nb", "tl": "fil", "kik": "ki", "gug": "gn"}.get(tag, tag)
    assert found[1] == pytest.approx(confidence, abs=1e-4)


def test_common_words_speak_for_their_language_alone():
    assert speaks("en", TEXTS["en"])
    assert speaks("de", TEXTS["de"])
    assert not speaks("en", TEXTS["de"])
    assert not speaks("sv", "Han kom hjem fra byen og det var en god dag med sol på fjorden")
    assert not speaks("nl", "Hy het gesê dat die man in die huis van die dorp aan die werk is")
    assert not speaks("el", TEXTS["el"])


def test_common_words_of_a_neighbour_speak_against():
    assert speaks("pt", "Ele não disse quem tem a chave, mas ela ainda não foi embora")
    assert not speaks("pt", "Otroci so šli na vrt in do hiše je še daleč, da se ne bi tem ljudem")
    assert speaks("pcm", "Dem dey wait for di bus wey no gree come since morning")
    assert not speaks("pcm", "They were waiting for a bus which would not come")
    assert speaks("ig", "Ọ bụ onye nke gara ahịa, ma ndị ọzọ nọ n'ụlọ")
    assert speaks("yo", "Wọn ti ń lọ sí ọjà láti ra ẹja fún àwọn ọmọ")


def test_letters_count_the_same_in_ascii_and_beyond():
    assert letters("a1 b-c") == 3
    assert letters("ä1 b-c") == 3
    assert letters("ä1 b-c", enough=3) == 3
    assert letters("ä1 b-c", enough=2) == 2


@pytest.mark.parametrize(("tag", "text"), TEXTS.items())
def test_a_script_of_one_language_is_not_asked_about(tag, text):
    detector = detector_named("default")
    written = _written(main_script(text), detector.tags)
    assert written >= {tag.split("-")[0]}
    assert (len(written) == 1) == (tag in {"el", "ja", "ko"})
    assert not _written("Latn", frozenset())


def test_a_second_language_at_the_end_is_seen():
    text = "\n\n".join([TEXTS["en"]] * 10 + [TEXTS["fa"]] * 5)
    assert {tag for tag, _ in archivetk.clean(text, profile="gentle").language.mix} == {"en", "fa"}

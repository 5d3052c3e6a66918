"""Language labels: right, careful, the same every time."""

import pytest

import archivetk
from archivetk.steps.detect import language_of
from archivetk.steps.detect.detectors import DETECTORS, detector_named
from archivetk.steps.detect.script import chinese, main_script

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


def test_one_language_is_not_mixed():
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

"""Run-together sentences: what is repaired, and what must stay."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archivetk.document import Decoding, Source
from archivetk.patch import Patch
from archivetk.settings import Settings
from archivetk.steps import Context, Mark
from archivetk.steps.join import RULES, sentences
from archivetk.steps.join.places import places
from archivetk.steps.join.words import words_for


def context(hint: str = "en", **values: object) -> Context:
    chosen = Settings().changed(**values)
    return Context(Source("x", "x", b""), chosen, Decoding("utf-8", "utf-8"), hint=hint)


def join(text: str, hint: str = "en", **values: object) -> str:
    return Patch.of(text, sentences(text, context(hint, **values))).apply(text)


def joined(marked: str, hint: str = "en") -> None:
    """A text with ▮ at every place where a space is missing, and nowhere else."""
    text = marked.replace("▮", "")
    assert join(text, hint) == marked.replace("▮", " ")


JOINS = [
    # the plain case, and what may stand around it
    ("en", "The rain went on into the night.▮In the morning the road was gone."),
    ("en", "They never gave the child a name.▮Sunday’s service was the last one."),
    ("en", "The council met behind closed doors on Thursday.▮Police were called to the hall."),
    ("en", "Nobody had an answer to that.▮It's a small town, and word gets round."),
    ("en", "The boats came home empty.▮Fishermen blamed the warm water."),
    ("en", "The well ran dry in 2017.▮The second one was dug by hand."),
    ("en", "Prices rose by almost 40%.▮Farmers say the worst is still to come."),
    ("en", "He left the firm (nobody knew why).▮The office was sold within weeks."),
    ("en", "She called it “a plain theft.”▮The mayor did not reply."),
    ("en", 'She said "we will not go."▮In the end they went.'),
    ("en", 'The talks ended without a deal.▮"We tried," the old man said.'),
    ("en", "The talks ended without a deal.▮“We tried,” the old man said."),
    ("en", "The cook knew nothing of it.▮(The waiter did, of course.)"),
    ("en", "Who would want to live there?▮Nobody, it turned out, and the house stood empty."),
    ("en", "What a day that was!▮The whole street was singing."),
    ("en", "I waited and waited…▮Then the door opened at last."),
    ("en", "He worked for the EU.▮In Brussels he had two rooms."),
    ("en", "The train left at 9 p.m. and nobody saw it off.▮That was the end of it."),
    ("en", "The train left at 9 p.m.▮The platform was empty by then."),
    ("en", "The rules are on www.example.org.▮The form must be sent by post."),
    ("en", "He liked it :-).▮The rest of us did not like it at all."),
    ("en", "The trail is over 30 km.▮The last part is steep and wet."),
    ("en", "The old king died without an heir.▮A cousin took the throne."),
    ("en", "We walked to the sea and I swam.▮I had never done that before."),
    ("de", "Das Haus stand lange leer.▮Die Nachbarn hatten es vergessen."),
    ("de", "Niemand wusste etwas von der Versammlung.▮Bürgermeister und Rat schwiegen dazu."),
    ("de", "Er rief: „Das ist das Ende.“▮Dann ging er hinaus."),
    ("de", "Sie sagte: »Das ist das Ende.«▮Dann ging sie hinaus, denn »so« stand es da."),
    ("fr", "Le village était vide depuis longtemps.▮Les voisins l’avaient oublié."),
    ("fr", "Elle a dit : « c’est la fin ».▮L’homme n’a pas répondu tout de suite."),
    ("fr", "Qui pouvait le savoir ?▮Le village était vide depuis longtemps."),
    ("es", "El pueblo se quedó sin agua.▮¿Quién iba a pensarlo hace un año?"),
    ("es", "La fuente se secó en agosto.▮El alcalde prometió otra."),
    ("pt", "A ponte caiu durante a noite.▮O rio tinha subido dois metros."),
    ("it", "Il ponte è caduto di notte.▮È stato il fiume a portarlo via."),
    ("nl", "De brug is vannacht ingestort.▮Het water stond te hoog."),
    ("pl", "Most zawalił się w nocy.▮Rzeka podniosła się o dwa metry."),
    ("cs", "Most se v noci zřítil.▮Řeka stoupla o dva metry."),
    ("hu", "A híd éjszaka leomlott.▮A folyó két métert emelkedett."),
    ("ro", "Podul a căzut în timpul nopții.▮Apele crescuseră cu doi metri."),
    ("tr", "Köprü gece çöktü ve kimse görmedi.▮Irmak iki metre yükselmişti."),
    ("fi", "Silta sortui yön aikana.▮Joki oli noussut kaksi metriä."),
    ("vi", "Cây cầu đã sập trong đêm.▮Nước sông dâng cao hai mét."),
    ("id", "Jembatan itu runtuh pada malam hari.▮Air sungai naik dua meter."),
    ("sw", "Daraja lilianguka usiku wa manane.▮Maji ya mto yalikuwa yamepanda."),
    ("xh", "Ibhulorho iwile ebusuku yatsho abahlali baseMonti.▮Umlambo uzele ngamanzi."),
    ("el", "Η γέφυρα έπεσε μέσα στη νύχτα.▮Το ποτάμι είχε φουσκώσει."),
    ("ru", "Мост рухнул прошлой ночью.▮Река поднялась на два метра."),
    ("uk", "Міст упав минулої ночі.▮Річка піднялася на два метри."),
    ("hy", "Կամուրջը փլվեց գիշերը։▮Գետը բարձրացել էր երկու մետր։"),
    ("und", "The rain went on into the night.▮In the morning the road was gone."),
    ("hy", "Այսպիսով` գետը բարձրացավ ամբողջ գիշեր։▮Կամուրջը, ինչպես ասում են` փլվեց։"),
    # scripts without capitals
    ("ar", "هل سقط الجسر؟▮نعم سقط في الليل.▮كان النهر مرتفعا جدا."),
    ("fa", "پل دیشب فرو ریخت.▮آب رودخانه بالا آمده بود."),
    ("ur", "پل رات کو گر گیا ہے۔▮دریا کا پانی بہت بڑھ گیا تھا۔"),
    ("ur", "دریا کا پانی بہت بڑھ گیا تھا۔▮Read more about the river."),
    ("he", "הגשר התמוטט בלילה.▮הנהר עלה בשני מטרים."),
    ("hi", "पुल रात में गिर गया।▮नदी का पानी बहुत बढ़ गया था।"),
    ("am", "ድልድዩ በሌሊት ወደቀ።▮ወንዙ በጣም ሞልቶ ነበር።"),
    ("ka", "ხიდი ღამით ჩამოინგრა.▮მდინარე ორი მეტრით აიწია."),
    ("ko", "다리가 밤에 무너졌다.▮강물이 크게 불었다."),
]


@pytest.mark.parametrize(("hint", "marked"), JOINS)
def test_a_missing_space_is_put_in(hint, marked):
    joined(marked, hint)


KEPT = [
    # addresses, paths, files
    ("en", "Write to anna.Berg@example.org or see www.Example.org for the details."),
    ("en", "It stands on https://example.org/a.Path/to.The/page and nowhere else."),
    ("en", "The sheet is in budget.Final.xlsx and the letter is in notes.TXT on the disk."),
    ("en", "They booked it through Travelhut.Com and paid on the spot."),
    ("en", "The paper Morgenpost.EU wrote about it at length."),
    # code and what is written about it
    ("en", "Then you call list.Append(item) and wait for the event."),
    ("en", "A server written with Node.js and ASP.NET needs little memory."),
    ("en", "`path.Join` and `strings.Title` are old; use `os.Path` and {a: b} in their stead."),
    ("en", "It raises an error. The type my_type.Value is set, other_type.Value is not, `x` = 1."),
    ("en", "Upgrade from v2.Beta to 3.0.RC1 before the weekend."),
    ("en", "The value of window.Location is read once, and errors.Is compares."),
    ("en", "We made it with fjord.open, as one does. The value of fjord.Sheep is seldom read."),
    ("en", "Every one of the fjord.Sheep instances has a name of its own."),
    ("en", "It stands in the file Harbour.Storyboard of the old project."),
    ("en", "Take a context.Context first, then a sync.Mutex and an http.Handler, as ever."),
    # initials and abbreviations
    ("en", "The U.S. Senate and the U.N. met in Washington, D.C., last week."),
    ("en", "A novel by J.R.Hartley and one by E.M.Foster lay on the table."),
    ("en", "They asked Dr.Miller and St.James to come along with Mr.Brown."),
    ("de", "Das gilt z.B. auch für die Fa.Huber und den e.V.Sonnenhof."),
    ("de", "Die Sitzung ist am 9.Dezember im Saal der Gemeinde."),
    ("pt", "No ano 331 a.C. e no ano 20 d.C. o rio mudou de curso."),
    ("es", "Los EE.UU. y la S.A.D. firmaron el acuerdo."),
    # numbers and lists
    ("en", "The figure was 3.14 in one test and 2,718.28 in the other."),
    ("en", "1.First wash the rice\n2.Then boil the water\n3.Add some salt"),
    ("en", "The steps are these: 1.Wash the rice, 2.Boil the water."),
    # names with a mark inside, or before
    ("en", "The words of the !Kung and of the !Xam were written down."),
    ("en", "She read it on WAHOO!Mail 12 and forgot it again."),
    # what repeats is a name
    ("en", "He used mod.Alpha here. Later on mod.Alpha was gone. Nobody missed mod.Alpha at all."),
    # already right
    ("en", "It rained. The road was gone. Was it? Yes! “No,” he said. (So it goes.)"),
    # no space is wanted
    ("zh", "桥在夜里塌了。河水涨得很高！为什么？没有人知道。"),
    ("ja", "橋は夜に崩れた。川の水が増えていた！なぜか？"),
    ("th", "สะพานพังตอนกลางคืน.น้ำขึ้นสูง"),
    # abbreviations in scripts without capitals
    ("ar", "قال د.سامي إن السعر 5.5 د.ك في السوق"),
    ("ur", "اس نے ایم۔اے کیا اور گھر گیا"),
    ("hi", "वह डॉ.शर्मा के घर गया"),
    # inside a sentence
    ("en", "Take a,b,c and x,y,z from the list of pairs."),
    ("en", "The game ended 3:2 and began at 10:30 with the hymn."),
    ("en", "The parts are red,green,blue and nothing else."),
    ("en", "Choose std::vector or the key name:The_value for it."),
    ("en", "A path like usr;the;bin is not one that we use here."),
]


@pytest.mark.parametrize(("hint", "text"), KEPT)
def test_what_only_looks_like_it_stays(hint, text):
    assert join(text, hint) == text


INSIDE = [
    ("join.comma", "en", "In the end of it,▮they agreed to leave."),
    ("join.comma", "fr", "Au bout de la route,▮ils ont fait demi-tour."),
    ("join.semicolon", "en", "It was late by then;▮they left the house."),
    ("join.colon", "en", "The old man said:▮The river will rise again."),
    ("join.colon", "en", "As the old man said:▮“The river will rise.”"),
    ("join.quote", "en", "We heard “Not today,”▮he said it twice."),
]


@pytest.mark.parametrize(("rule", "hint", "marked"), INSIDE)
def test_a_space_inside_a_sentence(rule, hint, marked):
    text = marked.replace("▮", "")
    joined(marked, hint)
    assert [one.rule for one in sentences(text, context(hint))] == [rule]


@pytest.mark.parametrize(("rule", "hint", "marked"), INSIDE)
def test_no_space_inside_a_sentence_of_unknown_language(rule, hint, marked):
    text = marked.replace("▮", "")
    assert join(text, "und") == text


def test_two_sure_joins_lower_the_threshold():
    sure = "The rain went on all night.The road was gone by then.It was a long way round.\n"
    doubtful = "we counted them until day 12.Emberton."
    assert join(doubtful) == doubtful
    assert "day 12. Emberton" in join(sure + doubtful)


def test_signs_of_code_raise_what_is_asked_for():
    place = "we looked at the harbour.Seagulls that were hungry"
    assert join(place) != place
    code = "\nlet x = {a: b}; `x` <- y_z() | f(x) = {}; w_x = `y`\n" * 3
    assert join(code + place) == code + place


def test_code_is_left_alone():
    prose = "The rain went on all night.The road was gone by then."
    other = "The boats came home empty.The nets were torn, and nobody knew why."
    good = other.replace(".The", ". The")
    assert join(f"{other}\n\n```\n{prose}\n```") == f"{good}\n\n```\n{prose}\n```"
    assert join(f"{other} It says `{prose}` there.") == f"{good} It says `{prose}` there."
    here = context()
    text = f"{prose}\n{other}"
    here.marks = [Mark(0, len(prose), "pre")]
    assert Patch.of(text, sentences(text, here)).apply(text) == f"{prose}\n{good}"


def test_the_edits_are_insertions_with_their_points():
    [one] = sentences("The rain went on.The road was gone.", context())
    assert (one.start, one.end, one.new) == (17, 17, " ")
    assert one.rule == "join.sentence"
    assert float(one.why[0].detail.split()[1]) >= 2


def test_rules_can_be_switched_off():
    text = "The rain went on.The road was gone, and in the end,they left."
    assert join(text, disable=("join",)) == text
    assert join(text, disable=("join.comma",)) == text.replace(".The", ". The")
    assert join(text, only=("join.comma",)) == text.replace(",they", ", they")


def test_divided_words_are_an_option():
    text = "They had to recon-\nstruct it, and to reconstruct well-\nknown walls. It is well-known."
    assert join(text) == text
    assert join(text, dehyphenate=True) == (
        "They had to reconstruct it, and to reconstruct well-known walls. It is well-known."
    )


def test_a_divided_word_that_the_document_does_not_decide_stays():
    text = "An old man-\nmade lake. A man came, a man went, they made one, we made two."
    assert join(text, dehyphenate=True) == text


def test_every_rule_says_why():
    assert all(name.startswith("join.") and why.endswith(".") for name, why in RULES.items())


def test_word_lists_are_in_lower_case_and_whole():
    for hint in ("en", "de", "ru", "und"):
        words = words_for(hint)
        assert words.starters
        assert all(one == one.lower() and not one.endswith(".") for one in words.starters)
    assert words_for("en-GB") == words_for("en")
    assert words_for("xx") == words_for("und") == words_for("titles")
    assert not words_for("und").certain
    assert "в" in words_for("sr").starters | words_for("ru").starters


# --- laws

PIECES = st.sampled_from(
    [
        *"abzAZÉéßΩωДд0129 .,:;!?…“”\"'’()«»„‚‘[]-–\n\t/@_#%`",
        "The", "In", "he", "name", "U.S", "St", "ist", "Das", "www", "2017", "...", "،", "؟", "نعم",
        "हाँ", "।", "。", "中", "다", "강", "。", "։", "\u0301", "\u00a0", ".The ", "said.It was ", "one,two ",
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=60).map("".join)
HINTS = st.sampled_from(["en", "de", "fr", "und", "zh", "ar", "xh", "ro"])


@given(TEXTS, HINTS)
@settings(max_examples=400)
def test_joining_twice_is_joining_once(text, hint):
    once = join(text, hint)
    assert join(once, hint) == once


@given(TEXTS, HINTS)
@settings(max_examples=200)
def test_only_single_spaces_are_put_in(text, hint):
    for one in sentences(text, context(hint)):
        assert one.start == one.end
        assert one.new == " "
        assert not text[one.start - 1].isspace()
        assert not text[one.start].isspace()


@given(TEXTS, HINTS)
@settings(max_examples=150)
def test_divided_words_keep_what_is_kept_in_order(text, hint):
    once = join(text, hint, dehyphenate=True)
    assert join(once, hint, dehyphenate=True) == once
    left = iter(text)
    assert all(any(one == other for other in left) for one in once if not one.isspace())


@given(st.text(max_size=200))
@settings(max_examples=200)
def test_any_text_is_taken(text):
    once = join(text, "und")
    assert join(once, "und") == once


@given(TEXTS)
def test_places_are_between_a_mark_and_a_letter(text):
    for place in places(text, {}):
        assert place.start < place.at <= place.next
        assert text[place.next].isalpha()
        assert place.marks == text[place.start : place.start + len(place.marks)]


@pytest.mark.parametrize(
    "unit",
    [
        ".",
        "a.B",
        "Then.Now",
        "x.The y",
        '."',
        "'.'a",
        "…",
        "a,b",
        "(.A",
        "«.A",
        "»a",
        "ab-\n",
        "।क",
        "a.\u0301B",
    ],
)
@pytest.mark.growth
def test_hostile_text_takes_linear_time(unit):
    small, large = unit * 2_000, unit * 16_000

    def seconds(text: str) -> float:
        best = 9.0
        for _ in range(2):
            start = time.process_time()
            sentences(text, context("en", dehyphenate=True))
            best = min(best, time.process_time() - start)
        return best

    # eight times the text; a quadratic algorithm would take sixty-four times as long
    assert seconds(large) < 30 * max(seconds(small), 0.005)

"""Rule files: what is refused, what the packs prove about themselves, how lines are matched."""

from __future__ import annotations

import re
import sys
import time
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archivetk.errors import RuleError
from archivetk.rules import (
    Matcher,
    all_rules,
    apply_rule,
    languages,
    load_pack,
    load_user_rules,
    matcher_for,
    pack_name,
    parse_rules,
)
from archivetk.rules import (
    test_rules as examples_that_fail,
)
from archivetk.rules.regex import (
    NARROWER,
    WIDER,
    compile_pattern,
    is_narrow,
    loosened,
    narrowed,
    relaxed,
)
from archivetk.settings import LABELS

GOOD = """
[define]
word = '[\\p{L}]{1,20}'
[[rule]]
name = "strip.example"
label = "promo"
why = "An example."
match = "line"
pattern = 'Brought to you by (?&word)'
changes = ["Brought to you by Example"]
keeps = ["Brought to you by rail and road."]
"""


def changed(**fields):
    text = GOOD
    for name, value in fields.items():
        lines = [line for line in text.split("\n") if not line.startswith(f"{name} =")]
        if value is not None:
            lines.insert(4, f"{name} = {value}")
        text = "\n".join(lines)
    return text


def only(text):
    (rule,) = load_user_rules(text).rules
    return rule


@pytest.mark.parametrize("language", ["neutral", *languages()])
def test_every_pack_proves_its_own_examples(language):
    assert examples_that_fail(load_pack(language)) == []


@pytest.mark.parametrize("language", ["neutral", *languages()])
def test_every_pack_passes_the_checks_of_a_users_file(language):
    file = files("archivetk").joinpath("rules", "data", f"{language}.toml")
    assert parse_rules(file.read_text("utf-8"), file.name, language) == load_pack(language)


def test_the_packs_that_matter_are_there():
    assert {"en", "de", "fr", "es"} <= set(languages())
    assert {rule.language for rule in all_rules()} >= {"neutral", "en"}


def test_rules_have_dotted_names_and_known_labels():
    for rule in all_rules():
        assert rule.name.startswith("strip.")
        assert rule.label in LABELS
        assert rule.why.endswith(".")


#: Furniture that stands on nearly every page; its rules show ten examples of either kind.
COMMON = {
    "strip.advert",
    "strip.byline",
    "strip.comment-tools",
    "strip.comments",
    "strip.consent",
    "strip.contact-promo",
    "strip.copyright",
    "strip.correction",
    "strip.follow",
    "strip.house-promo",
    "strip.loading",
    "strip.navigation",
    "strip.never-miss",
    "strip.newsletter",
    "strip.photo-caption",
    "strip.photo-credit",
    "strip.picture-tools",
    "strip.read-more",
    "strip.related",
    "strip.share-bar",
}
#: Families that every language has, beside the common ones.
EVERYWHERE = COMMON | {"strip.call", "strip.player", "strip.reading-time"}


@pytest.mark.parametrize("language", languages())
def test_every_rule_has_many_variants_and_near_misses(language):
    for rule in load_pack(language).rules:
        few = 10 if rule.name in COMMON and rule.match in {"line", "tail"} else 6
        assert len(set(rule.changes)) >= few, rule.name
        assert len(set(rule.keeps)) >= few, rule.name


@pytest.mark.parametrize("language", languages())
def test_every_language_knows_the_same_furniture(language):
    assert {rule.name for rule in load_pack(language).rules} >= EVERYWHERE


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "If you take this job, you accept the risk of failure."),
        ("de", "Mit diesem Schritt erlauben Sie den Nachbarn, den Weg zu nutzen."),
        ("fr", "Si vous continuez à vous taire, vous acceptez tout ce qu'ils disent."),
        ("ru", "Продолжая молчать, вы соглашаетесь со всеми."),
        ("ja", "私たちは毎日クッキーを焼く。"),
        ("tr", "Size çay yanında çerez de sunarız efendim."),
    ],
)
def test_agreement_without_cookies_and_cookies_on_a_plate_are_prose(language, line):
    assert not matcher_for(language).line(line)


@pytest.mark.parametrize(
    ("tag", "name"),
    [("de-AT", "de"), ("en_US", "en"), ("neutral", "neutral"), ("tlh", None), ("und", None)],
)
def test_a_tag_finds_its_pack(tag, name):
    assert pack_name(tag) == name


def test_an_unknown_pack_names_those_that_exist():
    with pytest.raises(RuleError, match=r"There are: .*en"):
        load_pack("tlh")


@pytest.mark.parametrize(
    ("escape", "instead"),
    [("\\\\w", "p{L}"), ("\\\\d", "p{Nd}"), ("\\\\s", "x{a0}"), ("\\\\b", "boundary")],
)
def test_ascii_only_classes_are_refused_and_the_unicode_form_is_named(escape, instead):
    with pytest.raises(RuleError) as error:
        load_user_rules(changed(pattern=f'"Ad{escape}"'))
    assert instead in str(error.value)


@pytest.mark.parametrize(
    "pattern",
    [
        "Read .*",
        "Read .+ now",
        "Read [^.!?]*",
        "Read [\\p{L} ]+",
        "Read (?:\\p{L}+ ?)+",
        "Read .{3,}",
        "Read (?:[^:]|a)*",
    ],
)
def test_wildcards_without_a_bound_are_refused(pattern):
    with pytest.raises(RuleError, match="upper bound"):
        load_user_rules(changed(pattern=f"'{pattern}'"))


@pytest.mark.parametrize(
    "pattern",
    [
        "Read \\p{L}+",
        "Read .{1,40}",
        "Read [^ ]+",
        "Read (?: more| on)*",
        "Read a*",
        "(?:Share|Pin)+",
    ],
)
def test_words_and_bounded_slots_are_fine(pattern):
    assert only(changed(pattern=f"'{pattern}'")).patterns


def test_a_short_rule_may_have_a_wildcard():
    assert only(changed(pattern="'See also .*'", short="true")).short


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"name": '"Share"'}, "dotted name"),
        ({"label": '"nonsense"'}, "label must be one of"),
        ({"label": '"body"'}, "not the body"),
        ({"match": '"word"'}, "match must be one of"),
        ({"where": '"top"'}, "where must be one of"),
        ({"why": '""'}, "why must say"),
        ({"changes": "[]"}, "changes and keeps"),
        ({"keeps": None}, "changes and keeps"),
        ({"near": '["nowhere"]'}, "no label"),
        ({"short": '"yes"'}, "true or false"),
        ({"colour": '"red"'}, "no field 'colour'"),
        ({"patterns": "['x']"}, "either pattern or patterns"),
        ({"pattern": "'(?P<who>x)'"}, "no group"),
        ({"pattern": "'a*'"}, "empty line"),
        ({"pattern": "'(?=x)y'"}, "look-around"),
        ({"pattern": "'(a'"}, "RE2 cannot use"),
        ({"pattern": "'(?&nothing)'"}, "not defined"),
    ],
)
def test_mistakes_are_refused_with_a_message(fields, message):
    with pytest.raises(RuleError, match=message) as error:
        load_user_rules(changed(**fields), "mine.toml")
    assert "mine.toml" in str(error.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rule = 3", "tables"),
        ("what = 3", "no field"),
        ("[[rule]", "not TOML"),
        ("version = 0", "version"),
        ("language = 5", "language"),
        ("define = 5", "define"),
    ],
)
def test_broken_files_are_refused(text, message):
    with pytest.raises(RuleError, match=message):
        load_user_rules(text)


def test_definitions_cannot_explode():
    lines = ["[define]", "a0 = 'xxxxxxxxxx'"]
    lines += [f"a{i} = '{f'(?&a{i - 1})' * 10}'" for i in range(1, 12)]
    with pytest.raises(RuleError, match="limit"):
        load_user_rules("\n".join(lines))


def test_a_failing_example_is_told():
    pack = load_user_rules(GOOD.replace("rail and road.", "Rail"))
    (failure,) = examples_that_fail(pack)
    assert "must keep 'Brought to you by Rail'" in failure
    pack = load_user_rules(GOOD.replace('["Brought to you by Example"]', '["Sold by Example"]'))
    assert "must act on" in examples_that_fail(pack)[0]


def test_marks_of_lists_and_doubled_spaces_do_not_hide_a_line():
    matcher = Matcher([(only(GOOD), False)])
    assert matcher.line("» Brought to you by Example")
    assert matcher.line("Brought  to\u00a0you by   Example")
    assert not matcher.line("Brought to you by Example and others")


def test_groups_are_found_where_they_stand_in_the_line():
    rule = only(changed(pattern="'By (?P<author>\\p{Lu}\\p{L}+ \\p{Lu}\\p{L}+)'", match='"line"'))
    line = "• By  Ann   Lee"
    (hit,) = Matcher([(rule, False)]).line(line)
    start, end = hit.groups["author"]
    assert line[start:end] == "Ann   Lee"


def test_a_match_never_cuts_a_word():
    rule = only(changed(pattern="'Ad'", match='"suffix"'))
    assert apply_rule(rule, "It works Ad") == "It works"
    assert apply_rule(rule, "He had an iPAd") is None


def test_a_prefix_leaves_something_that_can_begin_a_sentence():
    rule = only(changed(pattern="'Updated: '", match='"prefix"'))
    assert apply_rule(rule, "Updated: Rain falls.") == "Rain falls."
    assert apply_rule(rule, "Updated: rain falls.") is None


def test_a_span_is_whole_sentences():
    rule = only(changed(pattern="'Read more here\\.'", match='"span"'))
    assert apply_rule(rule, "It rained. Read more here. It stopped.") == "It rained. It stopped."
    assert apply_rule(rule, "He said: I Read more here. Or not.") is None


def test_user_rules_come_before_the_packs():
    matcher = matcher_for("tlh", (("mine", GOOD),))
    assert matcher.line("Brought to you by Example")[0].rule.name == "strip.example"
    assert any(hit.rule.label == "share" for hit in matcher.line("Share on Facebook"))


def test_a_first_look_never_misses_what_the_pattern_matches():
    for rule in all_rules():
        if rule.match != "line":
            continue
        strict = Matcher([(rule, True)])
        for line in rule.changes:
            assert strict.line(line), (rule.language, rule.name, line)
    assert loosened("a{2,9}b{0,5}[{,}]{3}\\x{41}") == "a+b*[{,}]{3}\\x{41}"
    assert loosened("[\\p{Nd}x]\\p{Lu}[^\\p{L}]").startswith("[0-9\\x{660}")
    assert loosened("[\\p{Nd}x]\\p{Lu}[^\\p{L}]").endswith(
        "x][A-Z" + WIDER["Lu"][3:] + "][^\\p{L}]"
    )
    assert relaxed("[\\p{L}]{1,20}x{1,20}[\\p{L} ]{1,20}") == "[\\p{L}]+x{1,20}[\\p{L} ]{1,20}"


@pytest.mark.parametrize("category", WIDER)
def test_the_wider_ranges_hold_all_of_a_category(category):
    points = [*range(0xD800), *range(0xE000, sys.maxunicode + 1)]  # all but surrogates
    held = compile_pattern(f"\\p{{{category}}}+", fold=False).findall("".join(map(chr, points)))
    assert len(held) > 20
    assert compile_pattern(f"[^{WIDER[category]}]", fold=False).search("".join(held)) is None


@pytest.mark.parametrize("category", NARROWER)
def test_the_narrower_ranges_hold_what_narrow_texts_have_of_a_category(category):
    points = [*range(0xD800), *range(0xE000, sys.maxunicode + 1)]
    text = "".join(filter(is_narrow, map(chr, points)))
    assert is_narrow(text)
    assert len(text) > 300
    held = compile_pattern(f"\\p{{{category}}}", fold=False).findall(text)
    assert compile_pattern(f"[{NARROWER[category]}]", fold=False).findall(text) == held
    assert narrowed(f"\\Q\\p{{{category}}}\\E") == f"\\Q\\p{{{category}}}\\E"
    assert narrowed(f"x[^\\p{{{category}}}]") == f"x[^{NARROWER[category]}]"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_line_can_be_matched(line):
    line = line.replace("\n", " ").strip().encode("utf-8", "replace").decode()
    matcher = matcher_for("de")
    if line:
        for hit in [*matcher.line(line), *matcher.inner(line, top=True)]:
            assert 0 <= hit.start < hit.end <= len(line)


@pytest.mark.growth
def test_matching_is_linear_in_hostile_lines():
    matcher = matcher_for("en")
    hostile = ["share " * 200_000, "(photo: " * 150_000, "a" * 1_000_000, "By Ann " * 150_000]

    def cost(factor):
        begin = time.process_time()
        for line in hostile:
            part = line[: len(line) // factor].strip()
            matcher.line(part)
            matcher.inner(part, top=True)
        return time.process_time() - begin

    cost(8)
    # Quadratic work would be sixty-four times as much.
    assert cost(1) < 40 * max(cost(8), 0.002)


def test_no_pattern_is_one_of_its_own_examples_with_a_name_in_it():
    """A pattern with an invented name in it acts on nothing that anybody ever wrote."""
    told = re.compile(r"\w: ?\w+ \w+|\w di \w+ \w+")
    for rule in all_rules():
        if rule.label not in {"byline", "caption", "copyright", "credit", "navigation"}:
            continue
        for example in rule.changes:
            bare = example.split(" => ")[0].strip("()[]. ")
            if told.search(bare):
                assert all(bare not in pattern for pattern in rule.patterns), (rule.name, example)


def test_what_a_rule_for_credits_takes_out_of_a_line_is_told():
    for rule in all_rules():
        if rule.label == "credit" and rule.match == "suffix":
            names = [pattern for pattern in rule.patterns if "(?P<credit>" not in pattern]
            assert len(names) <= 2, (rule.language, names)

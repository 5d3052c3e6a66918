"""The laws of the algebra, and a slow model to compare it with."""

from __future__ import annotations

import pickle
import time
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

import pytest
import slow_patch
from hypothesis import given
from hypothesis import strategies as st

from archivetk.patch import Edit, Edits, Patch, Reason, Span, algebra, canonical, merge_reasons

LETTERS = "abc\n\u00e9\U0001f600"
texts = st.text(LETTERS, max_size=12)


def why(name: str) -> tuple[Reason, ...]:
    return (Reason(name),)


@st.composite
def raw_edits(draw: st.DrawFn, text: str, tag: str) -> list[Edit]:
    places = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    edits = []
    for at, (start, end) in enumerate(zip(places[::2], places[1::2], strict=False)):
        new = draw(st.text("abXY", max_size=3))
        edits.append(Edit(start, end, new, why(f"{tag}.{at % 2}")))
    return edits


@st.composite
def stages(draw: st.DrawFn, count: int) -> tuple[list[str], list[Patch]]:
    """A text, what several stages make of it, and their patches."""
    results = [draw(texts)]
    patches = []
    for tag in "pqrs"[:count]:
        patch = Patch.of(results[-1], draw(raw_edits(results[-1], tag)))
        patches.append(patch)
        results.append(patch.apply(results[-1]))
    return results, patches


def model(text: str, edits: list[Edit]) -> tuple[str, list[int | None]]:
    """The result and the place that each kept character came from, one by one."""
    result: list[str] = []
    origin: list[int | None] = []
    position = 0
    for start, end, new, _ in edits:
        result.extend(text[position:start])
        origin.extend(range(position, start))
        result.extend(new)
        origin.extend([None] * len(new))
        position = end
    result.extend(text[position:])
    origin.extend(range(position, len(text)))
    return "".join(result), origin


def kept_places(patch: Patch) -> list[int | None]:
    places: list[int | None] = [None] * patch.result_length
    for old, new, size in patch.kept():
        for step in range(size):
            places[new + step] = old + step
    return places


@given(st.data(), texts)
def test_canonical_form_gives_the_same_text(data, text):
    edits = data.draw(raw_edits(text, "p"))
    assert Patch.of(text, edits).apply(text) == model(text, sorted(edits, key=lambda e: e[:2]))[
        0
    ] or any(one.start == one.end for one in edits)


@given(st.data(), texts)
def test_canonical_form_is_idempotent(data, text):
    patch = Patch.of(text, data.draw(raw_edits(text, "p")))
    assert Patch.of(text, patch.edits) == patch


@given(stages(1))
def test_canonical_edits_change_something_and_are_as_short_as_can_be(made):
    (text, _), (patch,) = made
    for start, end, new, _ in patch.edits:
        old = text[start:end]
        assert old != new
        if old and new:
            assert old[0] != new[0]
            assert old[-1] != new[-1]


@given(stages(1))
def test_apply_and_kept_agree_with_the_model(made):
    (text, after), (patch,) = made
    expected, origin = model(text, list(patch.edits))
    assert after == expected
    assert kept_places(patch) == origin


@given(stages(2))
def test_composition_is_one_after_the_other(made):
    (text, _, last), (first, second) = made
    both = first.then(second)
    assert both.apply(text) == last
    # a character is kept by both patches or by neither
    one, two = kept_places(first), kept_places(second)
    assert kept_places(both) == [None if at is None else one[at] for at in two]


@given(stages(3))
def test_composition_is_associative(made):
    (text, _, _, last), (one, two, three) = made
    left, right = one.then(two).then(three), one.then(two.then(three))
    assert left.apply(text) == right.apply(text) == last
    assert kept_places(left) == kept_places(right)
    assert {r for e in left.edits for r in e.why} == {r for e in right.edits for r in e.why}
    kept = [at for at, origin in enumerate(kept_places(left)) if origin is not None]
    for start in kept:
        for end in kept:
            if start <= end:
                assert left.source_of(start, end + 1) == right.source_of(start, end + 1)


@given(stages(2))
def test_every_reason_stays(made):
    _, (first, second) = made
    both = first.then(second)
    expected = {reason for patch in (first, second) for edit in patch.edits for reason in edit.why}
    assert {reason for edit in both.edits for reason in edit.why} == expected


@given(stages(3))
def test_the_reasons_of_the_last_stage_come_last(made):
    _, (one, two, three) = made
    for edit in one.then(two).then(three).edits:
        last = [reason.rule[0] == "r" for reason in edit.why]
        assert last == sorted(last)


@given(stages(2))
def test_invert_undoes(made):
    (text, _, last), (first, second) = made
    both = first.then(second)
    back = both.invert(text)
    assert back.apply(last) == text
    assert back.invert(last) == both
    assert both.then(back).apply(text) == text


@given(stages(2))
def test_source_of_a_kept_character_is_itself_and_order_is_monotone(made):
    (text, _, last), (first, second) = made
    both = first.then(second)
    before = 0
    for at, origin in enumerate(kept_places(both)):
        span = both.source_of(at, at + 1)
        if origin is not None:
            assert span == Span(origin, origin + 1)
            assert text[origin] == last[at]
        if span is not None:
            assert before <= span.start <= span.end <= len(text)
            before = span.start


@given(stages(2))
def test_source_of_a_span_is_the_hull_of_its_characters(made):
    (_, _, last), (first, second) = made
    both = first.then(second)
    for start in range(len(last)):
        for end in range(start + 1, len(last) + 1):
            parts = [both.source_of(at, at + 1) for at in range(start, end)]
            real = [part for part in parts if part is not None]
            hull = Span(min(p.start for p in real), max(p.end for p in real)) if real else None
            assert both.source_of(start, end) == hull


@given(stages(2), st.data())
def test_result_spans_hold_what_is_kept(made, data):
    (text, _, last), (first, second) = made
    both = first.then(second)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    (span,) = both.result_spans([(start, end)])
    assert 0 <= span.start <= span.end <= len(last)
    for at, origin in enumerate(kept_places(both)):
        if origin is not None and start <= origin < end:
            assert span.start <= at < span.end
        if origin is not None and not start <= origin < end:
            assert not span.start <= at < span.end


def test_what_is_remembered_is_remembered_of_that_text_alone():
    patch = Patch.of("salt", [Edit(0, 1, "m", why("a"))])
    first, other = "salt", "sago"
    assert patch.apply(first) is patch.apply(first)
    assert patch.apply(other) == "mago"
    assert patch.apply(first) == "malt"
    assert pickle.loads(pickle.dumps(patch)).apply(other) == "mago"


@given(stages(2))
def test_pickle_and_equality(made):
    _, (first, second) = made
    both = first.then(second)
    assert pickle.loads(pickle.dumps(both)) == both
    assert hash(Patch(both.length, both.edits)) == hash(both)


@st.composite
def many_edits(draw: st.DrawFn, length: int, tag: str) -> list[Edit]:
    """Edits of all kinds, close together: several rules, symbols among them, insertions in a row."""
    places = sorted(draw(st.lists(st.integers(0, length), max_size=24)))
    rules = st.sampled_from([f"{tag}.1", f"{tag}.2", f"{tag}.reference"])
    return [
        Edit(start, end, draw(st.text("abX\n", max_size=3)), why(draw(rules)))
        for start, end in zip(places[::2], places[1::2], strict=False)
    ]


@contextmanager
def many_from(number: int) -> Iterator[None]:
    """Have so many edits count as many, for which sums are made in arrays."""
    with mock.patch.object(algebra, "MANY", number), mock.patch.object(canonical, "MANY", number):
        yield


FEW_OR_MANY = pytest.mark.parametrize("number", [1, 1000])


@FEW_OR_MANY
@given(st.data(), st.text("ab\n", max_size=30))
def test_columns_give_what_edits_one_by_one_give(number, data, text):
    edits = data.draw(many_edits(len(text), "p"))
    expected = slow_patch.canonical(text, edits)
    with many_from(number):
        assert list(Patch.of(text, edits).edits) == expected
        assert list(Patch.of(text, Edits.of(edits)).edits) == expected


@FEW_OR_MANY
@given(st.data(), st.text("ab\n", max_size=30))
def test_composing_columns_is_composing_edit_by_edit(number, data, text):
    both, slow = Patch(len(text)), []
    for tag in "pqrs":
        with many_from(number):
            stage = Patch.of(text, data.draw(many_edits(len(text), tag)))
            both = both.then(stage)
        text = stage.apply(text)
        slow = slow_patch.composed(slow, list(stage.edits))
        assert list(both.edits) == slow
        assert [at for _, at in both.placed()] == slow_patch.places(slow)
        assert both.result_length == len(text)


@FEW_OR_MANY
@pytest.mark.parametrize("spans", [[(0, 2), (1, 3)], [(-1, 1)], [(2, 9)], [(3, 2)], [(9, 9)]])
def test_edits_that_do_not_fit_are_refused_few_or_many(number, spans):
    edits = [Edit(start, end, "x", why("a")) for start, end in spans]
    with many_from(number), pytest.raises(ValueError):
        Patch.of("abcd", Edits.of(edits))


@given(st.data(), st.text("ab\n", max_size=30))
def test_spans_move_as_one_by_one(data, text):
    patch = Patch.of(text, data.draw(many_edits(len(text), "p")))
    spans = [(one, other) for one in range(len(text) + 1) for other in range(one, len(text) + 1)]
    assert patch.result_spans(spans) == slow_patch.result_spans(list(patch.edits), spans)


@given(st.lists(st.lists(st.sampled_from([Reason(name) for name in "abcd"])).map(tuple)))
def test_merged_reasons_stand_where_they_come_last(groups):
    said = [reason for group in groups for reason in group]
    expected = sorted(set(said), key=lambda reason: len(said) - said[::-1].index(reason))
    assert merge_reasons(*groups) == tuple(expected)


@given(st.data(), texts)
def test_edits_in_columns_are_a_sequence_of_edits(data, text):
    rows = sorted(data.draw(raw_edits(text, "p")), key=lambda edit: edit[:2])
    edits = Edits.of(rows)
    assert Edits.of(edits) is edits
    assert list(edits) == rows
    assert len(edits) == len(rows)
    assert all(type(edit) is Edit for edit in edits)
    assert edits == tuple(rows)
    assert edits == Edits.of(rows)
    assert edits != rows[1:]
    assert edits[1:] == tuple(rows[1:])
    assert list(reversed(edits)) == rows[::-1]
    assert hash(edits) == hash(tuple(rows))
    assert repr(edits) == repr(tuple(rows))
    assert pickle.loads(pickle.dumps(edits)) == edits
    if rows:
        assert edits[0] == rows[0]
        assert edits[-1] == rows[-1]


@pytest.mark.parametrize("at", [2**63, -(2**63) - 1, 2**80])
def test_offsets_that_fit_no_text_are_refused(at):
    with pytest.raises(ValueError):
        Patch(3, [Edit(at, at, "x", why("p"))])
    with pytest.raises(ValueError):
        Patch.of("abc", [Edit(at, at, "x", why("p"))])


def test_a_whole_patch_of_columns_that_do_not_fit_is_refused():
    with pytest.raises(ValueError):
        Patch.of("abc", Edits.of([Edit(0, 9, "", why("p"))]))
    with pytest.raises(ValueError):
        Patch.of("abc", Edits.of([Edit(0, 1, "", ())]))


def test_touching_edits_stay_apart():
    first = Patch.of("abcd", [Edit(1, 2, "", why("p"))])
    second = Patch.of("acd", [Edit(1, 2, "", why("q"))])
    assert first.then(second).edits == (Edit(1, 2, "", why("p")), Edit(2, 3, "", why("q")))


def test_an_edit_inside_an_insertion_fuses():
    first = Patch.of("ad", [Edit(1, 1, "bc", why("p"))])
    second = Patch.of("abcd", [Edit(2, 2, "X", why("q"))])
    assert first.then(second).edits == (Edit(1, 1, "bXc", (Reason("p"), Reason("q"))),)


def test_an_insertion_beside_a_deletion_stands_after_it():
    patch = Patch.of("abc", [Edit(1, 1, "X", why("p")), Edit(1, 2, "", why("q"))])
    assert patch.edits == (Edit(1, 2, "", why("q")), Edit(2, 2, "X", why("p")))


def test_the_last_reason_decides():
    assert merge_reasons(why("a") + why("b"), why("a")) == (Reason("b"), Reason("a"))
    assert Edit(0, 1, "", (Reason("a"), Reason("b"))).rule == "b"


@pytest.mark.parametrize(
    "edits",
    [
        [Edit(0, 2, "", why("p")), Edit(1, 3, "", why("p"))],
        [Edit(2, 1, "", why("p"))],
        [Edit(0, 9, "", why("p"))],
        [Edit(-1, 1, "", why("p"))],
        [Edit(0, 1, "", ())],
    ],
)
def test_edits_that_do_not_fit_are_refused(edits):
    with pytest.raises(ValueError):
        Patch.of("abc", edits)


def test_a_text_of_another_length_is_refused():
    patch = Patch.of("abc", [Edit(0, 1, "", why("p"))])
    with pytest.raises(ValueError):
        patch.apply("ab")
    with pytest.raises(ValueError):
        patch.invert("ab")
    with pytest.raises(ValueError):
        patch.then(patch)
    with pytest.raises(ValueError):
        patch.source_of(0, 3)


def seconds(size: int) -> float:
    """Time for the operations that could be quadratic, on edits that all meet or touch."""
    text = "a" * size
    insertions = [Edit(0, 0, "x", why("i"))] * (size // 2)
    deletions = [Edit(at, at + 1, "", why("d")) for at in range(size // 2)]
    start = time.process_time()
    patch = Patch.of(text, insertions + deletions)
    after = patch.apply(text)
    other = Patch(len(after), [Edit(at, at + 1, "", why("o")) for at in range(len(after))])
    both = patch.then(other)
    Patch.of(after, [Edit(0, size, "", why("all"))])
    both.result_spans([(at, at + 1) for at in range(size)])
    list(both.kept())
    return time.process_time() - start


@pytest.mark.growth
def test_time_grows_with_the_number_of_edits_only():
    small = min(seconds(2_000) for _ in range(3))
    large = min(seconds(16_000) for _ in range(2))
    assert large < 30 * small  # eight times the edits; quadratic would be 64

"""Names of authors: the same answer for a byline in a text and for metadata of a page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archivetk.people import key_of, names_in
from archivetk.steps.metadata.values import names_of

CASES = [
    ("Ida Holm and Per Lund", ["Ida Holm", "Per Lund"]),
    ("By Ida Holm, Staff Writer", ["Ida Holm"]),
    ("Ida Holm, Political Correspondent; Per Lund, Ph.D.", ["Ida Holm", "Per Lund"]),
    ("Ana Ruiz y Luis Mora", ["Ana Ruiz", "Luis Mora"]),
    ("Ana Ruiz y Mora", ["Ana Ruiz y Mora"]),
    ("Анна Берг и Олег Тун", ["Анна Берг", "Олег Тун"]),
    ("Ayşe Kaya ve Ali Demir", ["Ayşe Kaya", "Ali Demir"]),
    ("Lis Ruud, Tom Dahl og Kari Bø", ["Lis Ruud", "Tom Dahl", "Kari Bø"]),
    ("王小明、李丽", ["王小明", "李丽"]),
    ("김민수 기자", ["김민수"]),
    ("Ida Holm (dpa)", ["Ida Holm"]),
    ("Ida Holm, ida@coast.example", ["Ida Holm"]),
    ("Ida Holm • 3 min read", ["Ida Holm"]),
    ("Holm, Ida; Lund, Per", ["Ida Holm", "Per Lund"]),
    ("Ida Holm & Ida Holm", ["Ida Holm"]),
    ("Staff Reporter", ["Staff Reporter"]),
    ("admin", []),
    ("", []),
]


@pytest.mark.parametrize(("byline", "names"), CASES)
def test_names(byline, names):
    assert names_in([byline]) == names
    assert names_of([byline]) == names


def test_one_name_a_value():
    assert names_in(["Holm, Ida", "Lund, Per"], single=True) == ["Ida Holm", "Per Lund"]
    assert names_in(["Ana Ruiz y Luis Mora"], single=True) == ["Ana Ruiz y Luis Mora"]


@given(st.lists(st.text(" ,;y&(é)/A.b", max_size=60), max_size=4))
def test_names_are_bare_and_different(values):
    names = names_in(values)
    assert len({key_of(name) for name in names}) == len(names)
    assert all(name == name.strip(" ,;/") and "(" not in name[:1] for name in names)

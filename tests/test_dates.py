"""Dates in the languages of the rule packs, and what is none."""

import datetime as dt
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

import archivetk
from archivetk.dates import dates_in, iso_date
from archivetk.steps.strip.dates import told_dates


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("4 March 2025", "2025-03-04"),
        ("Tuesday, March 4th, 2025", "2025-03-04"),
        ("4. März 2025", "2025-03-04"),
        ("1er mai 2020", "2020-05-01"),
        ("4 de marzo de 2025", "2025-03-04"),
        ("4 de março de 2025", "2025-03-04"),
        ("4 agosto 2025", "2025-08-04"),
        ("4 maart 2025", "2025-03-04"),
        ("4 maja 2025", "2025-05-04"),
        ("4 сентября 2025", "2025-09-04"),
        ("4 березня 2025", "2025-03-04"),
        ("4 Ağustos 2025", "2025-08-04"),
        ("4 مارس 2025", "2025-03-04"),
        ("٤ مارس ٢٠٢٥", "2025-03-04"),
        ("4 كانون الثاني 2025", "2025-01-04"),
        ("4 مارس/آذار 2025", "2025-03-04"),
        ("30 اسفند 1403", "2025-03-20"),
        ("۱ فروردین ۱۳۵۸", "1979-03-21"),
        ("4 मार्च 2025", "2025-03-04"),
        ("4 फ़रवरी 2025", "2025-02-04"),
        ("4 Agustus 2025", "2025-08-04"),
        ("ngày 4 tháng 3 năm 2025", "2025-03-04"),
        ("2025年3月4号", "2025-03-04"),
        ("2025년 3월 4일", "2025-03-04"),
        ("2025. 3. 4.", "2025-03-04"),
        ("4. marts 2025", "2025-03-04"),
        ("4. maaliskuuta 2025", "2025-03-04"),
        ("4. března 2025", "2025-03-04"),
        ("4 Μαΐου 2025", "2025-05-04"),
        ("4 במרץ 2025", "2025-03-04"),
        ("12 comments 2024, 5 May 2024", "2024-05-05"),
        ("2025-03-04T10:11:12Z", "2025-03-04T10:11:12Z"),
        ("30 اسفند 1404", None),
        ("31 April 2025", None),
        ("4 Marmalade 2025", None),
        ("May 2025", None),
        ("version 4.3.2", None),
    ],
)
def test_dates_of_many_languages(text, date):
    assert iso_date(text) == date


def test_the_persian_calendar_has_every_day_once():
    names = "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند"
    days = [
        found
        for year in range(1370, 1412)
        for month in names.split()
        for day in range(1, 32)
        if (found := iso_date(f"{day} {month} {year}"))
    ]
    first = dt.date.fromisoformat(days[0])
    assert days == [(first + dt.timedelta(at)).isoformat() for at in range(len(days))]
    assert days[-1] == "2033-03-19"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("4 March 2025", {"date": "2025-03-04"}),
        (
            "Published 4 March 2025 | Updated 5 March 2025",
            {"date": "2025-03-04", "date_modified": "2025-03-05"},
        ),
        (
            "Updated 5 March 2025 | Published 4 March 2025",
            {"date": "2025-03-04", "date_modified": "2025-03-05"},
        ),
        ("Updated 5 March 2025", {"date": "2025-03-05", "date_modified": "2025-03-05"}),
        (
            "Publié le 4 mars 2025 à 18h14 - Mis à jour le 5 mars 2025",
            {"date": "2025-03-04", "date_modified": "2025-03-05"},
        ),
        (
            "2025年3月3日 公開 2025年3月4日 10:00更新",
            {"date": "2025-03-03", "date_modified": "2025-03-04"},
        ),
        ("03/04/2020", {"date": "03/04/2020"}),
    ],
)
def test_what_a_line_tells_of_its_dates(line, told):
    assert {name: one[0] for name, one in told_dates(line, (0, len(line))).items()} == told


def test_a_text_tells_when_it_was_published_and_changed():
    text = (
        "A new tram line\nPublished 4 March 2025 | Updated 5 March 2025\n\n"
        "The council voted on Tuesday to build a tram line between the harbour and the school, "
        "after ten years in which it had spoken of little else.\n"
    )
    found = archivetk.clean(text)
    assert (found.metadata["date"], found.metadata["date_modified"]) == ("2025-03-04", "2025-03-05")
    where = {one.name: found.decoded[one.start : one.end] for one in found.findings}
    assert (where["date"], where["date_modified"]) == ("4 March 2025", "5 March 2025")


@given(st.text(alphabet="0123456789 ./-年月日abcMmaryتش٤", max_size=60))
def test_any_text_has_dates_in_order_or_none(text):
    found = dates_in(text)
    assert all(one.end <= other.start for one, other in pairwise(found))
    for one in found:
        dt.date.fromisoformat(one.value[:10])


@pytest.mark.growth
def test_a_long_line_is_read_in_linear_time():
    def cost(times):
        text = "4 March 4 2 025 " * times
        begin = time.process_time()
        dates_in(text)
        return time.process_time() - begin

    cost(100)
    assert cost(8_000) < 12 * max(cost(2_000), 0.001)

"""Dates as people and machines write them, to ISO 8601.

>>> iso_date("Published 4 March 2025 at noon"), iso_date("4 de março de 2025")
('2025-03-04', '2025-03-04')
>>> iso_date("2025年3月4日"), iso_date("14 اسفند 1403"), iso_date("31 February 2025")
('2025-03-04', '2025-03-04', None)

A date is a day that exists, from 1900 to 2099; what can be read in two ways is read in the way of
the language that is told, or not at all.
"""

from __future__ import annotations

import datetime as dt
import heapq
import re
from typing import Final, NamedTuple

__all__ = ["DateFound", "dates_in", "iso_date"]

#: The months, one a line, as many languages and their abbreviations write them.
_MONTH_NAMES: Final = """
january jan januar jänner jän janvier janv enero ene gennaio gen janeiro januari tammikuuta \
stycznia styczeń sty ledna leden január januára ianuarie января янв январь січня січ ιανουαρίου \
ocak oca jaanuar janari يناير كانون_الثاني جانفي जनवरी ינואר בינואר
february feb februar februari febr feber février fevrier févr fév febrero febbraio fevereiro fev \
helmikuuta lutego luty lut února únor február februára februarie февраля фев февраль лютого лют \
φεβρουαρίου şubat şub فبراير شباط فيفري फरवरी फ़रवरी פברואר בפברואר
march mar märz mrz mär mars marts marzo março maart mrt maret maaliskuuta marca marzec března \
březen március martie марта мар март березня бер μαρτίου mart مارس آذار मार्च מרץ במרץ מרס במרס
april apr avril avr abril abr aprile huhtikuuta kwietnia kwiecień kwi dubna duben április apríla \
aprilie апреля апр апрель квітня кві απριλίου nisan nis أبريل إبريل ابريل نيسان أفريل अप्रैल \
אפריל באפריל
may mai mayo maggio mag maio mei maj toukokuuta maja května květen május мая май травня тра \
μαΐου μαίου mayıs مايو أيار ماي मई מאי במאי
june jun juni juin junio giugno giu junho kesäkuuta czerwca czerwiec cze června červen június \
júna iunie июня июн июнь червня чер ιουνίου haziran haz يونيو يونيه حزيران جوان जून יוני ביוני
july jul juli juillet juil julio luglio lug julho heinäkuuta lipca lipiec lip července červenec \
július júla iulie июля июл июль липня лип ιουλίου temmuz tem يوليو يوليه تموز جويلية जुलाई יולי ביולי
august aug août aout agosto ago augustus augusti agustus agu agt elokuuta sierpnia sierpień sie \
srpna srpen augusztus augusta августа авг август серпня сер αυγούστου ağustos ağu أغسطس آب أوت \
अगस्त אוגוסט באוגוסט
september sep sept septembre septiembre setiembre settembre set sett setembro syyskuuta września \
wrzesień wrz září szeptember septembrie сентября сен сентябрь вересня вер σεπτεμβρίου eylül eyl \
سبتمبر أيلول सितंबर सितम्बर ספטמבר בספטמבר
october oct oktober okt octobre octubre ottobre ott outubro out lokakuuta października \
październik paź října říjen október octombrie октября окт октябрь жовтня жов οκτωβρίου ekim eki \
أكتوبر تشرين_الأول अक्टूबर अक्तूबर אוקטובר באוקטובר
november nov novembre noviembre novembro marraskuuta listopada listopad lis listopadu noiembrie \
ноября ноя ноябрь листопада лис νοεμβρίου kasım kas نوفمبر تشرين_الثاني नवंबर नवम्बर נובמבר בנובמבר
december dec dezember dez décembre decembre déc diciembre dic dicembre dezembro desember des \
joulukuuta grudnia grudzień gru prosince prosinec decembrie декабря дек декабрь грудня гру \
δεκεμβρίου aralık ara ديسمبر كانون_الأول दिसंबर दिसम्बर דצמבר בדצמבר
"""
_MONTHS: Final = {
    name.replace("_", " "): number
    for number, line in enumerate(_MONTH_NAMES.strip().split("\n"), 1)
    for name in line.split()
}
_PERSIAN_NAMES: Final = "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند"
#: The months of the Persian calendar; the first six have 31 days, the others 30, the last 29 or 30.
_PERSIAN: Final = {name: number for number, name in enumerate(_PERSIAN_NAMES.split(), 1)}
#: The years of a cycle of 33 that have a leap day; true from 1865 to 2093.
_PERSIAN_LEAP: Final = frozenset({1, 5, 9, 13, 17, 22, 26, 30})
_NEW_YEAR_1400: Final = dt.date(2021, 3, 21)

#: A word, with the vowel signs and points of Arabic and Devanagari, which are no letters.
_WORD: Final = r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u064b-\u0652\u093a-\u094f\u0900-\u0903]){1,13}"
_MONTH: Final = rf"(?P<month>(?:كانون|تشرين)\sال\w{{3,5}}|{_WORD})"
_YEAR: Final = r"(?P<year>(?:19|20)\d\d)(?!\d)"
_CLOCK: Final = (
    r"(?:[T\s,]{1,3}(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d)(?:[.,]\d{1,9})?)?"
    r"\s?(?P<zone>Z\b|[+-]\d\d:?\d\d|UTC\b|GMT\b(?![+-]))?)?"
)
_ISO: Final = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<mark>[-/.])\s?(?P<month>\d{1,2})(?P=mark)\s?(?P<day>\d{1,2})"
    r"(?!\d)" + _CLOCK
)
_COMPACT: Final = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)(?:T?(?P<hour>\d\d)(?P<minute>\d\d)"
    r"(?P<second>\d\d)?)?(?P<zone>Z|[+-]\d\d:?\d\d)?(?!\d)"
)
_DOTTED: Final = re.compile(r"(?<!\d)(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?" + _YEAR + _CLOCK)
_NAMED: Final = re.compile(
    r"(?<!\d)(?P<day>\d{1,2})(?:st|nd|rd|th|er|º|ª|\.)?\s*(?:of\s|de\s|d')?[\s-]*"
    + _MONTH
    + rf"(?:\s?/\s?{_WORD}(?:\sال\w{{3,5}})?)?[.,،]{{0,2}}(?:\sde)?[\s-]*"
    + _YEAR
    + _CLOCK
)
_AMERICAN: Final = re.compile(
    r"(?<![^\W\d_])" + _MONTH + r"\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+" + _YEAR + _CLOCK
)
_EASTERN: Final = re.compile(
    r"(?P<year>(?:19|20)\d\d)\s?[年년]\s?(?P<month>\d{1,2})\s?[月월]\s?(?P<day>\d{1,2})\s?[日日号號일]"
)
_VIETNAMESE: Final = re.compile(
    r"(?<!\d)(?P<day>\d{1,2})\s+tháng\s+(?P<month>\d{1,2}),?\s+(?:năm\s+)?" + _YEAR, re.IGNORECASE
)
_IN_PERSIAN: Final = re.compile(
    rf"(?<!\d)(?P<day>\d{{1,2}})\s+(?P<persian>{'|'.join(_PERSIAN)})(?:\s+ماه)?،?\s+"
    r"(?P<year>1[34]\d\d)(?!\d)"
)
_SLASHED: Final = re.compile(
    r"(?<!\d)(?P<day>\d{1,2})[/-](?P<month>\d{1,2})[/-](?P<year>(?:19|20)\d\d)(?!\d)"
)
_SHORT: Final = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.(\d\d)(?![\d.]\d|\d)")
_EPOCH: Final = re.compile(r"\s*(\d{10})(?:\d{3})?\s*")
#: What every one of these forms has.
_SOME_YEAR: Final = re.compile(r"(?:19|20|1[34])\d\d")
_FORMS: Final = (_ISO, _DOTTED, _NAMED, _AMERICAN, _EASTERN, _VIETNAMESE, _IN_PERSIAN)


#: Figures of other scripts: Arabic, Persian, Devanagari, Bengali, full-width.
_FIGURES: Final = {
    first + figure: 48 + figure
    for first in (0x660, 0x6F0, 0x966, 0x9E6, 0xFF10)
    for figure in range(10)
}


class DateFound(NamedTuple):
    """A date, as ISO 8601, and the place in the text that it was read from."""

    value: str
    start: int
    end: int


def dates_in(text: str) -> list[DateFound]:
    """The dates that can be read in one way only, in order, without overlaps."""
    text = _plain(text)
    if not _SOME_YEAR.search(text):
        return []  # most lines that are asked about have none, and looking for months takes long
    found = [
        DateFound(made, one.start(), one.end())
        for form in _FORMS
        for one in form.finditer(text)
        if (made := _made(one))
    ]
    result: list[DateFound] = []
    for one in sorted(found, key=lambda date: (date.start, -date.end)):
        if not result or one.start >= result[-1].end:
            result.append(one)
    return result


def iso_date(value: str, language: str = "", most: int = 300) -> str | None:
    """The first date in a value as ISO 8601, with its time and zone where it gives them.

    Args:
        value: a date as machines or people write it, alone or in some words.
        language: BCP 47 tag; ``en-US`` and ``en`` put the month first in ``3/4/2021``.
        most: code points of the value that are looked at.

    Returns:
        ``YYYY-MM-DD`` or ``YYYY-MM-DDThh:mm[:ss][zone]``, or nothing: also for a day that no
        calendar has, for what can be read in two ways, and for years outside 1900 to 2099.
    """
    text = _plain(value[:most])
    if made := _first(text):
        return made
    if found := _SLASHED.search(text):
        made = _slashed(found, language)
        if made:
            return made
    if found := _COMPACT.search(text):
        return _made(found)
    if found := _SHORT.search(text):
        try:
            return dt.date(2000 + int(found[3]), int(found[2]), int(found[1])).isoformat()
        except ValueError:
            return None
    if found := _EPOCH.fullmatch(text):
        moment = dt.datetime.fromtimestamp(int(found[1]), dt.UTC)
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    return None


def _plain(text: str) -> str:
    """The text with common figures, character for character."""
    return text if text.isascii() else text.translate(_FIGURES)


def _first(text: str) -> str | None:
    """The first date in a form that has one reading; what only looks like one is passed over."""
    looks = heapq.merge(*(form.finditer(text) for form in _FORMS), key=re.Match.start)
    return next(filter(None, map(_made, looks)), None)


def _made(found: re.Match[str]) -> str | None:
    parts = found.groupdict()
    year, day = int(parts["year"]), int(parts["day"])
    if persian := parts.get("persian"):
        return _from_persian(year, _PERSIAN[persian], day)
    word = parts["month"]
    month = int(word) if word.isdecimal() else _MONTHS.get(" ".join(word.lower().split()), 0)
    try:
        date = dt.date(year, month, day).isoformat()
    except ValueError:
        return None
    hour = parts.get("hour")
    if not hour or int(hour) > 23 or int(parts["minute"]) > 59:
        return date
    second, zone = parts.get("second"), parts.get("zone") or ""
    time = f"{int(hour):02d}:{parts['minute']}" + (f":{second}" if second else "")
    if zone in {"UTC", "GMT"}:
        zone = "Z"
    elif len(zone) == 5:
        zone = f"{zone[:3]}:{zone[3:]}"
    return f"{date}T{time}{zone}"


def _from_persian(year: int, month: int, day: int) -> str | None:
    """A day of the Solar Hijri calendar, whose leap years come in a cycle of 33 years."""
    if not 1280 <= year <= 1470:
        return None
    last = 31 if month <= 6 else 30 if month < 12 or year % 33 in _PERSIAN_LEAP else 29
    if not 1 <= day <= last:
        return None
    first, other = sorted((year, 1400))
    days = sum(365 + (one % 33 in _PERSIAN_LEAP) for one in range(first, other))
    new_year = _NEW_YEAR_1400 + dt.timedelta(days if year >= 1400 else -days)
    return (new_year + dt.timedelta((month - 1) * 31 - max(0, month - 7) + day - 1)).isoformat()


def _slashed(found: re.Match[str], language: str) -> str | None:
    first, second = int(found["day"]), int(found["month"])
    if first > 12 or first == second:
        day, month = first, second
    elif second > 12 or language in {"en", "en-US", "en-CA"}:
        day, month = second, first
    elif language:  # everywhere else the day comes first
        day, month = first, second
    else:
        return None
    try:
        return dt.date(int(found["year"]), month, day).isoformat()
    except ValueError:
        return None

"""Dates as texts write them, to ISO 8601 where they can be read in one way only."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

__all__ = ["iso_date"]

_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_ISO: Final = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_DOTTED: Final = re.compile(r"(?<!\d)(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})(?!\d)")
_SLASHED: Final = re.compile(r"(?<!\d)(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?!\d)")
_DAY_MONTH: Final = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th)?(?: of)?[ -]([A-Za-z]{3,9})\.?,?[ -](\d{4})(?!\d)"
)
_MONTH_DAY: Final = re.compile(r"([A-Za-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})(?!\d)")


def iso_date(text: str) -> str:
    """The first date in a text as ``YYYY-MM-DD``; the text itself where it is ambiguous."""
    if found := _ISO.search(text):
        return _date(text, found[1], found[2], found[3])
    if found := _DOTTED.search(text):
        return _date(text, found[3], found[2], found[1])
    if found := _DAY_MONTH.search(text):
        return _date(text, found[3], _MONTHS.get(found[2][:3].lower(), 0), found[1])
    if found := _MONTH_DAY.search(text):
        return _date(text, found[3], _MONTHS.get(found[1][:3].lower(), 0), found[2])
    if found := _SLASHED.search(text):
        first, second = int(found[1]), int(found[2])
        if first > 12 >= second or first == second:
            return _date(text, found[3], second, first)
        if second > 12 >= first:
            return _date(text, found[3], first, second)
    return text.strip()


def _date(text: str, year: str | int, month: str | int, day: str | int) -> str:
    try:
        return dt.date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return text.strip()

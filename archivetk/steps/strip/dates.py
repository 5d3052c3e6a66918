"""Dates that lines tell of a text: when it was published, and when it was changed."""

from __future__ import annotations

import re
from typing import Final

from archivetk import dates

__all__ = ["iso_date", "told_dates"]

#: What says that a date is the one of a change, in the languages of the rule packs.
_CHANGED: Final = re.compile(
    r"updat|modif|amended|aktuali[sz]|geändert|änderung|bearbeitet|mise? à jour|actuali[sz]|"
    r"atuali[zs]|alterad|aggiorn|bijgewerkt|gewijzigd|aangepast|zaktuali|обновл|измен|редакт|"
    r"оновл|змін|güncel|تحديث|به ?روز|به‌روز|بروز ?رسانی|ویرایش|अपडेट|अद्यतन|diperbarui|pembaruan|"
    r"cập nhật|更新|修改|改訂|업데이트|수정|uppdatera|ändra|päivitet|muokat|opdater|ændre|oppdater|"
    r"endre|změn|ενημέρ|ανανε|τροποπ|עודכן|עדכון",
    re.IGNORECASE,
)
#: Languages that put it behind the date: 2025年3月4日更新, 4 Mart 2025 tarihinde güncellendi.
_CHANGED_BEHIND: Final = re.compile(
    r"[ \d:時시分분]{0,12}(?:更新|修改|수정|(?:tarihinde )?güncellen)", re.IGNORECASE
)


def iso_date(text: str, language: str = "") -> str:
    """The first date in a text as ``YYYY-MM-DD``; the text itself where it is ambiguous.

    English alone does not tell whether the day or the month comes first.
    """
    found = dates.iso_date(text, "" if language in {"en", "und", "zxx"} else language)
    return found[:10] if found else text.strip()


def told_dates(
    line: str, span: tuple[int, int], language: str = ""
) -> dict[str, tuple[str, tuple[int, int]]]:
    """What a line with a date tells: ``date``, ``date_modified``, each with its place.

    Args:
        line: the line.
        span: the place of the date in it that a rule has found.
        language: BCP 47 tag, which tells how ``3/4/2025`` is read.

    Returns:
        ``date`` is always there: of a line that tells of a change alone it is the day of that.
    """
    told: dict[str, tuple[str, tuple[int, int]]] = {}
    behind = 0
    for value, start, end in dates.dates_in(line[:300]):
        changed = _CHANGED.search(line, behind, start) or _CHANGED_BEHIND.match(line, end)
        told.setdefault("date_modified" if changed else "date", (value[:10], (start, end)))
        behind = end
    if "date" not in told:
        told["date"] = (iso_date(line[slice(*span)], language), span)
    return told

"""Bylines with a date in the same line."""

from __future__ import annotations

import re
from typing import Final

from archivetk.dates import dates_in
from archivetk.rules import Matcher
from archivetk.steps import Context
from archivetk.steps.strip.blocks import Block

__all__ = ["find_dated_bylines"]

#: A byline with a date is short, and stands among the first lines.
_LONGEST: Final = 120
_TOP: Final = 12
#: Dates that can be read in two ways are dates nevertheless.
_NUMERIC: Final = re.compile(r"(?<![\d./-])\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d\d)(?![\d./-])")
#: What stands around a date: weekdays, times of day, and the words between them.
_AROUND: Final = re.compile(
    r"[\s,|·•–—/()-]+|\d{1,2}(?:[:.h]|時|시 ?)\d{2}(?:[:.]\d{2})?(?:分|분)?"
    r"|(?<!\w)(?:[ap]\.?m\.?|uhr|uur|hrs?|h|gmt|utc|[ec][sd]?t|[pm][sd]t|"
    r"am|um|vom|on|at|le|à|el|a las|las|em|às|il|alle|ore|op|om|den|kl\.?|dnia|o|godz\.?|в|о|"
    r"saat|tarihinde|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch)"
    r"(?!\w)",
    re.IGNORECASE,
)


def find_dated_bylines(blocks: list[Block], matcher: Matcher, context: Context) -> None:
    """Label lines that hold nothing but a byline and a date, whichever comes first.

    Args:
        blocks: the lines, with the labels that rules gave them.
        matcher: the rules; what is left of a line without its date must be a byline to them.
        context: says which rules may act.
    """
    for block in blocks[:_TOP]:
        if block.end - block.start > _LONGEST or block.label not in {"body", "byline"}:
            continue
        if block.safe or not any(map(str.isdigit, block.text)):
            continue
        dates = [(one.start, one.end) for one in dates_in(block.text)]
        dates = dates or [one.span() for one in _NUMERIC.finditer(block.text)]
        if not dates:
            continue
        if block.label == "byline":
            if "author" in block.groups:
                block.groups.setdefault("date", dates[0])
            continue
        start, end = _rest(block.text, dates[0][0], dates[-1][1])
        if start >= end:
            continue
        for hit in matcher.line(block.text[start:end]):
            rule = hit.rule
            if rule.label == "byline" and "author" in hit.groups and context.allows(rule.name):
                block.become("byline", rule.name)
                block.groups = {
                    name: (low + start, high + start) for name, (low, high) in hit.groups.items()
                }
                block.groups["date"] = dates[0]
                break


def _rest(line: str, first: int, last: int) -> tuple[int, int]:
    """What stands on one side of the dates, if nothing of weight is on the other; else nothing."""
    before, behind = _bare(line, 0, first), _bare(line, last, len(line))
    if before[0] >= before[1]:
        return behind
    return before if behind[0] >= behind[1] else (0, 0)


def _bare(line: str, start: int, end: int) -> tuple[int, int]:
    """A part of a line without words of time and marks at its edges."""
    while start < end and (found := _AROUND.match(line, start, end)):
        start = found.end()
    moved = True
    while moved and start < end:
        moved = False
        for found in _AROUND.finditer(line, start, end):
            if found.end() == end:
                end = found.start()
                moved = True
                break
    return start, end

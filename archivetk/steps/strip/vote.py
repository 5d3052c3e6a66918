"""Short lines that neither a rule nor the shape of a menu decides: weak signs, counted together.

No sign is enough by itself: a line of two words may be a link, and it may be a heading, a row of a
table, a line of verse.  But signs add up (I. J. Good, "Probability and the weighing of evidence",
1950): the text shows furniture of several kinds, little of it is prose, the line is one of many
short ones, has one word, comes again and again.  Each sign has a weight in whole points, for or
against; a line goes where they sum up to enough.

Only lines that are no prose are asked, and only in a text that shows by furniture, by cells of
tables or by prices that it was a page.  Verse, a glossary, a recipe on its own shows none of that.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from operator import le
from typing import Final, NamedTuple

from archivetk.steps import Context
from archivetk.steps.strip.blocks import CUT_OFF, GOES_ON, MARKS, Block
from archivetk.steps.strip.end import is_furniture
from archivetk.steps.strip.run import (
    FIELDS,
    find_headline,
    is_cased,
    is_field,
    is_in_pieces,
    is_series,
    list_goes_on,
    shows_page,
)

__all__ = ["vote_short_lines", "withdraw_votes"]

_RULE: Final = "strip.short-line"
#: What the order of lines found is no evidence of its own.
_ORDER: Final = frozenset({"strip.before-text", "strip.after-text", "strip.menu"})

#: Where the main run was found, what is left inside it is the text.
_RUN_FOUND: Final = frozenset({"strip.before-text", "strip.after-text"})
#: A line goes with so many points.
_ENOUGH: Final = 2
#: Furniture of so many kinds: a point each.
_KINDS: Final = 3
#: Among very many short lines some read as furniture by chance: a list of words has "Next", too.
_SPARSE: Final = 0.015
#: A text that is less than this share prose is a list more than a text, a point for each step.
_PROSE: Final = (1 / 3, 2 / 3)
#: One that is more than this share prose was extracted, and what it has in short lines was meant.
_PROSY: Final = (0.7, 0.8, 0.9)
#: A single line of furniture in a text that is mostly prose is one that an extractor overlooked.
_LONELY: Final = 2
#: Where this share of the lines are pieces of sentences, short lines are no sign of anything.
_PIECES: Final = 0.2
#: A thread or a series of entries: its short lines are parts of the entries.
_SERIES: Final = 3
#: In a text of more lines than these one more point is needed.
_LONG: Final = (60, 200)
#: A run of so many lines: a point for each step.
_RUN: Final = (3, 8, 20, 50)
#: Where more than these shares of a run have a figure in their first or last word, it is a table.
_FIGURES: Final = (1 / 3, 1 / 2, 2 / 3)
_FIGURE: Final = re.compile(r"\d")
#: Where fewer lines than this share have a letter, they are a table.
_LETTERED: Final = 0.8
#: Where more than this share is indented or has marks of code, they are a listing.
_CODED: Final = 1 / 3
_INDENT: Final = 2
_CODE: Final = re.compile(r"[{}│─`]|</|/>|=>|==| = |;$|[^\W\d_]\(|\]\(#|^[$#(] ?[^\W\d_]")
_LISTING: Final = 6
#: A script without capitals shows no difference between a title and a line of the text.
_UNCASED: Final = 9
#: Names with values behind them are a record, or the head of a letter.
_RECORD: Final = 9
#: So many lines of which this share is in the order of the alphabet are a list of words or names.
_SORTED: Final = 9
_IN_ORDER: Final = 0.9
#: Where more than this share begins in lower case or goes on, the lines are pieces.
_WRAPPED: Final = 0.3
#: Where a run has so many words a line, and this share of them in lower case, it is verse or prose.
_VERSE_WORDS: Final = 4.5
_VERSE_SHARE: Final = 0.6
_VERSE: Final = 3
#: Points of a line by its words: up to one, three, four, six, and more.  Where nothing shows that
#: it was a link, one of more than eight is no short line: prose with hard line breaks has such.
_WORDS: Final = (1, 3, 4, 6)
_BY_WORDS: Final = (2, 1, 0, -1, -2)
_SHORT: Final = 8
#: Lists of an article have bullets, menus often not.
_BULLET: Final = 2
_ITEMS: Final = 0.5
_LIST: Final = 3
#: The last line above prose may be its heading.
_ABOVE: Final = 2
#: The same line comes so often, figures apart.
_AGAIN: Final = 3
_RECURRENT: Final = 2
_LETTERLESS: Final = 1
_HEADING: Final = 5
_BEFORE: Final = 1
_BEHIND: Final = 2
#: Behind this share of the prose a run stands behind the text.
_LAST: Final = 0.9
#: Signs of a page that are no rule's: so many cells of tables that a tool wrote line by line, ...
_CELLS: Final = 3
_CELL: Final = re.compile(r"\|(?! [^|]* \|)[^|]*\|(?:\|[^|]*\|)?")
#: ... and so many prices on lines of their own in a text of hardly any prose.
_PRICES: Final = 4
#: A heading with links to its editor.
_EDITOR: Final = re.compile(r"\[[^\W\d_]{4,16}(?: \| [^\[\]|]{4,32})?\]$")

#: Marks that people set and menus have not: headings of Markdown, what was added in a version.
_AUTHORED: Final = ("#", "+", "\\+")
_BULLETS: Final = frozenset("-•*+")
_NUMBER: Final = re.compile(r"\d{1,3}[.)] ")
#: A line tells what it is within so many characters.
_CHARS: Final = 240
#: Marks of a link: an arrow behind it, how many pages it leads to, entries glued together.
_LINK: Final = 3
_LINKS: Final = 2
_ROW: Final = 3
_ARROWS: Final = frozenset("»›→▸►")
_LINK_ENDS: Final = tuple(f"{end}\n" for end in ("»", "›", "→", "▸", "►", ")"))
_BLANKS: Final = frozenset(" \u00a0")
_COUNTED: Final = re.compile(r"[^\d().]{2,40} \(\d{1,4}\)")
_GLUE: Final = re.compile(r"[^\W\d_A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ][^\W\d_A-ZÀ-ÖØ-Þ]")
_DIGITS: Final = re.compile(r"\d+")
_SIGNS_OF_MONEY: Final = "€$£¥₽₹"
_CODES_OF_MONEY: Final = "EUR USD GBP CHF SEK NOK DKK PLN CZK HUF kr"
_CURRENCIES: Final = (*_SIGNS_OF_MONEY, *_CODES_OF_MONEY.split())
_MONEY: Final = re.compile(
    f"[{_SIGNS_OF_MONEY}]|(?<![^\\W\\d_])(?:{_CODES_OF_MONEY.replace(' ', '|')})(?![^\\W\\d_])"
)


class _Text(NamedTuple):
    """What is the same for all lines of a text."""

    points: int
    prose: int  #: words


def vote_short_lines(blocks: list[Block], context: Context) -> None:
    """Label short lines by the sum of what speaks for and against them.

    Args:
        blocks: the lines, with the labels that rules and structure gave them; more get one.
        context: says which rules may act.
    """
    if not context.allows(_RULE):
        return
    text = _whole(blocks)
    if text is None:
        return
    again: Counter[str] | None = None
    told = False
    before = index = 0
    while index < len(blocks):
        end = index
        while end < len(blocks) and not blocks[end].prose:
            end += 1
        begin = list_goes_on(blocks, index)
        run = blocks[begin:end]
        links = _links(run) if _is_open(run) else []
        if links and (len(run) >= _RUN[0] or _LINK in links):
            place = 0
            if text.prose:
                place = _BEHIND if before >= _LAST * text.prose else _BEFORE if not before else 0
            points = text.points + place + _of_run(run)
            if index and blocks[index - 1].text.endswith((":", "：")):
                points -= 1
            if points + _BY_WORDS[0] + _RECURRENT >= _ENOUGH:
                if again is None:
                    again = Counter(_shape(block.text) for block in blocks if not block.prose)
                goes = [
                    block
                    for at, (block, link) in enumerate(zip(run, links, strict=True), begin + 1)
                    if block.label == "body"
                    and not block.safe
                    and (block.words <= _SHORT or link > 0)
                    and points + _of_line(block, again, link=link, heads=at == end < len(blocks))
                    >= _ENOUGH
                ]
                if goes and not before and end < len(blocks) and not told:
                    told = True
                    if context.allows("strip.title"):
                        find_headline(blocks, end)
                label = "related" if place == _BEHIND else "navigation"
                for block in goes:
                    block.become(label, _RULE, f"one of {len(run)} short lines")
        while end < len(blocks) and blocks[end].prose:
            before += blocks[end].words
            end += 1
        index = end


def _is_open(run: Sequence[Block]) -> bool:
    return any(block.label == "body" for block in run)


def _whole(blocks: Sequence[Block]) -> _Text | None:
    """The points of a text; none where nothing shows that it is a page."""
    lines = [block for block in blocks if not block.prose]
    if not lines:
        return None
    whole = "\n".join([block.text for block in lines])
    links = whole.count("\t") + sum(map(f"{whole}\n".count, _LINK_ENDS)) >= _LINKS
    if len(lines) < _RUN[0] and not links:
        return None
    labelled = [block for block in blocks if block.label != "body"]
    if any(block.rule in _RUN_FOUND for block in labelled):
        return None
    furniture = [
        block.label for block in labelled if block.rule not in _ORDER and is_furniture(block)
    ]
    words = sum([block.words for block in blocks])
    prose = words - sum([block.words for block in lines])
    share = prose / max(1, words)
    kinds = set(furniture)
    count = len(kinds) if len(furniture) > _SPARSE * len(lines) else 0
    if not shows_page(kinds, blocks):
        count = 0
    if "|" in whole:
        count += sum(_CELL.fullmatch(block.text) is not None for block in lines) >= _CELLS
    if share < _PROSE[0] and any(map(whole.__contains__, _CURRENCIES)):
        count += sum(_MONEY.search(block.text) is not None for block in lines) >= _PRICES
    if links:
        count += _links(lines).count(_LINK) >= _LINKS
    if not count or is_in_pieces(blocks, _PIECES):
        return None
    points = min(_KINDS, count) + sum(share < step for step in _PROSE)
    points -= sum(share > step for step in _PROSY)
    points -= bisect_right(_LONG, len(blocks) - 1)
    if len(furniture) <= 1 == count and share > _PROSE[1]:
        points -= _LONELY
    if is_series(blocks):
        points -= _SERIES
    return _Text(points, prose)


def _of_run(run: Sequence[Block]) -> int:
    count = len(run)
    figures = wrapped = lettered = code = items = fields = 0
    for block in run:
        text = block.text
        fields += is_field(text)
        items += _bullet(text) or _NUMBER.match(text) is not None
        text = text.lstrip(MARKS) or text
        ends = text[: text.find(" ") + 1 or None] + text[text.rfind(" ") + 1 :]
        figures += _FIGURE.search(ends) is not None
        wrapped += text[0].islower() or text[-1] in GOES_ON
        lettered += any(map(str.isalpha, text))
        code += block.start - block.begin >= _INDENT or _CODE.search(text[:_CHARS]) is not None
    points = bisect_right(_RUN, count)
    points -= _LIST * (items > _ITEMS * count)
    points -= lettered < _LETTERED * count
    points -= _LISTING * (code > _CODED * count)
    points -= _RECORD * (fields > FIELDS * count)
    points -= _UNCASED * (not is_cased(run))
    if count >= _LONG[0]:
        keys = [block.text.casefold() for block in run]
        points -= _SORTED * (sum(map(le, keys, keys[1:])) >= _IN_ORDER * (count - 1))
    points -= sum(figures > share * count for share in _FIGURES)
    if (
        count >= _RUN[0]
        and sum(block.words for block in run) >= _VERSE_WORDS * count
        and not any(map(is_furniture, run))
    ):
        words = [word for block in run for word in block.text.split()]
        if sum(word[0].islower() for word in words) > _VERSE_SHARE * len(words):
            points -= _VERSE
    return points - (wrapped > _WRAPPED * count)


def _of_line(block: Block, again: Counter[str], *, link: int, heads: bool) -> int:
    text = block.text
    points = _BY_WORDS[bisect_right(_WORDS, block.words - 1)]
    if link > 0:
        points = max(points, _BY_WORDS[2])
    elif heads:
        points -= _ABOVE
    points += link
    if _bullet(text) or _NUMBER.match(text):
        points -= _BULLET
    bare = text.lstrip(MARKS) or text
    if bare[0].islower() or bare[-1] in GOES_ON:
        points -= 1
    if block.ended and not text.endswith(CUT_OFF):
        points -= 1
    if text[0] == "|":
        points += 1 if text.count("||") <= 1 else -1  # a row of many cells is one of a table
    elif text.startswith(_AUTHORED) or (text[-1] == "]" and _EDITOR.search(text)):
        points -= _HEADING
    if not any(map(str.isalpha, text)):
        points -= _LETTERLESS
    elif again[_shape(text)] >= _AGAIN:
        points += _RECURRENT  # figures alone come again in every table
    return points


def _bullet(text: str) -> bool:
    """Whether a line is an item of a list; Markdown sets a backslash before what is not its own."""
    return text[0] in _BULLETS or (text[0] == "\\" and text[1:2] in _BULLETS)


def _links(run: Sequence[Block]) -> list[int]:
    """Points for what was a link, and against rows of a table.

    Lines with tabs side by side are such rows; lines with a count behind them are entries only
    side by side, since a heading may have one.
    """
    kinds = ["", *(_link(block.text) for block in run), ""]
    found = []
    for above, kind, below in zip(kinds, kinds[1:], kinds[2:], strict=False):
        beside = kind in {above, below}
        if kind == "tab" and beside:
            found.append(-_ROW)
        else:
            found.append(_LINK if kind and (kind != "count" or beside) else 0)
    return found


def _link(text: str) -> str:
    """By what a line shows that it was a link, or several of them glued together."""
    if text[-1] in _ARROWS:
        return "arrow" if text[-2:-1] in _BLANKS and text.count(text[-1]) == 1 else ""
    if "\t" in text:
        return "tab"
    if len(text) > _CHARS:
        return ""
    if text[-1] == ")" and _COUNTED.fullmatch(text):
        return "count"
    return "glue" if len(_GLUE.findall(text)) > 2 else ""


def _shape(text: str) -> str:
    return _DIGITS.sub("0", text[:_CHARS].casefold().strip(MARKS))


def withdraw_votes(blocks: Sequence[Block]) -> None:
    """Take back what the vote labelled: without it something may be left of the text."""
    for block in blocks:
        if block.rule == _RULE:
            block.label = "body"
            block.rule = block.detail = ""

"""The main run of prose, found as a whole, in a text that is the dump of a whole page.

Each line has a value: sentences count for it, short lines and furniture against it.  The run is the
segment with the largest sum (maximum subsequence segmentation; Pasternack and Roth, "Extracting
article text from the web with maximum subsequence segmentation", WWW 2009).  A gap costs less and
less the longer it gets, so that a table or a list does not cut a text in two; a heading of comments
ends it.

Only a text that looks like a dump is treated so: many short lines around a core of prose, and
furniture among them that rules know.  Everywhere else nothing happens.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Final, NamedTuple

from archivetk.steps import Context
from archivetk.steps.strip.blocks import CUT_OFF, GOES_ON, MARKS, Block, key_of
from archivetk.steps.strip.end import end_of_article, heads_teasers, is_furniture, is_prose

__all__ = [
    "FIELDS",
    "find_headline",
    "find_link_lines",
    "find_menus",
    "is_cased",
    "is_field",
    "is_in_pieces",
    "is_series",
    "keep_main_run",
    "list_goes_on",
    "shows_page",
]

#: Words of a line of prose that do not count for it, and beyond which no more do.
_OFFSET: Final = 6
_CAP: Final = 80
#: What a short line costs; the costs are lowered until the run holds enough of the prose.
_SHORT: Final = (3.0, 1.8, 0.9, 0.3, 0.01)
_COVERAGE: Final = 0.7
#: Short lines in a row after which each costs only a share of that.
_GAP: Final = 15
_GAP_SHARE: Final = 0.3
#: A short line of this many words that ends as a sentence speaks for the text, if quietly.
_SENTENCE: Final = 4
#: A line of prose that stands alone among short lines may be a teaser.
_LONE: Final = 0.7
_LONE_WORDS: Final = 40
#: Licences consist of notices of rights, and show no page.
_RIGHTS: Final = frozenset({"copyright"})
#: What furniture costs, by label.
_COSTS: Final = {"comment": 200.0, "related": 30.0, "consent": 30.0, "copyright": 30.0}
_COST: Final = 6.0
#: What one teaser amid the article costs.
_TEASER: Final = 15.0
_SITE: Final = "strip.site-model"

#: A dump has at least this many short lines outside the run, and furniture among its lines.
_OUTSIDE: Final = 6
_FURNITURE: Final = 3
#: It is furniture of so many kinds: what an extractor overlooked has one or two of them ("read
#: more", a button); or so many short lines stand outside that they are no list of an article; ...
_KINDS: Final = 3
_MANY: Final = 60
#: ... or the run holds so many times their words that little can be lost.
_MAIN: Final = 4
#: The run has at least this many words of prose.
_CORE: Final = 60
#: Lines outside with this many words in the mean are text with hard line breaks.
_WRAPPED: Final = 7
#: More than this share of such lines begin amid a sentence, where the script shows it.
_BEGUN: Final = 0.2
#: A longer sentence outside the run goes only behind a heading of comments or other stories.
_LONG: Final = 60


class _Shape(NamedTuple):
    """What a run of lines must look like to be a menu."""

    lines: int  #: at least so many
    median: int  #: of at most so many words
    mean: float  #: and so many in the mean
    ended: float  #: at most this share of them ends as a sentence
    figures: float  #: at most this share of them begins or ends with a figure
    wrapped: float  #: at most this share begins in lower case or goes on in the next line
    few: float = 0.0  #: at least this share has at most three words, as lines of verse have not


#: At the edges of a text: with furniture in the run, in the text, nowhere; and amid the prose.
_EDGE_BESIDE: Final = _Shape(6, 6, 8.0, 0.3, 0.6, 0.2)
_EDGE_SOME: Final = _Shape(8, 5, 6.0, 0.25, 0.34, 0.1)
_EDGE_NONE: Final = _Shape(20, 5, 6.0, 0.25, 0.34, 0.1, 0.33)
_AMID_BESIDE: Final = _Shape(6, 4, 5.0, 0.2, 0.34, 0.1)
_AMID_SOME: Final = _Shape(14, 3, 3.0, 0.2, 0.34, 0.1)
_AMID_NONE: Final = _Shape(42, 4, 5.0, 0.25, 0.34, 0.1, 0.33)
#: So many lines of furniture in a run speak for it.
_BESIDE: Final = 2
#: The edges: before the first and behind the last of the prose, but for these shares of it.
_FIRST: Final = 0.05
_LAST: Final = 0.9
#: An entry of a menu has no more words, whatever stands around it; a row of them has marks between.
_ENTRY: Final = 12
_BETWEEN: Final = (" | ", " · ", " :: ", " • ", " » ", " / ")
_ROW: Final = 3
#: Such lines have few words.
_FEW: Final = 3
#: Most lines of a menu have a letter.
_LETTERED: Final = 0.8
_ITEMS: Final = frozenset("+*•-–")
#: A menu on one line has so many words, of which this share is capitalized and this one marked.
_LINKS: Final = 24
_CAPITALIZED: Final = 0.5
_MARKED: Final = 0.05
#: A row of a table on one line has more words with figures in them.
_FIGURES: Final = 0.25
_STOPS: Final = frozenset(".,;:!?…、。，")
_OPENERS: Final = '([“"«‹·•|*-'
#: A line of such furniture parts a series of entries: so often, over so much of the prose, and
#: with a first entry of at most so many times the mean length.
_PARTS: Final = frozenset({"comment", "navigation", "related"})
_ENTRIES: Final = 5
_ENTRIES_SPAN: Final = 0.6
_ENTRIES_FIRST: Final = 2.0
#: So many lines go on where another has ended in a text that is cut into pieces.
_PIECES: Final = 0.3
_GONE_ON: Final = frozenset(".,;:)]")
#: Teasers are at most this share of the article.
_TEASERS: Final = 0.3
#: More than this share of the lines are names with a value behind them: a record, a letter's head.
FIELDS: Final = 0.5
_FIELD: Final = re.compile(r"[^\W\d_][\w-]{1,30}: \S")
#: More than this share has marks that people set: a table of contents in Markdown, a list of names
#: of a program.
_AUTHORED: Final = 0.5
#: How far above the run the headline may stand.
_ABOVE: Final = 14
#: A headline without a byline has as many words; none has more, or fewer characters.
_HEADLINE: Final = 4
_LONGEST_HEADLINE: Final = 28
_SHORTEST_HEADLINE: Final = 5
#: How many lines above the prose the byline stands at most.
_NEAR_BYLINE: Final = 8


def keep_main_run(blocks: list[Block], context: Context) -> None:
    """Label what stands outside the main run of prose, where the text is a dump of a page.

    Args:
        blocks: the lines, with the labels that rules gave them; more of them get one.
        context: says which rules may act.
    """
    furniture = [block.label for block in blocks if block.label != "body" and is_furniture(block)]
    if (
        len(furniture) < _FURNITURE
        or len(blocks) < 2 * _OUTSIDE
        or not shows_page(set(furniture), blocks)
    ):
        return
    if is_series(blocks):
        return
    first, last = _main_run(blocks)
    if last < first or is_in_pieces(blocks):
        return
    end = end_of_article(blocks, first, last, context.settings.brake)
    ended = end < last  # all that follows stands below the end
    last = end
    outside = [*blocks[:first], *blocks[last + 1 :]]
    # what a site model knows is as much a menu as what it does not know
    short = [
        block
        for block in outside
        if not block.prose and (block.label == "body" or block.rule == _SITE)
    ]
    core = sum(block.words for block in blocks[first : last + 1] if is_prose(block))
    if len(short) < _OUTSIDE or core < _CORE:
        return
    words = sum(block.words for block in short)
    if words > core and words >= _WRAPPED * len(short) and _may_be_wrapped(short):
        return  # a text with hard line breaks, not menus
    if core < _MAIN * words and not _is_page(blocks, outside, short):
        return
    if context.allows("strip.title"):
        find_headline(blocks, first)
    if context.allows("strip.before-text"):
        long = _limit(blocks[:first], core)
        for block in blocks[:first]:
            if not block.safe and (not block.prose or block.words < long):
                block.become("navigation", "strip.before-text", "above the main run of prose")
    if context.allows("strip.after-text"):
        label = "related"
        long = _limit(blocks[last + 1 :], core)
        for block in blocks[last + 1 :]:
            if block.label in {"comment", "copyright"} or heads_teasers(block):
                label = "comment" if block.label == "comment" else label
                ended = True
            elif not block.safe and (ended or not block.prose or block.words < long):
                block.become(label, "strip.after-text", "below the main run of prose")


def shows_page(kinds: AbstractSet[str], blocks: Sequence[Block]) -> bool:
    """Whether furniture of these kinds is that of a page.

    Notices of rights alone are that only behind most of the prose: a licence begins with them.
    """
    if kinds - _RIGHTS:
        return True
    before = total = 0
    told = False
    for block in blocks:
        told = told or block.label in _RIGHTS
        if block.prose:
            total += block.words
            before += 0 if told else block.words
    return told and 2 * before >= total


def _may_be_wrapped(lines: Sequence[Block]) -> bool:
    """Whether lines may be those of a text with hard line breaks: some begin amid a sentence.

    Headlines are as long, but begin with a capital.
    """
    begun = sum(block.text[0].islower() or block.text[0] in _GONE_ON for block in lines)
    return not is_cased(lines) or begun > _BEGUN * len(lines)


def _is_page(blocks: Sequence[Block], outside: Sequence[Block], short: Sequence[Block]) -> bool:
    """Whether the furniture is that of a whole page, not what an extractor overlooked."""
    kinds = {block.label for block in blocks if block.label != "body" and is_furniture(block)}
    return len(kinds) >= _KINDS or (
        len(short) >= _MANY and sum(map(is_furniture, outside)) >= _FURNITURE
    )


def find_link_lines(blocks: list[Block], context: Context) -> None:
    """Label long lines that are menus: capitalized words in a row, hardly a mark, no end.

    Where a page was dumped with few breaks, a whole menu stands on one line.  Sentences, also in
    languages that write nouns with capitals, have words in lower case and marks; what is written in
    capitals throughout is emphasis.

    Args:
        blocks: the lines, with the labels that rules gave them; more of them get one.
        context: says which rules may act.
    """
    if not context.allows("strip.link-line"):
        return
    for block in blocks:
        if block.words < _LINKS or block.ended or block.label != "body" or block.safe:
            continue
        # prose has more of these marks alone than a menu may have of all, and they are found fast
        text, most = block.text, _MARKED * block.words
        half = len(text) // 2
        marks = text.count(", ", 0, half)
        if marks > most or marks + text.count(". ", 0, half) > most:
            continue
        if text.count(", ") + text.count(". ") > most:
            continue
        words = text.split()
        if len(words) < _LINKS:
            continue
        capitals = sum(word.lstrip(_OPENERS)[:1].isupper() for word in words)
        marks = sum(word[-1] in _STOPS for word in words)
        figures = sum(any(map(str.isdigit, word)) for word in words)
        if (
            capitals >= _CAPITALIZED * len(words)
            and marks <= _MARKED * len(words)
            and figures <= _FIGURES * len(words)
            and 2 * sum(map(str.isupper, words)) < len(words)
        ):
            block.become("navigation", "strip.link-line", f"{len(words)} words and hardly a mark")


def find_menus(blocks: list[Block], context: Context) -> None:
    """Label runs of short lines: menus, lists of links, clouds of tags, tables of a template.

    A run reaches from one sentence to the next.  At the edges of a text, before or behind nearly
    all of its prose, few lines will do where rules know furniture in the run, more where they know
    some in the text, and many where they know none; amid the prose, where tables and lists of the
    text stand, only very short lines beside furniture, or very many.  A run that a colon
    introduces, lines in lower case or that end in commas (verse, lists, hard line breaks) and
    tables of figures stay.
    A page that is a series of entries has its lists among them: only its menus of one to three
    words go.

    Args:
        blocks: the lines, with the labels that rules gave them; more of them get one.
        context: says which rules may act.
    """
    if not context.allows("strip.menu"):
        return
    prose = [block.words for block in blocks if block.prose and block.label == "body"]
    if not prose or len(blocks) - len(prose) < _EDGE_BESIDE.lines:
        return
    total = sum(prose)
    furniture = sum(is_furniture(block) for block in blocks if block.label != "body")
    entries = is_series(blocks)
    told = False
    before = index = 0
    while index < len(blocks):
        end = index
        while end < len(blocks) and not is_prose(blocks[end]):
            end += 1
        run = blocks[list_goes_on(blocks, index) : end]
        top = before <= _FIRST * total
        edge = (top or before >= _LAST * total) and not entries
        # The line above the prose may be its heading.
        if end < len(blocks) and len(run) > 1:
            run = run[:-1]
        introduced = index > 0 and blocks[index - 1].text.endswith((":", "："))
        shape = _shape(run, furniture, edge=edge, core=total >= _CORE, introduced=introduced)
        if shape is not None and _is_open(run) and _is_menu(run, shape):
            if top and end < len(blocks) and not told and context.allows("strip.title"):
                told = True
                find_headline(blocks, end)
            label = "related" if before >= _LAST * total else "navigation"
            for block in run:
                if not block.safe and (block.words <= _ENTRY or _is_row(block.text)):
                    block.become(label, "strip.menu", f"one of {len(run)} short lines in a row")
        while end < len(blocks) and is_prose(blocks[end]):
            before += blocks[end].words
            end += 1
        index = end


def _is_row(text: str) -> bool:
    """Whether a line is a row of entries with marks between them."""
    return any(text.count(mark) >= _ROW for mark in _BETWEEN)


def _shape(
    run: Sequence[Block], furniture: int, *, edge: bool, core: bool, introduced: bool
) -> _Shape | None:
    """What a run must look like to be a menu, by the furniture in and around it."""
    if len(run) < _EDGE_BESIDE.lines:
        return None
    within = sum(is_furniture(block) for block in run if block.label != "body") >= _BESIDE
    if introduced and not within:
        return None
    # a script without capitals shows no difference between a title and a line of the text
    edge = edge and (within or is_cased(run))
    if edge and within:
        return _EDGE_BESIDE
    if edge and furniture:
        return _EDGE_SOME
    if not core:
        return None
    if edge:
        return _EDGE_NONE
    if within:
        return _AMID_BESIDE
    return _AMID_SOME if furniture and len(run) < _AMID_NONE.lines else _AMID_NONE


def list_goes_on(blocks: Sequence[Block], index: int) -> int:
    """Where a list ends that the prose line before a run belongs to, by the mark of its items."""
    if index:
        mark = blocks[index - 1].text[0]
        while mark in _ITEMS and index < len(blocks) and blocks[index].text[0] == mark:
            index += 1
    return index


def is_cased(run: Sequence[Block]) -> bool:
    """Whether the script of most lines tells capitals from small letters."""
    firsts = [block.text.lstrip(MARKS)[:1] for block in run]
    return 2 * sum(one.lower() != one.upper() for one in firsts) >= sum(map(str.isalpha, firsts))


def _is_open(run: Sequence[Block]) -> bool:
    return any(block.label == "body" for block in run)


def _is_menu(run: Sequence[Block], shape: _Shape) -> bool:
    count = len(run)
    if count < shape.lines:
        return False
    words = sorted(block.words for block in run)
    if words[count // 2] > shape.median or sum(words) > shape.mean * count:
        return False
    if bisect_right(words, _FEW) < shape.few * count:
        return False
    lettered = figures = ended = wrapped = fields = authored = 0
    for block in run:
        text = block.text.lstrip(MARKS) or block.text
        fields += is_field(text)
        authored += "](#" in text or "`" in text
        lettered += any(map(str.isalpha, text[:40]))
        figures += text[0].isdigit() or text[-1].isdigit()
        ended += block.ended and not text.endswith(CUT_OFF)
        wrapped += text[0].islower() or text[-1] in GOES_ON
    return (
        lettered >= _LETTERED * count
        and figures <= shape.figures * count
        and ended <= shape.ended * count
        and wrapped <= shape.wrapped * count
        and fields <= FIELDS * count
        and authored <= _AUTHORED * count
    )


def is_field(text: str) -> bool:
    """Whether a line is a name with a value behind it, as in the head of a letter."""
    return ": " in text and _FIELD.match(text) is not None


def is_series(blocks: Sequence[Block]) -> bool:
    """Whether a line of furniture parts most of the prose: a thread, a list of entries.

    Such a page has many texts, and none of them is the one that the others stand around: what
    stands before the first such line is not much longer than what stands between two of them.
    """
    counts = Counter(block.text for block in blocks if block.label in _PARTS)
    places: dict[str, list[int]] = {text: [] for text, count in counts.items() if count >= _ENTRIES}
    if not places:
        return False
    total = 0
    for block in blocks:
        if is_prose(block):
            total += block.words
        elif block.label in _PARTS and block.text in places:
            found = places[block.text]
            if not found or found[-1] != total:
                found.append(total)
    return any(
        len(found) >= _ENTRIES
        and (found[0] or found[1]) * (len(found) - 1) <= _ENTRIES_FIRST * (found[-1] - found[0])
        and found[-1] - found[0] >= _ENTRIES_SPAN * total
        for found in places.values()
    )


def is_in_pieces(blocks: Sequence[Block], most: float = _PIECES) -> bool:
    """Whether the lines are pieces of sentences, cut at links or at a width, and tell no places.

    Lone words in lower case may be a menu.
    """
    pieces = sum(
        block.words > 1 and (block.text[0].islower() or block.text[0] in _GONE_ON)
        for block in blocks
    )
    return pieces > most * len(blocks)


def _cost(block: Block) -> float:
    """What a line of furniture costs the run that holds it."""
    if block.label == "related" and not heads_teasers(block):
        return _TEASER
    return _COSTS.get(block.label, _COST)


def _limit(outside: Sequence[Block], core: int) -> int:
    """From how many words on a sentence outside the run stays.

    Where much prose stands outside, the text is no article with teasers around it.
    """
    words = sum(block.words for block in outside if is_prose(block))
    return _LONG if words <= _TEASERS * core else 0


def _main_run(blocks: Sequence[Block]) -> tuple[int, int]:
    """The first and the last line of the run; the last before the first where there is none."""
    total = sum(min(block.words, 200) for block in blocks if is_prose(block))
    best = (0, -1)
    values, short_lines = _values(blocks)
    for short in _SHORT:
        for index, share in short_lines:
            values[index] = -short * share
        best = _largest_segment(values)
        held = sum(min(one.words, 200) for one in blocks[best[0] : best[1] + 1] if is_prose(one))
        if held >= _COVERAGE * total:
            break
    return best


def _values(blocks: Sequence[Block]) -> tuple[list[float], list[tuple[int, float]]]:
    """The value of each line, and the short lines, with the share of their cost that each takes."""
    values: list[float] = []
    short: list[tuple[int, float]] = []
    gap = 0
    count = len(blocks)
    for index, block in enumerate(blocks):
        if block.label != "body":
            values.append(-_cost(block) if is_furniture(block) else 0.0)
        elif block.prose:
            gap = 0
            value = float(min(block.words, _CAP) - _OFFSET)
            if (
                block.words < _LONE_WORDS
                and not (index and is_prose(blocks[index - 1]))
                and not (index + 1 < count and is_prose(blocks[index + 1]))
            ):
                value *= _LONE
            values.append(value)
        elif block.ended and block.words >= _SENTENCE:
            values.append(min(block.words, 9) / 6)
        else:
            gap += 1
            share = 0.3 if block.ended else 1.0
            short.append((index, share * _GAP_SHARE if gap > _GAP else share))
            values.append(0.0)
    return values, short


def _largest_segment(values: Sequence[float]) -> tuple[int, int]:
    best, best_sum = (0, -1), 0.0
    start, running = 0, 0.0
    for index, value in enumerate(values):
        if running <= 0:
            start, running = index, 0.0
        running += value
        if running > best_sum:
            best, best_sum = (start, index), running
    return best


def _may_be_headline(block: Block) -> bool:
    """Whether a line has the shape of a headline, be it ever so short."""
    return (
        block.words <= _LONGEST_HEADLINE
        and block.text[-1] not in ",:;|»›"
        and " | " not in block.text
        and not block.text[:1].islower()
    )


def _above_byline(blocks: Sequence[Block]) -> Block | None:
    """The line right above the only byline: in a list of articles each has one."""
    bylines = [at for at, block in enumerate(blocks) if block.label == "byline"]
    if len(bylines) != 1 or not bylines[0]:
        return None
    above = blocks[bylines[0] - 1]
    short = above.words < 2 or len(above.text) < _SHORTEST_HEADLINE
    if above.label != "body" or above.prose or short or not _may_be_headline(above):
        return None
    return above


def find_headline(blocks: Sequence[Block], first: int) -> None:
    """The line above the run that reads like a headline, the one that comes twice before others."""
    above = [
        block
        for block in blocks[max(0, first - _ABOVE) : first]
        if block.label in {"body", "title"} and not block.prose
    ]
    if any(block.label == "title" for block in above):
        return
    named = _above_byline(blocks[max(0, first - _NEAR_BYLINE) : first])
    if named is not None:
        named.become("title", "strip.title", "right above the byline")
        return
    likely = [block for block in above if block.words >= _HEADLINE and _may_be_headline(block)]
    if not likely:
        return
    wanted = [key_of(block.text) for block in likely]
    shortest = min(map(len, wanted))
    seen = {
        key_of(block.text)
        for block in blocks[:first]
        # folding makes no ASCII longer
        if (len(block.text) >= shortest or not block.text.isascii()) and block not in likely
    }
    heads = [
        block
        for block, head in zip(likely, wanted, strict=True)
        if any(key.startswith(head) for key in seen)
    ]
    best = max(heads or likely, key=lambda block: min(block.words, 14))
    at = likely.index(best)
    if at and not heads and likely[at - 1].stop >= best.begin - 1:
        best = likely[at - 1]  # the headline stands right above its longer second line
    best.become("title", "strip.title")

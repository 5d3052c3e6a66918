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

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from archivetk.steps import Context
from archivetk.steps.strip.blocks import Block, key_of

__all__ = ["find_menus", "keep_main_run"]

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
#: What furniture costs, by label.
_COSTS: Final = {"comment": 200.0, "related": 30.0, "consent": 30.0, "copyright": 30.0}
_COST: Final = 6.0
_NEUTRAL: Final = frozenset({"title", "caption", "credit", "date", "byline", "dateline"})
#: What is left of a table or a template says nothing of menus.
_DEBRIS: Final = ".markup-token"

#: A dump has at least this many short lines outside the run, and furniture among its lines.
_OUTSIDE: Final = 6
_FURNITURE: Final = 3
#: The run has at least this many words of prose.
_CORE: Final = 60
#: Lines outside with this many words in the mean are text with hard line breaks.
_WRAPPED: Final = 7
#: A longer sentence outside the run goes only behind a heading of comments or other stories.
_LONG: Final = 60
#: A menu has at least this many lines, of at most so many words in the mean.
_MENU: Final = 14
_MENU_WORDS: Final = 3.0
_EDGE_WORDS: Final = 5.0
#: Teasers are at most this share of the article.
_TEASERS: Final = 0.3
#: How far above the run the headline may stand.
_ABOVE: Final = 14


def keep_main_run(blocks: list[Block], context: Context) -> None:
    """Label what stands outside the main run of prose, where the text is a dump of a page.

    Args:
        blocks: the lines, with the labels that rules gave them; more of them get one.
        context: says which rules may act.
    """
    furniture = sum(_is_furniture(block) for block in blocks if block.label != "body")
    if furniture < _FURNITURE or len(blocks) < 2 * _OUTSIDE:
        return
    first, last = _main_run(blocks)
    if last < first:
        return
    outside = [*blocks[:first], *blocks[last + 1 :]]
    short = [block for block in outside if not block.prose and block.label == "body"]
    core = sum(block.words for block in blocks[first : last + 1] if _is_prose(block))
    if len(short) < _OUTSIDE or core < _CORE:
        return
    words = sum(block.words for block in short)
    if words > core and words >= _WRAPPED * len(short):
        return  # a text with hard line breaks, not menus
    if context.allows("strip.title"):
        _find_headline(blocks, first)
    if context.allows("strip.before-text"):
        long = _limit(blocks[:first], core)
        for block in blocks[:first]:
            if not block.safe and (not block.prose or block.words < long):
                block.become("navigation", "strip.before-text", "above the main run of prose")
    if context.allows("strip.after-text"):
        label = "related"
        ended = False
        long = _limit(blocks[last + 1 :], core)
        for block in blocks[last + 1 :]:
            if block.label in {"comment", "related", "copyright"}:
                label = "comment" if block.label == "comment" else label
                ended = True
            elif not block.safe and (ended or not block.prose or block.words < long):
                block.become(label, "strip.after-text", "below the main run of prose")


def find_menus(blocks: list[Block], context: Context) -> None:
    """Label long runs of very short lines: menus, lists of links, clouds of tags.

    Above and below the prose a run may have longer lines than amid it; without furniture in the
    text that a rule knows, only a very long run at an edge will do.  Tables of figures, verse
    (whose lines are longer) and lists that stand alone are left as they are.
    """
    if not context.allows("strip.menu"):
        return
    prose = [index for index, block in enumerate(blocks) if block.prose and block.label == "body"]
    if sum(blocks[index].words for index in prose) < _CORE:
        return
    furniture = any(_is_furniture(block) for block in blocks if block.label != "body")
    first, last = prose[0], prose[-1]
    for before, end in pairwise([-1, *prose, len(blocks)]):
        index = before + 1
        run = blocks[index:end]
        edge = end <= first or index > last
        # The line above the prose may be its heading.
        if end < len(blocks) and len(run) > 1:
            run = run[:-1]
        if _is_menu(run, edge=edge, furniture=furniture):
            label = "navigation" if index < last else "related"
            for block in run:
                if not block.safe:
                    block.become(label, "strip.menu", f"one of {len(run)} short lines in a row")


def _is_menu(run: Sequence[Block], *, edge: bool, furniture: bool) -> bool:
    if len(run) < _MENU or not (furniture or (edge and len(run) >= 3 * _MENU)):
        return False
    words = sum(block.words for block in run)
    limit = _EDGE_WORDS if edge and furniture else _MENU_WORDS
    if words > limit * len(run) or sum(block.ended for block in run) * 5 > len(run):
        return False
    letters = sum(any(map(str.isalpha, block.text[:40])) for block in run)
    digits = sum(block.text[:1].isdigit() or block.text[-1:].isdigit() for block in run)
    return letters * 5 >= len(run) * 4 and digits * 3 <= len(run)


def _is_furniture(block: Block) -> bool:
    return (
        block.label not in _NEUTRAL and block.label != "body" and not block.rule.endswith(_DEBRIS)
    )


def _is_prose(block: Block) -> bool:
    return block.prose and block.label == "body"


def _limit(outside: Sequence[Block], core: int) -> int:
    """From how many words on a sentence outside the run stays.

    Where much prose stands outside, the text is no article with teasers around it.
    """
    words = sum(block.words for block in outside if _is_prose(block))
    return _LONG if words <= _TEASERS * core else 0


def _main_run(blocks: Sequence[Block]) -> tuple[int, int]:
    """The first and the last line of the run; the last before the first where there is none."""
    total = sum(min(block.words, 200) for block in blocks if _is_prose(block))
    best = (0, -1)
    values, short_lines = _values(blocks)
    for short in _SHORT:
        for index, share in short_lines:
            values[index] = -short * share
        best = _largest_segment(values)
        held = sum(min(one.words, 200) for one in blocks[best[0] : best[1] + 1] if _is_prose(one))
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
            if block.label in _NEUTRAL or block.rule.endswith(_DEBRIS):
                values.append(0.0)
            else:
                values.append(-_COSTS.get(block.label, _COST))
        elif block.prose:
            gap = 0
            value = float(min(block.words, _CAP) - _OFFSET)
            if (
                block.words < _LONE_WORDS
                and not (index and _is_prose(blocks[index - 1]))
                and not (index + 1 < count and _is_prose(blocks[index + 1]))
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


def _find_headline(blocks: Sequence[Block], first: int) -> None:
    """The line above the run that reads like a headline, the one that comes twice before others."""
    above = [
        block
        for block in blocks[max(0, first - _ABOVE) : first]
        if block.label in {"body", "title"} and not block.prose
    ]
    if any(block.label == "title" for block in above):
        return
    likely = [
        block
        for block in above
        if 4 <= block.words <= 28
        and block.text[-1] not in ",:;|»›"
        and " | " not in block.text
        and not block.text[:1].islower()
    ]
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

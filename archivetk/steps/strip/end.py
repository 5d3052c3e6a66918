"""Where an article ends and comments or teasers begin, though they have sentences too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from archivetk.steps.strip.blocks import Block

__all__ = ["end_of_article", "heads_teasers", "is_furniture", "is_prose"]

_NEUTRAL: Final = frozenset({"title", "caption", "credit", "date", "byline", "dateline"})
#: What is left of a table or a template says nothing of menus.
_DEBRIS: Final = ".markup-token"
#: "Back to top" stands between the parts of a text, too.
_BETWEEN: Final = ".read-more"
#: One teaser amid the article (``Related: ...``) has more words than a heading of a list of them.
_TEASER_HEAD: Final = 6
#: Words of a line of prose beyond which no more count.
_CAP: Final = 80
#: Furniture that may end an article of at least this many words, right behind its prose.
_ENDS: Final = frozenset(
    {"comment", "consent", "copyright", "newsletter", "promo", "related", "share"}
)
_ARTICLE: Final = 80
_BEHIND: Final = 6
#: What follows the end is this much thinner; where it is a series of records it need not be.
_THINNER: Final = 1 / 3
_RECORDS: Final = 0.8
#: At least this share of the lines behind the end is furniture or comes again and again.
_KNOWN: Final = 0.05
#: A series parts its passages so often, and so large a share of the gaps has such a line.
_GAPS: Final = 4
_MARKED: Final = 0.35
#: So many of its lines stand in front of it where it is part of a longer series.
_PARTED: Final = 2
#: Behind a heading of other stories or of comments fewer will do; stories have one passage each.
_HEADED: Final = 2
_ALONE: Final = 0.7
_HEADS: Final = frozenset({"comment", "related"})
#: A short line comes again so often.
_RECURRENT: Final = 4
_RECURRENT_WORDS: Final = 8
_NO_DIGITS: Final = dict.fromkeys(range(ord("0"), ord("9") + 1), "0")


def is_prose(block: Block) -> bool:
    """Whether a line is prose that no rule took for something else."""
    return block.prose and block.label == "body"


def is_furniture(block: Block) -> bool:
    """Whether a label shows that the text has the furniture of a page."""
    return (
        block.label not in _NEUTRAL and block.label != "body" and not block.rule.endswith(_DEBRIS)
    )


def heads_teasers(block: Block) -> bool:
    """Whether a line is a heading of other stories, and not one of them."""
    return block.label == "related" and block.words <= _TEASER_HEAD


def end_of_article(blocks: Sequence[Block], first: int, last: int, most: float) -> int:
    """The last line of the article, where teasers or comments follow it within the run.

    Comments and teasers have prose too, but thinner: names, dates and buttons between short
    passages.  Where furniture stands, or a short line that comes again and again (``Reply``, the
    date of a comment), the run may end.  It ends at the place that leaves the most: each line
    costs a share of what a line of the article holds, each word of prose counts.  Furniture costs
    nothing, since boxes of it stand amid articles too.  What is nearly as dense as the article has
    to be a series of records: passages, and between them lines that are known or come again.

    Args:
        blocks: all lines, with the labels that rules gave them.
        first: the first line of the main run.
        last: its last line.
        most: no more than this share of the prose of the text may stand behind the end.

    Returns:
        The index of the last line, ``last`` where nothing follows the article.
    """
    if not any(is_furniture(block) for block in blocks[first : last + 1] if block.label != "body"):
        return last
    sums = [0]
    lines = [0]
    for block in blocks[first : last + 1]:
        sums.append(sums[-1] + (min(block.words, _CAP) if is_prose(block) else 0))
        lines.append(lines[-1] + (not is_furniture(block)))
    recurrent = _recurrent(blocks, first)
    places = [
        place
        for place in range(first + 1, last + 1)
        if sums[place - first] >= _ARTICLE
        and (blocks[place].label in _ENDS or place in recurrent)
        and any(is_prose(one) for one in blocks[max(first, place - _BEHIND) : place])
    ]
    if not places:
        return last
    density = max(sums[place - first] / lines[place - first] for place in places)
    total = sum(block.words for block in blocks if is_prose(block))
    for thinner in (_THINNER, _RECORDS):
        left = [words - thinner * density * count for words, count in zip(sums, lines, strict=True)]
        best = max(places, key=lambda place: left[place - first])
        if left[best - first] <= left[-1]:
            continue
        stays = sum(block.words for block in blocks[first:best] if is_prose(block))
        if total - stays > most * total:
            continue  # where too much goes, nothing goes
        # Code, tables and references are thin too: comments and teasers have their furniture.
        furniture = sum(is_furniture(block) for block in blocks[best : last + 1])
        known = furniture + sum(place in recurrent for place in range(best, last + 1))
        if not furniture or known < _KNOWN * (last + 1 - best):
            continue
        if thinner == _THINNER or _are_records(blocks, first, best, last, recurrent):
            return best - 1
    return last


def _are_records(
    blocks: Sequence[Block], start: int, first: int, last: int, recurrent: set[int]
) -> bool:
    """Whether passages take turns with lines that are known of comments and teasers.

    A page that is a series of entries has the same lines between them from its start on.
    """
    head = blocks[first]
    if not _is_mark(head):
        return False  # the parts of an article may have headings that come again
    gaps = marked = alone = 0
    before: int | None = None
    known = False
    marks: set[str] = set()
    for index in range(first, last + 1):
        if is_prose(blocks[index]):
            if before is not None:
                gaps += 1
                marked += known
                alone += index > before + 1
            before, known = index, False
        elif index in recurrent or _is_mark(blocks[index]):
            known = True
            marks.add(_shape(blocks[index]))
    parted = sum(
        index + 1 < first and not blocks[index].prose and _shape(blocks[index]) in marks
        for index in range(start, first)
    )
    if parted >= _PARTED:
        return False
    if gaps >= _GAPS and marked >= _MARKED * gaps:
        return True
    headed = head.label in _HEADS and head.words <= _TEASER_HEAD
    return headed and gaps >= _HEADED and (head.label == "comment" or alone >= _ALONE * gaps)


def _shape(block: Block) -> str:
    return block.text.translate(_NO_DIGITS)


def _is_mark(block: Block) -> bool:
    return is_furniture(block) and not block.rule.endswith(_BETWEEN)


def _recurrent(blocks: Sequence[Block], first: int) -> set[int]:
    """The short lines from one on that come again and again between passages, digits apart."""
    places: dict[str, list[int]] = {}
    passages: dict[str, int] = {}
    count = 0
    for index in range(first, len(blocks)):
        block = blocks[index]
        if block.prose:
            count += 1
        elif block.label == "body" and not block.ended and block.words <= _RECURRENT_WORDS:
            key = _shape(block)
            if passages.get(key) != count and (":" in key or any(map(str.isalpha, key))):
                passages[key] = count
                places.setdefault(key, []).append(index)
    return {index for found in places.values() if len(found) >= _RECURRENT for index in found}

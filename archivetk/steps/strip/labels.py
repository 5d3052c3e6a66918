"""Rules against lines: positions, neighbours and tails."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from archivetk.characters import ODD_SPACE, is_known, occurring, white_runs
from archivetk.rules import Hit, Matcher
from archivetk.steps import Context
from archivetk.steps.strip.blocks import Block, sentence_ends

__all__ = ["apply_line_rules"]

#: A line may take its evidence from this many lines before and behind it.
_NEAR: Final = 2
#: Lines at the top that count as the start of a text, whatever they are.
_TOP: Final = 8
#: A single word of these may as well be a heading in the text.
_LONE_LABELS: Final = frozenset({"navigation", "promo", "copyright", "newsletter"})
#: A word and its count may be a mark in a review or a row of a list.
_COUNTED: Final = (".rating", ".share-bar")
_COUNT_WORDS: Final = 4
#: A sentence of this many words is safe from rules that only know a caption's shape.
_FEW: Final = 15
#: A caption with its credit behind it has no more words and inner ends of sentences than this.
_CAPTION: Final = 40
_CAPTION_SENTENCES: Final = 2
#: A heading of a list of teasers takes this many short lines with it where prose follows.
_BOX: Final = 12


def apply_line_rules(blocks: list[Block], text: str, matcher: Matcher, context: Context) -> None:
    """Label the lines that a rule names.

    Args:
        blocks: all lines that are not blank; they get their labels.
        text: the text.
        matcher: the rules.
        context: says which rules may act.
    """
    prose = [index for index, block in enumerate(blocks) if block.prose and block.words >= _FEW]
    top = max(_TOP, prose[1] if len(prose) > 1 else 0)
    after = prose[-1] if prose else -1
    waiting: list[tuple[int, Hit]] = []
    tails: list[tuple[int, Hit]] = []
    lone: list[tuple[int, Hit]] = []
    asked = [
        index for index, block in enumerate(blocks) if block.label == "body" and not block.safe
    ]
    lines = [blocks[index].text for index in asked]
    for at, hits in matcher.lines(lines, even=_is_even(text, context)).items():
        index = asked[at]
        block = blocks[index]
        if "\t" in block.text and _is_in_table(blocks, index):
            continue
        for hit in hits:
            rule = hit.rule
            if not context.allows(rule.name) or (rule.short and block.prose):
                continue
            is_start = index < top
            is_end = index > after or block.start * 3 >= len(text) * 2
            if (
                (rule.where == "start" and not is_start)
                or (rule.where == "end" and not is_end)
                or (rule.where == "edges" and not (is_start or is_end))
            ):
                continue
            if rule.match == "tail":
                tails.append((index, hit))
            elif rule.near:
                waiting.append((index, hit))
            elif _is_lone(block, hit):
                lone.append((index, hit))
            elif not _is_caption(rule.label) or _has_caption_place(block, hit, prose):
                _take(block, hit)
                break
    first = prose[0] if prose else 0
    for index, hit in lone:
        # At the edges of a text such a line needs no neighbours; but a diary or a letter may begin
        # or end with its date, and a review with its marks.
        at_edge = index < first or index > after
        if hit.rule.label == "date":
            at_edge = 0 < index < first
        elif hit.rule.name.endswith(_COUNTED):
            at_edge = False
        if at_edge or _by_furniture(blocks, index):
            _take(blocks[index], hit)
    _settle(blocks, waiting)
    _apply_tails(blocks, tails)
    _settle(blocks, waiting)


def _is_even(text: str, context: Context) -> bool:
    """Whether a text is known to have no other white space in its lines than single spaces."""
    memory = context.memory
    return (
        is_known(text, memory)
        and "\t" not in text
        and not occurring(text, memory) & ODD_SPACE
        and "\u200b" not in text
        and all(
            not is_long and "\n" in (text[at], text[at + 1])
            for at, is_long in white_runs(text, memory)
        )
    )


def _take(block: Block, hit: Hit) -> None:
    if block.label == "body":
        block.become(hit.rule.label, hit.rule.name)
        block.groups = hit.groups


def _is_in_table(blocks: Sequence[Block], index: int) -> bool:
    """Whether a line with a tab stands beside another one: a row of a table."""
    return any(
        "\t" in one.text for one in (*blocks[index - 1 : index], *blocks[index + 1 : index + 2])
    )


def _is_lone(block: Block, hit: Hit) -> bool:
    """Whether a line says nothing but one word of furniture, a count, or a date."""
    label = hit.rule.label
    if label == "date":
        begin, end = hit.groups.get("date", (0, 0))
        return not any(map(str.isalpha, block.text[:begin] + block.text[end:]))
    if hit.rule.name.endswith(_COUNTED) and block.words > 1:
        return block.words <= _COUNT_WORDS and any(map(str.isdigit, block.text))
    is_word = block.words == 1 and any(map(str.isalpha, block.text))
    return is_word and label in _LONE_LABELS


def _is_caption(label: str) -> bool:
    return label in {"caption", "credit"}


def _has_caption_place(block: Block, hit: Hit, prose: Sequence[int]) -> bool:
    """Whether a line can be a caption: the text must have other prose than this line.

    A long line whose credit comes at its end is a paragraph that a credit was glued to.
    """
    if not block.prose:
        return True
    credit = hit.groups.get("credit")
    glued = block.words > _CAPTION or sentence_ends(block.text) > _CAPTION_SENTENCES
    if glued and credit is not None and credit[0] > len(block.text) // 2:
        return False
    return len(prose) > 1 + (block.words >= _FEW)


def _settle(blocks: Sequence[Block], waiting: Sequence[tuple[int, Hit]]) -> None:
    """Rules that need a neighbour with a certain label; two share buttons vouch for each other."""
    wanted: dict[int, set[str]] = {}
    for index, hit in waiting:
        wanted.setdefault(index, set()).add(hit.rule.label)
    # Once down and once up, so that evidence travels along a run of lines in linear time.
    for sequence in (waiting, waiting[::-1]):
        for index, hit in sequence:
            if blocks[index].label != "body":
                continue
            for other in range(max(0, index - _NEAR), min(len(blocks), index + _NEAR + 1)):
                if other == index:
                    continue
                vouches = hit.rule.label == "share" and "share" in wanted.get(other, ())
                if blocks[other].label in hit.rule.near or vouches:
                    _take(blocks[index], hit)
                    break


def _apply_tails(blocks: list[Block], tails: Sequence[tuple[int, Hit]]) -> None:
    """A heading of what is not the text takes the short lines below it along."""
    if not tails:
        return
    count = len(blocks)
    next_prose = [count] * (count + 1)
    for index in range(count - 1, -1, -1):
        block = blocks[index]
        is_body = block.prose and block.label == "body"
        next_prose[index] = index if is_body else next_prose[index + 1]
    first_prose = next_prose[0]
    for index, hit in tails:
        block = blocks[index]
        if block.label != "body" or block.prose:
            continue
        end = next_prose[index + 1]
        if end == count and index > first_prose:
            # Nothing but short lines until the end.
            _take(block, hit)
            for below in blocks[index + 1 :]:
                if below.label != "body":
                    continue
                if not below.safe:
                    below.become(hit.rule.label, hit.rule.name, "below its heading")
        elif end - index > 1 and end - index <= _BOX and hit.rule.label == "related":
            # A box in the text: heading and teasers.  A heading right before prose stays.
            _take(block, hit)
            for below in blocks[index + 1 : end]:
                if not below.safe and not below.ended and 3 <= below.words <= 25:
                    below.become(hit.rule.label, hit.rule.name, "below its heading")
        elif end - index > 1 or index > first_prose or first_prose == count:
            if end - index > 1 or _by_furniture(blocks, index):
                _take(block, hit)


def _by_furniture(blocks: Sequence[Block], index: int) -> bool:
    """Whether a line stands beside furniture."""
    near = blocks[max(0, index - 2) : index + 3]
    return any(block.label not in {"body", "title", "caption", "credit"} for block in near)

"""Lines that are pieces of one sentence, put together again as one block.

Many tools write a line for each text node of a page, so that every link cuts its sentence in three;
others keep the line breaks of the source, or wrap at a column.  A piece is short and has no
end, looks like an entry of a menu, and a word like ``copy`` or ``Facebook`` alone on a line like a
button.  What shows that lines belong together is how they begin and end: a line that begins with a
small letter or a closing mark goes on with what the line before left open.

Only the blocks change, never the text: the pieces stay on their lines.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import itemgetter
from typing import Final

from archivetk.steps.strip.blocks import LONG_WORDS, PROSE_WORDS, Block

__all__ = ["join_pieces"]

#: Marks that nothing begins with.
_CLOSING: Final = frozenset(",.;:!?)]}”’»%…،؛؟，。、；：！？）」』】।")
_POSSESSIVE: Final = re.compile(r"'(?:s|t|re|ve|ll|d|m)\b")
#: Marks after which something must come.
_OPEN_MARK: Final = frozenset(",(“‘«[（「『،，、")
#: Articles, prepositions, conjunctions: no sentence and hardly a heading ends with one of them.
_OPEN: Final = (
    "a an the of to by and or with from for into than as that is was are were which who whose "
    "at in on its their his her our between der die das ein eine einer einem einen eines dem "
    "den des und oder mit von vom zum zur im am auf aus bei für durch über le la les un une du "
    "de et ou à au aux par pour dans sur avec el los las una del y al por para con il lo gli di "
    "della dei e da dal nel per o os do dos em no na com het een van en op met voor i w z v och "
    "av på som"
)
_OPEN_WORDS: Final = frozenset(_OPEN.split())
#: A line of this many words may leave its sentence open for a name on the next one.
_CLAUSE: Final = 4
_NAME: Final = 5
#: Pieces have a line of this many words among them, ...
_SOME: Final = 4
#: ... and without an end of the sentence they have this many in the mean.
_MEAN: Final = 4
#: A line above a piece stands at most so many blank lines away.
_BLANK_LINES: Final = 1


def join_pieces(blocks: list[Block], text: str) -> list[Block]:
    """The blocks of a text, the pieces of a sentence as one of them.

    Args:
        blocks: the lines that are not blank.
        text: the text that they are lines of.

    Returns:
        The blocks in their order; pieces that together are no prose stay lines of their own.
    """
    begins = _begin_as_pieces([block.text for block in blocks])
    if True not in begins:
        return blocks
    joined: list[Block] = []
    count = len(blocks)
    index = 0
    while index < count:
        end = index
        while end + 1 < count and _goes_on(blocks, begins, index, end, text):
            end += 1
        if end == index:
            joined.append(blocks[index])
        elif _is_prose(blocks[index : end + 1]):
            joined.append(_joined(blocks[index : end + 1], text))
        else:
            joined.extend(blocks[index : end + 1])
        index = end + 1
    return joined


def _begin_as_pieces(lines: Sequence[str]) -> list[bool]:
    """Whether lines begin with a small letter or a closing mark."""
    firsts = list(map(itemgetter(0), lines))
    # of characters a text has fewer than of lines
    of_pieces = {one for one in set(firsts) if one in _CLOSING or one.islower()}
    if not of_pieces and "'" not in firsts:
        return []
    return [
        one in of_pieces or (one == "'" and _POSSESSIVE.match(line) is not None)
        for one, line in zip(firsts, lines, strict=True)
    ]


def _goes_on(
    blocks: Sequence[Block], begins: Sequence[bool], first: int, at: int, text: str
) -> bool:
    """Whether the line behind ``at`` goes on with its sentence."""
    block, below = blocks[at], blocks[at + 1]
    if begins[at + 1]:
        if block.ended and below.text[0].islower():
            return False
    elif block.ended or not (
        block.text[-1] in _OPEN_MARK
        or block.text[block.text.rfind(" ") + 1 :] in _OPEN_WORDS
        # a name between two pieces: "when President / Somebody / visited"
        or (
            at + 2 < len(blocks)
            and begins[at + 2]
            and (at > first or block.words >= _CLAUSE)
            and below.words <= _NAME
            and not below.ended
        )
    ):
        return False
    return (
        block.label == below.label == "body"
        and text.count("\n", block.end, below.start) <= 1 + _BLANK_LINES
    )


def _is_prose(pieces: Sequence[Block]) -> bool:
    words = sum(block.words for block in pieces)
    if max(block.words for block in pieces) < _SOME:
        return False
    if pieces[-1].ended:
        return words >= PROSE_WORDS
    return words >= LONG_WORDS and words >= _MEAN * len(pieces)


def _joined(pieces: Sequence[Block], text: str) -> Block:
    first, last = pieces[0], pieces[-1]
    words = sum(block.words for block in pieces)
    whole = text[first.start : last.end]
    return Block(whole, first.begin, first.start, last.end, last.stop, words, last.ended, True)

"""Lines as blocks, and what their shape alone tells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import accumulate, compress, count, islice, repeat
from operator import add, ge, gt, itemgetter, mul, ne
from typing import Final

import msgspec

__all__ = ["Block", "cut", "key_of", "sentence_ends", "tokens"]

_BLANK: Final = (
    " \t\r\f\v\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u200b\u202f\u205f\u3000\ufeff"
)
_CLOSERS: Final = "\"'”’»)]}）】］」』›“‘*_ "
_CLOSING: Final = frozenset(_CLOSERS)
_END: Final = frozenset(".!?…。！？｡।॥؟۔։።፧⁈‼፨")
#: Scripts that write no space between words: two characters count as a word.
_UNSPACED: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
_INNER_END: Final = re.compile(
    r"[.!?…。！？।؟۔።][\"'”’»)\]]{0,2}(?:[ \u00a0]+[^\Wa-z]|[\u3040-\u9fff])"
)
_WORD: Final = re.compile(r"[^\W_]+")
_UPPER: Final = re.compile(r"(?<![^\W_])[A-ZÀ-ÖØ-ÞĀ-ŽΑ-ΩА-Я0-9]")

#: Marks in front of the items of lists and menus.
MARKS: Final = "-•*–·|› "
#: A line that ends so goes on in the next one.
GOES_ON: Final = frozenset(",;:–—-")
#: What ends so was cut off and is no end of a sentence.
CUT_OFF: Final = ("...", "…")
#: So many lines are looked at column by column.
_MANY: Final = 64

#: A block of this many words that ends as a sentence is prose.
PROSE_WORDS: Final = 9
#: A block of this many words is prose even where its last mark is missing.
LONG_WORDS: Final = 28
#: So many will do in a script without spaces if nearly all of its characters are of that script:
#: captions and chats set no marks there, and titles are shorter.
_DENSE_WORDS: Final = 16
_DENSE: Final = 0.6


class Block(msgspec.Struct, eq=False, gc=False):
    """A line that is not blank.

    A text may have a million of them, so they are made in C, and of nothing that could form a
    cycle.

    Attributes:
        text: the trimmed line.
        begin: where the line begins, its white space included.
        start, end: the trimmed line in the text, code points.
        stop: behind the line's break, or the end of the text.
        words: how many words it has (two characters of an unspaced script count as one).
        ended: whether it ends as a sentence does.
        prose: whether it is running text.
        label: what it is; ``body`` until something else is shown.
        rule, detail: why it has that label.
        groups: named groups of the rule.
        safe: must stay, whatever the structure says.
    """

    text: str
    begin: int
    start: int
    end: int
    stop: int
    words: int
    ended: bool
    prose: bool
    label: str = "body"
    rule: str = ""
    detail: str = ""
    groups: dict[str, tuple[int, int]] = msgspec.field(default_factory=dict)
    safe: bool = False

    def become(self, label: str, rule: str, detail: str = "") -> None:
        """Give the block a label, unless it has one already."""
        if self.label == "body":
            self.label = label
            self.rule = rule
            self.detail = detail


def _runs(text: str, count: int) -> bool:
    """Whether a long line without a last mark reads as text: sentences, or few capitals."""
    if len(text) > 4000:
        text = text[:4000]
        count = text.count(" ") + 1
    if _INNER_END.search(text):
        return True
    return len(_UPPER.findall(text)) * 3 < count and text.count(" | ") * 8 < count


def _is_dense(text: str, count: int) -> bool:
    """Whether nearly all characters of a line are of a script without spaces, by its words."""
    return 2 * (count - text.count(" ") - 1) >= _DENSE * len(text)


def sentence_ends(text: str, most: int = 8) -> int:
    """How many sentences end inside a line, counted up to ``most``."""
    return sum(1 for _ in islice(_INNER_END.finditer(text), most))


def cut(text: str) -> list[Block]:
    """The lines of a text that are not blank; lines end at LF and nowhere else."""
    lines = text.split("\n")
    blocks = _one_by_one(lines) if len(lines) < _MANY else _by_columns(lines)
    if blocks:
        blocks[-1].stop = min(blocks[-1].stop, len(text))  # the last line may have no break
    return blocks


def _one_by_one(lines: list[str]) -> list[Block]:
    blocks: list[Block] = []
    begin = 0
    for line in lines:
        size = len(line)
        stop = begin + size + 1
        bare = line.strip(_BLANK)
        if bare:
            length = len(bare)
            start = begin if length == size else begin + line.index(bare[0])
            words = bare.count(" ") + 1
            if length > 8 * words and not bare.isascii():
                words += len(_UNSPACED.findall(bare)) // 2
            last = bare[-1]
            if last in _CLOSING:
                last = bare.rstrip(_CLOSERS)[-1:]
            ended = last in _END
            prose = words >= PROSE_WORDS and (
                ended
                or (words >= LONG_WORDS and _runs(bare, words))
                or (words >= _DENSE_WORDS and _is_dense(bare, words))
            )
            blocks.append(Block(bare, begin, start, start + length, stop, words, ended, prose))
        begin = stop
    return blocks


def _by_columns(lines: list[str]) -> list[Block]:
    """The same in half the time where lines are many: loops in C, and few lines looked at."""
    sizes = list(map(len, lines))
    begins = list(accumulate(map(add, sizes, repeat(1)), initial=0))
    stops = begins[1:]
    texts = list(map(str.strip, lines, repeat(_BLANK)))
    lengths = list(map(len, texts))
    starts = begins
    if lengths != sizes:
        starts = begins[:]
        for at in _where(map(ne, lengths, sizes)):
            if lengths[at]:
                starts[at] += lines[at].index(texts[at][0])
    if 0 in lengths:
        texts = list(filter(None, texts))
        begins, starts, stops, lengths = (
            list(compress(column, lengths)) for column in (begins, starts, stops, lengths)
        )
    words = list(map(add, map(str.count, texts, repeat(" ")), repeat(1)))
    for at in _where(map(gt, lengths, map(mul, words, repeat(8)))):
        if not texts[at].isascii():
            words[at] += len(_UNSPACED.findall(texts[at])) // 2
    lasts = list(map(itemgetter(-1), texts))
    ended = list(map(_END.__contains__, lasts))
    for at in _where(map(_CLOSING.__contains__, lasts)):
        ended[at] = texts[at].rstrip(_CLOSERS)[-1:] in _END
    prose = [False] * len(texts)
    for at in _where(map(ge, words, repeat(PROSE_WORDS))):
        prose[at] = (
            ended[at]
            or (words[at] >= LONG_WORDS and _runs(texts[at], words[at]))
            or (words[at] >= _DENSE_WORDS and _is_dense(texts[at], words[at]))
        )
    ends = map(add, starts, lengths)
    return list(map(Block, texts, begins, starts, ends, stops, words, ended, prose))


def _where(flags: Iterable[bool]) -> Iterator[int]:
    """The places where a column is true."""
    return compress(count(), flags)


def tokens(text: str) -> list[str]:
    """The words of a text in lower case, without marks."""
    return _WORD.findall(text.casefold())


def key_of(text: str) -> str:
    """What two lines share if they say the same: their words, without case and marks."""
    return " ".join(tokens(text))

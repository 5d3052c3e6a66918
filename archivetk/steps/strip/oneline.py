"""A whole page on one line: where its text begins and ends.

Some tools write a page without any line break.  Then no line can tell a menu from a sentence, but
the words can: in a menu most of them are capitalized, in a sentence few.  The text is the segment
of words with the largest sum (maximum subsequence segmentation, as for lines), where small letters
and the ends of sentences count for and capitals against it.

It acts only on a line that is most of the text, and only where rules know furniture of several
kinds outside that segment: among its first and its last words, read one to four at a time.  Most
lines are turned away before the segment is looked for, by what stands at their edges.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import islice, pairwise
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from archivetk.rules import Matcher
from archivetk.steps import Context
from archivetk.steps.strip.blocks import Block

__all__ = ["split_one_line"]

_Flags = npt.NDArray[np.bool_]

#: A line of this many characters that holds this share of the text may be a whole page.
_CHARS: Final = 1500
_SHARE: Final = 0.6
#: A text of more lines was written line by line.
_LINES: Final = 20
#: A longer one is left as it is: no page has that much text.
_MOST: Final = 400_000
#: What a word counts for the text; the costs of a capital are lowered until the segment holds
#: enough of the small words.
_SMALL: Final = 1.0
_CAPITALS: Final = (-2.5, -2.0, -1.5)
_COVERAGE: Final = 0.5
_OTHER: Final = -0.5
_END: Final = 2.0
#: Sentences are worth this much for each word, as windows of so many words show.
_MARGIN: Final = 0.4
_WINDOW: Final = 40
#: The text has at least this many words; less than that outside of it is left.
_CORE: Final = 80
_OUTSIDE: Final = 12
#: Capitalized words before the first small one belong to its sentence, so many at most.
_BACK: Final = 3
#: The text ends with a sentence, if one ends among so many of its last words.
_SNAP: Final = 30
#: A line whose first words are small ones, to this share of so many, begins with its text.
_FIRST: Final = 24
_FIRST_SHARE: Final = 0.7
#: Kinds of furniture outside, looked for in so many words at either end.
_KINDS: Final = 4
_LOOK: Final = 300
_PHRASE: Final = 4
_PHRASE_CHARS: Final = 60

#: At the edge of a menu this share of the words in so many characters is capitalized, and so many
#: words in a row are not small ones: a quarter of such prose has fewer, and no menu.
_EDGE: Final = 250
_EDGE_SHARE: Final = 0.3
_EDGE_RUN: Final = 4
#: And so many kinds of furniture stand among so many words at its ends.
_EDGE_KINDS: Final = 2
_EDGE_WORDS: Final = 100
_WORD: Final = re.compile(r"\S+")
_CAPITALS_OF_WORDS: Final = frozenset(
    chr(code)
    for first, last in ("AZ", "ÀÖ", "ØÞ", "ĀŽ", "ΑΩ", "АЯ")
    for code in range(ord(first), ord(last) + 1)
)

#: A word's first letter is one of so many characters.
_LETTERS: Final = 6
_SPACE, _LETTER, _UPPER, _FULL_STOP, _CLOSER = (1 << bit for bit in range(5))
_ENDS: Final = frozenset(".!?…")
_CLOSERS: Final = "\"'”’»)]"
_FEW_CAPITALS: Final = frozenset({"I"})


def split_one_line(blocks: list[Block], matcher: Matcher, context: Context) -> list[Block]:
    """The blocks, with the line that is a whole page cut in what is before, in and behind its text.

    Args:
        blocks: the lines that are not blank.
        matcher: the rules that know furniture.
        context: says which rules may act.

    Returns:
        The blocks in their order; what stands outside the text has its label.
    """
    if len(blocks) > _LINES or not blocks:
        return blocks
    at = max(range(len(blocks)), key=lambda index: blocks[index].end - blocks[index].start)
    block = blocks[at]
    size = block.end - block.start
    if (
        not _CHARS <= size <= _MOST
        or size < _SHARE * sum(one.end - one.start for one in blocks)
        or block.label != "body"
    ):
        return blocks
    if not any(map(_is_capitalized, (block.text[:_EDGE], block.text[-_EDGE:]))):
        return blocks
    if len(_kinds(block.text, _outermost(block.text), matcher)) < _EDGE_KINDS:
        return blocks
    read = _read(block.text)
    words = read.spans
    first, last = _segment(block.text, read)
    if last - first < _CORE:
        return blocks
    if first and _begins_as_text(block.text, words):
        first = 0
    if first < _OUTSIDE and len(words) - last < _OUTSIDE:
        return blocks
    outside = [*words[: min(first, _LOOK)], *words[max(last, len(words) - _LOOK) :]]
    kinds = _kinds(block.text, outside, matcher)
    if len(kinds) < _KINDS:
        return blocks
    return [*blocks[:at], *_parts(block, words, first, last, context), *blocks[at + 1 :]]


def _is_capitalized(text: str) -> bool:
    words = text.split()
    if sum([word[0] in _CAPITALS_OF_WORDS for word in words]) < _EDGE_SHARE * (text.count(" ") + 1):
        return False
    run = 0
    for word in words:
        run = 0 if word[0].islower() else run + 1
        if run >= _EDGE_RUN:
            return True
    return False


def _outermost(text: str) -> list[tuple[int, int]]:
    """Where the words at the ends of a line stand."""
    head = [word.span() for word in islice(_WORD.finditer(text), _EDGE_WORDS)]
    before = text.rsplit(None, _EDGE_WORDS)
    start = len(before[0]) if len(before) > _EDGE_WORDS else 0
    behind = max(start, head[-1][1] if head else 0)
    return head + [word.span() for word in _WORD.finditer(text, behind)]


class _Words(NamedTuple):
    """The words of a line, which stand between white space; an entry for each.

    Attributes:
        spans: where each begins and ends.
        has_letter: whether one of its first characters is a letter.
        is_upper: whether the first of those is a capital.
        ends: whether it ends a sentence.
        is_few: whether it is a capital that a sentence has anywhere.
    """

    spans: list[tuple[int, int]]
    has_letter: _Flags
    is_upper: _Flags
    ends: _Flags
    is_few: _Flags


def _read(text: str) -> _Words:
    """The words of a line, all of them at once."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    kinds = _table().take(np.minimum(codes, 0xFFFF))
    is_space = (kinds & _SPACE) != 0
    edge = np.ones(len(codes) + 1, np.bool_)
    edge[1:-1] = is_space[1:] != is_space[:-1]
    edges = np.flatnonzero(edge)
    starts, stops = edges[:-1], edges[1:]
    is_word = ~is_space[starts]
    starts, stops = starts[is_word], stops[is_word]
    letter = starts.copy()
    has_letter = (kinds[starts] & _LETTER) != 0
    for further in range(1, _LETTERS):
        at = np.minimum(starts + further, stops - 1)
        here = ~has_letter & ((kinds[at] & _LETTER) != 0)
        letter[here] = at[here]
        has_letter |= here
    # what ends a sentence may have quotes and brackets behind it
    places = np.where(kinds & _CLOSER, -1, np.arange(len(codes)))
    last = np.maximum.accumulate(places)[stops - 1]
    ends = (last >= starts) & ((kinds[last] & _FULL_STOP) != 0)
    is_few = np.zeros(len(starts), np.bool_)
    for word in _FEW_CAPITALS:
        is_few |= (stops - starts == 1) & (codes[starts] == ord(word))
    return _Words(
        list(zip(starts.tolist(), stops.tolist(), strict=True)),
        has_letter,
        has_letter & ((kinds[letter] & _UPPER) != 0),
        ends,
        is_few,
    )


@cache
def _table() -> npt.NDArray[np.uint8]:
    """What each character of the basic plane is; those beyond it are no letters."""
    table = np.zeros(0x10000, np.uint8)
    for code in range(0xFFFF):
        one = chr(code)
        table[code] = (
            _SPACE * one.isspace()
            | _LETTER * one.isalpha()
            | _UPPER * one.isupper()
            | _FULL_STOP * (one in _ENDS)
            | _CLOSER * (one in _CLOSERS)
        )
    return table


def _segment(text: str, words: _Words) -> tuple[int, int]:
    """The words of the text: the first of them, and the one behind the last."""
    is_small = words.has_letter & ~words.is_upper
    values = np.where(words.has_letter, 0.0, _OTHER)
    values[is_small] = _SMALL
    values[is_small & words.ends] += _END
    # a capital behind the end of a sentence says nothing
    behind = np.concatenate(([True], words.ends[:-1]))
    capitals = np.flatnonzero(words.is_upper & ~behind & ~words.is_few)
    small = np.concatenate(([0], np.cumsum(is_small)))
    most = _highest_cost(capitals.tolist(), len(values))
    best = (0, 0)
    for cost in _CAPITALS:
        values[capitals] = max(cost, most)
        best = _largest_segment(values.tolist())
        if small[best[1]] - small[best[0]] >= _COVERAGE * small[-1]:
            break
    first, last = best
    back = first
    while back and first - back < _BACK and not _ends(_at(text, words.spans, back - 1)):
        if not _at(text, words.spans, back - 1)[:1].isupper():
            break
        back -= 1
    for index in range(last - 1, max(first, last - _SNAP), -1):
        if _ends(_at(text, words.spans, index)):
            return back, index + 1
    return back, last


def _highest_cost(capitals: Sequence[int], count: int) -> float:
    """What a capital may cost in a language with so many of them that its sentences stay positive.

    The share of capitals in sentences is that of the quarter of windows that have the fewest.
    """
    windows = [0] * (count // _WINDOW)
    for index in capitals:
        if index // _WINDOW < len(windows):
            windows[index // _WINDOW] += 1
    if not windows:
        return 0.0
    share = sorted(windows)[len(windows) // 4] / _WINDOW
    return -max(0.0, 1 - _MARGIN - share) / max(share, 0.01)


def _begins_as_text(text: str, words: Sequence[tuple[int, int]]) -> bool:
    """Whether the line begins with a sentence, as no menu does."""
    small = sum(text[begin].islower() for begin, _ in words[:_FIRST])
    return small >= _FIRST_SHARE * _FIRST


def _ends(word: str) -> bool:
    """Whether a word ends a sentence."""
    last = word[-1]
    if last in _CLOSERS:
        last = word.rstrip(_CLOSERS)[-1:]
    return last in _ENDS


def _largest_segment(values: Sequence[float]) -> tuple[int, int]:
    best = (0, 0)
    most = running = 0.0
    start = 0
    for index, value in enumerate(values):
        if running <= 0:
            start, running = index, 0.0
        running += value
        if running > most:
            most, best = running, (start, index + 1)
    return best


def _at(text: str, words: Sequence[tuple[int, int]], index: int) -> str:
    return text[slice(*words[index])]


def _kinds(text: str, words: Sequence[tuple[int, int]], matcher: Matcher) -> set[str]:
    """The labels that rules give to phrases of these words."""
    phrases = []
    small = [text[begin].islower() for begin, _ in words]
    for index in range(len(words)):
        # in a sentence a small word stands beside it
        if small[index] or (index and small[index - 1]):
            continue
        begin = words[index][0]
        for count, (_, end) in enumerate(words[index : index + _PHRASE], 1):
            if index + count < len(words) and small[index + count]:
                continue
            if 0 < end - begin <= _PHRASE_CHARS:
                phrases.append(text[begin:end])
    kinds = {hit.rule.label for hits in matcher.lines(phrases).values() for hit in hits}
    return kinds - {"body", "title", "date", "byline", "dateline", "caption", "credit"}


def _parts(
    block: Block, words: Sequence[tuple[int, int]], first: int, last: int, context: Context
) -> list[Block]:
    cuts = [0]
    if first >= _OUTSIDE and context.allows("strip.before-text"):
        cuts.append(first)
    else:
        first = 0
    if len(words) - last >= _OUTSIDE and context.allows("strip.after-text"):
        cuts.append(last)
    cuts.append(len(words))
    parts = []
    for begin, end in pairwise(cuts):
        start, stop = block.start + words[begin][0], block.start + words[end - 1][1]
        is_text = begin == first
        part = Block(
            block.text[words[begin][0] : words[end - 1][1]],
            block.begin if begin == 0 else start,
            start,
            stop,
            block.stop if end == len(words) else block.start + words[end][0],
            end - begin,
            is_text,
            is_text,
        )
        if not is_text:
            if begin == 0:
                part.become("navigation", "strip.before-text", "above the main run of prose")
            else:
                part.become("related", "strip.after-text", "below the main run of prose")
        parts.append(part)
    return parts

"""Find the lines of a judge in the text of a scan, in order.

An extractor keeps no offsets: it gives lines, with white space, list marks and composition of
its own.  Both sides are compared under a key that leaves those out.  First whole lines against
whole units, as the heaviest chain in document order; then, between two anchors, lines against
runs of units and parts of them; then words against words.  What has no place even then is
handed back, never dropped.

The chain is the heaviest increasing subsequence, found with a staircase of best totals
(Fredman, "On computing the length of longest increasing subsequences", 1975, with weights).
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

__all__ = ["Alignment", "Stray", "align", "key_of"]

#: What extractors add, take away or write in another way: white space, controls, format
#: characters, marks of lists, tables and emphasis.
_IGNORED: Final = re.compile(
    r"[\s\x00-\x20\x7f-\xa0\xad\u180e\u200b-\u200f\u2028-\u202f\u205f-\u206f\ufeff\ufffc"
    r"|*•·‣▪◦–—\-_#>`]+"
)
_WORD: Final = re.compile(r"\S+")
#: The same characters of ASCII, as a table.
_ASCII: Final = {code: None for code in range(128) if _IGNORED.match(chr(code))}

#: Units that may hold one line: more are not tried, the nearest in order come first.
_CANDIDATES: Final = 24
#: Shortest key that may match inside a unit, in code points.
_INSIDE: Final = 16
#: Largest product of word counts that the word pass compares.
_WORDS: Final = 1_000_000
#: Longest line, in code points, that is not divided where it is not found as a whole.
_PIECE: Final = 90
#: Largest product of units and length of a line for which the units are looked up in it.
_LOOKUPS: Final = 50_000_000
#: How far ahead the words of a line are looked for, in code points.
_NEAR: Final = 2000
#: Longest stretch of marks and white space between two spans that are one.
_GAP: Final = 12
#: Longest unit, in code points, whose places are remembered.
_REMEMBERED: Final = 20_000
#: Shortest run of words that counts as found, in code points.
_RUN: Final = 12


class Stray(NamedTuple):
    """Text of the judge that has no place in the text of the scan.

    Attributes:
        at: code point of the scan's text behind which it belongs.
        text: what the judge wrote.
    """

    at: int
    text: str


class Alignment(NamedTuple):
    """Where the lines of a judge stand.

    Attributes:
        spans: ``(start, end)`` of what was kept, in order, not overlapping.
        strays: what has no place, in order.
        exact: code points of the judge's text found as whole lines or parts of units.
        words: code points found word by word.
    """

    spans: list[tuple[int, int]]
    strays: list[Stray]
    exact: int
    words: int


def key_of(text: str) -> str:
    """A line under the key that lines are compared by."""
    if text.isascii():
        return text.translate(_ASCII)
    # white space is most of what goes
    return unicodedata.normalize("NFC", _IGNORED.sub("", "".join(text.split())))


#: The same for one word; a window of text is looked at again and again.
_word_key: Final = lru_cache(8192)(key_of)


def align(text: str, units: Sequence[tuple[int, int]], lines: Sequence[str]) -> Alignment:
    """Align the lines of a judge to the units of a scan, in order.

    Args:
        text: the text of the scan.
        units: its units, each ``(start, end)``, in order.
        lines: the judge's lines, in order.

    Returns:
        The spans that hold the lines, and what could not be found.
    """
    unit_keys = [key_of(text[start:end]) for start, end in units]
    wanted = [(key_of(line), line) for line in lines]
    wanted = [one for one in wanted if one[0]]
    anchors = _chain(unit_keys, [key for key, _ in wanted])
    spans: list[tuple[int, int]] = []
    strays: list[Stray] = []
    exact = words = 0
    previous = -1  # unit of the last anchor
    for line, unit in [*anchors, (len(wanted), len(units))]:
        waiting = wanted[_behind(anchors, line) : line]
        if waiting:
            found = _between(text, units, unit_keys, previous + 1, unit, waiting)
            spans.extend(found.spans)
            strays.extend(found.strays)
            exact += found.exact
            words += found.words
        if line < len(wanted):
            spans.append(units[unit])
            exact += len(wanted[line][1])
            previous = unit
    return Alignment(_joined(text, spans), strays, exact, words)


def _joined(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans, those on one line as one that have nothing of weight between them."""
    result: list[tuple[int, int]] = []
    for start, end in spans:
        if result:
            gap = text[result[-1][1] : start]
            if len(gap) < _GAP and "\n" not in gap and "\t" not in gap and not key_of(gap):
                result[-1] = (result[-1][0], end)
                continue
        result.append((start, end))
    return result


def _behind(anchors: list[tuple[int, int]], line: int) -> int:
    """The line behind the last anchor before ``line``."""
    index = bisect_left(anchors, (line, -1))
    return anchors[index - 1][0] + 1 if index else 0


def _chain(unit_keys: list[str], keys: list[str]) -> list[tuple[int, int]]:
    """The heaviest chain of equal keys that runs forward on both sides."""
    places: dict[str, list[int]] = {}
    for index, key in enumerate(unit_keys):
        if key:
            places.setdefault(key, []).append(index)
    ends: list[int] = []  # units that chains end at, rising
    totals: list[int] = []  # weight of the best chain that ends there, rising
    nodes: list[int] = []  # its last node
    trail: list[tuple[int, int, int]] = []  # line, unit, node before
    for line, key in enumerate(keys):
        candidates = places.get(key)
        if not candidates:
            continue
        weight = len(key)
        fresh = []
        for unit in candidates[:_CANDIDATES]:
            index = bisect_left(ends, unit)
            before = nodes[index - 1] if index else -1
            fresh.append((unit, (totals[index - 1] if index else 0) + weight, before))
        for unit, total, before in fresh:
            index = bisect_left(ends, unit)
            if index and totals[index - 1] >= total:
                continue
            if index < len(ends) and ends[index] == unit and totals[index] >= total:
                continue
            trail.append((line, unit, before))
            stop = index
            while stop < len(ends) and totals[stop] <= total:
                stop += 1
            ends[index:stop] = [unit]
            totals[index:stop] = [total]
            nodes[index:stop] = [len(trail) - 1]
    chain = []
    node = nodes[-1] if nodes else -1
    while node >= 0:
        line, unit, node = trail[node]
        chain.append((line, unit))
    chain.reverse()
    return chain


def _between(
    text: str,
    units: Sequence[tuple[int, int]],
    unit_keys: list[str],
    low: int,
    high: int,
    waiting: list[tuple[str, str]],
) -> Alignment:
    """Lines between two anchors: runs of units, parts of units, then words."""
    begins = []
    size = 0
    for key in unit_keys[low:high]:
        begins.append(size)
        size += len(key)
    joined = "".join(unit_keys[low:high])
    starts = set(begins)
    spans: list[tuple[int, int]] = []
    strays: list[Stray] = []
    exact = words = 0
    cursor = 0
    edge = units[low - 1][1] if low else 0  # text behind which the next span stands
    queue = list(reversed(waiting))
    while queue:
        key, line = queue.pop()
        at = joined.find(key, cursor)
        if len(key) < _INSIDE:
            tries = 0
            while at > cursor and not (
                at in starts and (at + len(key) in starts or at + len(key) == size)
            ):
                at = joined.find(key, at + 1) if tries < _CANDIDATES else -1
                tries += 1
        if at >= 0:
            for start, end in _places(text, units, unit_keys, low, begins, at, at + len(key)):
                spans.append((start, end))
                edge = end
            cursor = at + len(key)
            exact += len(line)
            continue
        first = low + max(0, _index(begins, cursor)) if begins else high
        if first < high and cursor > begins[first - low]:
            first += 1
        matches = _inside(unit_keys, first, high, key)
        if matches:
            done = 0
            before = first
            places = _offsets(line, key)
            for unit, start, stop in matches:
                if start > done:
                    rest = line[places[done] : places[start]].strip()
                    part = _between(text, units, unit_keys, before, unit, [(key[done:start], rest)])
                    spans.extend(part.spans)
                    strays.extend(part.strays)
                    exact += part.exact
                    words += part.words
                spans.append(units[unit])
                exact += stop - start
                done, before = stop, unit + 1
            edge = units[before - 1][1]
            cursor = begins[before - low] if before < high else size
            if done < len(key):
                queue.append((key[done:], line[places[done] :]))
            continue
        pieces = _pieces(line) if high > low else []
        if pieces:
            queue.extend(reversed(pieces))
            continue
        limit = min(units[high - 1][1] if high > low else edge, edge + _NEAR)
        found = _words(text, edge, limit, line)
        spans.extend(found.spans)
        strays.extend(found.strays)
        words += found.words
        if found.spans:
            edge = found.spans[-1][1]
            while cursor < size and _start_of(units, begins, low, cursor) < edge:
                index = _index(begins, cursor)
                cursor = begins[index] + len(unit_keys[low + index])
    return Alignment(spans, strays, exact, words)


def _inside(unit_keys: list[str], low: int, high: int, key: str) -> list[tuple[int, int, int]]:
    """The units that a long line holds, in order, if they are most of it: unit, start, end."""
    if len(key) < _PIECE or (high - low) * len(key) > _LOOKUPS:
        return []
    matches = []
    done = found = 0
    for unit in range(low, high):
        own = unit_keys[unit]
        if not own:
            continue
        if len(own) < _INSIDE:
            at = done if key.startswith(own, done) else -1
        else:
            at = key.find(own, done)
        if at >= 0:
            matches.append((unit, at, at + len(own)))
            done = at + len(own)
            found += len(own)
    return matches if found * 2 > len(key) else []


def _offsets(line: str, key: str) -> list[int]:
    """Where each character of a key stands in its line, and the end of the line."""
    places: list[int] = []
    position = 0
    for gap in [*_IGNORED.finditer(line), None]:
        stop = len(line) if gap is None else gap.start()
        places.extend(range(position, stop))
        position = len(line) if gap is None else gap.end()
    # composition may have made the key shorter
    places.extend([len(line)] * (len(key) + 1 - len(places)))
    return places


def _pieces(line: str) -> list[tuple[str, str]]:
    """A long line in pieces of some words, each with its key; a short one is not divided."""
    if len(line) <= _PIECE:
        return []
    words = [one.span() for one in _WORD.finditer(line)]
    if len(words) * 40 < len(line):
        # a script without spaces between words
        cuts = [*range(0, len(line), _PIECE // 2), len(line)]
    else:
        cuts = [0, *(words[index][0] for index in range(8, len(words), 8)), len(line)]
    parts = [line[low:high].strip() for low, high in pairwise(cuts)]
    keyed = [(key_of(part), part) for part in parts]
    keyed = [one for one in keyed if one[0]]
    return keyed if len(keyed) > 1 else []


def _index(begins: list[int], at: int) -> int:
    """The last unit that begins at or before a place of the joined key and is not empty."""
    return bisect_left(begins, at + 1) - 1


def _start_of(units: Sequence[tuple[int, int]], begins: list[int], low: int, at: int) -> int:
    return units[low + _index(begins, at)][0]


def _places(
    text: str,
    units: Sequence[tuple[int, int]],
    unit_keys: list[str],
    low: int,
    begins: list[int],
    start: int,
    end: int,
) -> list[tuple[int, int]]:
    """The spans of text behind a stretch of the joined key."""
    result = []
    index = _index(begins, start)
    while index < len(begins) and begins[index] < end:
        key = unit_keys[low + index]
        first = max(0, start - begins[index])
        last = min(len(key), end - begins[index])
        if last > first:
            unit = units[low + index]
            if first == 0 and last == len(key):
                result.append(unit)
            else:
                result.append(_part(text, unit, first, last))
        index += 1
    return result


def _part(text: str, unit: tuple[int, int], first: int, last: int) -> tuple[int, int]:
    """The part of a unit behind a part of its key."""
    start, end = unit
    places = (_kept if end - start < _REMEMBERED else _kept.__wrapped__)(text[start:end])
    begin = start + places[first] if first < len(places) else start
    return begin, start + places[last - 1] + 1 if last <= len(places) else end


@lru_cache(8)
def _kept(unit: str) -> array[int]:
    """Where the characters stand that the key of a unit has."""
    places = array("q")
    position = 0
    for gap in _IGNORED.finditer(unit):
        places.extend(range(position, gap.start()))
        position = gap.end()
    places.extend(range(position, len(unit)))
    if not unit.isascii():
        # composition takes combining marks in
        places = places[:1] + array(
            "q", [at for at in places[1:] if not unicodedata.combining(unit[at])]
        )
    return places


@lru_cache(8)
def _words_of(text: str) -> tuple[list[str], list[tuple[int, int]]]:
    """The words of a text that have a key: their keys, and where they stand."""
    words = [(_word_key(one[0]), one.span()) for one in _WORD.finditer(text)]
    words = [one for one in words if one[0]]
    return [key for key, _ in words], [span for _, span in words]


def _words(text: str, start: int, end: int, line: str) -> Alignment:
    """A line against the words of a stretch of text; runs that are long enough count."""
    # a window is asked for again as long as nothing is found in it
    ours, places = _words_of(text[start:end])
    theirs, others = _words_of(line)
    wanted = set(theirs)
    shared = [at for at, key in enumerate(ours) if key in wanted]
    if not shared or len(ours) * len(theirs) > _WORDS:
        return Alignment([], [Stray(start, line)], 0, 0)
    # what is before the first and behind the last word in common takes no part
    first, last = shared[0], shared[-1] + 1
    matcher = SequenceMatcher(None, ours[first:last], theirs, autojunk=False)
    spans = []
    strays = []
    done = 0
    found = 0
    edge = start
    for a, b, size in matcher.get_matching_blocks():
        if size:
            low = start + places[first + a][0]
            high = start + places[first + a + size - 1][1]
            if high - low < _RUN:
                continue
            spans.append((low, high))
            found += high - low
        if b > done:
            strays.append(Stray(edge, line[others[done][0] : others[b - 1][1]]))
        done = b + size
        if size:
            edge = high
    if not spans:
        strays = [Stray(start, line)]
    return Alignment(spans, strays, 0, found)

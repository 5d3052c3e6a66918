"""A text in several languages: whether it is one, and which share of it is in each.

Some looks from its beginning to its end find out whether there is a second language; only then
are all of its pieces labelled.  A piece is a line, or a sentence or two of a line that is long, so
that a text which lost its line breaks has its mix, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from archivetk.steps.detect.detectors import Detector
from archivetk.steps.detect.guess import guess
from archivetk.steps.detect.script import main_script, scripts_of
from archivetk.steps.detect.words import knows, speaks

__all__ = ["is_mixed", "mix_of"]

_PROBE: Final = 160  # characters that a look takes in
_NEAR: Final = 320  # characters before a place within which a look begins at its line
_LEAST: Final = 60  # characters that tell a second language
_LOOKS: Final = 6  # looks where common words answer most of them
_DEAR_LOOKS: Final = 3  # and where a detector does
_CERTAIN: Final = 0.9  # of a second language at a look
_LIKELY: Final = 0.8  # of the language of a piece
_SHARE: Final = 0.02  # of the characters that a language of the mix has at least
_SCRAP: Final = 20  # characters of a line up to which it is not asked
_LONG: Final = 400  # characters of a line from which on its sentences are asked
_GROUP: Final = 100  # characters of sentences that are asked together, at least
_WORD: Final = 40  # characters within which a space is looked for: no longer word is common
_END: Final = re.compile(
    r"[.!?\u2026\u061f\u06d4\u0964]+[\"'\u2019\u201d\xbb)\]]*\s+|[\u3002\uff01\uff1f]+[\u300d\u300f\u201d\uff09]*"
)


def is_mixed(text: str, tag: str, detector: Detector) -> bool:
    """Whether a look at some places, from the beginning to the end, finds another language.

    Args:
        text: the clean text.
        tag: the language of its beginning.
        detector: is asked where the common words of that language do not answer.
    """
    for probe in _probes(text, _LOOKS if knows(tag) else _DEAR_LOOKS):
        if speaks(tag, probe):
            continue
        script = main_script(probe)
        if _written(script, detector.tags) == {tag}:
            continue  # nothing else could be said of it
        other, confidence = guess(probe, detector, script)
        if other != tag and other not in {"und", "zxx"} and confidence > _CERTAIN:
            return True
    return False


def mix_of(text: str, detector: Detector) -> tuple[tuple[str, float], ...]:
    """Shares of the characters by language, the largest first, from the labels of the pieces."""
    sums: dict[str, int] = {}
    for start, end in _pieces(text):
        tag, confidence = guess(text[start:end], detector)
        if tag != "und" and confidence > _LIKELY:
            sums[tag] = sums.get(tag, 0) + end - start
    total = sum(sums.values())
    shares = [(tag, count / total) for tag, count in sums.items() if count / total >= _SHARE]
    return tuple(sorted(shares, key=lambda one: (-one[1], one[0])))


def _probes(text: str, looks: int) -> Iterator[str]:
    """Pieces of a text at equal distances, of whole words, from the beginning of a line if near."""
    size = len(text)
    last = -1
    for look in range(looks):
        at = size * (2 * look + 1) // (2 * looks)
        begin = text.rfind("\n", max(0, at - _NEAR), at) + 1
        if not begin and at > _NEAR:  # within a long line
            begin = text.find(" ", at, at + _WORD) + 1 or at
        if begin <= last:
            continue
        last = begin
        probe = text[begin : begin + _PROBE]
        if begin + _PROBE < size and not text[begin + _PROBE].isspace():
            space = probe.rfind(" ", _PROBE - _WORD)
            probe = probe[:space] if space > 0 else probe
        if _LEAST <= len(probe) < size:
            yield probe


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """The lines of a text that are no scraps; of the long ones groups of sentences."""
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if end - start > _LONG:
            yield from _groups(text, start, end)
        elif len(text[start:end].strip()) > _SCRAP:
            yield start, end
        start = end + 1


def _groups(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A long line in pieces that end with a sentence where there is one, else with a word."""
    while end - start > 2 * _GROUP:
        low, high = start + _GROUP, min(start + _LONG, end)
        found = _END.search(text, low, high)
        cut = found.end() if found else text.find(" ", high, min(high + _WORD, end)) + 1 or high
        yield start, cut
        start = cut
    if len(text[start:end].strip()) > _SCRAP:
        yield start, end


@cache
def _written(script: str, tags: frozenset[str]) -> frozenset[str]:
    """Which of some languages are written in a script."""
    return frozenset(tag for tag in tags if script in scripts_of(tag))

"""Figures about a text that tell prose from debris.

Sources: Gopher (Rae et al., "Scaling Language Models", 2021, appendix A.1.1), C4 (Raffel et al.,
"Exploring the Limits of Transfer Learning", 2020, section 2.2), FineWeb (Penedo et al., "The
FineWeb Datasets", 2024, section 3.6).  Words are what stands between white space, so that no
tokenizer need be agreed on; where a script has no spaces, two letters count as a word.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np

from archivetk.characters import DIGIT, LETTER, MARK, RARE, SYMBOL, UPPER, WHITE, Kinds, kinds_of
from archivetk.steps.quality.words import NO_SPACES, end_marks, stop_words

__all__ = ["basic_signals", "repetition_signals", "word_signals"]

#: Controls at which ``str.split`` parts words.
_LOOSE: Final = "\x1c\x1d\x1e\x1f\x85"
#: A line shorter than this, in code points, is a short one (FineWeb).
_SHORT: Final = 30
_BULLETS: Final = frozenset("•-*‣–·◦●▪")
_ELLIPSES: Final = ("...", "…")
#: C4 reads lines of at least so many words.
_LINE_WORDS: Final = 3
#: Repetition is measured over so many words at most.
_MOST_WORDS: Final = 1_000_000
_TOP_GRAMS: Final = (2, 3, 4)
_DUPLICATE_GRAMS: Final = (5, 6, 7, 8, 9, 10)


def basic_signals(text: str, language: str, kinds: Kinds | None = None) -> dict[str, Any]:
    """The signals that cost next to nothing.

    Args:
        text: the clean text, LF as line ends.
        kinds: what its characters are, where that is known.
        language: BCP 47 tag; chooses end marks, and how words are counted.

    Returns:
        ``characters``, ``lines``, ``words``, ``mean_word_length`` in code points, ``replacement``
        (how many U+FFFD), shares of the characters (``digit_share``, ``symbol_share``,
        ``space_share``) and of the letters (``upper_share``), ``symbol_word_ratio``,
        ``newline_word_ratio``, and shares of the lines (``line_end_share``, ``short_line_share``,
        ``bullet_line_share``, ``ellipsis_line_share``).
    """
    size = len(text)
    if kinds is None:
        kinds = kinds_of(text, {})
    count = np.count_nonzero
    white = kinds & WHITE
    blanks = int(count(white))
    capitals = int(count(kinds & UPPER))
    letters = int(count(kinds & LETTER)) + capitals
    is_rare = int(np.bitwise_or.reduce(kinds)) & RARE
    parts = text.split("\n")
    lines = [line for line in parts if line and not line.isspace()]
    many = len(lines)
    if language.split("-", 1)[0] in NO_SPACES:
        words = (letters + 1) // 2
    elif is_rare and any(map(text.__contains__, _LOOSE)):
        words = len(text.split())
    else:  # places where something follows white space or the start
        words = int(count(white[:-1] > white[1:])) + int(size and not white[0])
    marks = end_marks(language)
    # looking for one character takes a tenth of the time of counting it, and for two marks in a row
    # less than for full stops
    ellipses = text.count("…") if "…" in text else 0
    if count(kinds[:-1] & kinds[1:] & MARK):
        ellipses += text.count("...")
    symbols = max(text.count("#") if "#" in text else 0, ellipses)
    cut_off = sum(line.endswith(_ELLIPSES) for line in lines) if ellipses else 0
    return {
        "characters": size,
        "lines": many,
        "words": words,
        "mean_word_length": _ratio(size - blanks, words),
        "replacement": text.count("\ufffd") if is_rare else 0,
        "digit_share": _ratio(int(count(kinds & DIGIT)), size),
        "symbol_share": _ratio(int(count(kinds & SYMBOL)), size),
        "space_share": _ratio(blanks, size),
        "upper_share": _ratio(capitals, letters),
        "symbol_word_ratio": _ratio(symbols, words),
        "newline_word_ratio": _ratio(len(parts) - 1, words),
        "line_end_share": _ratio(len([1 for line in lines if line[-1] in marks]), many),
        "short_line_share": _ratio(len([1 for line in lines if len(line) <= _SHORT]), many),
        "bullet_line_share": _ratio(len([1 for line in lines if line[0] in _BULLETS]), many),
        "ellipsis_line_share": _ratio(cut_off, many),
    }


def word_signals(text: str, language: str) -> dict[str, Any]:
    """The signals that look at every word, and what C4 looks for.

    Returns:
        ``alpha_word_share``; ``stop_words``: how many different ones there are, ``None`` where the
        language has no list, the most of any language where it is not known; ``c4_line_share``:
        lines that end as sentences and have three words; ``c4_sentences``: sentences in such lines;
        ``curly_brackets``, ``lorem_ipsum``, ``javascript``: how often they come.
    """
    spaceless = language.split("-", 1)[0] in NO_SPACES
    words = Counter(text.split())
    folded = text.casefold()
    plain = {word.strip(",.;:!?\"'()“”„«»") for word in set(folded.split())}
    lists = [] if spaceless else stop_words(language)
    found = max((len(one & plain) for one in lists), default=None)
    marks = end_marks(language)
    lines = [line for line in text.split("\n") if line and not line.isspace()]
    kept = [
        line
        for line in lines
        if line.rstrip()[-1] in marks
        and (spaceless or len(line.split(None, _LINE_WORDS)) >= _LINE_WORDS)
        and "javascript" not in line.casefold()
    ]
    return {
        "alpha_word_share": _ratio(
            sum(
                times
                for word, times in words.items()
                if word.isalpha() or any(one.isalpha() for one in word)
            ),
            words.total(),
        ),
        "stop_words": found,
        "c4_line_share": _ratio(len(kept), len(lines)),
        "c4_sentences": sum(max(1, len(_SENTENCE_END.findall(line))) for line in kept),
        "curly_brackets": text.count("{") + text.count("}"),
        "lorem_ipsum": folded.count("lorem ipsum"),
        "javascript": folded.count("javascript"),
    }


_SENTENCE_END: Final = re.compile(r"[.!?…؟۔।](?=[\s\"'”’»)]|$)|[。！？]")


def repetition_signals(text: str, language: str) -> dict[str, Any]:
    """How much of a text comes twice (Gopher), and FineWeb's share of doubled lines.

    Returns:
        ``duplicate_line_share``, ``duplicate_paragraph_share`` by number;
        ``duplicate_line_characters``, ``duplicate_paragraph_characters`` as shares of the
        characters; ``top_2_gram`` to ``top_4_gram``: the share of the characters that the
        commonest n-gram takes, 0 where none comes twice; ``duplicate_5_gram`` to
        ``duplicate_10_gram``: the share of the characters in n-grams that came before, none
        counted twice.
    """
    size = len(text)
    lines = [line for line in text.split("\n") if line and not line.isspace()]
    paragraphs = [one for one in re.split(r"\n{2,}", text) if one and not one.isspace()]
    line_count, line_size = _doubled(lines)
    paragraph_count, paragraph_size = _doubled(paragraphs)
    found = {
        "duplicate_line_share": _ratio(line_count, len(lines)),
        "duplicate_paragraph_share": _ratio(paragraph_count, len(paragraphs)),
        "duplicate_line_characters": _ratio(line_size, size),
        "duplicate_paragraph_characters": _ratio(paragraph_size, size),
    }
    spaceless = language.split("-", 1)[0] in NO_SPACES
    if spaceless:
        words: Sequence[str] = "".join(text.split())[:_MOST_WORDS]
    else:
        words = text.split(None, _MOST_WORDS)[:_MOST_WORDS]
    for n in _TOP_GRAMS:
        # n-grams that overlap themselves are counted more than once, as Gopher does
        taken = _top_gram(words, n, 0 if spaceless else 1)
        found[f"top_{n}_gram"] = _ratio(min(taken, size), size)
    numbers: dict[str, int] = {}
    ids = [numbers.setdefault(word, len(numbers)) for word in words]
    lengths = [0]
    for word in words:
        lengths.append(lengths[-1] + len(word))
    for n in _DUPLICATE_GRAMS:
        found[f"duplicate_{n}_gram"] = _ratio(_repeated(ids, lengths, n), size)
    return found


def _ratio(part: float, whole: float) -> float:
    return round(part / whole, 4) if whole else 0.0


def _doubled(parts: list[str]) -> tuple[int, int]:
    """How many parts came before, and their code points."""
    seen: set[str] = set()
    count = size = 0
    for part in parts:
        if part in seen:
            count += 1
            size += len(part)
        else:
            seen.add(part)
    return count, size


def _grams(words: Sequence[Any], n: int) -> Iterator[tuple[Any, ...]]:
    return zip(*(words[at:] for at in range(n)), strict=False)


def _top_gram(words: Sequence[str], n: int, gap: int) -> int:
    """Code points that the commonest n-gram takes, spaces between its words included."""
    counter = Counter(_grams(words, n))
    if not counter:
        return 0
    gram, times = max(counter.items(), key=lambda one: (one[1], sum(map(len, one[0]))))
    return times * (sum(map(len, gram)) + gap * (n - 1)) if times > 1 else 0


def _repeated(ids: list[int], lengths: list[int], n: int) -> int:
    """Code points of the words in n-grams that came before; none counted twice."""
    seen: set[tuple[int, ...]] = set()
    size = 0
    free = 0
    for at, gram in enumerate(_grams(ids, n)):
        if at < free:
            continue
        if gram in seen:
            size += lengths[at + n] - lengths[at]
            free = at + n
        else:
            seen.add(gram)
    return size

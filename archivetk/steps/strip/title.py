"""The headline: in front of the text, and where it comes again."""

from __future__ import annotations

import re
from typing import Final

from archivetk.steps import Context
from archivetk.steps.strip.blocks import Block, key_of, tokens

__all__ = ["find_title"]

#: A headline has no more words than this.
_MAX_WORDS: Final = 30
_MAX_CHARS: Final = 220
#: A line of fewer words above another one may be its kicker.
_HEADLINE: Final = 4
#: A line in capitals of no more words above a headline is its kicker.
_KICKER: Final = 4
#: A name of one or two words with a colon, and what it names.
_FIELD: Final = re.compile(r"[^\W\d_][\w-]{0,20}(?: [\w-]{1,20})?[ \u00a0]?[:：]\s?\S")
#: How far down a headline may stand: lines that are neither furniture nor prose.
_DEPTH: Final = 3
_CLOSING: Final = "'\"’”»›“」』)"
#: A repetition shares this share of its words with the headline.
_SAME: Final = 0.8
_SITE: Final = re.compile(r"\s+[|–—·•»:-]\s+[^|–—·•»]{2,40}$")
_NO_TITLE: Final = re.compile(
    r"^(?:[-*•·–—>+#|✓]|\d{1,2}[.)]\s|dear |sir[,]|to whom)|[,:;–—-]$|https?://|@\w|"
    # a credit, a date, links in brackets, the rest of a sentence
    r"^(?:credits?|photo(?:graph)?s?|portrait|illustration|image|picture)(?: by|:| courtesy)\b"
    r"|^(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,? )?\d{1,2} [^\W\d_]{3,12} \d{4}\b"
    r"|^\[[^\]]{1,20}\] ?\[|^[)\].,;:!?»”]|"
    r"\((?:[^()]{0,20}\b)?(?:photo|image|picture|foto|bild)\b[^()]{0,40}\)$|^(?:updated|subscribe|posted)\b",
    re.IGNORECASE,
)


def find_title(blocks: list[Block], context: Context) -> None:
    """Label the headline as ``title``, and its repetitions too.

    A first line is taken for a headline only if it looks like one and prose follows it, or if
    something else says so: the title given with the document, a heading of the page, or that the
    same line comes again.  Where the title is told, another line in front is a subheading, and
    would be lost: it is the title told that is printed.
    """
    given = _given(context)
    known = {key for key in map(key_of, given) if key}
    if context.allows("strip.title"):
        _find_first(blocks, known, [(" ".join(words), set(words)) for words in map(tokens, given)])
    titles = [block.text for block in blocks if block.label == "title"]
    if context.allows("strip.repeated-title"):
        _find_repeated(blocks, [*given, *titles])


def _given(context: Context) -> list[str]:
    found = [context.source.given.get("title"), context.known.get("title")]
    titles = []
    for one in found:
        if isinstance(one, str) and one.strip():
            titles.append(one.strip())
            titles.append(_SITE.sub("", one.strip()))
    return list(dict.fromkeys(titles))


def _find_first(blocks: list[Block], known: set[str], told: list[tuple[str, set[str]]]) -> None:
    passed = 0
    for index, block in enumerate(blocks):
        if block.label == "title":
            return
        if block.label != "body":
            continue
        if block.end - block.start > 2 * _MAX_CHARS:
            return
        if known and block.words <= _MAX_WORDS and key_of(block.text) in known:
            block.become("title", "strip.title", "the title given with the document")
            return
        if block.prose and block.words > 14 and not _comes_again(blocks, index):
            return
        if _looks_like_title(blocks, index) and (not told or _says_the_same(block.text, told)):
            block.become("title", "strip.title")
            return
        passed += 1
        if passed >= _DEPTH:
            return


def _says_the_same(text: str, told: list[tuple[str, set[str]]]) -> bool:
    """Whether a line is one of the titles told, with a word more or less, or its larger part."""
    words = tokens(text)
    line = " ".join(words)
    return any(
        line == title
        or _nearly(words, bag)
        or (len(bag) >= _HEADLINE and f" {title} " in f" {line} ")
        or (
            len(words) >= _HEADLINE
            and 2 * len(line) >= len(title)
            and f"{title} ".startswith(f"{line} ")
        )
        for title, bag in told
    )


def _looks_like_title(blocks: list[Block], index: int) -> bool:
    block = blocks[index]
    text = block.text
    if block.words > _MAX_WORDS or len(text) > _MAX_CHARS or len(key_of(text)) < 4:
        return False
    if _NO_TITLE.search(text):
        return False
    if _is_field(blocks, index):
        return False
    again = _comes_again(blocks, index)
    first = next((one for one in text if one.isalnum()), "")
    if not first or first.islower():
        return False
    # a full stop ends a sentence, also before the mark that ends what was said
    if (block.prose or text.rstrip(_CLOSING)[-1:] in set(".。।۔")) and not again:
        return False
    if block.words < 3 and len(text) < 12 and not again:
        return False
    # Prose must follow: soon, and more of it than the headline is long.
    following = [one for one in blocks[index + 1 : index + 12] if one.label == "body"]
    if not following:
        return False
    prose = [one for one in following[:5] if one.prose and one.words >= 15]
    if not prose:
        return False
    after = following[0]
    if text.isupper() and block.words <= _KICKER and _is_headline_below(after):
        return False
    start = next((one for one in after.text if one.isalpha()), "")
    if start.islower():
        return False
    # A text with hard line breaks: the line only looks alone.  A heading or a kicker's headline
    # between it and the prose is no such text.
    heads = block.words >= _HEADLINE and len(following) > 1 and following[1] is prose[0]
    if (
        not heads
        and not after.ended
        and after.end - after.start < 1.5 * (block.end - block.start)
        and (blocks[index + 1].begin == block.stop and after is blocks[index + 1])
    ):
        return again
    return prose[0].words > block.words


def _is_field(blocks: list[Block], index: int) -> bool:
    """Whether a line is one of several that have a name in front: the head of a letter."""
    if not _FIELD.match(blocks[index].text):
        return False
    beside = [*blocks[max(0, index - 1) : index], *blocks[index + 1 : index + 2]]
    return any(_FIELD.match(block.text) for block in beside)


def _is_headline_below(block: Block) -> bool:
    """Whether a line below one in capitals is the headline, and that its kicker."""
    return (
        block.words >= _HEADLINE
        and block.words <= _MAX_WORDS
        and not block.prose
        and not block.text.isupper()
        and block.text[-1] not in ".,:;"
        and block.text[:1].isupper()
    )


def _comes_again(blocks: list[Block], index: int) -> bool:
    length = blocks[index].end - blocks[index].start
    near = [
        one for one in blocks[index + 1 : index + 400] if abs(one.end - one.start - length) <= 6
    ]
    if not near:
        return False
    key = key_of(blocks[index].text)
    if len(key) < 12 or " " not in key:
        return False
    times = sum(key_of(one.text) == key for one in near)
    # What comes again and again is a refrain.
    return 1 <= times <= 2


def _find_repeated(blocks: list[Block], titles: list[str]) -> None:
    """Later lines that say what the headline says, letter for letter or nearly so."""
    wanted = []
    for title in dict.fromkeys(titles):
        words = tokens(title)
        if len(words) >= 3 or (words and len(title) >= 12):
            wanted.append((" ".join(words), set(words), len(title)))
    if not wanted:
        return
    needed = [word for _, bag, _ in wanted for word in _needed(bag)]
    longest = max(length for _, _, length in wanted)
    shortest = min(_least(bag) for _, bag, _ in wanted)
    for block in blocks:
        size = block.end - block.start
        if block.label != "body" or block.safe or size > longest * 1.5 + 40 or block.words > 40:
            continue
        if size < shortest and block.text.isascii():
            continue  # folding makes no ASCII longer
        folded = block.text.casefold()
        if not any(word in folded for word in needed):
            continue
        words = tokens(block.text)
        key = " ".join(words)
        for title, bag, _ in wanted:
            if key == title or (_nearly(words, bag) and not block.prose):
                block.become("title", "strip.repeated-title")
                break


def _least(title: set[str]) -> int:
    """Characters that a line has at least if it shares enough words with the headline."""
    sizes = sorted(map(len, title))
    return sum(sizes[: int(_SAME * len(sizes))])


def _needed(title: set[str]) -> list[str]:
    """Words of a headline of which a line has at least one if it shares enough with it."""
    return sorted(title, key=len)[-2 - int(len(title) - _SAME * len(title)) :]


def _nearly(words: list[str], title: set[str]) -> bool:
    mine = set(words)
    if len(title) < 4 or len(mine) < 4:
        return False
    shared = len(mine & title)
    return shared >= _SAME * len(mine | title) or (
        # the headline with the name of the site behind it
        shared == len(title) and len(mine) <= len(title) + 4 and len(title) >= 5
    )

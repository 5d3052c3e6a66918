"""What the order of lines tells: language switchers, passages that come twice, categories."""

from __future__ import annotations

import re
from typing import Final

from archivetk.steps import Context
from archivetk.steps.strip.blocks import Block, key_of
from archivetk.steps.strip.names import (
    HEAD,
    is_language_name,
    item_language,
    language_list,
    may_name_language,
)

__all__ = ["find_structure"]

#: A passage of this many words does not come twice by chance.
_PASSAGE: Final = 15
_PASSAGE_CHARS: Final = 80
#: Shorter texts than this many lines may repeat what they like.
_REPEATS: Final = 6
#: A passage is the lead where it is one of this many first ones; others may come twice on purpose.
_LEAD: Final = 3
#: How a teaser ends that is cut off, and how many characters it has at most.
_CUT_OFF: Final = ("…", "...", "[...]", "[…]")
_TEASER: Final = 700
#: Language names count at this distance from the top or the bottom.
_EDGE: Final = 3
#: The name of a language has no more words and characters, a list of them no more characters.
_NAME_WORDS: Final = 3
_NAME: Final = 24
_LIST: Final = 800
#: A list of so many different languages is one of translations, if it knows this share of them.
_LANGUAGES: Final = 8
_NAMED: Final = 0.6
_BULLETS_OF_MENUS: Final = frozenset("-*+•·")
#: A heading of a wiki with links to its editor, and what a reference below the text begins with.
_EDITOR: Final = re.compile(r"\[[^\W\d_]{4,16} \| [^\[\]|]{4,32}\]$")
_REFERENCE: Final = re.compile(r"[-•*]\s*[↑^]")
#: So many items of so many words, their bullets counted, are categories.
_CATEGORIES: Final = 2
_CATEGORY_WORDS: Final = 7
_BULLETS: Final = frozenset("-•*")


def find_structure(blocks: list[Block], context: Context) -> None:
    """Label what repeats and what switches the language of the page."""
    if context.allows("strip.language-switcher"):
        _find_switchers(blocks)
        _find_language_items(blocks)
    # On a page, what comes twice is told by its place in the markup.
    if context.allows("strip.repeated-passage") and context.media_type != "text/html":
        _find_repeated(blocks)
    if context.allows("strip.categories") and context.media_type != "text/html":
        _find_categories(blocks)


def _find_switchers(blocks: list[Block]) -> None:
    heads = {block.text[:HEAD] for block in blocks if not block.prose}  # prose names none
    heads = set(filter(may_name_language, heads))
    if not heads:
        return
    names: list[str | None] = [None] * len(blocks)
    for index in [index for index, block in enumerate(blocks) if block.text[:HEAD] in heads]:
        block = blocks[index]
        line = block.text
        if block.label == "body" and not block.safe and len(line) <= _LIST:
            name = None
            if block.words <= _NAME_WORDS and len(line) <= _NAME:
                name = is_language_name(line)
            if name is None and block.words > 1 and not block.prose and language_list(line):
                name = "mul"
                block.become("navigation", "strip.language-switcher")
            names[index] = name
    count = len(blocks)
    if not any(names):
        return
    prose = [index for index, block in enumerate(blocks) if block.prose and block.label == "body"]
    for index, name in enumerate(names):
        block = blocks[index]
        if name is None or block.label != "body":
            continue
        beside = (index and names[index - 1]) or (index + 1 < count and names[index + 1])
        if beside:
            # Two names in a row make a switcher; but a list with other words in it is a list.
            block.become("navigation", "strip.language-switcher")
        elif prose and (
            (index < _EDGE and index < prose[0]) or (index >= count - _EDGE and index > prose[-1])
        ):
            if not _stands_in_list(blocks, index):
                block.become("navigation", "strip.language-switcher")
                block.groups["language_name"] = (0, len(block.text))


def _find_language_items(blocks: list[Block]) -> None:
    """Lists with bullets of languages in their own names: a page that can be read in all of them.

    A list of few languages, or of their English names, may be the text's own.
    """
    firsts = [block.text[0] for block in blocks]
    if sum(map(firsts.count, _BULLETS_OF_MENUS)) < _LANGUAGES:
        return
    index = 0
    while index < len(blocks):
        end = index
        tags: set[str] = set()
        known = 0
        while end < len(blocks) and firsts[end] in _BULLETS_OF_MENUS:
            tag = item_language(blocks[end].text)
            if tag is None:
                break
            tags.add(tag)
            known += tag != "und"
            end += 1
        if len(tags) >= _LANGUAGES and known >= _NAMED * (end - index):
            for block in blocks[index:end]:
                if not block.safe:
                    block.become("navigation", "strip.language-switcher", "one of many languages")
        index = max(end, index + 1)


def _stands_in_list(blocks: list[Block], index: int) -> bool:
    """Whether a lone name is one of several such short lines, or heads what follows it."""
    word = key_of(blocks[index].text)
    for other in (index - 1, index + 1):
        if 0 <= other < len(blocks):
            block = blocks[other]
            if block.label == "body" and block.words <= 2 and not block.ended:
                return True
            if other > index and key_of(block.text).split(" ", 1)[0] == word.split(" ", 1)[0]:
                return True
    return False


def _find_repeated(blocks: list[Block]) -> None:
    """Later copies of a long passage; and teasers that a later passage continues."""
    long = [
        index
        for index, block in enumerate(blocks)
        if block.words >= _PASSAGE
        and block.end - block.start >= _PASSAGE_CHARS
        and block.label == "body"
        and not block.safe
    ]
    cut_off = [
        (index, blocks[index].text.rstrip(" .…[]"))
        for index in long
        if blocks[index].text.endswith(_CUT_OFF) and len(blocks[index].text) <= _TEASER
    ]
    if not cut_off and len({len(blocks[index].text) for index in long}) == len(long):
        return
    twice: list[Block] = []
    seen: dict[str, int] = {}
    order: dict[str, int] = {}
    for index in long:
        block = blocks[index]
        text = block.text
        if text not in seen:
            seen[text] = index
            order[text] = len(order)
        elif order[text] < _LEAD:
            twice.append(block)
    # A text that consists of repetitions repeats on purpose.
    if (
        twice
        and len(blocks) >= _REPEATS
        and sum(block.words for block in twice) * 4
        <= sum(block.words for block in blocks if block.label == "body")
    ):
        for block in twice:
            block.become("related", "strip.repeated-passage", "it stands further up already")
    if not cut_off:
        return
    heads: dict[str, list[str]] = {}
    for text in seen:
        heads.setdefault(text[:40], []).append(text)
    for index, head in cut_off:
        for whole in heads.get(head[:40], ())[:20]:
            if len(whole) > len(head) + 5 and whole.startswith(head) and seen[whole] != index:
                blocks[index].become(
                    "related", "strip.repeated-passage", "the passage stands in full elsewhere"
                )
                break


def _find_categories(blocks: list[Block]) -> None:
    """The short items below the last heading of a wiki's article: where it is filed."""
    last = len(blocks)
    for index in range(len(blocks) - 1, -1, -1):
        block = blocks[index]
        if block.prose and block.text[0] not in _BULLETS:
            return
        if block.text[-1] == "]" and _EDITOR.search(block.text):
            last = index
            break
    items = [
        block
        for block in blocks[last + 1 :]
        if block.text[0] in _BULLETS
        and block.words <= _CATEGORY_WORDS
        and not block.ended
        and not block.safe
        and not _REFERENCE.match(block.text)
    ]
    if len(items) >= _CATEGORIES:
        for block in items:
            block.become("navigation", "strip.categories")

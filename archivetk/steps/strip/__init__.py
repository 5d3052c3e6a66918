"""Boilerplate in plain text: every line gets a label, and the settings say which labels go.

    rules        what a reviewed pattern names: share buttons, consent notices, credits, ...
    script       scripts and style sheets of a page
    title        the headline in front of the text, and its repetitions
    structure    language switchers, passages that come twice, lists of teasers, captions
    site         lines that a site model knows from the other pages of the site
    run          the main run of prose, in a text that looks like a dump of a whole page

Several votes, each with its name in the ledger; protection comes first: a long sentence goes only
by a rule that fixes its wording, as a verbatim repetition, or with a caption's credit; and where
more of the sentences would go than ``settings.brake`` allows, nothing goes and a flag is set.
"""

from __future__ import annotations

import re
from typing import Any, Final

from archivetk.characters import RARE, is_known, occurring
from archivetk.patch import Edit, Reason
from archivetk.people import names_in
from archivetk.rules import Matcher, caption_groups, matcher_for
from archivetk.settings import LABELS
from archivetk.steps import Context, edit
from archivetk.steps.strip.blocks import Block, cut
from archivetk.steps.strip.bylines import find_dated_bylines
from archivetk.steps.strip.dates import told_dates
from archivetk.steps.strip.flow import join_pieces
from archivetk.steps.strip.labels import apply_line_rules
from archivetk.steps.strip.oneline import split_one_line
from archivetk.steps.strip.run import find_link_lines, find_menus, keep_main_run
from archivetk.steps.strip.script import SCRIPT, find_scripts
from archivetk.steps.strip.site import apply_site_model
from archivetk.steps.strip.structure import find_structure
from archivetk.steps.strip.title import find_title
from archivetk.steps.strip.vote import vote_short_lines, withdraw_votes

__all__ = ["RULES", "strip"]

#: Lines with these labels name other documents.
_OF_OTHERS: Final = frozenset({"related", "promo", "advert", "navigation"})
_FIGCAPTION: Final = "strip.figcaption"

#: What the order and the shape of lines decide; the rules of the packs tell their own reasons.
RULES: Final = {
    "strip.title": "The headline stands in the metadata; the text is the body.",
    "strip.repeated-title": "The headline comes again, as it was or nearly so.",
    "strip.repeated-passage": "The lead, or a teaser of what follows, stands in the text already.",
    "strip.language-switcher": "The name of a language alone switches the language of the page.",
    "strip.before-text": "It stands above the main run of prose in the dump of a whole page.",
    "strip.after-text": "It stands below the main run of prose in the dump of a whole page.",
    "strip.menu": "A long run of very short lines is a menu or a list of links.",
    "strip.short-line": "A short line of a page: several signs of a menu or a list of links.",
    "strip.categories": "The last list of a wiki's article says where it is filed.",
    "strip.link-line": "A long line of capitalized words with hardly a mark is a menu.",
    "strip.script": "A script, a style sheet or data of the page works behind the text.",
    "strip.site-model": "The same line stands in the same place on many pages of the site.",
    _FIGCAPTION: "The page marks it as the caption of a figure.",
    "strip.region-nav": "The page marks it as navigation.",
    "strip.region-footer": "The page marks it as a footer.",
    "strip.region-aside": "The page marks it as standing beside the text.",
    "strip.region-related": "The page marks it as a list of other stories.",
    "strip.region-comments": "The page marks it as readers' comments.",
    "strip.region-share": "The page marks it as share buttons.",
    "strip.region-advert": "The page marks it as an advertisement.",
    "strip.region-consent": "The page marks it as a notice of consent.",
}

_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_BLANKS: Final = " \t\u00a0\u202f\u3000"
#: Lines that count as the top of a text for what is taken out of lines.
_TOP: Final = 6
_TAGS: Final = re.compile(r"\s*[,;|·•/#]\s*")


def strip(text: str, context: Context) -> list[Edit]:
    """The edits that take out of a text what is not the text.

    Args:
        text: the text, repaired, with LF as line ends.
        context: ``hint`` chooses the rule packs, ``settings`` say which labels go, ``marks`` tell
            what a page's markup knew, ``source.given`` may hold the title.

    Returns:
        Edits by the rules ``strip.*``; what they take arrives in the metadata where it has a
        place there, and ``notes`` counts the labels.

    Raises:
        RuleError: where one of the user's rule files is wrong.
    """
    settings = context.settings
    removed = frozenset(settings.remove).difference(settings.keep).intersection(LABELS)
    if not removed:
        return []
    whole = _encodable(text, context)
    blocks = cut(whole)
    if not blocks:
        return []
    user = tuple((one.name, one.text) for one in settings.rules)
    matcher = matcher_for(settings.language or context.hint, user)
    if context.media_type != "text/html":  # there the markup tells what is one paragraph
        find_scripts(blocks, whole, context)
        blocks = split_one_line(join_pieces(blocks, whole), matcher, context)
    _apply_marks(blocks, context)
    apply_line_rules(blocks, whole, matcher, context)
    find_dated_bylines(blocks, matcher, context)
    _read_captions(blocks, matcher)
    apply_site_model(blocks, context)
    judged = "extract" in context.memory  # by what the page's markup tells of places
    if not judged:
        text_of_page = [block for block in blocks if block.rule != SCRIPT]
        find_link_lines(text_of_page, context)
        keep_main_run(text_of_page, context)
        find_menus(text_of_page, context)
        vote_short_lines(text_of_page, context)
    find_title(blocks, context)
    find_structure(blocks, context)
    if _braked(blocks, removed, settings.brake):
        withdraw_votes(blocks)
        if _braked(blocks, removed, settings.brake):
            context.flags.append("brake")
            context.notes["brake"] = True
            return []
    _note(blocks, context)
    return [
        *_whole_lines(blocks, removed, context, len(text)),
        *_inside(blocks, matcher, removed, context),
    ]


def _encodable(text: str, context: Context) -> str:
    """The text with its lone surrogates replaced one for one, since RE2 reads UTF-8."""
    if text.isascii():
        return text
    if is_known(text, context.memory):
        rare = occurring(text, context.memory) & RARE
        return _SURROGATE.sub("\ufffd", text) if rare else text
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text)
    return text


def _apply_marks(blocks: list[Block], context: Context) -> None:
    """What the page's markup knew about whole blocks."""
    if not context.marks:
        return
    labels = {
        "nav": "navigation",
        "footer": "navigation",
        "aside": "related",
        "related": "related",
        "comments": "comment",
        "share": "share",
        "advert": "advert",
        "consent": "consent",
    }
    position = 0
    marks = sorted(context.marks)
    for mark in marks:
        while position < len(blocks) and blocks[position].end <= mark.start:
            position += 1
        index = position
        while index < len(blocks) and blocks[index].start < mark.end:
            block = blocks[index]
            index += 1
            if mark.kind in {"pre", "table"}:
                block.safe = True
            elif mark.kind == "heading":
                block.safe = block.safe or block.words <= 30
            elif block.start >= mark.start and block.end <= mark.end:
                if mark.kind == "figcaption":
                    block.become("caption", _FIGCAPTION)
                    block.groups.setdefault("caption", (0, len(block.text)))
                elif mark.kind == "region" and mark.value in labels:
                    rule = f"strip.region-{mark.value}"
                    if context.allows(rule):
                        block.become(labels[mark.value], rule)


def _read_captions(blocks: list[Block], matcher: Matcher) -> None:
    """Tell the credit from the caption in what the page's markup calls a caption."""
    for block in blocks:
        if block.rule != _FIGCAPTION:
            continue
        block.groups = caption_groups(block.text, matcher) or block.groups


def _note(blocks: list[Block], context: Context) -> None:
    labels = [block.label for block in blocks]
    known = set(labels)
    context.notes["labels"] = {label: labels.count(label) for label in LABELS if label in known}


def _braked(blocks: list[Block], removed: frozenset[str], brake: float) -> bool:
    """Whether more of the sentences would go than the settings allow.

    Menus and buttons do not count: on a page with a short text they are most of the words.
    """
    # no prose is in scripts, whatever their words look like
    labelled = [block for block in blocks if block.label != "body"]
    scripts = [block for block in labelled if block.rule == SCRIPT]
    going = [
        block
        for block in (blocks if "body" in removed else labelled)
        if block.label in removed and block.label != "title" and block.rule != SCRIPT
    ]
    if len(going) + len(scripts) == len(blocks):
        return True  # nothing would be left
    gone = sum([block.words for block in going if block.prose])
    if not gone:
        return False
    total = sum([block.words for block in blocks if block.prose and block.rule != SCRIPT])
    return gone > brake * total


def _whole_lines(
    blocks: list[Block], removed: frozenset[str], context: Context, length: int
) -> list[Edit]:
    edits: list[Edit] = []
    whys: dict[tuple[str, str], tuple[Reason, ...]] = {}  # the same ones come again and again
    last_stop = -1
    for index, block in enumerate(blocks):
        if block.label == "body":
            continue
        if block.groups or block.label in {"title", "caption", "credit"}:
            _report(block, context)
        if block.label not in removed:
            continue
        begin, stop = block.begin, block.stop
        # The last line has no break of its own: it takes the one before it, unless that is gone.
        if stop == length and index and begin and begin > last_stop and stop == block.end:
            begin -= 1
        reason = (block.rule, block.detail)
        why = whys.get(reason)
        if why is None:
            why = whys[reason] = (Reason(*reason),)
        edits.append(Edit(begin, stop, "", why))
        last_stop = stop
    return edits


def _language(context: Context) -> str:
    """The language that tells how dates are read."""
    return context.settings.language or context.hint


def _report(block: Block, context: Context) -> None:
    """Metadata of a line that is not the body."""

    def find(name: str, value: Any, span: tuple[int, int]) -> None:
        context.find(
            name,
            value,
            "text",
            rule=block.rule,
            start=block.start + span[0],
            end=block.start + span[1],
        )

    _report_groups(block.text, block.label, block.groups, find, _language(context))
    if block.label in {"caption", "credit"} and not block.groups:
        told = {"caption": None, "credit": None, block.label: block.text.strip("()[] ")}
        find("caption", told, (0, len(block.text)))
    if block.label == "title" and "title" not in block.groups and block.rule == "strip.title":
        find("title", block.text, (0, len(block.text)))


def _report_groups(
    text: str, label: str, groups: dict[str, tuple[int, int]], find: Any, language: str
) -> None:
    caption = groups.get("caption")
    credit = groups.get("credit")
    if caption or credit:
        spans = [span for span in (caption, credit) if span]
        find(
            "caption",
            {
                "caption": text[slice(*caption)].strip() if caption else None,
                "credit": text[slice(*credit)].strip(" \t.)]") if credit else None,
            },
            (min(span[0] for span in spans), max(span[1] for span in spans)),
        )
    for name, value in groups.items():
        found = text[slice(*value)].strip()
        if name == "date":
            for told, (day, place) in told_dates(text, value, language).items():
                find(told, day, place)
        elif name == "author":
            if names := names_in([found]):
                find("authors", names, value)
        elif name == "tags":
            find("tags", [one for one in _TAGS.split(found) if one], value)
        elif name == "language_name" or (name == "title" and label not in _OF_OTHERS):
            find(name, found, value)


def _inside(
    blocks: list[Block], matcher: Matcher, removed: frozenset[str], context: Context
) -> list[Edit]:
    """Edits inside lines that stay: at the beginning, at the end, whole sentences."""
    if not matcher.has_inner:
        return []
    edits: list[Edit] = []
    count = len(blocks)
    asked = [
        index
        for index, block in enumerate(blocks)
        if block.words >= 3 and not block.safe and block.label not in removed
    ]
    top = sum(index < _TOP for index in asked[:_TOP])
    for at in matcher.with_inner([blocks[index].text for index in asked], top):
        index = asked[at]
        block = blocks[index]
        hits = matcher.inner(block.text, top=index < _TOP)
        if not hits:
            continue
        cut_to = 0
        for hit in hits:
            rule = hit.rule
            if (
                hit.start < cut_to
                or rule.label not in removed
                or not context.allows(rule.name)
                or (rule.where == "start" and index >= _TOP)
                or (rule.where == "end" and index < count * 2 / 3)
                or (rule.where == "edges" and _TOP <= index < count * 2 / 3)
            ):
                continue
            start, end = hit.start, hit.end
            # One gap stays where there were two.
            while end < len(block.text) and block.text[end] in _BLANKS:
                end += 1
            if end == len(block.text):
                while start > cut_to and block.text[start - 1] in _BLANKS:
                    start -= 1
            if start == 0 and end == len(block.text):
                if cut_to == 0:
                    edits.append(edit(block.begin, block.stop, "", rule.name))
            elif start == 0:
                edits.append(edit(block.begin, block.start + end, "", rule.name))
            else:
                edits.append(edit(block.start + start, block.start + end, "", rule.name))
            cut_to = end
            _report_groups(
                block.text,
                rule.label,
                hit.groups,
                lambda name, value, span, block=block, rule=rule: context.find(
                    name,
                    value,
                    "text",
                    rule=rule.name,
                    start=block.start + span[0],
                    end=block.start + span[1],
                ),
                _language(context),
            )
    return edits

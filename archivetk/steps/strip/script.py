"""Scripts and style sheets of a page, left in its text by tools that take every text node.

A text about programming has code too.  What shows that code is the page's own are idioms that no
author writes for readers: loaders, trackers, advertisement slots, linked data.  Only where two
different ones stand, and the prose does not speak of code, runs of lines that look like code go.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

import re2

from archivetk.rules.regex import options
from archivetk.steps import Context
from archivetk.steps.strip.blocks import Block

__all__ = ["SCRIPT", "find_scripts"]

SCRIPT: Final = "strip.script"

#: What a page's own scripts and styles say.
_MACHINERY: Final = (
    "googletag",
    "dataLayer",
    "gtag(",
    "_gaq",
    "fbq(",
    "adsbygoogle",
    "_paq",
    "twttr.",
    "__NEXT_DATA__",
    "window._",
    '"@context"',
    '"@type"',
    "getElementsByTagName('script'",
    'getElementsByTagName("script"',
    "createElement('script'",
    'createElement("script"',
    "!function(",
    "(function(i,s,o,g,r,a,m)",
    "(function(w,d,s,l,i)",
    "document.write(",
    "<![CDATA[",
    "ga('send",
    "ga('create",
    "wp-content/",
    "OneTrust",
    "Optanon",
    ".src='//",
    ".async=",
    ".async =",
    "NREUM",
    "_comscore",
    "Drupal.settings",
    "webpackJsonp",
    "pbjs",
    "apstag",
    "@font-face",
    "!important",
    ".cmd.push(",
)
_KINDS: Final = 2
#: Code of any kind: scripts, sheets, data.
_CODE: Final = re.compile(
    r"\bfunction\b\s?[\w$]{0,60}\s?\(|\b(?:var|let|const)\s+[\w$]{1,60}\s?[=;]|\b(?:document|window)\.\w|\$\("
    r"|\bjQuery\b|=>\s?\{|\)\s?\{|\}\s?\)|\bpx\b|\d(?:px|em|rem|%)\s?[;}]|[\w-]\s?\{|[\"']\s?:\s?[\"\[{\d]"
    r"|/\*|\*/|===?|\|\||&&"
)
_BEGIN: Final = re.compile(
    r"[{}<]|//|/\*|\*/|\$\(|\)[;,]|\]\]>|-->|@(?:media|font-face|import)\b"
    r"|(?:var|let|const|function|return|else|try|catch)\b(?=[\s({$;])[^.!?]{0,80}[=({;]"
    r"|(?:if|for|while|switch)\s?\("
    r"|[\"'][\w@$.-]{1,60}[\"']\s?:|[\w$.-]{1,80}\s?=\s?[\"'\[{(\d]|[\w$]{1,40}(?:\.[\w$]{1,40}){1,6}\s?[=(]"
)
_END: Final = (
    ";",
    "{",
    "}",
    "};",
    "*/",
    "({",
    "([",
    "=>",
    "&&",
    "||",
    '",',
    "],",
    "},",
    "-->",
    "]",
)
_SYMBOLS: Final = re.compile(r"[{}();=<>\[\]$_&|\\\"'+*/:#]")
_DENSE: Final = 0.12
_LOOK: Final = 2000
#: Words in a row, as only text has them.
_PROSE: Final = re.compile(r"(?<![^\W\d_])(?:[^\W\d_]++(?:[’'-][^\W\d_]++)?,? ){12}")
#: Prose that speaks of code.
_ABOUT: Final = re.compile(
    r"\b(?:javascript|css|html5?|jquery|typescript|snippets?|stylesheets?|<?script>? tags?|json)\b",
    re.IGNORECASE,
)
_MENTIONS: Final = 2
#: A line of code of this length needs no second one.
_LONG: Final = 120
#: So many lines that do not look like code may stand between lines that do.
_BRIDGE: Final = 2


def find_scripts(blocks: Sequence[Block], text: str, context: Context) -> None:
    """Label the lines of a page's own scripts, style sheets and data.

    Args:
        blocks: the lines; those of code get the label ``navigation``.
        text: the text that they are lines of.
        context: says whether the rule may act.
    """
    if not context.allows(SCRIPT) or not _is_dump(text):
        return
    if sum(block.prose and _is_about_code(block) for block in blocks) >= _MENTIONS:
        return
    run: list[Block] = []
    other = 0
    for block in blocks:
        if _looks_like_code(block):
            run.append(block)
            other = 0
        elif run and other < _BRIDGE and not block.prose:
            run.append(block)
            other += 1
        else:
            _take(run[: len(run) - other])
            run, other = [], 0
    _take(run[: len(run) - other])


def _is_dump(text: str) -> bool:
    if "{" not in text or "```" in text:  # code in fences is shown to readers
        return False
    return len(_machinery().Match(text.encode("utf-8", "replace")) or ()) >= _KINDS


@cache
def _machinery() -> re2.Set:
    """All idioms of a page's machinery, found in one pass over a text."""
    found = re2.Set.SearchSet(options(fold=False))
    for one in _MACHINERY:
        found.Add(re2.escape(one))
    found.Compile()
    return found


def _is_about_code(block: Block) -> bool:
    return not _looks_like_code(block) and _ABOUT.search(block.text, 0, _LOOK) is not None


def _looks_like_code(block: Block) -> bool:
    text = block.text
    if _BEGIN.match(text):
        return True
    if len(text) > _LOOK:
        text = text[:_LOOK]
    elif text.endswith(_END) and (block.words < 12 or not _PROSE.search(text)):
        return True
    symbols = len(_SYMBOLS.findall(text))
    return symbols >= max(4, _DENSE * len(text)) and not _PROSE.search(text)


def _take(run: Sequence[Block]) -> None:
    """Label a run of code; what is code by a single mark may be a figure or a quotation."""
    if not run:
        return
    marks = sum(_CODE.search(block.text, 0, _LOOK) is not None for block in run)
    if marks >= 2 or (marks and len(run[0].text) >= _LONG):
        for block in run:
            block.become("navigation", SCRIPT)

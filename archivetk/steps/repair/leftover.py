"""Left-over markup in plain text: character references decoded, tags taken out.

    repair.entity   a reference that ends in a semicolon, decoded once: &amp; &#8217; &nbsp;
    repair.tag      a known tag left in prose, taken out; a break where a block began or ended

What is meant as markup stays: code (fenced, in backticks, or lines that look like it), XML, and
what is said *about* HTML.  The evidence is weighed for the document, for the line, and for the
place; in doubt the text stays as it is.  A bare ``&``, ``a < b``, ``<3`` and ``<name@host>`` are
not markup at all.

Sources: the HTML standard, sections 13.1.2 (tags), 13.5 (named references); its table of numeric
references for the range 0x80 to 0x9F.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from html import unescape
from html.entities import html5
from typing import Final, NamedTuple

from archivetk.patch import Edit
from archivetk.steps import Context, edit
from archivetk.steps.repair.links import link_edits

__all__ = ["RULES", "markup"]

RULES: Final[dict[str, str]] = {
    "repair.entity": "A character reference was left undecoded; the character it stands for is "
    "the text.",
    "repair.tag": "A tag of HTML was left in the text; it marks the text up and is not part of it.",
}

_REFERENCE: Final = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
#: A tag with well-formed attributes.  No branch can go on past the next ``<``, so it is linear.
_TAG: Final = re.compile(
    r"""<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9]{0,10})
    (?P<attributes>(?:\s++[A-Za-z_:@][\w:.@-]*+
      (?:\s*+=\s*+(?:"[^"<]*+"|'[^'<]*+'|[^\s"'<>=`]++))?+)*+)
    \s*+/?>""",
    re.VERBOSE,
)
_COMMENT: Final = re.compile(r"<!--")
_ESCAPED_TAG: Final = re.compile(r"&lt;/?([A-Za-z][A-Za-z0-9]{0,10})\b[^&<>\n]{0,300}(?:&gt;|>)")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Blocks, by the break that stands where one begins or ends.
_BREAKS: Final = (
    dict.fromkeys(
        _words(
            "p h1 h2 h3 h4 h5 h6 blockquote table ul ol dl pre hr section article aside figure "
            "form fieldset details"
        ),
        "\n\n",
    )
    | dict.fromkeys(
        _words(
            "div li tr dt dd br center caption thead tbody tfoot header footer main nav figcaption "
            "address option summary iframe"
        ),
        "\n",
    )
    | dict.fromkeys(("td", "th"), "\t")
)
_INLINE: Final = _words(
    "a abbr acronym b bdi bdo big cite code del dfn em font i img ins kbd label mark nobr q s samp "
    "small span strike strong sub sup time tt u var wbr"
)
_KNOWN: Final = _INLINE | _BREAKS.keys()
#: Tags that have no end, or whose end may be left out.
_ALONE: Final = _words("br hr img wbr p li dt dd td th tr option")
#: Words that nobody puts in angle brackets for another purpose.
_CERTAIN: Final = _ALONE | _words(
    "big blockquote center div dl em font h1 h2 h3 h4 h5 h6 iframe nobr ol small span strong sub "
    "sup table tbody td tfoot thead tt ul"
)
#: Elements whose content is not text either.
_OPAQUE: Final = re.compile(r"<(script|style)\b[^<>]{0,1000}>", re.IGNORECASE)
#: Attributes that need no value; another bare word shows that this is no tag.
_BARE: Final = _words(
    "allowfullscreen async checked compact controls defer disabled download hidden ismap loop "
    "muted nohref noshade nowrap open readonly required reversed selected"
)

#: Who writes these words writes about markup.
_ABOUT: Final = re.compile(
    r"\b(?:[xd]?html5?|xml|xhtml|svg|mathml|css|href|markup|ampersands?|unescap\w{1,5}|utf-?8|"
    r"angle brackets?|escape (?:sequence|character)s?|character references?|entity references?|"
    r"less[ -]than (?:sign|symbol)|greater[ -]than (?:sign|symbol)|non-?breaking spaces?|"
    r"renders? as|(?:class|id|style|src|alt|title) attributes?)\b",
    re.IGNORECASE,
)
#: These words do so only beside a tag that stands free, or a reference.
_TAG_WORD: Final = (
    r"(?:tags?|elements?|balises?|éléments?|elemente?s?|etiquetas?|elementos?|elementi|tagi|"
    r"тег\w{0,3}|元素|标签|タグ)"
)
_TAG_VERB: Final = (
    r"(?:writ(?:e|es|ing)|typ(?:e|es|ing)|insert(?:s|ing)?|us(?:e|es|ing)|add(?:s|ing)?|between|"
    r"inside|within|called)"
)
_BEFORE_TAG: Final = re.compile(rf"\b(?:{_TAG_WORD}|{_TAG_VERB}) [\"'“‘«„(]?$", re.IGNORECASE)
_AFTER_TAG: Final = re.compile(rf"[\"'”’»“)]?[ -]{_TAG_WORD}(?!\w)", re.IGNORECASE)
_ABOUT_REFERENCE: Final = re.compile(
    r"\b(?:entit(?:y|ies)|entités?|entität(?:en)?|entidad(?:es)?|entità)(?: such as| like| wie| "
    r"comme| como)? [\"'“‘«„(]?&|&[a-z0-9#]{2,31};[\"'”’»“)]?[ -](?:entit(?:y|ies)|entität)\b",
    re.IGNORECASE,
)
#: ``<b> and </b>``: the tags are what is spoken of.
_CONNECTED: Final = re.compile(
    r"<([A-Za-z][A-Za-z0-9]{0,10})>[ ]?(?:and|or|und|oder|et|ou|y|o|e|to|bis|…|\.\.\.|[-–/,])?[ ]?"
    r"</\1>"
)
#: A tag between two of these stands free.
_FREE_BEFORE: Final = " \t\"'“‘«„("
_FREE_BEHIND: Final = (
    "",
    " ",
    "\t",
    ".",
    ",",
    ";",
    ":",
    "?",
    "!",
    ")",
    '"',
    "'",
    "”",
    "’",
    "»",
    "-",
)
_OPEN_QUOTES: Final = "\"'`“‘«„‹"
_CLOSE_QUOTES: Final = "\"'`”’»“›"

#: Marks of program text, once tags and references are taken out.
_CODE: Final = re.compile(
    r"&&|\|\||[=!]==?[^=]|\+=|::\w|\(\)\s*[;{]|[)\]}\"']\s*;\s*$|[{}]\s*$|\{\{|\}\}|/\*|\*/|"
    r"^\s*(?:def|class|function|var|let|const|import|return|echo|public|private|static|void|"
    r"#include|\$\w+|//|#!/|<\?)(?:[\s(=]|$)|^\s*[\w.$\[\]]+\s*=\s*[\"'\w]"
)
_FENCE: Final = re.compile(r"^ {0,3}(?:```|~~~)", re.MULTILINE)
_CODE_SPAN: Final = re.compile(r"(`{1,3})[^`\n]{1,300}\1")

#: Characters of the beginning that tell what a document is.
_SAMPLE: Final = 200_000
#: A line is judged in pieces of this length.
_REGION: Final = 1000


def markup(text: str, context: Context) -> Iterable[Edit]:
    """Left-over markup in plain text: ``repair.entity``, ``repair.tag`` and ``repair.link``.

    Args:
        text: the text, with LF as line ends.
        context: ``marks`` of kind ``pre`` are code; gets the note ``markup``, ``kept`` where the
            document as a whole is code or about markup.

    Returns:
        Edits of single references, tags and links, none where the text is code or markup itself.
    """
    links = link_edits(text, context)
    if ";" not in text and ">" not in text:
        return links
    return [*links, *_outside(_references_and_tags(text, context), links)]


def _outside(edits: Iterable[Edit], links: list[Edit]) -> Iterator[Edit]:
    """The edits that touch no link."""
    at = 0
    for one in sorted(edits, key=lambda one: (one.start, one.end)):
        while at < len(links) and links[at].end <= one.start:
            at += 1
        if at == len(links) or one.end <= links[at].start:
            yield one


def _references_and_tags(text: str, context: Context) -> Iterable[Edit]:
    references = (
        [one for one in _REFERENCE.finditer(text) if _is_reference(one[0])]
        if "&" in text and context.allows("repair.entity")
        else []
    )
    tags = list(_tags(text)) if "<" in text and context.allows("repair.tag") else []
    if not references and not tags:
        return ()
    if _is_markup_or_code(text):
        context.notes["markup"] = "kept"
        return ()
    stays = _Evidence(text, context)
    tags = [one for one in tags if not stays.at(one.start, one.end)]
    edits = list(_tag_edits(text, _paired(tags)))
    inside = sorted((one.start, one.end) for one in edits)
    inside += [one.span() for one in _ESCAPED_TAG.finditer(text) if one[1].lower() in _KNOWN]
    inside.sort()
    at = 0
    for one in references:
        start, end = one.span()
        while at < len(inside) and inside[at][1] <= start:
            at += 1
        if at < len(inside) and inside[at][0] < end:
            continue
        if not stays.at(start, end):
            edits.append(edit(start, end, _character(text, one), "repair.entity"))
    return edits


def _is_reference(reference: str) -> bool:
    """Whether HTML knows a reference, and as a character that a text can have."""
    if reference[1] != "#":
        return reference[1:] in html5
    digits = reference[2:-1]
    code = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
    if code < 0x20 or code == 0x7F:
        return code in {9, 10, 13}
    return (
        code <= 0x10FFFF
        and not 0xD800 <= code <= 0xDFFF
        and not 0xFDD0 <= code <= 0xFDEF
        and code & 0xFFFE != 0xFFFE
        and code not in {0x81, 0x8D, 0x8F, 0x90, 0x9D}
    )


def _character(text: str, reference: re.Match[str]) -> str:
    new = unescape(reference[0])
    if new == "\r":
        following = text[reference.end() : reference.end() + 6].lower()
        return "" if following.startswith(("\n", "&#10;", "&#xa;", "&#x0a;")) else "\n"
    return new


class _Tag(NamedTuple):
    """A tag in the text; ``name`` in lower case, empty for comments and scripts."""

    start: int
    end: int
    name: str
    closes: bool
    has_values: bool


def _tags(text: str) -> Iterator[_Tag]:
    """Known tags, comments, and scripts and style sheets with their content."""
    opaque = list(_opaque(text))
    at = 0
    for match in _TAG.finditer(text):
        while at < len(opaque) and opaque[at].end <= match.start():
            yield opaque[at]
            at += 1
        if at < len(opaque) and opaque[at].start <= match.start():
            continue
        name = match["name"].lower()
        attributes = match["attributes"]
        if name not in _KNOWN or (match["close"] and attributes.strip()):
            continue
        if "=" not in attributes and not _BARE.issuperset(attributes.lower().split()):
            continue
        yield _Tag(match.start(), match.end(), name, bool(match["close"]), "=" in attributes)
    yield from opaque[at:]


def _opaque(text: str) -> Iterator[_Tag]:
    """Comments, scripts and style sheets, as far as they end."""
    found = [
        _Tag(one.start(), end + 3, "", False, True)
        for one, end in _ended(text, _COMMENT, re.compile("-->"))
    ]
    for name in ("script", "style"):
        closing = re.compile(rf"</{name}\s{{0,10}}>", re.IGNORECASE)
        found += [
            _Tag(one.start(), text.index(">", end) + 1, "", False, True)
            for one, end in _ended(text, _OPAQUE, closing)
            if one[1].lower() == name
        ]
    done = 0
    for one in sorted(found):
        if one.start >= done:
            yield one
            done = one.end


def _ended(
    text: str, opening: re.Pattern[str], closing: re.Pattern[str]
) -> Iterator[tuple[re.Match[str], int]]:
    """Openings, each with the place of the next closing behind it.  Linear."""
    end = -1
    for one in opening.finditer(text):
        if one.start() < end:
            continue
        found = closing.search(text, one.end())
        if not found:
            return
        end = found.start()
        yield one, end


def _is_markup_or_code(text: str) -> bool:
    """Whether the document as a whole is code, markup, or about markup."""
    sample = text[:_SAMPLE]
    if re.search(r"<!doctype |<html[\s>]|^\s*<\?xml ", sample, re.IGNORECASE):
        return True
    about = sum(1 for _ in _ABOUT.finditer(_TAG.sub(" ", sample)))
    if about and about * 1500 >= len(sample):
        return True
    names = Counter(one["name"].lower() for one in _TAG.finditer(sample) if one["close"])
    foreign = sum(count for name, count in names.items() if name not in _KNOWN)
    if foreign >= 2 and foreign * 2 > names.total():
        return True
    lines = [line for line in sample.split("\n", 2000)[:2000] if line and not line.isspace()]
    code = sum(_is_code(line[:_REGION]) for line in lines)
    return code >= 3 and code * 3 > len(lines)


def _is_code(line: str) -> bool:
    if "&amp;&amp;" in line:
        return True
    return bool(_CODE.search(_REFERENCE.sub("", _TAG.sub("", line))))


def _speaks_of_tags(line: str) -> bool:
    """Whether a line names tags: they stand free like words, where left-over ones touch text."""
    if "<" not in line:
        return False
    if _CONNECTED.search(line):
        return True
    tags = list(_TAG.finditer(line))
    names = Counter((one["name"].lower(), one["close"]) for one in tags)
    for one in tags:
        name = one["name"].lower()
        start, end = one.span()
        if name not in _KNOWN or one["attributes"]:
            continue
        if (start and line[start - 1] not in _FREE_BEFORE) or line[
            end : end + 1
        ] not in _FREE_BEHIND:
            continue
        if _BEFORE_TAG.search(line, max(0, start - 24), start) or _AFTER_TAG.match(line, end):
            return True
        other = "" if one["close"] else "/"
        if name in _INLINE and name not in _ALONE and not names[name, other]:
            return True
    return False


class _Evidence:
    """What speaks for markup that is meant to stand in the text, place by place."""

    def __init__(self, text: str, context: Context) -> None:
        self._text = text
        self._spans = sorted(
            [*_fenced(text)]
            + [(mark.start, mark.end) for mark in context.marks if mark.kind == "pre"]
            + [one.span() for one in _CODE_SPAN.finditer(text)]
        )
        self._markdown = context.media_type == "text/markdown"
        self._next = 0
        self._region = (0, 0)
        self._stays = False
        self._from = 0

    def at(self, start: int, end: int) -> bool:
        """Whether the reference or tag at ``[start, end)`` stays."""
        text = self._text
        if start < self._from:
            self._next = 0  # a second run over the text
        self._from = start
        spans = self._spans
        while self._next < len(spans) and spans[self._next][1] <= start:
            self._next += 1
        if self._next < len(spans) and spans[self._next][0] <= start:
            return True
        before = text[start - 1] if start else "\n"
        after = text[end] if end < len(text) else "\n"
        if before in _OPEN_QUOTES and after in _CLOSE_QUOTES:
            return True
        low, high = self._region
        if not low <= start < high:
            self._judge(start)
        return self._stays

    def _judge(self, place: int) -> None:
        """The line around a place, or the part of it that is not too far away."""
        text = self._text
        grid = place // _REGION * _REGION
        low = max(text.rfind("\n", grid, place) + 1, grid)
        high = text.find("\n", place, grid + _REGION)
        if high < 0:
            high = min(grid + _REGION, len(text))
        line = text[low:high]
        self._region = (low, high + 1)
        self._stays = (
            bool(_ABOUT.search(_TAG.sub(" ", line)))
            or bool(_ABOUT_REFERENCE.search(line))
            or _is_code(line)
            or _speaks_of_tags(line)
            or (self._markdown and line.startswith(("    ", "\t")))
        )


def _fenced(text: str) -> Iterator[tuple[int, int]]:
    """Fenced code, from fence to fence."""
    if "```" not in text and "~~~" not in text:
        return
    opened: int | None = None
    for fence in _FENCE.finditer(text):
        if opened is None:
            opened = fence.start()
        else:
            yield opened, fence.end()
            opened = None


def _paired(tags: list[_Tag]) -> list[_Tag]:
    """The tags without those that could be something else: lone ``<i>``, ``<title>``, ``<s>``."""
    opened = {one.name for one in tags if not one.closes}
    closed = {one.name for one in tags if one.closes}
    sure = opened & closed
    certain = sum(
        one.has_values or one.closes or one.name in sure or one.name in _CERTAIN for one in tags
    )
    return [
        one
        for one in tags
        if one.has_values or one.closes or one.name in sure or one.name in _CERTAIN or certain >= 3
    ]


def _tag_edits(text: str, tags: list[_Tag]) -> Iterator[Edit]:
    """Take the tags out; neighbours with nothing but white space between make one break."""
    group: list[_Tag] = []
    for tag in tags:
        if group and not _is_blank(text, group[-1].end, tag.start):
            yield from _group(text, group)
            group = []
        group.append(tag)
    if group:
        yield from _group(text, group)


def _is_blank(text: str, start: int, end: int) -> bool:
    return start == end or text[start:end].isspace()


def _group(text: str, group: list[_Tag]) -> Iterator[Edit]:
    start, end = group[0].start, group[-1].end
    left, right = start, end
    while left > 0 and text[left - 1] in " \t":
        left -= 1
    while right < len(text) and text[right] in " \t":
        right += 1
    at_edge = left == 0 or right == len(text) or "\n" in (text[left - 1], text[right])
    breaks = [_BREAKS.get(one.name, "") for one in group]
    lines = min(2, sum(one.name == "br" and not one.closes for one in group))
    if "\n\n" in breaks:
        lines = 2
    elif "\n" in breaks:
        lines = max(1, lines)
    if left > 0 and right < len(text):
        present = text.count("\n", start, end)
        present += (text[left - 1] == "\n") + text.startswith("\n\n", left - 2)
        present += (text[right] == "\n") + text.startswith("\n\n", right)
        lines = max(0, lines - present)
    else:
        lines = 0
    new = "\n" * lines
    if not new and "\t" in breaks and not at_edge and "\n" not in text[start:end]:
        new = "\t"
    # spaces around a break would be left at the ends of lines
    trims = bool(new) or (at_edge and any(breaks))
    for number, one in enumerate(group):
        low, high = one.start, one.end
        if trims:
            low = left if number == 0 else low
            if number == len(group) - 1:
                high = right
            else:
                while text[high] in " \t":
                    high += 1
        yield edit(low, high, new if number == 0 else "", "repair.tag")

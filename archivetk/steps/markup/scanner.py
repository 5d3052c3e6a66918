"""The scan: one regular expression, one loop, one edit for each gap between kept runs.

A gap that becomes a blank line is two: one for what closes above it, one for what opens below.

It follows the tokenizer of the HTML standard where that decides what is text, and is more
lenient where a browser would swallow the rest of a page: an unclosed comment ends at the next
``>``, an attribute value without end does not take the text with it, and ``<`` behind the last
``>`` is a character.  Every step to the right is final (possessive quantifiers, remembered
failures), so the time is linear in the length of the page, whatever stands in it.
"""

from __future__ import annotations

import json
import re
from array import array
from html import unescape
from typing import Final

from archivetk.patch import Edits, Reason
from archivetk.steps.markup.layout import Inline, Layout
from archivetk.steps.markup.tags import (
    BEGIN,
    BLOCKS,
    CELL,
    CELLS,
    CLOSE,
    COMMENTED,
    DROP,
    DROPPED,
    ENDS,
    FEED,
    FINISH,
    GREEDY,
    HEAD,
    HEADED,
    IGNORE,
    KNOWN,
    LINE,
    LINK,
    LINK_END,
    NONE,
    OPEN,
    PARAGRAPH,
    SCRIPTED,
    SPACE,
    SPACED,
    TABLE,
    TAGGED,
    tag_of,
)

__all__ = ["scan_html"]

#: Text: all up to the next ``<`` that begins a tag or another construct.
_TEXT: Final = r"[^<]*+(?:<(?![A-Za-z!?/])[^<]*+)*+"
_NAME: Final = r"/?[A-Za-z][^ \t\n\f\r/>]*+"

#: A tag and the text behind it, or the beginning of another construct.  In a tag quotes count
#: only behind ``=``.
_TOKEN: Final = re.compile(
    rf"""<(?:({_NAME})"""
    r"""([^>=]*+(?:=(?:"[^"]*+"|[ \t\n\f\r]*+(?:"[^"]*+"|'[^']*+')?+)[^>=]*+)*+)"""
    rf""">({_TEXT})|(?=[A-Za-z!?/]))"""
)
#: The same where quoting is broken: a tag ends at the next ``>``.
_LENIENT: Final = re.compile(rf"<(?:({_NAME})([^>]*+)>({_TEXT})|(?=[A-Za-z!?/]))")
_PLAIN: Final = re.compile(_TEXT)
_BROKEN: Final = re.compile("</?[A-Za-z]")

#: White space that HTML collapses, and character references.
_INNER: Final = re.compile(
    r"[ \t\n\f\r]{2,}|[\t\n\f\r]"
    r"|&(?:#[0-9]{1,20};?|#[xX][0-9a-fA-F]{1,16};?|[A-Za-z][A-Za-z0-9]{1,31};?)"
)
_REFERENCE: Final = re.compile(_INNER.pattern.rsplit("\n", maxsplit=1)[-1].split("|", 2)[2])
_SPACES: Final = " \t\n\f\r"

_BREAKS: Final = ("", " ", "\t", "\n", "\n\n")

#: Longest row of cells, in code points, that is written on one line.
_ROW: Final = 200

_RULES: Final = (
    (Reason("markup.space"),),
    (Reason("markup.tag"),),
    (Reason("markup.comment"),),
    (Reason("markup.head"),),
    (Reason("markup.embed"),),
    (Reason("markup.script"),),
    (Reason("markup.form"),),
)
_BREAK: Final = (Reason("markup.break"),)
_DECODED: Final = (Reason("markup.reference"),)

#: The text of an article in JSON-LD, and what stands in such a string beside its characters.
_ARTICLE_BODY: Final = re.compile(r'"articleBody"\s*+:\s*+"((?:[^"\\]++|\\.)*+)"', re.DOTALL)
_IN_BODY: Final = re.compile(
    r"(?:<|\\u003[cC])\\?/?([A-Za-z][A-Za-z0-9]{0,20})(?:[^<>\\]|\\[^u]){0,500}(?:>|\\u003[eE])"
    r"|\\(?:([bfnrt\"\\/])|u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|u[0-9a-fA-F]{4})"
)
_BODY_BREAKS: Final = frozenset("bfnrt")
_ESCAPED: Final = (Reason("markup.escape"),)
#: Shortest article body that is worth reading, in code points.
_BODY: Final = 300


def _json_string(escape: str) -> str:
    """What an escape sequence of JSON stands for; half a surrogate pair becomes U+FFFD."""
    value = str(json.loads(f'"{escape}"'))
    return "\ufffd" if "\ud800" <= value <= "\udfff" else value


_references: dict[str, str] = {}


def _decoded(reference: str) -> str:
    """What a character reference stands for; white space comes out as a space."""
    value = _references.get(reference)
    if value is None:
        value = unescape(reference)
        if value in {"\t", "\n", "\r", "\f"}:
            value = " "
        if len(_references) < 4096:
            _references[reference] = value
    return value


def scan_html(html: str, *, bodies: bool = False) -> tuple[Edits, Layout]:
    """Turn a page into the edits that leave its text, and the layout of that text.

    Args:
        html: a whole page or a fragment, decoded.
        bodies: give the ``articleBody`` of JSON-LD as text too, where it stands; its frames are
            named ``script``.

    Returns:
        The edits, in order, for :meth:`archivetk.patch.Patch.of`; and the layout, in the
        coordinates of the text that they give.
    """
    layout = Layout(html)
    # ``list.append`` is called by its name, which costs less than a method that is kept
    starts: list[int] = []
    ends: list[int] = []
    news: list[str] = []
    whys: list[tuple[Reason, ...]] = []
    names, parents, given = layout.names, layout.parents, layout.attributes
    unit_start, unit_end, unit_frame = layout.unit_start, layout.unit_end, layout.unit_frame
    unit_link, unit_break = layout.unit_link, layout.unit_break
    inlines = layout.inlines

    out = 0  # length of the text so far
    gap = 0  # where the source behind the last kept run begins
    kind = SPACED  # what the gap holds
    pending = NONE  # the break that the gap stands for
    row = 0  # where the current table row began in the text
    linked = False  # inside a link
    link = 0  # code points of the current unit inside links
    preserve = 0  # depth of open <pre>
    heading = False  # inside <head>
    frame = 0
    open_frames = [0]
    scope: dict[str, int] = {}
    scopes = [scope]
    open_inlines: dict[str, tuple[int, str]] = {}

    def add(start: int, end: int, new: str, why: tuple[Reason, ...]) -> None:
        starts.append(start)
        ends.append(end)
        news.append(new)
        whys.append(why)

    def flush(at: int) -> None:
        """Write the gap that ends at ``at``: what stands there begins a run."""
        nonlocal out, kind, pending, link
        if not out:
            if at > gap:
                add(gap, at, "", _RULES[kind])
            pending = PARAGRAPH
            new = ""
        else:
            if pending == CELL and out - row > _ROW:
                pending = LINE
            new = _BREAKS[pending]
            if new or at > gap:
                why = _BREAK if pending > SPACE and kind < COMMENTED else _RULES[kind]
                begin = gap
                if pending == PARAGRAPH:
                    cut = html.rfind("<", gap + 1, at)
                    if cut > 0:
                        # one line end for what closes above, one for what opens below
                        add(gap, cut, "\n", why)
                        begin = cut
                        new = "\n"
                        why = _BREAK
                starts.append(begin)
                ends.append(at)
                news.append(new)
                whys.append(why)
        if pending > SPACE:
            if out:
                unit_end.append(out)
                unit_link.append(link)
                out += len(_BREAKS[pending])
            link = 0
            unit_start.append(out)
            unit_frame.append(frame)
            unit_break.append(pending)
        elif pending:
            out += 1
        kind = SPACED
        pending = NONE

    def write(short: str, end: int) -> None:
        """Text that ends at ``end``, the white space before it taken off."""
        nonlocal out, gap, pending, link
        start = end - len(short)
        # white space at both ends belongs to the gaps
        segment = short.rstrip(_SPACES)
        last = start + len(segment)
        if (
            "&" in segment
            or "  " in segment
            or "\n" in segment
            or "\t" in segment
            or "\r" in segment
            or "\f" in segment
        ):
            start = _write_inner(start, last)
        if last > start:
            if pending or start > gap or not out:
                flush(start)
            out += last - start
            if linked:
                link += last - start
            gap = last
        if last < end and not pending:
            pending = SPACE

    def _write_inner(start: int, last: int) -> int:
        """Text with white space or references inside, up to where its last plain run begins."""
        nonlocal out, gap, pending, link
        position = start
        for match in _INNER.finditer(html, start, last):
            at = match.start()
            if at < position:
                continue  # white space that the reference before it has taken in
            token = match[0]
            value = " "
            stop = match.end()
            if token[0] == "&":
                value = _decoded(token)
                if value == token:
                    continue
                if value == " ":
                    # a space by reference collapses with those around it
                    while at > position and html[at - 1] in _SPACES:
                        at -= 1
                    while stop < last and html[stop] in _SPACES:
                        stop += 1
            if at > position:
                if pending or position > gap or not out:
                    flush(position)
                out += at - position
                if linked:
                    link += at - position
                gap = at
            position = stop
            if value == " ":
                if not pending:
                    pending = SPACE
                continue
            if not value and (pending or at > gap or not out):
                continue  # it stands for nothing: no line may begin with it
            if pending or at > gap or not out:
                flush(at)
            add(at, position, value, _DECODED)
            out += len(value)
            if linked:
                link += len(value)
            gap = position
        return position

    def write_span(start: int, end: int) -> None:
        """Text that no tag stands in."""
        nonlocal pending
        if preserve:
            _write_preserved(start, end)
            return
        short = html[start:end].lstrip(_SPACES)
        if len(short) != end - start and not pending:
            pending = SPACE
        if short:
            write(short, end)

    def _write_preserved(start: int, end: int) -> None:
        """Text in ``<pre>``: as it stands, references decoded."""
        nonlocal out, gap, link, pending
        segment = html[start:end]
        if pending >= LINE or not out:
            # line ends at both edges are part of the break
            start = end - len(segment.lstrip("\n\r"))
        stop = start + len(html[start:end].rstrip("\n\r"))
        tail = end - stop
        end = stop
        if start == end:
            if tail and pending < LINE:
                pending = LINE
            return
        if html[start] == "&" and not _REFERENCE.sub(lambda one: _decoded(one[0]), html[start:end]):
            return  # it stands for nothing: no line may begin with it
        if pending or start > gap or not out:
            flush(start)
        position = start
        for match in _REFERENCE.finditer(html, start, end):
            token = match[0]
            value = _decoded(token)
            if value == token:
                continue
            out += match.start() - position + len(value)
            add(match.start(), match.end(), value, _DECODED)
            position = match.end()
        out += end - position
        if linked:
            link += end - start
        gap = end
        if tail:
            pending = LINE

    def write_body(start: int, end: int) -> None:
        """A JSON string that holds an article: its escapes, and the markup inside of it."""
        nonlocal out, gap, pending, frame, kind
        around = frame
        parents.append(frame)
        names.append("script")
        given.append("")
        frame = len(names) - 1
        pending = PARAGRAPH
        kind = max(kind, SCRIPTED)
        last = start
        for match in _IN_BODY.finditer(html, start, end):
            if match.start() > last:
                write_span(last, match.start())
            last = match.end()
            tag, escape = match.groups()
            if tag:
                pending = max(pending, BLOCKS.get(tag.lower(), LINE if tag == "br" else NONE))
                kind = max(kind, TAGGED)
            elif escape in _BODY_BREAKS:
                if escape in "nr":
                    pending = PARAGRAPH if pending == LINE else max(pending, LINE)
                else:
                    pending = max(pending, SPACE)
            else:
                value = _json_string(match[0])
                if pending or match.start() > gap or not out:
                    flush(match.start())
                add(match.start(), last, value, _ESCAPED)
                out += len(value)
                gap = last
        if end > last:
            write_span(last, end)
        pending = PARAGRAPH
        frame = around

    def behind_tag(start: int) -> int:
        """The place behind the next ``>``, or the end of the page."""
        return html.find(">", start) + 1 or size

    def note(what: str) -> None:
        if what not in layout.broken:
            layout.broken.append(what)

    pattern = _TOKEN
    position = 0  # where the text begins that is not yet written
    size = len(html)
    top = names[0]  # the name of the frame
    known = KNOWN.get
    no_comment_end = False
    no_data_end = False
    unclosed: set[str] = set()
    more = True
    while more:
        begins = _PLAIN.match(html, position)
        text = begins[0] if begins else ""
        for match in pattern.finditer(html, position + len(text)):
            name, attributes, behind = match.groups()
            if name is None and _BROKEN.match(html, match.start()):
                # a tag without end; at first for want of a quote: from here on none counts
                position = match.start() - len(text)
                more = pattern is _TOKEN
                note("quotes" if more else "tag-without-end")
                pattern = _LENIENT
                break
            if text:
                short = text.lstrip(_SPACES)
                if preserve:
                    at = match.start()
                    _write_preserved(at - len(text), at)
                elif short:
                    if len(short) != len(text) and not pending:
                        pending = SPACE
                    write(short, match.start())
                elif not pending:
                    pending = SPACE
            text = behind

            if name is None:
                position = match.end()
                if html.startswith("!--", position):
                    position += 3
                    if html.startswith(">", position):
                        position += 1
                    elif html.startswith("->", position):
                        position += 2
                    else:
                        end = -1 if no_comment_end else html.find("-->", position)
                        if end >= 0:
                            position = end + 3
                        else:
                            if not no_comment_end:
                                note("comment-without-end")
                            no_comment_end = True
                            position = behind_tag(position)
                    kind = max(kind, COMMENTED)
                    break
                kind = max(kind, TAGGED)
                if html.startswith("![CDATA[", position) and not no_data_end:
                    end = html.find("]]>", position + 8)
                    if end >= 0:
                        write_span(position + 8, end)
                        kind = max(kind, TAGGED)
                        position = end + 3
                        break
                    no_data_end = True
                position = behind_tag(position + 1)
                break

            action, lower, level, implied, special = known(name) or tag_of(name)
            if kind < TAGGED:
                kind = HEADED if heading else TAGGED
            if action == IGNORE:
                continue

            if action == CLOSE:
                if pending < level:  # noqa: PLR1730 - a call of max costs more
                    pending = level
                if not scope.get(lower) and (
                    lower not in TABLE or len(scopes) < 2 or not scopes[-2].get(lower)
                ):
                    continue
                while True:
                    open_frames.pop()
                    if top in CELLS:
                        scopes.pop()
                        scope = scopes[-1]
                    elif top == "pre":
                        preserve -= 1
                    scope[top] -= 1
                    gone = top
                    frame = open_frames[-1]
                    top = names[frame]
                    if gone == lower:
                        break
                continue

            if action == OPEN:
                if pending < level:  # noqa: PLR1730 - as above
                    pending = level
                if special:
                    if lower == "hr":
                        continue
                    if lower == "body":
                        heading = False
                while top in implied:
                    open_frames.pop()
                    if top in CELLS:
                        scopes.pop()
                        scope = scopes[-1]
                    scope[top] -= 1
                    frame = open_frames[-1]
                    top = names[frame]
                parents.append(frame)
                names.append(lower)
                given.append(attributes)
                frame = len(names) - 1
                top = lower
                open_frames.append(frame)
                scope[lower] = scope.get(lower, 0) + 1
                if special:
                    if lower == "tr":
                        row = out
                    elif lower == "pre":
                        preserve += 1
                    elif lower in CELLS:
                        scope = {}
                        scopes.append(scope)
                continue

            if action <= FINISH:
                began = open_inlines.pop(lower, None)
                if began is not None and out > began[0]:
                    inlines.append(Inline(began[0], out, lower, began[1]))
                if action == LINK:
                    linked = "href" in attributes or "HREF" in attributes
                    if linked:
                        open_inlines["a"] = (out, attributes)
                elif action == LINK_END:
                    linked = False
            elif action == BEGIN:
                if lower not in open_inlines:
                    open_inlines[lower] = (out, attributes)
            elif action == FEED:
                pending = PARAGRAPH if pending >= LINE else LINE
            elif action == DROP:
                if lower in unclosed:
                    continue
                # the text of the match belongs to the element
                position = match.end(2) + 1
                found = ENDS[lower].search(html, position)
                if found is None:
                    unclosed.add(lower)
                    note(f"{lower}-without-end")
                    if lower not in GREEDY:
                        continue
                    end = size
                else:
                    end = found.start()
                if lower == "script":
                    if "ld+json" in attributes:
                        layout.json_ld.append((position, end))
                        if bodies:
                            body = _ARTICLE_BODY.search(html, position, end)
                            if body is not None and body.end(1) - body.start(1) >= _BODY:
                                write_body(*body.span(1))
                elif lower == "title" and layout.title is None:
                    layout.title = (position, end)
                kind = max(kind, DROPPED[lower])
                position = end
                break
            elif action == HEAD:
                heading = bool(lower)
                kind = max(kind, HEADED)
        else:
            # no token is left, and the text reaches to the end
            position = size - len(text)
            more = False
    if position < size:
        write_span(position, size)
    if gap < size:
        add(gap, size, "", _RULES[kind])
    if out:
        unit_end.append(out)
        unit_link.append(link)
    layout.length = out
    return Edits(array("q", starts), array("q", ends), news, whys), layout

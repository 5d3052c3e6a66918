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
from html import unescape
from typing import Final

from archivetk.patch import Edit, Reason
from archivetk.steps.markup.layout import Inline, Layout

__all__ = ["scan_html"]

_SPECIAL: Final = r"(!--|!\[CDATA\[|[!?]|/(?![A-Za-z]))"
_NAME: Final = r"(/?)([A-Za-z][^ \t\n\f\r/>]*+)"

#: A tag or the beginning of another construct.  Quotes count only behind ``=``.
_TOKEN: Final = re.compile(
    rf"""<(?:{_NAME}((?:[^>=]++|=[ \t\n\f\r]*+(?:"[^"]*+"|'[^']*+')?+)*+)(>?)|{_SPECIAL})"""
)
#: The same where quoting is broken: a tag ends at the next ``>``.
_LENIENT: Final = re.compile(rf"<(?:{_NAME}([^>]*+)(>?)|{_SPECIAL})")

#: White space that HTML collapses, and character references.
_INNER: Final = re.compile(
    r"[ \t\n\f\r]{2,}|[\t\n\f\r]"
    r"|&(?:#[0-9]{1,20};?|#[xX][0-9a-fA-F]{1,16};?|[A-Za-z][A-Za-z0-9]{1,31};?)"
)
_REFERENCE: Final = re.compile(_INNER.pattern.rsplit("\n", maxsplit=1)[-1].split("|", 2)[2])
_SPACES: Final = " \t\n\f\r"

_NONE, _SPACE, _CELL, _LINE, _PARAGRAPH = range(5)
_BREAKS: Final = ("", " ", "\t", "\n", "\n\n")

#: Longest row of cells, in code points, that is written on one line.
_ROW: Final = 200

#: Elements that break the line before and after, and how much.
_PARAGRAPHED: Final = """
    address article aside blockquote details dialog dir dl fieldset figure footer form h1 h2 h3 h4
    h5 h6 header hgroup hr listing main menu nav ol p plaintext pre search section table ul xmp
"""
_LINED: Final = """
    body button caption center dd div dt figcaption frameset html label legend li noscript optgroup
    option summary tbody tfoot thead tr
"""
_BLOCKS: Final = {
    **dict.fromkeys(_PARAGRAPHED.split(), _PARAGRAPH),
    **dict.fromkeys(_LINED.split(), _LINE),
    "td": _CELL,
    "th": _CELL,
}

#: Which open elements a start tag closes, if they are on top (HTML: implied end tags).
_IMPLIED: Final[dict[str, frozenset[str]]] = {
    "li": frozenset({"li", "p"}),
    "dt": frozenset({"dt", "dd", "p"}),
    "dd": frozenset({"dt", "dd", "p"}),
    "tr": frozenset({"tr", "td", "th", "p", "caption"}),
    "td": frozenset({"td", "th", "p"}),
    "th": frozenset({"td", "th", "p"}),
    "tbody": frozenset({"tbody", "thead", "tfoot", "tr", "td", "th", "p", "caption"}),
    "thead": frozenset({"tbody", "thead", "tfoot", "tr", "td", "th", "p", "caption"}),
    "tfoot": frozenset({"tbody", "thead", "tfoot", "tr", "td", "th", "p", "caption"}),
    "option": frozenset({"option"}),
    "label": frozenset(),
    "button": frozenset(),
    "noscript": frozenset(),
}
_PARAGRAPHS: Final = frozenset({"p"})
_CELLS: Final = frozenset({"td", "th"})
_TABLE: Final = frozenset({"table", "tbody", "thead", "tfoot", "tr", "td", "th"})
_VOID: Final = frozenset({"hr"})
_INLINES: Final = frozenset({"a", "b", "code", "em", "i", "kbd", "samp", "strong", "time"})

# What a gap held; the highest decides the rule.
_SPACED, _TAGGED, _COMMENTED, _HEADED, _EMBEDDED, _SCRIPTED, _FORMED = range(7)
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

#: Elements that leave with all they hold, and as what.
_DROPPED: Final = {
    "script": _SCRIPTED,
    "style": _SCRIPTED,
    "template": _SCRIPTED,
    "title": _HEADED,
    "svg": _EMBEDDED,
    "iframe": _EMBEDDED,
    "object": _EMBEDDED,
    "canvas": _EMBEDDED,
    "audio": _EMBEDDED,
    "video": _EMBEDDED,
    "applet": _EMBEDDED,
    "noembed": _EMBEDDED,
    "noframes": _EMBEDDED,
    "annotation": _EMBEDDED,
    "select": _FORMED,
    "datalist": _FORMED,
    "textarea": _FORMED,
}
_ENDS: Final = {name: re.compile(rf"</{name}(?=[ \t\n\f\r/>])", re.IGNORECASE) for name in _DROPPED}
#: An unclosed one of these takes the rest of the page, as in a browser.
_GREEDY: Final = frozenset({"script", "style"})

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


def scan_html(html: str, *, bodies: bool = False) -> tuple[list[Edit], Layout]:
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
    edits: list[Edit] = []
    add = edits.append
    names = layout.names
    parents = layout.parents
    attributes_of = layout.attributes
    unit_start = layout.unit_start
    unit_end = layout.unit_end
    unit_frame = layout.unit_frame
    unit_link = layout.unit_link
    unit_break = layout.unit_break
    inlines = layout.inlines

    out = 0  # length of the text so far
    gap = 0  # where the source behind the last kept run begins
    kind = _SPACED  # what the gap holds
    pending = _NONE  # the break that the gap stands for
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

    def flush(at: int) -> None:
        """Write the gap that ends at ``at``: what stands there begins a run."""
        nonlocal out, gap, kind, pending, link
        if not out:
            if at > gap:
                add(Edit(gap, at, "", _RULES[kind]))
            pending = _PARAGRAPH
            new = ""
        else:
            if pending == _CELL and out - row > _ROW:
                pending = _LINE
            new = _BREAKS[pending]
            if new or at > gap:
                why = _BREAK if pending > _SPACE and kind < _COMMENTED else _RULES[kind]
                cut = html.rfind("<", gap + 1, at) if pending == _PARAGRAPH else -1
                if cut > 0:
                    # one line end for what closes above, one for what opens below
                    add(Edit(gap, cut, "\n", why))
                    add(Edit(cut, at, "\n", _BREAK))
                else:
                    add(Edit(gap, at, new, why))
        if pending > _SPACE:
            if out:
                unit_end.append(out)
                unit_link.append(link)
            link = 0
            out += len(new)
            unit_start.append(out)
            unit_frame.append(frame)
            unit_break.append(pending)
        else:
            out += len(new)
        kind = _SPACED
        pending = _NONE

    def write(start: int, end: int) -> None:
        """Text between two tags."""
        nonlocal out, gap, pending, link
        if preserve:
            _write_preserved(start, end)
            return
        # white space at both ends belongs to the gaps
        segment = html[start:end]
        short = segment.lstrip(_SPACES)
        if not short:
            if not pending:
                pending = _SPACE
            return
        if len(short) != len(segment):
            start = end - len(short)
            if not pending:
                pending = _SPACE
        segment = short.rstrip(_SPACES)
        last = start + len(segment)
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
                    pending = _SPACE
                continue
            if not value and (pending or at > gap or not out):
                continue  # it stands for nothing: no line may begin with it
            if pending or at > gap or not out:
                flush(at)
            add(Edit(at, position, value, _DECODED))
            out += len(value)
            if linked:
                link += len(value)
            gap = position
        if last > position:
            if pending or position > gap or not out:
                flush(position)
            out += last - position
            if linked:
                link += last - position
            gap = last
        if last < end and not pending:
            pending = _SPACE

    def _write_preserved(start: int, end: int) -> None:
        """Text in ``<pre>``: as it stands, references decoded."""
        nonlocal out, gap, link, pending
        segment = html[start:end]
        if pending >= _LINE or not out:
            # line ends at both edges are part of the break
            start = end - len(segment.lstrip("\n\r"))
        stop = start + len(html[start:end].rstrip("\n\r"))
        tail = end - stop
        end = stop
        if start == end:
            if tail and pending < _LINE:
                pending = _LINE
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
            add(Edit(match.start(), match.end(), value, _DECODED))
            position = match.end()
        out += end - position
        if linked:
            link += end - start
        gap = end
        if tail:
            pending = _LINE

    def write_body(start: int, end: int) -> None:
        """A JSON string that holds an article: its escapes, and the markup inside of it."""
        nonlocal out, gap, pending, frame, kind
        around = frame
        parents.append(frame)
        names.append("script")
        attributes_of.append("")
        frame = len(names) - 1
        pending = _PARAGRAPH
        kind = max(kind, _SCRIPTED)
        last = start
        for match in _IN_BODY.finditer(html, start, end):
            if match.start() > last:
                write(last, match.start())
            last = match.end()
            tag, escape = match.groups()
            if tag:
                pending = max(pending, _BLOCKS.get(tag.lower(), _LINE if tag == "br" else _NONE))
                kind = max(kind, _TAGGED)
            elif escape in _BODY_BREAKS:
                if escape in "nr":
                    pending = _PARAGRAPH if pending == _LINE else max(pending, _LINE)
                else:
                    pending = max(pending, _SPACE)
            else:
                value = _json_string(match[0])
                if pending or match.start() > gap or not out:
                    flush(match.start())
                add(Edit(match.start(), last, value, _ESCAPED))
                out += len(value)
                gap = last
        if end > last:
            write(last, end)
        pending = _PARAGRAPH
        frame = around

    def note(what: str) -> None:
        if what not in layout.broken:
            layout.broken.append(what)

    search = _TOKEN.search
    lenient = False
    position = 0
    size = len(html)
    no_comment_end = False
    no_data_end = False
    unclosed: set[str] = set()
    while True:
        match = search(html, position)
        if match is None:
            break
        start = match.start()
        slash, name, attributes, closed, special = match.groups()
        if special is None and not closed:
            # no end of the tag to be found: from here on quotes do not count
            if not lenient:
                lenient = True
                search = _LENIENT.search
                note("quotes")
                continue
            note("tag-without-end")
            break
        if start > position:
            write(position, start)
        position = match.end()

        if special is not None:
            if special == "!--":
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
                        end = html.find(">", position)
                        position = end + 1 if end >= 0 else size
                kind = max(kind, _COMMENTED)
            elif special == "![CDATA[" and not no_data_end:
                end = html.find("]]>", position)
                if end < 0:
                    no_data_end = True
                    end = html.find(">", position)
                    position = end + 1 if end >= 0 else size
                else:
                    kind = max(kind, _TAGGED)
                    write(position, end)
                    position = end + 3
                kind = max(kind, _TAGGED)
            else:
                end = html.find(">", position)
                position = end + 1 if end >= 0 else size
                kind = max(kind, _TAGGED)
            continue

        lower = name.lower()
        if kind < _TAGGED:
            kind = _HEADED if heading else _TAGGED

        level = _BLOCKS.get(lower)
        if level is None:
            if lower in _INLINES:
                if slash:
                    began = open_inlines.pop(lower, None)
                    if began is not None and out > began[0]:
                        inlines.append(Inline(began[0], out, lower, began[1]))
                    if lower == "a":
                        linked = False
                else:
                    if lower == "a":
                        began = open_inlines.pop(lower, None)
                        if began is not None and out > began[0]:
                            inlines.append(Inline(began[0], out, lower, began[1]))
                        linked = "href" in attributes or "HREF" in attributes
                        if not linked:
                            continue
                    open_inlines.setdefault(lower, (out, attributes))
            elif lower == "br":
                if pending >= _LINE:
                    pending = _PARAGRAPH
                else:
                    pending = _LINE
            elif lower in _DROPPED:
                if slash or lower in unclosed:
                    continue
                dropped = _DROPPED[lower]
                found = _ENDS[lower].search(html, position)
                if found is None:
                    unclosed.add(lower)
                    note(f"{lower}-without-end")
                    if lower not in _GREEDY:
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
                kind = max(kind, dropped)
                position = end
            elif lower == "head":
                heading = not slash
                kind = max(kind, _HEADED)
            continue

        pending = max(pending, level)
        if slash:
            if lower == "p" and "p" not in scope:
                continue
            if lower not in scope and (
                lower not in _TABLE or len(scopes) < 2 or lower not in scopes[-2]
            ):
                continue
            while True:
                top = open_frames.pop()
                gone = names[top]
                if gone in _CELLS:
                    scopes.pop()
                    scope = scopes[-1]
                if gone == "pre" and preserve:
                    preserve -= 1
                left = scope[gone] - 1
                if left:
                    scope[gone] = left
                else:
                    del scope[gone]
                if gone == lower:
                    break
            frame = open_frames[-1]
            continue
        if lower == "body":
            heading = False
        if lower in _VOID:
            continue
        implied = _IMPLIED.get(lower, _PARAGRAPHS)
        while names[frame] in implied:
            gone = names[frame]
            open_frames.pop()
            if gone in _CELLS:
                scopes.pop()
                scope = scopes[-1]
            left = scope[gone] - 1
            if left:
                scope[gone] = left
            else:
                del scope[gone]
            frame = open_frames[-1]
        if lower == "tr":
            row = out
        elif lower == "pre":
            preserve += 1
        parents.append(frame)
        names.append(lower)
        attributes_of.append(attributes)
        frame = len(names) - 1
        open_frames.append(frame)
        scope[lower] = scope.get(lower, 0) + 1
        if lower in _CELLS:
            scope = {}
            scopes.append(scope)
    if position < size:
        write(position, size)
    if gap < size:
        add(Edit(gap, size, "", _RULES[kind]))
    if out:
        unit_end.append(out)
        unit_link.append(link)
    layout.length = out
    return edits, layout

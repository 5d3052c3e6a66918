"""HTML to text, as edits: one linear scan, and what it learns of the page on its way.

>>> from archivetk.patch import Patch
>>> html = "<nav>Home</nav><p>Salt &amp; <b>pepper</b><br>and oil"
>>> edits, layout = scan_html(html)
>>> Patch.of(html, edits).apply(html)
'Home\\n\\nSalt & pepper\\nand oil'
>>> [layout.names[frame] for frame in layout.unit_frame]
['nav', 'p', 'p']
"""

from __future__ import annotations

from typing import Final

from archivetk.patch import Edits
from archivetk.steps import Context
from archivetk.steps.markup.layout import Layout
from archivetk.steps.markup.scanner import scan_html

__all__ = ["RULES", "Layout", "scan", "scan_html"]

RULES: Final = {
    "markup.tag": "A tag is markup, not text.",
    "markup.comment": "A comment is for those who read the source.",
    "markup.script": "Scripts, style sheets and templates are for the browser.",
    "markup.head": "The head of a page speaks about the page; its title is metadata.",
    "markup.embed": "An embedded object, drawing or player is not text.",
    "markup.form": "The choices and contents of form fields are not text.",
    "markup.reference": "A character reference stands for this character.",
    "markup.escape": "An escape sequence of JSON stands for this character.",
    "markup.break": "A block or line of the page begins here.",
    "markup.space": "HTML shows a run of white space as one space.",
}


#: A page that shows less running text than this, in code points, may be filled by a script.
_SHOWN: Final = 300
#: Shortest line that counts as running text, in code points.
_RUNNING: Final = 60


def _shown(layout: Layout) -> int:
    """How much running text a page shows without its scripts."""
    return sum(
        end - start
        for start, end, link in zip(
            layout.unit_start, layout.unit_end, layout.unit_link, strict=True
        )
        if end - start >= _RUNNING and link * 2 < end - start
    )


def scan(text: str, context: Context) -> Edits:
    """Markup out, references decoded, a break at every block edge.

    The layout that comes with it stands in ``context.layout``, in the coordinates of the text
    that this step gives; the extractor judges by it and makes the marks of what it keeps.
    """
    edits, layout = scan_html(text)
    if layout.json_ld and _shown(layout) < _SHOWN:
        # a page that a script fills: its article may stand in the data for search engines
        more, filled = scan_html(text, bodies=True)
        if filled.length > 2 * layout.length:
            edits, layout = more, filled
            context.notes["json_ld"] = True
    context.layout = layout
    context.notes["units"] = len(layout.unit_start)
    if layout.broken:
        context.notes["broken"] = layout.broken
    return edits

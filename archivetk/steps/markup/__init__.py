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

from archivetk.patch import Edit
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
    "markup.break": "A block or line of the page begins here.",
    "markup.space": "HTML shows a run of white space as one space.",
}


def scan(text: str, context: Context) -> list[Edit]:
    """Markup out, references decoded, a break at every block edge.

    The layout that comes with it stands in ``context.layout``, in the coordinates of the text
    that this step gives; the extractor judges by it and makes the marks of what it keeps.
    """
    edits, layout = scan_html(text)
    context.layout = layout
    context.notes["units"] = len(layout.unit_start)
    if layout.broken:
        context.notes["broken"] = layout.broken
    return edits

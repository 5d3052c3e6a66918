"""Text and markdown renderings of a record: the title first, a blank line, the body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from archivetk.commonmark import escaped, markdown_of

__all__ = ["to_markdown", "to_text"]

_MARKDOWN: Final = "text/markdown"


def to_text(record: Mapping[str, Any], *, title: bool = True) -> str:
    """The clean text as a file holds it: one LF at its end.

    A title is printed first only where it no longer stands in the text.
    """
    head = _title(record) if title else None
    body = record["text"]
    parts = [head, body] if head and body else [head or body]
    return "\n\n".join(parts) + "\n"


def to_markdown(record: Mapping[str, Any], *, title: bool = True, plain: bool = False) -> str:
    """The same with the title as a heading and the captions behind the text.

    Args:
        record: of the document.
        title: print the title, where it no longer stands in the text.
        plain: the text is not Markdown yet; it becomes so unless the document was.
    """
    text = record["text"]
    head = _title(record) if title else None
    parts = [f"# {_heading(head)}"] if head else []
    if text:
        parts.append(markdown_of(text) if plain and record["media_type"] != _MARKDOWN else text)
    for one in record.get("captions") or ():
        credit = f"[{one['credit']}]" if one.get("credit") else ""
        said = " ".join(f"{one.get('caption') or ''} {credit}".split())
        parts.append(f"*{escaped(said)}*")
    return "\n\n".join(parts) + "\n"


def _heading(title: str) -> str:
    """A title with all signs escaped that would be read as marks in a heading."""
    shown = escaped(title)
    bare = shown.rstrip("#")
    # signs at the end would close the heading
    return shown if bare == shown or bare[-1:].strip() else f"{bare}\\{shown[len(bare) :]}"


def _title(record: Mapping[str, Any]) -> str | None:
    """The title, where it was found or given and does not stand in the text any more."""
    title = record.get("title")
    if not isinstance(title, str) or not title.strip():
        return None
    folded = " ".join(title.split())
    head = " ".join(record["text"][: len(title) * 2 + 200].split())
    # a title that still opens the text is not printed twice
    return (
        None
        if head.startswith(folded)
        or ("strip.title" not in _rules(record) and _stands(record, folded))
        else folded
    )


def _rules(record: Mapping[str, Any]) -> Mapping[str, int]:
    return record.get("counts") or {}


def _stands(record: Mapping[str, Any], title: str) -> bool:
    return any(" ".join(line.split()) == title for line in record["text"].split("\n"))

"""The caption of a picture and its credit, where they stand in one line."""

from __future__ import annotations

from archivetk.rules.match import Matcher

__all__ = ["caption_groups"]


def caption_groups(line: str, matcher: Matcher) -> dict[str, tuple[int, int]] | None:
    """Where the caption and the credit stand in a line that is known to be a caption.

    Args:
        line: the line.
        matcher: the rules of its language.

    Returns:
        Places by name, ``caption`` and ``credit``; nothing where no credit is told.
    """
    for hit in [*matcher.line(line), *matcher.inner(line, top=False)]:
        credit = hit.groups.get("credit")
        if credit is None or hit.rule.label not in {"caption", "credit"}:
            continue
        if hit.rule.match == "line":
            return dict(hit.groups)
        if hit.start:
            return {"caption": (0, hit.start), "credit": credit}
        return {"caption": (hit.end, len(line)), "credit": credit}
    return None

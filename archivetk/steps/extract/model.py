"""The model of units: a forest of small trees over the evidence of a page."""

from __future__ import annotations

from typing import Final

from archivetk.steps.extract.evidence import Page

__all__ = ["MODEL", "kept_by_model"]

#: What the provenance says of it.
MODEL: Final = {"judge": "archivetk", "version": "1", "mode": "units"}


def kept_by_model(page: Page, judged: list[float] | None = None) -> list[bool]:
    """Which units of a page are main content.

    Args:
        page: the page.
        judged: for each unit, the share of it that another judge keeps, where one was asked.
    """
    rows = page.features(judged)
    return [row[0] > 4 for row in rows]

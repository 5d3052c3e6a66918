"""Left-over markup in plain text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from archivetk.patch import Edit
from archivetk.steps import Context

__all__ = ["RULES", "markup"]

RULES: Final[dict[str, str]] = {}


def markup(text: str, context: Context) -> Iterable[Edit]:
    """Left-over markup in plain text: ``repair.entity`` and ``repair.tag``."""
    return ()

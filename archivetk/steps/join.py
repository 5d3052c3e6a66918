"""Step join."""

from __future__ import annotations

from collections.abc import Iterable

from archivetk.patch import Edit
from archivetk.steps import Context


def sentences(text: str, context: Context) -> Iterable[Edit]:
    """Nothing yet."""
    return ()

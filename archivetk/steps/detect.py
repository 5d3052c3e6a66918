"""Step detect."""

from __future__ import annotations

from collections.abc import Iterable

from archivetk.patch import Edit
from archivetk.steps import Context


def hint(text: str, context: Context) -> Iterable[Edit]:
    """Nothing yet."""
    return ()


def label(text: str, context: Context) -> Iterable[Edit]:
    """Nothing yet."""
    return ()

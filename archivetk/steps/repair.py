"""Repair of damage to the characters: mojibake, left-over markup, invisible characters."""

from __future__ import annotations

from collections.abc import Iterable

from archivetk.patch import Edit
from archivetk.steps import Context


def markup(text: str, context: Context) -> Iterable[Edit]:
    """Left-over markup in plain text: ``repair.entity`` and ``repair.tag``."""
    return ()


def mojibake(text: str, context: Context) -> Iterable[Edit]:
    """Text that was decoded with the wrong charset: ``repair.mojibake``."""
    return ()


def characters(text: str, context: Context) -> Iterable[Edit]:
    """The script-aware table of characters: ``repair.nbsp``, ``repair.hyphen``, ..."""
    return ()

"""Repair of damage to the characters, in three steps that go one after the other.

    markup        left-over markup in plain text: references decoded, tags and links
                  taken out
    mojibake      text that was decoded with the wrong charset
    characters    the script-aware table: spaces, invisible characters, controls; letters and
                  their combining marks made one

Typographic quotation marks, dashes, ellipses, accents, ligatures and full-width forms are no
damage: they stay byte for byte.
"""

from __future__ import annotations

from typing import Final

from archivetk.steps.repair import compose, encoding, leftover, links, table
from archivetk.steps.repair.encoding import mojibake
from archivetk.steps.repair.leftover import markup
from archivetk.steps.repair.table import characters

__all__ = ["RULES", "characters", "markup", "mojibake"]

#: Every rule of these steps, and why it is.
RULES: Final[dict[str, str]] = {
    **leftover.RULES,
    **links.RULES,
    **encoding.RULES,
    **table.RULES,
    **compose.RULES,
}

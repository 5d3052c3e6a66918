"""The main run of prose, found as a whole."""

from __future__ import annotations

from archivetk.steps import Context
from archivetk.steps.strip.blocks import Block

__all__ = ["keep_main_run"]


def keep_main_run(blocks: list[Block], context: Context) -> None:
    """Label what stands outside the main run of prose, where the text is a dump of a page."""
    del blocks, context

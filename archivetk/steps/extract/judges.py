"""The judges: extractors that are asked which lines are main content.

A judge gets the page as decoded text and gives lines; it never writes.  What each needs is
imported when it is first asked.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from typing import Final, NamedTuple

__all__ = ["JUDGES", "Judge"]


class Judge(NamedTuple):
    """A judge and where it comes from.

    Attributes:
        package: distribution whose version is recorded.
        mode: how it is asked.
        lines: from the page and whether comments are wanted to the lines it keeps.
    """

    package: str
    mode: str
    lines: Callable[[str, bool], list[str]]

    @property
    def identity(self) -> dict[str, str]:
        """Name, version and mode, for the provenance."""
        return {"judge": self.package, "version": _version(self.package), "mode": self.mode}


@cache
def _version(package: str) -> str:
    return version(package)


def _trafilatura(html: str, comments: bool, *, fast: bool, precision: bool) -> list[str]:
    from trafilatura import extract

    text = extract(
        html,
        fast=fast,
        favor_precision=precision,
        include_comments=comments,
        include_tables=True,
        output_format="txt",
    )
    return (text or "").split("\n")


def _default(html: str, comments: bool) -> list[str]:
    return _trafilatura(html, comments, fast=False, precision=False)


def _fast(html: str, comments: bool) -> list[str]:
    return _trafilatura(html, comments, fast=True, precision=False)


def _precision(html: str, comments: bool) -> list[str]:
    return _trafilatura(html, comments, fast=False, precision=True)


#: The judges by the name that the setting ``extractor`` has for them.
JUDGES: Final = {
    "trafilatura": Judge("trafilatura", "default", _default),
    "trafilatura-fast": Judge("trafilatura", "fast", _fast),
    "trafilatura-precision": Judge("trafilatura", "precision", _precision),
}

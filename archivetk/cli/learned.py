"""Site models on the command line: written to a file, or learned before the cleaning."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from archivetk.cli.talk import counted
from archivetk.engines.local import LocalEngine
from archivetk.readers import Input
from archivetk.settings import Settings
from archivetk.writers.sink import whole_file

if TYPE_CHECKING:
    from archivetk.sitemodel import SiteModel

__all__ = ["with_site_model", "write_model"]


def write_model(path: Path, model: SiteModel) -> None:
    """Write a model; the file appears under its name only when it is whole.

    Raises:
        OutputError: where it cannot be written.
    """
    with whole_file(path, overwrite=True) as file:
        file.write(model.to_json().encode("utf-8", "surrogatepass"))


def with_site_model(
    settings: Settings,
    entries: list[Input],
    jobs: int,
    tell: Callable[[str], None] | None,
) -> Settings:
    """The settings, with ``--site-model auto`` replaced by what the inputs teach."""
    if settings.site_model != "auto":
        return settings
    from archivetk.learn import learn_model  # half a second that nobody else should wait for

    if tell is not None:
        tell("learning which lines come again on the pages of a site")
    model = learn_model(entries, settings, LocalEngine(jobs))
    if tell is not None:
        lines = sum(len(site.lines) for site in model.sites.values())
        tell(f"learned {counted(lines, 'line')} of {counted(len(model.sites), 'site')}")
    return settings.changed(site_model=model.to_json())

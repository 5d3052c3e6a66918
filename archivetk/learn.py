"""Learning: inputs down the corridor, their lines counted, a site model frozen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from archivetk.corpus import Counts, Thresholds, freeze
from archivetk.corpus.facts import PageFacts, learning_settings
from archivetk.jobs import Engine, Job, run_job
from archivetk.readers import Input
from archivetk.settings import Settings
from archivetk.sitemodel import SiteModel

__all__ = ["count_inputs", "learn_model"]


def count_inputs(
    entries: Iterable[Input],
    settings: Settings,
    engine: Engine,
    counts: Counts,
    *,
    tick: Callable[[int], None] | None = None,
    tell: Callable[[str], None] | None = None,
) -> Iterator[dict[str, Any]]:
    """Count the lines of every document.

    Args:
        entries: what to learn from.
        settings: as documents are to be cleaned with later; what they remove does not matter.
        engine: what runs the tasks.
        counts: are added to.
        tick: called with the number of documents done.
        tell: takes sentences about what was passed over because it is no document.

    Yields:
        For each document, in input order: ``status``, ``source``, ``code``, ``reason``, ``site``,
        and whether it was ``counted``; a page that is the same as one before is not.
    """
    job = Job(learning_settings(settings), "archivetk.corpus.facts:page_facts")
    for facts in run_job(job, entries, engine, tick=tick, tell=tell):
        assert isinstance(facts, PageFacts)
        yield {
            "status": facts.status,
            "source": facts.source,
            "code": facts.code,
            "reason": facts.reason,
            "site": facts.site,
            "counted": counts.add(facts),
        }


def learn_model(
    entries: Iterable[Input],
    settings: Settings,
    engine: Engine,
    *,
    thresholds: Thresholds | None = None,
    tick: Callable[[int], None] | None = None,
) -> SiteModel:
    """The model of some inputs, to clean the same ones with.

    What cannot be read is passed over; cleaning will say so.
    """
    with Counts() as counts:
        for _ in count_inputs(entries, settings, engine, counts, tick=tick):
            pass
        return freeze(counts, thresholds)

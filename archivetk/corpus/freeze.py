"""From counts to a site model: which lines come again often enough, in a fitting place."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from archivetk.corpus.counts import Counts, Table
from archivetk.sitemodel import Entry, Site, SiteModel

__all__ = ["Thresholds", "freeze"]

#: A site's entries are at most so many, those on the most pages first.
_MOST_LINES: Final = 20_000
_MOST_SHINGLES: Final = 100_000
_AMID: Final = 3


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What is asked of a line to be in the model.

    Attributes:
        documents: on at least so many pages.
        share: on at least this share of the site's pages, where it stands at their edges.
        amid_share: where it stands amid the prose.
        many: on so many pages, ``many_share`` is enough at the edges.
        many_share: see there.
        edge: a line stands at the edges where this share of its pages has it there.
    """

    documents: int = 3
    share: float = 0.2
    amid_share: float = 0.4
    many: int = 20
    many_share: float = 0.05
    edge: float = 0.9


def freeze(counts: Counts, thresholds: Thresholds | None = None) -> SiteModel:
    """The model of all sites that have enough pages.

    Args:
        counts: of their pages; not changed.
        thresholds: what is asked of a line.

    Returns:
        A model that depends on the pages alone.
    """
    chosen = thresholds or Thresholds()
    names = counts.sites
    totals = np.array([counts.documents.get(name, 0) for name in names], np.int64)
    lines: dict[str, list[tuple[int, int, Entry]]] = {}
    parts: dict[str, list[tuple[int, int]]] = {}
    for table in counts.buckets():
        chosen_rows = np.flatnonzero(_is_furniture(table, totals, chosen))
        if not len(chosen_rows):
            continue
        rows = table.take(chosen_rows)
        starts, ends = rows.text_spans()
        for index, (site, key) in enumerate(
            zip(rows.site.tolist(), rows.hash.tolist(), strict=True)
        ):
            places = tuple(rows.places[index].tolist())
            count = sum(places)
            text = rows.texts[starts[index] : ends[index]]
            if text:
                entry = Entry(text.decode("utf-8", "replace"), count, places)
                lines.setdefault(names[site], []).append((-count, key, entry))
            else:
                parts.setdefault(names[site], []).append((-count, key))
    sites = {}
    for name, total in counts.documents.items():
        if total < chosen.documents:
            continue
        sites[name] = Site(
            total,
            {key: entry for _, key, entry in sorted(lines.get(name, ()))[:_MOST_LINES]},
            {key: -count for count, key in sorted(parts.get(name, ()))[:_MOST_SHINGLES]},
        )
    return SiteModel(sites, asdict(chosen))


def _is_furniture(
    table: Table, totals: npt.NDArray[np.int64], chosen: Thresholds
) -> npt.NDArray[np.bool_]:
    count = table.documents.astype(np.int64)
    total = totals[table.site]
    at_edge = count - table.places[:, _AMID]
    is_edge = at_edge >= chosen.edge * count
    result: npt.NDArray[np.bool_] = (count >= chosen.documents) & (
        (is_edge & (count >= chosen.share * total))
        | (count >= chosen.amid_share * total)
        | (is_edge & (count >= chosen.many) & (count >= chosen.many_share * total))
    )
    return result

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
_TOP: Final = 0
_AMID: Final = 3


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What is asked of a line to be in the model.

    A line stands at the edges where it does so on the share ``edge`` of its pages.  Any of these
    is enough, given ``documents``:

    - at the edges, on the share ``share`` of the site's pages;
    - anywhere, on ``amid_share`` of them, and on ``amid_documents``: on a few pages of the same
      kind most lines are the same;
    - at the edges, on ``often_share`` of them, and on ``often_documents``; anywhere, where it has
      ``often_words`` words: what is said so often in the same words is no part of any text;
    - at the edges but not among the first three lines, where headlines stand, on ``rare_share``
      of them, and on ``rare_documents``; of ``rare_words`` words, so that it is no name.

    Shingles stand on ``shingle_documents`` at least, and the last of the four is not for them.
    """

    documents: int = 3
    share: float = 0.2
    amid_documents: int = 10
    amid_share: float = 0.5
    often_documents: int = 20
    often_share: float = 0.05
    often_words: int = 9
    rare_documents: int = 8
    rare_share: float = 0.003
    rare_words: int = 4
    shingle_documents: int = 5
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
    is_line = table.size > 0
    often = (count >= chosen.often_documents) & (count >= chosen.often_share * total)
    result: npt.NDArray[np.bool_] = (is_edge & ((count >= chosen.share * total) | often)) | (
        (count >= chosen.amid_documents) & (count >= chosen.amid_share * total)
    )
    result |= often & ~is_line
    result &= (count >= chosen.documents) & (is_line | (count >= chosen.shingle_documents))
    rare = (
        is_line
        & ~result
        & (count >= max(chosen.rare_documents, chosen.documents))
        & (count >= chosen.rare_share * total)
        & (at_edge - table.places[:, _TOP] >= chosen.edge * count)
    )
    said = is_line & ~result & often & (count >= chosen.documents)
    candidates = np.flatnonzero(rare | said)
    starts, ends = table.text_spans() if len(candidates) else ([], [])
    for index in candidates.tolist():
        words = table.texts[starts[index] : ends[index]].count(b" ") + 1
        result[index] = words >= (chosen.rare_words if rare[index] else chosen.often_words)
    return result

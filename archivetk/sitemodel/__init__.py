"""The site model: which lines come again on the pages of a site, frozen to a file.

``archivetk learn`` counts (see :mod:`archivetk.corpus`); what it found often enough, in a fitting
place, is frozen to JSON.  The step ``strip`` applies it.  The file's bytes depend on the pages
alone, not on their order or on how many processes counted them.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt

from archivetk.errors import SettingsError
from archivetk.sitemodel.lines import PLACES, hash_of, head_of, normalize, places_of
from archivetk.sitemodel.shingles import (
    MAX_CHARS,
    SHINGLE,
    SHINGLE_WORDS,
    counts_of,
    shingles_of,
)

__all__ = [
    "MAX_CHARS",
    "PLACES",
    "SHINGLE",
    "SHINGLE_WORDS",
    "Entry",
    "Site",
    "SiteModel",
    "hash_of",
    "head_of",
    "normalize",
    "places_of",
    "read_model",
    "shingles_of",
    "site_of",
]

_FORMAT: Final = "archivetk-site-model"
_VERSION: Final = 2


class Entry(NamedTuple):
    """A line that comes again.

    Attributes:
        text: the line as it is counted, shortened where it is long.
        documents: on how many pages it stands.
        places: on how many of them in which of :data:`PLACES`.
    """

    text: str
    documents: int
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Site:
    """What was learned of one site.

    Attributes:
        documents: how many different pages were counted.
        lines: the lines that are furniture, by hash.
        shingles: the shingles that are, by hash: on how many pages each stands.
        heads: the first words of the lines, so that others need not be normalized.
    """

    documents: int
    lines: Mapping[int, Entry]
    shingles: Mapping[int, int]
    heads: frozenset[str] = field(init=False, repr=False, compare=False)
    _keys: npt.NDArray[np.uint64] = field(init=False, repr=False, compare=False)
    _counts: npt.NDArray[np.int64] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        heads = frozenset(entry.text.split(" ", 1)[0] for entry in self.lines.values())
        keys = sorted(self.shingles)
        object.__setattr__(self, "heads", heads)
        object.__setattr__(self, "_keys", np.array(keys, np.uint64))
        counts = np.array([self.shingles[key] for key in keys], np.int64)
        object.__setattr__(self, "_counts", counts)

    def pages_of(self, hashes: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
        """On how many pages each of some shingles stands; 0 for those that are not known."""
        return counts_of(hashes, self._keys, self._counts)


@dataclass(frozen=True, slots=True)
class SiteModel:
    """A frozen model of any number of sites.

    Attributes:
        sites: by registrable domain, host or folder (see :func:`site_of`).
        parameters: what was asked of a line to be in it; JSON values.
    """

    sites: Mapping[str, Site]
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> str:
        """The model as JSON, an entry on a line; equal models give equal text."""
        sites = []
        for name in sorted(self.sites):
            site = self.sites[name]
            lines = [
                _dumps([f"{key:016x}", entry.text, entry.documents, *entry.places])
                for key, entry in sorted(
                    site.lines.items(), key=lambda item: (-item[1].documents, item[1].text, item[0])
                )
            ]
            rows = [_dumps([f"{key:016x}", count]) for key, count in sorted(site.shingles.items())]
            sites.append(
                f'{_dumps(name)}: {{"documents": {site.documents}, "lines": {_listed(lines)}, '
                f'"shingles": {_listed(rows)}}}'
            )
        head = {"format": _FORMAT, "version": _VERSION, "places": PLACES}
        return (
            f"{_dumps(head)[:-1]}, "
            f'"parameters": {_dumps(dict(self.parameters))}, "sites": {{\n'
            + ",\n".join(sites)
            + "\n}}\n"
        )


def _listed(rows: list[str]) -> str:
    return "[\n" + ",\n".join(rows) + "\n]" if rows else "[]"


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


@lru_cache(4)
def read_model(text: str) -> SiteModel:
    """Read what :meth:`SiteModel.to_json` gave; the last few are remembered.

    Raises:
        SettingsError: where it is no site model, or one of a later version.
    """
    try:
        value = json.loads(text)
        if value["format"] != _FORMAT:
            raise ValueError("its format is another one")
        if value["version"] != _VERSION or value["places"] != list(PLACES):
            raise ValueError(
                f"its version is {value['version']!r}, this archivetk reads {_VERSION}"
            )
        sites = {name: _site(one) for name, one in value["sites"].items()}
        parameters = dict(value["parameters"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise SettingsError(
            f"This is no site model that can be used: {error!s:.200}. "
            "Make one with `archivetk learn INPUT... -o site.json`."
        ) from error
    return SiteModel(sites, parameters)


def _site(value: Any) -> Site:
    total = _count(value["documents"])
    lines = {}
    for row in value["lines"]:
        key, text, documents, *places = row
        if not isinstance(text, str) or len(places) != len(PLACES):
            raise ValueError("a line has another form")
        entry = Entry(text, _count(documents), tuple(map(_count, places)))
        if sum(entry.places) != entry.documents or not 0 < entry.documents <= total:
            raise ValueError("the counts of a line contradict each other")
        lines[int(key, 16)] = entry
    return Site(total, lines, {int(key, 16): _count(count) for key, count in value["shingles"]})


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{value!r} is no count")
    return value


@lru_cache(4096)
def _domain(host: str) -> str | None:
    from courlan import extract_domain

    try:
        domain = extract_domain(f"http://{host}/")
    except (ValueError, TypeError, AttributeError):
        return None
    return domain if isinstance(domain, str) and domain else None


def site_of(url: str | None, ref: str) -> str:
    """The site that a document belongs to.

    The registrable domain of its address, by the public suffix list that ``courlan`` brings (each
    blog of a host of blogs is a site of its own); else the host; else the folder that it lies in,
    where the first folder may be named after a domain; else ``""``.

    >>> site_of("https://www.news.example.co.uk/a", ""), site_of("http://127.0.0.1/a", "")
    ('example.co.uk', '127.0.0.1')
    >>> site_of(None, "www.example.org/2024/a.html"), site_of(None, "old/b/a.html")
    ('example.org', 'old/b')
    """
    if url:
        try:
            host = (urlsplit(url).hostname or "").rstrip(".")
        except ValueError:
            host = ""
        if host:
            return _domain(host) or host
    folder = posixpath.dirname(ref.split("#", 1)[0])
    first = folder.split("/", 1)[0].casefold()
    if "." in first.strip("."):
        return _domain(first) or folder
    return folder

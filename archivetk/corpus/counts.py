"""Counts over the pages of sites: how many pages have a line, and where on the page.

A table is a few numpy arrays, sorted by site and hash; tables are merged by sorting their rows
together and adding what is equal.  Rows that do not fit into memory lie on disk, in files by the
leading bits of their hash, and are merged file by file.  The result does not depend on the order
of the pages, nor on where they were counted.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Final, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from archivetk.corpus.facts import PageFacts
from archivetk.sitemodel import PLACES

__all__ = ["BUCKETS", "Counts", "Table"]

#: Files that rows on disk are spread over, by the leading bits of their hash.
BUCKETS: Final = 64
_SHIFT: Final = np.uint64(58)
#: Rows in memory before they are merged, and merged ones before they go to disk.
_ROWS: Final = 400_000
_CHUNK: Final = 65536

Array = npt.NDArray[np.unsignedinteger]


class Table(NamedTuple):
    """Rows, sorted by site and hash, none twice.

    Attributes:
        site: number of the site, 32 bits.
        hash: of the line or shingle, 64 bits.
        places: on how many pages it stands in which place, 32 bits each; their sum is the number
            of pages.
        size: bytes of its text, 16 bits; 0 for a shingle.
        texts: the texts, one behind the other.
    """

    site: Array
    hash: Array
    places: Array
    size: Array
    texts: bytes

    @classmethod
    def of(cls, site: int, facts: PageFacts) -> Table:
        """The rows of one page.

        Raises:
            ValueError: where its arrays do not fit each other.
        """
        hashes = np.frombuffer(facts.hashes, "<u8")
        count = len(hashes)
        places = np.zeros((count, len(PLACES)), np.uint32)
        places[np.arange(count), np.frombuffer(facts.places, np.uint8)] = 1
        return cls(
            np.full(count, site, np.uint32),
            hashes,
            places,
            np.frombuffer(facts.sizes, "<u2"),
            facts.texts,
        )

    @property
    def documents(self) -> Array:
        """On how many pages each row stands."""
        total: Array = self.places.sum(axis=1, dtype=np.uint32)
        return total

    def text_spans(self) -> tuple[list[int], list[int]]:
        """Where the text of each row begins and ends."""
        ends = np.cumsum(self.size, dtype=np.int64)
        return (ends - self.size).tolist(), ends.tolist()

    def take(self, order: npt.NDArray[np.intp]) -> Table:
        """Some rows, in the order given."""
        ends = np.cumsum(self.size, dtype=np.int64)[order]
        sizes = self.size[order]
        texts = bytearray()
        for first in range(0, len(order), _CHUNK):
            stops = ends[first : first + _CHUNK].tolist()
            lengths = sizes[first : first + _CHUNK].tolist()
            texts += b"".join(
                self.texts[stop - length : stop]
                for stop, length in zip(stops, lengths, strict=True)
            )
        return Table(self.site[order], self.hash[order], self.places[order], sizes, bytes(texts))

    def renumbered(self, numbers: Sequence[int]) -> Table:
        """The table with other numbers for its sites; no longer sorted by them."""
        return self._replace(site=np.array(numbers, np.uint32)[self.site])


def merged(tables: Sequence[Table]) -> Table:
    """One table of several: equal rows added."""
    if not tables:
        empty = np.zeros(0, np.uint32)
        places = np.zeros((0, len(PLACES)), np.uint32)
        return Table(empty, np.zeros(0, np.uint64), places, np.zeros(0, np.uint16), b"")
    site = np.concatenate([one.site for one in tables])
    key = np.concatenate([one.hash for one in tables])
    whole = Table(
        site,
        key,
        np.concatenate([one.places for one in tables]),
        np.concatenate([one.size for one in tables]),
        b"".join(one.texts for one in tables),
    )
    if not len(key):
        return whole
    order = np.lexsort((key, site))
    site, key = site[order], key[order]
    is_first = np.ones(len(key), bool)
    is_first[1:] = (site[1:] != site[:-1]) | (key[1:] != key[:-1])
    first = np.flatnonzero(is_first)
    places = np.add.reduceat(whole.places[order], first, axis=0, dtype=np.uint32)
    return whole.take(order[first])._replace(places=places)


class Counts:
    """What was counted so far, of any number of sites.

    Use it as a context manager: rows on disk are removed at the end.

    Args:
        scratch: folder for rows on disk; else a temporary one.
        rows: how many rows are held in memory before they are merged or go to disk.
    """

    def __init__(self, scratch: Path | None = None, *, rows: int = _ROWS) -> None:
        self.documents: dict[str, int] = {}
        self.seen: set[int] = set()
        self._numbers: dict[str, int] = {}
        self._pending: list[Table] = []
        self._rows = 0
        self._limit = rows
        self._scratch = scratch
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    @property
    def sites(self) -> list[str]:
        """The names of the sites, by their numbers in the tables."""
        return list(self._numbers)

    def add(self, facts: PageFacts) -> bool:
        """Count one page.

        Returns:
            Whether it was counted: a page whose text was seen on this site already, or that has
            none, is not.
        """
        if not facts.hashes:
            return False
        key = _page_key(facts.site, facts.digest)
        if key in self.seen:
            return False
        self.seen.add(key)
        self.documents[facts.site] = self.documents.get(facts.site, 0) + 1
        self.add_table(Table.of(self.number(facts.site), facts))
        return True

    def number(self, site: str) -> int:
        """The number of a site; a new one where it is new."""
        return self._numbers.setdefault(site, len(self._numbers))

    def add_table(self, table: Table) -> None:
        """Count rows that were counted elsewhere; their sites are numbered as here."""
        self._pending.append(table)
        self._rows += len(table.hash)
        if self._rows > self._limit:
            whole = merged(self._pending)
            self._pending = [whole]
            self._rows = len(whole.hash)
            if self._rows > self._limit // 2:
                self._spill(whole)
                self._pending = []
                self._rows = 0

    def merge(self, other: Counts) -> None:
        """Count what another one counted.

        Raises:
            ValueError: where both counted the same page; what it added cannot be told apart.
        """
        self.check_apart(other.seen)
        numbers = [self.number(name) for name in other.sites]
        self.seen |= other.seen
        for name, documents in other.documents.items():
            self.documents[name] = self.documents.get(name, 0) + documents
        for table in other.buckets():
            self.add_table(table.renumbered(numbers))

    def check_apart(self, seen: Iterable[int]) -> None:
        """Make sure that no page was counted on both sides.

        Raises:
            ValueError: where one was.
        """
        both = self.seen.intersection(seen)
        if both:
            raise ValueError(
                f"{len(both)} pages are in both counts. Learn from the pages themselves instead."
            )

    def buckets(self) -> Iterator[Table]:
        """All rows, in tables by the leading bits of their hashes, each sorted and merged."""
        whole = merged(self._pending)
        self._pending = [whole]
        self._rows = len(whole.hash)
        bucket_of = (whole.hash >> _SHIFT).astype(np.int64)
        for bucket in range(BUCKETS):
            rows = whole.take(np.flatnonzero(bucket_of == bucket))
            yield merged([*self._spilled(bucket), rows])

    def _file(self, bucket: int) -> Path:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="archivetk-", dir=self._scratch)
        return Path(self._folder.name) / f"{bucket:02d}.rows"

    def _spill(self, table: Table) -> None:
        order = np.argsort(table.hash >> _SHIFT, kind="stable")
        bounds = np.searchsorted((table.hash >> _SHIFT)[order], np.arange(BUCKETS + 1))
        for bucket in range(BUCKETS):
            rows = order[bounds[bucket] : bounds[bucket + 1]]
            if len(rows):
                with self._file(bucket).open("ab") as file:
                    part = table.take(rows)
                    texts = np.frombuffer(part.texts, np.uint8)
                    for array in (*part[:4], texts):
                        np.save(file, array, allow_pickle=False)

    def _spilled(self, bucket: int) -> Iterator[Table]:
        if self._folder is None or not self._file(bucket).exists():
            return
        path = self._file(bucket)
        size = path.stat().st_size
        with path.open("rb") as file:
            while file.tell() < size:
                site, key, places, length, texts = (
                    np.load(file, allow_pickle=False) for _ in range(5)
                )
                yield Table(site, key, places, length, texts.tobytes())


def _page_key(site: str, digest: int) -> int:
    """64 bits that stand for a text on a site."""
    name = site.encode("utf-8", "surrogatepass")
    data = digest.to_bytes(8, "little") + name
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "little")

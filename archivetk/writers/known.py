"""What a collection holds already: told by digests, in some hundred bytes a document."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from archivetk.readers.collection import Place
from archivetk.writers.cdxj import url_key

__all__ = ["Known"]


class Known:
    """The documents, payloads, addresses and record ids of a collection."""

    def __init__(self) -> None:
        self._keys: set[bytes] = set()
        self._payloads: dict[bytes, int] = {}
        self._urls: dict[bytes, bytes] = {}
        self._ids: set[bytes] = set()

    def __contains__(self, key: bytes) -> bool:
        """Whether a document is there, by its key."""
        return key in self._keys

    def remember(self, row: Mapping[str, Any], serials: Mapping[str, int]) -> None:
        """Take a line of the list of documents into account.

        Args:
            row: the line.
            serials: numbers of the WARC files, by name.
        """
        self._keys.add(bytes.fromhex(row["key"]))
        original = row.get("original")
        if not original:
            return
        place = Place(original["file"], original["offset"], original["length"])
        if original["type"] == "resource":
            # one number for a place, since there is one for each payload
            packed = serials[place.file] << 88 | place.offset << 40 | place.length
            self._payloads.setdefault(bytes.fromhex(row["sha256"])[:16], packed)
        else:
            # none of the others can have the id of another: id and payload go together
            self._ids.add(_hash(row["record-id"] or ""))
        uri = row["target-uri"] or ""
        self._urls.setdefault(_hash(url_key(uri)), _hash(uri))

    def claim(self, key: str, uri: str, sha256: str) -> None:
        """From now on, within this run, an address stands for one payload."""
        self._urls[_hash(key)] = _hash(f"{uri}\n{sha256}")

    def is_taken(self, key: str, uri: str, sha256: str) -> bool:
        """Whether an index could not tell an address from that of another original."""
        there = self._urls.get(_hash(key))
        return there is not None and there not in {_hash(uri), _hash(f"{uri}\n{sha256}")}

    def payload(self, sha256: str) -> tuple[int, int, int] | None:
        """Where a payload stands: number of the file, offset and length of its record."""
        value = self._payloads.get(bytes.fromhex(sha256)[:16])
        if value is None:
            return None
        return value >> 88, (value >> 40) & ((1 << 48) - 1), value & ((1 << 40) - 1)

    def has_revisit(self, record_id: str) -> bool:
        """Whether a revisit with this id is there."""
        return _hash(record_id) in self._ids


def _hash(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).digest()

"""Parquet: the records as columns, in row groups."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any, Final

from archivetk.errors import MissingExtraError
from archivetk.writers.jsonl import RECORD_KEYS

__all__ = ["ParquetWriter"]

_ROWS: Final = 1000
_NESTED: Final = ("quality", "metadata", "counts", "changes", "bytemap")


class ParquetWriter:
    """Writes records to an open file; nested values without a fixed shape are JSON strings.

    Raises:
        MissingExtraError: where pyarrow is not installed.
    """

    def __init__(self, file: IO[bytes], *, changes: bool = False) -> None:
        try:
            import pyarrow as pa
            from pyarrow import parquet
        except ImportError as error:
            raise MissingExtraError("Writing Parquet", "parquet") from error
        self._arrow = pa
        string = pa.string()
        strings = pa.list_(string)
        special = {
            "authors": strings,
            "flags": strings,
            "language_confidence": pa.float64(),
            "captions": pa.list_(pa.struct([("caption", string), ("credit", string)])),
            "languages": pa.list_(pa.struct([("language", string), ("share", pa.float64())])),
        }
        keys = (*RECORD_KEYS, "changes", "bytemap") if changes else RECORD_KEYS
        self._schema = pa.schema([(key, special.get(key, string)) for key in keys])
        self._writer = parquet.ParquetWriter(file, self._schema, compression="zstd")
        self._rows: list[dict[str, Any]] = []

    def write(self, record: Mapping[str, Any]) -> None:
        """Add one record."""
        row = {name: record.get(name) for name in self._schema.names}
        for name in _NESTED:
            if row.get(name) is not None:
                row[name] = json.dumps(row[name], ensure_ascii=False)
        if isinstance(row["authors"], str):
            row["authors"] = [row["authors"]]
        self._rows.append(row)
        if len(self._rows) >= _ROWS:
            self._flush()

    def _flush(self) -> None:
        if self._rows:
            self._writer.write_table(self._arrow.Table.from_pylist(self._rows, self._schema))
            self._rows = []

    def close(self) -> None:
        """Write what is left and the footer; the file itself stays open."""
        self._flush()
        self._writer.close()

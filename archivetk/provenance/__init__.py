"""Where a text comes from: the facts that the archive keeps beside it.

:func:`provenance` gives them as one mapping, :func:`to_fields` and :func:`from_fields` write and
read it as ``application/warc-fields`` (one line a field, its value in JSON), and
:func:`prov_json` gives the same as W3C PROV-JSON.  ``schemas/metadata.schema.json`` describes
every field.

>>> from_fields(to_fields({"status": "cleaned", "flags": ["a\\u2028b"]}))
{'status': 'cleaned', 'flags': ['a\\u2028b']}
"""

from __future__ import annotations

from archivetk.provenance.facts import FORMAT, coverage, ledger_from, provenance, source_from
from archivetk.provenance.fields import from_fields, metadata_schema, to_fields, to_json
from archivetk.provenance.prov import prov_json
from archivetk.provenance.run import ArchiveOptions, RunInfo, record_id, tool_versions, warc_date

__all__ = [
    "FORMAT",
    "ArchiveOptions",
    "RunInfo",
    "coverage",
    "from_fields",
    "ledger_from",
    "metadata_schema",
    "prov_json",
    "provenance",
    "record_id",
    "source_from",
    "to_fields",
    "to_json",
    "tool_versions",
    "warc_date",
]

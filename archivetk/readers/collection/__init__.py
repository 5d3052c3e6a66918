"""Reading a collection: its documents, its originals, its settings.

scan_pair           the documents of one pair of WARC files, read strictly
read_collection     all documents, streaming, in the order they were archived
restore_collection  every original back under its relative path
"""

from __future__ import annotations

from archivetk.readers.collection.documents import (
    ArchivedDocument,
    archived,
    payload_of,
    read_collection,
    scanned_documents,
)
from archivetk.readers.collection.packed import as_folder
from archivetk.readers.collection.pairs import (
    Pair,
    Place,
    archived_settings,
    collection_pairs,
    is_collection,
    pair_of,
)
from archivetk.readers.collection.restore import (
    Restored,
    packed_as,
    place_below,
    restore_collection,
    write_original,
)
from archivetk.readers.collection.scan import Scanned, ScanReport, record_id_of, scan_pair

__all__ = [
    "ArchivedDocument",
    "Pair",
    "Place",
    "Restored",
    "ScanReport",
    "Scanned",
    "archived",
    "archived_settings",
    "as_folder",
    "collection_pairs",
    "is_collection",
    "packed_as",
    "pair_of",
    "payload_of",
    "place_below",
    "read_collection",
    "record_id_of",
    "restore_collection",
    "scan_pair",
    "scanned_documents",
    "write_original",
]

"""WET: the clean texts with the header set that Common Crawl's WET files have."""

from __future__ import annotations

import base64
import hashlib
from typing import IO

from archivetk.languages import iso639_3
from archivetk.provenance import record_id
from archivetk.readers.collection import ArchivedDocument
from archivetk.records import build_header, gzip_member, safe_uri
from archivetk.version import __version__
from archivetk.writers.export import archived_record
from archivetk.writers.text import to_text

__all__ = ["WetWriter"]


class WetWriter:
    """Writes conversion records, a gzip member each, behind one warcinfo record.

    Args:
        file: open for writing.
        name: of the file, for its warcinfo.
        date: of the export, as WARC-Date.
    """

    def __init__(self, file: IO[bytes], name: str, date: str) -> None:
        self._file = file
        block = (
            f"software: archivetk {__version__}\r\nformat: WARC File Format 1.0\r\n"
            "conformsTo: http://bibnum.bnf.fr/WARC/WARC_ISO_28500_version1_latestdraft.pdf\r\n"
        ).encode()
        identity = record_id("warcinfo", name, date)
        headers = [("WARC-Filename", name), ("Content-Type", "application/warc-fields")]
        head = build_header(
            "warcinfo", identity, date, headers, length=len(block), version="WARC/1.0"
        )
        file.write(gzip_member(head, block))
        self._date = date

    def write(self, document: ArchivedDocument) -> None:
        """Add the clean text of a document, if it has one."""
        if document.text is None:
            return
        facts = document.metadata
        original = facts["original"]
        # the title first, where it no longer stands in the text; no line end behind the last line
        rendered = to_text(archived_record(document)).removesuffix("\n")
        text = rendered.encode("utf-8", "surrogatepass")
        uri = safe_uri(str(original.get("target-uri") or "")) or f"urn:sha256:{original['sha256']}"
        sha1 = hashlib.sha1(text, usedforsecurity=False).digest()
        headers = [("WARC-Target-URI", uri)]
        if original.get("record-id"):
            headers.append(("WARC-Refers-To", str(original["record-id"])))
        headers.append(("WARC-Block-Digest", "sha1:" + base64.b32encode(sha1).decode("ascii")))
        code = iso639_3(str(facts["language"]["tag"]))
        if code:
            headers.append(("WARC-Identified-Content-Language", code))
        headers.append(("Content-Type", "text/plain"))
        date = str(original.get("date") or self._date)
        identity = record_id("conversion", uri, date, hashlib.sha256(text).hexdigest(), document.id)
        head = build_header(
            "conversion", identity, date, headers, length=len(text), version="WARC/1.0"
        )
        self._file.write(gzip_member(head, text))

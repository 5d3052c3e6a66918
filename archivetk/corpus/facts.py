"""What one page says about its site: its lines and shingles, hashed, and where they stand."""

from __future__ import annotations

from hashlib import blake2b
from typing import Final, NamedTuple

import numpy as np

from archivetk.document import Cleaned, Document, Rejected, Result
from archivetk.settings import Settings
from archivetk.sitemodel import hash_of, normalize, places_of, shingles_of, site_of
from archivetk.steps.strip.blocks import cut
from archivetk.steps.strip.flow import join_pieces

__all__ = ["TEXT_BYTES", "PageFacts", "learning_settings", "page_facts", "text_facts"]

#: A line's text is kept up to this many bytes of UTF-8; its hash covers all of it.
TEXT_BYTES: Final = 160
#: Of a text with more lines, so many at its beginning and at its end are counted.
_LINES: Final = 4000


class PageFacts(NamedTuple):
    """The lines of one page, each counted once, as bytes of arrays.

    Attributes:
        site: name of the site.
        digest: 64 bits of a hash of the text, by which equal pages are known.
        status: ``cleaned``, ``rejected`` or ``failed``; only pages that reached the step that
            strips have lines.
        source, code, reason: what to say about a page that did not.
        hashes: little-endian 64-bit hashes, in ascending order.
        places: one byte for each.
        sizes: little-endian 16-bit sizes of their texts; 0 for a shingle.
        texts: the texts, one behind the other.
    """

    site: str
    digest: int
    status: str
    source: str
    code: str | None
    reason: str | None
    hashes: bytes
    places: bytes
    sizes: bytes
    texts: bytes


def learning_settings(settings: Settings) -> Settings:
    """The settings to learn with: the text is read and repaired as ever, nothing is removed."""
    only = settings.only or ("repair",)
    return settings.changed(remove=(), only=only, site_model=None, quality="")


def page_facts(result: Result) -> PageFacts:
    """What one result says: the product of a job that learns."""
    status = type(result).__name__.lower()
    document = result.document if isinstance(result, Cleaned | Rejected) else None
    text = None if document is None else _before_strip(document)
    code = None if isinstance(result, Cleaned) else result.code
    reason = None if isinstance(result, Cleaned) else result.reason
    site = site_of(result.source.url, result.source.ref)
    is_page = document is not None and document.media_type == "text/html"
    return text_facts(text or "", site, is_page=is_page)._replace(
        status=status, source=result.source.ref, code=code, reason=reason
    )


def _before_strip(document: Document) -> str | None:
    """The text as the step that strips saw it; ``None`` where it was not reached."""
    text = document.decoded
    for stage in document.trail:
        if stage.step == "strip":
            return text
        text = stage.patch.apply(text)
    return None


def text_facts(text: str, site: str, *, is_page: bool = False) -> PageFacts:
    """The lines and the shingles of a text, as the step that strips would see them.

    Args:
        text: the text.
        site: the name of its site.
        is_page: whether markup told what is one paragraph.
    """
    blocks = cut(text)
    if not is_page:
        blocks = join_pieces(blocks, text)
    count = len(blocks)
    places = places_of([block.prose for block in blocks])
    found: dict[int, tuple[int, bytes]] = {}
    prose: list[int] = []
    for index, block in enumerate(blocks):
        if _LINES <= index < count - _LINES:
            continue
        normalized = normalize(block.text)
        key = hash_of(normalized)
        if key is None:
            continue
        place = places[index]
        found[key] = (_inner(found.get(key), place), _shortened(normalized))
        if block.prose:
            prose.append(index)
    owners, values = shingles_of([blocks[index].text for index in prose])
    for owner, value in zip(owners.tolist(), values.tolist(), strict=True):
        found[value] = (_inner(found.get(value), places[prose[owner]]), b"")
    keys = np.array(sorted(found), "<u8")
    rows = [found[key] for key in keys.tolist()]
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return PageFacts(
        site,
        int.from_bytes(digest, "little"),
        "cleaned",
        "",
        None,
        None,
        keys.tobytes(),
        bytes(place for place, _ in rows),
        np.array([len(one) for _, one in rows], "<u2").tobytes(),
        b"".join(one for _, one in rows),
    )


def _inner(before: tuple[int, bytes] | None, place: int) -> int:
    """Of two places of the same line on a page, the one that is farther from the edges."""
    return place if before is None else min(before[0], place, key=lambda one: abs(one - 3))


def _shortened(text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    if len(data) <= TEXT_BYTES:
        return data
    return data[: TEXT_BYTES - 3].decode("utf-8", "ignore").encode("utf-8") + "…".encode()

"""Readers: from files to sources.

files    which files, in which order, under which names
jsonl    rows of JSON Lines
warc     records of WARC, ARC, WET and WACZ files
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from archivetk.document import Failed, Source
from archivetk.errors import InputError
from archivetk.readers.files import Input, find_inputs, read_bytes
from archivetk.settings import Settings

if TYPE_CHECKING:
    from archivetk.readers.warc import Originals, Skipped

__all__ = ["Input", "find_inputs", "sources"]


def sources(
    entry: Input,
    settings: Settings,
    tell: Callable[[str], None] | None = None,
    originals: Originals | None = None,
) -> Iterator[Source | Failed]:
    """The documents of one input, in order; what cannot be read is a failed one.

    Args:
        entry: the input.
        settings: with the limits.
        tell: takes a sentence about what was passed over because it is no document.
        originals: shared by the archives of a run, so that a revisit in one of them finds its
            original in another.
    """
    if entry.error:
        yield Failed(Source(entry.name, entry.name, b""), *entry.error)
        return
    try:
        if entry.container == "jsonl":
            from archivetk.readers import jsonl  # plain files are read without it

            yield from jsonl.rows(entry, settings.max_bytes)
        elif entry.container == "warc":
            from archivetk.readers import warc

            yield from warc.sources(
                entry.path,
                entry.name,
                max_bytes=settings.max_bytes,
                originals=originals,
                tell=None if tell is None else lambda skipped: tell(_passed_over(skipped)),
            )
        else:
            yield _file(entry, settings)
    except InputError as error:
        yield Failed(Source(entry.name, entry.name, b""), error.code, str(error))
    except Exception as error:  # the other inputs are read all the same
        yield Failed(
            Source(entry.name, entry.name, b""),
            "internal-error",
            f"This is a bug in archivetk, please report it: {type(error).__name__}: {error}",
        )


def _passed_over(skipped: Skipped) -> str:
    """What of an archive is no document, in a sentence."""
    kinds = ", ".join(f"{count} {name}" for name, count in sorted(skipped.counts.items()))
    return (
        f"{skipped.ref}: {skipped.documents} of {skipped.records} records are documents; "
        f"passed over: {kinds or 'none'}"
    )


def _file(entry: Input, settings: Settings) -> Source | Failed:
    data = read_bytes(entry.path, settings.max_bytes)
    if len(data) > settings.max_bytes:
        return Failed(
            Source(entry.name, entry.name, b""),
            "too-large",
            f"It is larger than {settings.max_bytes} bytes. Raise the limit with --max-bytes.",
        )
    try:
        changed = datetime.fromtimestamp(os.stat(entry.path).st_mtime, UTC)
        modified = changed.strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OSError, OverflowError, ValueError):
        modified = None
    return Source(
        id=entry.name,
        ref=entry.name,
        data=data,
        url=entry.url,
        url_from=entry.url_from,
        root=entry.root,
        modified=modified,
    )

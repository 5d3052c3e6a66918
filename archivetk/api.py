"""The library's front door.

``clean`` raises where a person is watching; ``clean_files`` and ``clean_warc`` yield results where
nobody is.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from archivetk.document import Cleaned, Document, Result, Source, describe_with
from archivetk.engines.local import LocalEngine
from archivetk.errors import ArchivetkError, InputError
from archivetk.jobs import Job, run_job
from archivetk.learn import learn_model
from archivetk.pipeline import clean_source
from archivetk.provenance import RunInfo, provenance
from archivetk.readers import find_inputs
from archivetk.settings import Settings, load_profile
from archivetk.vetting import vet

__all__ = ["clean", "clean_files", "clean_warc"]


def clean(
    data: bytes | str,
    *,
    url: str | None = None,
    settings: Settings | None = None,
    profile: str = "article",
    **options: Any,
) -> Document:
    """Clean one document.

    Args:
        data: the payload as it came, or text that is decoded already.
        url: its address, if known.
        settings: all settings; else those of ``profile``.
        profile: ``article``, ``gentle``, ``strict``, or the path of a settings file.
        options: single settings to change, e.g. ``language="de"``.

    Returns:
        The clean document with its trail.

    Raises:
        SettingsError: where a setting is wrong.
        InputError: where the document was rejected or could not be cleaned; ``code`` says why.

    >>> doc = clean(b"<nav>Home</nav><p>Caf\\xe9 &amp; bar.Next one</p>")
    >>> doc.text
    'Café & bar. Next one'
    >>> doc.where(5, 6)
    ByteSpan(start=23, end=28)
    >>> doc.provenance()["encoding"]["encoding"], doc.restore() == doc.source.data
    ('windows-1252', True)
    """
    chosen = _settings(settings, profile, options)
    if isinstance(data, str):
        source = Source(
            "text", "text", data.encode("utf-8", "surrogatepass"), declared_encoding="utf-8"
        )
        if chosen.encoding is None:
            chosen = chosen.changed(encoding="utf-8")
    else:
        source = Source("bytes", "bytes", bytes(data))
    if url is not None:
        source = Source(
            source.id,
            source.ref,
            source.data,
            declared_encoding=source.declared_encoding,
            url=url,
            url_from="option",
        )
    result = clean_source(source, chosen)
    if isinstance(result, Cleaned):
        return result.document
    raise _error(result.code, result.reason)


def clean_files(
    paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    *,
    settings: Settings | None = None,
    profile: str = "article",
    jobs: int = 0,
    **options: Any,
) -> Iterator[Result]:
    """Clean files, folders and globs: one result for every document, in input order.

    Args:
        paths: one or several; folders are read with all that is below them.
        settings: all settings; else those of ``profile``.
        profile: ``article``, ``gentle``, ``strict``, or the path of a settings file.
        jobs: processes at the same time; 0: one for each core.
        options: single settings to change.

    Yields:
        ``Cleaned``, ``Rejected`` or ``Failed``; nothing that is wrong with one input raises.

    Raises:
        UsageError: where an argument is an address, or a setting is wrong.
    """
    chosen = _settings(settings, profile, options)
    if isinstance(paths, (str, os.PathLike)):
        paths = [paths]
    names = [os.fspath(path) for path in paths]
    if chosen.site_model == "auto":
        model = learn_model(find_inputs(names), chosen, LocalEngine(jobs))
        chosen = chosen.changed(site_model=model.to_json())
    job = Job(chosen, "archivetk.api:_same")
    for result in run_job(job, find_inputs(names), LocalEngine(jobs)):
        yield _with_settings(result, chosen)


def clean_warc(
    path: str | os.PathLike[str],
    *,
    settings: Settings | None = None,
    profile: str = "article",
    jobs: int = 0,
    **options: Any,
) -> Iterator[Result]:
    """Clean every page and text of a WARC, ARC, WET or WACZ file, in the order of its records.

    Args:
        path: the file, compressed or not.
        settings: as for :func:`clean_files`.
        profile: as for :func:`clean_files`.
        jobs: as for :func:`clean_files`.
        options: as for :func:`clean_files`.

    Yields:
        ``Cleaned``, ``Rejected`` or ``Failed``.

    Raises:
        UnsupportedError: where the file is none of these.
    """
    name = os.fspath(path)
    for entry in find_inputs([name]):
        if entry.container != "warc" and entry.error is None:
            raise _error("unsupported", f"{Path(name).name} is no WARC, ARC, WET or WACZ file.")
    yield from clean_files([name], settings=settings, profile=profile, jobs=jobs, **options)


def _same(result: Result) -> Result:
    """The product of ``clean_files``: the result, without the settings that all have in common."""
    return _with_settings(result, None)


def _with_settings(result: Result, settings: Settings | None) -> Result:
    if isinstance(result, Cleaned):
        return Cleaned(replace(result.document, settings=settings))
    return result


def _describe(document: Document) -> dict[str, Any]:
    return provenance(document, RunInfo.now(document.settings or Settings()))


describe_with(_describe)


def _settings(settings: Settings | None, profile: str, options: dict[str, Any]) -> Settings:
    chosen = settings if settings is not None else load_profile(profile)
    return vet(chosen.changed(**options) if options else chosen)


def _error(code: str, reason: str) -> ArchivetkError:
    error = InputError(reason)
    error.code = code  # type: ignore[misc]
    return error

"""What all records of one run have in common: settings, versions, date, ids."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import time
import unicodedata
import uuid
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import cache, lru_cache
from importlib import metadata as packages
from typing import Final

from archivetk.errors import UsageError
from archivetk.provenance.fields import compact
from archivetk.settings import Settings
from archivetk.version import __version__

__all__ = [
    "ArchiveOptions",
    "RunInfo",
    "record_id",
    "settings_digest",
    "tool_versions",
    "warc_date",
]

#: Name space of all record ids; a random UUID, made once.
_NAMESPACE: Final = uuid.UUID("5d2b6f0e-7a7c-4c52-9f0b-2f6f4c1b8c1e")


@dataclass(frozen=True, slots=True)
class ArchiveOptions:
    """How a collection is written; what these decide is recorded with it.

    Attributes:
        name: of the WARC files: ``NAME.warc.gz``, ``NAME.derived.warc.gz``.
        wet_compatible: write conversions with the header set of Common Crawl's WET files.
        copy_originals: copy the records that the input's WARC files hold, byte for byte.
        target_uri: the address of a file that has none: ``file``, ``ni`` (RFC 6920), or a URL
            that its path is put behind.
        max_file_bytes: a WARC file that reaches this size is closed and another one begun.
    """

    name: str = "documents"
    wet_compatible: bool = False
    copy_originals: bool = False
    target_uri: str = "file"
    max_file_bytes: int = 1_000_000_000

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}", self.name):
            raise UsageError(
                f"{self.name!r} cannot name WARC files. Use letters, digits, '-', '_' and '.'."
            )
        if self.target_uri not in {"file", "ni"} and not re.fullmatch(
            r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+", self.target_uri
        ):
            raise UsageError(
                f"{self.target_uri!r} is not a way to address files. "
                "Use 'file', 'ni' or a URL that the path is put behind."
            )


@dataclass(frozen=True, slots=True)
class RunInfo:
    """What all records of one run have in common.  Picklable, and JSON by :meth:`to_json`.

    Attributes:
        settings: that documents are cleaned with.
        date: of the run, as WARC-Date: reading and conversion time of its documents.
        versions: of the tool and all that may change its results, by name.
        options: of the archive.
        base: folder that the names of inputs are relative to, where records of WARC files are
            to be copied; it is not recorded.
    """

    settings: Settings
    date: str
    versions: tuple[tuple[str, str], ...] = ()
    options: ArchiveOptions = field(default_factory=ArchiveOptions)
    base: str = ""

    @classmethod
    def now(
        cls, settings: Settings, options: ArchiveOptions | None = None, base: str = ""
    ) -> RunInfo:
        """A run that starts now, or at ``SOURCE_DATE_EPOCH`` where that is set.

        Raises:
            UsageError: where ``SOURCE_DATE_EPOCH`` is not a number of seconds.
        """
        return cls(settings, warc_date(), tool_versions(), options or ArchiveOptions(), base)

    @property
    def digest(self) -> str:
        """SHA-256 over all that decides what is written, in lower-case hex."""
        return _run_digest(self.settings, self.options)

    def warcinfo_id(self, role: str) -> str:
        """Record id of the warcinfo that the run's records refer to.

        Args:
            role: ``originals`` or ``derived``.
        """
        return _warcinfo_id(self, role)

    def to_json(self) -> str:
        """As text, for a task that runs elsewhere."""
        return compact(
            {
                "settings": self.settings.to_dict(),
                "date": self.date,
                "versions": self.versions,
                "options": asdict(self.options),
                "base": self.base,
            },
            sort=True,
        )

    @classmethod
    def from_json(cls, text: str) -> RunInfo:
        """Read what :meth:`to_json` gave; the same text gives the same object."""
        return _run_from(text)


# The same few values are asked for with every document.
@lru_cache(maxsize=8)
def _run_digest(settings: Settings, options: ArchiveOptions) -> str:
    kept = asdict(options)
    # how the bytes are spread over files decides nothing
    del kept["max_file_bytes"]
    value = [settings.to_dict(), kept]
    return hashlib.sha256(compact(value, sort=True).encode("utf-8")).hexdigest()


@lru_cache(maxsize=8)
def settings_digest(settings: Settings) -> str:
    """The digest of settings, remembered: the same few are asked for with every document."""
    return settings.digest


@lru_cache(maxsize=8)
def _warcinfo_id(run: RunInfo, role: str) -> str:
    return record_id("warcinfo", role, run.date, run.digest, repr(run.versions))


@lru_cache(maxsize=4)
def _run_from(text: str) -> RunInfo:
    value = json.loads(text)
    return RunInfo(
        Settings.from_dict(value["settings"]),
        value["date"],
        tuple((name, version) for name, version in value["versions"]),
        ArchiveOptions(**value["options"]),
        value["base"],
    )


def warc_date() -> str:
    """The time now, or ``SOURCE_DATE_EPOCH``: UTC, full seconds, ``Z`` (WARC 1.1, 5.4).

    Raises:
        UsageError: where ``SOURCE_DATE_EPOCH`` is not a number of seconds.
    """
    fixed = os.environ.get("SOURCE_DATE_EPOCH")
    if not fixed:
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    try:
        moment = datetime.fromtimestamp(int(fixed), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(
            f"SOURCE_DATE_EPOCH is {fixed!r}, which is not a number of seconds since 1970."
        ) from error
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@cache
def tool_versions() -> tuple[tuple[str, str], ...]:
    """The tool, Python, its Unicode tables, and the packages that it depends on."""
    found = {
        "archivetk": __version__,
        "python": platform.python_version(),
        "unicode": unicodedata.unidata_version,
    }
    names = {"lxml"}
    try:
        wanted = packages.requires("archivetk") or []
    except packages.PackageNotFoundError:
        wanted = []
    for line in wanted:
        match = re.match(r"[A-Za-z0-9._-]+", line)
        if match and "extra ==" not in line:
            names.add(match.group())
    for name in sorted(names, key=str.lower):
        try:
            found[name] = packages.version(name)
        except packages.PackageNotFoundError:
            continue
    return tuple(found.items())


def record_id(*parts: str) -> str:
    """A ``WARC-Record-ID`` that the same parts always give: UUID version 5 (RFC 9562)."""
    return f"<{uuid.uuid5(_NAMESPACE, chr(10).join(parts)).urn}>"

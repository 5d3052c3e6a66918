"""A collection: originals, clean texts, index and pages in the layout of an unpacked WACZ.

    archive/NAME.warc.gz            the originals
    archive/NAME.derived.warc.gz    clean texts and metadata; not in the index
    indexes/index.cdxj              the originals, sorted by address
    pages/pages.jsonl               the pages with their texts, for search
    archivetk/collection.json       the settings, whole
    archivetk/documents.jsonl       every document and where its records stand
    datapackage.json                size and SHA-256 of every file

The WARC files alone are the truth; everything else is made from them and can be made again.  A
file that is being written has ``.open`` behind its name.  A run that was killed is taken up where
both files of the open pair are whole and fit each other; what stands behind that is cut off.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from archivetk.document import Source
from archivetk.errors import OutputExistsError, UnreadableError
from archivetk.provenance import RunInfo
from archivetk.readers.collection import (
    Pair,
    Place,
    Scanned,
    ScanReport,
    collection_pairs,
    is_collection,
    scan_pair,
)
from archivetk.records import gunzip_member, parse_record
from archivetk.writers.known import Known
from archivetk.writers.lists import DOCUMENTS, Lists, place_fields
from archivetk.writers.package import (
    FOLDERS,
    PACKAGE,
    PACKAGE_DIGEST,
    finished_sizes,
    json_file,
    measure,
    write_package,
)
from archivetk.writers.prepared import (
    Prepared,
    cdx_fields,
    document_key,
    page_line,
    prepare,
    prepare_task,
    relocated,
    revisit,
    summary,
)
from archivetk.writers.warc import (
    WarcFile,
    fsync_folder,
    replace_file,
    warcinfo,
    warcinfo_again,
)

__all__ = ["CollectionWriter", "Prepared", "prepare", "prepare_task"]

_ROLES: Final = ("originals", "derived")
_COLLECTION: Final = "archivetk/collection.json"


class CollectionWriter:
    """Writes a collection, or adds to one what it does not hold yet.

    Args:
        path: folder of the collection; made where it does not exist.
        run: what all records have in common.
        overwrite: begin anew where there is a collection with other settings, or any other.

    Attributes:
        notes: sentences about what was found or done on the way, for the user.
        added, present: documents written, and documents that were there already.
        revisits: of the added ones, those whose bytes were there already.

    >>> import tempfile
    >>> from archivetk.document import Source
    >>> from archivetk.pipeline import clean_source
    >>> from archivetk.settings import load_profile
    >>> settings = load_profile("article")
    >>> run = RunInfo.now(settings)
    >>> result = clean_source(Source("a.txt", "a.txt", b"Hello there."), settings)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with CollectionWriter(Path(folder) / "c", run) as writer:
    ...         writer.add(prepare(result, run))
    ...     sorted(one.name for one in (Path(folder) / "c" / "archive").iterdir())
    True
    ['documents.derived.warc.gz', 'documents.warc.gz']
    """

    def __init__(
        self, path: str | os.PathLike[str], run: RunInfo, *, overwrite: bool = False
    ) -> None:
        self.path = Path(path)
        self.run = run
        self.notes: list[str] = []
        self.added = self.present = self.revisits = 0
        self._overwrite = overwrite
        self._files: dict[str, WarcFile] = {}
        self._serial = 0
        self._known = Known()
        self._warcinfo: set[str] = set()
        self._sizes: dict[str, tuple[int, str]] = {}
        self._stale = False
        self._lock: int | None = None
        self._lists = Lists(self.path)

    # ---------------------------------------------------------------- opening

    def __enter__(self) -> Self:
        """Open the collection, or make it.

        Raises:
            OutputExistsError: where something else is there, or a collection that was made in
                another way, or another run is writing to it.
        """
        path = self.path
        if path.exists() and not path.is_dir():
            raise OutputExistsError(f"{path} is a file. Choose a folder for the collection.")
        if path.is_dir() and not is_collection(path) and not _is_bare(path):
            raise OutputExistsError(
                f"{path} holds other files and is no collection. Choose an empty or a new folder."
            )
        path.mkdir(parents=True, exist_ok=True)
        self._take_lock()
        try:
            if is_collection(path):
                self._open_existing()
            if not is_collection(path):
                self._make()
        except BaseException:
            self._drop_lock()
            raise
        return self

    def _make(self) -> None:
        for folder in FOLDERS:
            (self.path / folder).mkdir(exist_ok=True)
            for entry in (self.path / folder).glob("*.open"):
                entry.unlink()
        run = self.run
        options = {
            name: getattr(run.options, name)
            for name in ("name", "wet_compatible", "copy_originals", "target_uri")
        }
        value = {
            "format": 1,
            "run": run.digest,
            "options": options,
            "settings-sha256": run.settings.digest,
            "settings": run.settings.to_dict(),
        }
        replace_file(self.path / _COLLECTION, json_file(value))
        self._stale = True

    def _open_existing(self) -> None:
        try:
            value = json.loads((self.path / _COLLECTION).read_bytes())
            digest = value["run"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise OutputExistsError(
                f"{self.path} is a collection, but its {_COLLECTION} cannot be read. "
                "Choose another folder."
            ) from error
        if self._overwrite:
            self._remove_all()
            return
        if digest != self.run.digest:
            names = ", ".join(_differences(value, self.run)) or "the version of the format"
            raise OutputExistsError(
                f"{self.path} is a collection that was made with other settings ({names}). "
                "Choose another folder, use the same settings, or give --overwrite."
            )
        sizes = finished_sizes(self.path)
        if sizes is not None:
            self._sizes = sizes
            try:
                self._load()
            except (OSError, ValueError, KeyError, TypeError):
                # the list of documents is damaged, but the archive is the truth
                self._known, self._sizes = Known(), {}
                self._recover()
        else:
            self._recover()

    def _remove_all(self) -> None:
        """Remove what a collection holds, and nothing else."""
        for name in (PACKAGE, PACKAGE_DIGEST):
            (self.path / name).unlink(missing_ok=True)
        for name in FOLDERS:
            folder = self.path / name
            if folder.is_symlink() or not folder.is_dir():
                continue
            for entry in folder.iterdir():
                if (entry.is_file() or entry.is_symlink()) and entry != self.path / _COLLECTION:
                    entry.unlink()
        # what makes it a collection goes last, so that this can be taken up, too
        (self.path / _COLLECTION).unlink()
        fsync_folder(self.path)

    def _take_lock(self) -> None:
        try:
            import fcntl
        except ImportError:  # no such locks on this system
            return
        self._lock = os.open(self.path, os.O_RDONLY)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._drop_lock()
            raise OutputExistsError(
                f"Another run is writing to {self.path}. Wait until it has ended."
            ) from error

    def _drop_lock(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _load(self) -> None:
        """What a finished collection holds, from its list of documents."""
        serials = {
            path.name: pair.serial
            for pair in collection_pairs(self.path)
            for path in (pair.originals, pair.derived)
            if path
        }
        self._serial = max(serials.values(), default=0)
        with (self.path / DOCUMENTS).open("rb") as file:
            for line in file:
                self._known.remember(json.loads(line), serials)
        value = json.loads((self.path / _COLLECTION).read_bytes())
        self._warcinfo = set(value.get("warcinfo", ()))

    # ---------------------------------------------------------------- recovery

    def _recover(self) -> None:
        """Take up what a run left that did not come to its end."""
        self._stale = True
        for folder in ("archive", "indexes", "pages"):
            (self.path / folder).mkdir(exist_ok=True)
        for folder in ("indexes", "pages", "archivetk", "."):
            for entry in (self.path / folder).glob("*.open"):
                entry.unlink()
        self._lists.open(anew=True)
        pairs = collection_pairs(self.path)
        for pair in pairs:
            self._serial = pair.serial
            report = ScanReport()
            count = 0
            for scanned in scan_pair(pair, report, stop=pair.is_open):
                self._rebuild(scanned)
                count += 1
            if count or not pair.is_open:
                self._warcinfo |= set(report.warcinfo)
            if pair.is_open:
                self._reopen(pair, report, count)
            else:
                for role in _ROLES:
                    path = pair.path_of(role)
                    assert path is not None
                    self._sizes[f"archive/{path.name}"] = measure(path)
                if report.problems:
                    file, offset, what = report.problems[0]
                    self.notes.append(f"{file} is damaged at byte {offset}: {what}")

    def _rebuild(self, scanned: Scanned) -> None:
        """The lines of a document, from its records."""
        facts = scanned.facts
        row = summary(facts)
        row["derived"] = place_fields(scanned.derived)
        if scanned.original:
            row["original"] = {**place_fields(scanned.original), "type": scanned.original_type}
            self._lists.add_capture(cdx_fields(facts), scanned.original, scanned.original_type)
            page = page_line(facts, scanned.text)
            if page:
                self._lists.add_page(page)
        self._lists.add_document(row)
        self._known.remember(row, {scanned.derived.file: self._serial} | self._serial_of(scanned))

    def _serial_of(self, scanned: Scanned) -> dict[str, int]:
        return {scanned.original.file: self._serial} if scanned.original else {}

    def _reopen(self, pair: Pair, report: ScanReport, count: int) -> None:
        """Go on with a pair, behind the last document that is whole in both files."""
        names = {role: self._name(role, pair.serial) for role in _ROLES}
        ends = {"originals": report.originals_end, "derived": report.derived_end}
        opened: dict[str, WarcFile] = {}
        for role in _ROLES:
            path = pair.path_of(role)
            final = self.path / "archive" / names[role]
            open_path = final.with_name(final.name + ".open")
            size = path.stat().st_size if path else 0
            if path and path != open_path:
                path.rename(open_path)
            if not path:
                opened[role] = WarcFile(final)
            else:
                opened[role] = WarcFile(final, resume=min(ends[role], size))
            lost = size - ends[role]
            if lost > 0 and ends[role]:
                self.notes.append(
                    f"A run before this one was ended while it wrote: {lost} bytes behind the "
                    f"last whole document of {names[role]} were cut off; what they held is "
                    "archived anew."
                )
        if count == 0:
            # nothing but its first record, if that: begin it again
            for file in opened.values():
                file.abandon()
                file.open_path.unlink()
            self._serial -= 1
            return
        self._files = opened
        mine = {self.run.warcinfo_id(role) for role in _ROLES} | {
            warcinfo_again(self.run, role, names[role]) for role in _ROLES
        }
        if not set(report.warcinfo) <= mine:
            # another date or version: what it wrote is closed, and a new pair begun
            self._close_pair()

    # ---------------------------------------------------------------- adding

    def has(self, source: Source) -> bool:
        """Whether a document with these bytes, under this name, is archived already."""
        original = {"sha256": source.sha256, "bytes": len(source.data)}
        facts = {
            "document-id": source.id,
            "source": {"ref": source.ref, "root": source.root},
            "original": original,
            "status": "cleaned",
        }
        return document_key(facts) in self._known

    def add(self, prepared: Prepared) -> bool:
        """Write the records of a document.

        Returns:
            Whether it was written; ``False``: it is there already.

        Raises:
            OSError: where the disk does not take it; the files are then as they were before.
        """
        if prepared.key in self._known:
            self.present += 1
            return False
        if prepared.not_copied:
            self.notes.append(
                f"{prepared.summary['ref']}: the record could not be copied: {prepared.not_copied}"
            )
        prepared = self._fitted(prepared)
        member, kind = self._original_of(prepared)
        size = len(member or b"") + sum(map(len, prepared.derived))
        self._open_pair(size)
        originals, derived = self._files["originals"], self._files["derived"]
        before = originals.size
        row = dict(prepared.summary)
        place = None
        if member is not None:
            place = Place(originals.path.name, originals.append([member]), len(member))
        try:
            offset = derived.append(prepared.derived)
        except BaseException:
            originals.cut(before)
            raise
        row["derived"] = place_fields(
            Place(derived.path.name, offset, sum(map(len, prepared.derived)))
        )
        if place is not None:
            row["original"] = {**place_fields(place), "type": kind}
            if prepared.cdx:
                self._lists.add_capture(prepared.cdx, place, kind)
        if prepared.page:
            self._lists.add_page(prepared.page)
        self._lists.add_document(row)
        self._known.remember(row, {originals.path.name: self._serial})
        if prepared.url_key:
            self._known.claim(prepared.url_key, row["target-uri"], row["sha256"])
        self.added += 1
        self.revisits += kind == "revisit"
        return True

    def _fitted(self, prepared: Prepared) -> Prepared:
        """The document with an address and an id of its own."""
        if prepared.original is None or prepared.copied:
            return prepared
        row = prepared.summary
        uri = row["target-uri"]
        if prepared.url_key and self._known.is_taken(prepared.url_key, uri, row["sha256"]):
            mark = "&" if "?" in uri else "?"
            prepared = relocated(prepared, self.run, uri=f"{uri}{mark}sha256={row['sha256']}")
            self.notes.append(
                f"{row['ref']}: its address cannot be told from that of another original in "
                f"an index; it is archived as {prepared.summary['target-uri']}."
            )
        known = self._known.payload(row["sha256"])
        first = self._record_at(*known) if known is not None else None
        ordinal = 0
        while first and (
            prepared.summary["record-id"] == first["id"]
            or self._known.has_revisit(prepared.summary["record-id"])
        ):
            ordinal += 1
            prepared = relocated(prepared, self.run, ordinal=ordinal)
        return prepared

    def _original_of(self, prepared: Prepared) -> tuple[bytes | None, str]:
        """The member of the original: whole, or a revisit of what is archived already."""
        member = prepared.original
        if member is None:
            return None, ""
        if prepared.copied:
            return member, "copied"
        row = prepared.summary
        known = self._known.payload(row["sha256"])
        if known is None:
            return member, "resource"
        first = self._record_at(*known)
        if first is None or first["digest"] != f"sha256:{row['sha256']}":
            return member, "resource"
        kind = (prepared.cdx or {}).get("mime", "application/octet-stream")
        record = {
            "id": row["record-id"],
            "uri": row["target-uri"],
            "date": row["date"],
            "digest": first["digest"],
            "type": kind,
        }
        return revisit(record, first, self.run), "revisit"

    def _record_at(self, serial: int, offset: int, length: int) -> dict[str, str] | None:
        """Id, address, date and payload digest of a record that was written before."""
        file = self._files.get("originals")
        try:
            if file is not None and serial == self._serial:
                data = file.read_at(offset, length)
            else:
                with (self.path / "archive" / self._name("originals", serial)).open("rb") as old:
                    old.seek(offset)
                    data = old.read(length)
            record = parse_record(gunzip_member(data))
        except (OSError, UnreadableError, ValueError):
            return None
        return {
            "id": record.id,
            "uri": record.get("WARC-Target-URI") or "",
            "date": record.get("WARC-Date") or "",
            "digest": record.get("WARC-Payload-Digest") or "",
        }

    # ---------------------------------------------------------------- files

    def _name(self, role: str, serial: int) -> str:
        number = f"-{serial:05d}" if serial > 1 else ""
        middle = ".derived" if role == "derived" else ""
        return f"{self.run.options.name}{number}{middle}.warc.gz"

    def _open_pair(self, size: int) -> None:
        """See to it that there is a pair of files with room for so many bytes."""
        limit = self.run.options.max_file_bytes
        if self._files and max(one.size for one in self._files.values()) + size > limit:
            self._close_pair()
        if self._files:
            return
        self._lists.open()
        self._stale = True
        self._serial += 1
        for role in _ROLES:
            name = self._name(role, self._serial)
            identity = self.run.warcinfo_id(role)
            if identity in self._warcinfo:
                identity = warcinfo_again(self.run, role, name)
            self._warcinfo.add(identity)
            file = WarcFile(self.path / "archive" / name)
            self._files[role] = file
            file.append([warcinfo(self.run, role, name, identity)])

    def _close_pair(self) -> None:
        # both are on the disk before one has its name, so that a named pair is whole
        for file in self._files.values():
            file.sync()
        for file in self._files.values():
            self._sizes[f"archive/{file.path.name}"] = file.close()
        self._files = {}

    # ---------------------------------------------------------------- closing

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Finish the collection, also where the run was given up; after an error leave it open."""
        try:
            if kind is None or issubclass(kind, KeyboardInterrupt | GeneratorExit):
                self.finish()
            else:
                self.abandon()
        finally:
            self._drop_lock()

    def abandon(self) -> None:
        """Leave everything as it is, for the next run to take up."""
        for file in self._files.values():
            file.abandon()
        self._files = {}
        self._lists.abandon()

    def finish(self) -> None:
        """Close the files and write index, pages and the list of files.

        Where nothing was added, nothing is written.
        """
        if not self._stale:
            return
        if not self._files and not self._sizes:
            self._open_pair(0)  # a collection of nothing is a collection, too
        self._lists.open()
        if self._files:
            self._close_pair()
        self._lists.write()
        value = json.loads((self.path / _COLLECTION).read_bytes())
        value["warcinfo"] = sorted(self._warcinfo)
        replace_file(self.path / _COLLECTION, json_file(value))
        self._lists.publish()
        write_package(self.path, self._sizes, self.run.date)
        self._stale = False


def _is_bare(path: Path) -> bool:
    """Whether a folder is empty, but for what a run leaves that was ended while it made it."""
    return all(
        entry.name in FOLDERS
        and entry.is_dir()
        and all(one.name.endswith(".open") for one in entry.iterdir())
        for entry in path.iterdir()
    )


def _differences(value: Mapping[str, Any], run: RunInfo) -> Iterator[str]:
    """The names of settings and options that are not the same."""
    was = {**value.get("settings", {}), **value.get("options", {})}
    now: dict[str, Any] = json.loads(json.dumps(run.settings.to_dict()))
    now |= {name: getattr(run.options, name) for name in value.get("options", {})}
    for name in sorted(set(was) | set(now)):
        if was.get(name) != now.get(name):
            yield name

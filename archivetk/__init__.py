"""archivetk: clean scraped text, and prove every change from the archive.

>>> import archivetk
>>> doc = archivetk.clean("They left at noon.Nobody saw them\\xa0go.")
>>> doc.text
'They left at noon. Nobody saw them go.'
>>> [str(change) for change in doc.changes()][0]
"bytes 18-18: '' -> ' ' (join.sentence)"
>>> doc.restore() == doc.source.data
True
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from archivetk.version import __version__

if TYPE_CHECKING:
    from archivetk.api import clean, clean_files, clean_warc
    from archivetk.bytemap import ByteSpan
    from archivetk.document import Change, Cleaned, Document, Failed, Rejected, Result, Source
    from archivetk.errors import ArchivetkError, InputError
    from archivetk.patch import Edit, Patch, Reason, Span
    from archivetk.settings import Settings

__all__ = [
    "ArchivetkError",
    "ByteSpan",
    "Change",
    "Cleaned",
    "Document",
    "Edit",
    "Failed",
    "InputError",
    "Patch",
    "Reason",
    "Rejected",
    "Result",
    "Settings",
    "Source",
    "Span",
    "__version__",
    "clean",
    "clean_files",
    "clean_warc",
]

#: Where each name is at home.  What nobody asks for is not loaded, so that the command line can
#: answer at once.
_HOMES: Final = {
    "api": ("clean", "clean_files", "clean_warc"),
    "bytemap": ("ByteSpan",),
    "document": ("Change", "Cleaned", "Document", "Failed", "Rejected", "Result", "Source"),
    "errors": ("ArchivetkError", "InputError"),
    "patch": ("Edit", "Patch", "Reason", "Span"),
    "settings": ("Settings",),
}


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            value = getattr(import_module(f"archivetk.{home}"), name)
            globals()[name] = value
            return value
    raise AttributeError(f"module 'archivetk' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

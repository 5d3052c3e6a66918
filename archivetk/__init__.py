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

from archivetk.api import clean, clean_files, clean_warc
from archivetk.bytemap import ByteSpan
from archivetk.document import Change, Cleaned, Document, Failed, Rejected, Result, Source
from archivetk.errors import ArchivetkError, InputError
from archivetk.patch import Edit, Patch, Reason, Span
from archivetk.settings import Settings
from archivetk.version import __version__

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

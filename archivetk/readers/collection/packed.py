"""A collection that was packed into one file (WACZ), as a folder again."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archivetk.errors import MalformedError, UnreadableError
from archivetk.readers.collection.pairs import is_collection

__all__ = ["as_folder"]


@contextmanager
def as_folder(path: Path) -> Iterator[Path]:
    """The folder of a collection; one in a WACZ is unpacked for as long as it is needed.

    Raises:
        UnreadableError: where the WACZ does not hold a collection of archivetk.
        MalformedError: where it is damaged.
    """
    if not (path.is_file() and zipfile.is_zipfile(path)):
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="archivetk-") as place:
        folder = Path(place)
        try:
            with zipfile.ZipFile(path) as file:
                file.extractall(folder)  # which makes the names harmless
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
            raise MalformedError(
                f"{path} is damaged: {error}. To see where: archivetk check {path}"
            ) from error
        if not is_collection(folder):
            raise UnreadableError(
                f"{path} holds no collection of archivetk. "
                "For other web archives there is: archivetk check"
            )
        yield folder

"""The model of py3langid, unpacked from its package.

It is packed with LZMA, which takes longer to undo than all else that a short text needs.  Other
threads run meanwhile, so a process that may be about to need it begins with it
(:func:`unpack_ahead`), and stops where it turns out that it does not (:func:`unpack_no_more`).
"""

from __future__ import annotations

import io
import lzma
import threading
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["tables", "unpack_ahead", "unpack_no_more", "unpacked_ahead"]

_NAME: Final = "data/model.npz.xz"
_PART: Final = 1 << 18  # packed bytes between two looks at whether they are still wanted
_HEAD: Final = 30  # bytes of a member's header before its names (APPNOTE.TXT, 4.3.7)


class _Unpacker(threading.Thread):
    """Unpacks the model; ``data`` stays empty where that fails."""

    def __init__(self) -> None:
        super().__init__(name="langmodel", daemon=True)
        self.data = b""
        self.wanted = True

    def run(self) -> None:
        try:
            self.data = _unpacked(lambda: self.wanted)
        except Exception:
            self.data = b""  # whoever needs the model tries again, and is told why


_ahead: list[_Unpacker] = []


def unpack_ahead() -> None:
    """Begin to unpack the model in a thread, for the first call of :func:`tables`."""
    if not _ahead:
        thread = _Unpacker()
        _ahead.append(thread)
        thread.start()


def unpacked_ahead() -> None:
    """Wait for the thread, where there is one: no process may be forked while it runs."""
    for thread in _ahead:
        thread.join()


def unpack_no_more() -> None:
    """Stop the thread, where there is one, and give its memory back."""
    while _ahead:
        thread = _ahead.pop()
        thread.wanted = False
        thread.join()


def tables() -> dict[str, NDArray[Any]]:
    """The tables of the model by their names; not to be written to.

    ``ptc``: logarithms of the probability of each n-gram in each class; ``pc``: of the classes;
    ``classes``: their names; ``nextmove``, ``nextmove_row``, ``out_feat``: the automaton that finds
    the n-grams.

    Raises:
        OSError: where the model cannot be read.
        ValueError, lzma.LZMAError: where it is not what py3langid 0.4 has.
    """
    unpacked_ahead()
    thread = _ahead.pop() if _ahead else None
    return _arrays((thread and thread.data) or _unpacked())


def _unpacked(wanted: Callable[[], bool] = lambda: True) -> bytes:
    """The NPZ file; nothing where it is not wanted any more."""
    found = find_spec("py3langid")
    places = (found and found.submodule_search_locations) or [""]
    unpacker = lzma.LZMADecompressor()
    data = io.BytesIO()
    with Path(places[0], _NAME).open("rb") as file:
        while not unpacker.eof:
            part = file.read(_PART)
            if not part:
                raise lzma.LZMAError(f"{_NAME} of py3langid ends too soon")
            if not wanted():
                return b""
            data.write(unpacker.decompress(part))
    return data.getvalue()


def _arrays(data: bytes) -> dict[str, NDArray[Any]]:
    """The arrays of an NPZ file, where they stand.

    Copying them and computing their checksums again, as ``numpy.load`` does, takes half as long
    as unpacking; LZMA has its own checksum.
    """
    import zipfile

    import numpy as np

    arrays: dict[str, NDArray[Any]] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        for one in file.infolist():
            head = data[one.header_offset : one.header_offset + _HEAD]
            # two sizes in it: of the name and of what is said besides
            start = one.header_offset + _HEAD + head[26] + (head[27] << 8)
            start += head[28] + (head[29] << 8)
            opening = io.BytesIO(data[start : start + 1000])
            if one.compress_type or np.lib.format.read_magic(opening) != (1, 0):
                raise ValueError(f"{_NAME} of py3langid is not laid out as in version 0.4")
            shape, _, kind = np.lib.format.read_array_header_1_0(opening)
            size = 1
            for length in shape:
                size *= length
            array = np.frombuffer(data, kind, size, start + opening.tell()).reshape(shape)
            arrays[one.filename.removesuffix(".npy")] = array
    return arrays

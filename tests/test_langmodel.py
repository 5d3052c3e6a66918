"""The model of languages, as its own package reads it."""

import io
import lzma
import subprocess
import sys

import numpy as np
import pytest
from py3langid.langid import MODEL_DIR, MODEL_FILE
from py3langid.modelio import load_model

from archivetk import langmodel


def npz(*, packed=False):
    file = io.BytesIO()
    (np.savez_compressed if packed else np.savez)(
        file, small=np.arange(7, dtype=np.uint16), wide=np.ones((3, 5), np.float32)
    )
    return file.getvalue()


def test_the_tables_are_those_of_the_package():
    langmodel.unpack_ahead()
    ours = langmodel.tables()
    theirs = load_model(MODEL_DIR / MODEL_FILE)
    names = ("ptc", "pc", "classes", "nextmove", "nextmove_row", "out_feat")
    for name, table in zip(names, theirs, strict=True):
        assert np.array_equal(ours[name], np.asarray(table)), name
    assert ours["ptc"].dtype == theirs[0].dtype
    assert not langmodel._ahead, "what was unpacked is held only once"


def test_arrays_are_taken_where_they_stand():
    found = langmodel._arrays(npz())
    assert found["small"].tolist() == list(range(7))
    assert found["wide"].shape == (3, 5)
    assert not found["wide"].flags.writeable


def test_another_layout_is_refused():
    with pytest.raises(ValueError, match=r"laid out as in version 0\.4"):
        langmodel._arrays(npz(packed=True))


def test_a_thread_that_fails_leaves_it_to_whoever_asks(monkeypatch):
    monkeypatch.setattr(langmodel, "_NAME", "data/no-such-file")
    langmodel.unpack_ahead()
    langmodel.unpacked_ahead()
    with pytest.raises(OSError, match="no-such-file"):
        langmodel.tables()
    assert not langmodel._ahead


def test_beginning_to_unpack_loads_neither_numpy_nor_the_package():
    code = (
        "import sys; from archivetk import langmodel; langmodel.unpack_ahead(); "
        "langmodel.unpacked_ahead(); print(len(langmodel._ahead[0].data) > 0, "
        "'numpy' in sys.modules, 'py3langid' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False", "False"]


def test_what_is_not_needed_is_not_kept():
    langmodel.unpack_ahead()
    langmodel.unpack_no_more()
    assert not langmodel._ahead
    assert langmodel._unpacked(lambda: False) == b""
    assert langmodel.tables()["pc"].size, "whoever needs it nevertheless gets it"


def test_a_model_cut_short_is_no_model(tmp_path, monkeypatch):
    (tmp_path / "short.xz").write_bytes((MODEL_DIR / MODEL_FILE).read_bytes()[:100_000])
    monkeypatch.setattr(langmodel, "_NAME", str(tmp_path / "short.xz"))
    with pytest.raises(lzma.LZMAError, match="ends too soon"):
        langmodel.tables()

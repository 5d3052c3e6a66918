"""Programs of others that read our files: where they are, how they are run."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

SAMPLES = Path(__file__).parent.parent / "samples"


def place(variable: str, session: str) -> Path:
    """A folder that a session of nox made, and told in an environment variable."""
    value = os.environ.get(variable)
    if not value:
        raise RuntimeError(f"{variable} is not set; these tests are run by: nox -s {session}")
    return Path(value)


def program(name: str) -> str:
    """A program beside the Python that runs the tests, else one on the PATH."""
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        raise RuntimeError(f"{name} is not installed")
    return found


def run(*words: str | Path, timeout: float = 180) -> subprocess.CompletedProcess[str]:
    """Run a program; its output is UTF-8."""
    first, *rest = map(str, words)
    return subprocess.run(
        [first if os.sep in first else program(first), *rest],
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        env={**os.environ, "COLUMNS": "80"},
        timeout=timeout,
        check=False,
    )


def passes(*words: str | Path) -> str:
    """Run a program that must find nothing to say against what it reads; what it printed."""
    done = run(*words)
    assert done.returncode == 0, f"{words}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


def archivetk(*words: str | Path) -> str:
    """Our own program, which must end with 0; what it printed."""
    return passes("archivetk", *words)


def sample_collection(path: Path) -> Path:
    """The samples, archived as a user would do it, pages of a WARC file included."""
    archivetk("archive", SAMPLES, "-o", path, "--copy-originals", "--quiet", "--jobs", "1")
    return path

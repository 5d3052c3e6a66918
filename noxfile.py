"""Everything that is checked, a session each; `nox` runs the default ones."""

from __future__ import annotations

import os
from pathlib import Path

import nox

nox.options.sessions = ["lint", "types", "tests", "docs"]
nox.options.default_venv_backend = "virtualenv"
nox.options.error_on_missing_interpreters = False
nox.needs_version = ">=2024.4.15"

ROOT = Path(__file__).parent
PYTHONS = ["3.11", "3.12", "3.13"]
GROUPS = nox.project.load_toml("pyproject.toml")["dependency-groups"]


def needs(session: nox.Session, *groups: str) -> None:
    """Install the project with its extras and some groups of tools."""
    wanted = [one for group in groups for one in GROUPS[group]]
    session.install(".[all]", *wanted)


@nox.session
def lint(session: nox.Session) -> None:
    """Style: ruff with nearly everything on."""
    session.install(*GROUPS["lint"])
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Types: mypy, strict."""
    needs(session, "types")
    session.run("mypy")


@nox.session
def tests(session: nox.Session) -> None:
    """All tests that need nothing but Python, on the Python that runs nox."""
    needs(session, "tests")
    session.run("pytest", *session.posargs)


@nox.session(python=PYTHONS)
def pythons(session: nox.Session) -> None:
    """The same tests on every supported Python that is present."""
    needs(session, "tests")
    session.run("pytest", "-q", "-x", *session.posargs)


@nox.session
def coverage(session: nox.Session) -> None:
    """The tests once more, with what they leave out."""
    needs(session, "tests")
    session.run("pytest", "-q", "--cov=archivetk", "--cov-report=term-missing:skip-covered")


@nox.session
def docs(session: nox.Session) -> None:
    """The generated pages are up to date, and every link in the docs leads somewhere."""
    needs(session)
    session.run("python", "docs/generate.py", "--check")


@nox.session
def build(session: nox.Session) -> None:
    """The wheel and the source archive: built, checked, installed, run."""
    session.install("build", "twine")
    out = session.create_tmp()
    session.run("python", "-m", "build", "--outdir", out, ".")
    files = [str(path) for path in Path(out).glob("archivetk-*")]
    session.run("twine", "check", "--strict", *files)
    session.install("--force-reinstall", *[one for one in files if one.endswith(".whl")])
    session.run("archivetk", "clean", "samples/harbour-strike.txt", "--format", "jsonl")


@nox.session
def floors(session: nox.Session) -> None:
    """Quality on data that the project ships or generates, against tests/floors.json."""
    needs(session, "tests")
    session.run("python", "tests/bench/floors.py", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Speed, as ratios within one run.  `nox -s bench -- --data DIR` adds development data."""
    needs(session, "tests", "peers")
    session.run("python", "tests/bench/speed.py", *session.posargs)


@nox.session
def quality(session: nox.Session) -> None:
    """Figures by set and language beside the baselines: `nox -s quality -- --data DIR`."""
    needs(session, "tests", "peers")
    for name in ("boilerplate", "join", "repair", "charset", "language", "main_content", "check"):
        session.run("python", "-P", f"tests/bench/{name}.py", *session.posargs)


@nox.session
def growth(session: nox.Session) -> None:
    """Hostile inputs: eight times the size may not take much more than eight times the time."""
    needs(session, "tests")
    session.run("pytest", "-q", "-m", "growth", *session.posargs)


@nox.session
def interop(session: nox.Session) -> None:
    """Our files read by others: warcio, FastWARC, cdxj-indexer, wacz, npm's warcio."""
    needs(session, "tests", "interop")
    session.run("pytest", "-q", "tests/interop", *session.posargs)


@nox.session
def replay(session: nox.Session) -> None:
    """A collection in pywb, and in ReplayWeb.page in a real browser.

    Needs Chromium, Node.js and npm; the packages of npm are installed into a folder of its own.
    """
    needs(session, "tests", "replay")
    session.env["ARCHIVETK_CHROMIUM"] = os.environ.get("ARCHIVETK_CHROMIUM", "chromium")
    session.run("pytest", "-q", "tests/replay", *session.posargs)

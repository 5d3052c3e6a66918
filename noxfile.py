"""Everything that is checked, a session each; `nox` runs the default ones."""

from __future__ import annotations

import os
import shutil
import tarfile
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
    """Our files read by others: warcio, FastWARC, cdxj-indexer, wacz, npm's warcio.

    Needs Node.js and npm.
    """
    needs(session, "tests", "interop")
    session.env["ARCHIVETK_NPM"] = from_npm(session, NPM_WARCIO)
    session.run("pytest", "-q", "tests/interop", *session.posargs)


@nox.session
def replay(session: nox.Session) -> None:
    """A collection in pywb, and in ReplayWeb.page in a real browser.

    Needs Chromium, npm, and Node.js.  Both players are separate programs under licences of their
    own: they are kept outside the environment that archivetk is installed into.
    """
    needs(session, "tests", "replay")
    session.env["ARCHIVETK_CHROMIUM"] = os.environ.get("ARCHIVETK_CHROMIUM", "chromium")
    session.env["ARCHIVETK_PLAYER"] = unpacked_from_npm(session, NPM_PLAYER)
    session.env["ARCHIVETK_PYWB"] = environment(session, "wayback")
    session.env["ARCHIVETK_SHOTS"] = os.path.join(session.virtualenv.location, "screenshots")
    session.run("pytest", "-q", "tests/replay", *session.posargs)


NPM_WARCIO = "warcio@2.4.11"
NPM_PLAYER = "replaywebpage@2.5.3"


def from_npm(session: nox.Session, *packages: str) -> str:
    """Install packages of npm beside the session's environment; the folder."""
    folder = os.path.join(session.virtualenv.location, "npm")
    os.makedirs(folder, exist_ok=True)
    session.run(
        *("npm", "install", "--prefix", folder, "--no-audit", "--no-fund", "--ignore-scripts"),
        *packages,
        external=True,
    )
    return folder


def unpacked_from_npm(session: nox.Session, package: str) -> str:
    """Unpack a package of npm without what it was built from: it is one file for a browser."""
    folder = os.path.join(session.virtualenv.location, "npm")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    session.run("npm", "pack", "--silent", "--pack-destination", folder, package, external=True)
    (packed,) = Path(folder).glob("*.tgz")
    with tarfile.open(packed) as archive:
        archive.extractall(folder, filter="data")
    return os.path.join(folder, "package")


def environment(session: nox.Session, group: str) -> str:
    """Install a group of tools into an environment of its own; the folder of its programs."""
    folder = os.path.join(session.virtualenv.location, group)
    session.run("python", "-m", "venv", "--clear", folder)
    programs = os.path.join(folder, "bin")
    python = os.path.join(programs, "python")
    session.run(python, "-m", "pip", "install", "--quiet", *GROUPS[group], external=True)
    return programs

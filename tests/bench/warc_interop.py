"""Show what archivetk writes to the tools of others.

    python tests/bench/warc_interop.py [--wayback BIN]

Makes a collection of texts of its own, with every kind of record that is written, and asks
``gzip``, ``warcio``, ``fastwarc``, ``cdxj-indexer`` and ``wacz``.  They are separate programs;
those that are not installed are named and make the exit code 1, as does any that objects.  With
``--wayback``, the folder of pywb's programs, every original is fetched from a player on loopback.
"""

from __future__ import annotations

import argparse
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from archives import archive, run, source

from archivetk.document import Failed
from archivetk.readers.collection import read_collection
from archivetk.writers.wacz import pack

SOURCES = [
    source("a.txt", "The first text. It has\u00a0two sentences.\r\n"),
    source("sub/caf%E9 1.txt", b"Caf\xe9 au lait is served at noon, and tea in the afternoon.\n"),
    source("page.html", "<html><title>A page</title><p>A page &amp; its text.</p></html>"),
    source("again.txt", "The first text. It has\u00a0two sentences.\r\n"),
    source("A.txt", "An address that differs from another only in its case."),
    source("known.txt", "A text with an address.", url="https://example.org/a?b=1&a=2#c"),
    source("empty.txt", b""),
    source("noise.bin", bytes(range(256)) * 8),
    Failed(source("slow.txt", b"abc"), "timeout", "It took too long."),
]


def tool(*words: str) -> subprocess.CompletedProcess[str]:
    beside = Path(sys.executable).with_name(words[0])
    program = str(beside) if beside.exists() else shutil.which(words[0])
    if program is None:
        return subprocess.CompletedProcess(words, 127, "", "not installed")
    return subprocess.run([program, *words[1:]], capture_output=True, text=True, check=False)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wayback", type=Path, help="folder of the programs of pywb")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp())
    wrong = 0
    for name, info in (
        ("plain", run()),
        ("wet", run(wet_compatible=True)),
        ("rolled", run(max_file_bytes=3000)),
    ):
        place = folder / name
        archive(place, SOURCES, info)
        warcs = sorted(str(path) for path in (place / "archive").iterdir())
        pack(place, folder / f"{name}.wacz")
        checks = [(("gzip", "-t", *warcs), None), (("warcio", "check", *warcs), None)]
        checks += [(("fastwarc", "check", path), None) for path in warcs]
        checks += [(("wacz", "validate", "-f", str(folder / f"{name}.wacz")), None)]
        for words, _ in checks:
            done = tool(*words)
            print(f"{name:7} {words[0]:13} {'passes' if done.returncode == 0 else 'OBJECTS'}")
            if done.returncode:
                wrong += 1
                print(done.stdout[-2000:], done.stderr[-2000:])
        index = (place / "indexes/index.cdxj").read_text().splitlines()
        seen = tool("cdxj-indexer", *warcs).stdout.splitlines()
        same = sorted(seen) == sorted(index)
        print(
            f"{name:7} cdxj-indexer  {len(seen)} captures, {'as' if same else 'NOT AS'} in our index"
        )
        if not same:
            wrong += 1
            for line in sorted(set(seen) ^ set(index)):
                print("  ", "ours  " if line in index else "theirs", line)
    if options.wayback:
        wrong += replayed(folder, options.wayback)
    shutil.rmtree(folder)
    return 1 if wrong else 0


def replayed(folder: Path, programs: Path) -> int:
    """Fetch every original under its address from pywb; how many came otherwise than they were."""
    home = folder / "pywb"
    home.mkdir()
    subprocess.run(
        [programs / "wb-manager", "init", "c"], cwd=home, check=True, capture_output=True
    )
    for path in (folder / "plain/archive").iterdir():
        shutil.copy(path, home / "collections/c/archive")
    shutil.copy(folder / "plain/indexes/index.cdxj", home / "collections/c/indexes")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    player = subprocess.Popen(
        [programs / "wayback", "--bind", "127.0.0.1", "--port", str(port)],
        cwd=home,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wrong = 0
    try:
        for document in read_collection(folder / "plain"):
            if document.original is None:
                continue
            address = document.metadata["original"]["target-uri"]
            url = f"http://127.0.0.1:{port}/c/id_/{address}"
            got = fetched(url)
            same = got == document.original
            wrong += not same
            print(f"plain   wayback       {'serves' if same else 'DOES NOT SERVE'} {address}")
    finally:
        player.terminate()
        player.wait()
    return wrong


def fetched(url: str) -> bytes | None:
    for _ in range(60):
        try:
            with urllib.request.urlopen(url, timeout=20) as answer:
                return answer.read()
        except urllib.error.HTTPError:
            return None
        except OSError:
            time.sleep(0.5)
    return None


if __name__ == "__main__":
    sys.exit(main())

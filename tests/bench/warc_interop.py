"""Show what archivetk writes to the tools of others.

    python tests/bench/warc_interop.py

Makes a collection of texts of its own, with every kind of record that is written, and asks
``gzip``, ``warcio``, ``fastwarc``, ``cdxj-indexer`` and ``wacz``.  They are separate programs;
those that are not installed are named and make the exit code 1, as does any that objects.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from archives import archive, run, source

from archivetk.document import Failed
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
    shutil.rmtree(folder)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

"""Reading and checking archives: what is found, beside other tools, and how fast.

    python tests/bench/check.py --data DIR [--peers] [--pages 300] [--rounds 3]

Three tables: every archive in DIR/warc with its verdict and its documents; truncations and flipped
bits of a small archive that each tool reports; megabytes of unpacked records a second.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import io
import itertools
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator

sys.path.insert(0, str(Path(__file__).parents[1]))

import warcs

from archivetk.check import Summary, check, check_file
from archivetk.document import Failed, Source
from archivetk.readers.warc import Skipped, iter_records, sources

TOOLS = {
    "warcio check": [sys.executable, "-m", "warcio.cli", "check", "-v"],
    "fastwarc check": [str(Path(sys.executable).parent / "fastwarc"), "check"],
}


def peer(tool: str, path: Path) -> bool:
    """Whether another tool reports the file: by its exit code."""
    return (
        subprocess.run([*TOOLS[tool], str(path)], capture_output=True, check=False).returncode != 0
    )


def verdicts(folder: Path, *, peers: bool) -> None:
    print(
        "file\trecords\terrors\twarnings\trules\tdocuments\tfailed\tpassed over" + "\tpeers" * peers
    )
    for path in sorted(folder.iterdir()):
        summary = Summary()
        grave = Counter(one.rule for one in check([path], summary) if one.severity == "error")
        told: list[Skipped] = []
        found = Counter(type(one) for one in sources(path, path.name, tell=told.append))
        row = [
            path.name,
            summary.records,
            summary.severities["error"],
            summary.severities["warning"],
            " ".join(grave) or "-",
            found[Source],
            found[Failed],
            sum(sum(one.counts.values()) for one in told),
        ]
        if peers:
            row.append(" ".join(tool for tool in TOOLS if peer(tool, path)) or "-")
        print(*row, sep="\t")


def small_changes(*, peers: bool) -> None:
    data = warcs.gz([warcs.warcinfo(), warcs.response(), warcs.resource()])
    cuts = [data[:cut] for cut in range(1, len(data))]
    flips = []
    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] ^= 1 << (place % 8)
        flips.append(bytes(changed))
    print("\ntool\ttruncations found\tflips found")

    def found(changed: bytes) -> bool:
        return any(one.severity == "error" for one in check_file(io.BytesIO(changed), "x.warc.gz"))

    ours = [sum(map(found, those)) for those in (cuts, flips)]
    print("archivetk check", f"{ours[0]} of {len(cuts)}", f"{ours[1]} of {len(flips)}", sep="\t")
    if not peers:
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.warc.gz"
        for tool in TOOLS:
            row = []
            for those in (cuts[::20], flips[::20]):
                hits = 0
                for changed in those:
                    path.write_bytes(changed)
                    hits += peer(tool, path)
                row.append(f"{hits} of {len(those)}")
            print(tool, *row, sep="\t")


def archive_of(data: Path, count: int) -> tuple[bytes, int]:
    (path,) = data.glob("html/news-de-en*")
    records = [warcs.warcinfo()]
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for number, line in enumerate(itertools.islice(file, count), 1):
            row = json.loads(line)
            page = base64.b64decode(row["data"]) if "data" in row else row["html"].encode()
            records.append(warcs.response(warcs.http(page), number=number))
    return warcs.gz(records), sum(map(len, records))


def speeds(data: Path, pages: int, rounds: int) -> None:
    packed, size = archive_of(data, pages)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.warc.gz"
        path.write_bytes(packed)

        def with_gzip() -> int:
            with gzip.open(path) as file:
                return len(file.read())

        def with_warcio() -> int:
            with path.open("rb") as file:
                return sum(len(one.content_stream().read()) for one in ArchiveIterator(file))

        def with_fastwarc() -> int:
            with path.open("rb") as file:
                return sum(len(one.reader.read()) for one in FastIterator(file, parse_http=True))

        ways: dict[str, Callable[[], object]] = {
            "gzip, nothing else": with_gzip,
            "warcio, payloads": with_warcio,
            "FastWARC, payloads": with_fastwarc,
            "archivetk, records": lambda: sum(1 for _ in iter_records(path)),
            "archivetk, documents": lambda: sum(1 for _ in sources(path)),
            "archivetk check (SHA-1 twice)": lambda: sum(1 for _ in check([path])),
        }
        best = dict.fromkeys(ways, 1e9)
        for _ in range(rounds):
            for name, way in ways.items():
                begin = time.process_time()
                way()
                best[name] = min(best[name], time.process_time() - begin)
    print(f"\nway\tMB/s of {size / 1e6:.0f} MB unpacked\tto gzip")
    base = best["gzip, nothing else"]
    for name, seconds in best.items():
        print(name, f"{size / seconds / 1e6:.0f}", f"{base / seconds:.2f}", sep="\t")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--peers", action="store_true", help="run warcio and fastwarc too")
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    verdicts(options.data / "warc", peers=options.peers)
    small_changes(peers=options.peers)
    speeds(options.data, options.pages, options.rounds)


if __name__ == "__main__":
    main()

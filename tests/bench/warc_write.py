"""How fast records are written, beside bare deflate of the same bytes in the same run.

    python tests/bench/warc_write.py --data DIR [--pages 200] [--rounds 3]

Prints megabytes of payload a second of processor time, best of some rounds.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import hashlib
import io
import itertools
import json
import shutil
import tempfile
import time
import zlib
from collections.abc import Callable
from pathlib import Path

from warcio.warcwriter import WARCWriter

from archivetk.document import Cleaned, Source
from archivetk.pipeline import clean_source
from archivetk.provenance import RunInfo
from archivetk.records import DEFLATE, build_header, gzip_member
from archivetk.settings import load_profile
from archivetk.writers.collection import CollectionWriter, prepare
from archivetk.writers.warc import WarcFile

ID = "<urn:uuid:11111111-2222-5333-8444-555555555555>"
DATE = "2026-01-02T03:04:05Z"


def pages(data: Path, count: int) -> list[bytes]:
    (path,) = data.glob("html/news-de-en*")
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = (json.loads(line) for line in itertools.islice(file, count))
        return [
            base64.b64decode(row["data"]) if "data" in row else row["html"].encode() for row in rows
        ]


def deflated(level: int) -> Callable[[list[bytes], Path], int]:
    def work(payloads: list[bytes], folder: Path) -> int:
        size = 0
        with (folder / "bare.gz").open("wb") as file:
            for payload in payloads:
                packer = zlib.compressobj(level, zlib.DEFLATED, 31)
                size += file.write(packer.compress(payload) + packer.flush())
        return size

    return work


def bare(payloads: list[bytes], folder: Path) -> int:
    with (folder / "ours.gz").open("wb") as file:
        return sum(file.write(gzip_member(b"", payload)) for payload in payloads)


def ours(payloads: list[bytes], folder: Path) -> int:
    file = WarcFile(folder / "x.warc.gz")
    for number, payload in enumerate(payloads):
        digest = "sha256:" + hashlib.sha256(payload).hexdigest()
        headers = [
            ("WARC-Target-URI", f"file:///pages/{number}.html"),
            ("WARC-Block-Digest", digest),
            ("WARC-Payload-Digest", digest),
            ("WARC-Warcinfo-ID", ID),
            ("Content-Type", "text/html"),
        ]
        head = build_header("resource", ID, DATE, headers, length=len(payload))
        file.append([gzip_member(head, payload)])
    size, _ = file.close()
    return size


def with_warcio(payloads: list[bytes], folder: Path) -> int:
    with (folder / "warcio.warc.gz").open("wb") as file:
        writer = WARCWriter(file, gzip=True, warc_version="1.1")
        for number, payload in enumerate(payloads):
            writer.write_record(
                writer.create_warc_record(
                    f"file:///pages/{number}.html",
                    "resource",
                    payload=io.BytesIO(payload),
                    length=len(payload),
                    warc_content_type="text/html",
                )
            )
    return (folder / "warcio.warc.gz").stat().st_size


def measured(
    work: Callable[[list[bytes], Path], int], payloads: list[bytes], rounds: int
) -> tuple[float, int]:
    best, size = float("inf"), 0
    for _ in range(rounds):
        folder = Path(tempfile.mkdtemp())
        begin = time.process_time()
        size = work(payloads, folder)
        best = min(best, time.process_time() - begin)
        shutil.rmtree(folder)
    return best, size


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    payloads = pages(options.data, options.pages)
    small = [
        page[at : at + 5000] for page in payloads for at in range(0, min(len(page), 50_000), 5000)
    ]
    for name, sample in (("pages", payloads), ("pieces of 5 kB", small)):
        total = sum(map(len, sample))
        print(f"{len(sample)} {name}, {total / 1e6:.1f} MB")
        for label, work in (
            ("bare zlib, level 6", deflated(6)),
            ("bare zlib, level 9", deflated(9)),
            ("warcio (zlib, level 9)", with_warcio),
            (f"bare {DEFLATE}", bare),
            ("originals, as archivetk writes them", ours),
        ):
            seconds, size = measured(work, sample, options.rounds)
            print(f"  {label:40} {total / seconds / 1e6:7.1f} MB/s  {size / total:.3f} of the size")
    settings = load_profile("article")
    run = RunInfo.now(settings)
    results = [
        clean_source(Source(f"{n}.html", f"{n}.html", page, "text/html", root="pages"), settings)
        for n, page in enumerate(payloads[:60])
    ]
    cleaned = [one for one in results if isinstance(one, Cleaned)]
    size = sum(len(one.source.data) for one in cleaned)

    def everything(_: list[bytes], folder: Path) -> int:
        with CollectionWriter(folder / "c", run) as writer:
            for one in cleaned:
                writer.add(prepare(one, run))
        return sum(path.stat().st_size for path in (folder / "c").rglob("*") if path.is_file())

    seconds, written = measured(everything, payloads, options.rounds)
    edits = sum(len(one.document.patch.edits) for one in cleaned) / len(cleaned)
    print(
        f"{len(cleaned)} cleaned pages of {edits:.0f} edits each, originals, texts, full ledgers, "
        f"index: {seconds / len(cleaned) * 1000:.2f} ms a page, {size / seconds / 1e6:.1f} MB/s, "
        f"{written / size:.3f} of the size"
    )


if __name__ == "__main__":
    main()

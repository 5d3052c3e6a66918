"""What lies around the cleaning of a page: starting, the ledger, the archive, the processes.

    python tests/bench/processes.py [--data DIR] [--pages N]

``--data`` takes a folder of development data (``html/*.jsonl.gz`` with ``html``); without it pages
are generated.  Times are CPU time of all processes together; on a machine that does other work,
too, only those of one run compare.
"""

from __future__ import annotations

import argparse
import gc
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from corpus import page
from speed import rows

from archivetk.archive import _product
from archivetk.document import Source
from archivetk.pipeline import clean_source
from archivetk.provenance import RunInfo
from archivetk.settings import load_profile

SETTINGS = load_profile("article")


def command(*arguments: str) -> tuple[float, float]:
    """CPU seconds of a command and all its processes, and seconds; the best of some runs."""
    best = elapsed = float("inf")
    for _ in range(5):
        before, start = _used(), time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "archivetk", *arguments], capture_output=True, check=False
        )
        best = min(best, _used() - before)
        elapsed = min(elapsed, time.perf_counter() - start)
    return best, elapsed


def _used() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def starting(folder: Path) -> None:
    """What commands cost that have next to nothing to do."""
    text = folder / "one.txt"
    text.write_text("The mill stood still for a year. Nobody missed it, and nobody said so.\n")
    site = folder / "one.html"
    site.write_text(page(1)[0], "utf-8")
    print("starting: CPU seconds, seconds")
    for arguments in (["--version"], ["--help"], ["clean", str(text)], ["clean", str(site)]):
        spent, elapsed = command(*arguments)
        print(f"  archivetk {Path(' '.join(arguments)).name:20} {spent:6.2f} {elapsed:6.2f}")


def parts(sources: list[Source]) -> None:
    """What a page costs in one process, with and without the garbage collector."""
    run = RunInfo.now(SETTINGS).to_json()
    for source in sources[:20]:
        _product(clean_source(source, SETTINGS), run=run)
    print("a page in one process: ms of CPU to clean it, and to make its ledger and records")

    def measured(label: str, after: Callable[[int], object] = lambda _: None) -> None:
        spent = [0.0, 0.0]
        for number, source in enumerate(sources):
            times = [time.process_time()]
            result = clean_source(source, SETTINGS)
            times.append(time.process_time())
            _product(result, run=run)
            after(number)
            times.append(time.process_time())
            spent = [spent[0] + times[1] - times[0], spent[1] + times[2] - times[1]]
        clean, records = (1000 * one / len(sources) for one in spent)
        print(f"  {label:28} {clean:6.1f} {records:6.1f}")

    # the first pass fills what is remembered of menus and classes
    measured("first pass")
    measured("collector as Python sets it")
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 10, 10)
    measured("as in a guarded process", lambda number: number % 16 or gc.collect())
    gc.disable()
    measured("no collector")
    gc.enable()


def archiving(folder: Path, count: int) -> None:
    """The archive as a whole, and its proof."""
    print(f"{count} pages: ms of CPU a page, all processes")
    for jobs in (1, 2):
        target = str(folder / f"c{jobs}")
        before = _used()
        for arguments in (
            ["archive", str(folder / "in"), "-o", target, "-q", "--jobs", str(jobs)],
            ["verify", target, "-q", "--jobs", str(jobs)],
        ):
            start = time.perf_counter()
            subprocess.run(
                [sys.executable, "-m", "archivetk", *arguments], capture_output=True, check=False
            )
            spent, wall = _used() - before, time.perf_counter() - start
            before = _used()
            print(
                f"  {arguments[0]:8} --jobs {jobs} {1000 * spent / count:8.1f}   "
                f"{spent / wall:4.2f} cores busy"
            )
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
    print(f"  largest process: {largest} MiB")


def main() -> None:
    """Parse and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--pages", type=int, default=150)
    chosen = parser.parse_args()
    if chosen.data:
        pages = [row["html"] for row in rows(sorted((chosen.data / "html").glob("*.jsonl.gz")))]
        random.Random(1).shuffle(pages)
        pages = pages[: chosen.pages]
    else:
        pages = [page(number)[0] for number in range(chosen.pages)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in").mkdir()
        sources = []
        for number, text in enumerate(pages):
            data = text.encode("utf-8", "replace")
            (folder / "in" / f"{number:05}.html").write_bytes(data)
            sources.append(Source(f"{number:05}.html", f"{number:05}.html", data))
        starting(folder)
        parts(sources)
        archiving(folder, len(pages))


if __name__ == "__main__":
    main()

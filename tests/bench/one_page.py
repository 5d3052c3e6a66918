"""One page down the corridor, step by step: CPU time, without garbage collection, in one process.

    python tests/bench/one_page.py [--data DIR] [--pages N] [--extractor NAME]

``--data`` takes a folder of development data (``html/*.jsonl.gz`` with ``html``); without it pages are
generated.  Only figures of one run, or of runs in turns, can be compared.
"""

from __future__ import annotations

import argparse
import gc
import random
import sys
import time
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from corpus import page
from speed import rows

from archivetk.document import Source
from archivetk.pipeline import CORRIDOR, clean_source
from archivetk.settings import load_profile
from archivetk.steps import Context, Step


def pages_of(data: Path | None, count: int) -> list[str]:
    """Pages to measure with."""
    if not data:
        return [page(number)[0] for number in range(count)]
    pages = [row["html"] for row in rows(sorted((data / "html").glob("*.jsonl.gz")))]
    random.Random(1).shuffle(pages)
    return pages[:count]


def timed(step: Step, spent: dict[str, float]) -> Step:
    """A step that notes how long it takes."""
    spent[step.name] = 0.0

    def run(text: str, context: Context) -> object:
        start = time.process_time()
        edits = step.run(text, context)
        if not hasattr(edits, "__len__"):
            edits = list(edits)
        spent[step.name] += time.process_time() - start
        return edits

    return replace(step, run=run)  # type: ignore[arg-type]


def main() -> None:
    """Parse and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--pages", type=int, default=120)
    parser.add_argument("--extractor")
    chosen = parser.parse_args()
    settings = load_profile("article")
    if chosen.extractor:
        settings = replace(settings, extractor=chosen.extractor)
    pages = pages_of(chosen.data, chosen.pages)
    sources = [
        Source(f"{n}.html", f"{n}.html", one.encode("utf-8", "surrogatepass"))
        for n, one in enumerate(pages)
    ]
    for one in sources[:10]:
        clean_source(one, settings)
    gc.collect()
    gc.disable()
    spent: dict[str, float] = {}
    corridor = tuple(timed(step, spent) for step in CORRIDOR)
    whole = float("inf")
    for _ in range(3):
        start = time.process_time()
        for one in sources:
            clean_source(one, settings)
        whole = min(whole, time.process_time() - start)
    start = time.process_time()
    for one in sources:
        clean_source(one, settings, corridor)
    again = time.process_time() - start
    each = 1000 / len(pages)
    print(f"{len(pages)} pages of {sum(map(len, pages)) / len(pages):.0f} characters; ms a page")
    print(f"clean_source             {whole * each:8.2f}")
    for name, value in spent.items():
        print(f"  {name:22} {value * each:8.2f}")
    print(f"  {'decoding, patches':22} {(again - sum(spent.values())) * each:8.2f}")


if __name__ == "__main__":
    main()

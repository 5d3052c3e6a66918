"""Speed, side by side in one run; only the ratios mean anything from one machine to the next.

    python tests/bench/speed.py [--data DIR] [--pages N] [--turns N] [--only text|html|scripts]

``--data`` takes a folder of development data (``html/*.jsonl.gz`` with ``html``,
``text/*.jsonl.gz`` with ``text``); without it documents are generated.
"""

from __future__ import annotations

import argparse
import gc
import gzip
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from corpus import SENTENCES, page

from archivetk.document import Decoding, Source
from archivetk.patch import Patch
from archivetk.pipeline import CORRIDOR, clean_source
from archivetk.settings import load_profile
from archivetk.steps import Context, Step

SETTINGS = load_profile("article")
SMALL = 5_000  # bytes that a document has at least


def texts(data: Path | None) -> list[bytes]:
    """Clean texts of 5 kB and more, some MB of them."""
    if data:
        found = [
            row["text"] for row in rows(sorted((data / "text").glob("scraped-news-*.jsonl.gz")))
        ]
        found = [text for text in found if len(text.encode()) >= SMALL]
        random.Random(1).shuffle(found)
        return [text.encode() for text in found[:400]]
    chance = random.Random(1)
    made = []
    for number in range(300):
        pool = SENTENCES[sorted(SENTENCES)[number % len(SENTENCES)]]
        lines = [
            " ".join(f"{chance.choice(pool)[:-1]} {chance.randrange(10**6)}." for _ in range(4))
            for _ in range(20)
        ]
        made.append("\n\n".join(lines).encode())
    return made


def rows(paths: Iterable[Path]) -> Iterable[dict[str, str]]:
    """The rows of some files."""
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            yield from map(json.loads, file)


def seconds(function: Callable[[], object], times: int = 3) -> float:
    """The best of some runs, in CPU seconds."""
    best = float("inf")
    for _ in range(times):
        start = time.process_time()
        function()
        best = min(best, time.process_time() - start)
    return best


def text_speed(data: Path | None) -> None:
    """The plain text path, step by step, beside ftfy and langdetect alone."""
    import ftfy
    from langdetect import DetectorFactory, LangDetectException, detect

    DetectorFactory.seed = 0

    def label(text: str) -> str:
        try:
            return str(detect(text))
        except LangDetectException:
            return "und"

    payloads = texts(data)
    size = sum(map(len, payloads)) / 1e6
    sources = [Source(f"{n}.txt", f"{n}.txt", one) for n, one in enumerate(payloads)]
    for one in sources:  # automata and tables are made as they are needed
        clean_source(one, SETTINGS)
    # as in the processes that clean
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 10, 10)
    whole = seconds(lambda: [clean_source(one, SETTINGS) for one in sources])
    decoded = [one.decode() for one in payloads]
    few = [text for text in decoded if sum(map(str.isalpha, text)) > 1000][:40]
    share = sum(len(one.encode()) for one in few) / 1e6
    print(f"plain text: {len(payloads)} documents, {size:.1f} MB; MB/s on one core")
    print(f"  archivetk, all steps          {size / whole:8.1f}")
    print(
        f"  ftfy.fix_text alone           {size / seconds(lambda: [ftfy.fix_text(t) for t in decoded], 1):8.1f}"
    )
    print(
        f"  langdetect alone (40 texts)   {share / seconds(lambda: [label(t) for t in few], 1):8.1f}"
    )
    spent: dict[str, float] = {}
    timed = tuple(_timed(step, spent) for step in CORRIDOR)
    for one in sources:
        clean_source(one, SETTINGS, timed)
    for name, value in spent.items():
        if value:
            print(f"    {name:24} {size / value:10.1f}")


def _timed(step: object, spent: dict[str, float]) -> object:
    from dataclasses import replace

    spent[step.name] = 0.0  # type: ignore[attr-defined]
    run = step.run  # type: ignore[attr-defined]

    def timed(text: str, context: object) -> object:
        start = time.process_time()
        edits = list(run(text, context))
        spent[step.name] += time.process_time() - start  # type: ignore[attr-defined]
        return edits

    return replace(step, run=timed)  # type: ignore[type-var]


REPAIR = ("repair.markup", "repair.mojibake", "repair.characters", "join", "space")


def script_speed(data: Path) -> None:
    """Repair, joins and white space together, by language; damaged samples are slower."""
    path = data / "language" / "sentences.jsonl.gz"
    steps = [step for step in CORRIDOR if step.name in REPAIR]
    print("repair, joins and white space: MB/s on one core, by language")
    for row in rows([path]):
        sentences = row["sentences"]
        text = "\n\n".join(" ".join(sentences[at : at + 6]) for at in range(0, len(sentences), 6))
        pieces = [text[at : at + 6000] for at in range(0, max(len(text) - 3000, 1), 6000)] * 4
        size = sum(len(piece.encode()) for piece in pieces) / 1e6
        hint = row["language"]
        changed = sum(_walk(piece, steps, hint) for piece in pieces)
        spent = seconds(partial(_walk_all, pieces, steps, hint))
        print(f"  {hint:4} {size / spent:8.1f}   {changed} edits")


def _walk_all(pieces: list[str], steps: list[Step], hint: str) -> None:
    for piece in pieces:
        _walk(piece, steps, hint)


def _walk(text: str, steps: list[Step], hint: str) -> int:
    """Some steps of the corridor; how many edits they made."""
    context = Context(Source("", "", b""), SETTINGS, Decoding("utf-8", "utf-8"), hint=hint)
    made = 0
    for step in steps:
        patch = Patch.of(text, step.run(text, context))
        text = patch.apply(text)
        made += len(patch)
    return made


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def html_speed(data: Path | None, count: int, turns: int) -> None:
    """Pages into an archive, everything on, beside trafilatura's command line, on all cores.

    The tools take turns, and the best of each counts: the speed of a shared machine changes from
    minute to minute.
    """
    if data:
        paths = sorted((data / "html").glob("*.jsonl.gz"))
        pages = [row["html"] for row in rows(paths)]
        random.Random(1).shuffle(pages)
    else:
        pages = [page(number)[0] for number in range(count)]
    pages = pages[:count]
    tools = Path(sys.executable).parent
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "in").mkdir()
        for number, text in enumerate(pages):
            (root / "in" / f"{number:05}.html").write_text(text, "utf-8")
        print(
            f"pages: {len(pages)}, {sum(map(len, pages)) / 1e6:.1f} MB; documents a second, all cores"
        )
        runs = {
            "trafilatura": ["trafilatura", "--input-dir", f"{root}/in", "--output-dir", f"{root}/TURN-t", "--parallel", "2"],
            "trafilatura, fast": ["trafilatura", "--fast", "--input-dir", f"{root}/in", "--output-dir", f"{root}/TURN-tf", "--parallel", "2"],
        }  # fmt: skip
        for name in ("fast", "trafilatura", "trafilatura-fast"):
            label = "fast (the default)" if name == "fast" else name
            runs[f"archivetk archive, {label}"] = [
                "archivetk", "archive", f"{root}/in", "-o", f"{root}/TURN-{name}", "-q",
                "--extractor", name,
            ]  # fmt: skip
        # what pip installs has its bytecode beside it; a working copy is to have it too
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": f"{root}/bytecode"}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        (root / "first").mkdir()
        (root / "first" / "page.html").write_text(page(0)[0], "utf-8")
        for command in (
            [tools / "archivetk", "archive", f"{root}/first", "-o", f"{root}/c", "-q"],
            [tools / "trafilatura", "--input-dir", f"{root}/first", "--output-dir", f"{root}/t"],
        ):
            subprocess.run(command, env=environment, capture_output=True, check=True)
        best: dict[str, tuple[float, float, str]] = {}
        for turn in range(turns):
            for name, command in runs.items():
                before, start = _children_cpu(), time.perf_counter()
                done = subprocess.run(
                    [tools / command[0], *(one.replace("TURN", str(turn)) for one in command[1:])],
                    capture_output=True, check=False, env=environment,
                )  # fmt: skip
                spent = time.perf_counter() - start
                note = "" if done.returncode in {0, 1} else f"   exit {done.returncode}"
                found = len(pages) / spent, 1000 * (_children_cpu() - before) / len(pages), note
                best[name] = max(best.get(name, found), found)
        for name, (speed, used, note) in best.items():
            print(f"  {name:38} {speed:8.1f} {used:8.1f} ms of CPU{note}")


def main() -> None:
    """Parse and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--turns", type=int, default=2)
    parser.add_argument("--only", choices=["text", "html", "scripts"])
    chosen = parser.parse_args()
    if chosen.only in {None, "text"}:
        text_speed(chosen.data)
    if chosen.data and chosen.only in {None, "scripts"}:
        script_speed(chosen.data)
    if chosen.only in {None, "html"}:
        html_speed(chosen.data, chosen.pages, chosen.turns)


if __name__ == "__main__":
    main()

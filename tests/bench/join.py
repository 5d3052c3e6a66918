"""Measure the joins: recall by language, wrong insertions in clean and in technical text, speed.

    python tests/bench/join.py --data DIR [--technical DIR] [--show N]

``--data`` is a folder with ``sentences/``, ``language/`` and ``text/`` (gzipped JSON Lines);
``--technical`` a folder of README files and other texts about software in UTF-8.  Beside every
figure stands that of the pattern ``[a-z][.!?][A-Z]``.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from archivetk.document import Decoding, Source
from archivetk.settings import Settings
from archivetk.steps import Context
from archivetk.steps.join import sentences
from archivetk.steps.join.caseless import is_caseless
from archivetk.steps.space import tidy

BASELINE = re.compile(r"[a-z][.!?](?=[A-Z])")
#: A boundary between clean sentences that is marked, and no abbreviation or initial before it.
END = re.compile(r"(?<![\s.(]\w)(?<!^\w)[\w%)][.!?…؟۔।॥።፧։]+[\"”’»)']*$")
BEGIN = re.compile(r"[\"“‘«(¿¡„]*[^\W\d_]")
#: A boundary in running text.
INNER = re.compile(r"(?<=[^\W\d_]{3})[.!?][”\"’]? (?=[“\"‘]?[A-Z][a-z]*\b)")
NO_SPACE = {"zh", "ja", "th", "my", "km", "lo", "bo"}
TREEBANKS = {
    "Dutch": "nl", "English": "en", "German": "de", "Greek": "el", "Hebrew": "he",
    "Hungarian": "hu", "Persian": "fa", "Romanian": "ro", "Ukrainian": "uk", "Vietnamese": "vi",
}  # fmt: skip
THREE = {
    "amh": "am", "eng": "en", "fra": "fr", "hau": "ha", "ibo": "ig", "lin": "ln", "lug": "lg",
    "orm": "om", "run": "rn", "sna": "sn", "som": "so", "swa": "sw", "tir": "ti", "xho": "xh",
    "yor": "yo",
}  # fmt: skip


def context(hint: str) -> Context:
    return Context(Source("x", "x", b""), Settings(), Decoding("utf-8", "utf-8"), hint=hint)


def places(text: str, hint: str) -> dict[int, str]:
    return {one.start: one.rule for one in sentences(text, context(hint))}


def rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def is_boundary(before: str, after: str) -> bool:
    begin = BEGIN.match(after)
    if not begin or not END.search(before):
        return False
    letter = after[begin.end() - 1]
    return letter.isupper() or is_caseless(letter)


def glued(
    lines: list[str], rng: random.Random, size: int, count: int
) -> Iterator[tuple[str, set[int]]]:
    """Documents of ``size`` sentences, ``count`` boundaries of each without their space."""
    for at in range(0, len(lines), size):
        group = lines[at : at + size]
        open_ = [i for i in range(len(group) - 1) if is_boundary(group[i], group[i + 1])]
        chosen = set(rng.sample(open_, min(count, len(open_))))
        text, known = "", set()
        for i, line in enumerate(group):
            text += line
            if i in chosen:
                known.add(len(text))
            elif i < len(group) - 1:
                text += " "
        yield text, known


class Tally:
    """Counts of one row of a table."""

    def __init__(self) -> None:
        self.known = self.found = self.base = self.wrong = self.base_wrong = self.bytes = 0
        self.missed: list[str] = []
        self.extra: list[str] = []

    def add(self, text: str, known: set[int], hint: str) -> None:
        got = set(places(text, hint))
        base = {one.end() for one in BASELINE.finditer(text)}
        self.known += len(known)
        self.found += len(known & got)
        self.base += len(known & base)
        self.wrong += len(got - known)
        self.base_wrong += len(base - known)
        self.bytes += len(text.encode("utf-8", "replace"))
        self.missed += [around(text, one) for one in known - got]
        self.extra += [around(text, one) for one in got - known]

    def line(self, name: str) -> str:
        share = self.found / max(self.known, 1)
        base = self.base / max(self.known, 1)
        return (
            f"{name:22} {self.known:6} {share:7.3f} {base:9.3f} {self.wrong:7} {self.base_wrong:9}"
        )


def around(text: str, at: int) -> str:
    return f"{text[max(0, at - 40) : at]}▮{text[at : at + 30]}".replace("\n", "⏎")


def recall(data: Path, show: int) -> None:
    tables: list[tuple[str, Callable[[], Iterator[tuple[str, str, set[int]]]]]] = [
        ("treebanks, 3 of 19 boundaries glued", lambda: treebanks(data, 20, 3)),
        ("treebanks, pairs of sentences", lambda: treebanks(data, 2, 1)),
        ("75 languages, 2 of 5 boundaries glued", lambda: languages(data)),
    ]
    for title, cases in tables:
        tallies: dict[str, Tally] = defaultdict(Tally)
        for hint, text, known in cases():
            tallies[hint].add(text, known, hint)
            if hint not in NO_SPACE:
                tallies["all that set a space"].add(text, known, hint)
        print(f"\n{title}\n{'':22} {'places':>6}  recall  baseline  extra  baseline")
        for name, tally in sorted(tallies.items(), key=lambda one: one[1].known):
            print(tally.line(name))
            for one in tally.missed[:show]:
                print("      missed", one)
            for one in tally.extra[:show]:
                print("      extra ", one)


def treebanks(data: Path, size: int, count: int) -> Iterator[tuple[str, str, set[int]]]:
    rng = random.Random(1)
    for row in rows(data / "sentences/treebanks.jsonl.gz"):
        hint = TREEBANKS[row["treebank"].split("-")[0]]
        for text, known in glued(row["sentences"], rng, size, count):
            yield hint, text, known


def languages(data: Path) -> Iterator[tuple[str, str, set[int]]]:
    rng = random.Random(3)
    for row in rows(data / "language/sentences.jsonl.gz"):
        for text, known in glued(row["sentences"], rng, 6, 2):
            yield row["language"], text, known


def running_text(data: Path, show: int) -> None:
    """Scraped text as it is: what is put in, what the baseline would, glued boundaries, speed."""
    print("\nscraped text; glued: one boundary in twenty\n")
    print(
        f"{'':22} {'MB':>5} {'put in':>7} {'by rule':>30} {'left':>5} {'glued':>6}  recall  baseline  MB/s"
    )
    for path in sorted((data / "text").glob("*.jsonl.gz")):
        if "labels" in path.name:
            continue
        rng = random.Random(2)
        rules: Counter[str] = Counter()
        size = left = 0
        seconds = 0.0
        tally = Tally()
        shown: list[str] = []
        for number, row in enumerate(rows(path)):
            text = row["text"]
            hint = THREE.get(row.get("language", ""), path.name.split(".")[0][-2:])
            start = time.process_time()
            got = places(text, hint)
            seconds += time.process_time() - start
            size += len(text.encode())
            rules.update(got.values())
            left += sum(one.end() not in got for one in BASELINE.finditer(text))
            shown += [f"{rule} {around(text, at)}" for at, rule in got.items()]
            if number % 8 == 0:
                tally.add(*reglued(text, rng), hint)
        by_rule = " ".join(f"{name[5:9]} {count}" for name, count in rules.most_common(4))
        print(
            f"{path.name[:-9]:22} {size / 1e6:5.1f} {sum(rules.values()):7} {by_rule:>30} {left:5} "
            f"{tally.known:6} {tally.found / max(tally.known, 1):7.3f} "
            f"{tally.base / max(tally.known, 1):9.3f} {size / 1e6 / seconds:5.0f}"
        )
        for one in rng.sample(shown, min(show, len(shown))):
            print("     ", one)


def reglued(text: str, rng: random.Random) -> tuple[str, set[int]]:
    parts, known, end = [], set(), 0
    for match in INNER.finditer(text):
        if rng.random() < 0.05 and not re.search(r"\b[A-Z][a-z]{1,4}$", text[: match.start()][-8:]):
            parts.append(text[end : match.end() - 1])
            end = match.end()
            known.add(end - 1 - len(known))
    parts.append(text[end:])
    return "".join(parts), known


def technical(folder: Path, show: int) -> None:
    """Text about software: nearly nothing is to be put in."""
    tally = Tally()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            tally.add(path.read_text("utf-8", "replace"), set(), "en")
    size = tally.bytes / 1e6
    print(
        f"\ntechnical text: {size:.1f} MB, put in {tally.wrong} ({tally.wrong / size:.1f} a MB), ",
        end="",
    )
    print(f"baseline {tally.base_wrong} ({tally.base_wrong / size:.1f} a MB)")
    for one in tally.extra[:show]:
        print("     ", one)


def speed(data: Path) -> None:
    """Megabytes a second on text that needs nothing; best of five."""
    print("\nclean text, MB/s\n" + f"{'':6} {'join':>6} {'space':>6}")
    for row in rows(data / "language/sentences.jsonl.gz"):
        if row["language"] not in {"en", "de", "ru", "hi", "zh", "ar"}:
            continue
        text = "\n\n".join(" ".join(row["sentences"][i : i + 5]) for i in range(0, 200, 5))
        texts = [" ".join(text.split("  "))] * 20
        here = context(row["language"])
        figures = []
        for step in (sentences, tidy):
            best = 9.0
            for _ in range(5):
                start = time.process_time()
                for one in texts:
                    step(one, here)
                best = min(best, time.process_time() - start)
            figures.append(sum(len(one.encode()) for one in texts) / 1e6 / best)
        print(f"{row['language']:6} {figures[0]:6.0f} {figures[1]:6.0f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--technical", type=Path)
    parser.add_argument("--show", type=int, default=0, help="examples below each row")
    options = parser.parse_args()
    recall(options.data, options.show)
    running_text(options.data, options.show)
    if options.technical:
        technical(options.technical, options.show)
    speed(options.data)


if __name__ == "__main__":
    main()

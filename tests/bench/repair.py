"""Repair of characters, measured: python tests/bench/repair.py --data DIR

cases     damaged strings that must be repaired, and strings that must stay
same      the output against plain ftfy under the same settings, and how much faster
clean     MB of clean UTF-8 a second, by script, all three steps
hostile   time at twice the length over time at the length: 2 is linear
"""

from __future__ import annotations

import argparse
import gzip
import json
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ftfy

from archivetk.document import Decoding, Source
from archivetk.patch import Patch
from archivetk.settings import Settings
from archivetk.steps import Context
from archivetk.steps.repair import characters, markup, mojibake
from archivetk.steps.repair.encoding import line_edits, only_encoding, sure_lines

STEPS = (markup, mojibake, characters)


def context() -> Context:
    return Context(Source("", "", b""), Settings(), Decoding("utf-8", "utf-8"))


def repaired(text: str, step: Callable[..., Any]) -> str:
    return Patch.of(text, step(text, context())).apply(text)


def rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def texts(data: Path) -> Iterator[tuple[str, str]]:
    """Texts by the name of their set."""
    for path in sorted((data / "text").glob("*.gz")):
        for row in rows(path):
            text = row.get("text") or "\n".join(row.get("lines") or ())
            if text:
                yield path.name.split(".")[0], text
    for row in rows(data / "language" / "sentences.jsonl.gz"):
        yield "language", "\n".join(row["sentences"])


def cases(data: Path) -> None:
    """What ftfy's cases become; those that are about more than the encoding are compared under
    ftfy's other repairs."""
    results: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in rows(data / "encoding" / "mojibake-cases.jsonl.gz"):
        if row["expect"] != "pass":
            continue
        damaged = row["original"]
        ours = repaired(repaired(damaged, markup), mojibake)
        plain = ftfy.fix_text(damaged, only_encoding())
        kind = "stay" if "egative" in row["label"] or row["set"] == "negative" else "repair"
        tally = results[kind]
        tally[0] += 1
        tally[1] += ftfy.fix_text(ours, fix_encoding=False) == row["fixed"]
        tally[2] += ours == plain
        if ftfy.fix_text(ours, fix_encoding=False) != row["fixed"]:
            print("   differs:", repr(damaged[:60]), repr(ours[:60]), repr(row["fixed"][:60]))
    print("\ncases            number  right  as plain ftfy")
    for kind, (number, right, same) in results.items():
        print(f"{kind:16} {number:6} {right:6} {same:6}")


def same(data: Path) -> None:
    """Equal output, and the speed beside plain ftfy's."""
    settings = only_encoding()
    plain_settings = settings._replace(explain=False)
    groups: dict[str, list[float]] = defaultdict(lambda: [0, 0, 0, 0, 0, 0])
    for name, text in texts(data):
        kind = "damaged" if ftfy.fix_text(text, plain_settings) != text else "clean"
        for group in (
            name,
            f"all, {kind}",
            "all, not ASCII" if not text.isascii() else "all, ASCII",
        ):
            tally = groups[group]
            tally[0] += 1
        start = time.perf_counter()
        plain = ftfy.fix_text(text, plain_settings)
        middle = time.perf_counter()
        edits = list(mojibake(text, context()))
        end = time.perf_counter()
        sure = Patch.of(text, [one for line in sure_lines(text) for one in line_edits(line)])
        for group in (
            name,
            f"all, {kind}",
            "all, not ASCII" if not text.isascii() else "all, ASCII",
        ):
            tally = groups[group]
            tally[1] += len(text.encode("utf-8", "surrogatepass"))
            tally[2] += middle - start
            tally[3] += end - middle
            tally[4] += sure.apply(text) != plain
            tally[5] += Patch.of(text, edits).apply(text) != plain
    print(
        "\nsame                     texts      MB  ftfy MB/s  ours MB/s  times  unequal  by prior"
    )
    for name, (number, size, theirs, ours, unequal, prior) in sorted(groups.items()):
        print(
            f"{name:24} {number:5} {size / 1e6:7.1f} {size / 1e6 / theirs:10.1f} "
            f"{size / 1e6 / ours:10.1f} {theirs / ours:6.1f} {unequal:8} {prior - unequal:9}"
        )


CHARSETS = (
    "sloppy-windows-1252",
    "latin-1",
    "sloppy-windows-1251",
    "sloppy-windows-1250",
    "macroman",
)


def damage(data: Path) -> None:
    """Clean sentences decoded with the wrong charset: how many come back, whole or half damaged."""
    settings = only_encoding()._replace(explain=False)
    print("\ndamage                  lines  by ftfy  ours | half: by ftfy  ours  sound lines hurt")
    sets = [
        (row["language"], row["sentences"])
        for row in rows(data / "language" / "sentences.jsonl.gz")
    ]
    for charset in CHARSETS:
        tally = [0] * 6
        for _, sentences in sets[::3]:
            sound = [
                line
                for line in sentences
                if not line.isascii() and ftfy.fix_text(line, settings) == line
            ][:40]
            wrong = [line.encode().decode(charset) for line in sound]
            again = repaired("\n".join(wrong), mojibake).split("\n")
            tally[0] += len(sound)
            tally[1] += sum(
                ftfy.fix_text(one, settings) == line for one, line in zip(wrong, sound, strict=True)
            )
            tally[2] += sum(map(str.__eq__, again, sound))
            mixed = [
                one if number % 2 else line
                for number, (one, line) in enumerate(zip(wrong, sound, strict=True))
            ]
            again = repaired("\n".join(mixed), mojibake).split("\n")
            tally[3] += sum(
                ftfy.fix_text(one, settings) == line
                for one, line in zip(mixed[1::2], sound[1::2], strict=True)
            )
            tally[4] += sum(map(str.__eq__, again[1::2], sound[1::2]))
            tally[5] += sum(map(str.__ne__, again[::2], sound[::2]))
        number, theirs, ours, half, ours_half, hurt = tally
        odd = number / 2
        print(
            f"{charset:22} {number:6} {theirs / number:8.4f} {ours / number:7.4f} | "
            f"{half / odd:10.4f} {ours_half / odd:7.4f} {hurt:8}"
        )


SCRIPTS = {
    "Latin, ASCII": ("en",),
    "Latin, some marks": ("de", "fr", "es", "pt", "it", "nl", "sv"),
    "Latin, many marks": ("vi", "cs", "pl", "tr", "yo", "hu"),
    "Cyrillic": ("ru", "uk", "bg", "sr"),
    "Greek": ("el",),
    "Arabic, Hebrew": ("ar", "fa", "ur", "he"),
    "Indic": ("hi", "bn", "ta", "te", "gu"),
    "Chinese, Japanese": ("zh", "ja"),
    "Korean": ("ko",),
    "Thai": ("th",),
}


def clean(data: Path) -> None:
    """MB/s over text in which nothing is to be done."""
    by_language = {
        row["language"]: row["sentences"] for row in rows(data / "language" / "sentences.jsonl.gz")
    }
    print("\nclean                    MB/s  markup  mojibake  characters")
    for script, languages in SCRIPTS.items():
        lines = [
            line
            for language in languages
            for line in by_language.get(language, ())
            if not any(True for step in STEPS for _ in step(line, context()))
        ]
        text = "\n".join(lines)
        text = (text + "\n") * max(1, 1_000_000 // len(text.encode()))
        size = len(text.encode()) / 1e6
        speeds = []
        for step in STEPS:
            times = []
            for _ in range(3):
                start = time.perf_counter()
                step(text, context())
                times.append(time.perf_counter() - start)
            speeds.append(size / min(times))
        total = 1 / sum(1 / one for one in speeds)
        print(f"{script:22} {total:6.0f} " + " ".join(f"{min(one, 9999):8.0f}" for one in speeds))


HOSTILE = {
    "mojibake lines": "CafÃ© crÃ¨me\n",
    "one mojibake line": "CafÃ© crÃ¨me ",
    "mojibake without spaces": "Ã©",
    "CESU-8 without spaces": "í\xa0½í¸\x80",
    "no-break spaces": "\xa0",
    "zero-width joiners": "\u200d",
    "combining marks": "\u0301",
    "marks in wrong order": "\u0301\u0323",
    "bidi marks": "\u200e",
    "soft hyphens": "a\xad\n",
    "nested references": "&amp;amp;",
    "ampersands": "&",
    "open brackets": "<",
    "tags": "<b>x</b>",
    "open tags": '<a href="',
    "breaks": "<br> ",
    "comments": "<!-- ",
    "escaped tags": "&lt;b ",
    "backticks": "`a",
    "French spaces": "«\xa0oui\xa0» ",
    "surrogates": "\ud83d",
    "tag characters": "\U000e0041",
    "escape sequences": "\x1b[1",
}


def hostile() -> None:
    """Twice the length, twice the time."""
    print("\nhostile                       MB/s  time at 2n / time at n")
    for name, unit in HOSTILE.items():
        ratios, speed = [], 0.0
        for _ in range(3):
            times = []
            for size in (100_000, 200_000):
                text = unit * (size // len(unit))
                start = time.perf_counter()
                for step in STEPS:
                    list(step(text, context()))
                times.append(time.perf_counter() - start)
            ratios.append(times[1] / times[0])
            speed = max(speed, 0.2 / times[1])
        print(f"{name:28} {speed:6.1f}  {statistics.median(ratios):.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--only", choices=("cases", "same", "damage", "clean", "hostile"))
    arguments = parser.parse_args()
    if arguments.only in (None, "cases"):
        cases(arguments.data)
    if arguments.only in (None, "same"):
        same(arguments.data)
    if arguments.only in (None, "damage"):
        damage(arguments.data)
    if arguments.only in (None, "clean"):
        clean(arguments.data)
    if arguments.only in (None, "hostile"):
        hostile()


if __name__ == "__main__":
    main()

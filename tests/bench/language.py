"""Language labels: accuracy on short and longer text, mixes, what is done about the unknown, speed.

    python tests/bench/language.py --data DIR [--each N]

``DIR/language/sentences.jsonl.gz``: rows of ``language`` and ``sentences``.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sys
import time
from collections import defaultdict
from pathlib import Path

import archivetk
from archivetk.steps.detect import language_of
from archivetk.steps.detect.detectors import detector_named

SCRAPS = [
    "404 error", "Loading", "OK", "Menu", "12 / 34", "© 2024", "+49 30 1234", "a b c", "Home | News",
    "x = y + 1;", "foo.bar(baz)", "###", "1,5 2,5 3,5", "lorem", "https://a.example/b?c=d", "PDF 2.3 MB",
]  # fmt: skip
SAME = [{"nb", "no", "nn"}, {"zh", "zh-Hans", "zh-Hant"}, {"fil", "tl"}]


def equal(found: str, wanted: str) -> bool:
    """Whether a label says what the data say, in any of their spellings."""
    return found == wanted or any({found, wanted} <= group for group in SAME)


#: Of these any two make a text in two languages.
TWO = ("en", "de", "fr", "es", "ru", "pl", "it", "nl", "pt", "sv", "tr", "id", "fi", "cs")


def mixes(by_language: dict[str, list[str]], each: int) -> None:
    """Texts of nine paragraphs, also on one line: how often a second language is found."""
    chance = random.Random(5)

    def found(languages: list[str], between: str) -> set[str]:
        text = between.join(" ".join(chance.sample(by_language[one], 4)) for one in languages)
        return {tag for tag, _ in archivetk.clean(text, profile="gentle").language.mix}

    for between, name in (("\n\n", "paragraphs"), (" ", "one line")):
        wrong = sum(
            len(found([one] * 9, between)) > 1 for one in sorted(by_language) for _ in range(each)
        )
        shares = []
        for others in (1, 2, 4):
            hits = 0
            for _ in range(20 * each):
                first, second = chance.sample(TWO, 2)
                order = [first] * (9 - others) + [second] * others
                chance.shuffle(order)
                hits += found(order, between) == {first, second}
            shares.append(f"{others} of 9: {hits / (20 * each):.2f}")
        print(
            f"mix, {name}: both languages found, {', '.join(shares)}; "
            f"{wrong} of {len(by_language) * each} texts in one language are called mixed"
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--each", type=int, default=20)
    chosen = parser.parse_args()
    with gzip.open(chosen.data / "language" / "sentences.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    mixes({row["language"]: row["sentences"] for row in rows}, chosen.each)
    chance = random.Random(1)
    cases = []
    for row in rows:
        for _ in range(chosen.each):
            cases.append(("sentence", row["language"], chance.choice(row["sentences"])))
        for _ in range(max(chosen.each // 4, 1)):
            text = " ".join(chance.sample(row["sentences"], 12))
            cases.append(("60 words", row["language"], " ".join(text.split()[:60])[:400]))
    print(f"{'detector':24}{'kind':10}{'right':>8}{'wrong':>8}{'und':>8}{'macro':>8}{'ms':>8}")
    for name in ("py3langid", "langdetect"):
        detector = detector_named(name)
        for kind in ("sentence", "60 words"):
            counts: dict[str, int] = defaultdict(int)
            by_language: dict[str, list[bool]] = defaultdict(list)
            start = time.process_time()
            for one, wanted, text in cases:
                if one == kind:
                    found = language_of(text, detector)[0]
                    word = (
                        "right"
                        if equal(found, wanted)
                        else "und"
                        if found in {"und", "zxx"}
                        else "wrong"
                    )
                    counts[word] += 1
                    by_language[wanted].append(word == "right")
            total = sum(counts.values())
            spent = (time.process_time() - start) / total * 1000
            known = [sum(one) / len(one) for one in by_language.values() if any(one)]
            shares = "".join(f"{counts[word] / total:8.3f}" for word in ("right", "wrong", "und"))
            print(f"{detector.name:24}{kind:10}{shares}{sum(known) / len(known):8.3f}{spent:8.2f}")
        kept = sum(language_of(text, detector)[0] not in {"und", "zxx"} for text in SCRAPS)
        print(
            f"{detector.name:24}{'scraps':10} labelled though no language: {kept} of {len(SCRAPS)}"
        )


if __name__ == "__main__":
    sys.exit(main())

"""Which furniture no rule knows yet: phrases, labelled lines and dumps of pages, by language.

    python tests/bench/packs.py --data DIR [--only phrases,labels,dumps,clean,examples]
                                [--top N] [--show]

``phrases``  share buttons, consent banners and theme labels: how many of them a rule names
``labels``   short lines that people called noise: how many of them the step removes
``dumps``    short lines of pages outside the gold text: how many of them the step removes
``clean``    sentences of clean texts that a rule touches, in every language of the data
``examples`` how many lines that must go and near misses the packs hold

With ``--show`` the most frequent misses are printed, which is where a new rule comes from.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections import Counter, defaultdict
from pathlib import Path

from boilerplate import article_lines, context_of, dump, ours

from archivetk.rules import Matcher, all_rules, load_pack, matcher_for
from archivetk.rules.load import languages, pack_name

#: Lines of more words are seldom any site's furniture.
SHORT = 14


def rows(path: Path) -> list[dict]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


class Tally:
    """What was removed of what should go, and what stayed most often."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()
        self.gone: Counter[str] = Counter()
        self.missed: dict[str, Counter[str]] = defaultdict(Counter)

    def add(self, language: str, line: str, *, gone: bool) -> None:
        self.seen[language] += 1
        self.gone[language] += gone
        if not gone:
            self.missed[language][line] += 1

    def report(self, title: str, top: int, *, show: bool) -> None:
        print(f"\n{title}")
        cells = [f"{key} {self.gone[key]}/{count}" for key, count in sorted(self.seen.items())]
        total = sum(self.seen.values())
        print("  " + "  ".join(cells))
        print(
            f"  all {sum(self.gone.values())}/{total} {sum(self.gone.values()) / max(1, total):.3f}"
        )
        if show:
            for language, missed in sorted(self.missed.items()):
                print(f"  -- {language}")
                for line, count in missed.most_common(top):
                    print(f"     {count:4} {line}")


def phrases(data: Path) -> Tally:
    tally = Tally()
    for name in ("share-buttons", "theme-labels", "consent-banners"):
        for row in rows(data / f"vocabulary/{name}.jsonl.gz"):
            line = " ".join(row["text"].split())
            if line and row["language"] and pack_name(row["language"]):
                hits = matcher_for(row["language"]).line(line)
                tally.add(f"{row['language']}/{name.split('-')[0]}", line, gone=bool(hits))
    return tally


def unlabelled(data: Path) -> Tally:
    """Labels of consent banners whose language is not given, against the rules of all packs."""
    tally = Tally()
    matcher = Matcher([(rule, True) for rule in all_rules()])
    for row in rows(data / "vocabulary/consent-banners.jsonl.gz"):
        line = " ".join(row["text"].split())
        if line and row["language"] is None:
            tally.add("any", line, gone=bool(matcher.line(line)))
    return tally


def labels(data: Path) -> Tally:
    tally = Tally()
    for row in rows(data / "text/line-labels.jsonl.gz"):
        lines = [line.strip() for line in row["lines"]]
        left = Counter(line.strip() for line in ours("\n".join(lines), row["language"]).split("\n"))
        for line, keep in zip(lines, row["keep"], strict=True):
            if line and not keep and len(line.split()) <= SHORT:
                tally.add(row["language"], line, gone=left[line] == 0)
    return tally


def dumps(data: Path, sample: int) -> Tally:
    tally = Tally()
    for name in ("articles-more", "articles", "news-de-en"):
        pages = rows(data / f"html/{name}.jsonl.gz")
        if name == "news-de-en":
            pages = [row for row in pages if row.get("present")]
        random.Random(5).shuffle(pages)
        for row in pages[:sample]:
            lines = dump(row["html"])
            text = "\n".join(lines)
            context = context_of(text)
            left = Counter(line.strip() for line in ours(text).split("\n"))
            if row.get("gold"):
                good = article_lines(lines, row["gold"])
            else:
                # No gold here: only what stands outside the first and last known snippet.
                known = [
                    at
                    for at, line in enumerate(lines)
                    if any(part and part in line for part in row["present"])
                ]
                if not known:
                    continue
                good = [known[0] <= at <= known[-1] for at in range(len(lines))]
            for line, is_good in zip(lines, good, strict=True):
                if not is_good and 0 < len(line.split()) <= SHORT:
                    tally.add(str(context.hint), line, gone=left[line] == 0)
    return tally


def clean(data: Path) -> Tally:
    """Here ``gone`` is the harm."""
    tally = Tally()
    for row in rows(data / "language/sentences.jsonl.gz"):
        matcher = matcher_for(row["language"])
        for line in row["sentences"]:
            hits = matcher.line(line.strip()) or matcher.inner(line.strip(), top=True)
            tally.add(row["language"], line, gone=bool(hits))
            if hits:
                print("   ", row["language"], hits[0].rule.name, line.strip())
    return tally


def examples() -> None:
    """Print what the packs hold, and the rule with the fewest examples of each."""
    sums: Counter[str] = Counter()
    for language in ("neutral", *languages()):
        rules = load_pack(language).rules
        sums["packs"] += 1
        sums["rules"] += len(rules)
        sums["patterns"] += sum(len(rule.patterns) for rule in rules)
        sums["lines that must go"] += sum(len(rule.changes) for rule in rules)
        sums["near misses"] += sum(len(rule.keeps) for rule in rules)
        least = min(rules, key=lambda rule: min(len(rule.changes), len(rule.keeps)))
        print(
            f"  {language}: {len(rules)} rules, fewest examples "
            f"{len(least.changes)}/{len(least.keeps)} ({least.name})"
        )
    print("  all:", ", ".join(f"{count} {name}" for name, count in sums.items()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sample", type=int, default=60, help="pages of each set")
    parser.add_argument("--only", default="phrases,labels,dumps,clean,examples")
    parser.add_argument("--top", type=int, default=40)
    parser.add_argument("--show", action="store_true", help="print the most frequent misses")
    chosen = parser.parse_args()
    parts = chosen.only.split(",")
    if "phrases" in parts:
        phrases(chosen.data).report("Phrases named by a rule", chosen.top, show=chosen.show)
        unlabelled(chosen.data).report(
            "Labels of banners in any language named by a rule", chosen.top, show=chosen.show
        )
    if "labels" in parts:
        labels(chosen.data).report("Short labelled noise removed", chosen.top, show=chosen.show)
    if "dumps" in parts:
        dumps(chosen.data, chosen.sample).report(
            "Short lines outside the article removed", chosen.top, show=chosen.show
        )
    if "examples" in parts:
        print("\nExamples")
        examples()
    if "clean" in parts:
        clean(chosen.data).report("Clean sentences touched (harm)", 0, show=False)


if __name__ == "__main__":
    main()

"""Main content of HTML pages, beside other extractors, in one run.

    python tests/bench/main_content.py --data DIR [--sample N] [--sets articles,web-2006] [--tools "archivetk fast;readability"]

``DIR/html`` holds gzipped JSON Lines with ``html`` and ``gold``, or ``present`` and ``absent``.
The measure is that of the article extraction benchmark: shingles of four words as multisets,
precision and recall of each page, their means over pages, F1 of the means; ``exact`` is the share
of pages without any wrong shingle.  For sets with snippets: the share of the ``present`` ones that
are there, and of the ``absent`` ones that are not.  ``traced`` is the share of the characters of the
text that lead back to source bytes.  Times are means of one process; compare them within a run.

With ``--languages zh,ar,...`` the pages that say they are English are measured as they are and then
rewritten into each of these languages (``other_languages.py``); shingles of scripts that set no space
between words are of characters.
"""

from __future__ import annotations

import argparse
import gzip
import json
import logging
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import fmean

from other_languages import languages

from archivetk.document import Cleaned, Source
from archivetk.pipeline import CORRIDOR, clean_source
from archivetk.settings import load_profile

WORD = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u9fff]|\w+")
ENGLISH = re.compile(r"<html[^>]*\blang\s*=\s*[\"']?en", re.IGNORECASE)
SETS = ("articles", "articles-more", "mixed-pages", "web-2006", "news-de-en")
OURS = ("fast", "vote", "trafilatura", "trafilatura-fast", "trafilatura-precision")
READING = tuple(step for step in CORRIDOR if step.name in {"decode", "markup", "extract"})


def shingles(text: str) -> Counter[tuple[str, ...]]:
    words = WORD.findall(text)
    return (
        Counter(tuple(words[i : i + 4]) for i in range(max(1, len(words) - 3)))
        if words
        else Counter()
    )


def ours(extractor: str, whole: bool) -> Callable[[str], tuple[str, float]]:
    settings = load_profile("article").changed(extractor=extractor, media_type="text/html")

    def run(html: str) -> tuple[str, float]:
        source = Source("page", "page", html.encode("utf-8", "surrogatepass"))
        result = clean_source(source, settings, CORRIDOR if whole else READING)
        if not isinstance(result, Cleaned):
            return "", 1.0
        document = result.document
        lost = sum(
            len(one.new) for one in document.patch.edits if one.start == one.end and one.new.strip()
        )
        return document.text, 1 - lost / (len(document.text) or 1)

    return run


def theirs(name: str) -> Callable[[str], tuple[str, float]]:
    if name == "resiliparse":
        from resiliparse.extract.html2text import extract_plain_text

        return lambda html: (
            extract_plain_text(html, main_content=True, alt_texts=False, form_fields=False),
            0.0,
        )
    if name == "readability":
        from lxml.html import fromstring
        from readability import Document

        return lambda html: ("\n".join(fromstring(Document(html).summary()).itertext()), 0.0)
    from trafilatura import extract

    options = {"fast": name == "fast", "favor_precision": name == "precision"}
    return lambda html: (extract(html, include_comments=False, **options) or "", 0.0)


def measure(rows: list[dict], run: Callable[[str], tuple[str, float]]) -> dict[str, float]:
    precisions, recalls, traced, exact = [], [], [], 0
    start = time.perf_counter()
    seconds = 0.0
    for row in rows:
        start = time.perf_counter()
        try:
            text, share = run(row["html"])
        except Exception:
            text, share = "", 1.0
        seconds += time.perf_counter() - start
        traced.append((share, len(text)))
        if "gold" in row:
            gold, found = shingles(row["gold"]), shingles(text)
            right = sum((gold & found).values())
            wrong, missed = sum(found.values()) - right, sum(gold.values()) - right
            exact += not wrong and not missed
            if right + wrong or not missed:
                precisions.append(right / (right + wrong) if right + wrong else 1.0)
            recalls.append(right / (right + missed) if right + missed else float(not wrong))
        else:
            flat = "".join(text.split())
            for name, scores, wanted in (("present", recalls, 1), ("absent", precisions, 0)):
                for one in row[name]:
                    scores.append(float(("".join(one.split()) in flat) == bool(wanted)))
    p, r = fmean(precisions or [0]), fmean(recalls or [0])
    size = sum(length for _, length in traced) or 1
    return {
        "F1": 2 * p * r / (p + r) if p + r else 0.0,
        "precision": p,
        "recall": r,
        "exact": exact / len(rows),
        "traced": sum(share * length for share, length in traced) / size,
        "ms": seconds / len(rows) * 1000,
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--tools", default="")
    parser.add_argument("--languages", default="")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    tools: dict[str, Callable[[str], tuple[str, float]]] = {
        **{f"archivetk {name}": ours(name, whole=False) for name in OURS},
        "archivetk fast, whole": ours("fast", whole=True),
        **{f"trafilatura {name}": theirs(name) for name in ("default", "fast", "precision")},
    }
    for name in ("readability", "resiliparse"):
        try:
            tools[name] = theirs(name)
        except ImportError:
            print(f"{name} is not installed", file=sys.stderr)
    if options.tools:
        tools = {name: run for name, run in tools.items() if name in options.tools.split(";")}
    for name in options.sets.split(","):
        path = options.data / "html" / f"{name}.jsonl.gz"
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        codes = [code for code in options.languages.split(",") if code]
        if codes:
            rows = [row for row in rows if row.get("gold") and ENGLISH.search(row["html"])]
        if options.sample and len(rows) > options.sample:
            rows = random.Random(1).sample(rows, options.sample)
        print(f"\n{name}: {len(rows)} pages")
        table(tools, rows)
        for language in languages(options.data, codes) if codes else ():
            print(f"as if in {language.code}")
            table(
                tools,
                [
                    {"html": language.page(row["html"]), "gold": language.text(row["gold"])}
                    for row in rows
                ],
            )


def table(tools: dict[str, Callable[[str], tuple[str, float]]], rows: list[dict]) -> None:
    """Measure each tool on the same pages."""
    print(f"{'':26}{'F1':>8}{'prec.':>8}{'recall':>8}{'exact':>8}{'traced':>8}{'ms':>9}")
    for tool, run in tools.items():
        one = measure(rows, run)
        print(
            f"{tool:26}{one['F1']:8.4f}{one['precision']:8.4f}{one['recall']:8.4f}"
            f"{one['exact']:8.3f}{one['traced']:8.4f}{one['ms']:9.2f}",
            flush=True,
        )


if __name__ == "__main__":
    main()

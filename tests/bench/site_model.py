"""What a site model removes, beside the rules alone, and what it harms.

    python tests/bench/site_model.py --data DIR [--show N] [--only harm,gain,made,memory]

``harm``    scraped texts: words that only the model removes, in a million, and which lines they are;
            texts without an address count as one site, the others by theirs
``gain``    visible blocks of pages with gold, pages of one site together: precision, recall, F1 of
            4-gram shingles with rules alone and with the model
``made``    made sites, whose furniture no rule can know, on pages that were not learned from:
            precision, recall, F1, shares of the characters of furniture that go and of text that
            are lost, with rules alone and with the model, by pages learned from; and the same
            pages without their furniture, as an extractor leaves them
``memory``  a generated site of ``--pages`` pages: seconds, and the peak of memory
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import random
import re
import resource
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import boilerplate
from made_sites import MadeSite

from archivetk.corpus import Counts, freeze, load_counts, save_counts
from archivetk.corpus.facts import text_facts
from archivetk.document import Decoding, Source
from archivetk.patch import Patch
from archivetk.settings import Settings, load_profile
from archivetk.sitemodel import site_of
from archivetk.steps import Context, detect
from archivetk.steps.strip import strip

_CANONICAL = re.compile(
    r"(?:rel=[\"']?canonical[\"']?[^>]*href|property=[\"']og:url[\"'] content)=[\"']?(https?://[^\"' >]+)"
)
ARTICLE = load_profile("article")


def rows(path: Path) -> list[dict]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def learned(pages: Iterable[tuple[str, str | None]]) -> str:
    with Counts() as counts:
        for text, url in pages:
            counts.add(text_facts(text, site_of(url, "")))
        return freeze(counts).to_json()


def stripped(text: str, url: str | None, settings: Settings) -> tuple[str, list[str], list[str]]:
    """The text, the lines that the model took, the flags."""
    context = Context(Source("x", "x", b"", url=url), settings, Decoding("utf-8", "given"))
    list(detect.hint(text, context))
    edits = strip(text, context)
    taken = [
        f"{text[one.start : one.end].strip()[:110]}   [{one.why[0].detail}]"
        for one in edits
        if one.why[0].rule == "strip.site-model"
    ]
    titles = [str(one.value) for one in context.found if one.name == "title"]
    clean = Patch.of(text, edits).apply(text)
    return "\n".join([*titles, clean]), taken, context.flags


def harm(data: Path, show: int) -> None:
    print(f"{'set':24} {'texts':>6} {'sites':>6} {'lines':>6} {'words/M':>8} {'brakes':>6}")
    for name in (
        "scraped-news-en", "scraped-news-es", "scraped-news-pt", "scraped-news-africa",
        "scraped-blogs-en", "agency-news-de",
    ):  # fmt: skip
        pages = [(row["text"], row.get("url")) for row in rows(data / f"text/{name}.jsonl.gz")]
        settings = ARTICLE.changed(site_model=learned(pages))
        total = gone = brakes = 0
        lines: Counter[str] = Counter()
        for text, url in pages:
            total += len(text.split())
            _, taken, flags = stripped(text, url, settings)
            gone += sum(len(one.rsplit("   [", 1)[0].split()) for one in taken)
            brakes += "brake" in flags
            lines.update(taken)
        sites = len({site_of(url, "") for _, url in pages})
        print(
            f"{name:24} {len(pages):6} {sites:6} {sum(lines.values()):6} "
            f"{gone / total * 1e6:8.0f} {brakes:6}"
        )
        for line, count in lines.most_common(show):
            print(f"      {count:5} {line}")


def gain(data: Path, show: int) -> None:
    pages = defaultdict(list)
    for name in ("mixed-pages", "articles", "articles-more"):
        for row in rows(data / f"html/{name}.jsonl.gz"):
            if "url" not in row:
                found = _CANONICAL.search(row["html"])
                row["url"] = found[1] if found else None
            site = site_of(row.get("url"), "")
            if site and row.get("gold"):
                pages[name.split("-")[0], site].append(row)
    for kind in ("mixed", "articles"):
        _gain(kind, [one for key, one in pages.items() if key[0] == kind and len(one) >= 3], show)


def _gain(kind: str, sets: list[list[dict]], show: int) -> None:
    sums = {"rules": [0.0] * 3, "rules and model": [0.0] * 3}
    count = 0
    seen: Counter[str] = Counter()
    for group in sets:
        texts = [("\n".join(boilerplate.dump(row["html"])), row["url"]) for row in group]
        settings = {"rules": ARTICLE, "rules and model": ARTICLE.changed(site_model=learned(texts))}
        for (text, url), row in zip(texts, group, strict=True):
            gold = boilerplate.shingles(boilerplate.words(row["gold"]))
            count += 1
            for name, one in settings.items():
                clean, taken, _ = stripped(text, url, one)
                seen.update(taken)
                result = boilerplate.score(clean, gold)
                sums[name] = [was + now for was, now in zip(sums[name], result, strict=True)]
    print(f"{kind}: {count} pages of {len(sets)} sites: precision, recall, F1")
    for name, values in sums.items():
        print(f"  {name:18} " + " ".join(f"{value / count:.3f}" for value in values))
    lines = list(seen)
    random.Random(0).shuffle(lines)
    for line in lines[:show]:
        print(f"      {line}")


def made(seeds: int, unseen: int = 12) -> None:
    """Made sites, page by page; every line is known to be text or furniture."""
    print(f"{seeds} made sites, {unseen} pages of each that were not learned from:")
    print(f"{'learned from':>16} {'':16} precision recall   F1   furniture gone   text lost")
    for clean in (False, True):
        for pages in (3, 5, 10, 30, 100, 400, 1000):
            rows = {"rules": [0.0] * 5, "rules and model": [0.0] * 5}
            for seed in range(seeds):
                _made(MadeSite(seed, pages + unseen), seed, pages, rows, clean=clean)
            for name, values in rows.items():
                one = [value / (seeds * unseen) for value in values]
                print(
                    f"{pages:6}{' without' if clean else ' with':>10} {name:16} "
                    f"{one[0]:8.3f} {one[1]:7.3f} {one[2]:6.3f} {one[3]:12.3f} {one[4]:13.4f}"
                )


def _made(
    site: MadeSite, seed: int, pages: int, rows: dict[str, list[float]], *, clean: bool
) -> None:
    numbers = list(range(site.pages))
    random.Random(seed).shuffle(numbers)
    lines = [[one for one in site.page(n) if one.good or not clean] for n in numbers]
    texts = ["\n".join(one.text for one in page) for page in lines]
    url = f"https://{SITE}/a"
    settings = {"rules": ARTICLE}
    settings["rules and model"] = ARTICLE.changed(
        site_model=learned((text, url) for text in texts[:pages])
    )
    for page, text in list(zip(lines, texts, strict=True))[pages:]:
        gold = boilerplate.shingles(
            boilerplate.words("\n".join(one.text for one in page if one.good))
        )
        for name, one in settings.items():
            left, _, _ = stripped(text, url, one)
            kept = set(left.split("\n"))
            sizes = Counter[tuple[bool, bool]]()
            for line in page:
                sizes[line.good, line.text in kept] += len(line.text)
            found = [
                *boilerplate.score(left, gold),
                sizes[False, False] / max(1, sizes[False, False] + sizes[False, True]),
                sizes[True, False] / (sizes[True, False] + sizes[True, True]),
            ]
            rows[name] = [was + now for was, now in zip(rows[name], found, strict=True)]


SITE = "example.org"


def _count(numbers: Iterable[int], pages: int, counts: Counts) -> None:
    site = MadeSite(7, pages)
    for number in numbers:
        counts.add(text_facts("\n".join(line.text for line in site.page(number)), SITE))


def _run(pages: int, way: str) -> tuple[str, str]:
    """Count one made site in one of several ways: the model's digest, and what it took."""
    start = time.process_time()
    numbers = list(range(pages))
    random.Random(way).shuffle(numbers)
    if way == "in order":
        numbers.sort()
    with Counts() as counts, tempfile.TemporaryDirectory() as folder:
        if way == "shuffled, in two halves, merged":
            _count(numbers[: pages // 2], pages, counts)
            with Counts() as other:
                _count(numbers[pages // 2 :], pages, other)
                counts.merge(other)
        elif way == "shuffled, with a file between":
            path = Path(folder) / "counts.zip"
            with Counts() as before:
                _count(numbers[: pages // 3], pages, before)
                save_counts(before, path)
            load_counts(counts, path)
            _count(numbers[pages // 3 :], pages, counts)
        else:
            _count(numbers, pages, counts)
        counted = time.process_time() - start
        model = freeze(counts)
    frozen = time.process_time() - start - counted
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    site = model.sites[SITE]
    return hashlib.sha256(model.to_json().encode()).hexdigest()[:16], (
        f"{counted:.0f} CPU s to make and count, {frozen:.0f} s to freeze, {len(site.lines)} lines, "
        f"{len(site.shingles)} shingles, peak {peak:.0f} MiB"
    )


def memory(pages: int, ways: int) -> None:
    """One made site of many pages, each way in a process of its own."""
    names = (
        "in order",
        "shuffled, in two halves, merged",
        "shuffled, with a file between",
    )[:ways]
    print(f"{pages} pages of one site")
    digests = set()
    for way in names:
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            digest, told = pool.submit(_run, pages, way).result()
        digests.add(digest)
        print(f"  {way:32} {told}; model {digest}", flush=True)
    if len(digests) > 1:
        raise SystemExit("the models differ")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--only", default="harm,gain,made")
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("--pages", type=int, default=100_000)
    parser.add_argument("--sites", type=int, default=6, help="made sites")
    parser.add_argument("--ways", type=int, default=3, help="orders in which pages are counted")
    options = parser.parse_args()
    wanted = options.only.split(",")
    if "harm" in wanted:
        harm(options.data, options.show)
    if "gain" in wanted:
        gain(options.data, options.show)
    if "made" in wanted:
        made(options.sites)
    if "memory" in wanted:
        memory(options.pages, options.ways)


if __name__ == "__main__":
    main()

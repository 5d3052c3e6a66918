"""How well boilerplate goes out of plain text, and what it costs clean text.

    python tests/bench/boilerplate.py --data DIR [--sample N] [--only dumps,labels,harm,speed,weights]

``dumps``   visible blocks of pages, one a line, against the gold text: precision, recall, F1 of
            4-gram shingles (mean over pages), and the share of the article's lines that stay
``forms``   the same pages dumped otherwise: with a blank line between blocks, with breaks at
            paragraphs and headings alone, all on one line, all glued
``labels``  scraped texts whose lines people labelled: noise removed, good characters lost
``harm``    clean texts: words lost in a million
``weights`` the labelled lines again, with each weight of the vote on short lines a point off
``speed``   MB/s of the step, beside one pass of str.split over the same text

Beside it in the same run: all kept, C4's line rule, jusText's thresholds on bare lines.
A title that goes to the metadata counts as kept.
"""

from __future__ import annotations

import argparse
import gzip
import html as html_module
import json
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

from archivetk.document import Decoding, Source
from archivetk.patch import Patch
from archivetk.settings import load_profile
from archivetk.steps import Context, detect
from archivetk.steps.strip import strip, vote

SETTINGS = load_profile("article")
_TAG = re.compile(
    r"<!--.*?-->|<(script|style|noscript|template|head|svg|select|iframe)\b.*?</\1\s*>|<(/?)([a-zA-Z][a-zA-Z0-9]*)[^>]*>|<![^>]*>",
    re.DOTALL | re.IGNORECASE,
)
_BLOCK = {
    "p",
    "div",
    "br",
    "li",
    "ul",
    "ol",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "tr",
    "td",
    "th",
    "table",
    "article",
    "section",
    "header",
    "footer",
    "nav",
    "aside",
    "main",
    "figure",
    "figcaption",
    "form",
    "blockquote",
    "pre",
    "dl",
    "dt",
    "dd",
    "hr",
    "button",
    "option",
    "label",
    "address",
    "title",
    "tbody",
    "thead",
    "fieldset",
    "legend",
    "details",
    "summary",
    "body",
    "html",
    "center",
    "text",
}


def rows(path: Path) -> list[dict]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def dump(page: str) -> list[str]:
    """The visible blocks of a page, one a line: what a naive scraper leaves."""

    def one(found: re.Match[str]) -> str:
        name = (found[3] or "").lower()
        return "\n" if name in _BLOCK else ("" if name else " ")

    text = html_module.unescape(_TAG.sub(one, re.sub(r"\s+", " ", page)))
    return [line for line in (" ".join(part.split()) for part in text.split("\n")) if line]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def shingles(tokens: list[str]) -> Counter:
    if len(tokens) < 4:
        return Counter([tuple(tokens)]) if tokens else Counter()
    return Counter(zip(tokens, tokens[1:], tokens[2:], tokens[3:], strict=False))


def score(text: str, gold: Counter) -> tuple[float, float, float]:
    mine = shingles(words(text))
    shared = sum((mine & gold).values())
    precision = shared / max(1, sum(mine.values()))
    recall = shared / max(1, sum(gold.values()))
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def context_of(text: str, language: str | None = None, title: str | None = None) -> Context:
    given = {"title": title} if title else {}
    source = Source("bench", "bench", b"", given=given)
    context = Context(source, SETTINGS, Decoding("utf-8", "bench"))
    if language:
        context.hint = language
    else:
        list(detect.hint(text, context) or ())
    return context


def ours(text: str, language: str | None = None) -> str:
    context = context_of(text, language)
    edits = list(strip(text, context))
    result = Patch.of(text, edits).apply(text)
    title = context.known.get("title")
    return f"{title}\n{result}" if title and any(e.rule == "strip.title" for e in edits) else result


def keep_all(text: str, language: str | None = None) -> str:
    return text


_BAD = re.compile(
    r"javascript|lorem ipsum|terms of use|privacy policy|cookie policy|uses cookies|use of cookies|use cookies",
    re.IGNORECASE,
)


def c4(text: str, language: str | None = None) -> str:
    return "\n".join(
        line
        for line in text.split("\n")
        if line.rstrip().endswith((".", "!", "?", '"', "”"))
        and len(line.split()) >= 3
        and not _BAD.search(line)
    )


_STOP: dict[str, frozenset[str]] = {}


def justext_lines(text: str, language: str | None = None) -> str:
    import justext
    from justext.core import ParagraphMaker  # noqa: F401

    names = {
        "en": "English",
        "de": "German",
        "es": "Spanish",
        "sv": "Swedish",
        "fi": "Finnish",
        "fr": "French",
        "it": "Italian",
        "pt": "Portuguese",
        "nl": "Dutch",
        "ru": "Russian",
    }
    name = names.get(language or "en", "English")
    if name not in _STOP:
        _STOP[name] = justext.get_stoplist(name)
    page = "".join(f"<p>{html_module.escape(line)}</p>" for line in text.split("\n"))
    if not page:
        return ""
    paragraphs = justext.justext(f"<html><body>{page}</body></html>", _STOP[name])
    return "\n".join(one.text for one in paragraphs if not one.is_boilerplate)


METHODS: dict[str, Callable[..., str]] = {
    "archivetk": ours,
    "keep all": keep_all,
    "C4 lines": c4,
    "jusText": justext_lines,
}


def article_lines(lines: list[str], gold: str) -> list[bool]:
    """For each line, whether the gold text holds it."""
    key = " " + " ".join(words(gold)) + " "
    return [bool(words(line)) and f" {' '.join(words(line))} " in key for line in lines]


def bench_dumps(data: Path, sample: int, methods: dict[str, Callable[..., str]]) -> None:
    print(
        "\nDumps of pages: precision, recall, F1 of 4-gram shingles; article lines kept; noise lines removed"
    )
    for name in ("articles", "articles-more", "mixed-pages", "web-2006"):
        pages = [
            row for row in rows(data / f"html/{name}.jsonl.gz") if len(row.get("gold") or "") >= 600
        ]
        if name == "mixed-pages":
            pages = [row for row in pages if row.get("page_type") in {"article", None}]
        random.Random(7).shuffle(pages)
        pages = pages[:sample]
        totals = {method: [0.0] * 6 for method in methods}
        for row in pages:
            lines = dump(row["html"])
            text = "\n".join(lines)
            gold = shingles(words(row["gold"]))
            good = article_lines(lines, row["gold"])
            for method, function in methods.items():
                left = function(text)
                for i, value in enumerate(score(left, gold)):
                    totals[method][i] += value
                kept = Counter(" ".join(words(line)) for line in left.split("\n"))
                for line, is_good in zip(lines, good, strict=True):
                    if is_good and len(words(line)) >= 8:
                        totals[method][3] += 1
                        totals[method][4] += kept[" ".join(words(line))] > 0
        for method, t in totals.items():
            n = max(1, len(pages))
            print(
                f"  {name:14} {method:10} {t[0] / n:.3f} {t[1] / n:.3f} {t[2] / n:.3f}   lines kept {t[4] / max(1, t[3]):.4f}  ({n} pages)"
            )


FORMS: dict[str, Callable[[list[str]], str]] = {
    "one a line": "\n".join,
    "blank lines": "\n\n".join,
    "one line": " ".join,
    "glued": "".join,
}


def few_breaks(page: str) -> str:
    """The visible text of a page with breaks at paragraphs and headings alone."""
    kept = {"p", "h1", "h2", "h3", "h4", "br", "title"}

    def one(found: re.Match[str]) -> str:
        return "\n" if (found[3] or "").lower() in kept else " "

    text = html_module.unescape(_TAG.sub(one, re.sub(r"\s+", " ", page)))
    return "\n".join(line for part in text.split("\n") if (line := " ".join(part.split())))


def bench_forms(data: Path, sample: int, methods: dict[str, Callable[..., str]]) -> None:
    print("\nDumps in other forms: F1 of 4-gram shingles, mean over pages of two sets")
    for name in ("articles", "articles-more"):
        pages = [
            row for row in rows(data / f"html/{name}.jsonl.gz") if len(row.get("gold") or "") >= 600
        ]
        random.Random(7).shuffle(pages)
        pages = pages[:sample]
        for form in [*FORMS, "few breaks"]:
            totals = dict.fromkeys(methods, 0.0)
            for row in pages:
                blocks = dump(row["html"])
                text = FORMS[form](blocks) if form in FORMS else few_breaks(row["html"])
                # Glued words are glued in the gold too: letters are compared, not words.
                spaced = form != "glued"
                gold = shingles(words(row["gold"]) if spaced else letters(row["gold"]))
                for method, function in methods.items():
                    left = function(text)
                    mine = shingles(words(left) if spaced else letters(left))
                    shared = sum((mine & gold).values())
                    totals[method] += 2 * shared / max(1, mine.total() + gold.total())
            cells = "   ".join(
                f"{method} {total / max(1, len(pages)):.3f}" for method, total in totals.items()
            )
            print(f"  {name:14} {form:12} {cells}")


def letters(text: str) -> list[str]:
    """Runs of three letters, for texts whose words are glued."""
    bare = "".join(words(text))
    return [bare[at : at + 3] for at in range(len(bare) - 2)]


def bench_labels(data: Path, sample: int, methods: dict[str, Callable[..., str]]) -> None:
    print("\nLabelled lines: noise lines, noise characters removed; good lines, characters lost")
    texts = rows(data / "text/line-labels.jsonl.gz")
    table: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0] * 8))
    for row in texts:
        lines = [line.strip() for line in row["lines"]]
        text = "\n".join(lines)
        for method, function in methods.items():
            left = Counter(line.strip() for line in function(text, row["language"]).split("\n"))
            left_all = " ".join(left)
            for line, keep in zip(lines, row["keep"], strict=True):
                if not line:
                    continue
                stays = left[line] > 0 or (len(line) > 60 and line[:-30][10:] in left_all)
                for group in (row["language"], "all"):
                    cell = table[method][group]
                    at = 0 if keep else 4
                    cell[at] += 1
                    cell[at + 1] += len(line)
                    cell[at + 2] += not stays
                    cell[at + 3] += 0 if stays else len(line)
    for method, groups in table.items():
        for group, cell in sorted(groups.items()):
            good, good_chars, lost, lost_chars, noise, noise_chars, gone, gone_chars = cell
            print(
                f"  {method:10} {group:4} noise lines {gone / max(1, noise):.3f}  characters "
                f"{gone_chars / max(1, noise_chars):.3f}   good lines {lost / max(1, good):.4f}  "
                f"characters {lost_chars / max(1, good_chars):.4f}"
            )


#: Weights of the vote on short lines.
WEIGHTS = [
    "_ENOUGH",
    "_KINDS",
    "_LONELY",
    "_SERIES",
    "_LISTING",
    "_VERSE",
    "_BULLET",
    "_LIST",
    "_ABOVE",
    "_RECURRENT",
    "_LETTERLESS",
    "_LINK",
    "_ROW",
    "_HEADING",
    "_BEFORE",
    "_BEHIND",
]


def bench_weights(data: Path) -> None:
    print("\nEach weight of the vote a point off: noise lines removed, good characters lost")
    texts = rows(data / "text/line-labels.jsonl.gz")

    def measure() -> str:
        noise = gone = good = lost = 0
        for row in texts:
            lines = [line.strip() for line in row["lines"]]
            left = Counter(
                line.strip() for line in ours("\n".join(lines), row["language"]).split("\n")
            )
            for line, keep in zip(lines, row["keep"], strict=True):
                stays = left[line] > 0
                if line and not keep:
                    noise += 1
                    gone += not stays
                elif line:
                    good += len(line)
                    lost += 0 if stays else len(line)
        return f"{gone / noise:.3f} {lost / good:.4f}"

    print(f"  {'as it is':14} {measure()}")
    for name in WEIGHTS:
        weight = getattr(vote, name)
        cells = []
        for change in (-1, 1):
            setattr(vote, name, weight + change)
            cells.append(f"{weight + change:2}: {measure()}")
        setattr(vote, name, weight)
        print(f"  {name.strip('_').lower():14} " + "   ".join(cells))


def clean_texts(data: Path, sample: int) -> dict[str, list[tuple[str, str]]]:
    texts: dict[str, list[tuple[str, str]]] = defaultdict(list)
    chance = random.Random(3)
    for row in rows(data / "language/sentences.jsonl.gz"):
        sentences = row["sentences"]
        for at in range(0, len(sentences), 20):
            part = sentences[at : at + 20]
            texts["sentences, one a line"].append(("\n".join(part), row["language"]))
            texts["sentences, paragraphs"].append(
                (
                    "\n\n".join(" ".join(part[i : i + 4]) for i in range(0, len(part), 4)),
                    row["language"],
                )
            )
    for row in rows(data / "sentences/treebanks.jsonl.gz"):
        sentences = row["sentences"]
        for at in range(0, min(len(sentences), 1200), 30):
            part = sentences[at : at + 30]
            texts["treebanks, paragraphs"].append(
                ("\n\n".join(" ".join(part[i : i + 5]) for i in range(0, len(part), 5)), "")
            )
    for row in rows(data / "text/agency-news-de.jsonl.gz")[:1000]:
        texts["agency news"].append((row["text"], "de"))
    for name, language in (
        ("news-en", "en"),
        ("news-es", "es"),
        ("news-pt", "pt"),
        ("blogs-en", "en"),
        ("news-africa", ""),
    ):
        for row in rows(data / f"text/scraped-{name}.jsonl.gz")[:700]:
            # long sentences with quotes or figures that end as sentences: surely prose
            lines = [
                line
                for line in row["text"].split("\n")
                if len(line.split()) >= 25 and line.rstrip().endswith((".", "”", '"', "?", "።"))
            ]
            if len(lines) >= 3:
                texts[f"scraped {name}"].append(("\n\n".join(lines), language))
    return {
        name: chance.sample(found, min(len(found), sample * 8)) for name, found in texts.items()
    }


def bench_harm(
    data: Path, sample: int, methods: dict[str, Callable[..., str]], *, show: bool
) -> None:
    print("\nClean texts: words lost in a million")
    for name, texts in clean_texts(data, sample).items():
        cells = []
        for method, function in methods.items():
            total = lost = 0
            for text, language in texts:
                if method == "jusText" and total > 60_000:
                    break
                left = function(text, language or None)
                total += len(text.split())
                gone = len(text.split()) - len(left.split())
                lost += gone
                if show and gone and method == "archivetk":
                    kept = set(left.split("\n"))
                    print(
                        "     ",
                        language,
                        [line[:300] for line in text.split("\n") if line not in kept][:3],
                    )
            cells.append(f"{method} {1e6 * lost / max(1, total):,.0f}")
        print(f"  {name:24} {total:9,} words   " + "   ".join(cells))


def bench_speed(data: Path, sample: int) -> None:
    print("\nSpeed of the step, MB/s (UTF-8), language given: first time, best of two more")
    news = [row["text"] for row in rows(data / "text/scraped-news-en.jsonl.gz")[:1500]]
    news_de = [row["text"] for row in rows(data / "text/agency-news-de.jsonl.gz")]
    dumps = ["\n".join(dump(row["html"])) for row in rows(data / "html/articles.jsonl.gz")[:60]]
    long_line = " ".join(" ".join(news * 2).split("\n"))[:5_000_000]
    short_lines = [f"Line {i} of the list" for i in range(1_000_000)]
    sets = {
        "news, en": (news, "en"),
        "news, de": (news_de, "de"),
        "dumps": (dumps, "en"),
        "one line of 5 MB": ([long_line], "en"),
        "one line of 50 MB": ([long_line * 10], "en"),
        "50,000 short lines": (["\n".join(short_lines[:50_000])], "en"),
        "a million short lines": (["\n".join(short_lines)], "en"),
    }
    for name, (texts, language) in sets.items():
        size = sum(len(text.encode()) for text in texts) / 1e6
        spent = []
        for _ in range(3):  # the first time patterns are compiled, and automata grow
            begin = time.process_time()
            for text in texts:
                strip(text, context_of("", language))
            spent.append(time.process_time() - begin)
        first, best = size / spent[0], size / min(spent[1:])
        print(f"  {name:22} {size:7.1f} MB   {first:8.1f} {best:8.1f} MB/s")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sample", type=int, default=60, help="pages of each set")
    parser.add_argument("--only", default="dumps,forms,labels,harm,speed")
    parser.add_argument("--ours", action="store_true", help="leave the baselines out")
    parser.add_argument("--show", action="store_true", help="print what clean texts lose")
    chosen = parser.parse_args()
    methods = {"archivetk": ours} if chosen.ours else METHODS
    parts = chosen.only.split(",")
    if "dumps" in parts:
        bench_dumps(chosen.data, chosen.sample, methods)
    if "forms" in parts:
        bench_forms(chosen.data, chosen.sample, methods)
    if "labels" in parts:
        bench_labels(chosen.data, chosen.sample, methods)
    if "harm" in parts:
        bench_harm(chosen.data, chosen.sample, methods, show=chosen.show)
    if "weights" in parts:
        bench_weights(chosen.data)
    if "speed" in parts:
        bench_speed(chosen.data, chosen.sample)


if __name__ == "__main__":
    main()

"""What cleaning does to texts that other extractors wrote.

    python tests/bench/other_extractors.py write --data DIR --cache CACHE [--sets articles=116,...]
    python tests/bench/other_extractors.py measure --data DIR --cache CACHE [--tools REGEX] [--show N]

``write`` runs every tool that is installed where it is started, over pages with a gold text, and
leaves ``CACHE/<set>.<tool>.jsonl`` (one object a page: ``id``, ``text``); what is there already is
not made again.  The tools need an environment of their own, archivetk is not needed for it; a file
that another program wrote in this form (a tool in another language) counts like the others.

``measure`` cleans each of these texts as the command line would and compares with the gold text
before and after: F1 of 4-gram shingles of words, for each page, mean over pages.  A title that
went to the metadata is counted in front of the text, as the text format prints it (``F1``), and
left out (``body``).  ``better`` and ``worse`` count pages by F1 with the title; ``--show`` prints
what the worst pages of each tool lost, by rule.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

SETS = "articles=116,articles-more=60,web-2006=60,mixed-pages=60"
#: A page with less gold text than this measures chance.
MIN_GOLD = 600
#: A tool gets this many seconds for a page.
SECONDS = 30

Tool = Callable[[str], "str | None"]


def pages(data: Path, name: str, sample: int) -> list[dict[str, Any]]:
    """The pages of a set that have a gold text, the same ones on every machine."""
    with gzip.open(data / f"html/{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    rows = [
        row
        for row in rows
        if len(row.get("gold") or "") >= MIN_GOLD
        and "lorem ipsum" not in row["gold"][:3000].lower()
        and row.get("page_type") in {"article", None}
    ]
    random.Random(5).shuffle(rows)
    return rows[:sample]


# --------------------------------------------------------------------------------------- the tools


def _trafilatura() -> Iterator[tuple[str, Tool]]:
    from trafilatura import baseline, extract, html2txt

    options: dict[str, dict[str, Any]] = {
        "trafilatura": {},
        "trafilatura precision": {"favor_precision": True},
        "trafilatura recall": {"favor_recall": True},
        "trafilatura fast": {"fast": True},
        "trafilatura no comments": {"include_comments": False, "include_tables": False},
        "trafilatura formatting": {"include_formatting": True},
        "trafilatura links": {"include_links": True, "include_formatting": True},
        "trafilatura markdown": {"output_format": "markdown"},
        "trafilatura meta": {"with_metadata": True, "output_format": "markdown"},
    }
    for name, option in options.items():
        yield name, lambda page, option=option: extract(page, **option)
    yield "trafilatura baseline", lambda page: baseline(page)[1]
    yield "trafilatura html2txt", html2txt


def _readability() -> Iterator[tuple[str, Tool]]:
    import lxml.html
    from readability import Document

    def summary(page: str) -> Any:
        return lxml.html.fromstring(Document(page).summary())

    yield "readability text_content", lambda page: summary(page).text_content()
    yield (
        "readability text nodes",
        lambda page: "\n".join(
            one.strip() for one in summary(page).xpath("//text()") if one.strip()
        ),
    )
    import html_text

    yield "readability html_text", lambda page: html_text.extract_text(Document(page).summary())


def _justext() -> Iterator[tuple[str, Tool]]:
    import justext

    stop = justext.get_stoplist("English")
    yield (
        "justext",
        lambda page: "\n".join(
            one.text for one in justext.justext(page, stop) if not one.is_boilerplate
        ),
    )


def _boilerpy() -> Iterator[tuple[str, Tool]]:
    from boilerpy3 import extractors

    for name in (
        "ArticleExtractor",
        "ArticleSentencesExtractor",
        "DefaultExtractor",
        "LargestContentExtractor",
        "CanolaExtractor",
        "KeepEverythingExtractor",
        "NumWordsRulesExtractor",
    ):
        yield (
            f"boilerpy3 {name.removesuffix('Extractor')}",
            lambda page, name=name: getattr(extractors, name)(raise_on_failure=False).get_content(
                page
            ),
        )


def _resiliparse() -> Iterator[tuple[str, Tool]]:
    from resiliparse.extract.html2text import extract_plain_text

    options: dict[str, dict[str, Any]] = {
        "resiliparse main": {"main_content": True},
        "resiliparse main bare": {
            "main_content": True,
            "alt_texts": False,
            "list_bullets": False,
            "noscript": False,
        },
        "resiliparse all": {"main_content": False},
        "resiliparse all links": {"main_content": False, "links": True, "form_fields": True},
        "resiliparse minimal": {"main_content": False, "preserve_formatting": "minimal_html"},
        "resiliparse one line": {"main_content": False, "preserve_formatting": False},
        "resiliparse main one line": {"main_content": True, "preserve_formatting": False},
    }
    for name, option in options.items():
        yield name, lambda page, option=option: extract_plain_text(page, **option)


def _html_to_text() -> Iterator[tuple[str, Tool]]:
    import html_text

    yield "html_text", html_text.extract_text
    yield "html_text plain", lambda page: html_text.extract_text(page, guess_layout=False)


def _inscriptis() -> Iterator[tuple[str, Tool]]:
    from inscriptis import get_text
    from inscriptis.model.config import ParserConfig

    yield "inscriptis", get_text
    yield (
        "inscriptis links",
        lambda page: get_text(page, ParserConfig(display_links=True, display_images=True)),
    )


def _html2text() -> Iterator[tuple[str, Tool]]:
    import html2text

    def plain(page: str) -> str:
        maker = html2text.HTML2Text()
        maker.ignore_links = maker.ignore_images = maker.ignore_emphasis = True
        maker.body_width = 0
        return maker.handle(page)

    yield "html2text", html2text.html2text
    yield "html2text plain", plain


def _markdownify() -> Iterator[tuple[str, Tool]]:
    from bs4 import BeautifulSoup
    from markdownify import markdownify

    def bare(page: str) -> str:
        soup = BeautifulSoup(page, "lxml")
        for one in soup(["script", "style", "noscript", "template"]):
            one.decompose()
        return str(soup.body or soup)

    yield "markdownify", lambda page: markdownify(bare(page), heading_style="ATX")
    yield "markdownify no links", lambda page: markdownify(bare(page), strip=["a", "img"])


def _html_to_markdown() -> Iterator[tuple[str, Tool]]:
    from html_to_markdown import convert

    def text(page: str) -> str:
        made = convert(page)
        return made if isinstance(made, str) else made.content

    yield "html-to-markdown", text


def _newspaper() -> Iterator[tuple[str, Tool]]:
    import newspaper

    name = "newspaper4k" if newspaper.__version__ >= "0.9" else "newspaper3k"

    def text(page: str) -> str:
        article = newspaper.Article("http://example.com/news/a.html")
        if name == "newspaper3k":
            article.set_html(page)
        else:
            article.download(input_html=page)
        article.parse()
        return article.text

    yield name, text


def _goose() -> Iterator[tuple[str, Tool]]:
    from goose3 import Goose

    goose = Goose({"enable_image_fetching": False})
    yield "goose3", lambda page: goose.extract(raw_html=page).cleaned_text


def _newsplease() -> Iterator[tuple[str, Tool]]:
    from newsplease import NewsPlease

    yield "news-please", lambda page: NewsPlease.from_html(page, url=None).maintext


def _beautifulsoup() -> Iterator[tuple[str, Tool]]:
    from bs4 import BeautifulSoup

    def soup(page: str) -> Any:
        made = BeautifulSoup(page, "lxml")
        for one in made(["script", "style", "noscript", "template"]):
            one.decompose()
        return made

    yield "bs4 get_text", lambda page: soup(page).get_text()
    yield "bs4 lines", lambda page: soup(page).get_text("\n", strip=True)
    yield "bs4 one line", lambda page: soup(page).get_text(" ", strip=True)
    yield (
        "bs4 paragraphs",
        lambda page: "\n".join(one.get_text(" ", strip=True) for one in soup(page).find_all("p")),
    )


def _selectolax() -> Iterator[tuple[str, Tool]]:
    from selectolax.lexbor import LexborHTMLParser

    def body(page: str) -> Any:
        tree = LexborHTMLParser(page)
        tree.strip_tags(["script", "style", "noscript", "template"])
        return tree.body

    yield "selectolax text", lambda page: body(page).text()
    yield "selectolax lines", lambda page: body(page).text(separator="\n", strip=True)


def _lxml() -> Iterator[tuple[str, Tool]]:
    import lxml.etree
    import lxml.html

    def body(page: str) -> Any:
        tree = lxml.html.fromstring(page.encode("utf-8", "replace"), parser=_utf8())
        lxml.etree.strip_elements(tree, "script", "style", "noscript", "head", with_tail=False)
        return tree

    def _utf8() -> Any:
        return lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)

    def everything(page: str) -> str:
        tree = lxml.html.fromstring(page.encode("utf-8", "replace"), parser=_utf8())
        return " ".join(tree.xpath("//body//text()"))

    yield "lxml text nodes and scripts", everything
    yield "lxml text_content", lambda page: body(page).text_content()
    yield "lxml text nodes", lambda page: " ".join(body(page).xpath("//text()"))
    yield (
        "lxml text nodes stripped",
        lambda page: "\n".join(
            " ".join(one.split()) for one in body(page).xpath("//text()") if one.strip()
        ),
    )


def _w3lib() -> Iterator[tuple[str, Tool]]:
    from w3lib.html import remove_tags, remove_tags_with_content, replace_entities

    def text(page: str) -> str:
        page = remove_tags_with_content(page, ("script", "style", "noscript", "head"))
        return replace_entities(remove_tags(page))

    yield "w3lib remove_tags", text


def _readabilipy() -> Iterator[tuple[str, Tool]]:
    from readabilipy import simple_json_from_html_string

    def text(page: str) -> str:
        made = simple_json_from_html_string(page, use_readability=False)
        return "\n".join(one["text"] for one in made["plain_text"] or [])

    yield "readabilipy", text


FAMILIES = (
    _trafilatura,
    _readability,
    _justext,
    _boilerpy,
    _resiliparse,
    _html_to_text,
    _inscriptis,
    _html2text,
    _markdownify,
    _html_to_markdown,
    _newspaper,
    _goose,
    _newsplease,
    _beautifulsoup,
    _selectolax,
    _lxml,
    _w3lib,
    _readabilipy,
)


def _too_long(*_: Any) -> None:
    raise TimeoutError


def write(data: Path, cache: Path, sets: dict[str, int], wanted: re.Pattern[str]) -> None:
    """Run the tools that are installed and keep what they write."""
    cache.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGALRM, _too_long)
    tools: dict[str, Tool] = {}
    for family in FAMILIES:
        try:
            tools.update(family())
        except ImportError as missing:
            print(f"{family.__name__[1:]}: left out, {missing}", file=sys.stderr)
    for name, sample in sets.items():
        rows = pages(data, name, sample)
        for tool, function in tools.items():
            path = cache / f"{name}.{tool}.jsonl"
            if path.exists() or not wanted.search(tool):
                continue
            begin = time.process_time()
            failed = 0
            made = []
            for row in rows:
                signal.alarm(SECONDS)
                try:
                    text = function(row["html"])
                except Exception:
                    failed += 1
                    text = ""
                finally:
                    signal.alarm(0)
                text = (text or "").encode("utf-8", "replace").decode("utf-8")
                made.append(json.dumps({"id": row["id"], "text": text}))
            path.write_text("\n".join(made) + "\n", encoding="utf-8")
            spent = time.process_time() - begin
            print(f"{name} {tool}: {spent:.1f} s, {failed} failed", file=sys.stderr)


# ------------------------------------------------------------------------------------ the measure


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def shingles(tokens: list[str]) -> Counter[tuple[str, ...]]:
    if len(tokens) < 4:
        return Counter([tuple(tokens)]) if tokens else Counter()
    return Counter(zip(tokens, tokens[1:], tokens[2:], tokens[3:], strict=False))


def f1(text: str, gold: Counter[tuple[str, ...]]) -> float:
    mine = shingles(words(text))
    shared = sum((mine & gold).values())
    return 2 * shared / max(1, sum(mine.values()) + sum(gold.values()))


class Outcome:
    """One text, before and after."""

    def __init__(self, key: str, text: str, gold: str) -> None:
        from archivetk.document import Cleaned, Source
        from archivetk.pipeline import clean_source
        from archivetk.settings import load_profile

        source = Source("text.txt", "text.txt", text.encode("utf-8"), "text/plain")
        result = clean_source(source, load_profile("article"))
        if not isinstance(result, Cleaned):
            raise TypeError(f"{key}: {result}")
        self.key = key
        self.document = document = result.document
        self.text = document.text
        title = document.metadata.get("title") or ""
        taken = any(change.rule == "strip.title" for change in document.changes())
        wanted = shingles(words(gold))
        self.gold = gold
        self.before = f1(text, wanted)
        self.body = f1(self.text, wanted)
        self.after = f1(f"{title}\n\n{self.text}" if taken else self.text, wanted)

    def removed(self) -> Iterator[tuple[str, str, bool]]:
        """What was removed: by which rule, the text, and whether the gold text holds it."""
        key = f" {' '.join(words(self.gold))} "
        for change in self.document.changes():
            if change.rule.startswith("strip.") and words(change.before):
                gone = " ".join(words(change.before))
                yield change.rule, " ".join(change.before.split()), f" {gone} " in key


def measure(
    data: Path,
    cache: Path,
    sets: dict[str, int],
    wanted: re.Pattern[str],
    *,
    show: int,
    threshold: float,
    rules: bool,
) -> None:
    """Print the table; with ``show`` also what the worst pages of each tool lost."""
    overall: dict[str, list[float]] = defaultdict(list)
    for name, sample in sets.items():
        gold = {str(row["id"]): row["gold"] for row in pages(data, name, sample)}
        print(f"\n{name}: {'tool':26} pages   F1 before  after   delta   body   better worse")
        deltas = []
        counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for path in sorted(cache.glob(f"{name}.*.jsonl")):
            tool = path.name[len(name) + 1 : -6]
            if not wanted.search(tool):
                continue
            outcomes = []
            with path.open(encoding="utf-8") as lines:
                for line in lines:
                    row = json.loads(line)
                    key = str(row["id"])
                    if key in gold and row["text"].strip():
                        outcomes.append(Outcome(key, row["text"], gold[key]))
            if not outcomes:
                continue
            count = len(outcomes)
            before = sum(one.before for one in outcomes) / count
            after = sum(one.after for one in outcomes) / count
            body = sum(one.body for one in outcomes) / count
            better = sum(one.after > one.before + 0.0005 for one in outcomes)
            worse = sum(one.after < one.before - 0.0005 for one in outcomes)
            deltas.append(after - before)
            overall[tool].append(after - before)
            print(
                f"  {tool:36} {count:4}   {before:.4f}  {after:.4f}  {after - before:+.4f}"
                f"  {body - before:+.4f}  {better:4} {worse:4}",
                flush=True,
            )
            outcomes.sort(key=lambda one: one.after - one.before)
            for one in outcomes[:show]:
                if one.after - one.before > -threshold:
                    break
                print(f"      {one.key}: {one.before:.3f} -> {one.after:.3f}")
                shown = Counter[str]()
                for rule, text, is_gold in one.removed():
                    shown[rule] += is_gold
                    if is_gold and shown[rule] <= 3:
                        print(f"        {rule}: {text[:110]}")
                print("        lines of gold removed by", dict(shown))
            for one in outcomes:
                for rule, text, is_gold in one.removed():
                    counts[rule][is_gold] += len(words(text))
        if deltas:
            mean = sum(deltas) / len(deltas)
            lost = sum(one < 0 for one in deltas)
            print(f"  mean change over {len(deltas)} tools: {mean:+.4f}; {lost} of them worse")
        if rules:
            print("  words removed by rule: not of the gold text, of the gold text")
            for rule, (noise, good) in sorted(counts.items(), key=lambda one: -one[1][1]):
                print(f"    {rule:28} {noise:8} {good:8}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("part", choices=("write", "measure"))
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--sets", default=SETS, help="name=pages,... (default: %(default)s)")
    parser.add_argument("--tools", default="", help="only tools whose name this pattern finds")
    parser.add_argument("--show", type=int, default=0, help="print the worst pages of each tool")
    parser.add_argument("--threshold", type=float, default=0.001, help="losses worth printing")
    parser.add_argument("--rules", action="store_true", help="print what each rule removed")
    chosen = parser.parse_args()
    sets = {name: int(size) for name, size in (one.split("=") for one in chosen.sets.split(","))}
    wanted = re.compile(chosen.tools)
    if chosen.part == "write":
        write(chosen.data, chosen.cache, sets, wanted)
    else:
        measure(
            chosen.data,
            chosen.cache,
            sets,
            wanted,
            show=chosen.show,
            threshold=chosen.threshold,
            rules=chosen.rules,
        )


if __name__ == "__main__":
    main()

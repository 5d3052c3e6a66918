"""Title, authors and date of pages: archivetk beside trafilatura, in one run.

    python tests/bench/metadata.py --data DIR [--each 1]

DIR holds ``html/news-de-en.jsonl.gz``: a page a line with ``html``, ``url`` and, where somebody
has read them off the page, ``title``, ``author``, ``date``.  A title is right where letters and
figures agree; names are counted one by one; a date is right to the day.  Where the reader found
no author or no date, finding one is wrong.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import time
from collections import Counter
from pathlib import Path
from typing import Any

from trafilatura.metadata import extract_metadata

from archivetk.steps.metadata.page import read_page

_SPLIT = re.compile(r"[;,]| und | and ")


def key(value: Any) -> str:
    """Letters and figures of a value; the first of several."""
    text = value[0] if isinstance(value, list) and value else value
    return " ".join(re.findall(r"\w+", str(text or "").casefold()))


def names(value: Any) -> set[str]:
    """The names in a value."""
    text = "; ".join(value) if isinstance(value, list) else value or ""
    return {key(one) for one in _SPLIT.split(text) if key(one)}


def ours(row: dict[str, Any], *, with_htmldate: bool) -> tuple[Any, Any, Any]:
    """Title, authors, date by archivetk."""
    found: dict[str, Any] = {}
    for one in read_page(row["html"], row["url"], with_htmldate=with_htmldate):
        found.setdefault(one.name, one.value)
    return found.get("title"), found.get("authors"), found.get("date")


def theirs(row: dict[str, Any]) -> tuple[Any, Any, Any]:
    """Title, authors, date by trafilatura."""
    found = extract_metadata(row["html"], default_url=row["url"], extensive=True)
    return found.title, found.author, found.date


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--each", type=int, default=1, help="only each n-th page")
    options = parser.parse_args()
    with gzip.open(options.data / "html" / "news-de-en.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    rows = [row for row in rows if row.get("title") or row.get("author") or row.get("date")]
    rows = rows[:: options.each]
    size = sum(len(row["html"]) for row in rows)
    print(f"{len(rows)} pages, {size / len(rows) / 1000:.0f} thousand characters in the mean\n")
    print("| | title | authors: precision | recall | F1 | date: precision | recall | ms a page |")
    print("|---|---|---|---|---|---|---|---|")
    for name, read in (
        ("archivetk", lambda row: ours(row, with_htmldate=True)),
        ("archivetk without htmldate", lambda row: ours(row, with_htmldate=False)),
        ("trafilatura", theirs),
    ):
        counts: Counter[str] = Counter()
        seconds = 0.0
        for row in rows:
            begin = time.process_time()
            title, authors, date = read(row)
            seconds += time.process_time() - begin
            gold = row.get("date") or ""
            gold = gold[0] if isinstance(gold, list) else gold
            mine, wanted = names(authors), names(row.get("author"))
            counts["title"] += key(title) == key(row.get("title"))
            counts["names"] += len(mine & wanted)
            counts["given"] += len(mine)
            counts["wanted"] += len(wanted)
            counts["dates"] += bool(gold) and (date or "")[:10] == gold
            counts["dated"] += bool(date)
            counts["gold"] += bool(gold)
        precision = counts["names"] / (counts["given"] or 1)
        recall = counts["names"] / (counts["wanted"] or 1)
        print(
            f"| {name} | {counts['title'] / len(rows):.3f} | {precision:.3f} | {recall:.3f} "
            f"| {2 * precision * recall / (precision + recall or 1):.3f} "
            f"| {counts['dates'] / (counts['dated'] or 1):.3f} "
            f"| {counts['dates'] / (counts['gold'] or 1):.3f} "
            f"| {seconds / len(rows) * 1000:.2f} |"
        )


if __name__ == "__main__":
    main()

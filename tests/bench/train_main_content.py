"""Grow the forests of ``archivetk/steps/extract`` from pages with marked main content.

    python tests/bench/train_main_content.py --data DIR [--sample N] [--out archivetk/steps/extract]

Needs lightgbm and numpy, which the package itself does not.  Trained on the sets whose licences allow
it (Apache-2.0, MIT, CC BY 4.0): ``articles``, ``articles-more``, ``mixed-pages``, ``news-de-en``;
``web-2006`` is for measuring alone.  Of the pages nothing but the numbers in the trees goes into the
package.  With ``--folds`` it measures instead: five folds by site; F1, precision and recall of
each set on pages of sites that the forest has not seen.
"""

from __future__ import annotations

import argparse
import gzip
import json
import logging
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np

from archivetk.patch import Patch
from archivetk.steps.align import align, key_of
from archivetk.steps.extract import _coverage
from archivetk.steps.extract.evidence import Page
from archivetk.steps.extract.judges import JUDGES
from archivetk.steps.extract.model import kept_by_scores
from archivetk.steps.markup import scan_html

WORD = re.compile(r"\w+")
SETS = {"articles": 0.7, "articles-more": 0.7, "mixed-pages": 1.0, "news-de-en": 0.5}
TREES, HEAD = 150, 25
PARAMETERS = {
    "objective": "cross_entropy", "learning_rate": 0.1, "num_leaves": 20, "min_data_in_leaf": 60,
    "min_sum_hessian_in_leaf": 0.3, "feature_fraction": 0.4, "bagging_fraction": 0.7,
    "bagging_freq": 1, "lambda_l2": 4, "max_bin": 127, "verbose": -1, "num_threads": 1, "seed": 1,
}  # fmt: skip


def shares(units: list[str], gold: str) -> list[float | None]:
    """How much of each unit stands in the gold text; ``None`` where that cannot be told."""
    words = WORD.findall(gold)
    grams = {n: {tuple(words[i : i + n]) for i in range(len(words) - n + 1)} for n in (3, 4)}
    lines = {key_of(line) for line in gold.split("\n")}
    tokens = [WORD.findall(unit) for unit in units]
    result: list[float | None] = []
    for index, own in enumerate(tokens):
        if not own:
            result.append(None)
        elif key_of(units[index]) in lines:
            result.append(1.0)
        elif len(own) >= 4:
            ours = [tuple(own[i : i + 4]) in grams[4] for i in range(len(own) - 3)]
            result.append(sum(ours) / len(ours))
        else:
            # too short for a shingle: with its neighbours
            more = 4 - len(own)
            before = tuple((tokens[index - 1] if index else [])[-more:] + own)
            after = tuple(own + (tokens[index + 1] if index + 1 < len(tokens) else [])[:more])
            near = any(len(one) >= 3 and one in grams[len(one)] for one in (before, after))
            result.append(float(near))
    return result


def snippets(units: list[str], present: list[str], absent: list[str]) -> list[float | None]:
    """1 for units that hold a snippet of the main content, 0 for those of the rest."""
    wanted = [key for one in present for line in one.split("\n") if len(key := key_of(line)) > 8]
    refused = [key for one in absent for line in one.split("\n") if len(key := key_of(line)) > 3]
    result: list[float | None] = []
    for unit in units:
        key = key_of(unit)
        if any(one in key or (len(key) > 30 and key in one) for one in wanted):
            result.append(1.0)
        elif any(one == key or (len(one) > 12 and one in key) for one in refused):
            result.append(0.0)
        else:
            result.append(None)
    return result


def site_of(row: dict[str, Any]) -> str:
    """The domain that a page comes from, or what its name says of it."""
    if row.get("url"):
        host = re.sub(r"^https?://", "", row["url"]).split("/")[0]
        return ".".join(host.split(".")[-2:])
    return re.sub(r"[\d_-]+$", "", row["id"].split(":")[-1]) or row["id"]


def pages(data: Path, sample: int, vote: bool) -> Iterator[dict[str, Any]]:
    """The features, targets and weights of every page."""
    for name, weight in SETS.items():
        with gzip.open(data / "html" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                if sample and number >= sample:
                    break
                row = json.loads(line)
                edits, layout = scan_html(row["html"])
                text = Patch.of(row["html"], edits).apply(row["html"])
                page = Page(text, layout)
                if not page.units:
                    continue
                judged = None
                if vote:
                    spans = list(zip(layout.unit_start, layout.unit_end, strict=True))
                    found = align(text, spans, JUDGES["trafilatura-fast"].lines(row["html"], False))
                    judged = _coverage(spans, found.spans)
                target = (
                    shares(page.units, row["gold"])
                    if "gold" in row
                    else snippets(page.units, row["present"], row["absent"])
                )
                counts = [len(WORD.findall(unit)) for unit in page.units]
                total = max(
                    60, sum(n for y, n in zip(target, counts, strict=True) if y and y > 0.5)
                )
                known = [index for index, one in enumerate(target) if one is not None]
                features = np.array(page.features(judged), dtype=np.float32)
                yield {
                    "set": name,
                    "site": site_of(row),
                    "gold": row.get("gold"),
                    "units": page.units,
                    "weights": page.weights,
                    "all": features,
                    "X": features[known],
                    "y": np.array([target[index] for index in known], dtype=float),
                    "w": weight
                    * np.array(
                        [min(0.5, min(counts[index], 200) / total + 0.0005) for index in known]
                    ),
                }


def grow(rows: list[dict[str, Any]]) -> lightgbm.Booster:
    weights = np.concatenate([row["w"] for row in rows])
    data = lightgbm.Dataset(
        np.vstack([row["X"] for row in rows if len(row["X"])]),
        np.concatenate([row["y"] for row in rows]),
        weight=weights / weights.mean(),
    )
    return lightgbm.train(PARAMETERS, data, TREES)


def measured(text: str, gold: str) -> tuple[float, float]:
    """Precision and recall of shingles of four words."""
    ours, theirs = (
        Counter(tuple(words[i : i + 4]) for i in range(max(1, len(words) - 3)))
        for words in (WORD.findall(text), WORD.findall(gold))
    )
    right = sum((ours & theirs).values())
    return right / (sum(ours.values()) or 1), right / (sum(theirs.values()) or 1)


def expression(node: dict[str, Any]) -> str:
    """A tree as one conditional expression."""
    if "leaf_value" in node:
        return f"{node['leaf_value']:.3g}"
    bound = node["threshold"]
    return (
        f"({expression(node['left_child'])} if x[{node['split_feature']}]<="
        f"{bound if abs(bound) > 1e-20 else 0:.5g} else {expression(node['right_child'])})"
    )


def code(booster: lightgbm.Booster) -> str:
    """The module that holds a forest."""
    trees = [expression(tree["tree_structure"]) for tree in booster.dump_model()["tree_info"]]
    parts = [
        '"""A forest of trees, grown by tests/bench/train_main_content.py; not to be edited."""\n',
        "# ruff: noqa: E501",
        "# fmt: off\n\nfrom collections.abc import Sequence\n",
    ]
    for name, some in (("head", trees[:HEAD]), ("tail", trees[HEAD:])):
        parts.append(
            f"\ndef forest_{name}(x: Sequence[float]) -> float:\n"
            f'    """The log odds that its trees give."""\n    return (\n        '
            + "\n        + ".join(some)
            + "\n    )\n"
        )
    return "\n".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--folds", action="store_true")
    parser.add_argument("--out", type=Path, default=Path("archivetk/steps/extract"))
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    for vote, name in ((False, "forest.py"), (True, "forest_vote.py")):
        rows = list(pages(options.data, options.sample, vote))
        if options.folds:
            print(name)
            found: dict[str, list[tuple[float, float]]] = {}
            for fold in range(5):
                inside = [zlib.crc32(row["site"].encode()) % 5 == fold for row in rows]
                booster = grow([row for row, here in zip(rows, inside, strict=True) if not here])
                for row, here in zip(rows, inside, strict=True):
                    if here and row["gold"]:
                        kept = kept_by_scores(booster.predict(row["all"]).tolist(), row["weights"])
                        text = "\n".join(
                            unit for unit, keep in zip(row["units"], kept, strict=True) if keep
                        )
                        found.setdefault(row["set"], []).append(measured(text, row["gold"]))
            for one, pairs in sorted(found.items()):
                p, r = (float(np.mean(column)) for column in zip(*pairs, strict=True))
                print(f"{one:16}{2 * p * r / (p + r):8.4f}{p:8.4f}{r:8.4f}", flush=True)
        else:
            (options.out / name).write_text(code(grow(rows)), "utf-8")
            print(f"{name}: {len(rows)} pages, {sum(len(row['X']) for row in rows)} units")


if __name__ == "__main__":
    main()

"""Grow the forests of ``archivetk/steps/extract`` from pages with marked main content.

    python tests/bench/train_main_content.py --data DIR [--folds] [--out archivetk/steps/extract]

Needs catboost and scipy, which the package itself does not.  Trained on the sets whose licences
allow it (Apache-2.0, MIT, CC BY 4.0): ``articles``, ``articles-more``, ``mixed-pages``,
``news-de-en``; ``web-2006`` is for measuring alone.  Of the pages nothing but the numbers in the trees
and the weights of words in classes and ids goes into the package.  These words are weighed first
(``name_weights.py``); a forest learns from what weights of other sites say, and the second forest
from what first forests said of sites that they had not seen.  So is the kind of a page, which moves
the bar, told by forests that have not seen its site (``page_kinds.py``).
With ``--folds`` it measures: five folds by site; on pages of sites that the forests have not seen F1,
precision, recall and the share of exact texts of each set, beside the F1 of trafilatura's fast mode
in the same lines, with the 95 % interval of the difference (bootstrap over pages, paired); and for
sets with snippets the share of the present ones kept and of the absent ones removed.  *Reachable*
are pages whose lines, judged by the gold text itself, give an F1 of .85: the gold texts of the others
are cut short, or not on the page.
With ``--out`` as well it also stores forests of all pages.
"""

from __future__ import annotations

import argparse
import gzip
import json
import logging
import re
import tempfile
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import catboost
import numpy as np
from gold import WORD, shares, snippets
from name_weights import arrays_of, grow_names, words_around
from page_kinds import AS, named_by_folds

from archivetk.patch import Patch
from archivetk.steps.align import align
from archivetk.steps.extract import _coverage
from archivetk.steps.extract.evidence import Page
from archivetk.steps.extract.features import FEATURES, features
from archivetk.steps.extract.forest import SCALE
from archivetk.steps.extract.judges import JUDGES
from archivetk.steps.extract.kinds import page_row
from archivetk.steps.extract.model import decided, scores_of, together
from archivetk.steps.extract.names import NAMED, Names, named
from archivetk.steps.extract.second import second_features
from archivetk.steps.markup import scan_html

SETS = {"articles": 0.7, "articles-more": 0.7, "mixed-pages": 1.0, "news-de-en": 0.5}
#: Sets whose gold texts other programs wrote: what they do with captions is their own habit, and
#: tests of such programs stop at the first words of a text.
WRITTEN = frozenset({"articles", "articles-more"})
CUT_SHORT = 100
#: Pages to learn from must give this F1 when the gold itself judges their lines.
REACHABLE, LEARNABLE = 0.85, 0.7
FIRST, SECOND, DEPTH, FOLDS = 280, 230, 6, 5
PARAMETERS = {
    "loss_function": "CrossEntropy", "learning_rate": 0.06, "depth": DEPTH, "l2_leaf_reg": 6,
    "rsm": 0.25, "border_count": 64, "bootstrap_type": "Bernoulli", "subsample": 0.7,
    "boosting_type": "Plain", "leaf_estimation_iterations": 2, "score_function": "L2",
    "random_seed": 1, "thread_count": 2, "verbose": 0, "allow_writing_files": False,
}  # fmt: skip


#: No words of classes and ids; where what they say stands among the features.
NONE = Names([], [], [])
CALLED = slice(FEATURES.index(NAMED[0]), FEATURES.index(NAMED[-1]) + 1)


def site_of(row: dict[str, Any]) -> str:
    """The domain that a page comes from, or what its name says of it."""
    if row.get("url"):
        host = re.sub(r"^https?://", "", row["url"]).split("/")[0]
        return ".".join(host.split(".")[-2:])
    return re.sub(r"[\d_-]+$", "", row["id"].split(":")[-1]) or row["id"]


def without_case(rows: np.ndarray, marks: bool) -> None:
    """Make a page look as if its script had no capitals and, if asked, no commas and full stops."""
    column = {name: at for at, name in enumerate(FEATURES)}
    rows[:, column["upper"]] = 0
    rows[:, column["first"]] = np.maximum(rows[:, column["first"]], 1)
    if not marks:
        rows[:, [column["sentences"], column["commas"]]] = 0
        for name, at in column.items():
            if re.fullmatch(r"end([+-]\d)?", name):
                rows[:, at] = np.minimum(rows[:, at], 0)


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
                target = np.array(
                    [
                        np.nan if one is None else one
                        for one in (
                            shares(page.units, row["gold"])
                            if "gold" in row
                            else snippets(page.units, row["present"], row["absent"])
                        )
                    ]
                )
                furniture = np.array(page.furniture())
                known = np.flatnonzero(~np.isnan(target) & ~furniture)
                counts = np.array([len(WORD.findall(unit)) for unit in page.units])
                total = max(60, counts[np.nan_to_num(target) > 0.5].sum())
                rows, groups = features(page, NONE)
                share = np.minimum(counts[known], 200) / total + 0.0005
                best = 1.0
                if "gold" in row:
                    wanted = np.nan_to_num(target) >= 0.5
                    best = f1(*measured(text_of(page.units, wanted), row["gold"]))
                    if name in WRITTEN and len(WORD.findall(row["gold"])) < CUT_SHORT:
                        best = 0.0
                learnt = share * (best >= LEARNABLE)
                if name in WRITTEN:
                    tags = [layout.names[frame] for frame in layout.unit_frame]
                    learnt = learnt * [tags[unit] != "figcaption" for unit in known]
                chance = zlib.crc32(str(row["id"]).encode()) % 16
                rows = np.array(rows)
                seen = rows
                if chance < 2:
                    seen = rows.copy()
                    without_case(seen, marks=chance == 1)
                yield {
                    "set": name, "fold": zlib.crc32(site_of(row).encode()) % FOLDS,
                    "gold": row.get("gold"), "present": row.get("present"),
                    "absent": row.get("absent"), "units": page.units,
                    "page": page, "site": site_of(row),
                    "words": words_around(page, known[learnt > 0]),
                    "weights": page.weights, "furniture": furniture, "groups": groups,
                    "judged": judged, "rows": rows, "known": known[learnt > 0], "best": best,
                    "learnt": seen[known[learnt > 0]], "kind": row.get("page_type", ""),
                    "y": target[known[learnt > 0]],
                    "w": weight * np.minimum(0.5, learnt[learnt > 0]),
                }  # fmt: skip


def name_folds(pages: list[dict[str, Any]]) -> None:
    """What the words of classes and ids say, by weights from other sites."""
    for fold in range(FOLDS):
        names = grow_names([page for page in pages if page["fold"] != fold])
        for page in pages:
            if page["fold"] == fold:
                told = np.array(named(page["page"], names), np.float32).T
                page["rows"][:, CALLED] = told
                page["learnt"][:, CALLED] = told[page["known"]]


def grow(pages: list[dict[str, Any]], name: str, trees: int) -> catboost.CatBoost:
    """A forest over the rows of that name."""
    pages = [page for page in pages if len(page["y"])]
    weights = np.concatenate([page["w"] for page in pages])
    forest = catboost.CatBoost({**PARAMETERS, "iterations": trees})
    # what a forest learns from may look other than what it judges
    width = pages[0]["learnt"].shape[1]
    rows = np.vstack(
        [np.hstack((page["learnt"], page[name][page["known"], width:])) for page in pages]
    )
    target = np.concatenate([page["y"] for page in pages])
    forest.fit(catboost.Pool(rows, target, weight=weights / weights.mean()))
    return forest


def kind_folds(pages: list[dict[str, Any]]) -> None:
    """What kind of page each is taken for, by forests that have not seen its site."""
    named = named_by_folds(
        np.array([page_row(page["rows"], page["weights"]) for page in pages]),
        np.array([AS.get(page["kind"], page["kind"]) for page in pages]),
        np.array([page["fold"] for page in pages]),
        np.array([page["set"] == "mixed-pages" for page in pages]),
    )
    for page, kind in zip(pages, named, strict=True):
        page["named"] = kind


def odds(forest: catboost.CatBoost, rows: np.ndarray) -> np.ndarray:
    """What a forest says, in the package's whole numbers."""
    return np.rint(forest.predict(rows) * SCALE).astype(np.int64)


def folds(pages: list[dict[str, Any]], name: str, into: str, trees: int) -> None:
    """What forests say of pages of sites that they have not seen."""
    for fold in range(FOLDS):
        forest = grow([page for page in pages if page["fold"] != fold], name, trees)
        for page in pages:
            if page["fold"] == fold:
                page[into] = odds(forest, page[name])


def measured(text: str, gold: str) -> tuple[float, float]:
    """Precision and recall of shingles of four words."""
    ours, theirs = (
        Counter(tuple(words[i : i + 4]) for i in range(max(1, len(words) - 3)))
        for words in (WORD.findall(text), WORD.findall(gold))
    )
    right = sum((ours & theirs).values())
    return right / (sum(ours.values()) or 1), right / (sum(theirs.values()) or 1)


def arrays(forest: catboost.CatBoost, name: str, depth: int = DEPTH) -> dict[str, np.ndarray]:
    """A forest as the package stores it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "forest.json"
        forest.save_model(str(path), format="json")
        model = json.loads(path.read_text("utf-8"))
    trees = model["oblivious_trees"]
    scale, bias = model["scale_and_bias"]
    asked = np.zeros((len(trees), depth), np.int16)
    bounds = np.full((len(trees), depth), np.inf, np.float32)
    leaves = np.zeros((len(trees), 1 << depth), np.int16)
    for at, tree in enumerate(trees):
        for level, split in enumerate(tree["splits"] or []):
            asked[at, level] = split["float_feature_index"]
            bounds[at, level] = split["border"]
        values = np.rint(np.array(tree["leaf_values"]) * scale * SCALE)
        leaves[at, : len(values)] = np.clip(values, -32768, 32767)
    base = np.array(round(sum(np.atleast_1d(bias)) * SCALE))
    return {f"{name}_asked": asked, f"{name}_bounds": bounds, f"{name}_leaves": leaves,
            f"{name}_base": base}  # fmt: skip


def f1(precision: float, recall: float) -> float:
    """The harmonic mean."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def text_of(units: list[str], kept: Any) -> str:
    """The lines that are kept."""
    return "\n".join(unit for unit, keep in zip(units, kept, strict=True) if keep)


def line(label: str, pairs: np.ndarray, others: np.ndarray) -> str:
    """F1 of the means, and of another judge, and how sure the difference is."""

    def score(chosen: Any) -> tuple[float, float]:
        return tuple(f1(*some[chosen].mean(axis=0)) for some in (pairs, others))

    chance = np.random.default_rng(1)
    size = len(pairs)
    gains = [np.subtract(*score(chance.integers(0, size, size))) for _ in range(1000)]
    low, high = np.percentile(gains, (2.5, 97.5))
    (ours, theirs), (p, r) = score(slice(None)), pairs.mean(axis=0)
    exact = (pairs.min(axis=1) == 1).mean()
    return (
        f"{label:34}{size:5}{ours:8.4f}{p:8.4f}{r:8.4f}{exact:8.3f}{theirs:8.4f}  "
        f"{ours - theirs:+.4f} ({low:+.4f} to {high:+.4f})"
    )


def report(pages: list[dict[str, Any]]) -> None:
    """F1, precision and recall of each set; or the shares of snippets kept and removed."""
    found: dict[str, list[tuple[tuple[float, float], tuple[float, float]]]] = {}
    snips: dict[str, list[tuple[int, ...]]] = {}
    for page in pages:
        scores = scores_of(together(page["first"], page["second"]))
        scores[page["furniture"] & (page["first"] <= 0)] = 0.0
        kept, _ = decided(page["page"], scores, page["groups"].boxes, page["named"])
        text = text_of(page["units"], kept)
        other = text_of(page["units"], [share > 0.5 for share in page["judged"]])
        if page["gold"]:
            both = measured(text, page["gold"]), measured(other, page["gold"])
            kinds = [page["set"]]
            if page["kind"]:
                kinds.append(f"{page['set']}, {page['kind']}")
            for kind in kinds:
                found.setdefault(kind, []).append(both)
                if page["best"] >= REACHABLE:
                    found.setdefault(f"{kind}, reachable", []).append(both)
        elif page["present"] is not None:
            counts = []
            for kept_text in (text, other):
                flat = "".join(kept_text.split())
                counts += [
                    sum("".join(one.split()) in flat for one in page["present"]),
                    sum("".join(one.split()) not in flat for one in page["absent"]),
                ]
            sizes = len(page["present"]), len(page["absent"])
            snips.setdefault(page["set"], []).append((*counts, *sizes))
    print(f"{'':34}pages      F1   prec.  recall   exact  others  difference (95 %)")
    for one, pairs in sorted(found.items()):
        both = np.array(pairs)
        print(line(one, both[:, 0], both[:, 1]), flush=True)
    for one, counts in sorted(snips.items()):
        here, gone, here2, gone2, of, out = np.sum(counts, axis=0)
        print(
            f"{one:16} present kept {here / of:.4f}, absent removed {gone / out:.4f}; "
            f"others {here2 / of:.4f}, {gone2 / out:.4f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--folds", action="store_true")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    some = list(pages(options.data, options.sample, vote=True))
    print(f"{len(some)} pages, {sum(len(page['y']) for page in some)} units", flush=True)
    name_folds(some)
    kind_folds(some)
    folds(some, "rows", "first", FIRST)
    stored = arrays(grow(some, "rows", FIRST), "first") if options.out else {}
    for name in ("second", "vote"):
        for page in some:
            judged = page["judged"] if name == "vote" else None
            more = second_features(page["first"], page["weights"], page["groups"], judged)
            page["more"] = np.hstack((page["rows"], more))
        if options.folds:
            print(name)
            folds(some, "more", "second", SECOND)
            report(some)
        if options.out:
            stored |= arrays(grow(some, "more", SECOND), name)
    if stored:
        np.savez_compressed(options.out / "forests.npz", **stored)
        np.savez_compressed(options.out / "names.npz", **arrays_of(grow_names(some)))


if __name__ == "__main__":
    main()

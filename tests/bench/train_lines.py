"""Grow and measure a line model for ``strip``; it did not earn its place (see ``line-model.md``).

    python tests/bench/train_lines.py --data DIR [--sample N] [--folds] [--out FILE]

Needs lightgbm, scikit-learn, trafilatura and resiliparse, which the model itself does not.  Trained on
the sets whose licences allow it (Apache-2.0, MIT, CC BY 4.0): ``articles``, ``articles-more``,
``mixed-pages``, ``news-de-en`` (snippets), and clean sentences of 75 languages as what must stay.
Each page comes as a naive dump, as what an extractor leaves, and as its gold text.  Of the pages
nothing but numbers goes into the package.

With ``--folds`` it measures instead, in three folds by site: F1, precision and recall of dumps of
articles on sites that the model has not seen, with and without it, and the article's lines kept.
With ``--unseen`` it measures the weights grown before on ``web-2006``, which is never trained on.
"""

from __future__ import annotations

import argparse
import logging
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import lightgbm
import line_model as model
import numpy as np
import scipy.sparse
import trafilatura
from boilerplate import SETTINGS, context_of, dump, rows, score, shingles, words
from gold import shares, snippets
from line_features import BUCKETS, hashes, matrix
from resiliparse.extract.html2text import extract_plain_text
from sklearn.linear_model import LogisticRegression

import archivetk.steps.strip as package
from archivetk.settings import LABELS
from archivetk.steps.strip.blocks import Block

SETS = {"articles": 1.0, "articles-more": 0.5, "mixed-pages": 1.0, "news-de-en": 1.0}
KINDS = {"dump": 1.0, "main": 1.5, "all": 0.7, "recall": 1.5, "gold": 0.7, "clean": 2.0}
REMOVED = {label for label in LABELS if SETTINGS.removes(label)} - {"title"}
TREES, DEPTH, FOLDS = 120, 5, 3
PARAMETERS = {
    "objective": "cross_entropy", "learning_rate": 0.12, "num_leaves": 24, "max_depth": DEPTH,
    "min_data_in_leaf": 80, "feature_fraction": 0.3, "bagging_fraction": 0.6, "bagging_freq": 1,
    "lambda_l2": 5, "max_bin": 127, "verbose": -1, "num_threads": 1, "seed": 1, "deterministic": True,
    "force_col_wise": True, "boost_from_average": False,
}  # fmt: skip


@dataclass
class Document:
    """A text with its lines, their labels by all other votes, and what people said of them."""

    kind: str
    set: str
    site: str
    blocks: list[Block]
    target: Any
    gold: str = ""
    article: bool = False
    hashed: list[list[int]] = field(default_factory=list)
    rows: Any = None

    def __post_init__(self) -> None:
        self.hashed = [hashes(block) for block in self.blocks]

    @property
    def weights(self) -> Any:
        """A line weighs by its words; a document no more than sixty lines."""
        known = ~np.isnan(self.target)
        size = np.array([1 + min(block.words, 60) / 10 for block in self.blocks])
        share = min(1.0, 60 / max(1, known.sum()))
        return np.where(known, size * share * KINDS[self.kind] * SETS.get(self.set, 1), 0)


def labelled(text: str, language: str | None = None) -> list[Block]:
    """The lines of a text, labelled by every vote but the model's."""
    held: list[Block] = []
    braked = package._braked

    def hold(blocks: list[Block], *rest: Any) -> bool:
        held.extend(blocks)
        return braked(blocks, *rest)

    package._braked = hold
    try:
        package.strip(text, context_of(text, language))
    finally:
        package._braked = braked
    return held


def site_of(row: dict) -> str:
    """What pages of one site share."""
    if row.get("url"):
        host = re.sub(r"^https?://(www\.)?", "", row["url"]).split("/")[0]
        return ".".join(host.split(".")[-2:])
    found = re.search(r":(.+?)\d*$", row["id"])
    return found[1] if found else row["id"]


def documents(data: Path, sample: int) -> Iterator[Document]:
    """All texts to learn from."""

    def make(kind: str, name: str, site: str, text: str, judge: Callable, **more: Any) -> Iterator:
        blocks = labelled(text, more.pop("language", None))
        if blocks:
            target = [np.nan if one is None else one for one in judge([b.text for b in blocks])]
            yield Document(kind, name, site, blocks, np.array(target), **more)

    def stays(units: list[str]) -> list[float]:
        return [1.0] * len(units)

    for name in SETS:
        for index, row in enumerate(rows(data / f"html/{name}.jsonl.gz")[:sample]):
            gold = row.get("gold") or ""
            page = row["html"]
            lines = dump(page)
            if (
                len(page) > 600_000
                or len(lines) > 1500
                or (name != "news-de-en" and len(gold) < 200)
            ):
                continue
            if name == "news-de-en":
                judge = lambda units, row=row: snippets(units, row["present"], row["absent"])  # noqa: E731
            else:
                judge = lambda units, gold=gold: shares(units, gold)  # noqa: E731
            site = site_of(row)
            article = len(gold) >= 600 and row.get("page_type") in {"article", None}
            yield from make("dump", name, site, "\n".join(lines), judge, gold=gold, article=article)
            if name == "news-de-en" and index % 2:
                continue
            if index % 3 == 0:
                kind, text = "main", extract_plain_text(page, main_content=True, alt_texts=False)
            elif index % 3 == 1:
                kind, text = "all", extract_plain_text(page, main_content=False, alt_texts=True)
            else:
                kind = "recall"
                text = trafilatura.extract(page, favor_recall=True, include_comments=True) or ""
            if len(text) > 200:
                yield from make(kind, name, site, text, judge)
            if gold:
                yield from make("gold", name, site, gold, stays)
    for row in rows(data / "language/sentences.jsonl.gz")[:sample]:
        for at in range(0, 120, 20):
            part = row["sentences"][at : at + 20]
            if at % 40:
                text = "\n".join(part)
            else:
                text = "\n\n".join(" ".join(part[i : i + 4]) for i in range(0, 20, 4))
            language = row["language"]
            yield from make("clean", "sentences", language, text, stays, language=language)


def fold_of(document: Document, folds: int) -> int:
    return zlib.crc32(document.site.encode()) % folds


def lexicon(texts: list[Document]) -> Any:
    """Weights of hashed words by logistic regression, in whole numbers."""
    flat: list[int] = []
    ends = [0]
    for one in texts:
        for line in one.hashed:
            flat += line
            ends.append(len(flat))
    ones = np.ones(len(flat), np.float32)
    x = scipy.sparse.csr_matrix((ones, flat, ends), shape=(len(ends) - 1, BUCKETS))
    x.sum_duplicates()
    x.data[:] = 1
    y = np.concatenate([one.target for one in texts])
    weight = np.concatenate([one.weights for one in texts])
    short = np.concatenate([[block.words <= 30 for block in one.blocks] for one in texts])
    use = (weight > 0) & short
    fitted = LogisticRegression(C=0.3, solver="liblinear", max_iter=60, random_state=1)
    fitted.fit(x[use], y[use] > 0.5, sample_weight=weight[use])
    return np.clip(np.round(fitted.coef_[0] * 32), -127, 127).astype(np.int8)


def look(texts: list[Document], weights: Any) -> None:
    """Fill in the rows of numbers."""
    for one in texts:
        lexical = model.lexical_scores(one.hashed, weights)
        one.rows = matrix(one.blocks, lexical).astype(np.float32)


def grow(texts: list[Document]) -> model.Forest:
    """The forest; the words' score of a text comes from the other half of the sites."""
    halves = [
        [one for one in texts if zlib.crc32(one.site[::-1].encode()) % 2 == i] for i in (0, 1)
    ]
    for own, other in (halves, halves[::-1]):
        look(own, lexicon(other))
    x = np.vstack([one.rows for one in texts])
    y = np.concatenate([one.target for one in texts])
    weight = np.concatenate([one.weights for one in texts])
    use = weight > 0
    data = lightgbm.Dataset(x[use], y[use], weight=weight[use])
    booster = lightgbm.train(PARAMETERS, data, TREES)
    inner = (1 << DEPTH) - 1
    feature = np.zeros((TREES, inner), np.int16)
    threshold = np.full((TREES, inner), 2**31 - 1, np.int32)
    leaf = np.zeros((TREES, inner + 1), np.int32)

    def fill(tree: int, node: dict, at: int) -> None:
        if "leaf_value" in node:
            if at >= inner:
                leaf[tree, at - inner] = round(node["leaf_value"] * model.UNIT)
            else:
                fill(tree, node, 2 * at + 1)
                fill(tree, node, 2 * at + 2)
            return
        feature[tree, at] = node["split_feature"]
        threshold[tree, at] = int(np.floor(node["threshold"]))
        fill(tree, node["left_child"], 2 * at + 1)
        fill(tree, node["right_child"], 2 * at + 2)

    for index, tree in enumerate(booster.dump_model()["tree_info"]):
        fill(index, tree["tree_structure"], 0)
    return model.Forest(lexicon(texts), feature, threshold, leaf)


def wide(forest: model.Forest) -> model.Forest:
    """The forest as the package loads it."""
    return model.Forest(*(one.astype(np.int64) for one in forest))


def kept(blocks: list[Block]) -> list[bool]:
    return [b.label not in REMOVED and b.rule != "strip.repeated-title" for b in blocks]


def compare(texts: list[Document], results: dict[str, list[list[float]]]) -> None:
    """Measure dumps of articles as all other votes leave them, and with the model's vote."""
    for one in texts:
        gold = shingles(words(one.gold))
        context = context_of("", "en")
        for name in ("without", "with"):
            if name == "with":
                model.ask_model(one.blocks, context)
            stay = kept(one.blocks)
            text = "\n".join(b.text for b, k in zip(one.blocks, stay, strict=True) if k)
            good = [
                k
                for b, k, t in zip(one.blocks, stay, one.target, strict=True)
                if t > 0.9 and b.words >= 8
            ]
            row = [*score(text, gold), float(len(good)), float(sum(good))]
            results.setdefault(f"{one.set:14} {name:8}", []).append(row)


def report(results: dict[str, list[list[float]]]) -> None:
    """Means over pages."""
    for name, table in sorted(results.items()):
        p, r, f, lines, stay = np.mean(table, axis=0)
        print(
            f"{name} {p:.3f} {r:.3f} {f:.3f}   lines kept {stay / lines:.4f}  ({len(table)} pages)"
        )


def measure(texts: list[Document]) -> None:
    """Three folds by site: dumps of articles with and without the model."""
    results: dict[str, list[list[float]]] = {}
    for fold in range(FOLDS):
        forest = wide(grow([one for one in texts if fold_of(one, FOLDS) != fold]))
        model._forest = lambda forest=forest: forest
        own = [one for one in texts if fold_of(one, FOLDS) == fold]
        compare([one for one in own if one.kind == "dump" and one.article], results)
        print(f"fold {fold} done", flush=True)
    report(results)


def unseen(data: Path, sample: int) -> None:
    """The weights on a set that they were not grown on."""
    results: dict[str, list[list[float]]] = {}
    for row in rows(data / "html/web-2006.jsonl.gz")[:sample]:
        gold = row.get("gold") or ""
        lines = dump(row["html"])
        blocks = labelled("\n".join(lines)) if len(gold) >= 600 and len(lines) <= 1500 else []
        if blocks:
            known = shares([block.text for block in blocks], gold)
            target = np.array([np.nan if one is None else one for one in known])
            compare([Document("dump", "web-2006", row["id"], blocks, target, gold)], results)
    report(results)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sample", type=int, default=100_000, help="pages of each set")
    parser.add_argument("--folds", action="store_true", help="measure, do not write")
    parser.add_argument("--unseen", action="store_true", help="measure the weights")
    parser.add_argument("--out", type=Path, default=model.WEIGHTS)
    chosen = parser.parse_args()
    logging.disable(logging.CRITICAL)
    if chosen.unseen:
        unseen(chosen.data, chosen.sample)
        return
    texts = list(documents(chosen.data, chosen.sample))
    print(f"{len(texts)} texts, {sum(len(one.blocks) for one in texts)} lines", flush=True)
    if chosen.folds:
        measure(texts)
        return
    chosen.out.parent.mkdir(exist_ok=True)
    np.savez_compressed(chosen.out, **grow(texts)._asdict())
    print(f"{chosen.out}: {chosen.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()

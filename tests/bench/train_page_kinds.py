"""Grow the forests that say what a page without an article is, and measure them.

    python tests/bench/train_page_kinds.py --data DIR [--out archivetk/steps/extract]

Needs catboost.  Trained on ``mixed-pages`` (CC BY 4.0), whose pages have their kind named; what is
printed is of five folds by site: how many pages get a name, how many of these rightly, and how many
of the pages of that kind get it.  ``collection`` counts as ``listing``.  With ``--out`` the forests of
all pages are stored.
"""

from __future__ import annotations

import argparse
import gzip
import json
import zlib
from pathlib import Path

import numpy as np
from page_kinds import AS, PARAMETERS, grown, named_by_folds
from train_main_content import FOLDS, arrays, site_of

from archivetk.patch import Patch
from archivetk.steps.extract.evidence import Page
from archivetk.steps.extract.features import features
from archivetk.steps.extract.kinds import KINDS_OF_PAGE, page_row
from archivetk.steps.markup import scan_html


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    rows, kinds, folds = [], [], []
    with gzip.open(options.data / "html" / "mixed-pages.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            edits, layout = scan_html(row["html"])
            page = Page(Patch.of(row["html"], edits).apply(row["html"]), layout)
            if page.units:
                rows.append(page_row(features(page)[0], page.weights))
                kinds.append(AS.get(row["page_type"], row["page_type"]))
                folds.append(zlib.crc32(site_of(row).encode()) % FOLDS)
    table, kind, fold = np.array(rows), np.array(kinds), np.array(folds)
    every = np.ones(len(kind), bool)
    named = np.array([one or "article" for one in named_by_folds(table, kind, fold, every)])
    stored: dict[str, list[np.ndarray]] = {"asked": [], "bounds": [], "leaves": [], "base": []}
    for name in KINDS_OF_PAGE if options.out else ():
        forest = grown(table, (kind == name).astype(float))
        for key, values in arrays(forest, "kind", PARAMETERS["depth"]).items():
            stored[key.removeprefix("kind_")].append(values)
    print(f"{'':16}{'pages':>8}{'named':>8}{'rightly':>9}{'found':>8}")
    for name in (*KINDS_OF_PAGE, "article"):
        here, said = kind == name, named == name
        print(
            f"{name:16}{here.sum():8}{said.sum():8}{(kind[said] == name).mean():9.3f}"
            f"{(named[here] == name).mean():8.3f}"
        )
    if options.out:
        np.savez_compressed(
            options.out / "kinds.npz",
            asked=np.concatenate(stored["asked"]),
            bounds=np.concatenate(stored["bounds"]),
            leaves=np.concatenate(stored["leaves"]),
            base=np.array(stored["base"], np.int64),
        )


if __name__ == "__main__":
    main()

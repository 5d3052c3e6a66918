"""Passes over a whole corpus: counts that can be merged, and what is frozen from them."""

from archivetk.corpus.counts import Counts
from archivetk.corpus.facts import page_facts
from archivetk.corpus.freeze import Thresholds, freeze
from archivetk.corpus.store import load_counts, save_counts

__all__ = ["Counts", "Thresholds", "freeze", "load_counts", "page_facts", "save_counts"]

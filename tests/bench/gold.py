"""What gold texts and snippets say of the lines of a page, for training and measuring."""

from __future__ import annotations

import re

from archivetk.steps.align import key_of

WORD = re.compile(r"\w+")


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

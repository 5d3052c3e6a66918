"""Quality floors: measured on generated data and the samples, compared with tests/floors.json.

    python tests/bench/floors.py            measure, print, fail where a figure is below its floor
    python tests/bench/floors.py --write    write the figures measured as the new floors

Removal and harm stand side by side, so that doing nothing scores nothing.
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from corpus import SENTENCES, dirty, dumped, listing, page, prose

import archivetk
from archivetk.settings import load_profile

FLOORS = Path(__file__).parent.parent / "floors.json"
DOCUMENTS = 300
GENTLE = load_profile("gentle")


def words(text: str) -> Counter[str]:
    """The words of a text, counted."""
    return Counter(text.split())


def boilerplate() -> dict[str, float]:
    """Dirty texts: share of the furniture that went, share of the body's words that stayed."""
    gone = all_lines = kept = all_words = 0
    for number in range(DOCUMENTS):
        document = dirty(number)
        out = archivetk.clean(document.text).text
        lines = set(out.split("\n"))
        gone += sum(line not in lines for line in document.furniture)
        all_lines += len(document.furniture)
        body = words(" ".join(document.body))
        kept += (body & words(out)).total()
        all_words += body.total()
    return {"furniture removed": gone / all_lines, "words kept beside furniture": kept / all_words}


def dumps() -> dict[str, float]:
    """Dumps of whole pages: share of the lines that went, share of the article's words left."""
    gone = lines = kept = total = 0
    for number in range(DOCUMENTS):
        document = dumped(number)
        out = archivetk.clean(document.text).text
        left = set(out.split("\n"))
        gone += sum(line not in left for line in document.furniture)
        lines += len(document.furniture)
        body = words(" ".join(document.body))
        kept += (body & words(out)).total()
        total += body.total()
    return {"dump lines removed": gone / lines, "words kept in dumps": kept / total}


def lists() -> dict[str, float]:
    """Clean texts with lists, figures or verse: share of the words that stayed."""
    kept = total = 0
    for number in range(DOCUMENTS):
        text, _ = listing(number)
        out = archivetk.clean(text).text
        kept += (words(text) & words(out)).total()
        total += words(text).total()
    return {"words kept beside lists": kept / total}


def harm() -> dict[str, float]:
    """Clean texts: share of the words that stayed."""
    kept = total = 0
    chance = random.Random(7)
    for number in range(DOCUMENTS):
        language = sorted(SENTENCES)[number % len(SENTENCES)]
        text = "\n\n".join(prose(language, chance, 6))
        out = archivetk.clean(text).text
        kept += (words(text) & words(out)).total()
        total += words(text).total()
    return {"words kept in clean texts": kept / total}


def joins() -> dict[str, float]:
    """Sentences glued together: share found; and share of the insertions that are right."""
    found = right = made = glued = 0
    chance = random.Random(11)
    for number in range(DOCUMENTS):
        language = sorted(SENTENCES)[number % len(SENTENCES)]
        sentences = chance.sample(SENTENCES[language], 6)
        gaps = [chance.random() < 0.3 for _ in range(5)]
        text, places = sentences[0], set()
        for gap, sentence in zip(gaps, sentences[1:], strict=True):
            if gap:
                places.add(len(text))
            text += ("" if gap else " ") + sentence
        document = archivetk.clean(text, settings=GENTLE)
        inserted = {one.start for one in document.changes() if one.rule.startswith("join.")}
        found += len(inserted & places)
        right += len(inserted & places)
        made += len(inserted)
        glued += len(places)
    return {"joins found": found / glued, "joins right": right / max(made, 1)}


def encodings() -> dict[str, float]:
    """Legacy charsets and mojibake: share of the texts that come out as they were."""
    legacy = {
        "en": ["cp1252"],
        "de": ["cp1252", "utf-16-le"],
        "fr": ["cp1252"],
        "es": ["cp1252"],
        "it": ["cp1252"],
    }
    good = total = repaired = damaged = 0
    chance = random.Random(13)
    for number in range(DOCUMENTS):
        language = sorted(SENTENCES)[number % len(SENTENCES)]
        text = " ".join(chance.sample(SENTENCES[language], 6))
        out = archivetk.clean(text, settings=GENTLE).text
        codec = chance.choice(legacy[language])
        good += archivetk.clean(text.encode(codec), settings=GENTLE).text == out
        total += 1
        broken = text.encode("utf-8").decode("cp1252", "replace")
        if "\ufffd" not in broken and broken != text:
            damaged += 1
            repaired += archivetk.clean(broken, settings=GENTLE).text == out
    return {"charsets": good / total, "mojibake repaired": repaired / max(damaged, 1)}


def pages() -> dict[str, float]:
    """Generated pages: F1 of the words of the body, and share of characters traced."""
    hit = kept = gold = traced = chars = 0
    for number in range(60):
        html, document = page(number)
        out = archivetk.clean(html.encode())
        body, text = words(" ".join(document.body)), words(out.text)
        hit += (body & text).total()
        kept += text.total()
        gold += body.total()
        inserted = sum(len(edit.new) for edit in out.patch.edits if edit.start == edit.end)
        breaks = sum(edit.new.count("\n") for edit in out.patch.edits if edit.start == edit.end)
        traced += len(out.text) - inserted + breaks
        chars += len(out.text)
    precision, recall = hit / kept, hit / gold
    return {
        "pages F1": 2 * precision * recall / (precision + recall),
        "pages traced": traced / chars,
    }


def languages() -> dict[str, float]:
    """Labels of single paragraphs."""
    chance = random.Random(17)
    right = 0
    for number in range(DOCUMENTS):
        language = sorted(SENTENCES)[number % len(SENTENCES)]
        right += archivetk.clean(prose(language, chance, 1)[0]).language.tag == language
    return {"languages": right / DOCUMENTS}


def main() -> int:
    """Measure and compare; the exit code."""
    figures: dict[str, float] = {}
    for measure in (boilerplate, dumps, lists, harm, joins, encodings, pages, languages):
        figures |= measure()
    if "--write" in sys.argv:
        floors = {name: int(value * 1000) / 1000 for name, value in figures.items()}
        FLOORS.write_text(json.dumps(floors, indent=1) + "\n", "utf-8")
    floors = json.loads(FLOORS.read_text("utf-8"))
    below = 0
    for name, value in figures.items():
        floor = floors.get(name)
        bad = floor is None or value < floor
        below += bad
        print(f"{name:32} {value:.4f}   floor {floor}{'   BELOW' if bad else ''}")
    print(f"{len(figures) - below} passed, {below} failed")
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main())

"""Make the tables of the charset detector from sentences in many languages.

    python tests/bench/charset_train.py --data DIR [--half] [--out FILE]

``DIR/language/sentences.jsonl.gz`` has rows ``{language, sentences}``,
``DIR/language/declaration.jsonl.gz`` rows ``{key, paragraphs}``.  ``--half`` leaves every second
sentence out, to be measured on the others with ``charset.py``.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter
from pathlib import Path

from archivetk.steps.decode.model import FOLDED, LANGUAGES, fold

EXTRA = {
    "mlt": "mt",
    "glg": "gl",
    "fao": "fo",
    "cmn_hant": "zh-Hant",
    "cmn_hans": "zh",
    "jpn": "ja",
    "kor": "ko",
    "srp_cyrl": "sr",
    "srp_latn": "hr",
    "ron_2006": "ro",
    "tur": "tr",
    "rus": "ru",
    "ukr": "uk",
    "bul": "bg",
    "bel": "be",
    "mkd": "mk",
    "ell_monotonic": "el",
    "heb": "he",
    "arb": "ar",
    "pes_1": "fa",
    "tha": "th",
    "vie": "vi",
    "lit": "lt",
    "lav": "lv",
    "est": "et",
    "pol": "pl",
    "ces": "cs",
    "slk": "sk",
    "hun": "hu",
    "slv": "sl",
    "isl": "is",
    "deu_1996": "de",
    "fra": "fr",
    "spa": "es",
    "ita": "it",
    "por_PT": "pt",
    "swe": "sv",
    "dan": "da",
    "nob": "nb",
    "fin": "fi",
    "nld": "nl",
    "epo": "eo",
    "gle": "ga",
    "cym": "cy",
}


def texts(data: Path, half: bool) -> dict[str, list[str]]:
    result: dict[str, list[str]] = {}
    with gzip.open(data / "language" / "sentences.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            sentences = row["sentences"]
            result[row["language"]] = sentences[::2] if half else sentences
    with gzip.open(data / "language" / "declaration.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row["key"] in EXTRA:
                result.setdefault(EXTRA[row["key"]], []).extend(row["paragraphs"])
    return result


def level(count: int) -> str:
    """A count as one letter: the power of 1.5 nearest below."""
    step = 0
    while 1.5 ** (step + 1) <= count:
        step += 1
    return chr(ord("A") + step)


def packed(counts: dict[str, int], least: int) -> str:
    """Each key with the letter of its count, the commonest first."""
    order = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return "".join(key + level(count) for key, count in order if count >= least)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--half", action="store_true")
    parser.add_argument(
        "--out", type=Path, default=Path("archivetk/steps/decode/charset-model.txt")
    )
    options = parser.parse_args()
    rows: list[str] = []
    for language, sentences in sorted(texts(options.data, options.half).items()):
        if language not in LANGUAGES:
            continue
        pairs: Counter[str] = Counter()
        for sentence in sentences:
            folded = fold(sentence)
            if language in FOLDED:
                pairs.update(char for char in folded if ord(char) > 0x2E7F)
            pairs.update(
                one + two
                for one, two in zip(" " + folded, folded + " ", strict=True)
                if ord(one) <= 0x2E7F and ord(two) <= 0x2E7F and one + two != "  "
            )
        wide = {one: count for one, count in pairs.items() if len(one) == 1}
        narrow = {one: count for one, count in pairs.items() if len(one) == 2}
        least = 1 if sum(narrow.values()) < 30_000 else 2
        rows.append(f"{language}\t{packed(narrow, least)}\t{packed(wide, 1)}\n")
    options.out.write_text("".join(rows), "utf-8", newline="\n")
    print(f"{len(rows)} languages, {options.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()

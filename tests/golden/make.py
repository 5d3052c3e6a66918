"""Write what the samples come out as, or tell what differs.

    python tests/golden/make.py            write tests/golden/NAME.json for every sample
    python tests/golden/make.py --check    print the names of those that differ

Read what changed before you commit it: these files say what users get.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from archivetk.document import Failed
from archivetk.pipeline import clean_source
from archivetk.readers import find_inputs, sources
from archivetk.settings import load_profile
from archivetk.writers.jsonl import to_record

GOLDEN = Path(__file__).parent
SAMPLES = GOLDEN.parent.parent / "samples"
# what may differ from one version of a library to the next, and says nothing about a text
LOOSE = ("language_confidence", "quality", "bytemap")


def outcome(path: Path) -> list[dict[str, object]]:
    """The records of one sample, with every change."""
    settings = load_profile("article")
    found = []
    for entry in find_inputs([str(path)]):
        for source in sources(entry, settings):
            result = source if isinstance(source, Failed) else clean_source(source, settings)
            record = to_record(result, changes=True)
            found.append({key: value for key, value in record.items() if key not in LOOSE})
    return found


def main() -> int:
    """Write or check; the exit code."""
    differ = []
    for path in sorted(SAMPLES.iterdir()):
        target = GOLDEN / f"{path.name}.json"
        text = json.dumps(outcome(path), ensure_ascii=False, indent=1) + "\n"
        if "--check" not in sys.argv:
            target.write_text(text, "utf-8")
        elif not target.exists() or target.read_text("utf-8") != text:
            differ.append(path.name)
    print("\n".join(differ))
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())

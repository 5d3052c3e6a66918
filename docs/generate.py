"""Write the pages that are made from the code, or check that they are up to date.

python docs/generate.py            write docs/reference/cli.md and docs/reference/rules.md
python docs/generate.py --check    fail where a page is stale or a link leads nowhere
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import typer

from archivetk.cli import app, load
from archivetk.explain import rule_table
from archivetk.rules import all_rules

DOCS = Path(__file__).parent
ROOT = DOCS.parent


def cli_page() -> str:
    """The reference of the command line, from the commands themselves."""
    load()
    command: Any = typer.main.get_command(app.app)
    parts = [
        "# Command line",
        "This page is generated from the program: `python docs/generate.py`.",
        (
            "Exit codes: 0 all is well; 1 some inputs failed, they are listed, the rest is written; "
            "2 usage; 3 an archive does not prove what it claims, or a text and its ledger do not belong "
            "together; 4 an optional package is missing; 5 the output cannot be written; 70 a bug; 130 stopped with Ctrl-C."
        ),
    ]
    for name, one in sorted(command.commands.items()):
        parts.append(f"## archivetk {name}")
        parts.append((one.help or "").strip().replace("Examples:\n", "Examples:\n\n"))
        rows = ["| option or argument | meaning |", "|---|---|"]
        for parameter in one.params:
            if parameter.param_type_name == "argument":
                label = parameter.name.upper()
                text = getattr(parameter, "help", "") or ""
            else:
                label = ", ".join((*parameter.opts, *parameter.secondary_opts))
                text = parameter.help or ""
            rows.append(f"| `{label}` | {text.replace('|', chr(92) + '|')} |")
        parts.append("\n".join(rows))
    return "\n\n".join(parts) + "\n"


def rules_page() -> str:
    """Every rule: what it does, why, examples."""
    parts = [
        "# Rules",
        (
            "Every change that archivetk makes bears the name of one of these rules. Switch one off "
            "with `--disable NAME`, run only some with `--only NAME`; a group such as `strip` or "
            "`repair` is a name too. This page is generated: `python docs/generate.py`."
        ),
    ]
    examples: dict[str, list[Any]] = {}
    for rule in all_rules():
        examples.setdefault(rule.name, []).append(rule)
    for name, why in rule_table().items():
        parts.append(f"## {name}\n\n{why}")
        rules = examples.get(name)
        if rules:
            languages = sorted({rule.language for rule in rules})
            shown = next((rule for rule in rules if rule.language == "en"), rules[0])
            acts = "; ".join(f"`{_code(one)}`" for one in shown.changes[:4])
            stays = "; ".join(f"`{_code(one)}`" for one in shown.keeps[:4])
            parts.append(
                f"Label `{shown.label}`. Packs: {', '.join(languages)}.\n\n"
                f"Acts on: {acts}\n\nLeaves: {stays}"
            )
    return "\n\n".join(parts) + "\n"


def _code(text: str) -> str:
    return text.replace("`", "'").replace("\n", " / ")


PAGES = {"reference/cli.md": cli_page, "reference/rules.md": rules_page}


def dead_links() -> list[str]:
    """Links of the docs and the README that lead to no file."""
    found = []
    for page in [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]:
        text = re.sub(r"`[^`\n]*`", "", page.read_text("utf-8"))  # code may look like a link
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
            if (
                not target.startswith(("http:", "https:", "mailto:"))
                and not (page.parent / target).exists()
            ):
                found.append(f"{page.relative_to(ROOT)}: {target}")
    return found


def main() -> int:
    """Write, or check; the exit code."""
    if "--check" in sys.argv:
        stale = [
            name
            for name, make in PAGES.items()
            if not (DOCS / name).exists() or (DOCS / name).read_text("utf-8") != make()
        ]
        problems = [f"stale: docs/{name}; run python docs/generate.py" for name in stale]
        problems += [f"dead link: {one}" for one in dead_links()]
        print("\n".join(problems) or "the docs are up to date")
        return 1 if problems else 0
    for name, make in PAGES.items():
        (DOCS / name).parent.mkdir(parents=True, exist_ok=True)
        (DOCS / name).write_text(make(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

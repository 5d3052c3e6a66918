"""``archivetk rules`` and ``archivetk config``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from archivetk.cli.app import command
from archivetk.cli.options import takes_settings
from archivetk.cli.talk import counted, say
from archivetk.errors import UsageError, said
from archivetk.explain import rule_table
from archivetk.rules import all_rules, load_user_rules, test_rules
from archivetk.settings import Settings

__all__: list[str] = []


@command("rules")
def rules(
    name: Annotated[
        str | None, typer.Argument(help="A rule, a group of rules, or `test`.", metavar="NAME")
    ] = None,
    file: Annotated[
        Path | None, typer.Argument(help="With `test`: the rule file.", metavar="FILE")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Show, document and test rules.

    Examples:
        archivetk rules
        archivetk rules strip.share-bar
        archivetk rules test my-rules.toml
    """
    if name == "test":
        if file is None:
            raise UsageError("Name the rule file: archivetk rules test my-rules.toml.")
        raise typer.Exit(_test(file))
    table = {
        rule: why
        for rule, why in rule_table().items()
        if name is None or rule == name or rule.startswith(name + ".")
    }
    if not table:
        raise UsageError(f"There is no rule {name!r}. `archivetk rules` lists them all.")
    if as_json:
        print(json.dumps(table, ensure_ascii=False, indent=1))
        return
    for rule, why in table.items():
        print(f"{rule:32} {why}" if name is None else f"{rule}\n  {why}")
        if name is not None:
            _examples(rule)


def _examples(name: str) -> None:
    """What the packs say about a rule, language by language."""
    for rule in all_rules():
        if rule.name == name:
            print(f"  [{rule.language}] {rule.match}, label {rule.label}, where {rule.where}")
            for example in rule.changes[:4]:
                print(f"      acts on: {example}")
            for example in rule.keeps[:4]:
                print(f"      leaves:  {example}")


def _test(path: Path) -> int:
    """Run the examples of a rule file; the exit code."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"The rule file {path} cannot be read: {said(error)}") from error
    pack = load_user_rules(text, path.name)
    failures = list(test_rules(pack))
    for failure in failures:
        say(str(failure))
    count = len(pack.rules)
    print(f"{path.name}: {counted(count, 'rule')}, {counted(len(failures), 'failure')}")
    return 1 if failures else 0


@command("config")
@takes_settings
def config(settings: Settings) -> None:
    """Show the settings that are in force.

    Profile, settings file and flags together, as JSON, with their digest.
    """
    values = settings.to_dict()
    print(json.dumps({**values, "digest": settings.digest}, ensure_ascii=False, indent=1))

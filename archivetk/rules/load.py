"""Reading rule files, with messages that say what to write instead."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from archivetk.errors import RuleError
from archivetk.rules.model import GROUPS, MATCHES, WHERE, Rule, RulePack
from archivetk.rules.regex import check_pattern
from archivetk.settings import LABELS

__all__ = ["all_rules", "languages", "load_pack", "load_user_rules", "pack_name", "parse_rules"]

_TOP: Final = {"language", "version", "rule", "define", "license", "licence", "source"}
_KEYS: Final = {
    "name",
    "label",
    "why",
    "match",
    "pattern",
    "patterns",
    "where",
    "near",
    "short",
    "case",
    "boundary",
    "changes",
    "keeps",
}
_NAME: Final = re.compile(r"[a-z][a-z0-9]*(?:[.-][a-z0-9]+)+")
_USE: Final = re.compile(r"\(\?&([a-z][a-z0-9_]*)\)")
#: A pattern may not grow beyond this by its definitions.
_MAX_PATTERN: Final = 40_000
_MAX_FILE: Final = 4_000_000
#: Subtags that share the pack of another.
_SAME: Final = {"nb": "no", "nn": "no", "cmn": "zh", "yue": "zh", "iw": "he", "in": "id"}


@cache
def languages() -> tuple[str, ...]:
    """The languages that have a pack, sorted; ``neutral`` is not among them."""
    folder = files("archivetk").joinpath("rules", "data")
    names = (one.name for one in folder.iterdir())
    found = {name.removesuffix(".toml") for name in names if name.endswith(".toml")}
    return tuple(sorted(found - {"neutral"}))


def pack_name(tag: str) -> str | None:
    """The name of the pack for a BCP 47 tag, or ``None`` where there is none."""
    primary = tag.replace("_", "-").split("-", 1)[0].lower()
    primary = _SAME.get(primary, primary)
    return primary if primary == "neutral" or primary in languages() else None


@cache
def load_pack(language: str) -> RulePack:
    """The pack of a language that comes with the package, or ``neutral``; read once.

    Raises:
        RuleError: where there is none.
    """
    name = pack_name(language)
    if name is None:
        raise RuleError(
            f"There is no rule pack for {language!r}. There are: {', '.join(languages())}, neutral."
        )
    text = files("archivetk").joinpath("rules", "data", f"{name}.toml").read_text("utf-8")
    # Its patterns were checked when it was reviewed, and are by the tests: 0.1 to 0.4 s a pack.
    return parse_rules(text, f"{name}.toml", name, reviewed=True)


@cache
def load_user_rules(text: str, name: str = "rules") -> RulePack:
    """The rules of a user's own file, given as its text.

    Raises:
        RuleError: where the file or a rule in it is wrong.
    """
    return parse_rules(text, name, None)


def all_rules() -> tuple[Rule, ...]:
    """The rules of all packs that come with the package, by language and place."""
    return tuple(rule for name in ("neutral", *languages()) for rule in load_pack(name).rules)


def parse_rules(text: str, name: str, language: str | None, *, reviewed: bool = False) -> RulePack:
    """Read a rule file.

    Args:
        text: the file, in TOML.
        name: its name, for messages.
        language: what its ``language`` must say; ``None``: whatever it says.
        reviewed: whether its patterns are known to be sound, so that none is compiled here.

    Raises:
        RuleError: where something in it is wrong; the message names file, rule and field.
    """
    if len(text) > _MAX_FILE:
        raise RuleError(f"{name}: a rule file may have {_MAX_FILE} characters, this one has more.")
    try:
        values = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise RuleError(f"{name} is not TOML: {error}") from error
    wrong = sorted(set(values) - _TOP)
    if wrong:
        raise RuleError(f"{name}: there is no field {wrong[0]!r} at the top of a rule file.")
    declared = values.get("language", "neutral")
    if not isinstance(declared, str) or (language is not None and declared != language):
        raise RuleError(f"{name}: language must be {language or 'a word'!r}, not {declared!r}.")
    version = values.get("version", 1)
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise RuleError(f"{name}: version must be a whole number from 1 on, not {version!r}.")
    rows = values.get("rule", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise RuleError(f"{name}: rules are written as [[rule]] tables.")
    define = _definitions(values.get("define", {}), name)
    rules = tuple(
        _rule(row, f"{name}, rule {number}", declared, define, reviewed=reviewed)
        for number, row in enumerate(rows, 1)
    )
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return RulePack(declared, version, rules, name, digest)


def _definitions(values: Any, name: str) -> dict[str, str]:
    if not isinstance(values, dict) or not all(isinstance(one, str) for one in values.values()):
        raise RuleError(f"{name}: [define] holds names and patterns, both as strings.")
    result: dict[str, str] = {}
    for key, value in values.items():
        # Only what stands above can be used, so no definition can use itself.
        result[key] = f"(?:{_expanded(value, result, f'{name}, define.{key}')})"
    return result


def _expanded(pattern: str, define: Mapping[str, str], place: str) -> str:
    def use(found: re.Match[str]) -> str:
        if found[1] not in define:
            raise RuleError(f"{place}: (?&{found[1]}) is not defined above it.")
        return define[found[1]]

    result = _USE.sub(use, pattern)
    if len(result) > _MAX_PATTERN:
        raise RuleError(
            f"{place}: the pattern has {len(result)} characters with its definitions, "
            f"{_MAX_PATTERN} is the limit. Split it into several patterns."
        )
    return result


def _rule(
    row: Mapping[str, Any], place: str, language: str, define: Mapping[str, str], *, reviewed: bool
) -> Rule:
    wrong = sorted(set(row) - _KEYS)
    name = row.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise RuleError(f"{place}: name must be a dotted name like strip.share-bar, not {name!r}.")
    place = f"{place} ({name})"
    if wrong:
        raise RuleError(
            f"{place}: there is no field {wrong[0]!r}. The fields are: {', '.join(sorted(_KEYS))}."
        )
    label = _one_of(row, "label", LABELS, None, place)
    if label == "body":
        raise RuleError(f"{place}: a rule finds what is not the body; choose another label.")
    match = _one_of(row, "match", MATCHES, None, place)
    where = _one_of(row, "where", WHERE, "any", place)
    case = _one_of(row, "case", ("fold", "exact"), "fold", place)
    why = row.get("why")
    if not isinstance(why, str) or not why.strip():
        raise RuleError(f"{place}: why must say in a sentence why the rule acts.")
    if ("pattern" in row) == ("patterns" in row):
        raise RuleError(f"{place}: give either pattern or patterns.")
    given = [row["pattern"]] if "pattern" in row else row["patterns"]
    if not isinstance(given, list) or not given or not all(isinstance(one, str) for one in given):
        raise RuleError(f"{place}: patterns is a list of strings, and not an empty one.")
    short = _flag(row, "short", default=False, place=place)
    patterns = tuple(_expanded(one, define, place) for one in given)
    for pattern in () if reviewed else patterns:
        check_pattern(pattern, place, GROUPS, bounded=not short)
    near = _strings(row, "near", place)
    for one in near:
        if one not in LABELS:
            raise RuleError(f"{place}: there is no label {one!r}. There are: {', '.join(LABELS)}.")
    changes = _strings(row, "changes", place)
    keeps = _strings(row, "keeps", place)
    if not changes or not keeps:
        raise RuleError(
            f"{place}: changes and keeps must each hold at least one line: what the rule must "
            "act on, and what looks like it and must stay."
        )
    return Rule(
        name,
        label,
        why.strip(),
        match,
        patterns,
        language,
        where,
        near,
        short,
        case == "fold",
        _flag(row, "boundary", default=True, place=place),
        changes,
        keeps,
    )


def _one_of(
    row: Mapping[str, Any], key: str, allowed: tuple[str, ...], default: str | None, place: str
) -> str:
    value = row.get(key, default)
    if not isinstance(value, str) or value not in allowed:
        raise RuleError(f"{place}: {key} must be one of {', '.join(allowed)}, not {value!r}.")
    return value


def _flag(row: Mapping[str, Any], key: str, *, default: bool, place: str) -> bool:
    value = row.get(key, default)
    if not isinstance(value, bool):
        raise RuleError(f"{place}: {key} must be true or false, not {value!r}.")
    return value


def _strings(row: Mapping[str, Any], key: str, place: str) -> tuple[str, ...]:
    value = row.get(key, [])
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise RuleError(f"{place}: {key} must be a list of strings.")
    return tuple(value)

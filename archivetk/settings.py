"""What a user can set, as one value that is recorded with every result.

``Settings`` holds all that decides how a document is cleaned: two runs with equal settings,
the same version and the same input give the same bytes.  A profile is a settings file; flags
win over ``archivetk.toml``, which wins over the profile.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from archivetk.errors import SettingsError, said

__all__ = [
    "LABELS",
    "PROFILES",
    "QUALITY_PRESETS",
    "SIGNALS",
    "RuleFile",
    "Settings",
    "load_profile",
    "load_settings_file",
    "read_setting",
]

#: What a block of text can be.  A profile says which of them leave the text.
LABELS: Final = (
    "body",
    "title",
    "byline",
    "dateline",
    "date",
    "caption",
    "credit",
    "promo",
    "newsletter",
    "share",
    "related",
    "comment",
    "consent",
    "advert",
    "navigation",
    "loading",
    "correction",
    "copyright",
)

#: The profiles that come with the package.
PROFILES: Final = ("article", "gentle", "strict")

#: Presets whose thresholds can reject a document, and how many signals can be measured.
QUALITY_PRESETS: Final = ("gopher", "c4", "fineweb")
SIGNALS: Final = ("basic", "full")
#: Who may judge what the main content of a page is.
EXTRACTORS: Final = (
    "fast",
    "vote",
    "trafilatura",
    "trafilatura-fast",
    "trafilatura-precision",
    "none",
)
#: Who may label the language.
DETECTORS: Final = ("default", "py3langid", "langdetect")
_WORDS: Final = {
    "quality": ("", *QUALITY_PRESETS),
    "signals": SIGNALS,
    "extractor": EXTRACTORS,
    "detector": DETECTORS,
    "normalize": ("marks", "nfc", "none"),
    "url_from": ("known", "canonical"),
}

#: Steps that only make a file readable; they cannot be switched off.
_READING: Final = ("decode", "row", "markup", "extract")


@dataclass(frozen=True, slots=True)
class RuleFile:
    """A user's own rule file, with its whole content, so that a run can be repeated."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Settings:
    """All that decides how a document is cleaned.

    Attributes:
        profile: name of the profile that the values started from.
        remove: labels of blocks that leave the text.
        keep: labels that stay, whatever the profile says.
        disable: dotted rules or groups of rules (``strip``, ``strip.loading``) that are off.
        only: if given, no other rules or groups run (reading a file apart).
        rules: the user's own rule files.
        encoding: charset to decode with, instead of finding it out.
        language: BCP 47 tag to choose rules by, instead of finding it out.
        media_type: what the input is, instead of telling it by content.
        extractor: who judges what the main content of a page is.
        detector: who labels the language.
        unaligned: keep text of the judge that has no place in the source (marked, counted).
        comments: keep the readers' comments of a page.
        markdown: give headings, lists, tables, links, quotes of a page as markdown.
        keep_nbsp: leave no-break spaces alone.
        normalize: ``marks`` (base plus combining mark only), ``nfc`` or ``none``.
        straighten_quotes: make typographic quotation marks straight ones.
        dehyphenate: join words that were divided at the end of a line.
        site_model: a site model as JSON text, if one is used.
        quality: preset whose thresholds reject a document; empty: none does.
        signals: ``basic``, or ``full`` to measure words and repetition too (a preset does so).
        brake: share of the words above which nothing is removed, and a flag is set.
        max_bytes: payloads larger than this fail as ``too-large``.
        time_limit: seconds that one document may take where it runs in a process of its own; a
            megabyte has one more.
        memory_limit: MiB that a document may take, beside what is loaded for all of them.
        url_from: ``known``, or ``canonical`` to let a page's own canonical link be its address.
    """

    profile: str = "article"
    remove: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    disable: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    rules: tuple[RuleFile, ...] = ()
    encoding: str | None = None
    language: str | None = None
    media_type: str | None = None
    extractor: str = "fast"
    detector: str = "default"
    unaligned: bool = True
    comments: bool = False
    markdown: bool = False
    keep_nbsp: bool = False
    normalize: str = "marks"
    straighten_quotes: bool = False
    dehyphenate: bool = False
    site_model: str | None = None
    quality: str = ""
    signals: str = "basic"
    brake: float = 0.7
    max_bytes: int = 1 << 30
    time_limit: float = 60.0
    memory_limit: int = 4096
    url_from: str = "known"

    def allows(self, rule: str) -> bool:
        """Whether a rule, by its dotted name, may act."""
        if not self.only and not self.disable:
            return True  # by far the commonest case
        if rule.split(".", 1)[0] in _READING:
            return True
        if self.only and not _named(rule, self.only):
            return False
        return not _named(rule, self.disable)

    def removes(self, label: str) -> bool:
        """Whether blocks with this label leave the text."""
        return label in self.remove and label not in self.keep

    def changed(self, **values: Any) -> Settings:
        """The same settings with some values changed.

        Raises:
            SettingsError: where a name or a value is not one that settings have.
        """
        return replace(self, **_checked(values))

    def to_dict(self) -> dict[str, Any]:
        """All values, as JSON can hold them."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Settings:
        """Read what :meth:`to_dict` gave.

        Raises:
            SettingsError: where a name or a value is not one that settings have.
        """
        return cls(**_checked(values))

    @property
    def digest(self) -> str:
        """SHA-256 of the values in canonical JSON: equal digests, equal settings."""
        text = json.dumps(self.to_dict(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def load_profile(name: str) -> Settings:
    """The settings of a profile: one that comes with the package, or a file of one's own.

    Raises:
        SettingsError: where there is no such profile, or its file is wrong.
    """
    if name in PROFILES:
        return _shipped(name)
    path = Path(name)
    if path.suffix == ".toml":
        values = load_settings_file(path)
        base = _shipped(str(values.pop("base", "article")))
        return base.changed(profile=path.stem, **values)
    raise SettingsError(
        f"There is no profile {name!r}. Choose one of {', '.join(PROFILES)}, "
        "or give the path of a settings file that ends in .toml."
    )


def load_settings_file(path: Path) -> dict[str, Any]:
    """The values of ``archivetk.toml``, a profile, or ``[tool.archivetk]`` of a ``pyproject.toml``.

    Rule files and a site model are named by their paths, from the folder of the settings file.

    Raises:
        SettingsError: where it, or a file that it names, cannot be read, or it is not TOML.
    """
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"The settings file {path} cannot be used: {said(error)}") from error
    if path.name == "pyproject.toml":
        values = values.get("tool", {}).get("archivetk", {})
    values = {key.replace("-", "_"): value for key, value in values.items()}
    rules, model = values.get("rules"), values.get("site_model")
    if isinstance(rules, list) and all(isinstance(one, str) for one in rules):
        values["rules"] = [
            RuleFile(Path(one).name, read_setting(path.parent / one, "rule file")) for one in rules
        ]
    if isinstance(model, str) and model not in {"", "auto"}:
        values["site_model"] = read_setting(path.parent / model, "site model")
    return values


def read_setting(path: Path, what: str) -> str:
    """The text of a file that the settings name.

    Raises:
        SettingsError: where it cannot be read.
    """
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise SettingsError(f"The {what} {path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"The {what} {path} is not UTF-8: {error.reason}.") from error


@cache
def _shipped(name: str) -> Settings:
    if name not in PROFILES:
        raise SettingsError(f"There is no profile {name!r}. Choose one of {', '.join(PROFILES)}.")
    text = files("archivetk").joinpath("profiles", f"{name}.toml").read_text("utf-8")
    return Settings(profile=name).changed(**tomllib.loads(text))


def _named(rule: str, names: tuple[str, ...]) -> bool:
    return any(rule == name or rule.startswith(name + ".") for name in names)


_NAMES = {one.name for one in fields(Settings)}
_TUPLES = {"remove", "keep", "disable", "only"}


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for name, value in values.items():
        if name not in _NAMES:
            raise SettingsError(
                f"There is no setting {name!r}. The settings are: {', '.join(sorted(_NAMES))}."
            )
        if name in _TUPLES:
            if not isinstance(value, (list, tuple, set, frozenset)) or not all(
                isinstance(one, str) for one in value
            ):
                raise SettingsError(f"The setting {name!r} takes a list of words.")
            value = tuple(value)  # noqa: PLW2901
            if name in {"remove", "keep"}:
                wrong = [one for one in value if one not in LABELS]
                if wrong:
                    raise SettingsError(
                        f"There is no label {wrong[0]!r}. The labels are: {', '.join(LABELS)}."
                    )
        elif name == "rules":
            value = _rule_files(value)  # noqa: PLW2901
        else:
            value = _scalar(name, value)  # noqa: PLW2901
        result[name] = value
    return result


def _rule_files(value: Any) -> tuple[RuleFile, ...]:
    try:
        return tuple(
            one if isinstance(one, RuleFile) else RuleFile(str(one["name"]), str(one["text"]))
            for one in value
        )
    except (TypeError, KeyError, IndexError) as error:
        raise SettingsError(
            "The setting 'rules' takes a list of rule files, each with its name and its text."
        ) from error


_DEFAULTS: Final = {one.name: one.default for one in fields(Settings)}


def _scalar(name: str, value: Any) -> Any:
    default = _DEFAULTS[name]
    if isinstance(default, bool):
        if not isinstance(value, bool):
            raise SettingsError(f"The setting {name!r} is true or false, not {value!r}.")
        return value
    if isinstance(default, (int, float)):
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value <= 0:
            raise SettingsError(f"The setting {name!r} takes a number above 0, not {value!r}.")
        if name == "brake" and value > 1:
            raise SettingsError(f"The setting 'brake' is a share from 0 to 1, not {value!r}.")
        return type(default)(value)
    if value is not None and not isinstance(value, str):
        raise SettingsError(f"The setting {name!r} takes a word, not {value!r}.")
    if name in _WORDS and value not in _WORDS[name]:
        raise SettingsError(
            f"The setting {name!r} cannot be {value!r}. "
            f"Choose one of {', '.join(one for one in _WORDS[name] if one)}."
        )
    return value

"""Settings looked at before the first document: what is wrong with them is said once, at the start.

:mod:`archivetk.settings` checks names and kinds of values; here is asked what only the steps and
the readers of rules and models can tell.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from archivetk.errors import SettingsError
from archivetk.settings import Settings

__all__ = ["vet"]

#: Switches that are no rules: steps that find or measure and make no edits.
_SWITCHES: Final = ("metadata", "metadata.htmldate", "quality")
#: The shape of a language tag (BCP 47, RFC 5646, section 2.1).
_TAG: Final = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})*")
_MEDIA_TYPES: Final = ("text/plain", "text/markdown", "text/html")


@lru_cache(maxsize=32)
def vet(settings: Settings) -> Settings:
    """The settings, unchanged, if documents can be cleaned with them.

    Raises:
        SettingsError: where a charset, a language, a media type, a rule or a site model is none.
        RuleError: where a rule file is wrong.
    """
    if settings.encoding is not None:
        _vet_encoding(settings.encoding)
    if settings.language is not None and not _TAG.fullmatch(settings.language):
        raise SettingsError(
            f"{settings.language!r} is no language tag. Use one such as en, pt-BR or zh-Hant."
        )
    if settings.media_type is not None and settings.media_type not in _MEDIA_TYPES:
        raise SettingsError(
            f"The media type cannot be {settings.media_type!r}. "
            f"Choose one of {', '.join(_MEDIA_TYPES)}."
        )
    own = _own_rules(settings) if settings.rules else set()
    if settings.disable or settings.only:
        _vet_names(settings, own)
    if settings.site_model and settings.site_model != "auto":
        from archivetk.sitemodel import read_model  # most runs have none

        read_model(settings.site_model)
    return settings


def _vet_encoding(name: str) -> None:
    from archivetk.steps.decode import charset_of  # what else is there is for documents

    if charset_of(name) is None:
        raise SettingsError(
            f"There is no encoding {name!r}. Use a name such as utf-8, windows-1252, "
            "shift_jis or koi8-r."
        )


def _own_rules(settings: Settings) -> set[str]:
    """The names of the rules in the user's files."""
    from archivetk.rules import load_user_rules  # most runs have none

    return {
        rule.name for one in settings.rules for rule in load_user_rules(one.text, one.name).rules
    }


def _vet_names(settings: Settings, own: set[str]) -> None:
    """Refuse names of rules and groups that are none: a slip of the pen would go unseen."""
    from archivetk.explain import rule_table  # reads all packs

    known = {*rule_table(), *own, *_SWITCHES}
    groups = {name.rsplit(".", count)[0] for name in known for count in (1, 2)}
    for name in (*settings.disable, *settings.only):
        if name not in known and name not in groups:
            raise SettingsError(
                f"There is no rule or group of rules {name!r}. `archivetk rules` lists them all."
            )

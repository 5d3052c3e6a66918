"""Names of people as bylines and metadata write them.

>>> names_in(["By Ida Holm and Per Lund, Staff Writer"]), names_in(["Holm, Ida; Lund, Per"])
(['Ida Holm', 'Per Lund'], ['Ida Holm', 'Per Lund'])
>>> names_in(["Ana Ruiz y Luis Mora"]), names_in(["Ana Ruiz y Mora"]), names_in(["admin"])
(['Ana Ruiz', 'Luis Mora'], ['Ana Ruiz y Mora'], [])
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

__all__ = ["key_of", "names_in"]

_LONGEST: Final = 2_000  # code points of a value that are looked at
_WORD: Final = re.compile(r"[^\W_]+")
_BY: Final = re.compile(
    r"^(?:(?:written|posted|published|reported|reviewed|story|words|article|submitted|updated|"
    r"geschrieben|veröffentlicht|verfasst|erstellt|eingestellt|gespeichert|gepostet|"
    r"(?:(?:zeige )?alle|ein) (?:beiträge|beitrag|artikel)|(?:view )?all posts|beitrag|artikel|"
    r"escrito|publicado|publié|écrit|rédigé|scritto|pubblicato|geschreven)"
    r"\s+(?:by|von|por|par|da|door)\b\s*:?\s*"
    r"|(?:von|par|por|di|door|av|af):\s*"
    r"|(?:by|author|authors|autor|autorin|autoren|auteur|autore|text|texto|texte|testo|"
    r"foto|photo|fotos|photos|interview|in|verfasser|verfasserin|redaktion|redacteur|kirjoittaja|skribent)\s*:\s*"
    r"|(?:by|автор|текст)\s+"
    r"|(?-i:von|vom|par|por|door|av|af)\s+(?=\S)"
    r"|(?:von|vom|par|por|di|da|door|af|av|przez|yazan)\s+(?=\S+\s+\S))",
    re.IGNORECASE,
)
_BETWEEN: Final = re.compile(
    r"\s*(?:[;|/•·、，،؛]|\s&|,\s*(?:and|und|et|y|e|och|og|en|и|ve)\s)\s*"
    r"|\s+(?:and|und|et|och|og|with|mit)\s+",
    re.IGNORECASE,
)
#: Words that also stand within a name: they divide two names of two words or more.
_PERHAPS: Final = re.compile(r"\s+(?:y|e|en|i|и|ve)\s+")
_ROLE: Final = re.compile(
    r"(?<!\w)(?:correspondent|reporter|editor|staff|writer|journalist|contributor|columnist|"
    r"producer|analyst|critic|redakt\w*|korrespondent\w*|journaliste|envoyée?s?|correspondant\w*|"
    r"redactor\w*|corresponsal\w*|periodista|giornalista|inviat[oa]|corrispondente|jornalista|"
    r"repórter|redacteur|verslaggever\w*|dziennikar\w+|korespondent\w*|корреспондент\w*|"
    r"обозреватель|журналист\w*|редактор|кореспондент\w*|muhabir\w*|editör\w*)(?!\w)",
    re.IGNORECASE,
)
#: An agency or the like in brackets behind a name, and what reporters are called behind theirs.
_ASIDE: Final = re.compile(r"\s*\([^()]{0,40}\)$|(?<=\S) (?:기자|특파원|記者|记者)$")
_ADDRESS: Final = re.compile(
    r"(?:https?:)?//\S+|\bwww\.\S+|\S+@\S+\.\S+|(?<!\S)@\w+", re.IGNORECASE
)
_DEGREE: Final = re.compile(
    r"(?:ph\.?\s?d|m\.?\s?d|m\.?\s?sc|b\.?\s?sc|m\.?\s?a|b\.?\s?a|m\.?\s?s|r\.?\s?d|r\.?\s?n|"
    r"dds|do|dpt|mph|mba|jr|sr|ii|iii|esq|cscs|rdn|ldn|llm)\.?",
    re.IGNORECASE,
)
_AROUND: Final = ' \t,;:|/•·-–—*.()[]"„“”«»'
_NOBODY: Final = frozenset({
    "admin", "administrator", "anonymous", "anonym", "anónimo", "anonyme", "author", "authors",
    "autor", "autoren", "unknown", "unbekannt", "user", "guest", "gast", "default", "webmaster",
    "root", "none", "null", "n/a", "undefined", "editor", "nobody", "by", "von", "true", "false",
    "publisher", "herausgeber", "wordpress", "wordpressadmin", "staff", "superuser", "website",
    "web",
})  # fmt: skip
_NO_NAME: Final = re.compile(
    r"(?:no|kein|unknown|sin|sans) (?:author|autor|auteur)|\S+\.[a-z]{2,4}|\d.*", re.IGNORECASE
)
_LONGEST_NAME: Final = 70
_MOST_NAMES: Final = 40
_MOST_WORDS: Final = 7


def key_of(text: str) -> str:
    """The letters and figures of a text, for comparing."""
    return " ".join(_WORD.findall(text.casefold()))


def names_in(values: Iterable[str], *, single: bool = False) -> list[str]:
    """The names of authors, each once, in their order, without what their bearers are.

    Args:
        values: bylines or values of metadata without markup; several names may stand in one.
        single: each value is one name, which may be written ``Last, First``.
    """
    names: list[str] = []
    seen: set[str] = set()
    for value in values:
        found = _split(value[:_LONGEST], single=single)
        # where nobody is named, a role is better than nothing
        for name in [one for one in found if not _ROLE.search(one)] or found:
            key = key_of(name)
            if key and key not in seen and len(names) < _MOST_NAMES:
                seen.add(key)
                names.append(name)
    return names


def _split(text: str, *, single: bool) -> list[str]:
    text = _BY.sub("", _bare(_ADDRESS.sub("", text)), count=1)
    names: list[str] = []
    # Last, First; Last, First
    inverted = ";" in text and all(map(_is_inverted, filter(str.strip, text.split(";"))))
    for part in _BETWEEN.split(text):
        pieces = [piece.strip() for piece in part.split(",")]
        pieces = [one for one in pieces if one and not _DEGREE.fullmatch(one)]
        if len(pieces) == 2 and (inverted or (single and " " not in pieces[0])):
            pieces = [f"{pieces[1]} {pieces[0]}"]
        for piece in pieces:
            for one in [piece] if single else _couple(piece):
                name = _bare(_BY.sub("", one, count=1))
                if _is_name(name):
                    names.append(name)
    return names


def _is_inverted(name: str) -> bool:
    """Whether a name may be written ``Last, First``."""
    _, comma, first = name.partition(",")
    return bool(comma) and not (
        "," in first or _DEGREE.fullmatch(first.strip()) or _ROLE.search(name)
    )


def _couple(piece: str) -> list[str]:
    """Two names with a word between them that also stands within names."""
    parts = _PERHAPS.split(piece)
    return parts if all(" " in one.strip() for one in parts) else [piece]


def _bare(name: str) -> str:
    """A name without marks around it, and without what stands in brackets behind it."""
    return _ASIDE.sub("", name.strip()).strip(_AROUND)


def _is_name(name: str) -> bool:
    if not 1 < len(name) <= _LONGEST_NAME or name.casefold() in _NOBODY:
        return False
    if name.count(" ") >= _MOST_WORDS or _NO_NAME.fullmatch(name):
        return False
    letters = sum(one.isalpha() for one in name)
    return letters >= 2 and letters * 2 > len(name)

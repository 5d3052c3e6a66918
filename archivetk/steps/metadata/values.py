"""Values of metadata as they should be: text without markup, names, dates, tags of languages.

Nothing here looks at a page; every function takes a string and gives a clean one, or nothing.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from html import unescape
from typing import Final
from urllib.parse import urljoin, urlsplit

__all__ = ["clean_text", "iso_date", "key_of", "language_tag", "names_of", "tags_of", "web_address"]

#: Longest value that is worth keeping, in code points.
_LONGEST: Final = 2_000
_TAG: Final = re.compile(r"<[^<>]{0,1000}>")
_UNFIT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u200b\ufeff]")
_WORD: Final = re.compile(r"[^\W_]+")


def clean_text(value: str) -> str:
    """A value without character references, markup, control characters and spare white space."""
    text = value[:_LONGEST]
    for _ in range(2):  # references are often written twice: &amp;quot;
        if "&" in text:
            text = unescape(text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    return " ".join(_UNFIT.sub("", text).split())


def key_of(text: str) -> str:
    """The letters and figures of a text, for comparing."""
    return " ".join(_WORD.findall(text.casefold()))


# Names

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
    r"\s*(?:[;|/•·]|\s&|,\s*(?:and|und|et|y|e|och|og|en)\s)\s*"
    r"|\s+(?:and|und|et|och|og|with|mit)\s+",
    re.IGNORECASE,
)
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
    r"(?:no|kein|unknown|sin|sans) (?:author|autor|auteur)|\S+\.[a-z]{2,4}", re.IGNORECASE
)
_LONGEST_NAME: Final = 70
_MOST_NAMES: Final = 40
_MOST_WORDS: Final = 7


def names_of(values: Iterable[str], *, single: bool = False) -> list[str]:
    """The names of authors, each once, in their order.

    Args:
        values: what a page says; several names may stand in one value.
        single: each value is one name, which may be written ``Last, First``.
    """
    names: list[str] = []
    seen: set[str] = set()
    for value in values:
        for name in _split_names(clean_text(value[:_LONGEST]), single=single):
            key = key_of(name)
            if key and key not in seen and len(names) < _MOST_NAMES:
                seen.add(key)
                names.append(name)
    return names


def _split_names(text: str, *, single: bool) -> list[str]:
    text = _BY.sub("", _ADDRESS.sub("", text).strip(_AROUND), count=1)
    names: list[str] = []
    for part in _BETWEEN.split(text):
        pieces = [piece.strip() for piece in part.split(",")]
        pieces = [one for one in pieces if one and not _DEGREE.fullmatch(one)]
        if len(pieces) == 2 and single and " " not in pieces[0]:
            pieces = [f"{pieces[1]} {pieces[0]}"]
        for piece in pieces:
            name = _BY.sub("", piece, count=1).strip(_AROUND)
            if _is_name(name):
                names.append(name)
    return names


def _is_name(name: str) -> bool:
    if not 1 < len(name) <= _LONGEST_NAME or name.casefold() in _NOBODY:
        return False
    if name.count(" ") >= _MOST_WORDS or _NO_NAME.fullmatch(name):
        return False
    letters = sum(one.isalpha() for one in name)
    return letters >= 2 and letters * 2 > len(name)


# Tags

_TAG_MARK: Final = re.compile(r"\s*[,;|]\s*")
_MOST_TAGS: Final = 50


def tags_of(values: Iterable[str]) -> list[str]:
    """Keywords, each once, in their order; a value may hold several between commas."""
    tags: dict[str, str] = {}
    for value in values:
        for part in _TAG_MARK.split(clean_text(value)):
            tag = part.strip(" #\"'")
            if tag and len(tag) <= 100 and len(tags) < _MOST_TAGS:
                tags.setdefault(tag.casefold(), tag)
    return list(tags.values())


# Languages

_LANGUAGE: Final = re.compile(
    r"\s*([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|[0-9]{3}))?"
    r"(?:[-_.@][a-z0-9._@-]{0,40})?\s*(?:,.{0,100})?",
    re.IGNORECASE | re.DOTALL,
)


def language_tag(value: str) -> str | None:
    """A declared language as BCP 47: ``de_AT`` and ``DE-at`` become ``de-AT``."""
    found = _LANGUAGE.fullmatch(value[:200])
    if not found or found[1].lower() in {"und", "mul", "zxx", "mis", "xx"}:
        return None
    parts = [found[1].lower()]
    if found[2]:
        parts.append(found[2].title())
    if found[3]:
        parts.append(found[3].upper())
    return "-".join(parts)


# Addresses


def web_address(value: str, base: str | None) -> str | None:
    """An absolute ``http`` or ``https`` address, or nothing."""
    text = "".join(unescape(value[:_LONGEST]).split())
    try:
        text = urljoin(base or "", text)
        parts = urlsplit(text)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            return None
    except ValueError:
        return None
    return None if _UNFIT.search(text) else text


# Dates

#: The months, one a line, as many European languages and their abbreviations write them.
_MONTH_NAMES: Final = """
january jan januar jänner jän janvier janv enero ene gennaio gen janeiro januari tammikuuta \
stycznia ledna január januára ianuarie января янв января січня ιανουαρίου ocak jaanuar
february feb februar februari febr février févr fév febrero febbraio fevereiro fev helmikuuta \
lutego února február februára februarie февраля фев лютого φεβρουαρίου şubat
march mar märz mrz mär mars marzo março maart mrt maaliskuuta marca března március martie \
марта мар березня μαρτίου mart
april apr avril avr abril abr aprile huhtikuuta kwietnia dubna április apríla aprilie апреля \
апр квітня απριλίου nisan
may mai mayo maggio mag maio mei maj toukokuuta maja května május мая травня μαΐου mayıs
june jun juni juin junio giugno giu junho kesäkuuta czerwca června június júna iunie июня июн \
червня ιουνίου haziran
july jul juli juillet juil julio luglio lug julho heinäkuuta lipca července július júla iulie \
июля июл липня ιουλίου temmuz
august aug août agosto ago augustus augusti elokuuta sierpnia srpna augusztus augusta августа \
авг серпня αυγούστου ağustos
september sep sept septembre septiembre settembre set setembro syyskuuta września září \
szeptember septembrie сентября сен вересня σεπτεμβρίου eylül
october oct oktober okt octobre octubre ottobre ott outubro out lokakuuta października října \
október octombrie октября окт жовтня οκτωβρίου ekim
november nov novembre noviembre novembro marraskuuta listopada listopadu noiembrie ноября ноя \
листопада νοεμβρίου kasım
december dec dezember dez décembre déc diciembre dic dicembre dezembro desember des joulukuuta \
grudnia prosince decembrie декабря дек грудня δεκεμβρίου aralık
"""
_MONTHS: Final = {
    name: number
    for number, line in enumerate(_MONTH_NAMES.strip().split("\n"), 1)
    for name in line.split()
}
_CLOCK: Final = (
    r"(?:[T\s,]{1,3}(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d)(?:[.,]\d{1,9})?)?"
    r"\s?(?P<zone>Z\b|[+-]\d\d:?\d\d|UTC\b|GMT\b(?![+-]))?)?"
)
_ISO: Final = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?!\d)"
    + _CLOCK
)
_COMPACT: Final = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)(?:T?(?P<hour>\d\d)(?P<minute>\d\d)"
    r"(?P<second>\d\d)?)?(?P<zone>Z|[+-]\d\d:?\d\d)?(?!\d)"
)
_DOTTED: Final = re.compile(
    r"(?<!\d)(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>(?:19|20)\d\d)(?!\d)" + _CLOCK
)
_NAMED: Final = re.compile(
    r"(?<!\d)(?P<day>\d{1,2})(?:st|nd|rd|th|er|º|ª|\.)?\s*(?:of\s|de\s|d')?[\s-]*"
    r"(?P<month>[^\W\d_]{3,12})\.?,?(?:\sde)?[\s-]*(?P<year>(?:19|20)\d\d)(?!\d)" + _CLOCK
)
_AMERICAN: Final = re.compile(
    r"(?<![^\W\d_])(?P<month>[^\W\d_]{3,12})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+"
    r"(?P<year>(?:19|20)\d\d)(?!\d)" + _CLOCK
)
_EASTERN: Final = re.compile(
    r"(?P<year>(?:19|20)\d\d)\s?[年년]\s?(?P<month>\d{1,2})\s?[月월]\s?(?P<day>\d{1,2})\s?[日일]"
)
_SLASHED: Final = re.compile(
    r"(?<!\d)(?P<day>\d{1,2})[/-](?P<month>\d{1,2})[/-](?P<year>(?:19|20)\d\d)(?!\d)"
)
_SHORT: Final = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.(\d\d)(?![\d.]\d|\d)")
_EPOCH: Final = re.compile(r"\s*(\d{10})(?:\d{3})?\s*")
_FORMS: Final = (_ISO, _DOTTED, _NAMED, _AMERICAN, _EASTERN)


def iso_date(value: str, language: str = "", most: int = 300) -> str | None:
    """The first date in a value as ISO 8601, with its time and zone where it gives them.

    Args:
        value: a date as machines or people write it, alone or in some words.
        language: BCP 47 tag; ``en-US`` and ``en`` put the month first in ``3/4/2021``.
        most: code points of the value that are looked at.

    Returns:
        ``YYYY-MM-DD`` or ``YYYY-MM-DDThh:mm[:ss][zone]``, or nothing: also for a day that no
        calendar has, for what can be read in two ways, and for years outside 1900 to 2099.
    """
    text = value[:most]
    best: re.Match[str] | None = None
    for form in _FORMS:
        found = form.search(text)
        if found and (best is None or found.start() < best.start()):
            best = found
    if best is not None:
        made = _made(best)
        if made:
            return made
    if found := _SLASHED.search(text):
        made = _slashed(found, language)
        if made:
            return made
    if found := _COMPACT.search(text):
        return _made(found)
    if found := _SHORT.search(text):
        try:
            return dt.date(2000 + int(found[3]), int(found[2]), int(found[1])).isoformat()
        except ValueError:
            return None
    if found := _EPOCH.fullmatch(text):
        moment = dt.datetime.fromtimestamp(int(found[1]), dt.UTC)
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    return None


def _made(found: re.Match[str]) -> str | None:
    parts = found.groupdict()
    word = parts["month"]
    month = int(word) if word.isdigit() else _MONTHS.get(word.casefold(), 0)
    try:
        date = dt.date(int(parts["year"]), month, int(parts["day"])).isoformat()
    except ValueError:
        return None
    hour = parts.get("hour")
    if not hour or int(hour) > 23 or int(parts["minute"]) > 59:
        return date
    second, zone = parts.get("second"), parts.get("zone") or ""
    time = f"{int(hour):02d}:{parts['minute']}" + (f":{second}" if second else "")
    if zone in {"UTC", "GMT"}:
        zone = "Z"
    elif len(zone) == 5:
        zone = f"{zone[:3]}:{zone[3:]}"
    return f"{date}T{time}{zone}"


def _slashed(found: re.Match[str], language: str) -> str | None:
    first, second = int(found["day"]), int(found["month"])
    if first > 12 or first == second:
        day, month = first, second
    elif second > 12 or language in {"en", "en-US", "en-CA"}:
        day, month = second, first
    elif language:  # everywhere else the day comes first
        day, month = first, second
    else:
        return None
    try:
        return dt.date(int(found["year"]), month, day).isoformat()
    except ValueError:
        return None

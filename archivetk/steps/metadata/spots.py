"""Where words of interest stand in the body of a page: one pass for all of them.

Each word searched for alone is a pass over the page, and a page without an answer pays for all.
RE2 looks for them together, at the speed of the memory, in the UTF-8 of the page.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Final

import re2

__all__ = ["ANNOUNCED", "AUTHOR", "DATED", "Spots", "may_hold_date"]

#: Classes and the like that say whose name stands there.
AUTHOR: Final = ("uthor", "utor", "yline", "yLine", "writer", "verfasser", "auteur")
#: Those that say that a date stands there, but for ``ate`` and ``time``, which are everywhere.
DATED: Final = ("publish", "yline", "submitted", "posted", "fecha")
#: Words that announce a date.
ANNOUNCED: Final = (
    "Datum", "Date:", "Erschienen", "Veröffentlicht", "Published", "Posted on", "Publié",
    "Publicado", "Pubblicato", "Gepubliceerd", "Publicerad", "Опубликовано",
)  # fmt: skip
_MARKED: Final = (
    "<h1", "<H1", "<time", "<meta ", "ld+json", "itemprop", "creativecommons.org/",
    'rel="author', "rel=author",
)  # fmt: skip
#: Words that end in another one.
_ENDINGS: Final = {'rel="author': "uthor", "rel=author": "uthor"}
#: With so many found the rest of a page is not looked through.
_MOST: Final = 100_000


_YEAR: Final = "(?:199[0-9]|20[0-3][0-9])"
#: What may stand between the parts of a date that a page shows.
_GAP: Final = r"(?:[ \t\r\n]|&nbsp;|&#160;|\xc2\xa0|<[^<>]*>)+"
_TAGS: Final = r"(?:<[^<>]*>)*"
_MONTH: Final = r"[A-Za-z&;\x80-\xff]{3,}"
_DAY: Final = r"[0-3]?[0-9]"
#: What every date looks like that can be told without knowing languages; much else does too.
_DATE: Final = "|".join((
    rf"[^0-9]{_YEAR}[-/.][0-9]",
    rf"[0-9][-/.]{_YEAR}[^0-9]",
    rf"[^0-9]{_DAY}[-/.]{_DAY}[-/.][0-9]{{2,4}}[^0-9]",
    r"[^0-9](?:199|20[0-3])[0-9]{5}[^0-9]",
    rf"[^0-9]{_DAY}{_TAGS}(?:st|nd|rd|th|\.)?{_GAP}(?:of{_GAP})?{_MONTH}[,.]?{_GAP}{_YEAR}[^0-9]",
    rf"{_MONTH}\.?{_GAP}{_DAY}{_TAGS}(?:st|nd|rd|th)?{_TAGS},?{_GAP}{_YEAR}[^0-9]",
))  # fmt: skip


def _compiled(pattern: str) -> re2._Regexp:
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1  # bytes as they are
    return re2.compile(pattern.encode(), options)


_WORDS: Final = _compiled(
    "|".join(re2.escape(word) for word in dict.fromkeys((*_MARKED, *AUTHOR, *DATED, *ANNOUNCED)))
)
_DATES: Final = _compiled(_DATE)


def may_hold_date(page: str, data: bytes | None = None) -> bool:
    """Whether anything in a page looks like a date; tags may stand between its parts.

    Args:
        page: the page.
        data: the same in UTF-8, where that is at hand.
    """
    if data is None:
        data = page.encode("utf-8", "surrogatepass")
    return _DATES.search(data) is not None


class Spots:
    """Where each word of interest stands in a page, from one place on."""

    __slots__ = ("_places",)

    def __init__(self, page: str, start: int, data: bytes | None = None) -> None:
        """Look through a page.

        Args:
            page: the page.
            start: code point from which on it is looked through.
            data: the page in UTF-8, where that is at hand.
        """
        self._places: dict[str, list[int]] = {}
        # byte and code point up to which has been counted
        done, at = 0, start
        if data is None:
            data = page[start:].encode("utf-8", "surrogatepass")
        else:
            done = len(page[:start].encode("utf-8", "surrogatepass"))
        plain = len(data) - done == len(page) - start
        for count, found in enumerate(_WORDS.finditer(data, done)):
            if count >= _MOST:
                break
            byte = found.start()
            at += byte - done if plain else _length(data[done:byte])
            done = byte
            word = found[0].decode()
            self._places.setdefault(word, []).append(at)
            if ending := _ENDINGS.get(word):
                self._places.setdefault(ending, []).append(at + len(word) - len(ending))

    def of(self, word: str, start: int, most: int, end: int | None = None) -> list[int]:
        """Where a word stands between two code points; at most so many places."""
        places = self._places.get(word)
        if not places:
            return []
        low = bisect_left(places, start)
        high = len(places) if end is None else bisect_left(places, end - len(word) + 1)
        return places[low : min(high, low + most)]


def _length(data: bytes) -> int:
    """Code points in some whole characters of UTF-8."""
    return len(data.decode("utf-8", "surrogatepass"))

"""JSON Lines rows: the value that is the document, read as edits of its line.

The original of a row is its line, byte for byte.  So the spans of every change point into the
line: all around the value goes under ``row.value``, every escape becomes its character under
``row.escape``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from json import decoder as json_decoder
from typing import Final

from archivetk.errors import MalformedError
from archivetk.media import media_type_of
from archivetk.patch import Edit, Reason
from archivetk.steps import Context

__all__ = ["KEYS", "RULES", "value"]

#: Keys whose value is the document, the first one present wins.
KEYS: Final = ("html", "raw_content", "text", "content")

RULES: Final = {
    "row.value": "The other fields of the row and its punctuation are not part of the text.",
    "row.escape": "A JSON escape sequence stands for this character.",
    "row.surrogate": "Half of a surrogate pair is no character; it becomes U+FFFD.",
}

# the standard library's own scanner of JSON strings; the one name that its modules share
scanstring: Callable[[str, int, bool], tuple[str, int]] = json_decoder.scanstring  # type: ignore[attr-defined]

_VALUE: Final = (Reason("row.value"),)
_ESCAPE: Final = (Reason("row.escape"),)
_SURROGATE: Final = (Reason("row.surrogate"),)
_ESCAPES: Final = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[^u])",
    re.DOTALL,
)
_SPACE: Final = re.compile(r"[ \t\r\n\ufeff]*")
#: What may stand before a row: as an element of a list it has a bracket or a comma there.
_OPENING: Final = re.compile(r"[ \t\r\n\ufeff,\[]*")
_SHORT: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


def value(text: str, context: Context) -> Iterable[Edit]:
    """Take the document out of its row.

    Raises:
        MalformedError: where the row is not a JSON object or has no text in it.
    """
    if context.media_type != "application/json":
        return ()
    strings = {key: (start, end) for key, start, end in _strings(text) if key in KEYS}
    key = next((key for key in KEYS if key in strings), None)
    if key is None:
        raise MalformedError(
            "The row has no text: it needs one of the keys " + ", ".join(KEYS) + " with a string."
        )
    start, end = strings[key]
    edits = [Edit(0, start, "", _VALUE), *_unescape(text, start, end)]
    edits.append(Edit(end, len(text), "", _VALUE))
    context.notes["key"] = key
    if context.settings.media_type:
        context.media_type = context.settings.media_type
    elif key == "html":
        context.media_type = "text/html"
    elif key == "text":
        context.media_type = "text/plain"
    else:
        # markup is told from its first characters, escaped or not
        head = text[start : min(end, start + 20_000)].replace("\\n", "\n").replace("\\", "")
        context.media_type = media_type_of("", head)
    return edits


def _strings(text: str) -> Iterator[tuple[str, int, int]]:
    """The top-level keys of an object with string values, and where the values stand."""
    decoder = json.JSONDecoder(strict=False)
    opening = _OPENING.match(text)
    at = opening.end() if opening else 0
    try:
        if not text.startswith("{", at):
            raise MalformedError("The row is not a JSON object; it must begin with a brace.")
        at = _skip(text, at + 1)
        while not text.startswith("}", at):
            if not text.startswith('"', at):
                raise MalformedError(f"The row is not valid JSON at character {at}.")
            key, at = scanstring(text, at + 1, False)
            at = _skip(text, at)
            if not text.startswith(":", at):
                raise MalformedError(f"The row is not valid JSON at character {at}.")
            at = _skip(text, at + 1)
            if text.startswith('"', at):
                start = at + 1
                _, at = scanstring(text, start, False)
                yield key, start, at - 1
            else:
                _, at = decoder.raw_decode(text, at)
            at = _skip(text, at)
            if text.startswith(",", at):
                at = _skip(text, at + 1)
            elif not text.startswith("}", at):
                raise MalformedError(f"The row is not valid JSON at character {at}.")
    except (json.JSONDecodeError, RecursionError) as error:
        raise MalformedError(f"The row is not valid JSON: {error}") from error


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _unescape(text: str, start: int, end: int) -> Iterator[Edit]:
    for match in _ESCAPES.finditer(text, start, end):
        body = match.group()[1:]
        why = _ESCAPE
        if body[0] != "u":
            new = _SHORT.get(body, body)
        elif len(body) > 5:
            high, low = int(body[1:5], 16), int(body[7:11], 16)
            new = chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
        else:
            new = chr(int(body[1:5], 16))
            if "\ud800" <= new <= "\udfff":
                new, why = "\ufffd", _SURROGATE
        yield Edit(match.start(), match.end(), new, why)

"""CDXJ: the sorted index of captures that replay tools look addresses up in.

A line is ``key timestamp {json}``; the key is the address in SURT form (host reversed, so that a
site's pages stand together), lower case, without ``www``, user, default port and fragment, its
query sorted.  This is the canonical form of the Internet Archive's tools, written anew from its
description, since their package is under a licence that cannot be depended on.

>>> url_key("https://www.Example.com:443/News/?b=2&a=1#top")
'com,example)/news?a=1&b=2'
>>> url_key("file:///root/A.txt")
'file:/root/a.txt'
"""

from __future__ import annotations

import heapq
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Final
from urllib.parse import quote_from_bytes, unquote_to_bytes

__all__ = ["SortedLines", "cdxj_line", "timestamp", "url_key"]

_WWW: Final = re.compile(r"www\d*\.")
_PORTS: Final = {"http": "80", "https": "443"}
_SESSION: Final = re.compile(
    r"(?:(?:jsessionid|phpsessid|sid)=[0-9a-z]{32}|aspsessionid[a-z]{8}=[a-z]{24})"
)
_SAFE: Final = "!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~"


def url_key(url: str) -> str:
    """The key that an address is looked up by.

    Args:
        url: absolute; of any scheme.
    """
    url = url.split("#", 1)[0].strip()
    scheme, colon, rest = url.partition(":")
    scheme = scheme.lower()
    if not colon or not rest.startswith("//"):
        return _unescaped(url).lower().replace(" ", "%20")
    host_and_port, slash, path = rest[2:].partition("/")
    if not slash and "?" in host_and_port:
        host_and_port, _, query = host_and_port.partition("?")
        path = "?" + query
    path, mark, query = path.partition("?")
    path = _path(path)
    tail = _query(query) if mark else ""
    if not host_and_port:
        return f"{scheme}:{path}{tail}"
    host, port = _host(host_and_port)
    if port and port != _PORTS.get(scheme):
        host = f"{host}:{port}"
    return f"{host}){path}{tail}"


def _host(value: str) -> tuple[str, str]:
    host = value.rsplit("@", 1)[-1].lower()
    port = ""
    match = re.fullmatch(r"(.*?):(\d*)", host)
    if match and not (host.startswith("[") and host.endswith("]")):
        host, port = match.groups()
    if host.startswith("["):
        return host.strip("[]"), port
    host = _WWW.sub("", host.strip("."), count=1) if _WWW.match(host) else host.strip(".")
    return ",".join(reversed(host.split("."))), port


def _path(path: str) -> str:
    """Dot segments resolved, needless escapes undone, lower case, no slash at the end."""
    parts: list[str] = []
    for part in _unescaped(path).split("/"):
        if part == "..":
            if parts:
                parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    return "/" + "/".join(parts).lower()


def _query(query: str) -> str:
    parts = [part for part in _unescaped(query).lower().split("&") if not _SESSION.fullmatch(part)]
    parts.sort(key=lambda part: part.split("=", 1))
    joined = "&".join(parts)
    return f"?{joined}" if joined else ""


def _unescaped(text: str) -> str:
    """Escapes undone as often as there are any, then done anew where they are needed."""
    raw = text.encode("utf-8", "surrogatepass")
    for _ in range(8):
        plain = unquote_to_bytes(raw)
        if plain == raw:
            break
        raw = plain
    return quote_from_bytes(raw, safe=_SAFE)


def timestamp(date: str) -> str:
    """The fourteen digits of a WARC-Date."""
    return re.sub(r"\D", "", date)[:14].ljust(14, "0")


def cdxj_line(url: str, date: str, fields: Mapping[str, Any]) -> str:
    """A line of the index, without its line end."""
    value = json.dumps({"url": url, **fields}, ensure_ascii=True)
    return f"{url_key(url)} {timestamp(date)} {value}"


class SortedLines:
    """Lines that come in any order and leave sorted by their bytes; memory is bounded.

    Args:
        folder: where runs are put that do not fit into memory.
        limit: bytes of lines that are held in memory.
    """

    def __init__(self, folder: Path, limit: int = 32 << 20) -> None:
        self._folder = folder
        self._limit = limit
        self._held: list[bytes] = []
        self._size = 0
        self._runs: list[Path] = []

    def add(self, line: str) -> None:
        """Take a line, without its line end."""
        raw = line.encode("utf-8") + b"\n"
        self._held.append(raw)
        self._size += len(raw) + 64
        if self._size > self._limit:
            self._spill()

    def _spill(self) -> None:
        self._held.sort()
        path = self._folder / f"sorted-{len(self._runs)}.open"
        with path.open("wb") as file:
            file.writelines(self._held)
        self._runs.append(path)
        self._held = []
        self._size = 0

    def write_to(self, file: IO[bytes], also: Iterable[bytes] = ()) -> None:
        """Write all lines, merged with some that are sorted already; each one once."""
        self._held.sort()
        streams: list[Iterable[bytes]] = [self._held, also]
        opened = [path.open("rb") for path in self._runs]
        try:
            last = b""
            for line in heapq.merge(*streams, *opened):
                if line != last:
                    file.write(line)
                last = line
        finally:
            for stream in opened:
                stream.close()

    def clear(self) -> None:
        """Remove what was put on disk."""
        for path in self._runs:
            path.unlink(missing_ok=True)
        self._runs = []
        self._held = []

    def __iter__(self) -> Iterator[bytes]:
        """The lines in memory, as they came."""
        return iter(self._held)

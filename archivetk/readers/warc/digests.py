"""Labelled digests: ``sha1:`` in base32, ``sha256:`` in hex, and what else is in use.

WARC leaves algorithm and encoding open (1.1, 5.8).  What is in use: names with and without a
hyphen, values in base16, base32 and base64, upper and lower case, padded or not.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from typing import Any, Final, NamedTuple

__all__ = ["Digest", "hasher", "parse_digest"]

#: Digest sizes in bytes, of the algorithms that can be computed here.
_SIZES: Final = {
    "md5": 16,
    "sha1": 20,
    "sha224": 28,
    "sha256": 32,
    "sha384": 48,
    "sha512": 64,
    "sha512224": 28,
    "sha512256": 32,
    "sha3224": 28,
    "sha3256": 32,
    "sha3384": 48,
    "sha3512": 64,
    "blake2b": 64,
    "blake2s": 32,
}
_NAMES: Final = {
    "sha512224": "sha512_224",
    "sha512256": "sha512_256",
    "sha3224": "sha3_224",
    "sha3256": "sha3_256",
    "sha3384": "sha3_384",
    "sha3512": "sha3_512",
}
_LABELLED: Final = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]{1,40}):(\S{1,400})")
_HEX: Final = re.compile(r"[0-9A-Fa-f]+")
_BASE32: Final = re.compile(r"[A-Za-z2-7]+={0,6}")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")


class Digest(NamedTuple):
    """A digest as a record gives it.

    Attributes:
        algorithm: in lower case and without hyphens.
        value: the digest itself; ``None`` where the algorithm is not known here, or the value
            has not the length or the letters that the algorithm asks for.
        known: whether the algorithm is known here.
        alternatives: other readings of the same value (32 letters may be base16 and base32).
        text: as it stands.
    """

    algorithm: str
    value: bytes | None
    known: bool
    alternatives: tuple[bytes, ...]
    text: str

    def fits(self, digest: bytes) -> bool:
        """Whether a computed digest is the one that is given."""
        return digest == self.value or digest in self.alternatives


def parse_digest(text: str) -> Digest | None:
    """Read a labelled digest; ``None`` where it is not ``algorithm:value``."""
    match = _LABELLED.fullmatch(text.strip())
    if match is None:
        return None
    algorithm = match[1].lower().replace("-", "").replace("_", "").replace("/", "")
    size = _SIZES.get(algorithm)
    if size is None:
        return Digest(algorithm, None, False, (), text)
    values = _readings(match[2], size)
    return Digest(algorithm, values[0] if values else None, True, tuple(values[1:]), text)


def _readings(text: str, size: int) -> list[bytes]:
    found: list[bytes] = []
    if len(text) == 2 * size and _HEX.fullmatch(text):
        found.append(bytes.fromhex(text))
    bare = text.rstrip("=")
    if len(bare) == -(-size * 8 // 5) and _BASE32.fullmatch(text):
        found += _try(base64.b32decode, bare.upper() + "=" * (-len(bare) % 8), size)
    if len(bare) == -(-size * 8 // 6) and _BASE64.fullmatch(text):
        padded = bare + "=" * (-len(bare) % 4)
        found += _try(base64.urlsafe_b64decode, padded.translate(_URL_SAFE), size)
    return found


_URL_SAFE: Final = str.maketrans("+/", "-_")


def _try(decode: Any, text: str, size: int) -> list[bytes]:
    try:
        value = decode(text)
    except (binascii.Error, ValueError):
        return []
    return [value] if len(value) == size else []


def hasher(algorithm: str) -> Any:
    """An object of :mod:`hashlib` for an algorithm that :func:`parse_digest` knows."""
    return hashlib.new(_NAMES.get(algorithm, algorithm), usedforsecurity=False)

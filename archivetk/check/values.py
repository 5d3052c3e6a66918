"""The grammar of field values: each function says what is wrong, or gives ``None``.

Sources: RFC 3986 (URI), RFC 2045 and 2616 (media types, tokens), RFC 4291 (IPv6), the W3C's
profile of ISO 8601.  All patterns are linear.
"""

from __future__ import annotations

import re
from datetime import date
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Final

__all__ = [
    "date_fault",
    "id_fault",
    "ip_fault",
    "is_token",
    "media_type_fault",
    "uri_fault",
    "uuid_fault",
]

_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_WRONG: Final = re.compile(r"[^A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]")
_BAD_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_HOST: Final = re.compile(
    r"(?:[^@\[\]]*@)?(?:\[[0-9A-Fa-fvV:.~!$&'()*+,;=_-]+\](?::\d*)?|[^\[\]]*)"
)
_UUID: Final = re.compile(
    r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
)
_MEDIA: Final = re.compile(
    r"[!#$%&'*+.^_`|~0-9A-Za-z-]+/[!#$%&'*+.^_`|~0-9A-Za-z-]+"
    r"(?:[ \t]*;[ \t]*[!#$%&'*+.^_`|~0-9A-Za-z-]+"
    r"=(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+|\"(?:[^\"\\]|\\.)*\"))*(?:[ \t]*;)?[ \t]*"
)
_FULL: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z")
_ANY: Final = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?)?)?"
)


def is_token(text: str) -> bool:
    """Whether it is a token of RFC 2616."""
    return _TOKEN.fullmatch(text) is not None


def uri_fault(text: str) -> str | None:
    """What keeps it from being an absolute URI of RFC 3986."""
    scheme = _SCHEME.match(text)
    if scheme is None:
        return "it has no scheme"
    wrong = _WRONG.search(text)
    if wrong is not None:
        return f"the character {wrong[0]!a} is not allowed in a URI unescaped"
    if _BAD_ESCAPE.search(text):
        return "a per cent sign is not followed by two hexadecimal digits"
    rest = text[scheme.end() :]
    if rest.count("#") > 1:
        return "it has more than one number sign"
    if not rest:
        return "nothing follows the scheme"
    authority = ""
    if rest.startswith("//"):
        authority = re.split(r"[/?#]", rest[2:], maxsplit=1)[0]
        rest = rest[2 + len(authority) :]
        if not _HOST.fullmatch(authority):
            return "its host is malformed"
    if scheme[0].lower() in {"http:", "https:"} and not authority.rpartition("@")[2]:
        return "it has no host"
    if "[" in rest or "]" in rest:
        return "square brackets are not allowed in a URI unescaped, but around an address"
    return None


def id_fault(text: str) -> str | None:
    """What keeps it from being a URI in angle brackets."""
    if not (text.startswith("<") and text.endswith(">") and len(text) > 2):
        return "it is not enclosed in angle brackets"
    return uri_fault(text[1:-1])


def uuid_fault(text: str) -> str | None:
    """What is wrong with the UUID of a ``urn:uuid:`` name."""
    bare = text.strip("<>")
    if bare[:9].lower() == "urn:uuid:" and not _UUID.fullmatch(bare[9:]):
        return "what follows urn:uuid: is not a UUID"
    return None


def media_type_fault(text: str) -> str | None:
    """What keeps it from being a media type."""
    if _MEDIA.fullmatch(text):
        return None
    return "it is not type/subtype with parameters name=value"


def ip_fault(text: str) -> str | None:
    """What keeps it from being an IPv4 or IPv6 address."""
    try:
        if ":" in text:
            if "%" in text:
                return "a zone is not part of an address"
            IPv6Address(text)
        else:
            IPv4Address(text)
    except (AddressValueError, ValueError):
        return "it is no IPv4 or IPv6 address"
    return None


def date_fault(text: str, version: str) -> str | None:
    """What keeps it from being a date of WARC.

    WARC 1.0 wants ``YYYY-MM-DDThh:mm:ssZ``; 1.1 any level of the W3C's profile, in UTC.
    """
    if version == "1.1":
        match = _ANY.fullmatch(text)
        wanted = "a UTC date of the W3C's profile of ISO 8601"
    else:
        match = _FULL.fullmatch(text)
        wanted = "YYYY-MM-DDThh:mm:ssZ"
    if match is None or not text.isascii():
        return f"it is not {wanted}"
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    zone = match[7] if version == "1.1" else "Z"
    if zone not in (None, "Z", "+00:00", "-00:00"):
        return "it is not in UTC"
    try:
        date(year, month or 1, day or 1)
    except ValueError:
        return "there is no such day"
    if (match[2] and not month) or (match[3] and not day):
        return "there is no such day"
    if hour > 23 or minute > 59 or second > 60:
        return "there is no such time"
    return None

"""What a check can find: the rules, where they stand, how grave they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any, Final

__all__ = ["RULES", "SEVERITIES", "Finding", "Rule", "Summary", "section_of"]

#: From grave to light: what the standard says must not be; what it says should not be, or what
#: other tools trip over; what is worth knowing.
SEVERITIES: Final = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a standard.

    Attributes:
        severity: one of :data:`SEVERITIES`.
        v10, v11: section of WARC 1.0 and of WARC 1.1; of another document where it begins with
            its name.
        damage: whether a record that breaks it is damaged, so that a repair leaves it out.
    """

    severity: str
    v10: str
    v11: str
    damage: bool = False


def _rule(severity: str, v10: str, v11: str | None = None, damage: bool = False) -> Rule:
    return Rule(severity, v10, v10 if v11 is None else v11, damage)


#: All rules by name.
RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        # files and members
        "file-unreadable": _rule("error", "", damage=True),
        "file-empty": _rule("error", "4", damage=True),
        "file-not-archive": _rule("error", "4", damage=True),
        "file-name": _rule("info", "A.2", "D.2"),
        "gzip-header": _rule("error", "RFC 1952, 2.3", damage=True),
        "gzip-extra": _rule("warning", "RFC 1952, 2.3.1.1"),
        "gzip-deflate": _rule("error", "RFC 1951", damage=True),
        "gzip-crc": _rule("error", "RFC 1952, 2.3.1", damage=True),
        "gzip-length": _rule("error", "RFC 1952, 2.3.1", damage=True),
        "gzip-truncated": _rule("error", "RFC 1952, 2.2", damage=True),
        "gzip-garbage": _rule("error", "RFC 1952, 2.2", damage=True),
        "gzip-layout": _rule("warning", "A.1", "D.1"),
        "frame-broken": _rule("error", "RFC 8878", damage=True),
        "frame-truncated": _rule("error", "RFC 8878", damage=True),
        "frame-garbage": _rule("error", "RFC 8878", damage=True),
        # records
        "record-version": _rule("error", "4", damage=True),
        "record-draft": _rule("info", "4"),
        "record-garbage": _rule("error", "4", damage=True),
        "record-newlines": _rule("error", "4"),
        "record-end": _rule("error", "4"),
        "record-truncated": _rule("error", "4", damage=True),
        "header-truncated": _rule("error", "4", damage=True),
        "header-too-long": _rule("error", "4", damage=True),
        "header-line-end": _rule("error", "4"),
        "length-missing": _rule("error", "5.3", damage=True),
        "length-syntax": _rule("error", "5.3", damage=True),
        "length-wrong": _rule("error", "5.3", damage=True),
        # fields
        "field-syntax": _rule("error", "4"),
        "field-name": _rule("error", "4"),
        "field-value": _rule("error", "4"),
        "field-utf8": _rule("error", "4"),
        "field-empty": _rule("error", "4"),
        "field-repeated": _rule("error", "5.1"),
        "extension-repeated": _rule("warning", "5.1"),
        "record-id-missing": _rule("error", "5.2"),
        "record-id-syntax": _rule("error", "5.2"),
        "record-id-uuid": _rule("warning", "RFC 9562, 4"),
        "record-id-repeated": _rule("warning", "5.2"),
        "date-missing": _rule("error", "5.4"),
        "date-syntax": _rule("error", "5.4"),
        "type-missing": _rule("error", "5.5"),
        "type-syntax": _rule("error", "5.5"),
        "type-unknown": _rule("warning", "5.5"),
        "content-type-missing": _rule("warning", "5.6"),
        "content-type-syntax": _rule("error", "5.6"),
        "concurrent-to-forbidden": _rule("error", "5.7"),
        "concurrent-to-syntax": _rule("error", "5.7"),
        "block-digest-syntax": _rule("error", "5.8"),
        "block-digest-unknown": _rule("warning", "5.8"),
        "block-digest-wrong": _rule("error", "5.8", damage=True),
        "payload-digest-forbidden": _rule("error", "5.9"),
        "payload-digest-syntax": _rule("error", "5.9"),
        "payload-digest-unknown": _rule("warning", "5.9"),
        "payload-digest-wrong": _rule("error", "5.9", damage=True),
        "payload-digest-coded": _rule("warning", "6.3.2"),
        "payload-digest-unsure": _rule("warning", "5.9"),
        "ip-forbidden": _rule("error", "5.10"),
        "ip-syntax": _rule("error", "5.10"),
        "refers-to-forbidden": _rule("error", "5.11"),
        "refers-to-syntax": _rule("error", "5.11"),
        "refers-to-uri-forbidden": _rule("error", "4", "5.12"),
        "refers-to-uri-syntax": _rule("error", "5.12"),
        "refers-to-date-forbidden": _rule("error", "4", "5.13"),
        "refers-to-date-syntax": _rule("error", "5.13"),
        "target-uri-missing": _rule("error", "5.12", "5.14"),
        "target-uri-forbidden": _rule("error", "5.12", "5.14"),
        "target-uri-syntax": _rule("error", "5.12", "5.14"),
        "target-uri-brackets": _rule("error", "5.12", "5.14"),
        "truncated-syntax": _rule("error", "5.13", "5.15"),
        "truncated-unknown": _rule("warning", "5.13", "5.15"),
        "warcinfo-id-forbidden": _rule("error", "5.14", "5.16"),
        "warcinfo-id-syntax": _rule("error", "5.14", "5.16"),
        "filename-forbidden": _rule("error", "5.15", "5.17"),
        "filename-syntax": _rule("error", "5.15", "5.17"),
        "profile-missing": _rule("error", "5.16", "5.18"),
        "profile-forbidden": _rule("error", "5.16", "5.18"),
        "profile-syntax": _rule("error", "5.16", "5.18"),
        "profile-unknown": _rule("warning", "6.7.4"),
        "payload-type-forbidden": _rule("error", "5.17", "5.19"),
        "payload-type-syntax": _rule("error", "5.17", "5.19"),
        "segment-number-missing": _rule("error", "5.18", "5.20"),
        "segment-number-syntax": _rule("error", "5.18", "5.20"),
        "segment-number-wrong": _rule("error", "5.18", "5.20"),
        "segment-type": _rule("warning", "7"),
        "segment-origin-missing": _rule("error", "5.19", "5.21"),
        "segment-origin-forbidden": _rule("error", "5.19", "5.21"),
        "segment-origin-syntax": _rule("error", "5.19", "5.21"),
        "segment-length-forbidden": _rule("error", "5.20", "5.22"),
        "segment-length-syntax": _rule("error", "5.20", "5.22"),
        "segment-length-wrong": _rule("error", "5.20", "5.22"),
        "segment-target-uri": _rule("error", "7"),
        "segment-open": _rule("info", "7"),
        # blocks
        "warcinfo-content-type": _rule("warning", "6.2"),
        "warc-fields": _rule("warning", "4"),
        "http-content-type": _rule("warning", "6.3.2"),
        "http-message": _rule("warning", "6.3.2"),
        "http-length": _rule("info", "6.3.2"),
        "http-chunked": _rule("warning", "6.3.2"),
        "dns-content-type": _rule("error", "6.4.4"),
        "revisit-digest-missing": _rule("error", "6.7.2"),
        "revisit-digest-wrong": _rule("error", "6.7.2"),
        "revisit-truncated": _rule("warning", "6.7.2"),
        # references
        "reference-lost": _rule("info", "5.7, 5.11", "5.7, 5.11"),
        "index-full": _rule("info", ""),
        # ARC
        "arc-file": _rule("info", "ARC 1.0"),
        # WACZ and collections
        "zip-broken": _rule("error", "APPNOTE 4.3", damage=True),
        "package-missing": _rule("error", "WACZ 1.1.1, 5.2.5"),
        "package-syntax": _rule("error", "WACZ 1.1.1, 5.2.5"),
        "package-path": _rule("error", "WACZ 1.1.1, 5.2.5"),
        "package-file-missing": _rule("error", "WACZ 1.1.1, 5.2.5", damage=True),
        "package-file-size": _rule("error", "WACZ 1.1.1, 5.2.5", damage=True),
        "package-file-digest": _rule("error", "WACZ 1.1.1, 5.2.5", damage=True),
        "package-file-unlisted": _rule("warning", "WACZ 1.1.1, 5.2.5"),
        "package-digest": _rule("error", "WACZ 1.1.1, 5.2.6", damage=True),
        "package-empty": _rule("error", "WACZ 1.1.1, 5.2.1"),
        "index-syntax": _rule("error", "CDXJ"),
        "index-lost": _rule("error", "CDXJ", damage=True),
    }
)


def section_of(rule: str, version: str | None) -> str:
    """Where a rule stands: document and section."""
    known = RULES[rule]
    section = known.v11 if version == "1.1" else known.v10
    if not section or (section[0].isalpha() and section[1:2] != "."):
        return section
    return f"WARC {version if version in {'1.0', '1.1'} else '1.0'}, {section}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a file.

    Attributes:
        file: its name.
        offset: bytes from its beginning to the record, or to the gzip member it stands in.
        record_id: ``WARC-Record-ID``, where there is one.
        rule: one of :data:`RULES`.
        section: of the document that asks for it.
        severity: one of :data:`SEVERITIES`.
        message: a sentence for people.
        at: bytes to the very place, where that is known more closely.
    """

    file: str
    offset: int
    record_id: str | None
    rule: str
    section: str
    severity: str
    message: str
    at: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return asdict(self)

    def __str__(self) -> str:
        where = f"{self.file}:{self.offset if self.at is None else self.at}"
        section = f" ({self.section})" if self.section else ""
        return f"{where}: {self.severity}: {self.rule}: {self.message}{section}"


@dataclass(slots=True)
class Summary:
    """What a check has seen; filled while its findings are taken.

    Attributes:
        files: archives that were read.
        records: records in them.
        bytes: bytes of the archives.
        severities, rules: how many findings of each there are, listed or not.
        unlisted: findings that were counted only, because there were too many of their rule.
        uncovered: what no check of these files can see, one sentence each.
    """

    files: int = 0
    records: int = 0
    bytes: int = 0
    severities: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    unlisted: int = 0
    uncovered: dict[str, None] = field(default_factory=dict)

    @property
    def valid(self) -> bool:
        """Whether no error was found."""
        return not self.severities["error"]

    def exit_code(self, strict: bool = False) -> int:
        """0 where no error was found, else 1; warnings count where ``strict``."""
        return int(not self.valid or (strict and bool(self.severities["warning"])))

    def to_dict(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {
            "files": self.files,
            "records": self.records,
            "bytes": self.bytes,
            "valid": self.valid,
            "severities": {name: self.severities[name] for name in SEVERITIES},
            "rules": dict(sorted(self.rules.items())),
            "unlisted": self.unlisted,
            "uncovered": list(self.uncovered),
        }

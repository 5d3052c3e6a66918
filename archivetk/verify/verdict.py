"""What a proof says about a document or a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["VERDICTS", "Verdict"]

VERDICTS: Final = ("proven", "replayed", "diverged", "damaged")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one document, or of one file of the archive.

    Attributes:
        subject: id of the document, or name of the file.
        kind: ``document`` or ``file``.
        verdict: ``proven``, ``replayed``, ``diverged``, ``damaged``; of a file only the last.
        stage: the first stage that diverged.
        reason: a sentence for people; empty where all is proven.
        file, offset: where the damage is, if it has a place.
        versions: what is of another version here: name, archived, now.
    """

    subject: str
    kind: str
    verdict: str
    stage: str | None = None
    reason: str = ""
    file: str | None = None
    offset: int | None = None
    versions: tuple[tuple[str, str, str], ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing speaks against the archive."""
        return self.verdict in {"proven", "replayed"}

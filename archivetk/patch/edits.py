"""Edits and their reasons; many of them in columns."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast, overload

__all__ = ["MANY", "BadPatchError", "Edit", "Edits", "Offsets", "Reason", "Span", "merge_reasons"]

#: From so many edits on, sums over columns are cheaper in arrays.
MANY: Final = 64

if TYPE_CHECKING:
    Offsets = array[int]
else:
    Offsets = array


class BadPatchError(ValueError):
    """Edits that do not fit a text."""


class Reason(NamedTuple):
    """Why an edit was made.

    Attributes:
        rule: dotted name of one rule, e.g. ``strip.photo-credit``.
        detail: what this one case adds to the rule's own explanation; may be empty.
    """

    rule: str
    detail: str = ""


class Span(NamedTuple):
    """A half-open range ``[start, end)`` of code points."""

    start: int
    end: int


class Edit(NamedTuple):
    """Replace ``[start, end)`` by ``new``, for the reasons in ``why``.

    An edit of one stage has exactly one reason.  An edit that was fused from several stages by
    :meth:`Patch.then` has them all, in the order of the stages; the last one is the one that
    decided what stands there now.
    """

    start: int
    end: int
    new: str
    why: tuple[Reason, ...]

    @property
    def rule(self) -> str:
        """The dotted name of the rule that had the last word."""
        return self.why[-1].rule

    @property
    def rules(self) -> tuple[str, ...]:
        """All rules that had a part in it, in order."""
        return tuple(reason.rule for reason in self.why)


#: Makes an :class:`Edit` of four values that are known to be right, without a call in Python.
_edit: Final = partial(cast("Any", tuple.__new__), Edit)


class Edits(Sequence[Edit]):
    """Edits in columns: a page has thousands, and an object for each would cost more than they do.

    An :class:`Edit` is made where somebody asks for it.  A step that makes many edits fills the
    columns itself and gives the whole; they are not to be changed from then on.

    Attributes:
        starts, ends: code points, as arrays of 64 bits.
        news: what stands there instead.
        whys: the reasons of each.
    """

    __slots__ = ("ends", "news", "starts", "whys")

    def __init__(
        self,
        starts: Offsets,
        ends: Offsets,
        news: list[str],
        whys: list[tuple[Reason, ...]],
    ) -> None:
        self.starts = starts
        self.ends = ends
        self.news = news
        self.whys = whys

    @classmethod
    def of(cls, edits: Iterable[Edit]) -> Edits:
        """The same edits in columns.

        Raises:
            ValueError: where an offset does not fit 64 bits.
        """
        if isinstance(edits, cls):
            return edits
        rows = edits if isinstance(edits, list) else list(edits)
        if not rows:
            return cls(array("q"), array("q"), [], [])
        try:
            return cls(
                array("q", [row[0] for row in rows]),
                array("q", [row[1] for row in rows]),
                [row[2] for row in rows],
                [row[3] for row in rows],
            )
        except OverflowError as error:
            raise BadPatchError("an edit reaches outside of any text") from error

    def __len__(self) -> int:
        return len(self.starts)

    def __iter__(self) -> Iterator[Edit]:
        return map(_edit, zip(self.starts, self.ends, self.news, self.whys, strict=True))

    @overload
    def __getitem__(self, index: int) -> Edit: ...

    @overload
    def __getitem__(self, index: slice) -> Edits: ...

    def __getitem__(self, index: int | slice) -> Edit | Edits:
        if isinstance(index, slice):
            return Edits(self.starts[index], self.ends[index], self.news[index], self.whys[index])
        return Edit(self.starts[index], self.ends[index], self.news[index], self.whys[index])

    def __eq__(self, other: object) -> bool:
        """Equal edits in the same order; a tuple of edits compares too."""
        if isinstance(other, Edits):
            return (
                self.starts == other.starts
                and self.ends == other.ends
                and self.news == other.news
                and self.whys == other.whys
            )
        return tuple(self) == other if isinstance(other, tuple) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))

    def __reduce__(self) -> tuple[type[Edits], tuple[Any, ...]]:
        return Edits, (self.starts, self.ends, self.news, self.whys)


def merge_reasons(*groups: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """The ordered union of some reasons; where one comes twice, its last place counts."""
    seen: dict[Reason, None] = {}
    # from the end, where the first place is the last; of a group that comes again one is enough,
    # and nearly all that come again are the same object
    for group in {id(group): group for group in reversed(groups)}.values():
        for reason in reversed(group):
            seen.setdefault(reason)
    return tuple(reversed(seen))

"""Pages of a site that does not exist, as a naive scraper would leave them."""

import random

__all__ = ["FURNITURE", "page", "site_pages"]

_SUBJECTS = [
    "The miller",
    "A tired clerk",
    "Her cousin",
    "The lighthouse keeper",
    "An old sailor",
    "The baker",
    "Our guide",
    "The judge",
    "A student",
    "The nurse",
    "Their neighbour",
    "The pilot",
]
_VERBS = [
    "repaired",
    "painted",
    "sold",
    "forgot",
    "carried",
    "borrowed",
    "measured",
    "described",
    "photographed",
    "hid",
    "found",
    "returned",
]
_OBJECTS = [
    "a wooden crate",
    "the broken clock",
    "seven letters",
    "the blue rowing boat",
    "a sack of barley",
    "the parish map",
    "an iron key",
    "his only coat",
    "the brass telescope",
    "two geese",
    "the committee's minutes",
    "a jar of honey",
]
_PLACES = [
    "behind the chapel",
    "near the lock",
    "on the upper meadow",
    "under the railway bridge",
    "in the harbour office",
    "beside the quarry",
    "at the edge of town",
    "above the bakery",
    "by the weir",
    "in front of the school",
    "along the canal",
    "inside the barn",
]
_TIMES = [
    "before the storm came",
    "after the last ferry had left",
    "while nobody was looking",
    "as the bells began to ring",
    "when the snow had melted",
    "because the road was closed",
    "until the lamps went out",
    "though it was Sunday",
    "since the market was empty",
    "as he had promised",
    "without a word to anyone",
    "in spite of the fog",
]


def _sentence(chance: random.Random) -> str:
    parts = (_SUBJECTS, _VERBS, _OBJECTS, _PLACES, _TIMES)
    return " ".join(chance.choice(one) for one in parts) + "."


def FURNITURE(number: int) -> list[str]:
    """The furniture of one page; some of it varies in its figures only."""
    return [
        "Tides and lamps of the northern coast",
        "Rowing bulletin",
        f"{number % 17 + 2} lanterns lit by our friends",
        "Brass bell for those who tarry",
        f"Set in type on {number % 28 + 1} March {2000 + number % 20} at the old mill",
        "Lantern Keepers Guild of the northern coast",
    ]


def page(number: int, *, title: str | None = None, below: list[str] | None = None) -> str:
    """One page: furniture, headline, five paragraphs, furniture."""
    chance = random.Random(number)
    furniture = FURNITURE(number)
    headline = (
        title
        or " ".join(_sentence(chance).split()[:7])
        + f" {chr(97 + number % 26)}{chr(97 + number // 26 % 26)}"
    )
    paragraphs = [" ".join(_sentence(chance) for _ in range(3)) for _ in range(5)]
    return "\n\n".join([*furniture[:2], headline, *paragraphs, *(below or ()), *furniture[2:]])


def site_pages(count: int) -> list[str]:
    """Some pages of the site."""
    return [page(number) for number in range(count)]

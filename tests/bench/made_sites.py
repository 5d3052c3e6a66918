"""Pages of sites that do not exist, line by line, each line known to be text or furniture.

No rule can know the furniture: it is made of words that no language has.  What makes it furniture
is that it comes again, with figures, names and headlines that change, in templates that change
over the years.  Among the text stand lines that come again as well and must stay: the sections of
a series, short answers, a refrain.  Everything follows from the seed.
"""

from __future__ import annotations

import random
from typing import NamedTuple

from corpus import SENTENCES

__all__ = ["Line", "MadeSite"]


class Line(NamedTuple):
    """A line of a page: its text, whether it is text of the article, and what it is."""

    text: str
    good: bool
    kind: str


class MadeSite:
    """A site: its words, its templates, its pages by number.

    Args:
        seed: another seed, another site.
        pages: how many there are; the template changes behind three fifths of them.
        menus: how many lines of furniture a page has, more or less.
    """

    def __init__(self, seed: int, pages: int, menus: int = 40) -> None:
        chance = random.Random(seed)
        onsets = chance.sample(
            [
                "b",
                "br",
                "d",
                "dr",
                "f",
                "g",
                "gl",
                "h",
                "k",
                "kr",
                "l",
                "m",
                "n",
                "p",
                "pr",
                "r",
                "s",
                "sk",
                "st",
                "t",
                "tr",
                "v",
                "z",
            ],
            14,
        )
        nuclei = chance.sample(["a", "e", "i", "o", "u", "ai", "ei", "ou", "ea"], 6)
        codas = chance.sample(["", "n", "r", "l", "s", "m", "t", "nd", "rk"], 6)
        self._syllables = [one + two + end for one in onsets for two in nuclei for end in codas]
        self._pool = SENTENCES[chance.choice(sorted(SENTENCES))]
        self._rare = [self._word(chance) for _ in range(5000)]
        self._seed = seed
        self.pages = pages
        self._words = [self._word(chance) for _ in range(600)]
        self._names = [self._name(chance) for _ in range(12)]
        self._sections = [self._some(chance, 1, 3).capitalize() for _ in range(5)]
        self._answers = [f"{self._some(chance, 1, 3).capitalize()}." for _ in range(4)]
        old = self._template(chance, menus)
        new = self._template(chance, menus)
        # part of the furniture outlives the change
        kept = {key: chance.sample(old[key], len(old[key]) * 3 // 5) for key in old}
        self._templates = (
            old,
            {key: kept[key] + new[key][len(kept[key]) :] for key in old},
        )

    def _word(self, chance: random.Random) -> str:
        return "".join(chance.choice(self._syllables) for _ in range(chance.choice((1, 2, 2, 3))))

    def _name(self, chance: random.Random) -> str:
        return f"{self._word(chance).capitalize()} {self._word(chance).capitalize()}"

    def _some(self, chance: random.Random, least: int, most: int) -> str:
        return " ".join(chance.choice(self._words) for _ in range(chance.randint(least, most)))

    def _template(self, chance: random.Random, menus: int) -> dict[str, list[str]]:
        def some(count: int, least: int, most: int) -> list[str]:
            return [self._some(chance, least, most).capitalize() for _ in range(count)]

        return {
            "top": some(menus // 3, 1, 3),
            "tagline": [f"{self._some(chance, 4, 9).capitalize()}"],
            "tools": some(4, 1, 4),
            "promo": [f"{self._some(chance, 9, 20).capitalize()}." for _ in range(4)],
            "appeal": [f"{self._some(chance, 35, 60)}"],
            "bottom": some(menus // 2, 1, 4),
            "legal": [f"{self._some(chance, 14, 30).capitalize()}." for _ in range(2)],
        }

    def headline(self, number: int) -> str:
        """The headline of a page; other pages list it as well."""
        chance = random.Random(f"{self._seed} headline {number}")
        return f"{' '.join(self._sentence(chance)[:-1].split()[:9])}"

    def _sentence(self, chance: random.Random) -> str:
        """A sentence that no other page has: every third word is one of many."""
        words = chance.choice(self._pool).split()
        for place in range(1, len(words) - 1, 3):
            words[place] = chance.choice(self._rare)
        return " ".join(words)

    def page(self, number: int) -> list[Line]:
        """The lines of a page, as the dump of its visible blocks."""
        chance = random.Random(f"{self._seed} page {number}")
        template = self._templates[number * 5 >= self.pages * 3]
        other = [chance.randrange(self.pages) for _ in range(9)]
        date = f"{chance.randint(1, 28)} March {2001 + number % 20}"
        lines = [Line(one, False, "menu") for one in template["top"]]
        lines += [Line(template["tagline"][0], False, "tagline"), Line(date, False, "date")]
        lines.append(Line(self.headline(number), True, "headline"))
        lines.append(Line(chance.choice(self._names), False, "byline"))
        lines += [
            Line(f"{chance.randint(2, 900)} {one}", False, "tool") for one in template["tools"][:2]
        ]
        for index in range(chance.randint(4, 12)):
            text = " ".join(self._sentence(chance) for _ in range(chance.randint(2, 5)))
            lines.append(Line(text, True, "prose"))
            kind = chance.random()
            if kind < 0.08:
                lines.append(Line(chance.choice(self._sections), True, "section"))
            elif kind < 0.16:
                lines.append(Line(chance.choice(self._answers), True, "answer"))
            elif kind < 0.3:
                lines.append(Line(chance.choice(template["promo"]), False, "promo"))
            elif kind < 0.36 and index:
                lines.append(Line(self.headline(other.pop()), False, "related"))
        name = chance.choice(self._names)
        lines.append(Line(f"{name} {template['appeal'][0]}.", False, "appeal"))
        lines += [Line(one, False, "tool") for one in template["tools"][2:]]
        lines += [Line(self.headline(one), False, "related") for one in other[:4]]
        lines += [Line(one, False, "menu") for one in template["bottom"]]
        lines += [Line(one, False, "legal") for one in template["legal"]]
        owner = template["tagline"][0].split()[0]
        lines.append(Line(f"© {2001 + number % 20} {owner}", False, "copyright"))
        return lines

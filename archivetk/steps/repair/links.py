"""Links of Markdown that a converter left in plain text: the words stay, the addresses go.

``[words](address "title")`` becomes ``words``, and an image ``![words](address)`` goes as a whole,
as the tag it was made of would.  A text whose media type is Markdown keeps its links, and so does
one that shows code in fences or has only a link or two.
"""

from __future__ import annotations

import re
from typing import Final

from archivetk.patch import Edit
from archivetk.steps import Context, edit

__all__ = ["RULES", "link_edits"]

RULES: Final[dict[str, str]] = {
    "repair.link": "The address of a link is markup that a converter left; the words of the link "
    "are the text.",
}

#: Fewer links may be somebody's way of writing.
_LINKS: Final = 3
#: The words of a link are at most this long.
_LONGEST: Final = 2000

#: Behind the words: an address that looks like one (a converter may have broken it behind a
#: hyphen), perhaps a title.  What is in the address cannot be skipped twice, so it is linear.
_TAIL: Final = re.compile(
    r"""\]\([ \n]?(?:
      <?(?:https?:|//?|\#|\.{1,2}/|\?|mailto:|tel:|javascript:|data:|www\.)
        (?:[^\s()<>]|(?<=-)\n|\([^\s()]{0,200}\)){0,3000}>?
      |[\w./%-]{1,300}\.(?:html?|php|aspx?|jsp|jpe?g|png|gif|svg|webp|pdf)(?:[?\#][^\s()<>]{0,500})?
      |)
    (?:\s{1,3}(?:"[^"]{0,400}"|'[^'\n]{0,400}'))?[ \n]?\)""",
    re.VERBOSE | re.IGNORECASE,
)
_BRACKET: Final = re.compile(r"(?<!\\)[\[\]]")


def link_edits(text: str, context: Context) -> list[Edit]:
    """The edits that leave the words of links and take the rest of them.

    Args:
        text: the text.
        context: its media type and settings.

    Returns:
        Edits of ``repair.link`` in order, none where the text is no converter's.
    """
    if (
        "[" not in text  # one character is found at once, two are not
        or text.count("](") < _LINKS
        or context.media_type != "text/plain"
        or not context.allows("repair.link")
        or "```" in text
    ):
        return []
    tails = {found.start(): found.end() for found in _TAIL.finditer(text)}
    if len(tails) < _LINKS:
        return []
    edits: list[Edit] = []
    open_at: list[int] = []
    done = 0
    for found in _BRACKET.finditer(text):
        at = found.start()
        if at < done:
            continue  # inside an address
        if found[0] == "[":
            open_at.append(at)
            continue
        begin = open_at.pop() if open_at else -1
        done = tails.get(at, 0)
        if begin < 0 or not done or at - begin > _LONGEST:
            continue
        if begin and text[begin - 1] == "!":
            while edits and edits[-1].start >= begin:
                edits.pop()
            edits.append(edit(begin - 1, done, "", "repair.link", "an image"))
        else:
            edits.append(edit(begin, begin + 1, "", "repair.link"))
            edits.append(edit(at, done, "", "repair.link"))
    return sorted(edits, key=lambda one: one.start)

"""Mojibake: text that was decoded with the wrong charset, once or several times.

ftfy decides, line by line and asked for nothing but the encoding; this module spares it the
lines that cannot need it, gives it bounded pieces, and turns its answer into edits of the damaged
runs alone.  The reason of an edit carries ftfy's own steps as its detail.

Sources: ftfy 6 (Robyn Speer, Apache-2.0), ``ftfy.fix_and_explain`` and ``ftfy.badness``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache, partial
from itertools import pairwise
from typing import Any, Final, NamedTuple

from archivetk.patch import Edit
from archivetk.steps import Context, edit
from archivetk.steps.repair.presence import gate_class, suspects

__all__ = [
    "RULES",
    "Line",
    "borderline_lines",
    "gate",
    "line_edits",
    "mojibake",
    "only_encoding",
    "sure_lines",
]

RULE: Final = "repair.mojibake"

RULES: Final[dict[str, str]] = {
    RULE: "The bytes were decoded with the wrong charset; decoding them again gives the text.",
}

#: ftfy gets pieces of at most this many characters, since parts of it are quadratic.
_PIECE: Final = 16_000
#: A text with no more places that may show damage is looked at there, and else searched.
_FEW: Final = 100
#: Lines up to this length are remembered, since the same ones come again.
_SHORT: Final = 200
#: Printable ASCII is never part of mojibake, but for the question mark of a lossy conversion.
#: Nor is a space between two such characters.
_FIXED: Final = re.compile(r"[!->@-~](?:[ !->@-~]*[!->@-~])?")
_SPACED: Final = re.compile(r"^[^ ]+| [^ ]*")
_C1: Final = re.compile("[\x80-\x9f]")
#: Where a long line may be cut: a space between two ASCII characters.
_CUT: Final = re.compile(r"[!-~][ \t](?=[!-~])")


#: Ftfy's steps: ``("encode", "latin-1")``, ``("decode", "utf-8")``.
Steps = tuple[tuple[str, str], ...]


_SEQUENCE: Final = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")
#: Characters that are not printable and yet part of sound text.
_UNSEEN: Final = "\t\n\u00a0\u00ad\u2009\u200a\u202f\u3000\u200b\u200c\u200d"


class Line(NamedTuple):
    """A line of the text, its LF included, and what it becomes."""

    start: int
    old: str
    new: str
    steps: Steps


def mojibake(text: str, context: Context) -> Iterable[Edit]:
    """Repair text that was decoded with the wrong charset: ``repair.mojibake``.

    Args:
        text: the text, with LF as line ends.
        context: gets the note ``mojibake``: how many lines were repaired, by ftfy's steps.

    Returns:
        Edits of the damaged runs; none where the text shows no sure sign of damage.
    """
    if text.isascii() or not context.allows(RULE):
        return ()
    places = suspects(text, context.memory)
    if places is not None and len(places) <= _FEW and not any(map(partial(_gate_at, text), places)):
        return ()
    lines = list(sure_lines(text))
    if not lines:
        return ()
    lines += borderline_lines(text, lines)
    counts = Counter(_named(line.steps) for line in lines)
    context.notes["mojibake"] = dict(sorted(counts.items()))
    return [one for line in lines for one in line_edits(line)]


def only_encoding() -> Any:
    """The settings under which ftfy does the same: the encoding, and nothing else."""
    from ftfy import TextFixerConfig

    return TextFixerConfig(
        unescape_html=False,
        remove_terminal_escapes=False,
        fix_encoding=True,
        restore_byte_a0=True,
        replace_lossy_sequences=True,
        decode_inconsistent_utf8=True,
        fix_c1_controls=True,
        fix_latin_ligatures=False,
        fix_character_width=False,
        uncurl_quotes=False,
        fix_line_breaks=False,
        fix_surrogates=False,
        remove_control_chars=False,
        normalization=None,
        max_decode_length=_PIECE,
        explain=True,
    )


def _gate_at(text: str, place: int) -> bool:
    return gate().match(text, place) is not None


def sure_lines(text: str) -> Iterator[Line]:
    """The lines that ftfy changes, long ones in pieces."""
    search = gate().search
    found = search(text)
    while found:
        at = found.start()
        start = text.rfind("\n", 0, at) + 1
        end = text.find("\n", at) + 1 or len(text)
        for begin, stop in _pieces(text, start, end):
            piece = text[begin:stop]
            new, steps = (_remembered if len(piece) <= _SHORT else _asked)(piece)
            if new != piece:
                yield Line(begin, piece, new, steps)
        found = search(text, end)


def _asked(line: str) -> tuple[str, Steps]:
    """What ftfy makes of a line, and by which steps: its ``fix_and_explain``, encoding only."""
    from ftfy import fix_encoding_and_explain
    from ftfy.fixes import fix_c1_controls

    steps: list[tuple[str, str]] = []
    while True:
        line, plan = fix_encoding_and_explain(line)
        steps += [(one.action, one.parameter) for one in plan or ()]
        better = fix_c1_controls(line) if _C1.search(line) else line
        if better == line:
            return line, tuple(steps)
        line = better
        steps.append(("apply", "fix_c1_controls"))


@lru_cache(maxsize=4096)
def _remembered(line: str) -> tuple[str, Steps]:
    """The same for a short line, which may come again in the next text of a site."""
    return _asked(line)


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A line in pieces that are not too long, cut where no sequence can be cut apart."""
    while end - start > _PIECE:
        stop = start + _PIECE
        for cut in _CUT.finditer(text, start + _PIECE // 2, stop):
            stop = cut.end()
        yield start, stop
        start = stop
    if start < end:
        yield start, end


def borderline_lines(text: str, sure: list[Line]) -> list[Line]:
    """Lines that could be mojibake, in a text that surely has some of the same kind.

    A line counts if all its characters beyond ASCII decode as UTF-8 in the charset of the sure
    lines.  Where more lines speak against that charset than for it, the text is a mixture and
    nothing is done.
    """
    charsets = Counter(
        line.steps[0][1]
        for line in sure
        if len(line.steps) > 1
        and line.steps[0][0] == "encode"
        and line.steps[-1][0] == "decode"
        and line.steps[-1][1].startswith("utf-8")
    )
    if not charsets:
        return []
    charset, votes = charsets.most_common(1)[0]
    result: list[Line] = []
    against = 0
    changed = {line.start for line in sure}
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        line = text[start:end]
        if not line.isascii() and end - start <= _PIECE and start not in changed:
            better = _decoded(line, charset)
            if better is None:
                against += not _neutral(line, charset)
                if against > votes:
                    return []
            else:
                result.append(Line(start, line, *better))
        start = end
    return result


def _neutral(line: str, charset: str) -> bool:
    """Whether a line says nothing about a charset: it has characters that the charset lacks."""
    try:
        line.encode(charset)
    except UnicodeEncodeError:
        return True
    return False


def _decoded(line: str, charset: str) -> tuple[str, Steps] | None:
    """A line read as UTF-8 that was decoded with ``charset``, if that gives a sound line."""
    from ftfy.badness import is_bad
    from ftfy.fixes import restore_byte_a0

    if "\ufffd" in line or "\x1a" in line:
        return None
    try:
        data = line.encode(charset)
    except UnicodeEncodeError:
        return None
    steps = [("encode", charset)]
    # a sequence must be there that needs no space read as U+00A0
    if charset != "macroman" and _SEQUENCE.search(data):
        whole = restore_byte_a0(data)
        if whole != data:
            data = whole
            steps.append(("transcode", "restore_byte_a0"))
    try:
        new = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    steps.append(("decode", "utf-8"))
    new, more = _asked(new)
    if is_bad(new) or not all(one.isprintable() or one in _UNSEEN for one in new):
        return None
    return new, (*steps, *more)


def _named(steps: Steps) -> str:
    """Ftfy's steps as one line: ``encode latin-1, decode utf-8``."""
    return ", ".join(f"{action} {name}" for action, name in steps)


def line_edits(line: Line) -> Iterator[Edit]:
    """The edits that turn the old line into the new one, cut at its unchanged characters.

    Every charset that ftfy knows leaves ASCII alone, so the printable ASCII of both lines is the
    same sequence of words, and what lies between two of them belongs together.  Linear.
    """
    detail = _named(line.steps)
    old, new = line.old, line.new
    a = b = 0
    gaps: list[tuple[int, int, int, int]] = []
    for one, two in zip(_FIXED.finditer(old), _FIXED.finditer(new), strict=False):
        if one[0] != two[0]:
            break
        gaps.append((a, one.start(), b, two.start()))
        a, b = one.end(), two.end()
    gaps.append((a, len(old), b, len(new)))
    for start, end, first, last in gaps:
        before, after = old[start:end], new[first:last]
        if before != after:
            at = line.start + start
            for part, better in _parts(before, after):
                if part != better:
                    yield edit(at, at + len(part), better, RULE, detail)
                at += len(part)


def _parts(before: str, after: str) -> Iterator[tuple[str, str]]:
    """What belongs together between two unchanged words, cut at the spaces that are in both."""
    left, right = _SPACED.findall(before), _SPACED.findall(after)
    if len(left) == len(right):
        yield from zip(left, right, strict=True)
        return
    # A space was part of a character: count the bytes that each new character took.
    cuts = [(0, 0)]
    place = 0
    for number, char in enumerate(after):
        size = 1 if char < "\x80" else len(char.encode("utf-8", "surrogatepass"))
        if char == "à" and before[place + 1 : place + 2] == " " == after[number + 1 : number + 2]:
            size = 1  # ftfy gives the space a second life behind this letter
        if char == " ":
            if before[place : place + 1] != " ":
                break
            cuts.append((place, number))
        place += size
    if place != len(before):
        cuts = [(0, 0)]
    cuts.append((len(before), len(after)))
    for (start, first), (end, last) in pairwise(cuts):
        yield before[start:end], after[first:last]


@cache
def gate() -> re.Pattern[str]:
    """A pattern that is found wherever ftfy's badness could be, and hardly ever in clean text.

    It begins with one class of characters, so that ``re`` runs over the rest of the text at full
    speed.  Each look-behind stands for one or more branches of ``ftfy.badness.BADNESS_RE``; where
    the installed ftfy has another pattern than the one that this was made for, all that is not
    ASCII passes.
    """
    from ftfy import badness

    first = gate_class()
    if not first:
        return re.compile(r"[^\x00-\x7f]|[ÃÂ] ")
    sets = badness.MOJIBAKE_CATEGORIES
    c1, bad, law, currency = sets["c1"], sets["bad"], sets["law"], sets["currency"]
    opening, closing, number = sets["start_punctuation"], sets["end_punctuation"], sets["numeric"]
    upper, lower, box = sets["upper_accented"], sets["lower_accented"], sets["box"]
    lower_common, common = sets["lower_common"], sets["common"]
    letters = sets["upper_common"] + lower_common
    odd = bad + lower + upper + box + opening + closing + currency + number + law
    branches = (
        f"(?<=[{c1}])",
        f"(?<=[{odd}{letters}][{bad}])",
        f"(?<=[{bad}])(?=[{odd}])",
        f"(?<=[{lower}{lower_common}{box}{closing}{currency}{number}][{upper}])",
        f"(?<=[{upper}])(?=[{currency}{number}{law}{box}°])",
        f"(?<=[a-z][{upper}])(?=[{opening}])",
        f"(?<=[{lower}{upper}][{opening}{closing}])(?=\\w)",
        f"(?<=[{lower}{upper}{box}{currency}{closing}][{opening}])(?=[{number}])",
        f"(?<=[{lower}{upper}{currency}{number}{box}{law}][{closing}])(?=[{opening}])",
        f"(?<=[{box}{closing}{currency}{number}])(?=[{lower}])",
        f"(?<=[{lower}{box}{closing}][{currency}])",
        f"(?<=[{currency}{number}{box}])(?=[{opening}])",
        f"(?<=[{box}])(?=[{sets['kaomoji']}{closing}{number}{law}])",
        f"(?<=[{lower}{upper}{currency}{number}{opening}{closing}{law}][{box}])",
        "(?<=[Œœ])(?=[^A-Za-z])",
        f"(?<=[ÂÃÎÐ])(?=[ ¡€œŠš¢£Ÿž\xa0\xad®©°·»–—´{opening}{closing}])",
        f"(?<=[ØÙ])(?=[{common}{currency}{bad}{number}{opening}ŸŠ®°µ»][ØÙ])",
        "(?<=[×à√≈])(?=[²³µ¹¼½¾±∂†≠®™´≤≥¥ø°¢])",
        "(?<=‚)(?=[Äâó])",
        "(?<=[вВ]Ђ)",
        f"(?<=[ВГРС][{c1}{bad}{opening}{closing}{currency}°µ])(?=[ВГРС])",
        f"(?<=[ΒΓΞΟ][{c1}{bad}{opening}{closing}{currency}°])(?=[ΒΓΞΟ])",
        "(?<=[βā]€)",
    )
    # nearly all branches need two neighbours beyond ASCII: asked first, it saves asking each
    two = f"(?:(?<=[^\\x00-\\x7f]{{2}})|(?=[^\\x00-\\x7f])|(?<=[{c1}Œœ])|(?<=[ÃÂ])(?= ))"
    return re.compile(f"[{first}]{two}(?:{'|'.join(branches)})")

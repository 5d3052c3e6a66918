"""Main content: a judge says which lines it is, and edits leave them.

Characters come from the scan.  A judge only says what stays: this package's own model of units,
or an extractor of another project whose lines are aligned to the text.  What goes is labelled by
the region of the page that it stood in, so that the ledger tells a sidebar from a comment.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Final

from archivetk.errors import SettingsError
from archivetk.patch import Edit
from archivetk.steps import Context, edit
from archivetk.steps.align import Stray, align
from archivetk.steps.extract.dropped import report_comments, report_dropped
from archivetk.steps.extract.evidence import Page
from archivetk.steps.extract.judges import JUDGES
from archivetk.steps.extract.markdown import remember, write_markdown
from archivetk.steps.extract.marks import marks_of
from archivetk.steps.extract.model import MODEL, kept_by_model
from archivetk.steps.extract.regions import BITS, NEGATIVE, label_of
from archivetk.steps.markup import Layout

__all__ = ["EXTRACTORS", "RULES", "judge", "write_markdown"]

_STANDS: Final = {
    "nav": "a menu or another means of navigation",
    "footer": "the footer of the page",
    "comments": "the readers' comments",
    "related": "a list of other pages",
    "share": "the buttons for sharing",
    "advert": "advertising",
    "consent": "a notice or dialog in front of the page",
    "signup": "an offer to sign up or subscribe",
    "aside": "a sidebar or another aside",
    "caption": "the caption or credit of an image",
    "byline": "the note about the author",
    "tags": "the tags and categories of the page",
    "date": "the date line of the page",
    "header": "the header of the page",
    "form": "a form",
    "hidden": "a part of the page that is not shown",
    "figure": "an image, gallery or player",
}
RULES: Final = {
    **{
        f"extract.{label}": f"This stood in {where}; it is not main content."
        for label, where in _STANDS.items()
    },
    "extract.copy": "The page has this text already, and there it stays.",
    "extract.not-main": "By its place and shape this is not main content.",
    "extract.markdown": "Markdown marks what this is on the page.",
    "extract.unaligned": "The judge gave this text, but it has no place in the page's own text.",
}

#: What the setting ``extractor`` may be.
EXTRACTORS: Final = ("fast", "vote", *JUDGES, "none")

#: Pages with less text than this, in code points, are too small to judge: regions decide.
_TINY: Final = 400
#: Pages with more units than this are not judged unit by unit: regions decide.
_MANY: Final = 50_000
#: Regions that leave a page even where nothing says what its main content is.
_FURNITURE: Final = sum(
    BITS[name] for name in ("nav", "footer", "consent", "form", "hidden", "share", "advert")
)


def judge(text: str, context: Context) -> list[Edit]:
    """Delete what is not main content; each deletion is named by the region it stood in.

    Raises:
        SettingsError: where the setting ``extractor`` has no such judge.
        MissingExtraError: where the judge is not installed.
    """
    layout: Layout | None = context.layout
    if layout is None:
        return []
    context.layout = None
    name = context.settings.extractor
    if name not in EXTRACTORS:
        raise SettingsError(
            f"There is no extractor {name!r}. Choose one of {', '.join(EXTRACTORS)}."
        )
    page = Page(text, layout)
    if not page.units:
        context.flags.append("no-text")
        context.notes["judge"] = "none"
        return []
    spans, strays = _judged(name, page, context)
    if not spans and not strays:
        spans = _by_region(page)
        context.notes["fallback"] = "regions"
    elif name != "none":
        context.memory["extract"] = "judged"  # later steps need not guess where lines stand
    kept = _share(spans, page)
    context.notes["kept"] = round(kept, 4)
    _say_what_it_is(page, spans, context)
    if context.settings.comments:
        spans = _with_comments(spans, page)
        report_comments(page, spans, context)
    if context.allows("metadata"):
        report_dropped(page, spans, context)
    context.marks = marks_of(page, spans, judged=name != "none")
    edits = _deletions(page, spans)
    if context.settings.markdown:
        remember(layout, spans, context)
    if strays:
        context.notes["unaligned"] = sum(len(stray.text) for stray in strays)
        if context.settings.unaligned:
            edits.extend(_insertion(stray, spans) for stray in strays)
    return edits


def _judged(name: str, page: Page, context: Context) -> tuple[list[tuple[int, int]], list[Stray]]:
    """What the judge of that name keeps, and what of it has no place in the text."""
    units = list(zip(page.layout.unit_start, page.layout.unit_end, strict=True))
    if name == "none":
        context.notes["judge"] = "none"
        return units, []
    names = page.layout.names
    if "script" in names and (
        bodies := [
            unit
            for unit, frame in zip(units, page.layout.unit_frame, strict=True)
            if names[frame] == "script"
        ]
    ):
        # the scan has found that the page shows nothing else of its article
        context.notes.update(judge="archivetk", version=MODEL["version"], mode="json-ld")
        return bodies, []
    if sum(page.weights) < _TINY:
        return [], []
    if name in {"fast", "vote"} and len(units) > _MANY:
        context.flags.append("huge-page")
        return [], []
    if name == "fast":
        context.notes.update(MODEL)
        return _kept_by_model(page, None, context), []
    other = JUDGES["trafilatura-fast" if name == "vote" else name]
    lines = other.lines(page.layout.html, context.settings.comments)
    alignment = align(page.text, units, lines)
    if name == "vote":
        judged = _coverage(units, alignment.spans)
        context.notes.update(MODEL)
        context.notes["voter"] = other.identity
        return _kept_by_model(page, judged, context), []
    context.notes.update(other.identity)
    context.notes["aligned"] = alignment.exact
    context.notes["aligned_words"] = alignment.words
    return alignment.spans, alignment.strays


def _kept_by_model(
    page: Page, judged: list[float] | None, context: Context
) -> list[tuple[int, int]]:
    """The units that the model keeps; a page that is no article is flagged as what it is."""
    keeps, kind = kept_by_model(page, judged)
    if kind is not None:
        context.flags.append(f"{kind}-page")
    layout = page.layout
    return [
        (start, end)
        for start, end, keep in zip(layout.unit_start, layout.unit_end, keeps, strict=True)
        if keep
    ]


def _coverage(units: list[tuple[int, int]], spans: list[tuple[int, int]]) -> list[float]:
    """The share of each unit that some spans hold; both in order."""
    result = [0.0] * len(units)
    index = 0
    for start, end in spans:
        while index < len(units) and units[index][1] <= start:
            index += 1
        at = index
        while at < len(units) and units[at][0] < end:
            low, high = units[at]
            result[at] += (min(high, end) - max(low, start)) / ((high - low) or 1)
            at += 1
    return result


def _by_region(page: Page) -> list[tuple[int, int]]:
    """The text outside of navigation, footers and their like; failing that, the whole text."""
    units = list(zip(page.layout.unit_start, page.layout.unit_end, strict=True))
    for refused, most_link in ((NEGATIVE & ~BITS["list"], 0.5), (_FURNITURE, 1.0)):
        kept = [
            unit
            for unit, mask, link in zip(units, page.any, page.links, strict=True)
            if not mask & refused and link <= most_link
        ]
        if kept:
            return kept
    return units


def _with_comments(spans: list[tuple[int, int]], page: Page) -> list[tuple[int, int]]:
    """The spans, and the readers' comments beside them."""
    extra = [
        (start, end)
        for start, end, mask, weight in zip(
            page.layout.unit_start, page.layout.unit_end, page.any, page.weights, strict=True
        )
        if mask & BITS["comments"] and weight >= 20
    ]
    merged: list[tuple[int, int]] = []
    for start, end in sorted({*spans, *extra}):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _share(spans: list[tuple[int, int]], page: Page) -> float:
    return sum(end - start for start, end in spans) / (len(page.text) or 1)


def _say_what_it_is(page: Page, spans: list[tuple[int, int]], context: Context) -> None:
    """Flag a page that has no article: little running text, or mostly links."""
    units = list(zip(page.layout.unit_start, page.layout.unit_end, strict=True))
    weight = prose = linked = 0.0
    for at, covered in enumerate(_coverage(units, spans)):
        if covered:
            held = page.weights[at] * covered
            weight += held
            prose += page.prose[at] * covered
            linked += held * page.links[at]
    total = sum(page.weights)
    if weight < 200 and total < 1000:
        context.flags.append("short-page")
    elif linked > 0.5 * weight:
        context.flags.append("link-page")
    elif prose < 0.25 * weight:
        context.flags.append("no-article")


def _deletions(page: Page, spans: list[tuple[int, int]]) -> list[Edit]:
    """An edit for each run of dropped text in one kind of region."""
    layout = page.layout
    text = page.text
    if not spans:
        return [edit(0, len(text), "", "extract.not-main")] if text else []
    edits: list[Edit] = []
    starts, ends = layout.unit_start, layout.unit_end
    count = len(starts)
    index = 0
    position = 0
    for low, high in [*spans, (len(text), len(text))]:
        at_end = low == len(text) == high
        # the gap from position to low: units that are wholly or partly in it
        while index < count and ends[index] <= position:
            index += 1
        if not at_end and (index >= count or starts[index] >= low):
            position = high
            continue
        # a break before the first dropped unit stays, the one after the last goes
        begin = max(position, starts[index]) if index < count else len(text)
        if at_end:
            begin = position
        run = begin
        label = ""
        while index < count and starts[index] < low:
            mask = page.any[index] | page.near[index]
            named = "copy" if index in page.copies else label_of(mask)
            if label and named != label:
                edits.append(edit(run, starts[index], "", f"extract.{label}"))
                run = starts[index]
            label = named
            if ends[index] > low:
                break
            index += 1
        if low > run:
            edits.append(edit(run, low, "", f"extract.{label or 'not-main'}"))
        position = high
    return edits


def _insertion(stray: Stray, spans: list[tuple[int, int]]) -> Edit:
    """A line of the judge without a place: behind what stays before it."""
    before = bisect_right(spans, (stray.at, stray.at)) - 1
    at = min(stray.at, spans[before][1]) if before >= 0 else 0
    text = f"\n{stray.text.strip()}" if at else f"{stray.text.strip()}\n"
    return edit(at, at, text, "extract.unaligned")

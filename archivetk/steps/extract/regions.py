"""Where on the page a frame stands: told by its element, class, id and role.

The words are those that themes and content systems of all kinds use for parts of a page.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

__all__ = ["BITS", "KINDS", "LABELS", "NEGATIVE", "label_of", "said_by"]

#: Kinds of region; each is one bit of a mask, in this order.
KINDS: Final = (
    "nav",
    "header",
    "footer",
    "aside",
    "comments",
    "related",
    "share",
    "advert",
    "signup",
    "consent",
    "form",
    "hidden",
    "byline",
    "date",
    "tags",
    "caption",
    "figure",
    "title",
    "lead",
    "quote",
    "box",
    "list",
    "body",
    "content",
    "main",
    "article",
    "answer",
    "product",
)
#: The bit of each kind.
BITS: Final = {name: 1 << index for index, name in enumerate(KINDS)}

_WORDS: Final = {
    "nav": (
        "navigation navbar navi menu breadcrumbs? pagination pager pagenav paging toc "
        "topbar skiplinks? skip jump submenu megamenu hamburger drawer toolbar tabs? "
        "sitemap navmenu subnav"
    ),
    "header": ("header masthead banner logo branding site-?header page-?header top"),
    "footer": (
        "footer colophon copyright legal imprint impressum disclaimer foot bottom fine-?print"
    ),
    "aside": (
        "aside sidebar side-?bar rail widgets? right-?col(?:umn)? left-?col(?:umn)? "
        "secondary complementary marginal gutter sidecol"
    ),
    "comments": (
        "comments? commentlist disqus discussion respond repl(?:y|ies) feedback livefyre "
        "kommentare? comentarios? commentaires? talkback guestbook trackbacks? pingbacks?"
    ),
    "related": (
        "related recommend(?:ed|ations?|er)? similar "
        "more-?(?:news|stories|from|on|articles) read-?(?:more|next|also) also popular "
        "trending most-?(?:read|viewed|popular) latest recent teasers? recirc(?:ulation)? "
        "outbrain taboola zergnet mgid revcontent headlines up-?next "
        "next-?(?:article|post|story) prev(?:ious)? further suggested suggestions? carousel "
        "slider cards? you-?may promos? river feed stream mehr verwandt(?:e|es)? siehe"
    ),
    "share": (
        "share sharing sharebar shar(?:e|ing)-?(?:this|buttons?|tools|bar|links?) social "
        "socials follow addthis addtoany sharethis facebook twitter whatsapp linkedin "
        "pinterest reddit telegram likes? bookmarks? tools? print email"
    ),
    "advert": (
        "ad ads adv advert(?:s|isement|isements|ising|orial)? "
        "ad-?(?:slot|unit|box|wrapper|container|block|space|zone) adsense dfp gpt "
        "sponsor(?:s|ed|ship)? commercial anzeigen? werbung publicidad publicite "
        "affiliates? shop"
    ),
    "signup": (
        "newsletter subscri(?:be|ption|ptions|ber|bers) sign-?up sign-?in register "
        "registration login log-?in account paywall abo membership join donat(?:e|ion|ions) "
        "offer cta call-?to-?action piano regwall"
    ),
    "consent": (
        "cookies? consent gdpr privacy pop-?up modal overlay lightbox dialog toast notice "
        "notification alert tooltip disclosure onetrust"
    ),
    "form": (
        "form search searchform input poll quiz survey vote rating stars? filters? sort "
        "contact-?form captcha"
    ),
    "hidden": (
        "hidden hide invisible sr-only visually-?hidden screen-?reader(?:-text)? no-?print "
        "print-?only noscript d-none offscreen"
    ),
    "byline": (
        "author authors by-?line bio contributors? writers? autor auteur reporter vcard "
        "author-?(?:info|box|bio|name) posted-?by about-?author profile avatar user "
        "username"
    ),
    "date": (
        "date dates time published pub-?date timestamp updated modified datum fecha "
        "posted-?on date-?time dateline entry-?date"
    ),
    "tags": (
        "tags tag tag-?list taglinks? categor(?:y|ies) cats? keywords topics? labels? meta "
        "post-?meta entry-?meta article-?meta metadata info post-?info filed-?under "
        "taxonomy"
    ),
    "caption": (
        "caption captions credits? image-?caption img-?caption wp-caption-text legend "
        "bildtext photo-?credit figcaption"
    ),
    "figure": (
        "figure images? img photos? pictures? gallery slideshow media videos? player embed "
        "thumbnails? thumb audio podcast infographic"
    ),
    "title": (
        "title headline heading heads? hed entry-?title post-?title article-?title "
        "page-?title story-?title kicker"
    ),
    "lead": (
        "lead lede intro introduction summary excerpt standfirst dek subhead subheadline "
        "subtitle abstract description teaser-?text chapeau vorspann"
    ),
    "quote": ("quotes? pull-?quote blockquote"),
    "box": (
        "box info-?box fact-?box call-?out key-?points highlights? module panel inset "
        "component block at-a-glance"
    ),
    "list": (
        "list listing items? archive index results? grid tiles? catalog(?:ue)? collection loop"
    ),
    "body": (
        "article-?body articlebody body-?(?:copy|text|content) story-?body storybody "
        "article-?(?:content|text|copy) post-?(?:content|body|text) "
        "entry-?(?:content|text)? story-?(?:content|text) content-?body rich-?text rte "
        "wysiwyg prose news-?(?:text|body|content) text-?body markdown-?body "
        "field-name-body td-post-content page-?content artikel"
    ),
    "content": ("content contents text copy body paragraph txt inhalt contenido conteudo"),
    "main": ("main primary maincontent main-?content center centre middle column-?main"),
    "article": ("article story post blog-?post news single hentry h-entry entry page blog"),
    "answer": ("answers? questions? thread topic posts? message messages forum qa faq accordion"),
    "product": (
        "product price sku specs? specification details? features? add-?to-?cart cart buy "
        "availability stock variants?"
    ),
}

_ELEMENTS: Final = {
    "nav": BITS["nav"],
    "menu": BITS["nav"],
    "header": BITS["header"],
    "footer": BITS["footer"],
    "aside": BITS["aside"],
    "form": BITS["form"],
    "button": BITS["form"],
    "label": BITS["form"],
    "fieldset": BITS["form"],
    "noscript": BITS["hidden"],
    "figure": BITS["figure"],
    "figcaption": BITS["caption"],
    "blockquote": BITS["quote"],
    "main": BITS["main"],
    "article": BITS["article"],
    "dialog": BITS["consent"],
    "address": BITS["byline"],
}

#: Bits that speak against a frame.
NEGATIVE: Final = sum(
    BITS[name]
    for name in (
        "nav",
        "header",
        "footer",
        "aside",
        "comments",
        "related",
        "share",
        "advert",
        "signup",
        "consent",
        "form",
        "hidden",
        "byline",
        "date",
        "tags",
        "caption",
        "figure",
        "box",
        "list",
    )
)

#: Names of rules for what is dropped, the surest region first.
LABELS: Final = (
    "nav",
    "footer",
    "comments",
    "related",
    "share",
    "advert",
    "consent",
    "signup",
    "aside",
    "caption",
    "byline",
    "tags",
    "date",
    "header",
    "form",
    "hidden",
    "figure",
)


def _spelled(pattern: str) -> set[str]:
    """Every word that an alternative of the table stands for: its options written out."""
    group = re.search(r"\(\?:([^()]*)\)(\??)", pattern)
    if group:
        parts = [*group[1].split("|"), *([""] if group[2] else [])]
        return {
            word
            for part in parts
            for word in _spelled(pattern[: group.start()] + part + pattern[group.end() :])
        }
    option = re.search(r"(.)\?", pattern)
    if option:
        before, after = pattern[: option.start()], pattern[option.end() :]
        return _spelled(before + option[1] + after) | _spelled(before + after)
    return {pattern}


def _masks() -> dict[str, int]:
    """The mask of every word of the table."""
    masks: dict[str, int] = {}
    for kind, words in _WORDS.items():
        for pattern in words.split():
            for word in _spelled(pattern):
                masks[word] = masks.get(word, 0) | BITS[kind]
    return masks


_BY_WORD: Final = _masks()
#: What words of the table that have a hyphen begin with.
_BEGINS: Final = frozenset(word.split("-")[0] for word in _BY_WORD if "-" in word)
_RUN: Final = re.compile(r"[a-z]+(?:-[a-z]+)*")
_STEMS: Final = re.compile(
    r"(?=[abcdefhkmnprst])(?:"  # the letters that they begin with: most places are passed at once
    r"(?P<comments>comment|kommentar|disqus)|(?P<nav>navi|menu|breadcrumb)|(?P<footer>footer)"
    r"|(?P<aside>sidebar)|(?P<related>related|recommend|teaser|recirc|promo)"
    r"|(?P<share>share|social)|(?P<advert>advert|sponsor)|(?P<signup>newsletter|subscri|paywall)"
    r"|(?P<consent>cookie|consent|modal|popup)|(?P<hidden>hidden)|(?P<byline>author|byline)"
    r"|(?P<caption>caption)|(?P<title>title|headline)|(?P<header>header)"
    r"|(?P<body>articlebody|article-body|entry-content|post-content|story-body)"
    r"|(?P<content>content)|(?P<article>article))"
)
_NAMED: Final = re.compile(
    r"""[\s"'](?=[acdhirs])(class|id|role|itemprop|style|hidden|aria-hidden|data-component|"""
    r"""data-testid|data-module)(?![\w-])(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""",
    re.IGNORECASE,
)
#: Between the words of ``camelCase``.
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_GONE: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)

#: Attributes longer than this are not remembered, and only so much of them is looked at.
_CACHED, _LOOKED_AT = 300, 4000
#: Longest class or id that is looked at, in code points.
_LONGEST: Final = 400


def _bits_of_stems(text: str) -> int:
    mask = 0
    for match in _STEMS.finditer(text):
        mask |= BITS[str(match.lastgroup)]
    return mask


@lru_cache(maxsize=32768)
def _bits_of_part(part: str) -> int:
    """The mask of letters alone; they come again and again in other company."""
    return _BY_WORD.get(part, 0) | _bits_of_stems(part)


@lru_cache(maxsize=32768)
def _bits_of_run(run: str) -> int:
    """The mask of letters in lower case with single hyphens between: no word reaches further."""
    if "-" not in run:
        return _bits_of_part(run)
    mask_of = _BY_WORD.get
    mask = mask_of(run, 0)
    # these alone are stems with a hyphen, and what they take in is no stem of its own
    whole = "-body" in run or "-content" in run
    parts = run.split("-")
    for index, part in enumerate(parts):
        mask |= mask_of(part, 0) if whole else _bits_of_part(part)
        if part in _BEGINS:
            mask |= mask_of("-".join(parts[index : index + 2]), 0)
            mask |= mask_of("-".join(parts[index : index + 3]), 0)
    return mask | _bits_of_stems(run) if whole else mask


def _runs_of(words: str) -> list[str]:
    """Classes or an id as runs: whatever is no letter parts one from the next."""
    words = words[:_LONGEST]
    if not words.islower():
        words = _CAMEL.sub("-", words).lower()
    return _RUN.findall(words.replace("_", "-"))


@lru_cache(maxsize=32768)
def _said_by(attributes: str) -> tuple[int, tuple[str, ...]]:
    """The mask of what class, id, role and style say, and the runs in them."""
    mask = start = 0
    runs: list[str] = []
    if attributes.startswith(' class="'):
        # nearly all begin like this, and most end with it
        end = attributes.find('"', 8)
        if end > 8:
            runs = _runs_of(attributes[8:end])
            start = end + 1
    if not start or start < len(attributes):
        # a name begins behind a character, which a search finds sooner than a place between two
        for match in _NAMED.finditer(attributes if start else f" {attributes}", start):
            what = match[1].lower()
            value = match[2] or match[3] or match[4] or ""
            if what == "style":
                if _GONE.search(value):
                    mask |= BITS["hidden"]
            elif what == "hidden" or (what == "aria-hidden" and value.lower() == "true"):
                mask |= BITS["hidden"]
            elif value and what != "aria-hidden":
                runs += _runs_of(value)
    for run in runs:
        mask |= _bits_of_run(run)
    return mask, tuple(runs)


def said_by(name: str, attributes: str) -> tuple[int, tuple[str, ...]]:
    """The mask of one frame, and the runs of letters and hyphens in its class, id and role.

    Args:
        name: of the element, in lower case.
        attributes: as they stand in the source.
    """
    mask = _ELEMENTS.get(name, 0)
    if not attributes or name in {"body", "html"}:
        return mask, ()
    if len(attributes) > _CACHED:
        said, runs = _said_by.__wrapped__(attributes[:_LOOKED_AT])
    else:
        said, runs = _said_by(attributes)
    return mask | said, runs


@lru_cache(maxsize=8192)
def label_of(mask: int) -> str:
    """The name of the surest region in a mask, or ``not-main``."""
    for name in LABELS:
        if mask & BITS[name]:
            return name
    return "not-main"

"""What languages call themselves, for language switchers left in a text.

Written from the endonyms of the Unicode CLDR (Unicode License v3), in the forms that sites use.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

__all__ = [
    "ENDONYMS",
    "HEAD",
    "is_language_name",
    "item_language",
    "language_list",
    "may_name_language",
]

#: Name of a language in itself or in English, casefolded, to its BCP 47 tag.
ENDONYMS: Final[dict[str, str]] = {
    name.strip(): tag
    for tag, names in {
        "af": "afrikaans",
        "am": "አማርኛ, amharic",
        "ar": "العربية, عربي, عربى, arabic",
        "az": "azərbaycan, azərbaycanca, azərbaycan dili, azerbaijani",
        "be": "беларуская, belarusian",
        "bg": "български, bulgarian",
        "bn": "বাংলা, bengali, bangla",
        "bs": "bosanski, bosnian",
        "ca": "català, catalan",
        "cs": "čeština, česky, český, czech",
        "cy": "cymraeg, welsh",
        "da": "dansk, danish",
        "de": "deutsch, german",
        "el": "ελληνικά, greek",
        "en": "english, english (us), english (uk), in english",
        "eo": "esperanto",
        "es": "español, castellano, spanish, en español",
        "et": "eesti, eesti keel, estonian",
        "eu": "euskara, basque",
        "fa": "فارسی, persian, farsi",
        "fi": "suomi, suomeksi, finnish",
        "fil": "filipino, tagalog",
        "fr": "français, french, en français",
        "ga": "gaeilge, irish",
        "gl": "galego, galician",
        "gu": "ગુજરાતી, gujarati",
        "ha": "hausa",
        "he": "עברית, hebrew",
        "hi": "हिन्दी, हिंदी, hindi",
        "hr": "hrvatski, croatian",
        "hu": "magyar, magyarul, hungarian",
        "hy": "հայերեն, armenian",
        "id": "bahasa indonesia, indonesia, indonesian",
        "ig": "igbo",
        "is": "íslenska, icelandic",
        "it": "italiano, italian",
        "ja": "日本語, japanese",
        "ka": "ქართული, georgian",
        "kk": "қазақша, қазақ тілі, kazakh",
        "km": "ខ្មែរ, ភាសាខ្មែរ, khmer",
        "kn": "ಕನ್ನಡ, kannada",
        "ko": "한국어, korean",
        "ku": "kurdî, کوردی, kurdish",
        "lo": "ລາວ, lao",
        "lt": "lietuvių, lietuviškai, lithuanian",
        "lv": "latviešu, latviski, latvian",
        "mk": "македонски, macedonian",
        "ml": "മലയാളം, malayalam",
        "mn": "монгол, mongolian",
        "mr": "मराठी, marathi",
        "ms": "bahasa melayu, melayu, malay",
        "my": "မြန်မာ, မြန်မာဘာသာ, burmese",
        "nb": "norsk, norsk bokmål, bokmål, norwegian",
        "ne": "नेपाली, nepali",
        "nl": "nederlands, dutch",
        "nn": "nynorsk, norsk nynorsk",
        "om": "afaan oromoo, oromoo",
        "pa": "ਪੰਜਾਬੀ, punjabi",
        "pl": "polski, po polsku, polish",
        "ps": "پښتو, pashto",
        "pt": "português, português (brasil), portuguese",
        "ro": "română, romanian",
        "ru": "русский, по-русски, на русском, russian",
        "rw": "kinyarwanda, ikinyarwanda",
        "si": "සිංහල, sinhala",
        "sk": "slovenčina, slovensky, slovak",
        "sl": "slovenščina, slovensko, slovenian",
        "so": "soomaali, somali",
        "sq": "shqip, albanian",
        "sr": "српски, srpski, serbian",
        "sv": "svenska, på svenska, swedish",
        "sw": "kiswahili, swahili",
        "ta": "தமிழ், tamil",
        "te": "తెలుగు, telugu",
        "tg": "тоҷикӣ, tajik",
        "th": "ไทย, ภาษาไทย, thai",
        "ti": "ትግርኛ, tigrinya",
        "tk": "türkmençe, türkmen dili",
        "tr": "türkçe, turkish",
        "uk": "українська, українською, ukrainian",
        "ur": "اردو, urdu",
        "uz": "o‘zbek, o'zbek, o‘zbekcha, o'zbekcha, ўзбек, ўзбекча, uzbek",
        "vi": "tiếng việt, vietnamese",
        "xh": "isixhosa",
        "yo": "yorùbá, yoruba",
        "zh": "中文, 汉语, 漢語, 中文 (简体), 中文 (繁體), 简体中文, 繁體中文, 简体, 繁體, "
        "正體中文, chinese",
        "zu": "isizulu",
    }.items()
    for name in names.split(",")
}

_FIRST: Final = re.compile(r"[^\s|/·•,–—-]+")
_BEGINNINGS: Final = frozenset(found[0] for found in map(_FIRST.match, ENDONYMS) if found)
_SEPARATORS: Final = "|/·•,–—-"
_AROUND: Final = " \t\u00a0:›»▼▾+*•·[]()"
#: An item of a list of languages, as a page has it that can be read in many of them.
_ITEM: Final = re.compile(r"[-*+•·] (?P<name>[^\W\d_][^\d|/]{1,45})")
_TAG: Final = re.compile(r" \([a-z]{2,3}(?:-[A-Za-z]{2,4})?\)$")
#: How names begin, by which nearly all lines are turned away; the shortest have two characters.
HEAD: Final = 3
_HEADS: Final = frozenset(name[:HEAD] for name in ENDONYMS)
_SHORTEST: Final = frozenset(name for name in ENDONYMS if len(name) == 2)


@lru_cache(maxsize=8192)
def may_name_language(head: str) -> bool:
    """Whether a line may name a language, by its first :data:`HEAD` characters."""
    folded = head.casefold()
    return folded[:HEAD] in _HEADS or folded[:2] in _SHORTEST or head[0] in _AROUND


def is_language_name(line: str) -> str | None:
    """The language that a line names and nothing else, or ``None``."""
    return ENDONYMS.get(line.strip(_AROUND).casefold()) or ENDONYMS.get(line.casefold())


def item_language(line: str) -> str | None:
    """The language that an item of a list names, with its tag behind it or without.

    Returns:
        Its tag, ``und`` where the line is a name with a tag that no name above is known for, and
        ``None`` where it is no such item.
    """
    found = _ITEM.fullmatch(line)
    if found is None:
        return None
    name = _TAG.sub("", found["name"])
    return ENDONYMS.get(name.casefold()) or ("und" if name != found["name"] else None)


def language_list(line: str) -> list[str]:
    """The languages of a line that names two or more and nothing else."""
    first = _FIRST.match(line)
    if len(line) > 800 or first is None or first[0].casefold() not in _BEGINNINGS:
        return []
    parts = line
    for one in _SEPARATORS:
        parts = parts.replace(one, "\n")
    names = [part.strip() for part in parts.split("\n") if part.strip()]
    if len(names) < 2:
        names = line.split()
        if len(names) < 3:
            return []
    tags = [ENDONYMS.get(name.casefold()) for name in names]
    return names if all(tags) else []

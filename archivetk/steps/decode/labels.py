"""Charset labels: what a page, a header or an option may call an encoding.

Labels and names are those of the WHATWG Encoding Standard (section 4.2), which says what
browsers do: ``iso-8859-1`` means windows-1252, ``gb2312`` means gbk, and so on.  Beside them
stand the encodings that the standard leaves out, which an archive of old text still needs.
"""

from __future__ import annotations

import codecs
from typing import Final, NamedTuple

__all__ = ["Charset", "charset_of", "lookup"]


class Charset(NamedTuple):
    """An encoding.

    Attributes:
        name: as the standard spells it, in lower case; else the name in common use.
        codec: the Python codec that encodes its characters.
    """

    name: str
    codec: str


#: name, Python codec, labels
_STANDARD: Final = (
    ("utf-8", "utf-8", "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8"),
    ("ibm866", "cp866", "866 cp866 csibm866 ibm866"),
    (
        "iso-8859-2",
        "iso8859-2",
        "csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2",
    ),
    (
        "iso-8859-3",
        "iso8859-3",
        "csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3",
    ),
    (
        "iso-8859-4",
        "iso8859-4",
        "csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4",
    ),
    (
        "iso-8859-5",
        "iso8859-5",
        (
            "csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 iso_8859-5 "
            "iso_8859-5:1988"
        ),
    ),
    (
        "iso-8859-6",
        "iso8859-6",
        (
            "arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6 "
            "iso-8859-6-e iso-8859-6-i iso-ir-127 iso8859-6 iso88596 iso_8859-6 "
            "iso_8859-6:1987"
        ),
    ),
    (
        "iso-8859-7",
        "iso8859-7",
        (
            "csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso8859-7 "
            "iso88597 iso_8859-7 iso_8859-7:1987 sun_eu_greek"
        ),
    ),
    (
        "iso-8859-8",
        "iso8859-8",
        (
            "csiso88598e csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-ir-138 iso8859-8 "
            "iso88598 iso_8859-8 iso_8859-8:1988 visual"
        ),
    ),
    ("iso-8859-8-i", "iso8859-8", "csiso88598i iso-8859-8-i logical"),
    (
        "iso-8859-10",
        "iso8859-10",
        "csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6",
    ),
    ("iso-8859-13", "iso8859-13", "iso-8859-13 iso8859-13 iso885913"),
    ("iso-8859-14", "iso8859-14", "iso-8859-14 iso8859-14 iso885914"),
    ("iso-8859-15", "iso8859-15", "csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9"),
    ("iso-8859-16", "iso8859-16", "iso-8859-16"),
    ("koi8-r", "koi8-r", "cskoi8r koi koi8 koi8-r koi8_r"),
    ("koi8-u", "koi8-u", "koi8-ru koi8-u"),
    ("macintosh", "mac_roman", "csmacintosh mac macintosh x-mac-roman"),
    ("windows-874", "cp874", "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874"),
    ("windows-1250", "cp1250", "cp1250 windows-1250 x-cp1250"),
    ("windows-1251", "cp1251", "cp1251 windows-1251 x-cp1251"),
    (
        "windows-1252",
        "cp1252",
        (
            "ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 "
            "iso8859-1 iso88591 iso_8859-1 iso_8859-1:1987 l1 latin1 us-ascii windows-1252 "
            "x-cp1252"
        ),
    ),
    ("windows-1253", "cp1253", "cp1253 windows-1253 x-cp1253"),
    (
        "windows-1254",
        "cp1254",
        (
            "cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 "
            "iso_8859-9:1989 l5 latin5 windows-1254 x-cp1254"
        ),
    ),
    ("windows-1255", "cp1255", "cp1255 windows-1255 x-cp1255"),
    ("windows-1256", "cp1256", "cp1256 windows-1256 x-cp1256"),
    ("windows-1257", "cp1257", "cp1257 windows-1257 x-cp1257"),
    ("windows-1258", "cp1258", "cp1258 windows-1258 x-cp1258"),
    ("x-mac-cyrillic", "mac_cyrillic", "x-mac-cyrillic x-mac-ukrainian"),
    (
        "gbk",
        "gb18030",
        "chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk",
    ),
    ("gb18030", "gb18030", "gb18030"),
    ("big5", "big5hkscs", "big5 big5-hkscs cn-big5 csbig5 x-x-big5"),
    ("euc-jp", "euc_jp", "cseucpkdfmtjapanese euc-jp x-euc-jp"),
    ("iso-2022-jp", "iso-2022-jp", "csiso2022jp iso-2022-jp"),
    ("shift_jis", "cp932", "csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis"),
    (
        "euc-kr",
        "cp949",
        (
            "cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 "
            "ksc5601 ksc_5601 windows-949"
        ),
    ),
    ("utf-16be", "utf-16-be", "unicodefffe utf-16be"),
    (
        "utf-16le",
        "utf-16-le",
        "csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le",
    ),
)

#: Not in the standard: read where an option names them, or where nothing else fits.
_OTHERS: Final = (
    ("utf-32le", "utf-32-le", "utf-32le utf-32"),
    ("utf-32be", "utf-32-be", "utf-32be"),
    ("iso-2022-kr", "iso2022_kr", "iso-2022-kr csiso2022kr"),
    ("iso-2022-cn", "gb18030", "iso-2022-cn iso-2022-cn-ext"),
    ("hz-gb-2312", "hz", "hz-gb-2312 hz"),
    ("johab", "johab", "johab ms1361 cp1361"),
    ("ibm437", "cp437", "ibm437 cp437 437 cspc8codepage437"),
    ("ibm737", "cp737", "ibm737 cp737 737"),
    ("ibm775", "cp775", "ibm775 cp775 775"),
    ("ibm850", "cp850", "ibm850 cp850 850"),
    ("ibm852", "cp852", "ibm852 cp852 852 cspcp852"),
    ("ibm855", "cp855", "ibm855 cp855 855"),
    ("ibm857", "cp857", "ibm857 cp857 857"),
    ("ibm858", "cp858", "ibm858 ibm00858 cp858 858"),
    ("ibm860", "cp860", "ibm860 cp860 860"),
    ("ibm861", "cp861", "ibm861 cp861 861"),
    ("ibm862", "cp862", "ibm862 cp862 862 dos-862"),
    ("ibm863", "cp863", "ibm863 cp863 863"),
    ("ibm864", "cp864", "ibm864 cp864 864"),
    ("ibm865", "cp865", "ibm865 cp865 865"),
    ("ibm869", "cp869", "ibm869 cp869 869"),
    ("x-mac-ce", "mac_latin2", "x-mac-ce x-mac-centraleurroman maclatin2"),
    ("x-mac-greek", "mac_greek", "x-mac-greek macgreek"),
    ("x-mac-turkish", "mac_turkish", "x-mac-turkish macturkish"),
    ("x-mac-icelandic", "mac_iceland", "x-mac-icelandic maciceland"),
    ("x-mac-croatian", "mac_croatian", "x-mac-croatian maccroatian"),
    ("koi8-t", "koi8_t", "koi8-t"),
    ("kz-1048", "kz1048", "kz-1048 strk1048-2002 rk1048"),
    ("pt154", "ptcp154", "pt154 ptcp154 cp154 csptcp154 cyrillic-asian"),
    ("ibm037", "cp037", "ibm037 cp037 ebcdic-cp-us"),
    ("ibm273", "cp273", "ibm273 cp273"),
    ("ibm424", "cp424", "ibm424 cp424 ebcdic-cp-he"),
    ("ibm500", "cp500", "ibm500 cp500 ebcdic-cp-be ebcdic-cp-ch"),
    ("ibm1026", "cp1026", "ibm1026 cp1026"),
    ("ibm1140", "cp1140", "ibm1140 ibm01140 cp1140"),
)

_LABELS: Final = {
    label: Charset(name, codec)
    for name, codec, labels in (*_OTHERS, *_STANDARD)
    for label in (name, *labels.split())
}
_BY_CODEC: Final = {
    codecs.lookup(codec).name: Charset(name, codec) for name, codec, _ in (*_OTHERS, *_STANDARD)
}


def lookup(label: str) -> Charset | None:
    """The encoding that a document means by a label, or ``None`` where it is not a known one."""
    return _LABELS.get(label.strip("\t\n\f\r ").lower())


def charset_of(name: str) -> Charset | None:
    """The encoding that a person means: a label, or a name that Python has for one of them."""
    found = lookup(name) or lookup(name.replace("_", "-"))
    if found is not None:
        return found
    try:
        return _BY_CODEC.get(codecs.lookup(name).name)
    except (LookupError, ValueError):
        return None

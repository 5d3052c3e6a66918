"""Language tags: BCP 47, which archivetk speaks, and ISO 639-3, which WARC headers want.

>>> iso639_3("en"), iso639_3("zh-Hant"), iso639_3("und")
('eng', 'zho', None)
>>> bcp47("deu"), bcp47("haw")
('de', 'haw')

The table is ISO 639-1 as registered with the Library of Congress, each two-letter code beside
its three-letter one.  Codes of macrolanguages stay macrolanguages (``zho``, ``ara``, ``nor``),
since a tag of two letters says no more than that.
"""

from __future__ import annotations

from typing import Final

__all__ = ["NO_LANGUAGE", "bcp47", "iso639_3"]

#: Tags that name no language: undetermined, no linguistic content, several, not coded.
NO_LANGUAGE: Final = frozenset({"und", "zxx", "mul", "mis"})

_TABLE: Final = (  # noqa: SIM905 - pairs read best side by side
    "aa aar ab abk ae ave af afr ak aka am amh an arg ar ara as asm av ava ay aym az aze "
    "ba bak be bel bg bul bi bis bm bam bn ben bo bod br bre bs bos ca cat ce che ch cha "
    "co cos cr cre cs ces cu chu cv chv cy cym da dan de deu dv div dz dzo ee ewe el ell "
    "en eng eo epo es spa et est eu eus fa fas ff ful fi fin fj fij fo fao fr fra fy fry "
    "ga gle gd gla gl glg gn grn gu guj gv glv ha hau he heb hi hin ho hmo hr hrv ht hat "
    "hu hun hy hye hz her ia ina id ind ie ile ig ibo ii iii ik ipk io ido is isl it ita "
    "iu iku ja jpn jv jav ka kat kg kon ki kik kj kua kk kaz kl kal km khm kn kan ko kor "
    "kr kau ks kas ku kur kv kom kw cor ky kir la lat lb ltz lg lug li lim ln lin lo lao "
    "lt lit lu lub lv lav mg mlg mh mah mi mri mk mkd ml mal mn mon mr mar ms msa mt mlt "
    "my mya na nau nb nob nd nde ne nep ng ndo nl nld nn nno no nor nr nbl nv nav ny nya "
    "oc oci oj oji om orm or ori os oss pa pan pi pli pl pol ps pus pt por qu que rm roh "
    "rn run ro ron ru rus rw kin sa san sc srd sd snd se sme sg sag sh hbs si sin sk slk "
    "sl slv sm smo sn sna so som sq sqi sr srp ss ssw st sot su sun sv swe sw swa ta tam "
    "te tel tg tgk th tha ti tir tk tuk tl tgl tn tsn to ton tr tur ts tso tt tat tw twi "
    "ty tah ug uig uk ukr ur urd uz uzb ve ven vi vie vo vol wa wln wo wol xh xho yi yid "
    "yo yor za zha zh zho zu zul"
).split()

_LONG: Final = dict(zip(_TABLE[::2], _TABLE[1::2], strict=True))

#: Withdrawn two-letter codes that are still met, and the bibliographic three-letter ones.
_OLD: Final = {
    "iw": "heb", "in": "ind", "ji": "yid", "jw": "jav", "mo": "ron",
    "alb": "sqi", "arm": "hye", "baq": "eus", "bur": "mya", "chi": "zho", "cze": "ces",
    "dut": "nld", "fre": "fra", "geo": "kat", "ger": "deu", "gre": "ell", "ice": "isl",
    "mac": "mkd", "mao": "mri", "may": "msa", "per": "fas", "rum": "ron", "slo": "slk",
    "tib": "bod", "wel": "cym",
}  # fmt: skip

_SHORT: Final = {long: short for short, long in _LONG.items()}


def iso639_3(tag: str) -> str | None:
    """The three-letter code of a BCP 47 tag.

    Args:
        tag: e.g. ``en``, ``zh-Hans``, ``fil``; case does not matter.

    Returns:
        The code, or ``None`` where the tag names no language (``und``, ``zxx``) or is unknown.
    """
    primary = tag.replace("_", "-").split("-", 1)[0].lower()
    if primary in NO_LANGUAGE:
        return None
    known = _LONG.get(primary) or _OLD.get(primary)
    if known:
        return known
    if len(primary) == 3 and primary.isascii() and primary.isalpha():
        return primary
    return None


def bcp47(code: str) -> str:
    """The BCP 47 primary tag of an ISO 639 code: two letters where there are such, else three.

    An unknown code that is no code at all becomes ``und``.
    """
    folded = code.lower()
    if folded in _LONG:
        return folded
    folded = _OLD.get(folded, folded)
    if folded in _SHORT:
        return _SHORT[folded]
    return folded if len(folded) == 3 and folded.isascii() and folded.isalpha() else "und"

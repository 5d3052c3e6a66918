"""How often a charset is found, beside other detectors.

    python tests/bench/charset.py --data DIR [--misses] [--every N]

A file counts as right where its decoded text is the one that its true charset gives (the same
decoder for all, so that only the choice is measured).
"""

from __future__ import annotations

import argparse
import base64
import gzip
import json
import time
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

from archivetk.document import Source
from archivetk.settings import Settings
from archivetk.steps import Rejection
from archivetk.steps.decode import charset_of, decode
from archivetk.steps.decode.declared import declared_charset
from archivetk.steps.decode.lossless import read

#: Legacy charsets by language, for short texts.
LEGACY = {
    "ar": "windows-1256 iso-8859-6",
    "be": "windows-1251 iso-8859-5 koi8-u",
    "bg": "windows-1251 iso-8859-5 ibm855 x-mac-cyrillic",
    "ca": "windows-1252",
    "cs": "windows-1250 iso-8859-2 ibm852",
    "da": "windows-1252 macintosh",
    "de": "windows-1252 macintosh ibm850",
    "el": "windows-1253 iso-8859-7",
    "es": "windows-1252 ibm850",
    "et": "windows-1257 iso-8859-13",
    "fa": "windows-1256",
    "fi": "windows-1252",
    "fr": "windows-1252 macintosh ibm850",
    "he": "windows-1255 iso-8859-8",
    "hr": "windows-1250 iso-8859-2",
    "hu": "windows-1250 iso-8859-2 ibm852",
    "is": "windows-1252",
    "it": "windows-1252",
    "ja": "shift_jis euc-jp iso-2022-jp",
    "kk": "kz-1048",
    "ko": "euc-kr",
    "lt": "windows-1257 iso-8859-13",
    "lv": "windows-1257 iso-8859-13",
    "mk": "windows-1251 iso-8859-5",
    "nb": "windows-1252",
    "nl": "windows-1252",
    "pl": "windows-1250 iso-8859-2 ibm852",
    "pt": "windows-1252",
    "ro": "windows-1250 iso-8859-16",
    "ru": "windows-1251 koi8-r iso-8859-5 ibm866 x-mac-cyrillic",
    "sk": "windows-1250 iso-8859-2",
    "sl": "windows-1250 iso-8859-2",
    "sq": "windows-1252",
    "sr": "windows-1251 iso-8859-5",
    "sv": "windows-1252 macintosh",
    "th": "windows-874",
    "tr": "windows-1254",
    "uk": "windows-1251 koi8-u",
    "vi": "windows-1258",
    "zh": "gbk gb18030 hz-gb-2312",
}
EACH = 15


def rows(path: Path) -> Iterator[dict]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def files(data: Path) -> Iterator[tuple[str, bytes, str]]:
    """Name, payload, text in the true charset."""
    for row in rows(data / "encoding" / "charset-files.jsonl.gz"):
        charset = charset_of(row["encoding"] or "")
        if row["encoding"] in {"ascii", "Johab"}:
            charset = charset_of("utf-8" if row["encoding"] == "ascii" else "johab")
        payload = base64.b64decode(row["data"])
        if row["encoding"] in {"utf_16", "UTF-16", "utf_32", "UTF-32"}:
            yield f"{row['encoding']} {row['path']}", payload, payload.decode(row["encoding"])
        elif charset is not None:
            yield f"{row['encoding']} {row['path']}", payload, read(payload, charset).text


def vietnamese(text: str) -> str:
    """Text as windows-1258 has it: some letters whole, the tones as marks."""
    result = []
    for char in unicodedata.normalize("NFC", text):
        try:
            char.encode("cp1258")
            result.append(char)
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", char)
            result.append(unicodedata.normalize("NFC", parts[:-1]) + parts[-1])
    return "".join(result)


def sentences(data: Path) -> Iterator[tuple[str, bytes, str]]:
    """Short texts in legacy charsets, from every second sentence (the tables know the others,
    where they were made with ``--half``)."""
    for row in rows(data / "language" / "sentences.jsonl.gz"):
        for name in LEGACY.get(row["language"], "").split():
            codec = charset_of(name).codec
            found = 0
            for sentence in row["sentences"][1::2]:
                text = vietnamese(sentence) if name == "windows-1258" else sentence
                try:
                    payload = text.encode("gbk" if name == "gbk" else codec)
                except UnicodeEncodeError:
                    continue
                if text.isascii():
                    continue
                yield f"{name} {row['language']}", payload, text
                found += 1
                if found == EACH:
                    break


def ours(payload: bytes) -> str:
    try:
        return decode(Source("x", "x", payload), Settings())[0].removeprefix("\ufeff")
    except Rejection as verdict:
        return verdict.code


def with_name(payload: bytes, name: str | None) -> str:
    charset = charset_of(name or "windows-1252")
    if (name or "").lower().replace("-", "_") in {"utf_16", "utf_32"}:
        return payload.decode(name, "replace")
    return "" if charset is None else read(payload, charset).text.removeprefix("\ufeff")


def others() -> dict[str, Callable[[bytes], str]]:
    result: dict[str, Callable[[bytes], str]] = {}
    try:
        from charset_normalizer import from_bytes

        def normalizer(payload: bytes) -> str:
            best = from_bytes(payload).best()
            return with_name(payload, best.encoding if best else None)

        result["charset-normalizer"] = normalizer
    except ImportError:
        pass
    try:
        import cchardet

        result["faust-cchardet"] = lambda payload: with_name(
            payload, cchardet.detect(payload)["encoding"]
        )
    except ImportError:
        pass
    try:
        from resiliparse.parse.encoding import detect_encoding

        result["resiliparse"] = lambda payload: with_name(payload, detect_encoding(payload))
    except ImportError:
        pass
    return result


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--alone", action="store_true")
    options = parser.parse_args()
    tools = {"archivetk": ours, **({} if options.alone else others())}
    for title, cases in (
        ("files", list(files(options.data))[:: options.every]),
        ("short texts", list(sentences(options.data))[:: options.every]),
    ):
        size = sum(len(payload) for _, payload, _ in cases)
        print(f"\n{title}: {len(cases)}, {size / 1e6:.2f} MB")
        for name, tool in tools.items():
            right = 0
            start = time.perf_counter()
            for case, payload, text in cases:
                try:
                    found = tool(payload)
                except (UnicodeError, LookupError) as error:
                    found = repr(error)
                good = found == text.removeprefix("\ufeff")
                right += good
                if options.misses and not good and name == "archivetk":
                    try:
                        decoding = decode(Source("x", "x", payload), Settings())[1]
                        print(
                            "   ",
                            case,
                            len(payload),
                            decoding.encoding,
                            decoding.method,
                            f"{decoding.confidence:.2f}",
                            decoding.runner_up,
                        )
                    except Rejection as verdict:
                        print("   ", case, len(payload), verdict.code)
            seconds = time.perf_counter() - start
            print(
                f"  {name:20} {right / len(cases):.3f}  {seconds * 1000 / len(cases):7.2f} ms each"
            )
    right = total = 0
    for row in rows(options.data / "encoding" / "html-sniffing.jsonl.gz"):
        payload = base64.b64decode(row["data"])
        found = declared_charset(payload)
        name = found[0].name if found else "windows-1252"
        name = "utf-8" if payload.startswith(b"\xef\xbb\xbf") else name
        right += name == row["encoding"].lower()
        total += 1
    print(f"\ndeclarations in HTML: {right} of {total}")


if __name__ == "__main__":
    main()

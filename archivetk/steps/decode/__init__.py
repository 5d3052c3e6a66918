"""Bytes to characters: find the charset, decode, remember every byte.

The ladder, and what a document's :class:`~archivetk.document.Decoding` calls each rung:

1. ``option``: the user said so; ``given``: text came in, not bytes
2. ``bom``: a byte order mark
3. ``escapes``: the escape sequences of ISO-2022 or HZ
4. ``utf-8``: strict UTF-8 over the whole payload
5. ``nul-pattern``: UTF-16 or UTF-32 without a mark
6. ``declared:http``, ``declared:xml``, ``declared:meta``: what it declares, if it fits
7. ``detected``: what the bytes look like
8. ``fallback``: windows-1252, as browsers do
"""

from archivetk.steps.decode.labels import Charset, charset_of
from archivetk.steps.decode.ladder import decode
from archivetk.steps.decode.newlines import RULES, newlines

__all__ = ["RULES", "Charset", "charset_of", "decode", "newlines"]

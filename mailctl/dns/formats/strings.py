"""TXT data as character-strings, in the presentation form of zone files.

A character-string holds at most 255 bytes (RFC 1035, 3.3.14), and receivers join the strings
of one record without anything between them (RFC 7208, 3.3; RFC 6376, 3.6.2.2). Within quotes
only `"` and `\\` are special; bytes that are not printable ASCII are written `\\DDD` (5.1).
"""

from __future__ import annotations

LONGEST = 255


def character_strings(text: str) -> tuple[bytes, ...]:
    """The text in UTF-8, cut after each 255 bytes; an empty text is one empty string."""
    encoded = text.encode()
    cuts = range(0, max(len(encoded), 1), LONGEST)
    return tuple(encoded[start : start + LONGEST] for start in cuts)


def quoted(text: str) -> str:
    """All strings of the text, each in quotes, separated by blanks."""
    parts = (part.decode("latin-1").translate(_ESCAPES) for part in character_strings(text))
    return " ".join(f'"{part}"' for part in parts)


def _escaped(byte: int) -> str:
    character = chr(byte)
    if character in '"\\':
        return f"\\{character}"
    return character if " " <= character <= "~" else f"\\{byte:03d}"


_ESCAPES = {byte: _escaped(byte) for byte in range(256) if _escaped(byte) != chr(byte)}

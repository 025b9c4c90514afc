"""What a host says is shown so that it cannot speak to the terminal: no control characters."""

from __future__ import annotations


def printable(text: str) -> str:
    """The text with every character that is neither printable nor a tab as an escape."""
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() or letter == "\t" else f"\\x{ord(letter):02x}"
        for letter in text
    )

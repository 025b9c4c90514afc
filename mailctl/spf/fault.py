"""What is wrong with an SPF record, and where."""

from __future__ import annotations


class SpfSyntaxError(Exception):
    """A text that the grammar of RFC 7208, 12 does not allow.

    `offset` is that of the term that is wrong, in characters from 0; `hint` says what to
    write instead, and may be empty.
    """

    def __init__(self, offset: int, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.offset = offset
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}; {self.hint}" if self.hint else self.message

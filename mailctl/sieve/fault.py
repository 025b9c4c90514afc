"""What is wrong with a script, and where."""

from __future__ import annotations


class ScriptError(Exception):
    """A script that Sieve's grammar or its extensions do not allow.

    `line` and `column` count from 1; `hint` says what to do instead, and may be empty.
    """

    def __init__(self, line: int, column: int, message: str, hint: str = "") -> None:
        super().__init__(f"{line}:{column}: {message}")
        self.line = line
        self.column = column
        self.message = message
        self.hint = hint

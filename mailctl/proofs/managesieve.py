"""A client of ManageSieve (RFC 5804): enough to put, check, activate and remove a script."""

from __future__ import annotations

import re

from mailctl.proofs.base import Refuted
from mailctl.proofs.line_dialogue import LineDialogue
from mailctl.proofs.smtp_dialogue import plain_response

PORT = 4190

_LITERAL = re.compile(r"\{(?P<length>\d+)\+?\}$")


class ManageSieve(LineDialogue):
    """One authenticated session; use it in a `with`."""

    def __init__(self, address: str, source: str, login: str, password: str) -> None:
        super().__init__(address, PORT, source)
        try:
            self._answer("the greeting")
            self._ask("STARTTLS")
            self.handshake()
            self._answer("the greeting under TLS")  # RFC 5804, 2.2: capabilities come again
            self._ask(f'AUTHENTICATE "PLAIN" "{plain_response(login, password)}"')
        except BaseException:
            self.close()
            raise

    def scripts(self) -> dict[str, bool]:
        """The names of the user's scripts, and whether each is the active one."""
        listed = self._ask("LISTSCRIPTS")
        return {
            line.rpartition('"')[0].strip('"'): line.upper().endswith(" ACTIVE") for line in listed
        }

    def put(self, name: str, script: str) -> None:
        """Store a script; Refuted with the server's words when it does not compile."""
        content = script.encode()
        self.send(f'PUTSCRIPT "{name}" {{{len(content)}+}}\r\n'.encode() + content + b"\r\n")
        self._answer(f"PUTSCRIPT {name}")

    def get(self, name: str) -> str:
        """The text of a script."""
        return "\n".join(self._ask(f'GETSCRIPT "{name}"'))

    def activate(self, name: str) -> None:
        """Make this script the active one; an empty name: none of them."""
        self._ask(f'SETACTIVE "{name}"')

    def delete(self, name: str) -> None:
        """Remove a script, which must not be active."""
        self._ask(f'DELETESCRIPT "{name}"')

    def _ask(self, line: str) -> list[str]:
        self.send(line.encode() + b"\r\n")
        return self._answer(line.split(" ", 1)[0])

    def _answer(self, asked: str) -> list[str]:
        """Lines up to OK; literals are read whole. Refuted at NO, BYE or the end."""
        lines: list[str] = []
        while True:
            line = self._whole_line()
            word = line.upper().split(" ")[0].split("(")[0]
            if word == "OK":
                return lines
            if word in {"NO", "BYE"} or not line:
                raise Refuted(f"ManageSieve answers {asked} with `{line}`")
            lines.append(line)

    def _whole_line(self) -> str:
        """A line, with the literal that it announces in place of the announcement."""
        line = self.line()
        match = _LITERAL.search(line)
        if match is None:
            return line
        literal = self.octets(int(match["length"])).decode("utf-8", "replace")
        return line[: match.start()] + literal + self._whole_line()

"""The secret that two name servers, or a name server and its client, share (RFC 8945).

No spec and no System holds one: `mailctl.keys` reads it at the last moment.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field

DISCOURAGED = frozenset({"hmac-sha1"})
"""NOT RECOMMENDED by RFC 8945, 6, but every server MUST know it: a warning, no refusal."""


@dataclass(frozen=True, slots=True)
class TsigKey:
    """A shared secret: its name on the server, in lower case without the final dot, and its
    algorithm by its name in RFC 8945, 6. Prints without the secret."""

    name: str
    algorithm: str
    secret: bytes = field(repr=False)

    @property
    def base64(self) -> str:
        """The secret, as files of name servers and of their clients hold it (RFC 4648, 4)."""
        return b64encode(self.secret).decode()

    @property
    def discouraged(self) -> bool:
        return self.algorithm in DISCOURAGED

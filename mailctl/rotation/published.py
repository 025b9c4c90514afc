"""Whether the world has a DKIM key, or its revocation: what all authoritative servers say of it."""

from __future__ import annotations

from mailctl.dns.dkim import PublicKey
from mailctl.dns.published_key import gives
from mailctl.resolver.answer import Answer
from mailctl.resolver.everywhere import Seen as Seen
from mailctl.resolver.everywhere import look_everywhere
from mailctl.resolver.view import View


def look(view: View, name: str, wanted: PublicKey) -> Seen:
    """What the servers that own the name say of the wanted key, or of its revocation."""

    def fault(answer: Answer) -> str:
        """Of several records at one name verifiers take any or none (RFC 6376, 3.6.2.2)."""
        if len(answer.data) == 1 and gives(answer.data[0], wanted):
            return ""
        if answer.absent:
            return f"has {answer.status.value}"
        if len(answer.data) > 1:
            return f"has {len(answer.data)} records there, of which verifiers take any or none"
        return "has another key there" if wanted.data else "has not the revocation, but a key"

    return look_everywhere(view, name, "TXT", fault)

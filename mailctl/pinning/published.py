"""Whether the world has a key's TLSA record: what all authoritative servers say."""

from __future__ import annotations

from collections.abc import Collection

from mailctl.dns.tlsa import pins, tlsa_name
from mailctl.model.names import DomainName
from mailctl.resolver.answer import Answer
from mailctl.resolver.everywhere import Seen, look_everywhere
from mailctl.resolver.view import View


def look(view: View, fqdn: DomainName, digests: Collection[str]) -> Seen:
    """What the servers that own the name say; wanted are the records of all these keys."""

    def fault(answer: Answer) -> str:
        lacking = [digest for digest in digests if not _has(answer, digest)]
        if not lacking:
            return ""
        if answer.absent:
            return f"has {answer.status.value}"
        return f"has no record of {', '.join(digest[:8] for digest in lacking)}..."

    return look_everywhere(view, tlsa_name(fqdn), "TLSA", fault)


def look_for_none_or(view: View, fqdn: DomainName, digest: str) -> Seen:
    """The same, where no record at all is as well: then nobody is held to one."""

    def fault(answer: Answer) -> str:
        if answer.absent or not answer.data or _has(answer, digest):
            return ""
        return "has records of other keys only"

    return look_everywhere(view, tlsa_name(fqdn), "TLSA", fault)


def _has(answer: Answer, digest: str) -> bool:
    return any(pins(data, digest) for data in answer.data)

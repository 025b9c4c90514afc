"""The record that a domain publishes: chosen among its TXT records (RFC 7208, 4.4 and 4.5)."""

from __future__ import annotations

from mailctl.spf.expansion import can_be_asked
from mailctl.spf.fault import SpfSyntaxError
from mailctl.spf.grammar import is_spf, parse
from mailctl.spf.limits import Ended
from mailctl.spf.record import Result, SpfRecord
from mailctl.spf.resolver import Answer, Resolver


def published(domain: str, resolver: Resolver) -> SpfRecord:
    """The record of a domain; raises Ended with none, temperror or permerror."""
    if not _is_domain(domain):
        raise Ended(Result.NONE, f"{domain!r:.80} is no domain")
    texts = resolver.lookup(domain, "TXT")
    if texts.answer is Answer.FAILED:
        raise Ended(Result.TEMPERROR, f"no answer about the TXT records of {domain}")
    records = [text for text in texts.data if is_spf(text)]
    if not records:
        raise Ended(Result.NONE, f"{domain} has no SPF record")
    if len(records) > 1:
        raise Ended(Result.PERMERROR, f"{domain} has {len(records)} SPF records")
    try:
        return parse(records[0])
    except SpfSyntaxError as error:
        raise Ended(Result.PERMERROR, f"the SPF record of {domain}: {error.message}") from None


def _is_domain(domain: str) -> bool:
    """A name of several labels (4.3), and no address literal (RFC 5321, 4.1.3)."""
    return can_be_asked(domain) and "." in domain and not domain.startswith("[")

"""What can be held against records that only here are known: of SPF records that we put together
how often they ask DNS and how long they are (RFC 7208, 4.6.4, 3.4), and names that DNS cannot
have (RFC 1035, 2.3.4). DNS is not asked.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.dns.discovery import AUTODISCOVER
from mailctl.dns.places import LONGEST_NAME
from mailctl.dns.spf import sent_texts
from mailctl.errors import Finding
from mailctl.model.system import System
from mailctl.model.web import web_host

_SERVICE = "_submissions._tcp."
_LONGEST_PREFIX = len(f"{AUTODISCOVER}.")
"""What stands before a domain's name in the longest name below it, but for DKIM keys."""

_FEW_TERMS = 9
_SHORT = 190
"""A record of so few terms asks DNS so seldom, and one of so few characters is so short, that
there is nothing to be said; hardly any has more."""

_OWN_TERMS = 4
"""`v=spf1 mx a -all`."""

_MARKS = 9
"""Characters before and after a name in a term: ` include:`."""


def findings(system: System) -> Iterator[Finding]:
    """A finding at the includes of each domain whose record asks too much, or is too long; and at
    each domain below which a name would be too long."""
    yield from _long_names(system)
    if not _may_be_much(system):
        return
    for name, text in sent_texts(system):
        if len(text.split()) > _FEW_TERMS or len(text) > _SHORT:
            yield from _of(name, text)


def _long_names(system: System) -> Iterator[Finding]:
    peopled: set[str] | None = None
    for domain in system.domains.values():
        if len(domain.name) + _LONGEST_PREFIX <= LONGEST_NAME:
            continue
        peopled = peopled or {address.domain for address in system.users}
        policy, answers = domain.policy, not domain.parked
        prefixes = ["_dmarc."]
        prefixes += ["_smtp._tls."] if answers and policy.tls_reports else []
        prefixes += ["_mta-sts."] if answers and policy.mta_sts else []
        prefixes += ["*._domainkey."] if domain.parked else []
        guided = policy.discovery and domain.name in peopled
        prefixes += [_SERVICE] if guided else []
        prefixes += [f"{AUTODISCOVER}."] if guided and web_host(system, domain) else []
        longest = max(prefixes, key=len) + domain.name
        if len(longest) > LONGEST_NAME:
            yield Finding(
                ("domains", domain.name),
                "long-name",
                f"{longest:.40}... has {len(longest)} characters, and DNS takes {LONGEST_NAME}",
                "leave out what asks for the record (`discovery: false`), or take a shorter domain",
                on_key=True,
            )


def _may_be_much(system: System) -> bool:
    """Whether all hosts and the longest list of includes would be more than that."""
    names = [len(host.fqdn) for host in system.hosts.values()]
    lists = {domain.policy.spf.include for domain in system.domains.values()}
    terms = max((len(each) for each in lists), default=0) + len(names)
    longest = max((sum(map(len, each)) for each in lists), default=0) + sum(names)
    return terms + _OWN_TERMS > _FEW_TERMS or longest + _MARKS * (terms + _OWN_TERMS) > _SHORT


def _of(name: str, text: str) -> Iterator[Finding]:
    from mailctl.spf.review import review  # most specs have no such record

    for remark in review(text, domain=name):
        if remark.rule in _FROM_PARTS:
            message = f"{remark.message} ({remark.reference})"
            yield Finding(("domains", name, "spf", "include"), remark.rule, message,
                          remark.hint, remark.severity)  # fmt: skip


_FROM_PARTS = ("spf-lookups", "spf-length")
"""What the parts that a spec names can come to; their forms are ours."""

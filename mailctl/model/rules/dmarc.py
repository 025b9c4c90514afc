"""DMARC records: what is no DMARC, what RFC 9989 has taken away, and what protects nobody.

A record without `rua` is no fault where forged mail is stopped: neither internet.nl nor the big
receivers ask for reports. Only a domain that stops nothing and hears nothing is told so, since
monitoring is all that p=none is for (RFC 9989, 5.1.4).
"""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.errors import Finding, Severity
from mailctl.model.rules.dmarc_syntax import POLICIES, REMOVED, faults_of, tags_of
from mailctl.model.settings import Dmarc
from mailctl.model.system import System

_KEYS = {
    "p": "policy",
    "sp": "subdomain_policy",
    "np": "nonexistent_policy",
    "t": "testing",
    "rua": "reports",
}
"""What the spec calls the tags."""


def check(system: System) -> Iterator[Finding]:
    """The grammar of whole records, and the effect of all."""
    for domain in system.domains.values():
        if not domain.parked:
            where = ("domains", domain.name, "dmarc")
            dmarc = domain.policy.dmarc
            if dmarc.record:
                yield from _grammar((*where, "record"), dmarc.record)
            yield from _effect(where, dmarc)


def _grammar(where: tuple[str, ...], record: str) -> Iterator[Finding]:
    for fault in faults_of(record):
        yield Finding(where, fault.rule, fault.message, fault.hint, fault.severity)
    tags = tags_of(record)
    removed = [name for name in REMOVED if name in tags]
    if removed:
        yield _warning(where, "dmarc-obsolete-tag",
                       f"RFC 9989 has no {', '.join(removed)}; receivers ignore them",
                       "leave them out")  # fmt: skip
    if "fo" in tags and "ruf" not in tags:
        yield _warning(where, "dmarc-obsolete-tag", "fo means nothing without ruf", "leave it out")
    for name in ("rua", "ruf"):
        if any(
            not uri.strip().lower().startswith("mailto:")
            for uri in tags.get(name, "mailto:").split(",")
        ):
            yield _warning(where, "dmarc-uri", f"{name} holds what is no mailto: URI",
                           f"write {name}=mailto:ADDRESS")  # fmt: skip


def _effect(where: tuple[str, ...], dmarc: Dmarc) -> Iterator[Finding]:
    """What the record does to forged mail: nothing, or less for subdomains."""
    tags = tags_of(dmarc.record) if dmarc.record else _tags_of_keys(dmarc)
    policy = tags.get("p", "none").lower()
    if policy not in POLICIES:
        return  # an error already
    testing = tags.get("t", "n").lower() == "y"
    if policy == "none":
        yield _warning(_place(where, dmarc, "p"), "dmarc-none", _let_through(dmarc, tags),
                       "write " + " or ".join(_said(dmarc, "p", word) for word in POLICIES[1:])
                       )  # fmt: skip
    elif policy == "quarantine" and testing:
        yield _warning(_place(where, dmarc, "t"), "dmarc-testing",
                       "while testing, quarantine counts as none and lets forged mail through",
                       "leave testing out, or let it be of reject")  # fmt: skip
    else:
        yield from _subdomains(where, dmarc, tags)
        return
    if "rua" not in tags:
        yield _warning(_place(where, dmarc, "p" if policy == "none" else "t"), "dmarc-no-reports",
                       "the record stops nothing and reports nothing: it has no effect",
                       f"add {_said(dmarc, 'rua', 'ADDRESS')}")  # fmt: skip


def _subdomains(where: tuple[str, ...], dmarc: Dmarc, tags: dict[str, str]) -> Iterator[Finding]:
    policy = tags.get("p", "none").lower()
    for name in ("sp", "np"):
        weaker = tags.get(name, "").lower()
        if weaker in POLICIES and POLICIES.index(weaker) < POLICIES.index(policy):
            whose = "subdomains" if name == "sp" else "subdomains that do not exist"
            yield _warning(_place(where, dmarc, name), "dmarc-subdomain-weaker",
                           f"{whose} get {weaker} where the domain has {policy}: forgers use them",
                           f"leave it out, or write {_said(dmarc, name, policy)}")  # fmt: skip


def _let_through(dmarc: Dmarc, tags: dict[str, str]) -> str:
    if not dmarc.record:
        return "none lets forged mail through"
    if "p" not in tags:
        return "there is no p, which counts as p=none and lets forged mail through"
    return "p=none lets forged mail through"


def _tags_of_keys(dmarc: Dmarc) -> dict[str, str]:
    tags = {
        "p": dmarc.policy,
        "sp": dmarc.subdomain_policy,
        "np": dmarc.nonexistent_policy,
        "t": "y" if dmarc.testing else "",
        "rua": ",".join(map(str, dmarc.reports)),
    }
    return {name: value for name, value in tags.items() if value}


def _place(where: tuple[str, ...], dmarc: Dmarc, tag: str) -> tuple[str, ...]:
    return (*where, "record" if dmarc.record else _KEYS[tag])


def _said(dmarc: Dmarc, tag: str, value: str) -> str:
    """A tag as it would stand in the spec: within the record, or as a key."""
    if not dmarc.record:
        return f"`{_KEYS[tag]}: {value}`"
    return f"{tag}={'mailto:' if tag == 'rua' else ''}{value}"


def _warning(where: tuple[str, ...], rule: str, message: str, hint: str) -> Finding:
    return Finding(where, rule, message, hint, Severity.WARNING)

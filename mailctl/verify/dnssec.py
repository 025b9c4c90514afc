"""The DNSSEC state of each domain's zone (RFC 4035, 5): told, and an error only where resolvers
that validate would refuse the whole zone."""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.resolver.answer import Answer
from mailctl.verify.chain import Chain, chain
from mailctl.verify.check import Check, domains
from mailctl.verify.ground import Ground
from mailctl.verify.observation import Diagnosis, Observation, Weight

_SAID = {
    Chain.UNSIGNED: Diagnosis(
        "unsigned", Weight.NOTE, "is not signed with DNSSEC", "RFC 4033, 5",
    ),
    Chain.NOT_DELEGATED: Diagnosis(
        "no-ds", Weight.WARNING,
        "is signed, but its parent has no DS: nobody checks the signatures", "RFC 4035, 5.2",
    ),
    Chain.SECURE: Diagnosis(
        "signed", Weight.NOTE, "is signed, and its parent's DS fits", "RFC 4035, 5.2",
    ),
    Chain.BOGUS_KEYS: Diagnosis(
        "bogus", Weight.ERROR,
        "has a DS at its parent that no DNSKEY fits: resolvers that validate refuse all of it",
        "RFC 4035, 5.2",
    ),
    Chain.BOGUS_SIGNATURE: Diagnosis(
        "bogus", Weight.ERROR,
        "has no valid signature on its DNSKEY: resolvers that validate refuse all of it",
        "RFC 4035, 5.3",
    ),
    Chain.UNSUPPORTED: Diagnosis(
        "unsupported-ds", Weight.WARNING,
        "has only DS of algorithms that resolvers do not know: it counts as unsigned",
        "RFC 4035, 5.2",
    ),
}  # fmt: skip


def _look(ground: Ground, domain: str) -> Iterator[Observation]:
    zone = _zone_of(ground, domain)
    if not zone or (zone != domain and zone in ground.system.domains):
        return  # nobody could say, which the verdicts tell; or it is another of the spec's zones
    ds = ground.view.recursive(zone, "DS")
    keys = ground.view.ask(zone, "DNSKEY")
    answered = [answer for answer in keys if not answer.failed]
    if not answered or not _of_parent(ds, zone, answered):
        reason = ds.reason or keys[0].reason or f"only {zone} itself could be asked for its DS"
        yield Observation("dnssec-unknown", Weight.UNKNOWN, domain, zone,
                          f"the DNSSEC state of {zone} could not be asked: {reason}")  # fmt: skip
        return
    worst = _worst(zone, ds, answered)
    found = _SAID[worst]
    message = f"the zone {zone} {found.message}"
    yield Observation(found.rule, found.weight, domain, zone, message, found.reference)


def _of_parent(ds: Answer, zone: str, keys: list[Answer]) -> bool:
    """Whether the parent has said it; a server of the zone alone knows of no DS (RFC 4035,
    3.1.4.1), which tells nothing unless there are no keys either."""
    from_child = ds.absent and ds.zone == zone and any(answer.data for answer in keys)
    return not ds.failed and not from_child


def _zone_of(ground: Ground, domain: str) -> str:
    answer = ground.view.recursive(domain, "SOA")
    return "" if answer.failed or answer.aliases else answer.zone


def _worst(zone: str, ds: Answer, keys: list[Answer]) -> Chain:
    """One server with old keys or signatures is enough for mail to suffer now and then."""
    states = {chain(zone, ds.data, answer.data, answer.signatures) for answer in keys}
    order = (Chain.BOGUS_KEYS, Chain.BOGUS_SIGNATURE, Chain.UNSUPPORTED, Chain.NOT_DELEGATED,
             Chain.SECURE, Chain.UNSIGNED)  # fmt: skip
    return next(state for state in order if state in states)


DNSSEC = Check(domains, _look)

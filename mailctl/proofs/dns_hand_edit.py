"""A record that somebody edits by hand is found and named, and a push puts it right; what
others have at the same name stays.
"""

from __future__ import annotations

from mailctl.errors import EXIT_CHANGES, EXIT_OK
from mailctl.model.host import Host
from mailctl.proofs.base import NotApplicable, Refuted, Statement
from mailctl.proofs.dns_world import world_dns
from mailctl.proofs.ground import Ground
from mailctl.proofs.world_dns import lookup
from mailctl.verify.report import Report
from mailctl.verify.text import summary
from mailctl.verify.verdict import FAULTS, State

_FORGED = "v=DMARC1; p=none"
_ALIEN = "site-verification=0123456789"


def _try(ground: Ground, host: Host) -> str:
    domain = _domain(ground, host)
    name = f"_dmarc.{domain}"
    world = world_dns(ground)
    world.edit(domain, (name, "replace", _FORGED), (domain, "add", _ALIEN))
    try:
        named = _named(world.check(), name, domain)
        session = world.push()
        if session.changes != 1:
            raise Refuted(f"the push changed {session.changes} records instead of one")
        _clean(world.check())
        if _ALIEN not in lookup(ground, domain, "TXT"):
            raise Refuted(f"the push took somebody else's TXT at {domain} away")
    finally:
        world.edit(domain, (domain, "delete", _ALIEN))
    return f"found: {named}; put right by one change, {domain}'s other TXT was left alone"


def _domain(ground: Ground, host: Host) -> str:
    for domain in ground.system.domains.values():
        if host.name in {domain.store, *domain.mx}:
            return domain.name
    raise NotApplicable("the host serves no domain")


def _named(report: Report, name: str, domain: str) -> str:
    """What the check says of the edit; Refuted when it says less, or more."""
    faults = [verdict for verdict in report.verdicts if verdict.state in FAULTS]
    said = [(fault.name, fault.state, fault.there) for fault in faults]
    if report.exit_code != EXIT_CHANGES or said != [(name, State.DIFFERENT, (_FORGED,))]:
        raise Refuted(f"{name} was edited by hand, and the check says: {summary(report)}, {said}")
    alien = [one for one in report.verdicts if one.state is State.FOREIGN and one.name == domain]
    if not any(_ALIEN in one.there for one in alien):
        raise Refuted(f"the check does not name the TXT that somebody else has at {domain}")
    return f"{name} is {_FORGED!r}"


def _clean(report: Report) -> None:
    if report.exit_code != EXIT_OK:
        raise Refuted(f"after the push the check says: {summary(report)}")


PROOF = Statement(
    id="dns-hand-edit",
    statement="a hand edit in DNS is found, named and put right, and others' records stay",
    attempt=_try,
)

"""A push has nothing to do where all records are published (RFC 2136)."""

from __future__ import annotations

from mailctl.model.host import Host
from mailctl.proofs.base import Refuted, Statement
from mailctl.proofs.dns_world import world_dns
from mailctl.proofs.ground import Ground


def _try(ground: Ground, host: Host) -> str:
    del host  # the records are everybody's
    session = world_dns(ground).push()
    if session.changes:
        raise Refuted(f"the second push changed {session.changes} records")
    return f"{len(ground.records)} records in {len(session.plan.zones)} zones, nothing to do"


PROOF = Statement(
    id="dns-pushed-again",
    statement="a second push of the records changes nothing",
    attempt=_try,
)

"""`catch_all`: whatever nobody owns in the domain reaches the address named there."""

from __future__ import annotations

from mailctl.model.host import Host
from mailctl.model.names import Address
from mailctl.proofs.base import Statement
from mailctl.proofs.copies import everybody_gets, received_by
from mailctl.proofs.ground import Ground
from mailctl.proofs.letters import new_token


def _try(ground: Ground, host: Host) -> str:
    domains = [domain for domain in ground.system.domains.values() if domain.catch_all]
    nobodies = [Address(new_token("nobody"), domain.name) for domain in domains]
    tried = received_by(host, ground, nobodies)
    missing = f"{host.name} receives for no domain with a catch-all"
    return everybody_gets(ground, host, PROOF.id, tried, missing)


PROOF = Statement(
    id="catch-all",
    statement="mail to an address that nobody owns reaches the domain's catch-all",
    attempt=_try,
)

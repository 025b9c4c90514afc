"""A user's other addresses, and addresses with nobody behind them, reach whom the spec says."""

from __future__ import annotations

from mailctl.model.host import Host
from mailctl.proofs.base import Statement
from mailctl.proofs.copies import everybody_gets, received_by
from mailctl.proofs.ground import Ground


def _try(ground: Ground, host: Host) -> str:
    users = ground.system.users.values()
    addresses = [name for user in users for name in user.aliases] + list(ground.system.aliases)
    tried = received_by(host, ground, addresses)
    return everybody_gets(ground, host, PROOF.id, tried, f"{host.name} receives for no alias")


PROOF = Statement(
    id="aliases",
    statement="mail to every alias reaches all that it stands for",
    attempt=_try,
)

"""`forward: {keep: true}`: the mailbox and the other address both get the message."""

from __future__ import annotations

from mailctl.model.host import Host
from mailctl.proofs.base import Statement
from mailctl.proofs.copies import everybody_gets, received_by
from mailctl.proofs.ground import Ground


def _try(ground: Ground, host: Host) -> str:
    users = ground.system.users.values()
    names = [user.address for user in users if user.forward and user.forward.keep]
    tried = received_by(host, ground, names)
    missing = f"{host.name} receives for nobody who forwards and keeps a copy"
    return everybody_gets(ground, host, PROOF.id, tried, missing)


PROOF = Statement(
    id="forward-with-copy",
    statement="a forward with a copy reaches the mailbox and the other address",
    attempt=_try,
)

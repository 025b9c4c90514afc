"""Hosts of one spec write to each other as to the world: by DNS, under TLS, signed."""

from __future__ import annotations

from mailctl.model.host import Host
from mailctl.model.user import User
from mailctl.proofs.base import NotApplicable, Refuted, Statement
from mailctl.proofs.ground import Ground
from mailctl.proofs.letters import header_values, letter
from mailctl.proofs.people import keeps_mail, senders
from mailctl.proofs.reading import wait_in_inbox
from mailctl.proofs.submission import submit


def _try(ground: Ground, host: Host) -> str:
    others = _readers_elsewhere(ground, host)
    if not others:
        raise NotApplicable(f"the spec has no mailboxes on a host other than {host.name}")
    sender = senders(ground.system, host)[0]
    return "; ".join(_writes(ground, host, sender, reader) for reader in others)


def _readers_elsewhere(ground: Ground, host: Host) -> list[User]:
    """The first mailbox on each other host."""
    first: dict[str, User] = {}
    for user in ground.system.users.values():
        store = ground.system.domains[user.address.domain].store
        if store != host.name and keeps_mail(user):
            first.setdefault(store, user)
    return list(first.values())


def _writes(ground: Ground, host: Host, sender: User, reader: User) -> str:
    note = letter(PROOF.id, str(sender.address), str(reader.address))
    submit(ground, host, sender, note, (str(reader.address),))
    raw = wait_in_inbox(ground, reader, note.token)
    hops = [hop for hop in header_values(raw, "Received") if hop.startswith(f"from {host.fqdn} ")]
    if not any("with ESMTPS" in hop for hop in hops):
        raise Refuted(f"no Received header says that {host.fqdn} came with ESMTPS: {hops}")
    return f"{sender.address} -> {reader.address}: Received {hops[0].partition(';')[0]}"


PROOF = Statement(
    id="between-hosts",
    statement="users of this host write to users of the spec's other hosts",
    attempt=_try,
)

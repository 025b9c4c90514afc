"""Trying that mail to an address ends where the spec says: in every mailbox and abroad."""

from __future__ import annotations

from collections.abc import Iterable

from mailctl.model.host import Host
from mailctl.model.names import Address
from mailctl.model.user import User
from mailctl.proofs.base import NotApplicable
from mailctl.proofs.expected import Destinations, destinations
from mailctl.proofs.ground import Ground
from mailctl.proofs.letters import letter
from mailctl.proofs.people import store_of, stranger
from mailctl.proofs.reading import Mailbox, open_mailbox, wait_by_pop3
from mailctl.proofs.submission import bring

MOST = 12
"""Addresses tried for one proof; a big spec is proven by its first ones."""


def received_by(host: Host, ground: Ground, addresses: Iterable[Address]) -> tuple[Address, ...]:
    """Those addresses whose mail this host takes from the world, the first MOST of them."""
    system = ground.system
    ours = [
        name
        for name in addresses
        if name.domain in system.domains and host.name in system.domains[name.domain].mx
    ]
    return tuple(ours[:MOST])


def everybody_gets(
    ground: Ground, host: Host, proof: str, addresses: tuple[Address, ...], missing: str
) -> str:
    """Write to each address from outside and find each copy; the evidence, or Refuted.

    `missing` is what to say when there is no address.
    """
    if not addresses:
        raise NotApplicable(missing)
    sent: list[tuple[Address, str, Destinations]] = []
    for address in addresses:
        note = letter(proof, stranger(ground), str(address))
        bring(ground, host, note, str(address), stranger(ground))
        sent.append((address, note.token, destinations(ground.system, address)))
    _wait_in_mailboxes(ground, sent)
    _wait_abroad(ground, sent)
    return "; ".join(f"{address} -> {goal}" for address, _, goal in sent)


def _wait_in_mailboxes(ground: Ground, sent: list[tuple[Address, str, Destinations]]) -> None:
    """One look into each mailbox for all that has to be there, wherever Sieve filed it."""
    wanted: dict[Address, list[str]] = {}
    for _, token, goal in sent:
        for user in goal.mailboxes:
            wanted.setdefault(user.address, []).append(token)
    for name, tokens in wanted.items():
        _wait_in(ground, ground.system.users[name], tokens)


def _wait_in(ground: Ground, user: User, tokens: list[str]) -> None:
    """POP3 sees INBOX alone, which is where it ends without IMAP for all but Sieve's authors."""
    protocols = store_of(ground.system, user).protocols
    if protocols.pop3 and not protocols.imap:
        for token in tokens:
            wait_by_pop3(ground, user, token)
        return
    with open_mailbox(ground, user) as mailbox:
        for token in tokens:
            mailbox.wait_anywhere(token)


def _wait_abroad(ground: Ground, sent: list[tuple[Address, str, Destinations]]) -> None:
    for _, token, goal in sent:
        for address in goal.abroad:
            ground.outside.wait_for(token, str(address))


def copies_in(mailbox: Mailbox, token: str) -> int:
    """How many messages with the token the mailbox holds, in all folders."""
    return len(mailbox.locate(token))

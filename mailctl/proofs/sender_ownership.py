"""Nobody writes as somebody else (RFC 6409, 6.1): 553 5.7.1 for an address one does not own."""

from __future__ import annotations

from mailctl.model.host import Host
from mailctl.model.names import Address, AnyAddressOf
from mailctl.model.user import User
from mailctl.proofs.base import NotApplicable, Refuted, Statement
from mailctl.proofs.expected import destinations, owned_addresses
from mailctl.proofs.ground import Ground
from mailctl.proofs.letters import header_values, letter, new_token
from mailctl.proofs.people import plain_reader, senders, stranger
from mailctl.proofs.reading import wait_in_inbox
from mailctl.proofs.submission import logged_in, submit

_A_SESSION = 4
"""Refusals on one connection: after more the server slows down."""

_MOST = 12


def _try(ground: Ground, host: Host) -> str:
    user = max(
        senders(ground.system, host),
        key=lambda user: (bool(owned_addresses(ground.system, user)), not user.send_only),
    )
    refused = _refusals(ground, host, user)
    accepted = _acceptances(ground, host, user)
    return f"as {user.address}: {'; '.join(refused)}; {'; '.join(accepted)}"


def foreign_addresses(ground: Ground, user: User) -> tuple[str, ...]:
    """Addresses that the user must not write as: other people's, nobody's, the world's."""
    system = ground.system
    patterns = {name.domain for name in user.send_as if isinstance(name, AnyAddressOf)}
    own = {user.address, *owned_addresses(system, user)}
    candidates = [*system.users, *system.aliases, Address(new_token("nobody"), user.address.domain)]
    foreign = [
        str(name)
        for name in candidates
        if name not in own
        and name.domain not in patterns
        and user not in destinations(system, name).mailboxes
    ]
    return (*foreign[: _MOST - 1], stranger(ground))


def _refusals(ground: Ground, host: Host, user: User) -> list[str]:
    foreign = foreign_addresses(ground, user)
    shown = []
    for first in range(0, len(foreign), _A_SESSION):
        with logged_in(ground, host, user) as dialogue:
            for sender in foreign[first : first + _A_SESSION]:
                answer = dialogue.say(f"MAIL FROM:<{sender}>")
                if answer.accepted:
                    answer = dialogue.say(f"RCPT TO:<{user.address}>")
                if not answer.begins("553 5.7.1"):
                    raise Refuted(f"{user.address} writes as {sender}: `{answer}`")
                shown.append(f"{sender} {answer.lines[-1][:9]}")
                dialogue.expect("RSET", "250")
    return shown


def _acceptances(ground: Ground, host: Host, user: User) -> list[str]:
    """Every owned address is taken as a sender; one message is read, with its sender's names."""
    owned = (str(user.address), *_other_spellings(ground, user))
    with logged_in(ground, host, user) as dialogue:
        for sender in owned[:_MOST]:
            dialogue.expect(f"MAIL FROM:<{sender}>", "250")
            dialogue.expect(f"RCPT TO:<{plain_reader(ground.system, host).address}>", "250")
            dialogue.expect("RSET", "250")
    return [f"accepted as {', '.join(owned[:_MOST])}", _delivered_as(ground, host, user, owned[-1])]


def _other_spellings(ground: Ground, user: User) -> tuple[str, ...]:
    """The user's subaddress, patterns that it may use, and its aliases; the aliases come last."""
    local, domain = user.address
    delimiter = ground.system.domains[domain].policy.subaddress.delimiter
    patterns = [name for name in user.send_as if isinstance(name, AnyAddressOf)]
    return (
        f"{local}{delimiter}proof@{domain}",
        *(f"{new_token('anybody')}@{name.domain}" for name in patterns),
        *map(str, owned_addresses(ground.system, user)),
    )


def _delivered_as(ground: Ground, host: Host, user: User, sender: str) -> str:
    try:
        reader = plain_reader(ground.system, host)
    except NotApplicable:
        return "nobody here to read it"
    note = letter(PROOF.id, sender, str(reader.address))
    submit(ground, host, user, note, (str(reader.address),), sender)
    raw = wait_in_inbox(ground, reader, note.token)
    path = header_values(raw, "Return-Path")
    if path[:1] != (f"<{sender}>",):
        raise Refuted(f"sent as {sender}, it arrived with Return-Path {path}")
    return f"{reader.address} reads Return-Path: <{sender}>, From: {header_values(raw, 'From')[0]}"


PROOF = Statement(
    id="sender-ownership",
    statement="one sends as one's own addresses only",
    attempt=_try,
)

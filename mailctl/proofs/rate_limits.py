"""One client cannot take the host for itself: connections, messages and errors are bounded.

The limits are the spec's `limits`, counted by Postfix' anvil(8) for each client address and
minute; the errors are Postfix' smtpd_hard_error_limit.
"""

from __future__ import annotations

from mailctl.model.host import Host, Role
from mailctl.proofs.base import NotApplicable, Refuted, Statement
from mailctl.proofs.connecting import address_of
from mailctl.proofs.ground import Ground
from mailctl.proofs.people import senders, stranger
from mailctl.proofs.smtp_dialogue import Reply, SmtpDialogue
from mailctl.proofs.submission import logged_in

_MOST = 300
"""A limit above this many is not reached here: it would take too long."""

_ERRORS = 25
"""A client that made so many errors must have been shown the door."""


def _try(ground: Ground, host: Host) -> str:
    shown = []
    if host.has(Role.MX):
        shown.append(_connections(ground, host))
        shown.append(_errors(ground, host))
    if host.has(Role.SUBMISSION):
        shown.append(_messages(ground, host))
    if not shown:
        raise NotApplicable(f"{host.name} speaks SMTP with nobody")
    return "; ".join(shown)


def _connections(ground: Ground, host: Host) -> str:
    limit = host.limits.connections
    client = ground.next_client()
    for number in range(1, min(limit, _MOST) + 2):
        with SmtpDialogue(address_of(host), 25, client) as dialogue:
            if dialogue.greeting.code == 421:
                return f"connection {number} of a client: {dialogue.greeting}"
    if limit > _MOST:
        return f"{limit} connections a minute are more than tried here"
    raise Refuted(f"one client got {limit + 1} connections in a minute, the limit is {limit}")


def _errors(ground: Ground, host: Host) -> str:
    with SmtpDialogue(address_of(host), 25, ground.next_client()) as dialogue:
        dialogue.ehlo()
        for number in range(1, _ERRORS + 1):
            answer = dialogue.say("NONSENSE")
            if answer.code == 421:
                return f"error {number}: {answer}"
    raise Refuted(f"{_ERRORS} errors on one connection were answered `{answer}`")


def _messages(ground: Ground, host: Host) -> str:
    limit = host.limits.submitted_messages
    if limit > _MOST:
        return f"{limit} messages a minute are more than tried here"
    user = senders(ground.system, host)[0]
    with logged_in(ground, host, user) as dialogue:
        for number in range(1, limit + 2):
            answer = _begin(dialogue, str(user.address), stranger(ground))
            if answer.code in {421, 450}:
                return f"message {number} of a user: {answer}"
            if not answer.accepted:
                raise Refuted(f"message {number} is answered `{answer}`")
            dialogue.expect("RSET", "250")
    raise Refuted(f"{limit + 1} messages began in a minute, the limit is {limit}")


def _begin(dialogue: SmtpDialogue, sender: str, recipient: str) -> Reply:
    answer = dialogue.say(f"MAIL FROM:<{sender}>")
    return dialogue.say(f"RCPT TO:<{recipient}>") if answer.accepted else answer


PROOF = Statement(
    id="rate-limits",
    statement="connections, messages and errors of one client are bounded",
    attempt=_try,
)

"""The talk's submission session, word for word: EHLO, AUTH PLAIN, MAIL, RCPT, DATA, QUIT.

The slide writes its paths without angle brackets, with a blank after the colon and the sender in
capitals; a session by hand looks like that, so the server has to take it (RFC 5321 would not).
"""

from __future__ import annotations

from mailctl.model.host import Host
from mailctl.model.user import User
from mailctl.proofs.base import Refuted
from mailctl.proofs.ground import Ground
from mailctl.proofs.letters import new_token
from mailctl.proofs.people import password_of, recipient_on, senders
from mailctl.proofs.reading import wait_in_inbox
from mailctl.proofs.smtp_dialogue import SmtpDialogue

EXTENSIONS = (
    "PIPELINING",
    "SIZE",
    "AUTH PLAIN LOGIN",
    "ENHANCEDSTATUSCODES",
    "8BITMIME",
    "DSN",
    "SMTPUTF8",
    "CHUNKING",
)
"""What the slide's server offers, but ETRN, which nobody needs."""


def hold_session(ground: Ground, host: Host, dialogue: SmtpDialogue, proof: str) -> str:
    """The slide's lines after TLS stands; the evidence with all reply codes, or Refuted."""
    sender = senders(ground.system, host)[0]
    recipient = recipient_on(ground.system, host)
    must_offer(dialogue.expect(f"EHLO {host.fqdn}", "250").keywords[1:], EXTENSIONS)
    answer = dialogue.login(str(sender.address), password_of(ground, sender))
    if not answer.begins("235 2.7.0 Authentication successful"):
        raise Refuted(f"AUTH PLAIN was answered `{answer}`")
    token = new_token(proof)
    queued = _transaction(dialogue, sender, recipient, token)
    wait_in_inbox(ground, recipient, token)
    return (
        f"EHLO offers {', '.join(EXTENSIONS)}; 235 2.7.0, 250 2.1.0, 250 2.1.5, 354, "
        f"{queued}, 221 2.0.0; read by {recipient.address}"
    )


def _transaction(dialogue: SmtpDialogue, sender: User, recipient: User, token: str) -> str:
    """From MAIL FROM to QUIT; what was said after the dot."""
    local, domain = sender.address
    dialogue.expect(f"MAIL FROM: {local.upper()}@{domain}", "250 2.1.0 Ok")
    dialogue.expect(f"RCPT TO: {recipient.address}", "250 2.1.5 Ok")
    dialogue.expect("DATA", "354 End data with <CR><LF>.<CR><LF>")
    for line in (
        f"From: {local.upper()}@{domain}",
        f"To: {recipient.address}",
        f"Subject: EHLO {token}",
        "",
        "EHLO from Bornhack!",
        "",
    ):
        dialogue.send(line.encode() + b"\r\n")
    queued = dialogue.expect(".", "250 2.0.0 Ok: queued as ")
    dialogue.expect("QUIT", "221 2.0.0 Bye")
    return str(queued)


def must_offer(offered: tuple[str, ...], wanted: tuple[str, ...]) -> None:
    """Refuted unless every wanted extension is offered; a parameter of SIZE does not matter."""
    missing = [
        name
        for name in wanted
        if not any(line == name or line.startswith(f"{name} ") for line in offered)
    ]
    if missing:
        raise Refuted(f"EHLO lacks {', '.join(missing)}; it offers {', '.join(offered)}")

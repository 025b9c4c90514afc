"""A message larger than the host takes is refused, announced or not (RFC 1870, 6.1, 6.3)."""

from __future__ import annotations

from mailctl.model.host import Host
from mailctl.proofs.base import Refuted, Statement
from mailctl.proofs.connecting import address_of
from mailctl.proofs.ground import Ground
from mailctl.proofs.people import recipient_on, stranger
from mailctl.proofs.smtp_dialogue import SmtpDialogue

_LINE = b"x" * 998 + b"\r\n"
_MOST_SENT = 64 * 1024 * 1024
"""Bytes; beyond it only the announcement is tried."""


def _try(ground: Ground, host: Host) -> str:
    user = recipient_on(ground.system, host)
    limit = host.limits.message_size
    with SmtpDialogue(address_of(host), 25, ground.next_client()) as dialogue:
        dialogue.ehlo()
        sender = stranger(ground)
        announced = dialogue.say(f"MAIL FROM:<{sender}> SIZE={limit + 1}")
        if not announced.begins("552 5.3.4"):
            raise Refuted(f"SIZE={limit + 1} is answered `{announced}`")
        shown = f"SIZE={limit + 1}: {announced}"
        if limit <= _MOST_SENT:
            dialogue.expect("RSET", "250")
            dialogue.expect(f"MAIL FROM:<{sender}>", "250")
            dialogue.expect(f"RCPT TO:<{user.address}>", "250")
            answer = dialogue.data(b"Subject: too big\r\n\r\n" + _LINE * (limit // len(_LINE) + 1))
            if not answer.begins("552 5.3.4"):
                raise Refuted(f"{limit} bytes and more are answered `{answer}`")
            shown += f"; sent unannounced: {answer}"
    return shown


PROOF = Statement(
    id="message-size",
    statement="a message larger than the limit is refused, announced or not",
    attempt=_try,
)

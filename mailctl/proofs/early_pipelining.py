"""A client that talks on before EHLO was answered is refused (RFC 2920, 3.1)."""

from __future__ import annotations

from mailctl.model.host import Host
from mailctl.proofs.base import Refuted, Statement
from mailctl.proofs.connecting import address_of
from mailctl.proofs.ground import Ground
from mailctl.proofs.people import recipient_on, stranger
from mailctl.proofs.smtp_dialogue import SmtpDialogue


def _try(ground: Ground, host: Host) -> str:
    user = recipient_on(ground.system, host)
    with SmtpDialogue(address_of(host), 25, ground.next_client()) as dialogue:
        lines = (
            f"EHLO [{dialogue.source}]",
            f"MAIL FROM:<{stranger(ground)}>",
            f"RCPT TO:<{user.address}>",
            "DATA",
            "QUIT",
        )
        dialogue.send("".join(f"{line}\r\n" for line in lines).encode())
        answers = [line for line in dialogue.rest().decode().splitlines() if line[3:4] != "-"]
    if any(answer.startswith("354") for answer in answers):
        raise Refuted(f"everything at once was answered {answers}")
    refusal = next((answer for answer in answers if answer[:1] in {"4", "5"}), "")
    if not refusal:
        raise Refuted(f"nothing of {lines} was refused: {answers}")
    return f"EHLO, MAIL, RCPT and DATA in one packet: {refusal}"


PROOF = Statement(
    id="early-pipelining",
    statement="commands sent before the answer to EHLO are refused",
    attempt=_try,
    harmless=True,
)

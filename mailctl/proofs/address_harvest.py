"""VRFY and EXPN tell nobody who lives here (RFC 5321, 7.3)."""

from __future__ import annotations

from mailctl.model.host import Host, Role
from mailctl.proofs.base import NotApplicable, Refuted, Statement
from mailctl.proofs.connecting import address_of
from mailctl.proofs.ground import Ground
from mailctl.proofs.people import recipient_on
from mailctl.proofs.smtp_dialogue import SmtpDialogue

_UNKNOWN = {500, 502}
"""Not recognized, or not implemented (RFC 5321, 4.2.4); 252 would already be an answer."""


def _try(ground: Ground, host: Host) -> str:
    if not host.has(Role.MX):
        raise NotApplicable(f"{host.name} receives no mail from the world")
    known = recipient_on(ground.system, host).address
    with SmtpDialogue(address_of(host), 25, ground.next_client()) as dialogue:
        offered = dialogue.ehlo().keywords[1:]
        if {"VRFY", "EXPN"} & set(offered):
            raise Refuted(f"EHLO offers {', '.join(offered)}")
        shown = []
        for command in (f"VRFY {known}", f"VRFY nobody@{known.domain}", f"EXPN {known}"):
            answer = dialogue.say(command)
            if answer.code not in _UNKNOWN:
                raise Refuted(f"{command} is answered `{answer}`")
            shown.append(f"{command.split()[0]} {answer}")
        return "; ".join(dict.fromkeys(shown))


PROOF = Statement(
    id="address-harvest",
    statement="VRFY and EXPN are switched off",
    attempt=_try,
    harmless=True,
)

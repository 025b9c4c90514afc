"""Where a user was when writing is nobody's business: the client's address stays inside.

Postfix would name it in the Received header of submitted mail (RFC 5321, 4.4).
"""

from __future__ import annotations

from mailctl.model.host import Host
from mailctl.proofs.base import Refuted, Statement
from mailctl.proofs.ground import Ground
from mailctl.proofs.letters import header_values, letter
from mailctl.proofs.people import senders, stranger
from mailctl.proofs.submission import hand_over, logged_in


def _try(ground: Ground, host: Host) -> str:
    user = senders(ground.system, host)[0]
    recipient = stranger(ground)
    note = letter(PROOF.id, str(user.address), recipient)
    with logged_in(ground, host, user) as dialogue:
        client = dialogue.source
        hand_over(dialogue, str(user.address), (recipient,), note)
    raw = ground.outside.wait_for(note.token, recipient).raw
    for line in raw.decode("utf-8", "replace").splitlines():
        if client in line or "Authenticated sender" in line:
            raise Refuted(f"the message that arrived outside says `{line.strip()}`")
    hops = header_values(raw, "Received")
    return f"submitted from {client}, which none of {len(hops)} Received headers shows"


PROOF = Statement(
    id="client-hidden",
    statement="submitted mail does not show the address of the user's device",
    attempt=_try,
)

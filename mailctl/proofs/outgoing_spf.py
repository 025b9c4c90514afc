"""The host may send for its domains, says SPF of the sender and of HELO (RFC 7208, 2.3, 2.4)."""

from __future__ import annotations

from ipaddress import ip_address

from mailctl.model.host import Host
from mailctl.proofs.base import Refuted, Statement
from mailctl.proofs.ground import Ground
from mailctl.proofs.outgoing import Abroad, sent_abroad
from mailctl.proofs.signatures import received_from, spf_result


def _try(ground: Ground, host: Host) -> str:
    sent = sent_abroad(ground, host, PROOF.id, signed=False)
    return "; ".join(_passes(ground, host, abroad) for abroad in sent)


def _passes(ground: Ground, host: Host, abroad: Abroad) -> str:
    helo, client = received_from(abroad.raw, ground.outside.domain)
    if helo != host.fqdn:
        raise Refuted(f"the host says HELO {helo}, not {host.fqdn}")
    if ip_address(client) not in host.addresses:
        raise Refuted(f"mail left from {client}, which is no address of {host.name}")
    sender = str(abroad.user.address)
    for subject, asked in ((sender, sender), (f"HELO {helo}", "")):
        # every address may be the one that the host sends from another time
        for address in host.addresses:
            result = spf_result(ground, str(address), asked, helo)
            if result != "pass":
                raise Refuted(f"pyspf: {subject} from {address} is {result}")
    return f"pyspf: pass for {sender} and HELO {helo} from {', '.join(map(str, host.addresses))}"


PROOF = Statement(
    id="outgoing-spf",
    statement="SPF passes for the sender and for the HELO name, from every address",
    attempt=_try,
)

"""What our users send is DKIM-signed by their own domain (RFC 6376), as dkimpy sees it."""

from __future__ import annotations

from mailctl.model.host import Host
from mailctl.proofs.base import Refuted, Statement
from mailctl.proofs.ground import Ground
from mailctl.proofs.outgoing import Abroad, sent_abroad
from mailctl.proofs.signatures import Signature, verified_signature

_COVERED = ("from", "to", "subject", "date")
"""Headers that a signature has to cover (RFC 6376, 5.4.1)."""


def _try(ground: Ground, host: Host) -> str:
    sent = sent_abroad(ground, host, PROOF.id)
    return "; ".join(f"dkimpy verifies {_signature(ground, abroad)}" for abroad in sent)


def _signature(ground: Ground, abroad: Abroad) -> Signature:
    signature = verified_signature(ground, abroad.raw)
    selector = abroad.domain.policy.dkim[0].selector
    if (signature.domain, signature.selector) != (abroad.domain.name, selector):
        raise Refuted(f"{abroad.user.address} is signed {signature}, not by s={selector}")
    missing = [name for name in _COVERED if name not in signature.headers]
    if missing:
        raise Refuted(f"the signature {signature} does not cover {', '.join(missing)}")
    return signature


PROOF = Statement(
    id="outgoing-signed",
    statement="outgoing mail is signed by its author's domain and verifies independently",
    attempt=_try,
)

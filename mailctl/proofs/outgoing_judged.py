"""The foreign host's own verdict: Authentication-Results with dkim, spf and dmarc (RFC 8601)."""

from __future__ import annotations

import re

from mailctl.model.host import Host
from mailctl.proofs.base import Refuted, Statement
from mailctl.proofs.ground import Ground
from mailctl.proofs.letters import header_values
from mailctl.proofs.outgoing import Abroad, sent_abroad

_METHODS = ("dkim", "spf", "dmarc")


def _try(ground: Ground, host: Host) -> str:
    sent = sent_abroad(ground, host, PROOF.id)
    return "; ".join(_verdict(ground, abroad) for abroad in sent)


def _verdict(ground: Ground, abroad: Abroad) -> str:
    """The header's results for our domain, or Refuted when one is not `pass`."""
    headers = [
        value
        for value in header_values(abroad.raw, "Authentication-Results")
        if ground.outside.domain in value.partition(";")[0]
    ]
    said = "; ".join(headers)
    for method in _METHODS:
        results = re.findall(rf"\b{method}=(\w+)", said)
        if "pass" not in results:
            raise Refuted(f"{abroad.user.address}: the foreign host says `{said or 'nothing'}`")
    return f"{abroad.domain.name}: {' '.join(f'{method}=pass' for method in _METHODS)}"


PROOF = Statement(
    id="outgoing-judged",
    statement="the foreign host finds DKIM, SPF and DMARC of our mail to pass",
    attempt=_try,
)

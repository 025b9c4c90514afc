"""The check of live DNS finds everything as the spec says, and nothing else wrong."""

from __future__ import annotations

from mailctl.errors import EXIT_OK
from mailctl.model.host import Host
from mailctl.proofs.base import Refuted, Statement
from mailctl.proofs.dns_world import world_dns
from mailctl.proofs.ground import Ground
from mailctl.verify.text import lines, summary


def _try(ground: Ground, host: Host) -> str:
    del host  # the records are everybody's
    report = world_dns(ground).check()
    if report.exit_code != EXIT_OK:
        raise Refuted("; ".join(line.text.strip() for line in lines(report)))
    return summary(report)


PROOF = Statement(
    id="dns-checked",
    statement="the check of live DNS finds all records as the spec says",
    attempt=_try,
)

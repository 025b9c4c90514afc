"""What stands in main.cf: one topic a module, each giving one Section."""

from __future__ import annotations

from mailctl.backends.postfix.section import Section
from mailctl.backends.postfix.settings import (
    limits,
    milters,
    names,
    outbound,
    queue,
    receiving,
    sasl,
    tables,
    tls,
)
from mailctl.model.host import Host
from mailctl.model.system import System


def sections(system: System, host: Host) -> tuple[Section, ...]:
    """All of main.cf for one host, in the order in which it is read best."""
    return (
        names.section(host),
        tables.section(system, host),
        receiving.section(system, host),
        limits.section(system, host),
        sasl.section(host),
        tls.section(host),
        milters.section(system, host),
        outbound.section(host),
        queue.section(host),
    )

"""The drop-in of the daemon's systemd unit: what Debian's leaves out."""

from __future__ import annotations

from mailctl.backends.mta_sts.places import UNIT
from mailctl.bundle import Artefact, Link, Service

_DROP_IN = "systemd/mta-sts.conf"
CONFIGURATION = "mta-sts/mta-sts-daemon.yml"


def unit_service() -> Service:
    """It reads its file at the start and never again."""
    return Service(UNIT, restart_on=(CONFIGURATION, _DROP_IN))


def unit_override() -> Artefact:
    """The drop-in."""
    lines = (
        "# Written by mailctl; changes made here are lost.",
        "[Unit]",
        "# It reads /etc/resolv.conf once. Without that it would ask nobody, find no policies, and",
        "# so demand nothing of any receiver.",
        "Wants=network-online.target",
        "After=network-online.target nss-lookup.target",
        "[Service]",
        "# The cache tells whom this host writes to, which is nobody else's business.",
        "StateDirectory=mta-sts",
        "StateDirectoryMode=0700",
        "# At SIGTERM it takes no more connections, and waits for those that it has. Postfix keeps",
        "# them open: on Debian 13 for a minute and a half. SIGHUP ends it at once, and SQLite",
        "# takes no harm from that.",
        "KillSignal=SIGHUP",
    )
    return Artefact(_DROP_IN, ("\n".join(lines) + "\n").encode())


def unit_links() -> tuple[Link, ...]:
    """Where systemd finds the drop-in (systemd.unit(5)), and the daemon its file."""
    return (
        Link(f"/etc/systemd/system/{UNIT}.d/mailctl.conf", _DROP_IN),
        Link("/etc/mta-sts-daemon.yml", CONFIGURATION),
    )

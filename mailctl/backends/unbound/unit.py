"""The drop-in of Unbound's systemd unit, which shows it our configuration.

The file is mounted to Unbound's own place for it: Debian's AppArmor profile lets it read
/etc/unbound, and a symbolic link from there into a generation is read at the link's other end.
"""

from __future__ import annotations

from mailctl.backends.unbound.places import folder
from mailctl.bundle import Artefact, Link, Service
from mailctl.model.host import Host

_UNIT = "unbound.service"
_DROP_IN = "systemd/unbound.conf"
CONFIGURATION = "unbound/unbound.conf"


def unit_service() -> Service:
    """A running daemon keeps the mount that it was started with, so that nothing is reloaded."""
    return Service(_UNIT, restart_on=(CONFIGURATION, _DROP_IN))


def unit_override(host: Host) -> Artefact:
    """The drop-in."""
    lines = (
        "# Written by mailctl; changes made here are lost.",
        "[Service]",
        "# A link to our file would be refused by Debian's AppArmor profile.",
        f"BindReadOnlyPaths={folder(host)}/unbound.conf:/etc/unbound/unbound.conf",
    )
    return Artefact(_DROP_IN, ("\n".join(lines) + "\n").encode())


def unit_link() -> Link:
    """Where systemd finds the drop-in (systemd.unit(5))."""
    return Link(f"/etc/systemd/system/{_UNIT}.d/mailctl.conf", _DROP_IN)

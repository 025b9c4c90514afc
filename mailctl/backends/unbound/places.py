"""Where the resolver is found: its address, and the resolv.conf(5) that names it alone."""

from __future__ import annotations

from mailctl.bundle import Artefact
from mailctl.model.host import Host

ADDRESS = "127.0.0.25"
"""A loopback address that nobody else has. 127.0.0.1 may be another name server's, 127.0.0.53 is
systemd-resolved's; and Debian's helper for resolvconf(8) hands on 127.0.0.1 and ::1 only, so that
the rest of the machine keeps the resolver that it has."""

RESOLV_CONF = "unbound/resolv.conf"
UNIT = "mailctl-resolver"
"""The unit on NixOS, without .service, where services.unbound may be the administrator's own."""
ROOT_DATA = ("root.hints", "root.key")
"""What dns-root-data has: the root's servers (RFC 9609), and its key to begin with."""


def folder(host: Host) -> str:
    """Where our files for Unbound lie on the host."""
    return f"{host.platform.places.tree}/unbound"


def state(host: Host) -> str:
    """What it may write to."""
    return f"/var/lib/{UNIT}" if host.platform.is_nixos else "/var/lib/unbound"


def anchor(host: Host) -> str:
    """The root's key as it follows it (RFC 5011)."""
    return f"{state(host)}/root.key"


def hints(host: Host) -> str:
    """The root's servers to begin with."""
    return f"{folder(host) if host.platform.is_nixos else '/usr/share/dns'}/root.hints"


def control(host: Host) -> str:
    """The socket of unbound-control(8)."""
    return f"/run/{UNIT}/control" if host.platform.is_nixos else "/run/unbound.ctl"


def resolv_conf() -> Artefact:
    """What Postfix reads in the place of /etc/resolv.conf (resolv.conf(5))."""
    lines = (
        "# Written by mailctl; changes made here are lost. Postfix alone reads this file.",
        "# No other name server may stand here: the answers of one that does not validate would",
        "# be believed, and those without DNSSEC switch DANE off.",
        f"nameserver {ADDRESS}",
        "options edns0 trust-ad",
    )
    return Artefact(RESOLV_CONF, ("\n".join(lines) + "\n").encode())

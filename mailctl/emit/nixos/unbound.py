"""The validating resolver, as a unit of its own: systemd.services.mailctl-resolver.

services.unbound is there once on a host, answers for the whole machine as soon as it is enabled,
and may be the administrator's already, with forwarders or views. Postfix has to believe
this one, so it shares nothing with that: neither configuration nor address nor state.

Of Postfix's programs those that send mail ask it. They run in a chroot, the queue, with a
resolv.conf(5) of their own: one that is mounted over /etc/resolv.conf in the unit's view of the
system is lost when resolvconf(8) or a DHCP client replaces that by a rename (rename(2)), and then
DANE would end without a word.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.backends.postfix.services import Service
from mailctl.backends.unbound.places import RESOLV_CONF, ROOT_DATA, UNIT, anchor, folder
from mailctl.backends.unbound.unit import CONFIGURATION
from mailctl.emit.nixos.values import Attrs, Entry, Lines, Raw, entry
from mailctl.model.host import Host
from mailctl.render.nix import string

_IN_CHROOT = "mailctl"
"""The folder of the queue in which the file lies that etc/resolv.conf leads to."""


def asks(service: Service, host: Host) -> bool:
    """Whether a service of Postfix looks TLSA records up: every delivery by SMTP."""
    return host.resolves and service.type == "unix" and service.command.split()[0] == "smtp"


def root_data(host: Host) -> Iterator[Entry]:
    """environment.etc: where unbound.conf finds what is known of the root."""
    if host.resolves:
        for name in ROOT_DATA:
            source = Raw(f'"${{pkgs.dns-root-data}}/{name}"')
            yield Entry((f"mailctl/unbound/{name}", "source"), source)


def units(host: Host) -> Iterator[Entry]:
    """systemd.services: the resolver's own."""
    if host.resolves:
        yield Entry(
            (UNIT,), _unit(host), "A unit of our own: services.unbound may be the administrator's."
        )


def _unit(host: Host) -> Attrs:
    program = "${pkgs.unbound-with-systemd}/bin/unbound"
    configuration = f"{folder(host)}/unbound.conf"
    service = (
        entry("Type", "notify", "It is there when it answers."),
        entry("NotifyAccess", "main"),
        entry("ExecStart", Raw(f'"{program} -p -d -c {configuration}"')),
        entry("Restart", "always"),
        *_confined(),
    )
    return Attrs(
        (
            entry("description", "The resolver that validates DNSSEC for Postfix"),
            entry("wantedBy", ("multi-user.target",)),
            entry("after", ("network.target",)),
            entry("restartTriggers", (_source(CONFIGURATION), _source("unbound/root.hints"))),
            entry("preStart", Lines(_first_key(host)), _KEY),
            entry("serviceConfig", Attrs(service)),
        )
    )


_KEY = "The root's key to begin with; Unbound keeps its own up to date (RFC 5011)."


def _confined() -> tuple[Entry, ...]:
    privilege = ("CAP_NET_BIND_SERVICE",)
    return (
        entry(
            "DynamicUser", True, "An account that is there while it runs, and writes nowhere else."
        ),
        entry("StateDirectory", UNIT),
        entry("RuntimeDirectory", UNIT),
        entry("RuntimeDirectoryMode", "0700"),
        entry("UMask", "0077"),
        entry("AmbientCapabilities", privilege, "Port 53."),
        entry("CapabilityBoundingSet", privilege),
        entry("ProtectHome", True),
        entry("PrivateDevices", True),
        entry("ProtectClock", True),
        entry("ProtectControlGroups", True),
        entry("ProtectKernelLogs", True),
        entry("ProtectKernelModules", True),
        entry("ProtectKernelTunables", True),
        entry("LockPersonality", True),
        entry("MemoryDenyWriteExecute", True),
        entry(
            "RestrictAddressFamilies",
            ("AF_INET", "AF_INET6", "AF_NETLINK", "AF_UNIX"),
            "Netlink tells it of the host's addresses.",
        ),
        entry("RestrictNamespaces", True),
        entry("RestrictRealtime", True),
        entry("SystemCallArchitectures", "native"),
        entry("SystemCallFilter", ("@system-service", "~@privileged")),
    )


def _first_key(host: Host) -> str:
    return f"""\
if [ ! -s {anchor(host)} ]; then
  cp --no-preserve=mode {folder(host)}/root.key {anchor(host)}
fi
"""


def postfix_entries(host: Host) -> Iterator[Entry]:
    """What systemd.services.postfix has besides."""
    if host.resolves:
        yield entry("preStart", Lines(_chroot(host)), _LINK)
        yield entry("restartTriggers", (_source(RESOLV_CONF),))


_LINK = (
    "The chroot of those who send mail has a resolv.conf that names our resolver alone. It is a "
    "link there, for `postfix check` would hold a file against that of /etc, and warn."
)


def _chroot(host: Host) -> str:
    queue, place = host.platform.places.queue, f"/{_IN_CHROOT}/resolv.conf"
    return f"""\
mkdir -p -m 0755 {queue}/etc {queue}/{_IN_CHROOT}
cp --no-preserve=mode {folder(host)}/resolv.conf {queue}{place}
chmod 0644 {queue}{place}
ln -sfn {place} {queue}/etc/resolv.conf
"""


def _source(path: str) -> Raw:
    return Raw(f"config.environment.etc.{string(f'mailctl/{path}')}.source")

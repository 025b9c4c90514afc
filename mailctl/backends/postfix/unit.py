"""Postfix's systemd unit on each release, and the drop-in of ours.

Debian 12 runs postfix@-.service below a postfix.service that does nothing itself: reloading and
asking whether it is active must go to the instance, but it is postfix.service that starts the
instance at boot (postfix-instance-generator). Debian 13 has postfix.service alone.
"""

from __future__ import annotations

from mailctl.backends.mta_sts.places import UNIT as POLICY_UNIT
from mailctl.backends.postfix.section import folder
from mailctl.backends.postfix.settings.names import protocols
from mailctl.backends.unbound.places import RESOLV_CONF
from mailctl.bundle import Artefact, Directory, Link, Service
from mailctl.model.host import Host
from mailctl.model.places import STATE

_DROP_IN = "systemd/postfix.conf"

_ONE_UNIT = (3, 9)
"""The Postfix with which Debian gave up postfix@-.service."""


def unit_name(host: Host) -> str:
    """The unit that runs Postfix's master."""
    return "postfix.service" if _has_one_unit(host) else "postfix@-.service"


def unit_services(host: Host) -> tuple[Service, ...]:
    """The unit of Postfix's master, and that which brings it up at boot."""
    restarts = (_DROP_IN, *((RESOLV_CONF,) if host.resolves else ()))
    master = Service(unit_name(host), reload_on=("postfix/",), restart_on=restarts)
    return (master,) if _has_one_unit(host) else (master, Service("postfix.service"))


def unit_override(host: Host) -> Artefact:
    """The drop-in; when it changes Postfix is restarted, for which there are two reasons."""
    lines = (
        "# Written by mailctl; changes made here are lost.",
        "# A change of inet_protocols needs a restart of Postfix (postconf(5)), and a change of",
        f"# this file brings one: inet_protocols = {protocols(host)}",
        "[Unit]",
        "# smtpd ends where it cannot ask Dovecot about passwords, and master(8) starts it again",
        "# only after a minute.",
        "After=dovecot.service opendkim.service",
        *(_AFTER_RESOLVER if host.resolves else ()),
        *(_AFTER_POLICIES if host.heeds_mta_sts else ()),
        "[Service]",
        "# `postfix check`, which runs at every start, warns of /etc/postfix/main.cf: a link out",
        "# of its folder. The folder that the link leads to is in order.",
        f"Environment=MAIL_CONFIG={folder(host)}",
        *(() if _has_one_unit(host) else _WITHOUT_POSTMULTI),
        *(_own_resolver(host) if host.resolves else ()),
    )
    return Artefact(_DROP_IN, ("\n".join(lines) + "\n").encode())


def unit_folders(host: Host) -> tuple[Directory, ...]:
    """What is mounted into Postfix's chroot."""
    return (Directory(_CHROOT_ETC),) if host.resolves else ()


def unit_links(host: Host) -> tuple[Link, ...]:
    """Where systemd finds the drop-in (systemd.unit(5))."""
    return (Link(f"/etc/systemd/system/{unit_name(host)}.d/mailctl.conf", _DROP_IN),)


_CHROOT_ETC = f"{STATE}/postfix-etc"
_COPIED = ("host.conf", "hosts", "localtime", "nsswitch.conf", "services")
"""What of /etc Debian has in the chroot, but for resolv.conf."""

_AFTER_RESOLVER = (
    "# Mail that goes out needs the resolver, and waits while there is none.",
    *("After=unbound.service", "Wants=unbound.service"),
)

_AFTER_POLICIES = (
    "# Mail that goes out needs to know of policies, and waits while nobody can tell.",
    *(f"After={POLICY_UNIT}", f"Wants={POLICY_UNIT}"),
)


def _own_resolver(host: Host) -> tuple[str, ...]:
    """Postfix's programs run in a chroot, whose etc/resolv.conf Debian keeps like the machine's:
    at each start, when an interface comes up, when `postfix check` is called. So it is the folder
    that is mounted, in Postfix's view of the system alone: a file that somebody replaces by a
    rename would lose its mount (rename(2), mount_namespaces(7))."""
    resolv_conf = f"{host.platform.places.tree}/{RESOLV_CONF}"
    copied = " ".join(f"/etc/{name}" for name in _COPIED)
    return (
        "# Within its chroot Postfix asks the resolver of this host, which validates; the machine",
        "# and everybody else on it keep theirs. What else Debian copies there lies beside it.",
        f"BindPaths={_CHROOT_ETC}:{host.platform.places.queue}/etc",
        *(() if _has_one_unit(host) else (_COMPARED, _bound(resolv_conf, "/etc/resolv.conf"))),
        f"ExecStartPre=+-/bin/cp -L {copied} {_CHROOT_ETC}/",
        f"ExecStartPre=+/bin/cp --remove-destination {resolv_conf} {_CHROOT_ETC}/resolv.conf",
    )


_COMPARED = "# `postfix start` holds the chroot's files against those of /etc, and warns."


def _bound(source: str, target: str) -> str:
    return f"BindReadOnlyPaths={source}:{target}"


_WITHOUT_POSTMULTI = (
    "# postmulti(1), which Debian calls here, knows no folder but /etc/postfix.",
    *("ExecStart=", "ExecStart=/usr/sbin/postfix start"),
    *("ExecStop=", "ExecStop=/usr/sbin/postfix stop"),
    *("ExecReload=", "ExecReload=/usr/sbin/postfix reload"),
)


def _has_one_unit(host: Host) -> bool:
    return host.platform.postfix >= _ONE_UNIT

"""Postfix's systemd unit on each release, and the drop-in of ours.

Debian 12 runs postfix@-.service below a postfix.service that does nothing itself: reloading and
asking whether it is active must go to the instance, but it is postfix.service that starts the
instance at boot (postfix-instance-generator). Debian 13 has postfix.service alone.
"""

from __future__ import annotations

from mailctl.backends.postfix.section import folder
from mailctl.backends.postfix.settings.names import protocols
from mailctl.bundle import Artefact, Link, Service
from mailctl.model.host import Host

_DROP_IN = "systemd/postfix.conf"

_ONE_UNIT = (3, 9)
"""The Postfix with which Debian gave up postfix@-.service."""


def unit_name(host: Host) -> str:
    """The unit that runs Postfix's master."""
    return "postfix.service" if _has_one_unit(host) else "postfix@-.service"


def unit_services(host: Host) -> tuple[Service, ...]:
    """The unit of Postfix's master, and that which brings it up at boot."""
    master = Service(unit_name(host), reload_on=("postfix/",), restart_on=(_DROP_IN,))
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
        "[Service]",
        "# `postfix check`, which runs at every start, warns of /etc/postfix/main.cf: a link out",
        "# of its folder. The folder that the link leads to is in order.",
        f"Environment=MAIL_CONFIG={folder(host)}",
        *(() if _has_one_unit(host) else _WITHOUT_POSTMULTI),
    )
    return Artefact(_DROP_IN, ("\n".join(lines) + "\n").encode())


def unit_links(host: Host) -> tuple[Link, ...]:
    """Where systemd finds the drop-in (systemd.unit(5))."""
    return (Link(f"/etc/systemd/system/{unit_name(host)}.d/mailctl.conf", _DROP_IN),)


_WITHOUT_POSTMULTI = (
    "# postmulti(1), which Debian calls here, knows no folder but /etc/postfix.",
    *("ExecStart=", "ExecStart=/usr/sbin/postfix start"),
    *("ExecStop=", "ExecStop=/usr/sbin/postfix stop"),
    *("ExecReload=", "ExecReload=/usr/sbin/postfix reload"),
)


def _has_one_unit(host: Host) -> bool:
    return host.platform.postfix >= _ONE_UNIT

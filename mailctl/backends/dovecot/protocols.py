"""What a host speaks: protocols, the packages that bring them, and the ports that answer."""

from __future__ import annotations

from mailctl.backends.base import Setting
from mailctl.backends.dovecot.decisions import Topic
from mailctl.bundle import Port
from mailctl.model.host import Host, Role

LOGIN_PROTOCOLS = ("imap", "pop3", "sieve")


def spoken(host: Host) -> tuple[str, ...]:
    """Dovecot's names of the protocols of a host, LMTP last."""
    if not host.has(Role.STORE):
        return ()
    wanted = (host.protocols.imap, host.protocols.pop3, host.protocols.managesieve)
    logins = tuple(name for name, on in zip(LOGIN_PROTOCOLS, wanted, strict=True) if on)
    return (*logins, "lmtp")


def protocols(host: Host) -> Topic:
    """The list; what is not in it has no process and no port."""
    names = spoken(host)
    because = (
        "What the host speaks; a protocol that is not named here has no process and no port."
        if names
        else "Users' mail is kept elsewhere: this Dovecot only tells Postfix who may send."
    )
    shared = tuple(
        Setting(
            "shared-logins",
            name,
            "One login process serves many connections; with a process for each, the hundredth "
            "client would be the last, for TLS keeps it there as long as the connection lasts.",
            "doc.dovecot.org, login processes, high-performance mode",
        )
        for name in ("imap", "pop3")
        if name in names
    )
    return Topic("Protocols", (Setting("protocols", " ".join(names), because), *shared))


def packages(host: Host) -> tuple[str, ...]:
    """Debian's packages for them; dovecot-sieve is for delivery, its daemon a package apart."""
    if not host.has(Role.STORE):
        return ("dovecot-core",)
    by_protocol = {
        "imap": "dovecot-imapd",
        "pop3": "dovecot-pop3d",
        "sieve": "dovecot-managesieved",
        "lmtp": "dovecot-lmtpd",
    }
    return ("dovecot-core", "dovecot-sieve", *(by_protocol[name] for name in spoken(host)))


def ports(host: Host) -> tuple[Port, ...]:
    """Where the host answers when all is well (RFC 8314; RFC 5804 for ManageSieve)."""
    listeners = {
        "imap": (Port(143, "* OK"), Port(993, "* OK", tls=True)),
        "pop3": (Port(110, "+OK"), Port(995, "+OK", tls=True)),
        "sieve": (Port(4190, '"IMPLEMENTATION"'),),
        "lmtp": (),
    }
    return tuple(port for name in spoken(host) for port in listeners[name])

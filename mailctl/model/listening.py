"""On which ports a host speaks TLS, and what comes before the handshake there."""

from __future__ import annotations

from dataclasses import dataclass

from mailctl.model.host import Host, Role


@dataclass(frozen=True, slots=True)
class TlsPort:
    """`starttls` is the protocol that is spoken until TLS begins (RFC 3207, RFC 9051, RFC 2595,
    RFC 5804), called as openssl-s_client(1) calls it; empty where TLS comes first (RFC 8314)."""

    number: int
    starttls: str = ""

    @property
    def opportunistic(self) -> bool:
        """Whether the server takes clients without TLS too: weak TLS beats none (RFC 7435)."""
        return self.number == 25

    @property
    def daemon(self) -> str:
        """Who answers there."""
        return "postfix" if self.number in _POSTFIX else "dovecot"


_POSTFIX = frozenset({25, 465, 587})


def tls_ports(host: Host) -> tuple[TlsPort, ...]:
    """Every port of the host on which TLS can be spoken, by its roles and protocols."""
    store = host.has(Role.STORE)
    offered = (
        (host.has(Role.MX), TlsPort(25, "smtp")),
        (host.has(Role.SUBMISSION), TlsPort(587, "smtp")),
        (host.has(Role.SUBMISSION), TlsPort(465)),
        (store and host.protocols.imap, TlsPort(143, "imap")),
        (store and host.protocols.imap, TlsPort(993)),
        (store and host.protocols.pop3, TlsPort(110, "pop3")),
        (store and host.protocols.pop3, TlsPort(995)),
        (store and host.protocols.managesieve, TlsPort(4190, "sieve")),
    )
    return tuple(port for on, port in offered if on)

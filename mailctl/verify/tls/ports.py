"""Where a host speaks TLS, and what is said there before the handshake.

On 465, 993 and 995 TLS comes at once (RFC 8314); elsewhere after STARTTLS (RFC 3207, RFC 9051,
RFC 5804) or STLS (RFC 2595).
"""

from __future__ import annotations

from dataclasses import dataclass

from mailctl.model.host import Host, Role


@dataclass(frozen=True, slots=True)
class TlsPort:
    """`asks` are lines to say before the handshake, each with what ends its answer;
    `greets` is what ends the server's greeting. All empty where TLS comes first."""

    number: int
    greets: str = ""
    asks: tuple[tuple[str, str], ...] = ()

    @property
    def opportunistic(self) -> bool:
        """Whether the server takes clients without TLS too: weak TLS beats none (RFC 7435)."""
        return self.number == 25

    @property
    def daemon(self) -> str:
        """Who answers there."""
        return "postfix" if self.number in _POSTFIX else "dovecot"


_POSTFIX = frozenset({25, 465, 587})

CLIENT = "[127.0.0.1]"
"""What a client calls itself that comes from the loopback; others put their own address there."""

_SMTP = ("220 ", ((f"EHLO {CLIENT}", "250 "), ("STARTTLS", "220 ")))
_SMTP_PORTS = {
    Role.MX: (TlsPort(25, *_SMTP),),
    Role.SUBMISSION: (TlsPort(587, *_SMTP), TlsPort(465)),
}
_IMAP_PORTS = (TlsPort(143, "* OK", (("a STARTTLS", "a OK"),)), TlsPort(993))
_POP3_PORTS = (TlsPort(110, "+OK", (("STLS", "+OK"),)), TlsPort(995))
_SIEVE_PORTS = (TlsPort(4190, "OK", (("STARTTLS", "OK"),)),)


def tls_ports(host: Host) -> tuple[TlsPort, ...]:
    """Every port of the host on which TLS can be spoken, by its roles and protocols."""
    ports = [
        port for role in (Role.MX, Role.SUBMISSION) if host.has(role) for port in _SMTP_PORTS[role]
    ]
    if host.has(Role.STORE):
        ports += _IMAP_PORTS if host.protocols.imap else ()
        ports += _POP3_PORTS if host.protocols.pop3 else ()
        ports += _SIEVE_PORTS if host.protocols.managesieve else ()
    return tuple(ports)

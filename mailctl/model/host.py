"""A host: its names, its addresses, what it does and how we reach it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

from mailctl.model.names import Address, DomainName
from mailctl.model.platform import Platform
from mailctl.model.secret import SecretSource
from mailctl.model.tls_key import KeyStage, TlsKey


class Role(Enum):
    """mx receives from the world, submission takes mail from users, store keeps mailboxes; web
    serves over HTTPS what other servers and mail clients ask for."""

    MX = "mx"
    SUBMISSION = "submission"
    STORE = "store"
    WEB = "web"


ALL_ROLES = frozenset({Role.MX, Role.SUBMISSION, Role.STORE})
"""All that mail itself needs; the roles of a host that says none."""


@dataclass(frozen=True, slots=True)
class Ssh:
    """How we log in. `address` is a name or an address where it is not the fqdn;
    `jump` names another host of the spec. `host_key` are the keys that the host may show, as
    `ssh-ed25519 AAAA...` or `SHA256:...`; empty where known_hosts is to say. `said` are the
    fields that somebody has written down: the user's ssh_config(5) may fill the others."""

    user: str = "root"
    port: int = 22
    address: str = ""
    sudo: bool = False
    jump: str = ""
    host_key: tuple[str, ...] = ()
    said: frozenset[str] = field(default=frozenset(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class SelfSigned:
    """A certificate that the host makes for itself, once."""


@dataclass(frozen=True, slots=True)
class CertificateFiles:
    """PEM files on the host: the full chain, and its private key."""

    certificate: str
    key: str


@dataclass(frozen=True, slots=True)
class ServerName:
    """A name beside the fqdn under which clients reach a host, by SNI (RFC 6066, 3).

    `files` are its certificate where that is a file; None where the host gets one for it, or
    where the host's own is for it too. `place` is the last step of its path through the spec.
    """

    name: DomainName
    files: CertificateFiles | None = None
    place: str | int = field(default=0, compare=False, repr=False)


LETS_ENCRYPT = "https://acme-v02.api.letsencrypt.org/directory"


PROPAGATION = 60
"""Seconds: a primary notifies its secondaries at once (RFC 1996; BIND gathers for 5 s), and they
ask for the zone then. One that missed it asks hours later, for which nobody could wait."""


@dataclass(frozen=True, slots=True)
class DnsUpdates:
    """Where the host proves by DNS that a name is its (RFC 8555, 8.4): a TXT record comes and goes
    by dynamic updates (RFC 2136).

    `server` is the zones' primary, at `port`. `tsig_key` is where the key comes from that signs the
    updates (RFC 8945). `propagation_seconds` is how long the zones' other servers may take.
    """

    server: IPv4Address | IPv6Address
    tsig_key: SecretSource
    port: int = 53
    propagation_seconds: int = PROPAGATION


@dataclass(frozen=True, slots=True)
class Acme:
    """Certificates that the host gets from a certification authority, and renews (RFC 8555).

    `directory` is the authority's URL. `email` is where it writes to; None for nowhere. `webroot`
    is the folder of a web server that has port 80 already; empty where nothing has it. With `dns`
    nothing is asked of port 80, and `webroot` is empty.
    """

    email: Address | None = None
    directory: str = LETS_ENCRYPT
    webroot: str = ""
    dns: DnsUpdates | None = None


Tls = SelfSigned | CertificateFiles | Acme


class OutboundTls(Enum):
    """How mail for other hosts is protected on its way: TLS wherever it is offered, nobody's
    certificate looked at (RFC 7435), or as the receiver's signed DNS says (RFC 7672), or its
    policy on a web server (RFC 8461)."""

    OPPORTUNISTIC = "opportunistic"
    DANE = "dane"
    MTA_STS = "mta-sts"


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, rates a minute and for each client (smtpd) or user (submission)."""

    message_size: int = 50 * 1024 * 1024
    connections: int = 60
    messages: int = 100
    submitted_messages: int = 30
    submitted_recipients: int = 100
    authentications: int = 10


@dataclass(frozen=True, slots=True)
class Protocols:
    """What users read their mail and edit their scripts with."""

    imap: bool = True
    pop3: bool = False
    managesieve: bool = True


@dataclass(frozen=True, slots=True)
class SieveScripts:
    """Sieve files that run before and after the users' own, in this order."""

    before: tuple[Path, ...] = ()
    after: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Override:
    """A setting that the administrator takes into her own hands."""

    backend: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Host:
    """A machine of the spec; `name` is what commands call it.

    `names` are those under which clients reach it beside the fqdn.
    `tlsa` are PEM files beside the spec with the certificates, or their public keys, that the
    host shows on port 25 now and next (RFC 7672). Where it `pins_its_keys` the records are of
    `tls_keys`, which the host makes itself; there are none before they are seen. `caa` are the
    certification authorities that may issue for its name (RFC 8659); empty for no restriction.
    `ignore` are ids of rules that are not held against it.
    """

    name: str
    fqdn: DomainName
    addresses: tuple[IPv4Address | IPv6Address, ...]
    platform: Platform
    roles: frozenset[Role] = ALL_ROLES
    ssh: Ssh = Ssh()
    tls: Tls = SelfSigned()
    names: tuple[ServerName, ...] = ()
    outbound_tls: OutboundTls = OutboundTls.OPPORTUNISTIC
    limits: Limits = Limits()
    protocols: Protocols = Protocols()
    sieve: SieveScripts = SieveScripts()
    overrides: tuple[Override, ...] = ()
    tlsa: tuple[Path, ...] = ()
    pins_its_keys: bool = False
    tls_keys: tuple[TlsKey, ...] = ()
    caa: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()

    def has(self, role: Role) -> bool:
        return role in self.roles

    @property
    def resolves(self) -> bool:
        """Whether it runs a resolver of its own, for DNS that it can believe."""
        return self.outbound_tls is OutboundTls.DANE

    @property
    def heeds_mta_sts(self) -> bool:
        """Whether it looks up what policies receivers have."""
        return self.outbound_tls is OutboundTls.MTA_STS

    @property
    def shown_key(self) -> TlsKey | None:
        """The one of `tls_keys` that it is to show."""
        return next((key for key in self.tls_keys if key.stage is KeyStage.SHOWN), None)

    @property
    def waiting_keys(self) -> tuple[TlsKey, ...]:
        """Those of `tls_keys` that it is to have, and to show to nobody yet."""
        stages = (KeyStage.WANTED, KeyStage.PUBLISHED)
        return tuple(key for key in self.tls_keys if key.stage in stages)

    @property
    def dns_updates(self) -> DnsUpdates | None:
        """What it proves by DNS that a name is its with, if it does."""
        return self.tls.dns if isinstance(self.tls, Acme) else None

    @property
    def answers_by_http(self) -> bool:
        """Whether an authority comes to its port 80 (RFC 8555, 8.3)."""
        return isinstance(self.tls, Acme) and self.tls.dns is None

    @property
    def all_names(self) -> tuple[DomainName, ...]:
        """Under which clients reach it, the fqdn first."""
        return (self.fqdn, *(each.name for each in self.names))

    @property
    def ssh_address(self) -> str:
        return self.ssh.address or self.fqdn

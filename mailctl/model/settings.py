"""What policies hold: the settings that a user, a domain or a policy may say.

Looked up at the user, then its domain, then the policy named there, then
`policies.default`, then the built-in default; the model holds the result.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from mailctl.model.names import Address, DomainName


class SubaddressFolders(Enum):
    """What mail to `user+detail@domain` does: make folder INBOX.detail, use it where it
    exists, or go to INBOX (RFC 5233)."""

    CREATE = "create"
    EXISTING = "existing"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class Subaddress:
    """`limit` bounds the folders that one mailbox gets from details it has not seen before."""

    delimiter: str = "+"
    folders: SubaddressFolders = SubaddressFolders.CREATE
    limit: int = 50


class KeyKind(Enum):
    """The DKIM keys that we make (RFC 6376, RFC 8463)."""

    RSA_1024 = "rsa-1024"
    RSA_2048 = "rsa-2048"
    RSA_4096 = "rsa-4096"
    ED25519 = "ed25519"


class KeyState(Enum):
    """How far a key is on its way, in this order: in DNS before it signs, signing, no longer
    signing but still in DNS, revoked in DNS (RFC 6376, 3.6.1, an empty `p=`), and gone."""

    PUBLISHED = "published"
    SIGNING = "signing"
    RETIRING = "retiring"
    REVOKED = "revoked"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class DkimSelector:
    """One published key. `hashes` is the `h=` tag, word for word, left out when empty.

    `state` is what the domain's rotation file says of the key; None where there is none.
    """

    selector: str = "s1"
    key: KeyKind = KeyKind.RSA_2048
    hashes: str = ""
    state: KeyState | None = None

    @property
    def revoked(self) -> bool:
        """DNS says that nobody may trust it; its private half is of no use any more."""
        return self.state is KeyState.REVOKED


@dataclass(frozen=True, slots=True)
class DkimRotation:
    """How often the signing key is to be replaced (None: nobody is reminded), and how long the
    former one stays in DNS, for mail that was signed with it and is still on its way."""

    every: timedelta | None = timedelta(days=180)
    grace: timedelta = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Spf:
    """The SPF record of a domain (RFC 7208): `mx`, the includes, `all`; or `record` as it is."""

    all: str = "fail"  # fail | softfail | neutral
    include: tuple[str, ...] = ()
    record: str = ""


@dataclass(frozen=True, slots=True)
class Dmarc:
    """The DMARC record of a domain (RFC 9989); or `record`, as it stands.

    `testing` (t=y) asks receivers to apply each policy one step more gently.
    `reports` (rua) and `failure_reports` (ruf) are addresses, without `mailto:`.
    """

    policy: str = "quarantine"  # none | quarantine | reject
    subdomain_policy: str = ""
    nonexistent_policy: str = ""
    testing: bool = False
    dkim_alignment: str = "relaxed"  # relaxed | strict
    spf_alignment: str = "relaxed"
    reports: tuple[Address, ...] = ()
    failure_reports: tuple[Address, ...] = ()
    record: str = ""


@dataclass(frozen=True, slots=True)
class MtaSts:
    """What senders that honour MTA-STS are told, and for how long they remember it (RFC 8461)."""

    mode: str = "testing"  # testing | enforce | none
    max_age: timedelta = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class MailPolicy:
    """The settings that hold for one domain. `quota` is in bytes, None for no limit.

    The first of `dkim` signs; the others are published with it. Empty: the domain is not signed.
    `tls_reports` are addresses for reports of failed TLS (RFC 8460). `discovery`: SRV records
    tell mail clients where the users log in (RFC 6186); `server_name` are the names of hosts that
    they are told, where these are not the fqdns.
    `ignore` are ids of rules that are not held against the domain.
    """

    quota: int | None = None
    dkim: tuple[DkimSelector, ...] = (DkimSelector(),)
    dkim_rotation: DkimRotation = DkimRotation()
    spf: Spf = Spf()
    dmarc: Dmarc = Dmarc()
    subaddress: Subaddress = Subaddress()
    tls_reports: tuple[Address, ...] = ()
    mta_sts: MtaSts | None = None
    discovery: bool = True
    server_name: tuple[DomainName, ...] = ()
    ignore: tuple[str, ...] = ()

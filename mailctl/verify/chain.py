"""Whether a zone's keys are those that its parent vouches for (RFC 4035, 5.2). Asks nobody."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import dns.rrset


class Chain(Enum):
    """UNSUPPORTED: no DS with an algorithm that we know; resolvers treat the zone as unsigned."""

    UNSIGNED = "unsigned"
    NOT_DELEGATED = "signed, no DS"
    SECURE = "secure"
    BOGUS_KEYS = "no DNSKEY fits a DS"
    BOGUS_SIGNATURE = "no valid signature on the DNSKEY"
    UNSUPPORTED = "unknown algorithms"


_SHA1 = 1
_KNOWN_DIGESTS = (_SHA1, 2, 4)
"""SHA-1, SHA-256 and SHA-384 (RFC 4509, RFC 6605)."""


def chain(zone: str, ds: Sequence[str], keys: Sequence[str], signatures: Sequence[str]) -> Chain:
    """The state of a zone; all data in presentation form. Signatures are judged by the clock."""
    if not ds:
        return Chain.NOT_DELEGATED if keys else Chain.UNSIGNED
    known = _strongest([wanted for wanted in _parsed("DS", ds) if _is_known(wanted)])
    if not known:
        return Chain.UNSUPPORTED
    vouched = [
        key
        for wanted in known
        for key in _parsed("DNSKEY", keys)
        if _digest(zone, wanted, key) == wanted
    ]
    if not vouched:
        return Chain.BOGUS_KEYS
    return Chain.SECURE if _signed(zone, keys, signatures, vouched) else Chain.BOGUS_SIGNATURE


def _is_known(wanted: Any) -> bool:
    """The DS decides, not the keys that are there: whether a resolver can verify what it names
    (RFC 4035, 5.2), and its digest too (RFC 6840, 5.2)."""
    import dns.dnssec
    import dns.dnssecalgs
    import dns.exception

    if wanted.digest_type not in _KNOWN_DIGESTS or not dns.dnssec.default_policy.ok_to_validate(
        wanted
    ):
        return False
    try:
        dns.dnssecalgs.get_algorithm_cls(wanted.algorithm)
    except dns.exception.UnsupportedAlgorithm:
        return False
    return True


def _strongest(known: Sequence[Any]) -> Sequence[Any]:
    """Resolvers pass over SHA-1 where there is a better digest (RFC 4509, 3)."""
    return [wanted for wanted in known if wanted.digest_type != _SHA1] or known


def _digest(zone: str, wanted: Any, key: Any) -> Any:
    """The DS that the key would have, with the digest of the wanted one."""
    import dns.dnssec
    import dns.name

    return dns.dnssec.make_ds(dns.name.from_text(zone), key, wanted.digest_type, validating=True)


def _signed(
    zone: str, keys: Sequence[str], signatures: Sequence[str], vouched: Sequence[Any]
) -> bool:
    """One signature by a vouched key, valid now, is enough (RFC 4035, 5.3.1)."""
    import dns.dnssec
    import dns.exception
    import dns.name

    if not signatures:
        return False
    trusted = {dns.name.from_text(zone): _rrset(zone, vouched)}
    try:
        dns.dnssec.validate(
            _rrset(zone, _parsed("DNSKEY", keys)),
            _rrset(zone, _parsed("RRSIG", signatures)),
            trusted,  # type: ignore[arg-type]
        )
    except dns.exception.DNSException:
        return False
    return True


def _rrset(zone: str, data: Sequence[Any]) -> dns.rrset.RRset:
    """Its TTL is not looked at: the signature says what it was."""
    import dns.name
    import dns.rrset

    return dns.rrset.from_rdata_list(dns.name.from_text(zone), 0, data)


def _parsed(kind: str, texts: Sequence[str]) -> list[Any]:
    import dns.rdata
    import dns.rdataclass
    import dns.rdatatype

    number = dns.rdatatype.from_text(kind)
    return [dns.rdata.from_text(dns.rdataclass.IN, number, text) for text in texts]

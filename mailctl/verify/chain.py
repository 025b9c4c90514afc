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


def chain(zone: str, ds: Sequence[str], keys: Sequence[str], signatures: Sequence[str]) -> Chain:
    """The state of a zone; all data in presentation form. Signatures are judged by the clock."""
    if not ds:
        return Chain.NOT_DELEGATED if keys else Chain.UNSIGNED
    if not keys:
        return Chain.BOGUS_KEYS
    digested = [
        (wanted, key, _digest(zone, wanted, key))
        for wanted in _parsed("DS", ds)
        for key in _parsed("DNSKEY", keys)
    ]
    if all(digest is None for _, _, digest in digested):
        return Chain.UNSUPPORTED
    vouched = [key for wanted, key, digest in digested if digest == wanted]
    if not vouched:
        return Chain.BOGUS_KEYS
    return Chain.SECURE if _signed(zone, keys, signatures, vouched) else Chain.BOGUS_SIGNATURE


def _digest(zone: str, wanted: Any, key: Any) -> Any:
    """The DS that the key would have; None where the digest or the key is of no known kind."""
    import dns.dnssec
    import dns.exception
    import dns.name

    if not dns.dnssec.default_policy.ok_to_validate(key):
        return None
    try:
        return dns.dnssec.make_ds(
            dns.name.from_text(zone), key, wanted.digest_type, validating=True
        )
    except dns.exception.DNSException:
        return None


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

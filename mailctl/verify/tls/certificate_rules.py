"""Rules on the certificate of one port, and on what the host was to show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailctl.verify.tls.observation import Certificate, Seen
from mailctl.verify.tls.verdict import State, Verdict, verdict_on

RENEWAL_OVERDUE = timedelta(days=21)
"""ACME clients renew when a third of the lifetime is left, 30 of 90 days: by then it has failed
for more than a week. Of shorter lifetimes a quarter is left when it is overdue."""

_LEAST_BITS = {"RSA": 2048, "EC": 256}
_ADVISED_RSA = 3072
_BROKEN_HASHES = frozenset({"md5", "sha1"})


@dataclass(frozen=True, slots=True)
class Expected:
    """What a host is to show: a certificate for all `names`; `self_signed` where the spec leaves
    it to the host to make one; `tlsa` are digests of keys, as in TLSA 3 1 1."""

    names: tuple[str, ...]
    self_signed: bool = False
    tlsa: tuple[str, ...] = ()


def chain(seen: Seen, expected: Expected, now: datetime) -> Iterator[Verdict]:
    """Whether the chain leads to a CA that is trusted here."""
    shown = seen.certificate
    if shown and shown.self_signed and expected.self_signed:
        yield verdict_on(
            seen, State.WARNING, "chain", "shows a certificate that the host made for itself",
            "mail clients warn of it; have one of a CA: `tls: acme`",
        )  # fmt: skip
    elif seen.chain is None:
        yield verdict_on(seen, State.UNKNOWN, "chain", "the chain could not be tried")
    elif not seen.chain:
        yield verdict_on(seen, State.OK, "chain", "the chain verifies")
    elif not (shown and shown.not_after <= now and "expired" in seen.chain):
        yield verdict_on(
            seen, State.FAULT, "chain", f"the chain does not verify: {seen.chain}",
            "by `tls: acme` none has come yet, `mailctl plan` says why"
            if shown and shown.self_signed
            else "the file of `tls: certificate` must hold the certificate and all intermediates",
        )  # fmt: skip


def names(seen: Seen, expected: Expected) -> Iterator[Verdict]:
    """Whether the certificate is for the names (RFC 9525, 6.3)."""
    shown = seen.certificate
    if shown is None:
        yield verdict_on(seen, State.UNKNOWN, "names", "the certificate cannot be read")
        return
    missing = [name for name in expected.names if not covers(shown.names, name)]
    if not missing:
        yield verdict_on(seen, State.OK, "names", f"is for {', '.join(expected.names)}")
        return
    holds = ", ".join(shown.names[:5]) or "no name"
    yield verdict_on(
        seen, State.FAULT, "names", f"the certificate is not for {', '.join(missing)}: {holds}",
        "have it issued for that name, as a subjectAltName",
    )  # fmt: skip


def covers(patterns: tuple[str, ...], name: str) -> bool:
    """Whether one of the names is this one; `*` is a whole first label and stands for one."""
    wanted = name.rstrip(".").lower()
    parent = wanted.partition(".")[2]
    return wanted in patterns or (bool(parent) and f"*.{parent}" in patterns)


def validity(seen: Seen, now: datetime) -> Iterator[Verdict]:
    """Whether it is valid now, and will be for a while."""
    shown = seen.certificate
    if shown is None:
        return
    ends = f"{shown.not_after:%Y-%m-%d}"
    if now < shown.not_before:
        message = f"is valid only from {shown.not_before:%Y-%m-%d %H:%M} UTC"
        yield verdict_on(seen, State.FAULT, "validity", message, "is the clock right, here too?")
    elif now >= shown.not_after:
        message, advice = f"expired on {ends}", "renew it, then reload the daemons"
        yield verdict_on(seen, State.FAULT, "validity", message, advice)
    elif shown.not_after - now < _overdue(shown):
        message = f"expires on {ends}, {_days(shown.not_after - now)} left"
        advice = "it should have been renewed by now: see why it was not"
        yield verdict_on(seen, State.WARNING, "validity", message, advice)
    else:
        message = f"valid until {ends}, {_days(shown.not_after - now)} left"
        yield verdict_on(seen, State.OK, "validity", message)


def _overdue(shown: Certificate) -> timedelta:
    return min(RENEWAL_OVERDUE, (shown.not_after - shown.not_before) / 4)


def _days(left: timedelta) -> str:
    return "1 day" if left.days == 1 else f"{left.days} days"


def key(seen: Seen) -> Iterator[Verdict]:
    """Whether key and signature are strong enough (RFC 9325, 4.5; BSI TR-02102-2)."""
    shown = seen.certificate
    if shown is None:
        return
    kind = f"{shown.key} key of {shown.bits} bits" if shown.bits else f"{shown.key} key"
    if shown.bits < _LEAST_BITS.get(shown.key, 0) or shown.key == "DSA":
        advice = "make a new one: ECDSA with P-256, or RSA with 3072 bits"
        yield verdict_on(seen, State.FAULT, "key", kind, advice)
    elif shown.key == "RSA" and shown.bits < _ADVISED_RSA:
        advice = "for the next one ECDSA with P-256, or RSA with 3072 bits"
        yield verdict_on(seen, State.NOTE, "key", kind, advice)
    else:
        yield verdict_on(seen, State.OK, "key", kind)
    if shown.signature in _BROKEN_HASHES:
        message = f"is signed with {shown.signature.upper()}"
        yield verdict_on(seen, State.FAULT, "signature", message, "have it issued anew")


def tlsa(seen: Seen, expected: Expected) -> Iterator[Verdict]:
    """Whether port 25 shows a key of the TLSA records: else DANE senders deliver no more
    (RFC 7672, 2.2)."""
    if seen.port.number != 25 or not expected.tlsa or seen.certificate is None:
        return
    if seen.certificate.key_digest in expected.tlsa:
        yield verdict_on(seen, State.OK, "tlsa", "shows a key of the TLSA records")
        return
    yield verdict_on(
        seen, State.FAULT, "tlsa",
        f"shows the key {seen.certificate.key_digest[:16]}..., which no file of `tlsa` holds:"
        " senders with DANE will not deliver",
        "add its certificate to `tlsa` and publish the records, or go back to the former key",
    )  # fmt: skip


def certificate_verdicts(seen: Seen, expected: Expected, now: datetime) -> Iterator[Verdict]:
    """What all rules say of a port; `now` with a time zone."""
    yield from chain(seen, expected, now)
    yield from names(seen, expected)
    yield from validity(seen, now)
    yield from key(seen)
    yield from tlsa(seen, expected)

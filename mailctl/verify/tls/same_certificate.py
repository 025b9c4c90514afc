"""All ports and addresses of a host show one certificate: a daemon that was not reloaded after a
renewal shows the former one until that has expired."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mailctl.verify.tls.observation import Certificate, Seen
from mailctl.verify.tls.verdict import State, Verdict, verdict_on


def same_certificate(all_seen: Sequence[Seen]) -> Iterator[Verdict]:
    """A fault for each port of one host that does not show the newest certificate of all."""
    shown = [(seen, seen.certificate) for seen in all_seen if seen.certificate]
    if len({certificate.fingerprint for _, certificate in shown}) < 2:
        return
    newest = max((certificate for _, certificate in shown), key=_age)
    for seen, certificate in shown:
        if certificate.fingerprint != newest.fingerprint:
            yield _other(seen, certificate, newest)


def _age(certificate: Certificate) -> tuple[object, ...]:
    return certificate.not_before, certificate.not_after, certificate.fingerprint


def _other(seen: Seen, old: Certificate, newest: Certificate) -> Verdict:
    unit = seen.port.daemon
    return verdict_on(
        seen,
        State.FAULT,
        "same-certificate",
        f"still shows the certificate of {old.not_before:%Y-%m-%d}, valid until"
        f" {old.not_after:%Y-%m-%d}; another port shows the one of {newest.not_before:%Y-%m-%d}",
        f"`systemctl reload {unit}` on the host, and let the renewal do that",
    )

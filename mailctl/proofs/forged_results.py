"""A stranger cannot write verdicts in our name (RFC 8601, 5): such headers go, others stay."""

from __future__ import annotations

from mailctl.model.host import Host
from mailctl.proofs.base import Refuted, Statement
from mailctl.proofs.ground import Ground
from mailctl.proofs.letters import Letter, header_values, letter
from mailctl.proofs.people import recipient_on, stranger
from mailctl.proofs.reading import wait_in_inbox
from mailctl.proofs.submission import bring

_FIELD = "Authentication-Results"


def _try(ground: Ground, host: Host) -> str:
    user = recipient_on(ground.system, host)
    plain = letter(PROOF.id, stranger(ground), str(user.address))
    foreign = f"elsewhere.invalid; spf=pass smtp.mailfrom={plain.token}.invalid"
    forged = _forgeries(host.fqdn, plain.token)
    _add(plain, *forged, foreign)
    bring(ground, host, plain, str(user.address), stranger(ground))
    raw = wait_in_inbox(ground, user, plain.token)
    results = header_values(raw, _FIELD)
    for value in results:
        if plain.token in value and host.fqdn in value.lower():
            raise Refuted(f"a forged header arrived: {_FIELD}: {value}")
    if foreign not in results:
        raise Refuted(f"the foreign {_FIELD} is gone; there are {results}")
    return f"{len(forged)} forgeries with {host.fqdn} removed, `{foreign}` kept"


def _forgeries(name: str, token: str) -> tuple[str, ...]:
    """Ways to write our name at the head of the field (RFC 8601, 2.2)."""
    verdict = f"dkim=pass header.d={token}.invalid"
    return (
        f"{name}; {verdict}",
        f"{name.upper()}; {verdict}",
        f"{name} 1; {verdict}",
        f"(a comment) {name}; {verdict}",
        f"{name} ; {verdict}",
        f"{name};{verdict}",
    )


def _add(note: Letter, *values: str) -> None:
    for value in values:
        note.message[_FIELD] = value


PROOF = Statement(
    id="forged-results",
    statement="forged Authentication-Results with the host's name are removed, foreign ones kept",
    attempt=_try,
)

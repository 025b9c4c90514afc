"""An independent verdict on what we send: dkimpy and pyspf, with the world's DNS.

Neither shares a line with OpenDKIM, which signed.
"""

from __future__ import annotations

import importlib
import re
from dataclasses import dataclass
from typing import Any

from mailctl.proofs.base import NotApplicable, Refuted
from mailctl.proofs.ground import Ground
from mailctl.proofs.letters import header_values
from mailctl.proofs.world_dns import lookup

_RECEIVED_FROM = re.compile(r"from (?P<helo>\S+) \((?:[^()]*\s)?\[(?:IPv6:)?(?P<address>[^\]]+)\]")


@dataclass(frozen=True, slots=True)
class Signature:
    """A DKIM signature that verified: its domain, selector and algorithm, and what it covers."""

    domain: str
    selector: str
    algorithm: str
    headers: tuple[str, ...]

    def __str__(self) -> str:
        return f"d={self.domain} s={self.selector} a={self.algorithm}"


def verified_signature(ground: Ground, raw: bytes) -> Signature:
    """The topmost signature, verified by dkimpy; Refuted when it is missing or false."""
    dkim = _independent("dkim", "dkimpy")
    tags = _tags(raw)

    def text_record(name: bytes, timeout: float = 5) -> bytes | None:
        del timeout  # dkimpy hands it on; the look-up has its own
        found = lookup(ground, name.decode().rstrip("."), "TXT")
        return found[0].encode() if found else None

    try:
        sound = dkim.DKIM(raw).verify(dnsfunc=text_record)
    except dkim.DKIMException as error:
        raise Refuted(f"dkimpy: {error} (d={tags['d']} s={tags['s']})") from error
    if not sound:
        raise Refuted(f"dkimpy: the signature d={tags['d']} s={tags['s']} is false")
    covered = tuple(name.strip().lower() for name in tags["h"].split(":"))
    return Signature(tags["d"], tags["s"], tags["a"], covered)


def _tags(raw: bytes) -> dict[str, str]:
    """The tags of the topmost DKIM-Signature (RFC 6376, 3.5)."""
    signatures = header_values(raw, "DKIM-Signature")
    if not signatures:
        raise Refuted("the message that arrived outside carries no DKIM-Signature")
    pairs = (part.partition("=") for part in signatures[0].split(";"))
    return {name.strip(): re.sub(r"\s+", "", value) for name, _, value in pairs}


def spf_result(ground: Ground, client: str, sender: str, helo: str) -> str:
    """What pyspf says of this client, sender and HELO name: `pass`, `fail`, ... (RFC 7208, 2.6).

    An empty sender asks about the HELO name itself.
    """
    spf = _independent("spf", "pyspf")

    class Query(spf.query):  # type: ignore[misc,name-defined]  # pyspf carries no types
        def dns(self, name: str, qtype: str, *_: object, **__: object) -> list[object]:
            found = lookup(ground, name, qtype)
            if qtype == "TXT":
                return [(text.encode(),) for text in found]
            return [_for_pyspf(data, qtype) for data in found]

    verdict, _, explanation = Query(client, sender, helo).check()
    return str(verdict) if verdict == "pass" else f"{verdict} ({explanation})"


def _for_pyspf(data: str, kind: str) -> object:
    """pyspf takes an MX as a pair, an AAAA as bytes, and names without the final dot."""
    if kind == "MX":
        preference, _, name = data.partition(" ")
        return int(preference), name.rstrip(".")
    return data.rstrip(".")


def received_from(raw: bytes, receiver: str) -> tuple[str, str]:
    """HELO name and address of the client that brought the message to this receiver."""
    for value in header_values(raw, "Received"):
        match = _RECEIVED_FROM.match(value)
        if match and receiver in value:
            return match["helo"], match["address"]
    raise Refuted(f"no Received header names the client that came to {receiver}")


def _independent(module: str, package: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError:
        raise NotApplicable(f"{package} is not installed; install mailctl[rehearse]") from None

"""What a TXT record is for: its name and the version that it begins with say it."""

from __future__ import annotations

import re
from enum import Enum

from mailctl.spf.grammar import is_spf


class TxtRole(Enum):
    """OTHER is nothing of mail's, and nobody of ours may touch it."""

    SPF = "SPF"
    DKIM = "DKIM"
    DMARC = "DMARC"
    TLS_RPT = "TLS-RPT"
    MTA_STS = "MTA-STS"
    OTHER = "TXT"


_VERSIONS = {
    TxtRole.DMARC: re.compile(r"v\s*=\s*DMARC1\s*(?:;|$)"),  # RFC 9989, 4.8
    TxtRole.TLS_RPT: re.compile(r"v=TLSRPTv1\s*(?:;|$)"),  # RFC 8460, 3
    TxtRole.MTA_STS: re.compile(r"v=STSv1\s*(?:;|$)"),  # RFC 8461, 3.1
}

_LABELS = {
    "_domainkey": TxtRole.DKIM,  # RFC 6376, 3.6.2.1
    "_dmarc": TxtRole.DMARC,  # RFC 9989, 4.8
    "_tls": TxtRole.TLS_RPT,  # RFC 8460, 3
    "_mta-sts": TxtRole.MTA_STS,  # RFC 8461, 3.1
}


def role(name: str, text: str) -> TxtRole:
    """What the TXT at this name is for. Everything below `_domainkey` is a key, for verifiers
    take it for one (RFC 6376, 3.6.2.1)."""
    if role_at(name) is TxtRole.DKIM:
        return TxtRole.DKIM
    if is_spf(text):
        return TxtRole.SPF
    found = (kind for kind, version in _VERSIONS.items() if version.match(text))
    return next(found, TxtRole.OTHER)


def role_at(name: str) -> TxtRole:
    """What receivers look for in the TXT records of a name; at most names it is SPF."""
    labels = name.split(".")
    found = (kind for label, kind in _LABELS.items() if label in labels)
    return next(found, TxtRole.SPF)

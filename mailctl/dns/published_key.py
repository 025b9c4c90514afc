"""What a key record in DNS gives verifiers, as far as it decides whether they accept a signature.

Keys are compared as bytes (RFC 6376, 3.6.1): blanks and cuts within the base64 mean nothing.
"""

from __future__ import annotations

import base64
import binascii

from mailctl.dns.dkim import PublicKey

REVOKED = PublicKey("rsa", "")
"""An empty `p=`: the key was revoked, whatever kind it was of."""


def gives(text: str, wanted: PublicKey) -> bool:
    """Whether verifiers that find this TXT have exactly the wanted key, or its revocation."""
    found = published_key(text)
    if found is None or wanted.data == "":
        return found is not None and found.data == wanted.data
    algorithm, data = found.algorithm, _key_bytes(found.data)
    return bool(data) and (algorithm, data) == (wanted.algorithm, _key_bytes(wanted.data))


def published_key(text: str) -> PublicKey | None:
    """The key in a record, None where it is no key record: of another version, or without `p=`."""
    tags: dict[str, str] = {}
    for part in text.split(";"):
        name, _, value = part.partition("=")
        tags.setdefault(name.strip(), "".join(value.split()))
    if tags.get("v", "DKIM1") != "DKIM1" or "p" not in tags:
        return None
    return PublicKey(tags.get("k", "rsa").lower(), tags["p"])


def _key_bytes(value: str) -> bytes:
    """The key itself; nothing where the text is no base64, which no wanted key is."""
    try:
        return base64.b64decode("".join(value.split()), validate=True)
    except binascii.Error:
        return b""

"""What a key record in DNS gives verifiers, as far as it decides whether they accept a signature.

Keys are compared as bytes (RFC 6376, 3.6.1): blanks and cuts within the base64 mean nothing.
"""

from __future__ import annotations

import base64
import binascii

from mailctl.dns.dkim import PublicKey
from mailctl.dns.tags import tag_list

REVOKED = PublicKey("rsa", "")
"""An empty `p=`: the key was revoked, whatever kind it was of."""


def gives(text: str, wanted: PublicKey) -> bool:
    """Whether verifiers that find this TXT have exactly the wanted key, or its revocation."""
    found = published_key(text)
    if found is None or wanted.data == "":
        return found is not None and found.data == wanted.data
    algorithm, key = found.algorithm, key_bytes(found.data)
    return bool(key) and (algorithm, key) == (wanted.algorithm, key_bytes(wanted.data))


def published_key(text: str) -> PublicKey | None:
    """The key in a record, None where it is no key record: of another version, without `p=`, or
    no list of tags at all."""
    try:
        tags = tag_list(text)
    except ValueError:
        return None
    if tags.get("v", "DKIM1") != "DKIM1" or "p" not in tags:
        return None
    return PublicKey(tags.get("k", "rsa").lower(), tags["p"])


def key_bytes(value: str) -> bytes | None:
    """The key in a `p=`; None where it is no base64, which no key is."""
    try:
        return base64.b64decode("".join(value.split()), validate=True)
    except binascii.Error:
        return None

"""Password hashes as Dovecot reads them, `{SCHEME}hash`: which are taken, and which are not.

A hash from the spec goes to the hosts as it is, so it must be one that the daemons of all
platforms know, that a thief cannot simply reverse, and that is written as the scheme says
(doveadm-pw(1); crypt(5); the PHC string format for Argon2).
"""

from __future__ import annotations

import re

_PREFIX = re.compile(r"\{([A-Za-z0-9][A-Za-z0-9._-]*)\}")
_CRYPT = "[./A-Za-z0-9]"
_B64 = "[A-Za-z0-9+/]"
_ARGON2 = r"\$v=19\$m=\d{1,7},t=\d{1,4},p=\d{1,3}\$" + _B64 + r"{11,86}\$" + _B64 + r"{16,172}"
_SHA512_CRYPT = r"\$6\$(?:rounds=\d{4,9}\$)?" + _CRYPT + r"{1,16}\$" + _CRYPT + "{86}"
_SHA256_CRYPT = r"\$5\$(?:rounds=\d{4,9}\$)?" + _CRYPT + r"{1,16}\$" + _CRYPT + "{43}"
_YESCRYPT = r"\$(?:gy|y)\$" + _CRYPT + r"{2,16}\$" + _CRYPT + r"{1,86}\$" + _CRYPT + "{43}"
_BCRYPT = r"\$2[aby]\$(?:0[5-9]|[12]\d|3[01])\$" + _CRYPT + "{53}"

STRONG: dict[str, re.Pattern[str]] = {
    "ARGON2ID": re.compile(r"\$argon2id" + _ARGON2),
    "ARGON2I": re.compile(r"\$argon2i" + _ARGON2),
    "BLF-CRYPT": re.compile(_BCRYPT),
    "SHA512-CRYPT": re.compile(_SHA512_CRYPT),
    "SHA256-CRYPT": re.compile(_SHA256_CRYPT),
    "CRYPT": re.compile(f"(?:{_BCRYPT}|{_SHA512_CRYPT}|{_SHA256_CRYPT}|{_YESCRYPT})"),
    "PBKDF2": re.compile(r"\$1\$[./A-Za-z0-9]{1,64}\$\d{1,9}\$[0-9a-f]{40}"),
    "SCRAM-SHA-256": re.compile(rf"\d{{4,9}},{_B64}{{8,86}}={{0,2}},{_B64}{{43}}=,{_B64}{{43}}="),
    "SSHA512": re.compile(_B64 + "{88,}={0,2}"),
    "SSHA256": re.compile(_B64 + "{44,}={0,2}"),
}
"""Scheme to the form of what follows it. The last two are fast, but salted, and what many
older systems export; hashes without a salt are not taken."""

_CLEAR = frozenset({"PLAIN", "CLEAR", "CLEARTEXT", "PLAIN-TRUNC"})
_ADVICE = "write it as `doveadm pw -s ARGON2ID` prints it"


def scheme_of(text: str) -> str | None:
    """The scheme at the beginning, in capitals; None when the text does not begin with one."""
    found = _PREFIX.match(text)
    return found[1].upper() if found else None


def fault_of_hash(text: str) -> tuple[str, str] | None:
    """What is wrong with `{SCHEME}hash` and what to do instead; None when nothing is.

    The words never quote the hash itself.
    """
    scheme = scheme_of(text)
    if scheme is None:
        return "the hash does not begin with its {SCHEME}", _ADVICE
    if scheme in _CLEAR:
        return f"{{{scheme}}} is no hash: the password would lie open on the hosts", _ADVICE
    form = STRONG.get(scheme)
    if form is None:
        taken = ", ".join(STRONG)
        return (
            f"{{{scheme[:40]}}} is weak, or unknown to Dovecot",
            f"take one of {taken}; {_ADVICE}",
        )
    if not form.fullmatch(text[len(scheme) + 2 :]):
        return f"what follows {{{scheme}}} is not a hash of this scheme", _ADVICE
    return None

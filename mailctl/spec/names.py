"""Reading domains and addresses: the strict forms that every daemon file can hold.

Domains become lower-case A-labels (RFC 5890; IDNA 2008 by the `idna` package). Local parts are
dot-atoms (RFC 5321, 4.1.2) of ASCII: Postfix would take SMTPUTF8, but Dovecot's LMTP does not,
so that mail to them would be accepted and bounced. Quoted local parts are refused. `%` and `!`
are refused because they have been routes (RFC 1123, 5.2.16; Postfix: allow_percent_hack,
swap_bangpath) and an address that holds them means different things to different relays.
All other atext of RFC 5322 is legal here (`o'brien`, `a$b`, `a{b}`, `a/b`) and reaches the
daemons as data; `/` is refused since a mailbox is a folder.
"""

from __future__ import annotations

import re
from functools import lru_cache

from mailctl.model.names import Address, AnyAddressOf, DomainName
from mailctl.spec.problems import refuse

MOST_LOCAL = 64
MOST_DOMAIN = 253
MOST_LABEL = 63
MOST_ADDRESS = 254
"""RFC 5321, 4.5.3.1 (the path of 256 less its angle brackets), and RFC 1035, 2.3.4."""

_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_ATEXT = "a-z0-9#$&'*+=?^_`{|}~/-"
_DOT_ATOM = re.compile(rf"[{_ATEXT}]++(?:\.[{_ATEXT}]++)*+")

_new = tuple.__new__
"""Makes an Address in a third of the time that its own constructor takes."""


@lru_cache(maxsize=65_536)
def domain_name(text: str) -> DomainName:
    """A domain of at least two labels, in A-labels and lower case; raises Refused."""
    if not text:
        raise refuse("bad-domain", "an empty text is no domain", "write one as example.org")
    if text.endswith("."):
        raise refuse("bad-domain", f"{text!r} ends in a dot", "leave the final dot out")
    name = text.lower() if text.isascii() else _a_labels(text)
    labels = name.split(".")
    for label in labels:
        _check_label(text, label)
    if len(labels) < 2 or labels[-1].isdigit():
        what = "is an address, not a name" if labels[-1].isdigit() else "has a single label"
        raise refuse("bad-domain", f"{text!r} {what}", "write a full name as example.org")
    if len(name) > MOST_DOMAIN:
        raise refuse(
            "bad-domain", f"a domain of {len(name)} characters", f"at most {MOST_DOMAIN} are legal"
        )
    return DomainName(name)


def _a_labels(text: str) -> str:
    import idna  # its tables are large, and few specs need them

    try:
        return idna.encode(text, uts46=True, std3_rules=True).decode("ascii")
    except (idna.IDNAError, UnicodeError) as error:
        raise refuse(
            "bad-domain", f"{text!r} is no internationalised domain: {error}",
            "write it in Unicode or in A-labels (xn--...)",
        ) from None  # fmt: skip


def _check_label(text: str, label: str) -> None:
    if len(label) > MOST_LABEL:
        raise refuse(
            "bad-domain", f"a label of {len(label)} characters", f"at most {MOST_LABEL} are legal"
        )
    if not _LABEL.fullmatch(label):
        raise refuse(
            "bad-domain", f"{text!r} is no domain",
            "each part has letters, digits and inner hyphens only, as mail.example.org",
        )  # fmt: skip
    if label[2:4] != "--":
        return
    import idna

    try:
        idna.ulabel(label)
    except (idna.IDNAError, UnicodeError):
        raise refuse(
            "bad-domain", f"{label!r} in {text!r} is no A-label", "write the name in Unicode"
        ) from None


def address(text: str) -> Address:
    """An address that mail can be sent to, in lower case; raises Refused."""
    local, at, domain = text.rpartition("@")
    if not at:
        raise refuse(
            "bad-address", f"{text!r} is no address", "write it in full, as alice@example.org"
        )
    local = local.lower()
    if not _DOT_ATOM.fullmatch(local) or len(local) > MOST_LOCAL or local[0] in "-#*":
        _explain_local_part(text, local)
    name = domain_name(domain)
    if len(local) + len(name) >= MOST_ADDRESS:
        raise refuse(
            "bad-address", f"an address of {len(local) + 1 + len(name)} characters",
            f"at most {MOST_ADDRESS} are legal",
        )  # fmt: skip
    return _new(Address, (local, name))


def mailbox(text: str) -> Address:
    """An address of ours with a mailbox; its local part must do as a folder's name too."""
    result = address(text)
    if "/" in result.local:
        raise refuse(
            "bad-address", f"the local part of {text!r} holds a slash",
            "a mailbox is a folder; choose another name, or an entry of `aliases:`",
        )  # fmt: skip
    return result


def address_pattern(text: str) -> Address | AnyAddressOf:
    """An address, or `*@domain` for all addresses of a domain."""
    if text.startswith("*@"):
        return AnyAddressOf(domain_name(text[2:]))
    return address(text)


def _explain_local_part(text: str, local: str) -> None:
    """Raises Refused with the reason why this is no local part for us."""
    for is_so, message, hint in (
        (not local, f"{text!r} has nothing before the @", "name a user"),
        (
            len(local) > MOST_LOCAL,
            f"a local part of {len(local)} characters",
            f"at most {MOST_LOCAL} are legal (RFC 5321)",
        ),
        (
            not local.isascii(),
            f"the local part of {text!r} is not ASCII",
            "Dovecot's LMTP takes no SMTPUTF8, so its mail would be accepted and bounced",
        ),
        (
            "%" in local or "!" in local,
            f"the local part of {text!r} holds % or !",
            "mail servers read it as a route (percent hack, UUCP path); choose another name",
        ),
        (
            local.startswith('"'),
            f"{text} has a quoted local part",
            "few mail servers take it; use letters, digits, dots and hyphens",
        ),
        (
            not _DOT_ATOM.fullmatch(local),
            f"{text!r} is no address",
            "before the @ stand letters, digits, signs and inner single dots",
        ),
        (
            local.startswith("-"),
            f"{text!r} begins with a hyphen",
            "Postfix refuses such recipients (allow_min_user)",
        ),
        (
            local.startswith("#"),
            f"{text!r} begins with #",
            "in the daemons' tables that is a comment",
        ),
        (
            local == "*",
            f"{text!r} is a pattern, not an address",
            "to receive a domain's other mail set its `catch_all:`",
        ),
    ):
        if is_so:
            raise refuse("bad-address", message, hint)

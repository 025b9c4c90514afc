"""Reading the texts of a spec: each with the strict form of the place that it goes to.

What a form allows is chosen so that no value can break out of the files it is written to;
control characters never come this far (see `compose.py`).
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address
from ipaddress import ip_address as parse_ip

from mailctl.model.hash_schemes import fault_of_hash
from mailctl.model.names import DomainName
from mailctl.spec.problems import refuse

_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_PATH = re.compile(r"(?:/[A-Za-z0-9_+@=~-][A-Za-z0-9._+@:=~-]*)+")
_LOGIN = re.compile(r"[a-z_][a-z0-9_.-]{0,31}")
_SSH_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?")
_SELECTOR = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*")
_HASHES = re.compile(r"[a-zA-Z][a-zA-Z0-9-]*(?::[a-zA-Z][a-zA-Z0-9-]*)*")
_DNS_NAME = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z][a-z0-9-]*[a-z0-9]")
_HTTPS_URL = re.compile(
    r"https://(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~%-]*)*"
)
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")
_SETTING = re.compile(r"[A-Za-z][A-Za-z0-9_./:-]{0,127}")

DELIMITERS = "+-_=.~^"


def _form(pattern: re.Pattern[str], text: str, rule: str, what: str, hint: str) -> str:
    if not pattern.fullmatch(text):
        raise refuse(rule, f"{text!r} is no {what}", hint)
    return text


def name(text: str) -> str:
    """What a host or a policy is called in the spec and on the command line."""
    return _form(_LABEL, text, "bad-name", "name",
                 "use at most 63 small letters, digits and inner hyphens")  # fmt: skip


def host_path(text: str) -> str:
    """An absolute path on a host; it goes into lists of paths in the daemons' files."""
    return _form(_PATH, text, "bad-path", "path on a host",
                 "write an absolute path without blanks, `..` and quotes, as /etc/ssl/mail.pem"
                 )  # fmt: skip


def https_url(text: str) -> str:
    """Where something is fetched by HTTPS: a host, and a path of plain characters (RFC 3986)."""
    return _form(_HTTPS_URL, text, "bad-url", "address of a web server",
                 "write one as https://ca.example.org/directory")  # fmt: skip


def local_path(text: str) -> str:
    """A path beside the spec, relative to the file that names it, or absolute."""
    if not text or text != text.strip():
        raise refuse("bad-path", f"{text!r} is no path", "name a file beside this one")
    return text


def login(text: str) -> str:
    """An account on a host (useradd(8))."""
    return _form(_LOGIN, text, "bad-login", "account name",
                 "use small letters, digits, `_`, `-`, as root or admin")  # fmt: skip


def ssh_address(text: str) -> str:
    """Where sshd listens: a name (one label will do) or an IP address."""
    try:
        return str(parse_ip(text))
    except ValueError:
        return _form(_SSH_NAME, text, "bad-ssh-address", "name or IP address",
                     "write one as mail.example.org or 203.0.113.10")  # fmt: skip


def network_address(text: str) -> IPv4Address | IPv6Address:
    """An address of a host, without prefix length and zone."""
    try:
        address = parse_ip(text)
    except ValueError:
        address = None
    if address is None or "%" in text:
        raise refuse("bad-ip-address", f"{text!r} is no IP address",
                     'write one as 203.0.113.10 or "2001:db8::10"')  # fmt: skip
    if address.is_unspecified or address.is_multicast:
        raise refuse("bad-ip-address", f"{text} is no address of a host",
                     "write the address that the world reaches it by")  # fmt: skip
    return address


def selector(text: str) -> str:
    """A DKIM selector (RFC 6376, 3.1), in lower case."""
    lower = text.lower()
    _form(_SELECTOR, lower, "bad-selector", "DKIM selector",
          "use letters, digits and inner hyphens, as s1 or mail2026")  # fmt: skip
    if len(lower) > 63:
        raise refuse("bad-selector", f"a selector of {len(lower)} characters", "use at most 63")
    return lower


def hashes(text: str) -> str:
    """The h= tag of a DKIM record (RFC 6376, 3.6.1), word for word."""
    return _form(_HASHES, text, "bad-hashes", "list of hash algorithms",
                 "write names with colons between, as sha256")  # fmt: skip


def spf_record(text: str) -> str:
    """A whole SPF record (RFC 7208, 12), word for word."""
    from mailctl.spf.fault import SpfSyntaxError  # most specs have no such record
    from mailctl.spf.grammar import parse
    from mailctl.spf.review import placed

    _check_length(text, "an SPF record")
    try:
        parse(text)
    except SpfSyntaxError as error:
        raise refuse("bad-record", placed(error), error.hint) from None
    return text


def dmarc_record(text: str) -> str:
    """A whole DMARC record (RFC 9989, 4.7), word for word."""
    rest = text.removeprefix("v=DMARC1")
    if rest == text or not (rest == "" or rest[0] in " ;"):
        raise refuse("bad-record", "a DMARC record begins with 'v=DMARC1'", "write `v=DMARC1 ...`")
    if not text.isascii():
        raise refuse("bad-record", "a DMARC record is ASCII", "write domains in A-labels (xn--...)")
    _check_length(text, "a DMARC record")
    return text


def _check_length(text: str, what: str) -> None:
    if len(text) > 2048:
        raise refuse("bad-record", f"{what} of {len(text)} characters", "use at most 2048")


def dns_name(text: str) -> DomainName:
    """A name in DNS, which may have labels as _spf."""
    lower = text.lower()
    _form(_DNS_NAME, lower, "bad-domain", "name in DNS", "write one as _spf.example.org")
    if len(lower) > 253:
        raise refuse("bad-domain", f"a name of {len(lower)} characters", "at most 253 are legal")
    return DomainName(lower)


def variable(text: str) -> str:
    """The name of an environment variable."""
    if not _VARIABLE.fullmatch(text):
        # the text is not quoted: it may be a password, written where its name belongs
        raise refuse("bad-name", "this is no name of an environment variable",
                     "use letters, digits and `_`")  # fmt: skip
    return text


def setting(text: str) -> str:
    """The name of a daemon's setting; whether it exists is the backend's to say."""
    return _form(_SETTING, text, "bad-setting", "name of a setting",
                 "use letters, digits and `_`")  # fmt: skip


def setting_value(text: str) -> str:
    """The value of a daemon's setting, on one line."""
    if text != text.strip():
        raise refuse("bad-setting", "the value begins or ends with a blank", "leave it out")
    if len(text) > 4096:
        raise refuse("bad-setting", f"a value of {len(text)} characters", "use at most 4096")
    return text


def argument(text: str) -> str:
    """One word of a command line."""
    return text


def delimiter(text: str) -> str:
    """What stands between a user and a detail (RFC 5233)."""
    if len(text) != 1 or text not in DELIMITERS:
        raise refuse("bad-delimiter", f"{text!r} is no delimiter for subaddresses",
                     f"use one of the characters {' '.join(DELIMITERS)}")  # fmt: skip
    return text


def password_hash(text: str) -> str:
    """A hash with its scheme (doveadm-pw(1)); the message never quotes it."""
    fault = fault_of_hash(text)
    if fault is not None:
        raise refuse("bad-hash", *fault)
    return text

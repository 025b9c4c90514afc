"""Tables of regular expressions (pcre_table(5)): headers of strangers, spellings of recipients."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mailctl.backends.postfix.services import HIDES_CLIENTS
from mailctl.backends.postfix.settings.receiving import takes_from_hosts_alone
from mailctl.model.host import Host, Role
from mailctl.model.names import DomainName
from mailctl.model.system import System

_HEAD = "# Written by mailctl; changes made here are lost.\n"


def pattern_tables(system: System, host: Host) -> dict[str, bytes]:
    """Name to content of every table that Postfix reads as text on this host."""
    forged = _forged_results(other.fqdn for other in system.hosts.values())
    found = {"header_checks": forged, "undeliverable_syntax": _UNDELIVERABLE}
    if host.has(Role.SUBMISSION) and host.platform.postfix < HIDES_CLIENTS:
        found["submission_header_checks"] = forged + _hidden_client(host)
    if takes_from_hosts_alone(host) and len(system.hosts) > 1:
        found["own_hosts"] = _own_hosts(system, host)
    return {name: (_HEAD + text).encode() for name, text in found.items()}


_UNDELIVERABLE = r"""#
# Characters that no address of ours has. Dovecot's LMTP takes neither; mail that was accepted
# with them could only bounce (RFC 6531, 3.5; RFC 5321, 4.1.2).
/[^\x20-\x7e]/ refuse_own_domains
"""


def _forged_results(names: Iterable[DomainName]) -> str:
    """One pattern for our authserv-id in its spellings: after comments, quoted, with escapes.

    RFC 8601, 2.2: `Authentication-Results:` [CFWS] authserv-id [CFWS version] ...; the id is a
    token or a quoted string (RFC 2045, 5.1), where a backslash may stand before any character.
    """
    unique = sorted(set(names))
    bare = "|".join(map(_literal, unique))
    quoted = "|".join("".join(rf"\\?{_literal(each)}" for each in name) for name in unique)
    comment = r"(\((?:[^()\\]++|\\.|(?1))*+\))"
    return (
        "#\n"
        "# Only we write Authentication-Results in our name, so whatever arrives with it is "
        "forged (RFC 8601, 5).\n"
        rf'/^Authentication-Results\s*:(?:\s|{comment})*+(?:(?:{bare})|"(?:{quoted})\.?")'
        r"\.?(?:[\s;\/(]|$)/ IGNORE"
        "\n"
    )


def _hidden_client(host: Host) -> str:
    return (
        "#\n"
        "# Where our users sit is not for the receivers of their mail.\n"
        rf"/^Received: from .*\sby ({_literal(host.fqdn)}) \(Postfix\) with \S+ id (\S+)(.*)$/ "
        "REPLACE Received: by $1 (Postfix) id $2$3\n"
    )


def _own_hosts(system: System, host: Host) -> str:
    """cidr_table(5): the other hosts of the spec."""
    lines = [
        f"{address}/{address.max_prefixlen} OK\n"
        for other in system.hosts.values()
        if other.name != host.name
        for address in other.addresses
    ]
    return "".join(sorted(lines))


def _literal(text: str) -> str:
    return re.escape(text).replace("/", r"\/")

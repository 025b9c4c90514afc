"""unbound.conf(5): a resolver that validates, for the programs of this host and nobody else."""

from __future__ import annotations

from mailctl.backends.base import Setting
from mailctl.backends.unbound.places import ADDRESS, anchor, control, hints, state
from mailctl.model.host import Host

SERVER = "server"
CONTROL = "remote-control"

Clause = tuple[str, tuple[Setting, ...]]


def clauses(host: Host) -> tuple[Clause, ...]:
    """All of unbound.conf, in the order of the file: each clause with what stands in it."""
    confined = _under_nixos(host) if host.platform.is_nixos else _under_debian()
    server = (*_clients(), *confined, *_process(), *_validation(host), *_caution(), *_cache())
    return ((SERVER, server), (CONTROL, _control(host)))


def _clients() -> tuple[Setting, ...]:
    return (
        Setting(
            "interface",
            ADDRESS,
            "A loopback address of its own: whatever answers at 127.0.0.1 stays undisturbed. "
            "Programs of this host may ask, and nobody else (RFC 5358).",
            "unbound.conf(5), access-control",
        ),
    )


def _under_debian() -> tuple[Setting, ...]:
    return (
        Setting(
            "username",
            "unbound",
            "The account that the package made.",
            "unbound.conf(5)",
        ),
        Setting(
            "chroot",
            "",
            "Debian's AppArmor profile confines it, and its paths are those of the system.",
            "README.Debian",
        ),
    )


def _under_nixos(host: Host) -> tuple[Setting, ...]:
    return (
        Setting(
            "username",
            "",
            "The unit starts it as an account of its own.",
            "systemd.exec(5), DynamicUser",
        ),
        Setting(
            "chroot",
            "",
            "The unit confines it, and its paths are those of the system.",
            "systemd.exec(5), ProtectSystem",
        ),
        Setting(
            "directory",
            state(host),
            "There is no /etc/unbound, where it would go otherwise.",
            "unbound.conf(5)",
        ),
        Setting(
            "pidfile",
            "",
            "No unit asks for it.",
            "unbound.conf(5)",
        ),
    )


def _process() -> tuple[Setting, ...]:
    return (
        Setting(
            "num-threads",
            "1",
            "One host's mail is no load.",
            "unbound.conf(5)",
        ),
        Setting(
            "val-log-level",
            "2",
            "A line in the journal for each answer that is bogus, and why: mail waits for it.",
            "unbound.conf(5)",
        ),
    )


def _validation(host: Host) -> tuple[Setting, ...]:
    return (
        Setting(
            "module-config",
            "validator iterator",
            "DNSSEC is validated here: Postfix may believe no resolver across a network.",
            "RFC 7672, 2.1.3",
        ),
        Setting(
            "auto-trust-anchor-file",
            anchor(host),
            "The root's key. The unit begins it with that of dns-root-data, and Unbound follows "
            "when the root gets another.",
            "RFC 5011",
        ),
        Setting(
            "root-hints",
            hints(host),
            "The root's servers, which dns-root-data keeps up to date.",
            "RFC 9609",
        ),
        Setting(
            "val-permissive-mode",
            "no",
            "What is bogus is no answer at all.",
            "RFC 4035, 5.5",
        ),
        Setting(
            "harden-dnssec-stripped",
            "yes",
            "A zone that is signed above cannot lose its signatures on the way.",
            "unbound.conf(5)",
        ),
    )


def _caution() -> tuple[Setting, ...]:
    return (
        Setting(
            "qname-minimisation",
            "yes",
            "The servers of the root and of top-level domains learn no more than they need.",
            "RFC 9156",
        ),
        Setting(
            "aggressive-nsec",
            "yes",
            "Signed denials answer for the names between them.",
            "RFC 8198",
        ),
        Setting(
            "harden-glue",
            "yes",
            "Glue is believed of servers within the zone only.",
            "unbound.conf(5)",
        ),
        Setting(
            "harden-below-nxdomain",
            "yes",
            "Below a name that is not there is nothing either.",
            "RFC 8020",
        ),
        Setting(
            "edns-buffer-size",
            "1232",
            "No answer comes in fragments, which could be forged.",
            "RFC 9715",
        ),
        Setting(
            "hide-identity",
            "yes",
            "Not even programs of the host need to know who answers.",
            "unbound.conf(5)",
        ),
        Setting(
            "hide-version",
            "yes",
            "Nor what.",
            "unbound.conf(5)",
        ),
    )


def _cache() -> tuple[Setting, ...]:
    return (
        Setting(
            "msg-cache-size",
            "8m",
            "Small: mail asks for few names, and a host has better use for its memory.",
            "unbound.conf(5)",
        ),
        Setting(
            "rrset-cache-size",
            "16m",
            "Twice the message cache.",
            "unbound.conf(5)",
        ),
        Setting(
            "serve-expired",
            "no",
            "A TLSA record that is out of date keeps mail away from a receiver who has a new key.",
            "RFC 8767",
        ),
    )


def _control(host: Host) -> tuple[Setting, ...]:
    return (
        Setting(
            "control-enable",
            "yes",
            "`unbound-control flush_zone EXAMPLE` forgets what a receiver had wrong.",
            "unbound-control(8)",
        ),
        Setting(
            "control-interface",
            control(host),
            "By a socket that no other account may use.",
            "unbound.conf(5)",
        ),
    )

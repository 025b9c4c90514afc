"""opendkim.conf(5): what is signed, how, and where Postfix finds the signer."""

from __future__ import annotations

from mailctl.backends.base import Setting
from mailctl.model.host import Host
from mailctl.model.settings import KeyKind


def folder(host: Host) -> str:
    """Where our files for OpenDKIM lie on the host."""
    return f"{host.platform.places.tree}/opendkim"


def settings(host: Host, kind: KeyKind) -> tuple[Setting, ...]:
    """All of opendkim.conf, in the order of the file; `kind` is that of the keys."""
    return (*_service(host), *_signing(host), *_keys(host, kind))


def _service(host: Host) -> tuple[Setting, ...]:
    socket = f"local:{host.platform.places.signer}/opendkim.sock"
    return (
        *(_under_nixos(socket) if host.platform.is_nixos else _under_debian(socket)),
        Setting(
            "Syslog",
            "yes",
            "Errors go to the journal.",
            "opendkim.conf(5)",
        ),
        Setting(
            "SyslogSuccess",
            "yes",
            "One line for each signature, so that a missing one can be looked for.",
            "opendkim.conf(5)",
        ),
    )


def _under_debian(socket: str) -> tuple[Setting, ...]:
    return (
        Setting(
            "Socket",
            socket,
            "Within Postfix's chroot, in a folder that only Postfix and OpenDKIM may enter: who "
            "can connect gets signatures.",
            "MILTER_README of Postfix",
        ),
        Setting(
            "UMask",
            "007",
            "The socket is for its owner and its group, which is Postfix's, by the folder's "
            "set-group-ID bit.",
            "opendkim.conf(5)",
        ),
        Setting(
            "PidFile",
            "/run/opendkim/opendkim.pid",
            "Where Debian's unit looks for it.",
            "systemd.service(5)",
        ),
        Setting(
            "UserID",
            "opendkim",
            "The account that the package made; it owns the keys.",
            "opendkim.conf(5)",
        ),
    )


def _under_nixos(socket: str) -> tuple[Setting, ...]:
    """The unit there starts the daemon as its account, and asks for no file of its number."""
    return (
        Setting(
            "Socket",
            socket,
            "In the folder that systemd makes for the service.",
            "systemd.exec(5)",
        ),
        Setting(
            "UMask",
            "007",
            "The socket is for its owner and its group, in which Postfix is: who can connect "
            "gets signatures.",
            "opendkim.conf(5)",
        ),
    )


def _signing(host: Host) -> tuple[Setting, ...]:
    return (
        Setting(
            "Mode",
            "s",
            "It signs and verifies nothing: forged results survive its verifier.",
            "CVE-2022-48521",
        ),
        Setting(
            "InternalHosts",
            "127.0.0.1,::1",
            "Mail of this host itself is signed, and that of users who have logged in; nobody "
            "else's.",
            "opendkim.conf(5)",
        ),
        *_scripts(host),
        Setting(
            "Canonicalization",
            "relaxed/simple",
            "Headers are refolded on the way and still verify; a body that somebody changed, "
            "be it by a blank, shall not.",
            "RFC 6376, 3.4",
        ),
        Setting(
            "OversignHeaders",
            "From",
            "A second From, which some clients would show instead, breaks the signature.",
            "RFC 6376, 5.4.2 and 8.15",
        ),
        Setting(
            "SubDomains",
            "no",
            "A key signs for its own domain and for none below it.",
            "opendkim.conf(5)",
        ),
    )


def _scripts(host: Host) -> tuple[Setting, ...]:
    if not host.platform.signs_by_lua:
        return ()  # and so programs' mail does not come here: see non_smtpd_milters
    return (
        Setting(
            "SetupPolicyScript",
            f"{folder(host)}/own_mail.lua",
            "Mail of strangers that a program of this host passes on, as Sieve's redirect does, "
            "is not signed.",
            "opendkim-lua(3)",
        ),
    )


def _keys(host: Host, kind: KeyKind) -> tuple[Setting, ...]:
    return (
        Setting(
            "SignatureAlgorithm",
            "ed25519-sha256" if kind is KeyKind.ED25519 else "rsa-sha256",
            "What the keys are for; OpenDKIM has one algorithm for all of them.",
            "RFC 8301, 3.1; RFC 8463",
        ),
        Setting(
            "KeyTable",
            f"file:{folder(host)}/KeyTable",
            "The key of each domain: the first selector of its policy.",
            "opendkim.conf(5)",
        ),
        Setting(
            "SigningTable",
            f"file:{folder(host)}/SigningTable",
            "The domain of the From header chooses the key, so that the signature is aligned.",
            "RFC 9989, 4.4.1",
        ),
        Setting(
            "RequireSafeKeys",
            "yes",
            "A key that others could read or replace is not used.",
            "opendkim.conf(5)",
        ),
    )

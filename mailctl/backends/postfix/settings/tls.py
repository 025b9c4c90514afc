"""TLS of smtpd: Mozilla's intermediate profile (wiki.mozilla.org/Security/Server_Side_TLS)."""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.backends.base import Setting
from mailctl.backends.postfix import server_names
from mailctl.backends.postfix.section import Section
from mailctl.backends.tls import CIPHERS, HYBRID, certificate_of, curves
from mailctl.model.host import Host
from mailctl.model.platform import Platform
from mailctl.render.postfix import literal

_NEEDS_FFDHE_GROUPS = (3, 8)
"""The first Postfix that negotiates finite-field groups by itself."""


def section(host: Host) -> Section:
    """Certificate, versions and ciphers; who must use TLS is decided for each service."""
    return Section("TLS for clients that come to us", (*_certificates(host), *_profile(host)))


def _certificates(host: Host) -> tuple[Setting, ...]:
    return (
        Setting(
            "smtpd_tls_chain_files",
            literal(server_names.chain_files(certificate_of(host))),
            "The private key first, then the certificate and those above it.",
            "postconf(5)",
        ),
        *server_names.settings(host),
        Setting(
            "smtpd_tls_security_level",
            "may",
            "Port 25 offers TLS and cannot insist: other hosts may not have it. Submission "
            "insists, in master.cf.",
            "RFC 3207, 4",
        ),
    )


def _profile(host: Host) -> tuple[Setting, ...]:
    return (*_versions(), *_ciphers(), *_groups(host.platform), *_traces())


def _groups(platform: Platform) -> Iterator[Setting]:
    offered = curves(platform)
    starred = HYBRID in offered
    yield Setting(
        "tls_eecdh_auto_curves",
        " ".join(_key_shares(*offered) if starred else offered),
        "Key agreement: fast, and with every host, here and in mail to the world."
        + (" As a client we send keys for those with a star at once." if starred else ""),
        "Mozilla, Server Side TLS, intermediate; postconf(5)",
    )
    if platform.postfix >= _NEEDS_FFDHE_GROUPS:
        yield Setting(
            "tls_ffdhe_auto_groups",
            "",
            "No finite-field key exchange in TLS 1.3: it is slow, and all have elliptic curves.",
            "postconf(5)",
        )


def _key_shares(first: str, second: str, *others: str) -> tuple[str, ...]:
    """With a key for the first group alone, OpenSSL would need a second round trip to each server
    that has no ML-KEM (SSL_CTX_set1_groups_list(3), since 3.5)."""
    return (f"*{first}", f"*{second}", *others)


def _versions() -> tuple[Setting, ...]:
    return (
        Setting(
            "smtpd_tls_protocols",
            ">=TLSv1.2",
            "TLS 1.0 and 1.1 are no longer TLS.",
            "RFC 8996",
        ),
        Setting(
            "smtpd_tls_mandatory_protocols",
            ">=TLSv1.2",
            "The same where TLS is demanded.",
            "RFC 8996",
        ),
    )


def _ciphers() -> tuple[Setting, ...]:
    return (
        Setting(
            "smtpd_tls_ciphers",
            "high",
            "For mail from the world too: the list below, of which everybody has some who speaks "
            "TLS 1.2 to an ECDSA certificate. A peer without any sends in clear text; `medium` "
            "lets it have CBC.",
            "RFC 9325, 4.2; RFC 7435, 3",
        ),
        Setting(
            "smtpd_tls_exclude_ciphers",
            "aNULL",
            "Never one without our certificate: nobody has only those, and OpenSSL takes groups of "
            "1024 bits for them.",
            "RFC 9325, 4.1",
        ),
        Setting(
            "smtpd_tls_mandatory_ciphers",
            "high",
            "The same where TLS is demanded, as of people who log in.",
            "TLS_README",
        ),
        Setting(
            "tls_high_cipherlist",
            CIPHERS,
            "Forward secrecy and authenticated encryption, for RSA and ECDSA certificates.",
            "Mozilla, Server Side TLS, intermediate; RFC 9325, 4.2",
        ),
        Setting(
            "tls_preempt_cipherlist",
            "no",
            "The client knows which of the good ones it does fast.",
            "Mozilla, Server Side TLS, intermediate",
        ),
    )


def _traces() -> tuple[Setting, ...]:
    return (
        Setting(
            "smtpd_tls_loglevel",
            "1",
            "One line for each handshake.",
            "postconf(5)",
        ),
        Setting(
            "smtpd_tls_received_header",
            "yes",
            "The Received header tells how the message travelled.",
            "RFC 8314, 4.3",
        ),
    )

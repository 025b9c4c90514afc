"""How mail leaves for other hosts."""

from __future__ import annotations

from mailctl.backends.base import Setting
from mailctl.backends.mta_sts.places import POLICY_MAP
from mailctl.backends.postfix.section import Section
from mailctl.model.host import Host


def section(host: Host) -> Section:
    """TLS wherever the other side has it."""
    return Section(
        "Sending to other hosts",
        (
            *_level(host),
            _authorities(host),
            Setting(
                "smtp_tls_protocols",
                ">=TLSv1.2",
                "TLS 1.0 and 1.1 are no longer TLS.",
                "RFC 8996",
            ),
            Setting(
                "smtp_tls_mandatory_protocols",
                ">=TLSv1.2",
                "The same between the hosts of the spec, which demand TLS of each other.",
                "RFC 8996",
            ),
            Setting(
                "smtp_tls_mandatory_ciphers",
                "high",
                "The same between the hosts of the spec.",
                "TLS_README",
            ),
            Setting(
                "smtp_tls_session_cache_database",
                f"{host.platform.places.cache_type}:${{data_directory}}/smtp_scache",
                "Further connections to a host need no full handshake.",
                "TLS_README",
            ),
            Setting(
                "smtp_tls_note_starttls_offer",
                "yes",
                "The log tells who would take TLS.",
                "postconf(5)",
            ),
            Setting(
                "smtp_tls_loglevel",
                "1",
                "One line for each handshake.",
                "postconf(5)",
            ),
        ),
    )


def _authorities(host: Host) -> Setting:
    file = "/etc/ssl/certs/ca-certificates.crt"
    if host.heeds_mta_sts:
        return Setting(
            "smtp_tls_CAfile",
            file,
            "A receiver with a policy shows a certificate of one of these authorities. Postfix "
            "reads the file before it enters its chroot.",
            "RFC 8461, 4.2",
        )
    return Setting(
        "smtp_tls_CAfile",
        file,
        "Lets the log say whose certificates could be verified.",
        "TLS_README",
    )


def _level(host: Host) -> tuple[Setting, ...]:
    if host.heeds_mta_sts:
        return _BY_POLICY
    if not host.resolves:
        return (
            Setting(
                "smtp_tls_security_level",
                "may",
                "TLS where the receiver offers it. The spec's outbound_tls: dane holds receivers "
                "to what they publish.",
                "RFC 7435",
            ),
        )
    return (
        Setting(
            "smtp_tls_security_level",
            "dane",
            "A receiver with TLSA records in signed DNS gets mail by a certificate that they "
            "name, or none; others get it as before, by TLS where they offer it.",
            "RFC 7672, 2.2",
        ),
        Setting(
            "smtp_dns_support_level",
            "dnssec",
            "Postfix asks what is signed, of the resolver of this host, which validates.",
            "RFC 7672, 2.1.3",
        ),
    )


_BY_POLICY = (
    Setting(
        "smtp_tls_security_level",
        "may",
        "TLS where the receiver offers it and publishes no policy.",
        "RFC 7435",
    ),
    Setting(
        "smtp_tls_policy_maps",
        POLICY_MAP,
        "A receiver whose MTA-STS policy is to be enforced gets mail by TLS with a certificate of "
        "a host that the policy names, or none. Mail waits while the daemon does not answer.",
        "RFC 8461, 5; TLS_README",
    ),
)

"""What looks at mail on its way through, and which headers of strangers are not believed."""

from __future__ import annotations

from mailctl.backends.base import Setting
from mailctl.backends.postfix.section import Section, patterns
from mailctl.model.delivery import signing_domains
from mailctl.model.host import Host
from mailctl.model.system import System


def section(system: System, host: Host) -> Section:
    """Signing for local and submitted mail, never for mail that strangers bring."""
    return Section("Filters", (*_milters(system, host), *_headers(host)))


def _milters(system: System, host: Host) -> tuple[Setting, ...]:
    return (
        Setting(
            "smtpd_milters",
            "",
            "Mail of strangers is not signed; master.cf gives submission its signer.",
            "MILTER_README",
        ),
        _local(system, host),
        Setting(
            "milter_default_action",
            "tempfail",
            "While the signer is away mail waits: unsigned, DMARC would fail it. The default "
            "differs between patch levels.",
            "MILTER_README",
        ),
        Setting(
            "milter_protocol",
            "6",
            "The version that OpenDKIM speaks.",
            "MILTER_README",
        ),
    )


def _local(system: System, host: Host) -> Setting:
    name, source = "non_smtpd_milters", "MILTER_README; RFC 6376"
    if not host.platform.signs_by_lua:
        return Setting(
            name,
            "",
            "What programs on this host send is not signed: this OpenDKIM has no scripts, and "
            "without one it would sign what Sieve redirects too, forged or not.",
            source,
        )
    return Setting(
        name,
        host.platform.places.milter if signing_domains(system, host) else "",
        "Mail that programs on this host send through sendmail(1) is signed with DKIM, when it "
        "comes from a domain of the spec.",
        source,
    )


def _headers(host: Host) -> tuple[Setting, ...]:
    return (
        Setting(
            "header_checks",
            patterns(host, "header_checks"),
            "Authentication-Results headers in our own name can only be forged here; other "
            "hosts' are left alone.",
            "RFC 8601, 5",
        ),
        Setting(
            "mime_header_checks",
            "",
            "Only the message's own header is looked at, never that of a part of it ...",
            "header_checks(5)",
        ),
        Setting(
            "nested_header_checks",
            "",
            "... nor that of a message attached to it: signatures cover those.",
            "header_checks(5)",
        ),
    )

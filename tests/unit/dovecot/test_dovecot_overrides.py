"""Overrides of Dovecot: which are taken, how they stand in the file, which are refused and why."""

from __future__ import annotations

import pytest
from dovecot_building import DEBIANS, OpenVault, override, small_host, small_system, text

from mailctl.backends.dovecot.backend import Dovecot
from mailctl.backends.dovecot.decided import DECIDED
from mailctl.backends.dovecot.parameters import known
from mailctl.errors import Finding
from mailctl.model.host import CertificateFiles


def _configuration(platform: str, name: str, value: str) -> str:
    host = small_host(platform, overrides=(override(name, value),))
    return text(Dovecot().contribute(small_system(host), host, OpenVault()), "dovecot/dovecot.conf")


def _findings(platform: str, name: str, value: str) -> list[Finding]:
    host = small_host(platform, overrides=(override(name, value),))
    return list(Dovecot().review(small_system(host), host))


@pytest.mark.parametrize("platform", DEBIANS)
def test_a_value_of_ours_is_replaced_and_both_are_told(platform: str) -> None:
    assert _findings(platform, "mail_max_userip_connections", "50") == []
    configuration = _configuration(platform, "mail_max_userip_connections", "50")
    assert "\nmail_max_userip_connections = 50\n" in configuration
    assert "mail_max_userip_connections = 20" not in configuration
    assert (
        "# An override of the spec, instead of 20, of which we say: A mail client" in configuration
    )


@pytest.mark.parametrize("platform", DEBIANS)
def test_another_parameter_stands_at_the_end(platform: str) -> None:
    assert _findings(platform, "mail_fsync", "always") == []
    configuration = _configuration(platform, "mail_fsync", "always")
    assert configuration.endswith(
        "# ---- Overrides of the spec\n# An override of the spec.\nmail_fsync = always\n"
    )


@pytest.mark.parametrize(
    ("platform", "name", "message", "hint"),
    [
        (
            "debian-13",
            "mail_fsnyc",
            "Dovecot 2.4 has no plain parameter 'mail_fsnyc'",
            "mail_fsync",
        ),
        ("debian-13", "mail_location", "Dovecot 2.4 has no plain parameter", ""),
        ("debian-12", "mail_driver", "Dovecot 2.3 has no plain parameter", ""),
        ("debian-12", "disable_plaintext_auth", "is not for overrides", "in the clear"),
        ("debian-13", "auth_allow_cleartext", "is not for overrides", "in the clear"),
        ("debian-13", "ssl", "is not for overrides", "hosts.NAME.tls"),
        ("debian-12", "protocols", "is not for overrides", "hosts.NAME.protocols"),
        ("debian-13", "recipient_delimiter", "is not for overrides", "subaddress"),
        ("debian-13", "sieve_plugins", "is not for overrides", "run programs"),
        ("debian-12", "hostname", "is not for overrides", "hosts.NAME.fqdn"),
    ],
)
def test_what_cannot_stand_is_refused_at_its_key(
    platform: str, name: str, message: str, hint: str
) -> None:
    (finding,) = _findings(platform, name, "x")
    assert finding.where == ("hosts", "mail", "overrides", "dovecot", name)
    assert finding.rule == "override-dovecot"
    assert finding.on_key
    assert message in finding.message
    assert hint in finding.hint


@pytest.mark.parametrize("value", ["a\nssl = no", "a\0b", "a\rb"])
def test_a_value_cannot_leave_its_line(value: str) -> None:
    (finding,) = _findings("debian-13", "mail_server_comment", value)
    assert "control character" in finding.message
    with pytest.raises(ValueError, match="control character"):
        _configuration("debian-13", "mail_server_comment", value)


@pytest.mark.parametrize("value", ["TLSv1", "tlsv1.1", "ANY"])
def test_old_tls_is_refused(value: str) -> None:
    (finding,) = _findings("debian-13", "ssl_min_protocol", value)
    assert "RFC 8996" in finding.message


def test_newer_tls_is_accepted() -> None:
    assert _findings("debian-12", "ssl_min_protocol", "TLSv1.3") == []


def test_overrides_of_other_daemons_are_not_ours() -> None:
    host = small_host(overrides=(override("mail_fsync", "never"),))
    assert len(host.overrides) == 1
    assert "smtpd_banner" not in known("2.4")


@pytest.mark.parametrize("version", ["2.3", "2.4"])
def test_each_list_of_parameters_is_sorted_and_plain(version: str) -> None:
    names = known(version)
    assert len(names) > 300
    assert all(name.isidentifier() and name == name.lower() for name in names)


def test_every_decided_parameter_exists_in_one_of_the_releases() -> None:
    assert set(DECIDED) <= known("2.3") | known("2.4")


def test_a_certificate_path_that_the_file_cannot_hold_is_refused() -> None:
    host = small_host(tls=CertificateFiles("/srv/my cert.pem", "/srv/a.key"))
    (finding,) = Dovecot().review(small_system(host), host)
    assert finding.where == ("hosts", "mail", "tls", "certificate")
    assert "/srv/my cert.pem" in finding.message

"""Overrides for Postfix: in place, with both values, and never a way to an open relay."""

from __future__ import annotations

import pytest
from postfix_building import a_domain, a_host, a_system, overridden, postfix, settings, text

from mailctl.backends.postfix.backend import Postfix
from mailctl.backends.postfix.parameters import known
from mailctl.backends.postfix.settings import sections
from mailctl.errors import Finding, Severity
from mailctl.model.host import CertificateFiles
from mailctl.model.settings import MailPolicy, Subaddress
from mailctl.model.system import System


def overriding(platform: str = "debian-13", **values: str) -> System:
    return a_system(hosts=(a_host(platform=platform, overrides=overridden("postfix", **values)),))


def findings(system: System) -> list[Finding]:
    return list(Postfix().review(system, system.hosts["mail"]))


def test_an_override_stands_in_the_place_of_our_setting_and_tells_both_values() -> None:
    system = overriding(maximal_queue_lifetime="2d")
    assert findings(system) == []
    main = text(postfix(system), "postfix/main.cf")
    assert settings(postfix(system))["maximal_queue_lifetime"] == "2d"
    assert main.count("maximal_queue_lifetime =") == 1
    assert "An override of the spec, instead of 5d, of which we say: Then the sender" in main


def test_an_override_of_what_we_leave_alone_stands_at_the_end() -> None:
    system = overriding(smtp_connect_timeout="20s")
    assert findings(system) == []
    assert text(postfix(system), "postfix/main.cf").endswith("smtp_connect_timeout = 20s\n")


def test_a_misspelt_parameter_is_refused_with_the_right_one() -> None:
    (finding,) = findings(overriding(maximal_queue_lifetim="2d"))
    assert finding.where == ("hosts", "mail", "overrides", "postfix", "maximal_queue_lifetim")
    assert finding.hint == "did you mean maximal_queue_lifetime?"
    assert finding.on_key


def test_parameters_are_those_of_the_host_s_own_postfix() -> None:
    assert findings(overriding("debian-13", smtp_tlsrpt_enable="yes")) == []
    (finding,) = findings(overriding("debian-12", smtp_tlsrpt_enable="yes"))
    assert finding.message == "Postfix 3.7 has no parameter 'smtp_tlsrpt_enable'"


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("mynetworks", "roles say that"),
        ("mydestination", "roles say that"),
        ("smtpd_relay_restrictions", "roles say that"),
        ("smtpd_recipient_restrictions", "roles say that"),
        ("smtpd_tls_auth_only", "users say that"),
        ("smtpd_sender_login_maps", "users say that"),
        ("smtpd_sasl_auth_enable", "users say that"),
        ("virtual_alias_maps", "change those"),
        ("smtpd_tls_chain_files", "hosts.NAME.tls"),
        ("message_size_limit", "limits.message_size"),
        ("myhostname", "hosts.NAME.fqdn"),
        ("non_smtpd_milters", "policy's dkim"),
        ("smtpd_forbid_bare_newline", "smuggled"),
        ("meta_directory", "files lie"),
        ("inet_protocols", "hosts.NAME.addresses"),
        ("smtpd_authorized_xclient_hosts", "roles say that"),
    ],
)
def test_what_opens_a_relay_or_stands_elsewhere_in_the_spec_is_refused(
    name: str, hint: str
) -> None:
    platform = "debian-13"
    (finding,) = findings(overriding(platform, **{name: "0.0.0.0/0"}))
    assert finding.message == f"{name} is not for overrides"
    assert hint in finding.hint


@pytest.mark.parametrize("bad", ["a\nmynetworks = 0.0.0.0/0", "a\rb", "a\0b", "a\u2028b"])
def test_a_value_that_would_begin_another_line_is_refused(bad: str) -> None:
    (finding,) = findings(overriding(smtp_connect_timeout=bad))
    assert finding.message == "smtp_connect_timeout has a line end or NUL in its value"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("a # b", "smtp_connect_timeout has a # after a blank in its value"),
        ("# b", "smtp_connect_timeout has a # after a blank in its value"),
        ("{ a", "the braces in the value of smtp_connect_timeout do not match"),
        ("} a {", "the braces in the value of smtp_connect_timeout do not match"),
    ],
)
def test_a_value_that_postfix_would_read_otherwise_is_refused(value: str, message: str) -> None:
    (finding,) = findings(overriding(smtp_connect_timeout=value))
    assert finding.message == message


@pytest.mark.parametrize("delimiter", ["#", "{"])
def test_delimiters_that_main_cf_cannot_hold_are_refused(delimiter: str) -> None:
    policy = MailPolicy(subaddress=Subaddress(delimiter))
    (finding,) = findings(a_system(domains=(a_domain("example.org", policy=policy),)))
    assert finding.rule == "postfix-delimiter"
    assert finding.where == ("domains", "example.org", "subaddress", "delimiter")


@pytest.mark.parametrize(
    ("value", "name"),
    [("$nothing", "nothing"), ("x ${nobody} y", "nobody"), ("$", ""), ("$$$x", "x"), ("${}", "")],
)
def test_a_reference_to_no_parameter_is_refused(value: str, name: str) -> None:
    (finding,) = findings(overriding(smtp_connect_timeout=value))
    expected = f"smtp_connect_timeout refers to ${name}, which is no parameter of Postfix"
    assert finding.message == expected
    assert finding.hint == "write $$ for a dollar sign"


@pytest.mark.parametrize("value", ["$myhostname", "${myhostname}", "a$$b", "$(myhostname) x"])
def test_references_to_parameters_and_doubled_dollars_pass(value: str) -> None:
    assert findings(overriding(smtp_connect_timeout=value)) == []


def test_an_override_that_submission_does_not_see_is_a_warning() -> None:
    found = findings(overriding(syslog_name="mine"))
    assert [each.severity for each in found] == [Severity.WARNING]
    assert "port 25 alone" in found[0].hint


def test_paths_that_a_list_of_files_would_split_are_refused() -> None:
    tls = CertificateFiles("/etc/ssl/a b.pem", "/etc/ssl/{k}.pem")
    found = findings(a_system(hosts=(a_host(tls=tls),)))
    assert [each.where[-1] for each in found] == ["certificate", "key"]
    assert all(each.rule == "postfix-path" for each in found)


@pytest.mark.parametrize("platform", ["debian-12", "debian-13"])
def test_we_set_no_parameter_that_the_host_s_postfix_lacks(platform: str) -> None:
    system = a_system(hosts=(a_host(platform=platform),))
    host = system.hosts["mail"]
    ours = {setting.name for section in sections(system, host) for setting in section.settings}
    own_names = {"refuse_own_domains", "to_probe"}
    assert ours - own_names <= known(host.platform.postfix)
    assert len(known(host.platform.postfix)) > 900

"""No open relay: main.cf and master.cf together, service by service, as Postfix reads them."""

from __future__ import annotations

import pytest
from postfix_building import EXAMPLES, a_domain, a_host, a_system, a_user, example
from postfix_root import DebianRoot

from mailctl.model.host import Role
from mailctl.model.system import System

pytestmark = pytest.mark.daemons

_LOOSENING = ("permit", "permit_mynetworks", "permit_tls_clientcerts", "permit_mx_backup")


def _systems(platform: str) -> list[tuple[System, str]]:
    spread = a_system(
        (a_user("alice@example.org"),),
        domains=(a_domain("example.org", store="inner", mx=("edge",)),),
        hosts=(
            a_host("edge", roles=frozenset({Role.MX})),
            a_host("inner", number=11, roles=frozenset({Role.STORE})),
            a_host("out", number=12, roles=frozenset({Role.SUBMISSION})),
        ),
    )
    examples = [example(name, platform) for name in EXAMPLES]
    return [(system, host) for system in (*examples, spread) for host in system.hosts]


def _words(value: str) -> list[str]:
    return value.replace(",", " ").split()


def test_who_has_not_logged_in_reaches_our_addresses_and_no_others(debian: DebianRoot) -> None:
    for system, host in _systems(debian.platform):
        debian.lay(system, host)
        main, own = debian.settings(), debian.service_settings()
        listening = [line for line in debian.services() if line[1] == "inet"]
        assert {line[0] for line in listening} <= {"smtp", "587", "465"}
        assert {line[7] for line in listening} == {"smtpd"}
        for line in listening:
            effective = {**main, **own.get(f"{line[0]}/inet", {})}
            _is_closed(effective, submission=line[0] != "smtp")


def _is_closed(effective: dict[str, str], submission: bool) -> None:
    relaying = _words(effective["smtpd_relay_restrictions"])
    if submission:
        assert relaying == ["permit_sasl_authenticated", "reject"]
        assert _words(effective["smtpd_client_restrictions"])[-1] == "reject"
        assert "reject_sender_login_mismatch" in _words(effective["smtpd_sender_restrictions"])
        assert effective["smtpd_tls_security_level"] == "encrypt"
        assert effective["smtpd_sasl_auth_enable"] == "yes"
    else:
        assert relaying == ["reject_unauth_destination"]
        assert effective["smtpd_sasl_auth_enable"] == "no"
    assert not set(_LOOSENING) & set(_words(effective["smtpd_recipient_restrictions"]))
    assert effective["smtpd_tls_auth_only"] == "yes"
    assert effective["mynetworks"] == "127.0.0.0/8, [::1]/128"
    assert effective["mydestination"] == ""
    assert effective["allow_untrusted_routing"] == "no"
    assert effective["smtpd_delay_reject"] == "yes"
    assert effective["smtpd_reject_unlisted_recipient"] == "yes"
    assert effective["smtpd_forbid_bare_newline"] == "normalize"
    assert effective["smtpd_forbid_unauth_pipelining"] == "yes"
    for name in ("smtpd_authorized_xclient_hosts", "smtpd_authorized_xforward_hosts"):
        assert effective[name] == ""
    assert effective["smtpd_proxy_filter"] == ""


def test_this_test_can_fail(debian: DebianRoot) -> None:
    debian.lay(example("talk", debian.platform), "flugel")
    master = debian.path / "var/lib/mailctl/current/postfix/master.cf"
    opened = master.read_text().replace(
        "smtp         inet  n       -       y       -       -       smtpd\n",
        "smtp         inet  n       -       y       -       -       smtpd\n"
        "    -o { smtpd_relay_restrictions = permit_mynetworks }\n",
    )
    master.write_text(opened)
    effective = {**debian.settings(), **debian.service_settings()["smtp/inet"]}
    with pytest.raises(AssertionError):
        _is_closed(effective, submission=False)

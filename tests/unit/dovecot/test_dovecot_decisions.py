"""One set of decisions, two languages: neither may know more or less than the other."""

from __future__ import annotations

import re

import pytest
from dovecot_building import DEBIANS, OpenVault, small_host, small_system, text, user

from mailctl.backends.base import Setting
from mailctl.backends.dovecot.backend import Dovecot, topics
from mailctl.backends.dovecot.dialects import v23, v24
from mailctl.backends.dovecot.lines import Block, Line, nest
from mailctl.model.host import ALL_ROLES, CertificateFiles, Protocols, Role

CONFIGURATION = "dovecot/dovecot.conf"


def _configuration(platform: str, **wishes: object) -> str:
    host = small_host(platform, **wishes)
    return text(Dovecot().contribute(small_system(host), host, OpenVault()), CONFIGURATION)


def test_both_languages_spell_the_same_decisions() -> None:
    assert v23.VOCABULARY == v24.VOCABULARY


def test_every_word_of_the_vocabulary_is_decided_somewhere() -> None:
    host = small_host()
    decided = {
        decision.name
        for topic in topics(small_system(host), host)
        for decision in topic.decisions
        if isinstance(decision, Setting)
    }
    assert decided == v24.VOCABULARY


@pytest.mark.parametrize("roles", [ALL_ROLES, {Role.MX, Role.SUBMISSION}, {Role.STORE}])
@pytest.mark.parametrize("platform", DEBIANS)
def test_every_passwd_file_has_a_block_of_its_own(platform: str, roles: frozenset[Role]) -> None:
    """Two one after the other are two, though 2.3 gives them no names: the last would win."""
    blocks = re.findall(
        r"^passdb\b.*?^\}$", _configuration(platform, roles=roles), re.MULTILINE | re.DOTALL
    )
    files = [re.findall(r"(?:args|passwd_file_path) = (.*)", block) for block in blocks]
    assert [len(of_block) for of_block in files] == [1] * len(files)
    assert len(files) == 2 + (Role.STORE in roles)


@pytest.mark.parametrize("platform", DEBIANS)
def test_every_decision_of_a_parameter_has_its_reason_above_it(platform: str) -> None:
    host = small_host(platform)
    system = small_system(host)
    wrapped = " ".join(
        re.sub(r"^ *# ?", "", line) for line in _configuration(platform).splitlines()
    )
    for topic in topics(system, host):
        for decision in topic.decisions:
            assert decision.because in wrapped, decision.because


@pytest.mark.parametrize(
    ("platform", "name"),
    [("debian-12", "disable_plaintext_auth = yes"), ("debian-13", "auth_allow_cleartext = no")],
)
def test_passwords_never_travel_in_the_clear(platform: str, name: str) -> None:
    configuration = _configuration(platform)
    assert f"\n{name}\n" in configuration
    assert "\nssl = required\n" in configuration
    assert "\nauth_mechanisms = plain login\n" in configuration


@pytest.mark.parametrize("platform", DEBIANS)
def test_a_protocol_that_is_off_is_not_spoken(platform: str) -> None:
    configuration = _configuration(
        platform, protocols=Protocols(imap=True, pop3=False, managesieve=False)
    )
    assert "\nprotocols = imap lmtp\n" in configuration
    assert "pop3-login" not in configuration


@pytest.mark.parametrize("platform", DEBIANS)
def test_packages_and_ports_follow_the_protocols(platform: str) -> None:
    host = small_host(platform, protocols=Protocols(imap=False, pop3=True, managesieve=False))
    content = Dovecot().contribute(small_system(host), host, OpenVault())
    assert {port.number for port in content.ports} == {110, 995}
    assert set(content.packages) == {
        "dovecot-core",
        "dovecot-sieve",
        "dovecot-pop3d",
        "dovecot-lmtpd",
    }


@pytest.mark.parametrize("platform", DEBIANS)
def test_a_host_that_only_takes_submissions_answers_postfix_and_nobody_else(platform: str) -> None:
    host = small_host(platform, roles=frozenset({Role.SUBMISSION}))
    content = Dovecot().contribute(small_system(host, user("anna")), host, OpenVault())
    configuration = text(content, CONFIGURATION)
    assert "\nprotocols = \n" in configuration
    assert "/var/spool/postfix/private/auth" in configuration
    assert "lmtp" not in configuration
    assert content.ports == ()
    assert content.packages == ("dovecot-core",)
    assert "anna@mail.example:" in text(content, "dovecot/senders.smtp")


def test_a_store_that_takes_no_submissions_has_no_socket_for_logins() -> None:
    host = small_host(roles=frozenset({Role.STORE}))
    content = Dovecot().contribute(small_system(host), host, OpenVault())
    assert "private/auth" not in text(content, CONFIGURATION)


def test_a_host_that_only_receives_has_no_dovecot() -> None:
    host = small_host(roles=ALL_ROLES - {Role.STORE, Role.SUBMISSION})
    content = Dovecot().contribute(small_system(host), host, OpenVault())
    assert content.artefacts == ()
    assert content.packages == ()


@pytest.mark.parametrize(
    ("platform", "lines"),
    [
        ("debian-12", ("ssl_cert = </srv/a.pem", "ssl_key = </srv/a.key")),
        ("debian-13", ("ssl_server_cert_file = /srv/a.pem", "ssl_server_key_file = /srv/a.key")),
    ],
)
def test_the_administrators_certificate_is_used(platform: str, lines: tuple[str, str]) -> None:
    configuration = _configuration(platform, tls=CertificateFiles("/srv/a.pem", "/srv/a.key"))
    for line in lines:
        assert f"\n{line}\n" in configuration


def test_neighbours_of_one_block_stand_in_one_pair_of_braces() -> None:
    nested = nest(
        (
            Line("a", "1", ("x",)),
            Line("b", "2", ("x", "y")),
            Line("c", "3", ("x", "y")),
            Line("d", "4"),
            Line("e", "5", ("x",)),
        )
    )
    assert [type(entry) for entry in nested] == [Block, Line, Block]
    first = nested[0]
    assert isinstance(first, Block)
    assert [
        getattr(entry, "head", "") or getattr(entry, "name", "") for entry in first.entries
    ] == [
        "a",
        "y",
    ]

"""Hostile values that are legal reach Postfix as data."""

from __future__ import annotations

import pytest
from postfix_building import a_domain, a_host, a_system, a_user, overridden
from postfix_root import DebianRoot

from mailctl.model.host import CertificateFiles
from mailctl.model.settings import MailPolicy, Subaddress

pytestmark = pytest.mark.daemons

LOCAL_PARTS = (
    *("o'brien", "a$b", "$home", "${x}", "a&b", "a*b", "a?b", "a^b", "a_b", "a`b", "|sh", "a|b"),
    *("~t", "a~b", "a#b", "a{b", "}b", "a=b", "=", "{{x}}", "-x", "*", "'", "/etc", "a/b"),
    *(":include:"[1:-1], "double-bounce", "postmaster", "mailer-daemon", "x" * 64),
)


def test_every_legal_local_part_is_a_key_and_a_value(debian: DebianRoot) -> None:
    users = tuple(
        a_user(f"{local}@example.org", aliases=(f"alias.{local}@example.org"[-76:],))
        for local in LOCAL_PARTS
        if len(local) < 60
    )
    debian.lay(a_system(users), "mail")
    for user in users:
        address, alias = str(user.address), str(user.aliases[0])
        assert debian.postmap("mailboxes", address) == "mailbox"
        assert debian.postmap("virtual_aliases", alias) == address
        assert debian.postmap("sender_owners", alias) == address
        assert debian.postmap("sender_owners", address) == address


@pytest.mark.parametrize("delimiter", list("+-=_$&*!/|~^?%'`}"))
def test_every_delimiter_is_that_character_to_postfix(debian: DebianRoot, delimiter: str) -> None:
    policy = MailPolicy(subaddress=Subaddress(delimiter))
    system = a_system((a_user("a@example.org"),), domains=(a_domain("example.org", policy=policy),))
    postfix = debian.lay(system, "mail")[0]
    for check in postfix.checks:
        said = debian.command(check)
        assert (said.status, said.stderr) == (0, "")
    folder = "/var/lib/mailctl/current/postfix"
    expanded = debian.run("postconf", "-c", folder, "-xh", "recipient_delimiter")
    assert (expanded.stdout, expanded.stderr) == (f"{delimiter}\n", "")


@pytest.mark.parametrize(
    "path",
    ["/etc/ssl/$mynetworks.pem", "/etc/ssl/#a.pem", "/etc/ssl/a=b'c\".pem", "/etc/ssl/é.pem"],
)
def test_paths_of_certificates_are_data(debian: DebianRoot, path: str) -> None:
    tls = CertificateFiles(path, path + ".key")
    debian.lay(a_system(hosts=(a_host(tls=tls),)), "mail")
    folder = "/var/lib/mailctl/current/postfix"
    said = debian.run("postconf", "-c", folder, "-xh", "smtpd_tls_chain_files")
    assert (said.stdout, said.stderr) == (f"{path}.key, {path}\n", "")


@pytest.mark.parametrize(
    "text", ["a#b", "mynetworks = 0.0.0.0/0", "{ x }", "{ x } y", "a$$b", "'\"", "\\", "  a"]
)
def test_an_override_s_value_stays_one_value(debian: DebianRoot, text: str) -> None:
    values = overridden("postfix", smtp_connect_timeout=text)
    debian.lay(a_system(hosts=(a_host(overrides=values),)), "mail")
    settings = debian.settings()
    assert settings["smtp_connect_timeout"] == text.strip()
    assert settings["mynetworks"] == "127.0.0.0/8, [::1]/128"

"""Both releases' daemons take what we write, without a word."""

from __future__ import annotations

import pytest
from postfix_building import (
    EXAMPLES,
    a_domain,
    a_host,
    a_system,
    a_user,
    example,
    overridden,
)
from postfix_root import DebianRoot

from mailctl.bundle import Command
from mailctl.model.host import ALL_ROLES, Role
from mailctl.model.settings import DkimSelector, KeyKind, MailPolicy
from mailctl.model.system import System

pytestmark = pytest.mark.daemons


def silent(debian: DebianRoot, check: Command) -> None:
    said = debian.command(check)
    assert (said.status, said.stderr) == (0, ""), f"{check.argv}: {said}"


def all_checks_pass(debian: DebianRoot, system: System, host: str) -> None:
    for content in debian.lay(system, host):
        for check in content.checks:
            silent(debian, check)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_host_of_the_examples(debian: DebianRoot, name: str) -> None:
    system = example(name, debian.platform)
    for host in system.hosts:
        all_checks_pass(debian, system, host)


@pytest.mark.parametrize(
    "roles",
    [
        frozenset({Role.MX}),
        frozenset({Role.SUBMISSION}),
        frozenset({Role.STORE}),
        frozenset({Role.MX, Role.SUBMISSION}),
        frozenset({Role.STORE, Role.SUBMISSION}),
        frozenset({Role.STORE, Role.MX}),
    ],
    ids=lambda roles: "+".join(sorted(role.value for role in roles)),
)
def test_every_combination_of_roles(debian: DebianRoot, roles: frozenset[Role]) -> None:
    store = "mail" if Role.STORE in roles else "inner"
    mx = "mail" if Role.MX in roles else "inner"
    system = a_system(
        (a_user("alice@example.org"), a_user("robot@example.org", send_only=True)),
        {"postmaster@example.org": ("alice@example.org",)},
        domains=(a_domain("example.org", store=store, mx=(mx,)),),
        hosts=(a_host(roles=roles), a_host("inner", number=11, roles=ALL_ROLES)),
    )
    all_checks_pass(debian, system, "mail")


def test_a_spec_without_users_and_one_with_ed25519_keys(debian: DebianRoot) -> None:
    all_checks_pass(debian, a_system(), "mail")
    policy = MailPolicy(dkim=(DkimSelector(key=KeyKind.ED25519),))
    all_checks_pass(debian, a_system(domains=(a_domain("example.org", policy=policy),)), "mail")


def test_overrides_reach_the_daemon(debian: DebianRoot) -> None:
    values = overridden("postfix", maximal_queue_lifetime="2d", smtp_connect_timeout="20s")
    all_checks_pass(debian, a_system(hosts=(a_host(overrides=values),)), "mail")
    settings = debian.settings()
    assert settings["maximal_queue_lifetime"] == "2d"
    assert settings["smtp_connect_timeout"] == "20s"


def test_these_checks_can_fail(debian: DebianRoot) -> None:
    postfix, opendkim = debian.lay(a_system((a_user("a@example.org"),)), "mail")
    current = debian.path / "var/lib/mailctl/current"
    with (current / "opendkim/opendkim.conf").open("a") as file:
        file.write("Canonicalisation relaxed/simple\n")
    with (current / "postfix/main.cf").open("a") as file:
        file.write("smtpd_banners = no\n")
    assert debian.command(opendkim.checks[0]).status != 0
    assert "unused parameter: smtpd_banners" in debian.command(postfix.checks[0]).stderr
    (current / "postfix/master.cf").unlink()
    assert debian.command(postfix.checks[2]).status != 0

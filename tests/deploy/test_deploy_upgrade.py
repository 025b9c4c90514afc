"""A host that its administrator has upgraded from Debian 12 to 13: what mailctl says, what it
does, and what is still there afterwards.

The upgrade is a real one: apt-get full-upgrade inside a booted host, with Debian 13's packages
from its cache. The tests go on from one another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from mail_account import scripts, snapshot, wait_for
from mail_host import MailHost
from network_or_skip import network_or_skip
from upgradable_image import upgradable
from upgrade_spec import ADDRESS, ANNA, BEN, CARLA, MAIN, fill, write_spec

pytestmark = pytest.mark.hosts

UPGRADE = """\
export DEBIAN_FRONTEND=noninteractive
apt-get --yes --no-download --no-install-recommends -o Dpkg::Options::=--force-unsafe-io \\
    -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold full-upgrade
"""
UNITS = "systemctl is-active postfix dovecot opendkim postfix@-"
STANDING = ["active", "active", "active", "inactive"]
REFUSED = (
    "mail: the host was debian-12 at the last apply, and now runs debian 13; write `platform: "
    "debian-13` at this host, and `mailctl plan` says what that changes\n"
)
REFUSED_WAY = (
    "mail: generation {what} debian 12; the host runs debian 13 now, whose daemons do not read it; "
    "nothing was changed; `mailctl apply` brings what the spec says, the files of that generation "
    "lie in /var/lib/mailctl/generations/{number}\n"
)


@dataclass(frozen=True, slots=True)
class Moved:
    """The host after its upgrade, and what its users had before."""

    mail: MailHost
    had: dict[str, dict[str, object]]
    scripts: dict[str, tuple[bool, str]]


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moved]:
    with network_or_skip() as net:
        host = net.boot("mail", recipe=upgradable(), addresses=[ADDRESS], fqdn="mail.move.example")
        mail = MailHost(net, host, tmp_path_factory.mktemp("moved"))
        for size in ("20M", "30M"):
            write_spec(mail.folder, "debian-12", size)
            applied = mail.apply()
            assert applied.code == 0, applied.err
        fill(mail)
        had = {login: snapshot(mail, login) for login in (ANNA, BEN)}
        kept = scripts(mail, ANNA)
        said = mail.says(UPGRADE)
        assert mail.says(". /etc/os-release; echo $VERSION_ID") == "13", said
        assert mail.says("dovecot --version").startswith("2.4."), said
        yield Moved(mail, had, kept)


def test_the_old_platform_is_refused(moved: Moved) -> None:
    for command in (("plan",), ("apply", "--no-dns-check")):
        said = moved.mail.run(*command)
        assert (said.code, said.out, said.err) == (1, "", REFUSED)


def test_before_the_apply_nothing_old_comes_back(moved: Moved) -> None:
    said = moved.mail.run("rollback", "mail")
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("mail: generation 1 was made for debian 12; the host runs debian 13")


def test_the_plan_says_what_changes_and_why(moved: Moved) -> None:
    write_spec(moved.mail.folder, "debian-13")
    said = moved.mail.run("plan")
    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    assert lines[0].startswith("mail (debian-13): ")
    assert lines[1] == "  the host has moved from debian-12 to debian-13:"
    for what, because in (
        ("Dovecot is down until this is applied", "Dovecot 2.4 refuses a file"),
        ("dovecot-core is installed to its end", "its package restarts Dovecot"),
        ("/etc/postfix/main.cf is linked again", "Postfix' package edits it"),
        ("there is no way back", "the daemons that read them are gone"),
    ):
        assert any(line.startswith(f"    {what}") and f": {because}" in line for line in lines)
    for line in (
        "  + install package dovecot-core",
        "  ~ change file dovecot/dovecot.conf",
        "  ~ restart service postfix.service",
        "  ~ restart service dovecot.service",
        "  - end service postfix@-.service",
    ):
        assert line in lines
    assert moved.mail.says("systemctl is-active dovecot") == "failed"


def test_an_apply_brings_the_mail_back(moved: Moved) -> None:
    mail = moved.mail
    # a letter that comes while Dovecot is down
    mail.send(CARLA, "came in between")
    said = mail.apply()
    assert (said.code, said.out) == (0, "mail: generation 3 is live\n"), said.err
    mail.does("postqueue -f")
    wait_for(mail, CARLA, "came in between")
    assert mail.says(UNITS).split() == STANDING
    assert mail.run("plan").out == "mail: nothing to do\n"


def test_all_mail_is_there(moved: Moved) -> None:
    mail = moved.mail
    for login, had in moved.had.items():
        has = snapshot(mail, login)
        assert has.keys() == had.keys()
        for name, value in had.items():
            assert has[name] == value, f"{login}: {name}"
    # the indexes were read, and not made anew
    said = mail.says("journalctl --boot --unit=dovecot --priority=warning --output=cat")
    assert [line for line in said.splitlines() if "/var/vmail" in line or "ndex" in line] == []
    assert "x@away.invalid" in mail.says("postqueue -p")


def test_sieve_scripts_are_there_and_at_work(moved: Moved) -> None:
    mail = moved.mail
    assert scripts(mail, ANNA) == moved.scripts
    assert moved.scripts["main"] == (True, MAIN)
    mail.send(ANNA, "again by an include")
    mail.send(ANNA, "again by the host")
    mail.send(BEN, "again by the spec")
    wait_for(mail, ANNA, "again by an include", "Included")
    wait_for(mail, ANNA, "again by the host", "FromHost")
    wait_for(mail, BEN, "again by the spec", "FromSpec")


def test_it_comes_up_by_itself(moved: Moved) -> None:
    mail = moved.mail
    mail.host.stop()
    mail.host.boot()
    mail.host.wait()
    mail.says("systemctl is-system-running --wait")
    mail.send(ANNA, "after a boot")
    wait_for(mail, ANNA, "after a boot")
    assert mail.says(UNITS).split() == STANDING


@pytest.mark.parametrize(
    ("number", "what"),
    [("", "2 was made for"), ("1", "1 was made for"), ("0", "0 is the host as it was found on")],
)
def test_there_is_no_way_back_to_debian_12(moved: Moved, number: str, what: str) -> None:
    said = moved.mail.run("rollback", "mail", *filter(None, [number]))
    assert (said.code, said.out) == (1, "")
    assert said.err == REFUSED_WAY.format(what=what, number=what[0])
    assert moved.mail.says("readlink /var/lib/mailctl/current") == "generations/3"
    assert moved.mail.says("systemctl is-active dovecot") == "active"

"""Which scripts a host gets, where they lie, and in which order they run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from dovecot_building import (
    EXAMPLE_DOMAIN,
    OpenVault,
    small_host,
    small_system,
    text,
    user,
)

from mailctl.backends.dovecot.backend import Dovecot
from mailctl.backends.sieve.backend import Sieve
from mailctl.backends.sieve.placement import placed_scripts
from mailctl.bundle import TREE, Contribution
from mailctl.errors import MailctlError
from mailctl.model.domain import Domain
from mailctl.model.host import Role, SieveScripts
from mailctl.model.settings import MailPolicy, Subaddress, SubaddressFolders


def _script(folder: Path, name: str, content: str = "keep;") -> Path:
    path = folder / name
    path.write_text(content)
    return path


def _domain(folders: SubaddressFolders, limit: int = 3, delimiter: str = "+") -> Domain:
    policy = MailPolicy(subaddress=Subaddress(delimiter, folders, limit))
    return Domain(EXAMPLE_DOMAIN, policy, store="mail", mx=("mail",))


def _content(folders: SubaddressFolders, limit: int = 3) -> Contribution:
    host = small_host()
    system = small_system(host, domain=_domain(folders, limit))
    return Sieve().contribute(system, host, OpenVault())


def test_scripts_run_from_the_outside_in_and_out_again(tmp_path: Path) -> None:
    own = SieveScripts((_script(tmp_path, "a"), _script(tmp_path, "b")), (_script(tmp_path, "c"),))
    of_domain = SieveScripts((_script(tmp_path, "d"),), (_script(tmp_path, "e"),))
    host = small_host(sieve=own)
    domain = replace(_domain(SubaddressFolders.CREATE), sieve=of_domain)
    placed = placed_scripts(small_system(host, domain=domain), host)
    assert [(script.when, script.order, script.name) for script in placed] == [
        ("before", 1, "host-before-1"),
        ("before", 2, "host-before-2"),
        ("before", 3, "domain-before-1"),
        ("after", 1, "domain-after-1"),
        ("after", 2, "host-after-1"),
        ("after", 3, "subaddress"),
    ]


@pytest.mark.parametrize(
    ("platform", "lines"),
    [
        (
            "debian-12",
            (
                "file:/var/lib/mailctl/current/sieve/host/before-1.sieve;",
                "file:/var/lib/mailctl/current/sieve/domains/%d/subaddress.sieve;",
                "file:/var/lib/mailctl/current/sieve/users/%d/%n.sieve;bindir=~/.sieve-compiled/default",
            ),
        ),
        (
            "debian-13",
            (
                "path = /var/lib/mailctl/current/sieve/host/before-1.sieve",
                'path = "/var/lib/mailctl/current/sieve/domains/%{user | domain}/subaddress.sieve"',
                "/var/lib/mailctl/current/sieve/users/%{user | domain}/%{user | username}.sieve",
            ),
        ),
    ],
)
def test_dovecot_is_told_where_they_are(
    platform: str, lines: tuple[str, ...], tmp_path: Path
) -> None:
    host = small_host(platform, sieve=SieveScripts(before=(_script(tmp_path, "a"),)))
    content = Dovecot().contribute(small_system(host), host, OpenVault())
    configuration = text(content, "dovecot/dovecot.conf")
    for line in lines:
        assert line in configuration


def test_each_folder_of_scripts_is_compiled_once(tmp_path: Path) -> None:
    host = small_host()
    script = _script(tmp_path, "a", "stop;")
    users = (user("a", sieve=script), user("b", sieve=script), user("c", sieve=script))
    content = Sieve().contribute(small_system(host, *users), host, OpenVault())
    assert text(content, "sieve/users/mail.example/b.sieve") == "stop;"
    assert [build.argv[-1] for build in content.builds] == [
        f"{TREE}/sieve/domains/mail.example",
        f"{TREE}/sieve/users/mail.example",
    ]
    assert all(build.quiet for build in content.builds)


def test_a_script_of_a_user_without_mailbox_is_left_out(tmp_path: Path) -> None:
    host = small_host()
    sender = user("a", sieve=_script(tmp_path, "a"), send_only=True)
    content = Sieve().contribute(small_system(host, sender), host, OpenVault())
    assert [each.path for each in content.artefacts] == [
        "sieve/domains/mail.example/subaddress.sieve"
    ]


def test_a_host_without_mailboxes_has_no_scripts() -> None:
    host = small_host(roles=frozenset({Role.MX, Role.SUBMISSION}))
    assert Sieve().contribute(small_system(host), host, OpenVault()) == Contribution()


def test_a_file_that_vanished_is_one_clear_line(tmp_path: Path) -> None:
    host = small_host()
    system = small_system(host, user("a", sieve=tmp_path / "gone"))
    with pytest.raises(MailctlError, match="gone cannot be read: No such file"):
        Sieve().contribute(system, host, OpenVault())


def test_create_makes_folders_up_to_the_limit_and_tells() -> None:
    script = text(_content(SubaddressFolders.CREATE), "sieve/domains/mail.example/subaddress.sieve")
    assert script.count("not duplicate") == 3
    assert "fileinto :create" in script
    assert "notify :message" in script


@pytest.mark.parametrize(
    ("folders", "limit"), [(SubaddressFolders.EXISTING, 3), (SubaddressFolders.CREATE, 0)]
)
def test_existing_makes_none(folders: SubaddressFolders, limit: int) -> None:
    script = text(_content(folders, limit), "sieve/domains/mail.example/subaddress.sieve")
    assert ":create" not in script
    assert "notify" not in script
    assert 'fileinto "${folder}";' in script


def test_ignore_has_no_script_at_all() -> None:
    content = _content(SubaddressFolders.IGNORE)
    assert content.artefacts == ()
    assert content.builds == ()

"""Root by sudo: with and without a password, and never the agent's input taken for one."""

from __future__ import annotations

import pytest
from ssh_person import Person

from mailctl.deploy import session
from mailctl.errors import HostError, PermissionDenied
from mailctl.model.host import Ssh

pytestmark = pytest.mark.hosts

MARIA = Ssh(user="maria", sudo=True)
SUDO = "/usr/local/bin/sudo"
"""Stands before the real one on the way that sshd gives to commands."""

AS_ROOT = (0, b"data\nroot\n")


def sudoers(person: Person, *lines: str) -> None:
    text = "\\n".join(lines)
    person.on_host(
        f"printf '{text}\\n' >/etc/sudoers.d/maria && chmod 440 /etc/sudoers.d/maria && visudo -cq"
    )


def says(person: Person, password: str) -> tuple[int, bytes]:
    outcome = person.says(MARIA, person.with_(person.key, password=password))
    return outcome.status, outcome.stdout


def refused(person: Person, password: str) -> str:
    with pytest.raises(PermissionDenied) as raised:
        says(person, password)
    text = str(raised.value)
    assert "\n" not in text
    assert "geheim" not in text
    return text


def test_a_password_is_said_when_sudo_asks(maria: Person) -> None:
    sudoers(maria, "maria ALL=(ALL) ALL")
    assert says(maria, "geheim") == AS_ROOT


def test_a_wrong_password_is_one_line(maria: Person) -> None:
    sudoers(maria, "maria ALL=(ALL) ALL")
    assert refused(maria, "falsch").startswith("mail: sudo refuses the password of maria; ")
    sudoers(maria, "Defaults:maria passwd_tries=1", "maria ALL=(ALL) ALL")
    assert refused(maria, "falsch").startswith("mail: sudo refuses: sudo: 1 incorrect password")


def test_without_anybody_to_ask_sudo_must_not_ask(maria: Person) -> None:
    sudoers(maria, "maria ALL=(ALL) ALL")
    assert "sudo refuses: sudo: a password is required; log in as root, or" in refused(maria, "")


@pytest.mark.parametrize("password", ["geheim", "falsch", ""])
def test_a_password_that_nobody_asks_for_is_not_said(maria: Person, password: str) -> None:
    sudoers(maria, "maria ALL=(ALL) NOPASSWD: ALL")
    assert says(maria, password) == AS_ROOT


@pytest.mark.parametrize("pty", ["use_pty", "!use_pty"])
def test_a_password_that_sudo_remembers_is_not_said_to_the_command(maria: Person, pty: str) -> None:
    sudoers(maria, f"Defaults:maria timestamp_type=global,{pty}", "maria ALL=(ALL) ALL")
    assert says(maria, "geheim") == AS_ROOT
    # who says `falsch` is not asked: sudo still knows her
    assert says(maria, "falsch") == AS_ROOT
    maria.on_host("rm -rf /run/sudo/ts/*")
    assert "sudo refuses the password" in refused(maria, "falsch")


def test_a_sudo_that_wants_a_terminal(maria: Person) -> None:
    sudoers(maria, "Defaults:maria requiretty", "maria ALL=(ALL) NOPASSWD: ALL")
    for password in ("geheim", ""):
        text = refused(maria, password)
        assert "sudo refuses: sudo: sorry, you must have a tty to run sudo; take `require" in text


def test_who_may_not(maria: Person) -> None:
    assert "sudo refuses: maria is not in the sudoers file" in refused(maria, "geheim")
    sudoers(maria, "maria ALL=(ALL) NOPASSWD: /bin/true")
    assert "maria is not allowed to execute" in refused(maria, "geheim")


def test_all_input_and_every_answer_arrive_below_sudo(maria: Person) -> None:
    sudoers(maria, "maria ALL=(ALL) ALL")
    script = b'head -c 3000000 | wc -c; printf "ask\\t1\\n"; read -r one; echo "got $one"'
    with maria.net.inside(), maria.remote(MARIA, maria.with_(maria.key, password="geheim")) as it:
        outcome = it.run(
            script,
            b"x" * 3_000_000,
            answer=lambda line: b"yes\n" if line == "ask\t1" else b"",
        )
    assert outcome.stdout == b"3000000\nask\t1\ngot yes\n"


def test_a_sudo_that_wants_more_than_a_password(
    maria: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "OPEN_TIMEOUT", 3.0)
    maria.on_host(f"printf '#!/bin/sh\\nprintf \"Code: \" >&2; sleep 9' >{SUDO}; chmod 755 {SUDO}")
    try:
        text = refused(maria, "geheim")
    finally:
        maria.on_host(f"rm {SUDO}")
    assert text.startswith("mail: sudo wants more than a password, it says: Code:; log in as root")


def test_the_password_is_nowhere_to_be_seen(maria: Person) -> None:
    """Neither in `ps`, nor in a journal, nor in what sudo itself records."""
    sudoers(maria, "Defaults:maria log_output,log_input", "maria ALL=(ALL) ALL")
    everywhere = (
        "cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n'; "
        "journalctl --no-pager --boot; "
        "find /var/log/sudo-io -type f -name '[a-z]*' -exec zcat -f {} +"
    )
    with maria.net.inside(), maria.remote(MARIA, maria.with_(maria.key, password="geheim")) as it:
        assert it.run(b"cat >/dev/null", b"recorded input").status == 0
        seen = it.run(everywhere.encode()).stdout
    assert b"mailctl-sudo-password" in seen
    assert b"recorded input" in seen
    assert b"geheim" not in seen
    assert "geheim" not in repr(maria.with_(maria.key, password="geheim"))


def test_noise_before_the_command_is_not_heard(maria: Person) -> None:
    sudoers(maria, "maria ALL=(ALL) ALL")
    noise = "echo mailctl-begin here; printf 'end\\n\\t'; echo sudo sudo >&2; echo -n no newline"
    maria.on_host(f'printf "%s\\n" "{noise}" >~maria/.bashrc')
    with maria.sshd("Banner /etc/motd"):
        maria.on_host("echo 'Welcome to mail!' >/etc/motd")
        assert says(maria, "geheim") == AS_ROOT
        outcome = maria.says(Ssh(user="maria"))
        assert outcome.stdout == b"data\nmaria\n"


@pytest.mark.parametrize("password", ["geheim", ""])
def test_an_account_without_a_shell(maria: Person, password: str) -> None:
    maria.on_host("usermod --shell /usr/sbin/nologin maria")
    with pytest.raises(HostError, match="the login shell of maria runs no command, it says: This"):
        says(maria, password)

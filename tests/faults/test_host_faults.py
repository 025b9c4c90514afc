"""Faults of hosts: one clear line each, the right exit code, and nothing changed there."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from faulty_host import ADDRESS, Keyboard

from mailctl.rehearsal.access import make_key
from mailctl.rehearsal.host import ThrowawayHost

pytestmark = pytest.mark.hosts


def refused(keyboard: Keyboard, code: int = 1) -> str:
    """The one line that apply says; plan says it too, and the host is as it was."""
    before = keyboard.fingerprint()
    planned, applied = keyboard.run("plan"), keyboard.run("apply", "--no-dns-check")
    assert keyboard.fingerprint() == before
    assert (applied.code, applied.out) == (code, "")
    (line,) = (line for line in applied.err.splitlines() if not line.startswith("warning: "))
    assert line.startswith("mail: ")
    assert "Traceback" not in line
    assert planned.err in (applied.err, "")
    return line


def test_nobody_listens(keyboard: Keyboard) -> None:
    keyboard.write_spec("port: 2299")
    assert "cannot connect to mail.faults.example port 2299: " in refused(keyboard)


def test_the_first_address_that_answers_is_taken(keyboard: Keyboard) -> None:
    assert keyboard.run("plan").code == 0


def test_the_host_is_away(keyboard: Keyboard) -> None:
    keyboard.write_spec("address: 203.0.113.99")
    assert "cannot connect to 203.0.113.99 port 22: " in refused(keyboard)


@contextmanager
def listener(keyboard: Keyboard, talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """A port of ours that is no SSH server."""
    with keyboard.net.inside():
        server = socket.create_server((str(keyboard.net.client_addresses[0]), 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                talk(connection)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield server.getsockname()[1]
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join()


@pytest.mark.parametrize(
    "greeting", [b"220 mail.example ESMTP\r\n", b"", b"SSH-2.0-broken\r\n" + b"x" * 100]
)
def test_something_else_listens(keyboard: Keyboard, greeting: bytes) -> None:
    with listener(keyboard, lambda connection: connection.sendall(greeting)) as port:
        keyboard.write_spec(f"address: {keyboard.net.client_addresses[0]}, port: {port}")
        assert f"port {port} does not speak SSH with us" in refused(keyboard)


def test_an_unknown_host_key_shows_its_fingerprint_and_how_to_accept_it(
    keyboard: Keyboard,
) -> None:
    keyboard.known_hosts.write_text("")
    line = refused(keyboard)
    assert f"the host key of {ADDRESS} is unknown: ssh-ed25519 SHA256:" in line
    command = re.search(r"accept it: (.*)$", line)
    assert command is not None
    keyboard.shell(command[1])
    assert keyboard.run("plan").code == 0


def test_a_changed_host_key_is_not_an_unknown_one(keyboard: Keyboard) -> None:
    keyboard.known_hosts.write_text(f"{ADDRESS} {make_key().public}\n")
    line = refused(keyboard)
    assert re.search(rf"the host key of {ADDRESS} \(ssh-ed25519 SHA256:\S+\) is not the one", line)
    command = re.search(r"remove the old key: (.*)$", line)
    assert command is not None
    keyboard.shell(command[1])
    assert "is unknown" in refused(keyboard)


def test_a_revoked_host_key(keyboard: Keyboard) -> None:
    known = keyboard.known_hosts.read_text()
    revoked = "".join(f"@revoked {line}\n" for line in known.splitlines())
    keyboard.known_hosts.write_text(known + revoked)
    assert "is revoked in" in refused(keyboard)


def test_a_key_that_the_host_does_not_know(keyboard: Keyboard) -> None:
    keyboard.key.write_bytes(make_key().private)
    line = refused(keyboard)
    assert "the host lets nobody in as root" in line
    assert f"{keyboard.key} refused" in line


def test_a_key_file_that_is_none(keyboard: Keyboard) -> None:
    keyboard.key.write_text("this is no key\n")
    assert f"{keyboard.key} is no private key that we know" in refused(keyboard)
    keyboard.key.unlink()
    assert f"{keyboard.key} is not there" in refused(keyboard)


@pytest.fixture
def maria(keyboard: Keyboard, host: ThrowawayHost) -> Iterator[None]:
    """A user of the host who is nobody special."""
    script = (
        "useradd --create-home --shell /bin/sh maria && mkdir -m 700 ~maria/.ssh && "
        "cp /root/.ssh/authorized_keys ~maria/.ssh/ && chown -R maria ~maria/.ssh"
    )
    status, said = host.run("sh", "-c", script)
    assert status == 0, said
    yield
    host.run("sh", "-c", "rm -f /etc/sudoers.d/maria; userdel --remove maria")


@pytest.mark.usefixtures("maria")
def test_a_user_who_is_not_root(keyboard: Keyboard) -> None:
    keyboard.write_spec("user: maria")
    line = refused(keyboard)
    assert "logged in, but not as root; log in as root, or say `ssh: {user: NAME, sudo" in line


@pytest.mark.usefixtures("maria")
def test_a_user_whom_sudo_refuses(keyboard: Keyboard) -> None:
    keyboard.write_spec("user: maria, sudo: true")
    assert "sudo refuses: sudo: a password is required" in refused(keyboard)


@pytest.mark.usefixtures("maria")
def test_a_user_with_sudo_is_as_good_as_root(keyboard: Keyboard, host: ThrowawayHost) -> None:
    host.run("sh", "-c", "echo 'maria ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/maria")
    keyboard.write_spec("user: maria, sudo: true")
    said = keyboard.run("plan")
    assert said.code == 0, said.err
    assert "add file postfix/main.cf" in said.out


def test_another_platform_than_the_specs(keyboard: Keyboard) -> None:
    keyboard.write_spec(platform="debian-13")
    assert refused(keyboard) == (
        "mail: the spec says debian-13, but the host runs debian 12; "
        "write `platform: debian-12` at this host"
    )


@contextmanager
def small_disk(host: ThrowawayHost, options: str) -> Iterator[None]:
    script = f"mkdir -p /var/lib/mailctl && mount -t tmpfs -o {options} tmpfs /var/lib/mailctl"
    assert host.run("sh", "-c", script)[0] == 0
    try:
        yield
    finally:
        host.run("sh", "-c", "umount /var/lib/mailctl && rm -rf /var/lib/mailctl")


def test_no_space(keyboard: Keyboard, host: ThrowawayHost) -> None:
    with small_disk(host, "size=1M"):
        before = keyboard.fingerprint()
        applied = keyboard.run("apply", "--no-dns-check")
        assert keyboard.fingerprint() == before
    assert applied.code == 1
    assert re.fullmatch(
        r"mail: \d+ KiB are free below /var/lib/mailctl, \d+ KiB are needed; .*\n", applied.err
    )


def test_no_inodes(keyboard: Keyboard, host: ThrowawayHost) -> None:
    with small_disk(host, "size=100M,nr_inodes=50"):
        applied = keyboard.run("apply", "--no-dns-check")
    assert applied.code == 1
    assert "inodes are free" in applied.err


def test_another_apply_at_work(keyboard: Keyboard, host: ThrowawayHost) -> None:
    script = (
        "mkdir -p /var/lib/mailctl && echo 'otto@desk since noon' >/var/lib/mailctl/lock && "
        "{ flock /var/lib/mailctl/lock sleep 60 >/dev/null 2>&1 & echo $!; }"
    )
    _, pid = host.run("sh", "-c", script)
    try:
        applied = keyboard.run("apply", "--no-dns-check")
        planned = keyboard.run("plan")
    finally:
        host.run("sh", "-c", f"pkill -P {pid.strip()}; kill {pid.strip()}; rm -r /var/lib/mailctl")
    assert applied.code == 3
    assert "another apply is at work there (otto@desk since noon)" in applied.err
    assert planned.code == 0


def test_one_host_of_two_fails(keyboard: Keyboard) -> None:
    other = (
        "  other:\n    fqdn: other.faults.example\n    addresses: [203.0.113.99]\n"
        "    platform: debian-12\n    roles: [mx]\n"
    )
    text = keyboard.spec.read_text()
    keyboard.spec.write_text(text.replace("domains:\n", f"{other}domains:\n"))
    planned = keyboard.run("plan")
    assert planned.code == 3
    assert "mail (debian-12): " in planned.out
    assert planned.err.splitlines()[-1] == "1 of 2 hosts are well; not other"
    assert keyboard.run("plan", "--host", "mail").code == 0
    assert keyboard.run("plan", "--host", "other").code == 1
    unknown = keyboard.run("plan", "--host", "nobody")
    assert unknown.code == 64
    assert unknown.err.endswith("the spec has no host 'nobody'; it has mail, other\n")


def test_through_another_host(keyboard: Keyboard) -> None:
    """The jump host is the same machine by another name."""
    other = (
        "  gate:\n    fqdn: gate.faults.example\n    addresses: [203.0.113.88]\n"
        f"    platform: debian-12\n    roles: [mx]\n    ssh: {{address: {ADDRESS}}}\n"
    )
    keyboard.write_spec("jump: gate")
    text = keyboard.spec.read_text()
    keyboard.spec.write_text(text.replace("domains:\n", f"{other}domains:\n"))
    said = keyboard.run("plan", "--host", "mail")
    assert said.code == 0, said.err

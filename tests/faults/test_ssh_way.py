"""The way to a host: ssh_config, hops, programs in between, and peers that fall silent."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from ssh_person import ADDRESS, ECHO, Person

from mailctl.deploy.ssh import SshRemote
from mailctl.errors import AuthenticationFailed, HostKeyUnknown, Unreachable
from mailctl.model.destination import Destination
from mailctl.model.host import Ssh

pytestmark = pytest.mark.hosts

ROOT_SAYS = b"data\nroot\n"
FORWARD = "bash -c 'exec 3<>/dev/tcp/%h/%p; cat <&3 & cat >&3'"


def config(person: Person, *lines: str) -> str:
    return "\n".join((f"IdentityFile {person.key}", *lines, ""))


def test_the_configuration_fills_what_the_spec_leaves(maria: Person) -> None:
    text = config(
        maria, "Host relay", f"HostName {ADDRESS}", "User maria", f"HostKeyAlias {ADDRESS}"
    )
    maria.on_host("echo 'maria ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/maria")
    access = maria.with_(config=text)
    # an account that is not root becomes root by sudo, unless the spec says otherwise
    assert maria.says(Ssh(), access, address="relay").stdout == ROOT_SAYS
    plain = Ssh(sudo=False, said=frozenset({"sudo"}))
    assert maria.says(plain, access, address="relay").stdout == b"data\nmaria\n"
    said = Ssh(user="root", said=frozenset({"user"}))
    assert maria.says(said, access, address="relay").stdout == ROOT_SAYS


def test_known_hosts_of_the_configuration(person: Person) -> None:
    access = person.with_(config=config(person, f"UserKnownHostsFile {person.known_hosts}"))
    bare = type(access)(config=access.config)
    assert person.says(access=bare).stdout == ROOT_SAYS
    nothing = person.with_(config=config(person, "UserKnownHostsFile none"))
    with pytest.raises(HostKeyUnknown):
        person.says(access=type(nothing)(config=nothing.config))


def test_a_program_in_between(person: Person) -> None:
    access = person.with_(config=config(person, f"ProxyCommand {FORWARD}"))
    assert person.says(access=access, address=ADDRESS).stdout == ROOT_SAYS


def test_a_program_that_ends_at_once(person: Person) -> None:
    access = person.with_(config=config(person, "ProxyCommand sh -c 'echo no way >&2; exit 3'"))
    began = time.monotonic()
    with pytest.raises(Unreachable) as raised:
        person.says(access=access)
    assert "its ProxyCommand ended with status 3: no way; " in str(raised.value)
    assert time.monotonic() - began < 10


def test_a_chain_of_jump_hosts(person: Person) -> None:
    """The machine by three names; each hop has the checks of a host."""
    text = config(
        person,
        "Host one two",
        f"  HostName {ADDRESS}",
        f"  HostKeyAlias {ADDRESS}",
        "  User root",
        f"Host {ADDRESS}",
        "  ProxyJump one,root@two:22",
    )
    assert person.says(access=person.with_(config=text)).stdout == ROOT_SAYS
    for name, place in (
        ("one", "at the jump host one"),
        ("two", "at the jump host two"),
        (ADDRESS, "through one, two"),
    ):
        broken = f"Host {name}\n  HostKeyAlias nobody\nHost *\n{text}"
        with pytest.raises(HostKeyUnknown) as raised:
            person.says(access=person.with_(config=broken))
        there = f"mail: {place}: the host key of {ADDRESS} is unknown"
        assert str(raised.value).startswith(there)


def test_a_jump_host_that_refuses_us(person: Person) -> None:
    way = (Destination("gate", ADDRESS, Ssh(user="nobody")),)
    with (
        person.net.inside(),
        pytest.raises(AuthenticationFailed, match="mail: at the jump host gate: the host lets no"),
        SshRemote(Destination("mail", ADDRESS, Ssh()), person.access, way),
    ):
        pass


def test_a_host_behind_a_jump_host_that_is_not_there(person: Person) -> None:
    way = (Destination("gate", ADDRESS, Ssh()),)
    with (
        person.net.inside(),
        pytest.raises(Unreachable, match=r"mail: through gate: cannot connect to \S+ port 2299: "),
        SshRemote(Destination("mail", ADDRESS, Ssh(port=2299)), person.access, way),
    ):
        pass


@contextmanager
def stopped(person: Person, which: str) -> Iterator[None]:
    """A process of the host that lives, holds its connections, and says nothing more."""
    person.on_host(f"pkill -STOP -f '{which}'")
    try:
        yield
    finally:
        person.on_host(f"pkill -CONT -f '{which}'; true")


QUICK = ("ServerAliveInterval 1", "ServerAliveCountMax 2")


def test_a_host_that_falls_silent_is_noticed(person: Person) -> None:
    access = person.with_(config=config(person, *QUICK))
    with person.net.inside(), person.remote(access=access) as remote:
        assert remote.run(ECHO, b"").stdout == b"root\n"
        # a command that says nothing for longer than that is well: its sshd answers
        assert remote.run(b"sleep 4", timeout=20).status == 0
        with stopped(person, "[s]shd: root"):
            began = time.monotonic()
            with pytest.raises(Unreachable, match="the connection broke: no sign of life for 2 s"):
                remote.run(b"sleep 60", timeout=50)
            assert time.monotonic() - began < 15


def test_a_host_that_takes_nothing_more_is_noticed(person: Person) -> None:
    access = person.with_(config=config(person, *QUICK))
    with person.net.inside(), person.remote(access=access) as remote:
        silenced = threading.Timer(0.5, lambda: person.on_host("pkill -STOP -f '[s]shd: root'"))
        silenced.start()
        try:
            with pytest.raises(Unreachable, match="no sign of life for 2 s"):
                remote.run(b"sleep 3; cat", b"x" * 50_000_000, timeout=50)
        finally:
            silenced.join()
            person.on_host("pkill -CONT -f '[s]shd: root'; true")


def test_a_jump_host_that_falls_silent_is_named(person: Person) -> None:
    access = person.with_(config=config(person, *QUICK))
    way = (Destination("gate", ADDRESS, Ssh()),)
    there = Destination("mail", ADDRESS, Ssh())
    pids = "pgrep -f '[s]shd: root' || true"
    former = set(person.on_host(pids).split())
    with person.net.inside(), SshRemote(there, access, way) as remote:
        first = min(set(person.on_host(pids).split()) - former, key=int)
        person.on_host(f"kill -STOP {first}")
        try:
            with pytest.raises(Unreachable, match="jump host gate broke: no sign of life for 2 s"):
                remote.run(b"sleep 60", timeout=50)
        finally:
            person.on_host(f"kill -CONT {first}; true")


def test_a_machine_that_is_gone_is_noticed(person: Person) -> None:
    access = person.with_(config=config(person, *QUICK))
    with person.net.inside(), person.remote(access=access) as remote:
        assert remote.run(ECHO, b"").stdout == b"root\n"
        link = "ip link | sed -n 's/^[0-9]*: \\([^:@]*\\)[@:].*/\\1/p' | grep -v lo | head -n 1"
        name = person.on_host(link).strip()
        addresses = person.on_host(f"ip -o route show dev {name}").splitlines()
        person.on_host(f"ip link set {name} down")
        try:
            with pytest.raises(Unreachable, match="no sign of life for 2 s"):
                remote.run(b"sleep 60", timeout=50)
        finally:
            person.on_host(f"ip link set {name} up; sleep 0.2")
            for route in addresses:
                person.on_host(f"ip route add {route.strip()} dev {name} 2>/dev/null || true")
    assert person.says().stdout == ROOT_SAYS

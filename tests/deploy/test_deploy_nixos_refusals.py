"""On a host of NixOS an apply that fails changes nothing, or takes back what it has switched."""

from __future__ import annotations

import socketserver
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from deploy_machine import begin
from nixos_machine import NixosMachine, bundle, is_root, on_release

from mailctl.bundle import HostBundle, Port
from mailctl.deploy.attempt import Attempt
from mailctl.deploy.host import Answer, Outcome
from mailctl.deploy.local import LocalRemote
from mailctl.deploy.nixos.apply import bring
from mailctl.errors import (
    CheckRefused,
    HostError,
    Locked,
    Moved,
    NoSpace,
    OutcomeUnknown,
    RolledBack,
    Stuck,
    Unreachable,
    WrongPlatform,
)


@pytest.fixture
def machine(tmp_path: Path) -> NixosMachine:
    """A host of NixOS that nothing was ever applied to, and that imports the folder already."""
    if not is_root():
        pytest.skip("the agent works as root only")
    tmp_path.chmod(0o755)
    return NixosMachine(tmp_path / "root")


def refused(
    machine: NixosMachine,
    error: type[HostError],
    how: str = "",
    wanted: HostBundle | None = None,
    proceed: Callable[[], bool] = lambda: True,
) -> str:
    """The error's text; the host is as it was, and the next apply does it."""
    machine.apply(bundle())
    before = machine.snapshot()
    if how:
        machine.tell(how)
    with pytest.raises(error) as raised:
        machine.apply(wanted or bundle("two", users=b"a@b:{PLAIN}other", key=b"x"), proceed)
    assert machine.snapshot() == before
    assert machine.leftovers() == []
    (machine.root / "told" / how).unlink(missing_ok=True) if how else None
    assert machine.apply(bundle("good")).changed
    assert machine.text() == "good"
    return str(raised.value)


def test_a_build_that_fails(machine: NixosMachine) -> None:
    text = refused(machine, CheckRefused, "fail-build")
    assert "`nixos-rebuild build` failed on the new files: status 1; nothing was switched" in text
    assert text.splitlines()[-1] == "    error: build was told to fail"


def test_a_switch_that_fails_before_it_has_begun(machine: NixosMachine) -> None:
    text = refused(machine, RolledBack, "fail-switch")
    assert "generation 1 is live again" in text
    assert "nixos-rebuild switch ended with status 1" in text


def test_a_switch_after_which_a_unit_does_not_run(machine: NixosMachine) -> None:
    text = refused(machine, RolledBack, "fail-activation")
    assert "the following units failed: dovecot2.service" in text
    assert machine.log()[0] == "nixos-rebuild build"


def test_the_system_goes_back_to_the_one_before_and_no_further(machine: NixosMachine) -> None:
    machine.apply(bundle())
    machine.apply(bundle("two"))
    machine.roll_back()
    assert machine.system == "2"
    machine.tell("fail-activation")
    with pytest.raises(RolledBack):
        machine.apply(bundle("three"))
    # `nixos-rebuild --rollback` would be at system 3 now
    assert machine.system == "2"


def test_a_system_that_does_not_go_back_is_somebodys_to_mend(machine: NixosMachine) -> None:
    machine.apply(bundle())
    program = machine.root / "sw/bin/nix-env"
    program.rename(program.with_name("kept"))
    program.symlink_to("/bin/false")
    machine.tell("fail-activation")
    with pytest.raises(Stuck) as raised:
        machine.apply(bundle("two"))
    text = str(raised.value)
    assert "taken back, but NixOS does not go back to system-2" in text
    assert "its module and secrets are back; nixos-rebuild switch builds it from them" in text
    assert (machine.text(), machine.system) == ("one", "3")
    with pytest.raises(Stuck):
        machine.apply(bundle("one"))
    program.unlink()
    program.with_name("kept").rename(program)
    machine.apply(bundle("one"))
    assert (machine.text(), machine.system) == ("one", "2")


def test_a_unit_that_cannot_be_told(machine: NixosMachine) -> None:
    refused(machine, RolledBack, "fail-systemctl")


@contextmanager
def greeting(text: bytes) -> Iterator[int]:
    """A port that says this."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.sendall(text)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def test_ports_that_greet(machine: NixosMachine) -> None:
    with greeting(b"220 mail ESMTP\r\n") as number:
        ports = (Port(number, "220 mail"),)
        assert machine.apply(bundle(ports=ports)).changed


def test_a_port_that_says_something_else(machine: NixosMachine) -> None:
    with greeting(b"421 no\r\n") as number:
        ports = (Port(number, "220 mail"),)
        text = refused(machine, RolledBack, wanted=bundle("two", ports=ports))
    assert f"port {number} says '421 no', not '220 mail'" in text


def test_a_port_that_waits_to_be_asked(machine: NixosMachine) -> None:
    """As that of a web server: it has to take connections, and no more."""
    with greeting(b"") as number:
        ports = (Port(number, ""),)
        assert machine.apply(bundle(ports=ports)).changed
    text = refused(machine, RolledBack, wanted=bundle("two", ports=ports))
    assert f"port {number} takes no connections" in text


def test_stopped_before_the_switch(machine: NixosMachine) -> None:
    assert "nothing was switched" in refused(machine, HostError, proceed=lambda: False)


def test_stopped_after_the_switch(machine: NixosMachine) -> None:
    words = iter((True, False))
    assert "stopped before it was confirmed" in refused(
        machine, RolledBack, proceed=lambda: next(words)
    )


@pytest.mark.parametrize("flake", [False, True])
def test_a_configuration_that_does_not_import_the_folder(
    machine: NixosMachine, flake: bool
) -> None:
    (machine.root / "etc/nixos/configuration.nix").write_text("{ imports = [ ./hardware.nix ]; }\n")
    if flake:
        (machine.root / "etc/nixos/flake.nix").write_text("{ }\n")
        (machine.root / "etc/nixos/.git").mkdir()
    for act in (machine.apply, machine.plan):
        with pytest.raises(HostError) as raised:
            act(bundle())
        text = str(raised.value)
        assert "the host's configuration does not import /etc/nixos/mailctl" in text
        if flake:
            assert "write ./mailctl into the modules of this host in /etc/nixos/flake.nix" in text
            assert "git add --intent-to-add mailctl" in text
        else:
            assert "imports = [ ./mailctl ];" in text
        assert not machine.module.exists()
        assert not machine.secrets.exists()
    assert machine.system == "1"


def test_the_module_of_another_host(machine: NixosMachine) -> None:
    text = refused(machine, HostError, wanted=bundle("two", host="web"))
    assert "imports the module of web, not of mail" in text


def test_a_first_apply_that_fails_leaves_the_host_as_it_was(machine: NixosMachine) -> None:
    machine.module.mkdir()
    (machine.module / "default.nix").write_text("{ } # hers\n")
    machine.tell("fail-activation")
    with pytest.raises(RolledBack, match="as it was before"):
        machine.apply(bundle())
    assert (machine.text(), machine.system) == ("hers", "1")
    assert not machine.secrets.exists()
    assert machine.apply(bundle()).changed
    machine.roll_back(0)
    assert (machine.text(), machine.system) == ("hers", "1")


def test_another_release_than_the_specs(machine: NixosMachine) -> None:
    for act in (machine.apply, machine.plan):
        with pytest.raises(WrongPlatform, match=r"write `platform: nixos-25\.11`"):
            act(on_release(bundle(), "nixos-26.05"))
    assert not machine.module.exists()
    assert not machine.state.exists()


def test_no_nixos_rebuild(machine: NixosMachine) -> None:
    (machine.root / "sw/bin/nixos-rebuild").unlink()
    with pytest.raises(HostError, match="there is no nixos-rebuild on the host; nothing was"):
        machine.apply(bundle())


def test_no_folder_of_nixos(machine: NixosMachine) -> None:
    folder = machine.root / "etc/nixos"
    folder.rename(machine.root / "etc/elsewhere")
    with pytest.raises(HostError, match="there is no folder /etc/nixos on the host; nothing was"):
        machine.apply(bundle())


def test_not_root(machine: NixosMachine) -> None:
    machine.through = ("setpriv", "--reuid=65534", "--clear-groups", "--")
    with pytest.raises(HostError, match="logged in, but not as root"):
        machine.apply(bundle())
    assert not machine.state.exists()


def test_a_lock_that_is_held(machine: NixosMachine) -> None:
    machine.apply(bundle())
    lock = machine.state / "lock"
    lock.write_text("anna@desk since 2026-01-01T00:00:00Z\n")
    with subprocess.Popen(["flock", str(lock), "cat"], stdin=subprocess.PIPE) as holder:
        with pytest.raises(Locked, match="anna@desk"):
            machine.apply(bundle("two"))
        assert holder.stdin is not None
        holder.stdin.close()
    assert machine.text() == "one"


def test_a_disk_that_is_full(machine: NixosMachine) -> None:
    machine.apply(bundle())
    before = machine.text()
    full = machine.state / "generations"
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "none", str(full)], check=True)
    try:
        with pytest.raises(NoSpace, match="make room there"):
            machine.apply(bundle("two", users=b"x" * 200_000))
    finally:
        subprocess.run(["umount", str(full)], check=True)
    assert machine.text() == before
    assert machine.leftovers() == []
    assert machine.apply(bundle("two")).changed


def test_somebody_was_there_between_the_look_and_the_work(machine: NixosMachine) -> None:
    machine.apply(bundle())

    def meddle(_: object) -> None:
        times.append(1)
        (machine.module / "default.nix").write_text(f"{{ }} # {len(times)}\n")

    times: list[int] = []
    with pytest.raises(Moved, match="since it was looked at"):
        machine.apply(bundle("two"), permit=meddle)
    assert machine.text() == "3"
    assert machine.apply(bundle("two")).changed


@pytest.mark.parametrize("point", ["build", "switch", "activation"])
def test_killed_in_a_program_of_the_system(machine: NixosMachine, point: str) -> None:
    machine.apply(bundle())
    machine.tell(f"kill-{point}")
    with pytest.raises(Unreachable):
        machine.apply(bundle("two", users=b"a@b:{PLAIN}other"))
    assert machine.text() == "two"
    assert machine.apply(bundle("three")).changed
    assert (machine.text(), machine.leftovers()) == ("three", [])
    assert [one.number for one in machine.generations()] == [0, 1, 2]


def test_killed_and_then_nothing_new_goes_back(machine: NixosMachine) -> None:
    machine.apply(bundle())
    machine.tell("kill-activation")
    with pytest.raises(Unreachable):
        machine.apply(bundle("two", users=b"a@b:{PLAIN}other"))
    machine.apply(bundle("one"))
    assert machine.steps[0] == "taking back what was cut off"
    assert machine.text() == "one"
    assert b"{PLAIN}" not in (machine.secrets / "dovecot/users").read_bytes()
    assert machine.system == "2"
    assert not machine.apply(bundle("one")).changed


EXCHANGE = """\
#!/usr/bin/env python3
import ctypes, os, sys
words = sys.argv[1:]
if words[0] != "--exchange":
    os.execv("/usr/bin/mv", ["mv", *words])
libc = ctypes.CDLL(None, use_errno=True)
one, other = (word.encode() for word in words[-2:])
with open("COUNTER", "a") as counted:
    counted.write("x")
sys.exit(1 if libc.renameat2(-100, one, -100, other, 2) else 0)
"""


@pytest.mark.parametrize("how", ["fail-build", "fail-activation", "kill-build", "kill-switch"])
def test_an_mv_that_exchanges_leaves_no_moment_without_a_module(
    machine: NixosMachine, how: str
) -> None:
    counter = machine.root / "exchanged"
    path = machine.root / "sw/bin/mv"
    path.write_text(EXCHANGE.replace("COUNTER", str(counter)))
    path.chmod(0o755)
    machine.apply(bundle())
    assert machine.apply(bundle("two")).changed
    assert counter.read_text() == "xx"
    before = machine.text(), machine.system
    machine.tell(how)
    with pytest.raises((CheckRefused, RolledBack, Unreachable)):
        machine.apply(bundle("three"))
    machine.apply(bundle("two"))
    assert (machine.text(), machine.system) == before
    assert machine.leftovers() == []


WATCHED = ("mv", "cp", "ln", "rm", "sync", "chmod", "chown", "mkdir", "readlink")


def test_killed_anywhere_it_is_the_old_or_the_new_one(machine: NixosMachine) -> None:
    counter = machine.root / "counter"
    for name in WATCHED:
        path = machine.root / "sw/bin" / name
        path.write_text(
            f'#!/bin/sh\nPATH=/usr/bin:/bin\n[ -e {counter} ] || exec {name} "$@"\n'
            f"read -r left <{counter}\n"
            f'echo $((left - 1)) >{counter}\n[ "$left" -gt 0 ] || kill -KILL 0\n'
            f'exec {name} "$@"\n'
        )
        path.chmod(0o755)
    machine.apply(bundle("old"))
    killed = 0
    for step in range(200):
        counter.write_text(f"{step}\n")
        try:
            machine.apply(bundle("new", users=b"a@b:{PLAIN}new"))
        except Unreachable:
            killed += 1
        else:
            break
        finally:
            counter.unlink()
        gone = machine.module.with_name("mailctl.former")
        assert machine.text() in ("old", "new") or gone.exists()
        machine.apply(bundle("old", users=b"a@b:{PLAIN}old"))
        assert machine.text() == "old"
        assert (machine.secrets / "dovecot/users").read_bytes() == b"a@b:{PLAIN}old"
        assert machine.leftovers() == []
    assert killed > 15
    assert machine.text() == "new"


class _Lost(LocalRemote):
    """A connection that is gone when the agent says this."""

    def __init__(self, last: str) -> None:
        super().__init__("mail")
        self.last = last

    def run(
        self,
        script: bytes,
        stdin: bytes = b"",
        timeout: float = 60,
        answer: Answer | None = None,
    ) -> Outcome:
        if answer is None:
            return super().run(script, stdin, timeout)
        process = begin(script)
        assert process.stdin is not None
        assert process.stdout is not None
        for line in process.stdout:
            text = line.decode().rstrip("\n")
            if text == self.last:
                break
            process.stdin.write(answer(text))
            process.stdin.flush()
        process.stdout.close()
        process.stdin.close()
        process.wait(timeout=60)
        raise Unreachable(self.name, "the connection was lost")


@pytest.mark.parametrize(
    ("last", "error"),
    [
        ("step\tbuilding", Unreachable),
        ("ask\tswitch", Unreachable),
        ("step\tasking the ports", OutcomeUnknown),
        ("ask\tconfirm", OutcomeUnknown),
    ],
)
def test_a_connection_that_is_lost_leaves_what_was_there(
    machine: NixosMachine, last: str, error: type[HostError]
) -> None:
    machine.apply(bundle())
    before = machine.snapshot()
    with pytest.raises(error):
        bring(_Lost(last), bundle("two", users=b"a@b:{PLAIN}other"), machine.errand())
    assert machine.snapshot() == before
    assert machine.leftovers() == []


def test_after_a_lost_connection_the_host_is_asked_how_it_ended(machine: NixosMachine) -> None:
    machine.apply(bundle())
    connections = iter((_Lost("ask\tconfirm"), LocalRemote("mail")))
    attempt = Attempt(lambda: next(connections), machine.errand(), pause=lambda _: None)
    with pytest.raises(RolledBack, match="generation 1 is live"):
        attempt.make(lambda remote: bring(remote, bundle("two"), machine.errand()))

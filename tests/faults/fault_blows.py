"""The blows: each strikes an apply at its moment, and is healed when that has ended."""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import fault_bundles
from agent_processes import agents, kill_session, kill_shell, kill_tree, kill_unit
from cutting_relay import Manner, Relay
from fault_catalogue import Fault, Kind, Moment
from fault_lane import ERRAND, Lane

from mailctl.bundle import HostBundle
from mailctl.deploy.apply import bring
from mailctl.deploy.host import Answer, Outcome
from mailctl.deploy.rollback import roll_back
from mailctl.deploy.ssh import SshRemote
from mailctl.errors import HostError

_LONGEST_SILENCE = 60.0

Blow = Callable[[], bool]
"""Strikes; says whether there was anything to strike."""


@dataclass(slots=True)
class Struck:
    """How the apply that was struck ended for the client: `ended` names its result or error,
    `said` is the error's text; `hit` is whether the blow found it at work."""

    hit: bool = False
    ended: str = ""
    said: str = ""


@dataclass(slots=True)
class WatchedRemote:
    """A connection of which the agent's lines are watched, to strike at one of them."""

    remote: SshRemote
    moment: Moment
    blow: Blow
    hit: bool = False
    name: str = ""
    execs: int = 0
    _timer: threading.Timer | None = None
    _count: int = 0

    def run(
        self,
        script: bytes,
        stdin: bytes = b"",
        timeout: float = 60,
        answer: Answer | None = None,
    ) -> Outcome:
        if answer is None:
            return self.remote.run(script, stdin, timeout)
        if self.moment.line == "begin":
            self._strike_in(self.moment.delay)
        return self.remote.run(
            script, stdin, min(timeout, _LONGEST_SILENCE), lambda line: self._heard(line, answer)
        )

    def _heard(self, line: str, answer: Answer) -> bytes:
        if line.startswith(self.moment.line):
            self._count += 1
            if self._count == self.moment.nth:
                if self.moment.held:
                    self._strike()
                else:
                    self._strike_in(self.moment.delay)
        return answer(line)

    def _strike_in(self, seconds: float) -> None:
        self._timer = threading.Timer(seconds, self._strike)
        self._timer.daemon = True
        self._timer.start()

    def _strike(self) -> None:
        self.hit = self.blow()

    def finish(self) -> None:
        """No blow comes later than this."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer.join()

    def __enter__(self) -> Self:
        self.remote.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self.remote.__exit__(None, None, None)


def strike(lane: Lane, fault: Fault, target: str) -> Struck:
    """Apply under the fault, and see the host's side of it end; afterwards all is healed."""
    if fault.kind is Kind.KILL_CLIENT:
        return _kill_client(lane, fault, target)
    if fault.kind in _BAD:
        with _obstacle(lane, fault.kind):
            return _bad(lane, fault, target)
    if fault.kind in _WIRES:
        return _on_a_wire(lane, fault, target)
    blow, heal = _BLOWS[fault.kind](lane, fault)
    try:
        return _watched(lane, fault, target, lane.remote(), blow)
    finally:
        wait_for_agents(lane)
        heal()


def wait_for_agents(lane: Lane, patience: float = 60) -> None:
    """Until nobody works on the host any more."""
    end = time.monotonic() + patience
    while agents(lane.host) and time.monotonic() < end:
        time.sleep(0.05)


def _watched(lane: Lane, fault: Fault, target: str, remote: SshRemote, blow: Blow) -> Struck:
    watched = WatchedRemote(remote, fault.moment, blow)

    def work() -> object:
        try:
            with watched:
                if fault.rollback:
                    return roll_back(watched, None, ERRAND)
                return bring(watched, lane.bundles[target], ERRAND)
        finally:
            watched.finish()

    struck = _told(work)
    struck.hit = watched.hit
    return struck


def _told(work: Callable[[], object]) -> Struck:
    try:
        done = work()
    except HostError as error:
        return Struck(True, type(error).__name__, str(error))
    except Exception as error:  # noqa: BLE001 - a traceback for the user is what we look for
        return Struck(True, "traceback", f"{type(error).__name__}: {error}")
    return Struck(True, type(done).__name__)


Healing = Callable[[], object]


def _nothing() -> None:
    """There is nothing to heal."""


def _kill(how: Callable[..., bool]) -> Callable[[Lane, Fault], tuple[Blow, Healing]]:
    return lambda lane, _: (lambda: how(lane.host), _nothing)


def _power_cut(lane: Lane, fault: Fault) -> tuple[Blow, Healing]:
    gone: list[bool] = []

    def blow() -> bool:
        at_work = bool(agents(lane.host))
        lane.host.stop()
        gone.append(True)
        return at_work

    def heal() -> None:
        if gone:
            lane.host.boot()
            lane.host.wait()

    return blow, heal


def _two_power_cuts(lane: Lane, fault: Fault) -> tuple[Blow, Healing]:
    """The second one while the host puts right what the first one has left."""
    first, heal = _power_cut(lane, fault)
    struck: list[bool] = []

    def blow() -> bool:
        struck.append(True)
        return first()

    def heal_badly() -> None:
        if not struck:
            return
        lane.host.boot()
        time.sleep(fault.share)
        lane.host.stop()
        heal()

    return blow, heal_badly


def _kill_guard(lane: Lane, fault: Fault) -> tuple[Blow, Healing]:
    """The agent, and then whoever takes back what it has left; once."""

    def blow() -> bool:
        hit = kill_tree(lane.host)
        time.sleep(fault.share * 0.5)
        kill_unit(lane.host, "mailctl-guard.service")
        return hit

    return blow, _nothing


def _disk_full(lane: Lane, fault: Fault) -> tuple[Blow, Healing]:
    """To the last byte, or nearly so."""
    filler = lane.state / "filler"

    def blow() -> bool:
        status = os.statvfs(lane.state)
        left = 0 if fault.share < 0.6 else int(fault.share * 65536)
        size = max(status.f_bavail * status.f_frsize - left, 1)
        with filler.open("wb") as file, contextlib.suppress(OSError):
            os.posix_fallocate(file.fileno(), 0, size)
        return bool(agents(lane.host))

    return blow, lambda: filler.unlink(missing_ok=True)


def _read_only(path: str) -> Callable[[Lane, Fault], tuple[Blow, Healing]]:
    """A second, read-only view above: what is open stays open, as the kernel has it when it
    finds errors on a disk."""

    def made(lane: Lane, fault: Fault) -> tuple[Blow, Healing]:
        script = f"mount --bind {path} {path} && mount -o remount,bind,ro {path}"

        def blow() -> bool:
            return lane.host.run("sh", "-c", script)[0] == 0 and bool(agents(lane.host))

        def heal() -> None:
            script = f"while mountpoint -q {path} && [ ! -w {path} ]; do umount -l {path}; done"
            lane.host.run("sh", "-c", script)

        return blow, heal

    return made


_BLOWS: dict[Kind, Callable[[Lane, Fault], tuple[Blow, Healing]]] = {
    Kind.KILL_AGENT: _kill(kill_tree),
    Kind.KILL_SHELL: _kill(kill_shell),
    Kind.KILL_SESSION: _kill(kill_session),
    Kind.KILL_GUARD: _kill_guard,
    Kind.POWER_CUT: _power_cut,
    Kind.TWO_POWER_CUTS: _two_power_cuts,
    Kind.DISK_FULL: _disk_full,
    Kind.READ_ONLY_STATE: _read_only("/var/lib/mailctl"),
    Kind.READ_ONLY_ETC: _read_only("/etc"),
}

_WIRES = {
    Kind.CUT_SENT: Manner.RESET,
    Kind.CUT_HEARD: Manner.RESET,
    Kind.CUT_NOW: Manner.RESET,
    Kind.HUSH_SENT: Manner.SILENCE,
    Kind.HUSH_HEARD: Manner.SILENCE,
    Kind.HUSH_NOW: Manner.SILENCE,
}


def _on_a_wire(lane: Lane, fault: Fault, target: str) -> Struck:
    """The host's end of a silent wire stays open until the host has given us up."""
    relay = lane.relay()
    relay.manner = _WIRES[fault.kind]
    now = fault.kind in (Kind.CUT_NOW, Kind.HUSH_NOW)
    if fault.kind in (Kind.CUT_SENT, Kind.HUSH_SENT):
        relay.sent_limit = max(1, int(fault.share * lane.sent))
    elif not now:
        relay.heard_limit = max(1, int(fault.share * lane.heard))
    try:
        blow = _cut(relay) if now else _never
        struck = _watched(lane, fault, target, lane.remote(relay), blow)
        struck.hit = relay.was_cut
        wait_for_agents(lane)
        return struck
    finally:
        relay.close()


def _cut(relay: Relay) -> Blow:
    def blow() -> bool:
        relay.cut()
        return True

    return blow


def _never() -> bool:
    return False


_BAD: dict[Kind, Callable[[HostBundle], HostBundle]] = {
    Kind.REFUSED: fault_bundles.refused,
    Kind.START_FAILS: fault_bundles.start_fails,
    Kind.PORT_TAKEN: fault_bundles.port_taken,
    Kind.DIES_LATER: fault_bundles.dies_later,
    Kind.PROBE_FAILS: fault_bundles.probe_fails,
}


def _bad(lane: Lane, fault: Fault, target: str) -> Struck:
    """Nothing is struck but the host itself, by what it is given."""

    def work() -> object:
        with lane.remote() as remote:
            return bring(remote, _BAD[fault.kind](lane.bundles[target]), ERRAND)

    struck = _told(work)
    wait_for_agents(lane)
    if fault.kind is Kind.DIES_LATER:
        time.sleep(1.5)
    return struck


@contextmanager
def _obstacle(lane: Lane, kind: Kind) -> Iterator[None]:
    """Somebody else's program on our port, where that is the fault."""
    if kind is not Kind.PORT_TAKEN:
        yield
        return
    squat = ("systemd-run", "--quiet", "--unit=squatter", "--property=SuccessExitStatus=143")
    listen = ("systemd-socket-activate", f"--listen={fault_bundles.TAKEN_PORT}", "/bin/cat")
    status, said = lane.host.run(*squat, *listen)
    assert status == 0, said
    try:
        yield
    finally:
        lane.host.run("systemctl", "stop", "squatter.service")


_SIGNS: dict[str, Callable[[Path, str], bool]] = {
    "begin": lambda _state, _before: True,
    "step\tlaying": lambda state, _: any(state.glob("work/*")),
    "step\tchecking": lambda state, _: any(state.glob("generations/*.partial/.mailctl")),
    "step\tswitching": lambda state, before: str((state / "current").readlink()) != before,
    "step\tre": lambda state, before: str((state / "current").readlink()) != before,
    "ask\tconfirm": lambda state, before: str((state / "current").readlink()) != before,
}
"""The same moments for one who hears nothing: what can be seen on the host's disk."""


def _laid(lane: Lane) -> set[str]:
    """The generations that lie there whole."""
    return {path.name for path in lane.state.glob("generations/*") if path.name.isdecimal()}


def _kill_client(lane: Lane, fault: Fault, target: str) -> Struck:
    before = str((lane.state / "current").readlink())
    known = _laid(lane)
    client = lane.start_client(target)
    end = time.monotonic() + 30
    while client.poll() is None and time.monotonic() < end:
        if fault.moment.line == "ask\tswitch":
            if _laid(lane) - known:
                break
        elif _SIGNS[fault.moment.line](lane.state, before):
            break
        time.sleep(0.003)
    span = 1.0 if fault.moment.line == "begin" else 0.4
    with contextlib.suppress(subprocess.TimeoutExpired):
        client.wait(fault.share * span)
    hit = client.poll() is None
    client.kill()
    said = client.communicate()[0].decode(errors="replace")
    wait_for_agents(lane)
    return Struck(hit, "killed" if hit else f"exit {client.returncode}", said)

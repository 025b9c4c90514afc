"""An apply on ten hosts of twenty files each, near and 50 ms away, against a floor and the peers.

The floor is paramiko that connects and runs `true`. Everybody is a process of its own, brings the
files of one folder, and is measured in turn: on hosts that have none, once more, and when one
file has changed. What lies on the hosts is looked at each time. Prints medians.

A first apply is that of a configuration: packages and services are there already, and no service
is told anything. One that is would be watched for two seconds, which is a wait and no work.

Goals, of the work without the start of Python, our own as well as the peer's: no-op at most 1.6 x
the floor (1.3 far away), first apply 2.2 x; no-op and one file 6 x faster than pyinfra; at most 1
command on a host for a no-op and 3 for an apply; at most 64 MiB. 6 x as a whole process would be
less than connecting alone takes.
Run as root: python tests/benchmarks/apply_10_hosts.py VENV_OF_THE_PEERS [ROUNDS]
"""

from __future__ import annotations

import contextlib
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import peers
from measured import Measured, measure
from ten_hosts import HOSTS, Way
from ten_servers import ADDRESS, FIRST_PORT, Servers
from whole_process import LAID

from mailctl.rehearsal.throwaway import throwaway_network

FILES = 20
SIZE = 2048
FLOOR, MAILCTL = "paramiko, true", "mailctl"
OFTENER = 3
"""Times that these two are measured a round: they are quick."""
FIRST, NOTHING, ONE_FILE = "first", "no-op", "one file"
STEPS = (FIRST, NOTHING, ONE_FILE)
ROUND_TRIP = 0.05
"""Seconds, to hosts that are far away."""
FAR_PORT = 3201


@dataclass(slots=True)
class Bench:
    """One way to the hosts, and all runs over it by who ran and at which step."""

    servers: Servers
    folder: Path
    commands: dict[str, tuple[str, ...]]
    pyinfra: tuple[str, ...]
    runs: dict[tuple[str, str], list[Measured]] = field(default_factory=dict)
    starts: list[float] = field(default_factory=list)
    """Seconds until pyinfra has only said its version."""

    def round(self, number: int) -> None:
        """Everybody in turn, so that a drift of the machine hits all."""
        others = [who for who in self.commands if who not in (FLOOR, MAILCTL)]
        self.starts += [
            measure((*self.pyinfra, "--version"), self.folder, {}).seconds for _ in range(OFTENER)
        ]
        for turn, who in enumerate([*(FLOOR, MAILCTL) * OFTENER, *others]):
            self.servers.wipe(peers.FOLDER, peers.LINKS)
            for step in STEPS:
                # a text that no other run has: whatever lies there is this run's
                self._write_tree(f"{number} {turn} {step == ONE_FILE}")
                self.runs.setdefault((who, step), []).append(self._run(who, step))

    def seconds(self, who: str, step: str) -> float:
        """Of whole processes, the median."""
        return statistics.median(run.seconds for run in self.runs[who, step])

    def work(self, who: str, step: str) -> float:
        """Of the work alone, without the start of Python, the median; not for peers."""
        return statistics.median(_said(run)[0] for run in self.runs[who, step])

    def execs(self, step: str) -> int:
        """The most commands that mailctl ran on a host."""
        return max(did[0] for run in self.runs[MAILCTL, step] for did in _said(run)[1])

    def mib(self, who: str) -> float:
        """The largest peak of memory."""
        return max(run.mib for (name, _), runs in self.runs.items() if name == who for run in runs)

    def _write_tree(self, text: str) -> None:
        """The files as a compiler would have made them; the last one differs with the text."""
        tree = self.folder / "tree"
        tree.mkdir(exist_ok=True)
        for number in range(FILES):
            line = f"{text if number == FILES - 1 else number}".ljust(63) + "\n"
            file, content = tree / f"file{number}", line * (SIZE // len(line))
            # to Ansible's unarchive another time is another file
            if not file.exists() or file.read_text() != content:
                file.write_text(content)
        peers.pack(self.folder)

    def _run(self, who: str, step: str) -> Measured:
        place = LAID if who == MAILCTL else peers.FOLDER
        before = self.servers.lying(place) if step == NOTHING else ()
        # ssh's masters of the run before are no help to this one
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as control:
            run = measure(
                self.commands[who], self.folder, {"ANSIBLE_SSH_CONTROL_PATH_DIR": control}
            )
        if who == FLOOR:
            return run
        after = self.servers.lying(place)
        wanted = {file.name: file.read_bytes() for file in (self.folder / "tree").iterdir()}
        if any({file.name: file.content for file in files} != wanted for files in after):
            raise SystemExit(f"{who}, {step}: other files lie on the hosts")
        if step == NOTHING and before != after:
            raise SystemExit(f"{who}: files were written again where nothing was to do")
        return run


def _said(run: Measured) -> tuple[float, list[tuple[int, bool]]]:
    """What whole_process.py prints."""
    seconds, did = json.loads(run.output)
    return seconds, did


def commands(venv: Path, folder: Path, way: Way) -> dict[str, tuple[str, ...]]:
    """Everybody's command line."""
    ours = (sys.executable, str(Path(__file__).with_name("whole_process.py")))
    return {
        FLOOR: (*ours, "floor", *way.words()),
        MAILCTL: (*ours, "apply", *way.words()),
        **peers.commands(venv, folder, way),
    }


@contextlib.contextmanager
def far_away() -> Iterator[None]:
    """The hosts once more on loopback, behind a relay that delays."""
    relay = subprocess.Popen(
        [
            *(sys.executable, str(Path(__file__).with_name("far_away.py"))),
            *(ADDRESS, str(FIRST_PORT), str(FAR_PORT), str(len(HOSTS)), str(ROUND_TRIP / 2)),
        ],
        stdout=subprocess.PIPE,
    )
    try:
        assert relay.stdout is not None
        if not relay.stdout.readline():
            raise SystemExit("the relay did not start")
        yield
    finally:
        relay.terminate()
        relay.wait()


def show(bench: Bench, title: str) -> None:
    """Whole processes, each beside how many times mailctl's seconds that is; then our own work
    beside the floor."""
    print(f"\n{title}, seconds of whole processes and times mailctl's; MiB of the largest process")
    print(f"{'':20}" + "".join(f"{step:>16}" for step in STEPS) + f"{'MiB':>8}")
    for who in bench.commands:
        row = f"{who:20}"
        for step in STEPS:
            seconds = bench.seconds(who, step)
            row += f"{seconds:8.2f}{seconds / bench.seconds(MAILCTL, step):6.2f} x"
        print(f"{row}{bench.mib(who):8.0f}")
    _show_work(bench)


def _show_work(bench: Bench) -> None:
    floor = statistics.median(bench.work(FLOOR, step) for step in STEPS)
    print(f"mailctl without the start of Python, where the floor has {floor:.3f} s")
    for step in STEPS:
        seconds = bench.work(MAILCTL, step)
        print(
            f"  {step:10}{seconds:7.3f} s {seconds / floor:5.2f} x the floor, "
            f"commands on a host: {bench.execs(step)}"
        )
    start = statistics.median(bench.starts)
    print(f"pyinfra without its start of {start:.2f} s, and times that work of mailctl's")
    for who in bench.commands:
        if who.startswith(peers.PYINFRA):
            row = f"  {who:18}"
            for step in STEPS:
                seconds = bench.seconds(who, step) - start
                row += f"{seconds:8.2f}{seconds / bench.work(MAILCTL, step):6.2f} x"
            print(row)


def main(venv: Path, rounds: int) -> None:
    """Near and far in one run."""
    with contextlib.ExitStack() as stack:
        near_folder, far_folder = (
            Path(stack.enter_context(tempfile.TemporaryDirectory())) for _ in range(2)
        )
        net = stack.enter_context(throwaway_network())
        servers = Servers(net, peers.PACKAGES)
        stack.enter_context(net.inside())
        stack.enter_context(far_away())
        pyinfra = (str(venv / "bin/pyinfra"),)
        near = Bench(servers, near_folder, commands(venv, near_folder, servers.way()), pyinfra)
        way = servers.way("127.0.0.1", FAR_PORT)
        far = Bench(servers, far_folder, commands(venv, far_folder, way), pyinfra)
        for number in range(rounds):
            near.round(number)
            far.round(number)
    print(f"{len(HOSTS)} hosts, {FILES} files of {SIZE} bytes each, {rounds} rounds")
    show(near, "near")
    show(far, f"{ROUND_TRIP * 1000:.0f} ms away")


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute(), int(sys.argv[2]) if len(sys.argv) > 2 else 3)

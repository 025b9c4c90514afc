"""A machine in a folder: the agent runs here, for a root of its own, without services."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from mailctl.bundle import Artefact, Command, Contribution, Directory, HostBundle, Link
from mailctl.deploy.apply import (
    Applied,
    Permit,
    Proceed,
    always,
    answering,
    bring,
    permitted,
)
from mailctl.deploy.delivery import delivery
from mailctl.deploy.generations import Generation, generations
from mailctl.deploy.host import Answer, Outcome, Remote
from mailctl.deploy.local import LocalRemote, reading
from mailctl.deploy.plan import Plan
from mailctl.deploy.rollback import roll_back
from mailctl.deploy.script import Errand, agent, continuation
from mailctl.deploy.terms import DEFAULT_TERMS, Terms
from mailctl.deploy.verdict import generation
from mailctl.deploy.visit import PARTS

ORIGINAL = b"what the administrator had\n"


def bundle(main: bytes = b"one\n", *more: Artefact, **parts: object) -> HostBundle:
    """A host with a configuration file, a secret, a link and a folder; no services."""
    content: dict[str, object] = {
        "artefacts": (
            Artefact("postfix/main.cf", main),
            Artefact("dkim/s1.pem", b"PRIVATE", "daemon", "daemon", 0o600, secret=True),
            *more,
        ),
        "directories": (
            Directory("/srv/mail", "daemon", "daemon", 0o2750),
            Directory("dkim", "daemon", "daemon", 0o750),
        ),
        "links": (Link("/etc/postfix/main.cf", "postfix/main.cf"),),
        "packages": ("coreutils",),
    }
    return HostBundle("mail", "debian-12", Contribution(**{**content, **parts}))  # type: ignore[arg-type]


def checked(*words: str, quiet: bool = True) -> HostBundle:
    """A host whose files are looked at by one command."""
    return bundle(b"new\n", checks=(Command(words, "a check", quiet=quiet),))


_GO_ON = b"""IFS= read -r size; script=$(head -c "$size"); eval "$script"\n"""


@dataclass(slots=True)
class Machine:
    """`root` stands for /; `steps` are those of the last apply."""

    root: Path
    steps: list[str] = field(default_factory=list)
    execs: int = 0

    def __post_init__(self) -> None:
        (self.root / "etc/postfix").mkdir(parents=True)
        (self.root / "usr/sbin").mkdir(parents=True)
        (self.root / "etc/os-release").write_text('ID=debian\nVERSION_ID="12"\n')
        self.main.write_bytes(ORIGINAL)

    @property
    def main(self) -> Path:
        return self.root / "etc/postfix/main.cf"

    @property
    def state(self) -> Path:
        return self.root / "var/lib/mailctl"

    @property
    def live(self) -> Path:
        return (self.state / "current").resolve()

    def errand(self, patience: int = 10) -> Errand:
        return Errand("maria@desk", str(self.root), patience)

    def apply(
        self,
        wanted: HostBundle,
        proceed: Proceed = always,
        permit: Permit = permitted,
        terms: Terms = DEFAULT_TERMS,
    ) -> Applied:
        self.steps.clear()
        remote = LocalRemote("mail")
        try:
            report = self.steps.append
            return bring(remote, wanted, self.errand(), report, proceed, permit, terms)
        finally:
            self.execs = remote.execs

    def generations(self) -> tuple[Generation, ...]:
        return generations(LocalRemote("mail"), self.errand())

    def numbers(self) -> list[int]:
        return [generation.number for generation in self.generations()]

    def roll_back(self, number: int | None = None, proceed: Proceed = always) -> Applied:
        return roll_back(LocalRemote("mail"), number, self.errand(), self.steps.append, proceed)

    def snapshot(self) -> dict[str, object]:
        """Everything that a failed apply must leave as it was."""
        paths = [self.root / "etc", *self.state.glob("generations/[1-9]*")]
        found: dict[str, object] = {"current": self.main.read_bytes()}
        for folder in paths:
            for path in sorted(folder.rglob("*")):
                status = path.lstat()
                content = str(path.readlink()) if path.is_symlink() else None
                if path.is_file() and not path.is_symlink():
                    content = path.read_bytes().hex()
                found[str(path)] = (oct(status.st_mode), status.st_uid, content)
        return found

    def wait_for_guard(self) -> None:
        """Until nothing is pending any more; a killed agent's children may end a moment later."""
        for _ in range(200):
            if not (self.state / "pending").exists():
                return
            time.sleep(0.05)
        raise AssertionError("the guard did not take it back")

    def leftovers(self) -> list[str]:
        """What an agent that was interrupted may leave, and a later one removes."""
        return sorted(
            str(path.relative_to(self.root))
            for pattern in (
                "**/*.partial",
                "**/mailctl/work/*",
                "**/mailctl/pending",
                "**/*.mailctl-new",
                "usr/sbin/policy-rc.d",
            )
            for path in self.root.glob(pattern)
        )


class Tapped(LocalRemote):
    """A connection on which each line of a conversation goes through `tap`."""

    def __init__(self) -> None:
        super().__init__("mail")

    def tap(self, line: str, answer: Answer) -> bytes:
        """What is answered."""
        return answer(line)

    def run(
        self,
        script: bytes,
        stdin: bytes = b"",
        timeout: float = 60,
        answer: Answer | None = None,
    ) -> Outcome:
        if answer is None:
            return super().run(script, stdin, timeout)
        return super().run(script, stdin, timeout, lambda line: self.tap(line, answer))


def carry_out(remote: Remote, wanted: HostBundle, plan: Plan, errand: Errand) -> int:
    """A plan that was made a while ago, by an agent that did not look before."""
    script, stdin = sent(wanted, plan, errand)
    return generation("mail", remote.run(script, stdin, 60, answering(lambda _: None, always)))


def sent(wanted: HostBundle, plan: Plan, errand: Errand) -> tuple[bytes, bytes]:
    """The script for a plan, and what it reads up to the first question."""
    return agent(("common",), b"", errand) + _GO_ON, continuation(
        PARTS, *delivery(plan, wanted.content.artefacts)
    )


def begin(script: bytes) -> subprocess.Popen[bytes]:
    """An agent in a process group of its own, which has read its script."""
    process = subprocess.Popen(
        reading(script),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdin is not None
    process.stdin.write(script)
    process.stdin.flush()
    return process


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and all of its group, as a power cut would."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()

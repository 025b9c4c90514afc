"""An apply that fails changes nothing, or takes back what it has switched."""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
import time
from collections.abc import Callable

import pytest
from deploy_machine import Machine, begin, bundle, carry_out, checked, end, sent

from mailctl.bundle import Artefact, Command, HostBundle
from mailctl.deploy.guard_text import PARTS as GUARD
from mailctl.deploy.host import Answer, HeardEnough, Outcome
from mailctl.deploy.local import LocalRemote
from mailctl.deploy.manifest import Manifest
from mailctl.deploy.observe import observe
from mailctl.deploy.plan import make_plan
from mailctl.deploy.script import agent
from mailctl.deploy.session import Login
from mailctl.deploy.verdict import generation
from mailctl.deploy.visit import PARTS
from mailctl.errors import CheckRefused, HostError, Locked, RolledBack, WrongPlatform


def refused(machine: Machine, wanted: HostBundle, error: type[HostError]) -> str:
    """The error's text; the host is as it was."""
    machine.apply(bundle())
    before = machine.snapshot()
    with pytest.raises(error) as raised:
        machine.apply(wanted)
    assert machine.snapshot() == before
    assert machine.leftovers() == []
    assert machine.apply(bundle(b"good\n")).changed
    return str(raised.value)


def test_a_check_that_fails_is_quoted(machine: Machine) -> None:
    words = ("sh", "-c", 'echo "$1: line 3: what is this?" >&2; exit 1', "sh", "{tree}/main.cf")
    text = refused(machine, checked(*words), CheckRefused)
    assert "refuses the new files: status 1; nothing was switched" in text
    assert text.splitlines()[-1] == "    main.cf: line 3: what is this?"


def test_a_quiet_check_that_complains_fails(machine: Machine) -> None:
    words = ("sh", "-c", "echo 'warning: unused parameter' >&2")
    assert "it complained" in refused(machine, checked(*words), CheckRefused)


def test_a_loud_check_may_complain(machine: Machine) -> None:
    assert machine.apply(checked("sh", "-c", "echo hello >&2", quiet=False)).changed


def test_a_check_sees_the_new_file_and_nobody_else_does(machine: Machine) -> None:
    machine.apply(bundle())
    main = machine.main
    outside = Command(
        ("sh", "-c", f'[ "$(cat {main})" = new ] && [ "$(cat "$1")" = new ]', "sh",
         "{tree}/postfix/main.cf"), "a check")  # fmt: skip
    seen: list[bytes] = []
    proceed: Callable[[], bool] = lambda: seen.append(main.read_bytes()) or True  # type: ignore[func-returns-value]  # noqa: E731
    machine.apply(bundle(b"new\n", checks=(outside,)), proceed)
    assert seen == [b"one\n", b"new\n"]


def test_words_of_a_command_are_no_shell(machine: Machine) -> None:
    evil = "$(touch /tmp/mailctl-evil); * `id`"
    words = ("sh", "-c", '[ "$1" = "$2" ]', "sh", evil, evil)
    assert machine.apply(checked(*words)).changed
    assert not os.path.exists("/tmp/mailctl-evil")  # noqa: S108, PTH110


def test_a_build_that_fails(machine: Machine) -> None:
    wanted = bundle(b"new\n", builds=(Command(("false",), "a build"),))
    assert "`false` failed on the new files" in refused(machine, wanted, CheckRefused)


def test_an_owner_that_the_host_does_not_know(machine: Machine) -> None:
    wanted = bundle(b"new\n", Artefact("x", b"x", owner="nobody-we-know"))
    assert "not what was sent" in refused(machine, wanted, HostError)


def test_a_folder_where_a_link_shall_be(machine: Machine) -> None:
    machine.main.unlink()
    machine.main.mkdir()
    with pytest.raises(HostError, match="is a folder on the host"):
        machine.apply(bundle())
    assert machine.main.is_dir()


def test_a_platform_that_is_not_the_specs(machine: Machine) -> None:
    wanted = HostBundle("mail", "debian-13", bundle().content)
    with pytest.raises(WrongPlatform, match="write `platform: debian-12`"):
        machine.apply(wanted)
    assert not machine.state.exists()


def answers(*words: bool) -> Callable[[], bool]:
    """Says these when asked, one after another."""
    given = iter(words)
    return lambda: next(given)


def test_stopping_before_the_switch_leaves_everything(machine: Machine) -> None:
    machine.apply(bundle())
    before = machine.snapshot()
    with pytest.raises(HostError, match="stopped before the switch"):
        machine.apply(bundle(b"two\n"), answers(False))
    assert machine.snapshot() == before


def test_stopping_after_the_switch_takes_it_back(machine: Machine) -> None:
    machine.apply(bundle())
    before = machine.snapshot()
    with pytest.raises(RolledBack, match="generation 1 is live again"):
        machine.apply(bundle(b"two\n"), answers(True, False))
    assert machine.snapshot() == before
    assert machine.numbers() == [0, 1]


def test_a_first_apply_that_is_taken_back_leaves_the_original(machine: Machine) -> None:
    before = machine.snapshot()
    with pytest.raises(RolledBack, match="as it was before"):
        machine.apply(bundle(), answers(True, False))
    after = machine.snapshot()
    assert {name: after[name] for name in before} == before


def test_a_rollback_that_is_not_confirmed_is_taken_back_and_both_stay(machine: Machine) -> None:
    machine.apply(bundle())
    machine.apply(bundle(b"two\n"))
    with pytest.raises(RolledBack, match="generation 2 is live again"):
        machine.roll_back(1, answers(False))
    assert machine.main.read_bytes() == b"two\n"
    assert machine.numbers() == [0, 1, 2]


class Broken(LocalRemote):
    """A connection that is gone when the agent asks this."""

    def __init__(self, question: str, *, killed: bool = False) -> None:
        super().__init__("mail")
        self.question = question
        self.killed = killed

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
        process.stdin.write(stdin)
        process.stdin.flush()
        with contextlib.suppress(HeardEnough):
            for line in process.stdout:
                text = line.decode().rstrip("\n")
                if text == f"ask\t{self.question}":
                    break
                process.stdin.write(answer(text))
                process.stdin.flush()
        if self.killed:
            end(process)
        process.stdout.close()
        process.stdin.close()
        return Outcome(process.wait(timeout=60), b"", b"")


def cut_off(machine: Machine, question: str, *, killed: bool) -> None:
    remote = Broken(question, killed=killed)
    wanted = bundle(b"two\n")
    manifest = Manifest.of(wanted)
    plan = make_plan("mail", manifest, observe(remote, manifest, machine.errand()))
    with pytest.raises(HostError):
        carry_out(remote, wanted, plan, machine.errand())


@pytest.mark.parametrize("question", ["switch", "confirm"])
def test_a_connection_that_breaks_leaves_the_former_generation(
    machine: Machine, question: str
) -> None:
    machine.apply(bundle())
    before = machine.snapshot()
    cut_off(machine, question, killed=False)
    assert machine.snapshot() == before
    assert machine.leftovers() == []


@pytest.mark.parametrize("question", ["switch", "confirm"])
def test_a_kill_is_taken_back_by_the_guard(machine: Machine, question: str) -> None:
    machine.apply(bundle())
    before = machine.snapshot()
    cut_off(machine, question, killed=True)
    machine.wait_for_guard()
    assert machine.snapshot() == before
    applied = machine.apply(bundle(b"two\n"))
    assert applied.changed
    assert machine.main.read_bytes() == b"two\n"
    assert machine.leftovers() == []
    assert not machine.apply(bundle(b"two\n")).changed
    assert all(generation.confirmed for generation in machine.generations() if generation.live)


@pytest.mark.parametrize("moment", [0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4])
def test_a_kill_at_any_moment_leaves_one_of_the_two_whole(machine: Machine, moment: float) -> None:
    machine.apply(bundle())
    wanted = bundle(b"two\n")
    manifest = Manifest.of(wanted)
    seen = observe(LocalRemote("mail"), manifest, machine.errand())
    plan = make_plan("mail", manifest, seen)
    script, stdin = sent(wanted, plan, machine.errand())
    process = begin(script)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(stdin + b"switch\n")
    process.stdin.flush()
    time.sleep(moment)
    end(process)
    process.stdin.close()
    process.stdout.close()
    assert plan.changes
    machine.wait_for_guard()
    live = machine.main.read_bytes()
    assert live in (b"one\n", b"two\n")
    assert (machine.live / "dkim/s1.pem").read_bytes() == b"PRIVATE"
    machine.apply(wanted)
    assert machine.main.read_bytes() == b"two\n"
    assert machine.leftovers() == []


def test_the_second_of_two_applies_is_told_who_works(machine: Machine) -> None:
    machine.apply(bundle())
    asked = threading.Event()
    go = threading.Event()

    def wait() -> bool:
        asked.set()
        return go.wait(30)

    first = threading.Thread(target=machine.apply, args=(bundle(b"two\n"), wait))
    first.start()
    assert asked.wait(30)
    try:
        with pytest.raises(Locked, match=r"\(maria@desk since \S+Z, for \d+ s\)"):
            Machine.apply(machine, bundle(b"three\n"))
    finally:
        go.set()
        first.join()
    assert machine.main.read_bytes() == b"two\n"


def test_a_plan_is_refused_when_the_host_has_moved(machine: Machine) -> None:
    machine.apply(bundle())
    wanted = bundle(b"two\n")
    manifest = Manifest.of(wanted)
    plan = make_plan("mail", manifest, observe(LocalRemote("mail"), manifest, machine.errand()))
    machine.apply(bundle(b"three\n"))
    with pytest.raises(HostError, match="another generation is live"):
        carry_out(LocalRemote("mail"), wanted, plan, machine.errand())
    assert machine.main.read_bytes() == b"three\n"


def test_a_stream_that_ends_early_changes_nothing(machine: Machine) -> None:
    machine.apply(bundle())
    before = machine.snapshot()
    wanted = bundle(b"two\n")
    manifest = Manifest.of(wanted)
    plan = make_plan("mail", manifest, observe(LocalRemote("mail"), manifest, machine.errand()))
    script, stdin = sent(wanted, plan, machine.errand())
    for length in (*range(0, len(stdin), len(stdin) // 20), len(stdin) - 1):
        outcome = LocalRemote("mail").run(script, stdin[:length])
        with pytest.raises(HostError):
            generation("mail", outcome)
        assert machine.snapshot() == before
    assert machine.leftovers() == []


def test_thousands_of_files_go_at_once(machine: Machine) -> None:
    scripts = [Artefact(f"sieve/of-a-user-{n}.sieve", b"keep;\n") for n in range(2500)]
    check = Command(("test", "-e", "{tree}/postfix/main.cf"), "a check")
    machine.apply(bundle(b"one\n", *scripts, checks=(check,)))
    machine.apply(bundle(b"one\n", *scripts[:1], checks=(check,)))
    assert [file.name for file in (machine.live / "sieve").iterdir()] == ["of-a-user-0.sieve"]


def test_the_scripts_are_posix(machine: Machine) -> None:
    from mailctl.deploy.script import script

    for parts in (
        ("common", "observe"),
        ("common", "fetch"),
        PARTS,
        ("common", "list"),
        ("common", "rollback"),
        GUARD,
    ):
        for shell in (["dash", "-n"], ["bash", "--posix", "-n"]):
            subprocess.run(shell, input=script(*parts), check=True)


def test_secrets_stand_in_no_command_line(machine: Machine) -> None:
    script = agent(PARTS, b"base\tPRIVATE\n", machine.errand())
    for sudo in (True, False):
        line = Login("mail", "maria", sudo, "geheim").command_line(len(script))
        assert "PRIVATE" not in line
        assert "geheim" not in line
        assert len(line) < 400

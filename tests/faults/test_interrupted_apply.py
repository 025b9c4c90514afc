"""An apply that is stopped, or finds another one at work, ends in a known state and says which."""

from __future__ import annotations

import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator

import pytest
from agent_processes import kill_tree
from faulty_host import Keyboard

from mailctl.rehearsal.host import ThrowawayHost

pytestmark = pytest.mark.hosts


def wait_for_work(process: subprocess.Popen[str], host: ThrowawayHost) -> None:
    """Until the apply lays its generation."""
    end = time.monotonic() + 60
    while not list((host.root / "var/lib/mailctl/generations").glob("*.partial")):
        assert time.monotonic() < end, "the apply did not begin"
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)


def wait_for(question: Callable[[], bool], otherwise: str) -> None:
    """Until it is true."""
    end = time.monotonic() + 60
    while not question():
        assert time.monotonic() < end, otherwise
        time.sleep(0.01)


def switching(keyboard: Keyboard, *words: str) -> subprocess.Popen[str]:
    """A command, an apply unless told otherwise, that has told the host to switch."""
    command, *more = words or ("apply", "--no-dns-check")
    process = keyboard.begin(command, *more, "--verbose")
    assert process.stderr is not None
    assert any("mail: switching to generation" in line for line in process.stderr)
    return process


@pytest.fixture
def untouched(keyboard: Keyboard, host: ThrowawayHost) -> Iterator[None]:
    """The host as it was found, also afterwards."""
    yield
    if (host.root / "etc/postfix/main.cf").is_symlink():
        assert keyboard.run("rollback", "mail", "0").code == 0


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_stopped_before_the_switch(
    keyboard: Keyboard, host: ThrowawayHost, number: int, code: int
) -> None:
    process = keyboard.begin("apply", "--no-dns-check")
    wait_for_work(process, host)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (code, "")
    assert err.splitlines()[-1] == (
        "mail: stopped before the switch; nothing was switched; run it again"
    )
    assert err.startswith("stopping: ")
    kept = keyboard.run("generations", "mail")
    assert kept.out == "*   0  the host as it was found\n"
    assert not list((host.root / "var/lib/mailctl/generations").glob("*.partial"))
    assert not (host.root / "etc/postfix/main.cf").is_symlink()


@pytest.mark.usefixtures("untouched")
def test_stopped_after_the_switch_the_host_goes_back(
    keyboard: Keyboard, host: ThrowawayHost
) -> None:
    process = switching(keyboard)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert err.splitlines()[-1] == (
        "mail: the new generation was taken back, the host is as it was before; "
        "it was stopped before it was confirmed; run it again"
    )
    assert not (host.root / "etc/postfix/main.cf").is_symlink()


@pytest.mark.usefixtures("untouched")
def test_left_after_the_switch_the_host_goes_back_alone(
    keyboard: Keyboard, host: ThrowawayHost
) -> None:
    process = switching(keyboard)
    process.send_signal(signal.SIGINT)
    assert process.stderr is not None
    assert any(line.startswith("stopping: ") for line in process.stderr)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=10)
    assert process.returncode == 130
    assert err.splitlines()[-1] == (
        "mail: left while it was at work; unless all was done, it goes back by itself; "
        "see how it ended: mailctl generations mail"
    )
    wait_for(lambda: keyboard.run("generations", "mail").err == "", "nobody went back")
    assert keyboard.run("generations", "mail").out == "*   0  the host as it was found\n"
    assert not (host.root / "etc/postfix/main.cf").is_symlink()


@pytest.mark.usefixtures("untouched")
def test_killed_on_the_way_back_from_the_start_the_host_returns_to_it(
    keyboard: Keyboard, host: ThrowawayHost
) -> None:
    said = keyboard.run("apply", "--no-dns-check").out
    number = said.removeprefix("mail: generation ").partition(" ")[0]
    assert keyboard.run("rollback", "mail", "0").code == 0
    process = switching(keyboard, "rollback", "mail", number)
    wait_for(lambda: (host.root / "etc/postfix/main.cf").is_symlink(), "it did not switch")
    assert kill_tree(host)
    process.communicate(timeout=60)
    assert process.returncode == 1
    wait_for(lambda: keyboard.run("generations", "mail").err == "", "nobody went back")
    assert not (host.root / "etc/postfix/main.cf").is_symlink()
    assert keyboard.run("generations", "mail").out.startswith("*   0  ")
    again = keyboard.run("rollback", "mail", number)
    assert (again.code, again.out) == (0, f"mail: generation {number} is live\n"), again.err


@pytest.mark.usefixtures("untouched")
def test_of_two_clients_one_works_and_the_other_says_who(
    keyboard: Keyboard, host: ThrowawayHost
) -> None:
    first = keyboard.begin("apply", "--no-dns-check")
    wait_for_work(first, host)
    first.send_signal(signal.SIGSTOP)
    try:
        second = keyboard.run("apply", "--no-dns-check")
        patient = keyboard.begin("apply", "--no-dns-check", "--wait", "60", "--verbose")
        assert patient.stderr is not None
        waits = next(line for line in patient.stderr if "waiting" in line)
    finally:
        first.send_signal(signal.SIGCONT)
    who = r"another apply is at work there \(\S+@\S+ since \S+Z, for \d+ s\)"
    assert second.code == 3
    assert re.fullmatch(rf"mail: {who}; nothing was changed; run it again .*\n", second.err)
    assert re.fullmatch(rf"mail: waiting: {who}\n", waits)
    assert first.communicate(timeout=60)[0].startswith("mail: generation ")
    assert patient.communicate(timeout=60)[0] == "mail: nothing to do\n"
    assert (first.returncode, patient.returncode) == (0, 0)

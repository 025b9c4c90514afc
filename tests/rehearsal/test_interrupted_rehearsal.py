"""Ctrl-C, a polite end and a kill, at every stage: nothing stays on the machine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from rehearsal_examples import spec_file
from rehearsal_traces import traces

from mailctl.errors import RehearsalError
from mailctl.rehearsal import ledger
from mailctl.rehearsal.ledger import RUNS, Ledger

pytestmark = [pytest.mark.hosts, pytest.mark.timeout(180)]

Rehearsing = subprocess.Popen[str]


@contextmanager
def _rehearsing(*options: str) -> Iterator[Rehearsing]:
    spec = str(spec_file("pair"))
    with subprocess.Popen(
        [sys.executable, "-m", "mailctl", "rehearse", spec, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _run_of(process: Rehearsing) -> str:
    """The run that the process has begun."""
    while process.poll() is None:
        for run in ledger.runs():
            owner = RUNS / run / "owner"
            if owner.is_file() and owner.read_text().startswith(f"{process.pid} "):
                return run
        time.sleep(0.01)
    raise AssertionError(process.communicate()[0])


def _wait_for_line(process: Rehearsing, beginning: str) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith(beginning):
            return
    raise AssertionError(f"it never said {beginning!r}")


@pytest.mark.parametrize("seconds", [0.0, 0.3, 1.0])
def test_ctrl_c_while_hosts_boot(seconds: float) -> None:
    with _rehearsing() as process:
        run = _run_of(process)
        time.sleep(seconds)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)[0]
    assert (process.returncode, traces(run)) == (130, []), said
    assert "Traceback" not in said


@pytest.mark.parametrize("stage", ["boot: ", "apply: "])
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_end_while_it_applies_and_proves(stage: str, number: int, status: int) -> None:
    with _rehearsing() as process:
        run = _run_of(process)
        _wait_for_line(process, stage)
        time.sleep(0.7)
        process.send_signal(number)
        began = time.monotonic()
        said = process.communicate(timeout=60)[0]
    assert (process.returncode, traces(run)) == (status, []), said
    assert time.monotonic() - began < 15
    assert "Traceback" not in said


def test_a_second_ctrl_c_does_not_stop_the_removal() -> None:
    with _rehearsing() as process:
        run = _run_of(process)
        _wait_for_line(process, "boot: ")
        for _ in range(5):
            process.send_signal(signal.SIGINT)
            time.sleep(0.05)
        said = process.communicate(timeout=60)[0]
    assert traces(run) == [], said


def test_what_a_killed_rehearsal_left_is_removed_by_the_next() -> None:
    with _rehearsing() as process:
        run = _run_of(process)
        _wait_for_line(process, "boot: ")
        # not looked at after the kill: whoever rehearses meanwhile removes it for us
        left = traces(run)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate(timeout=60)
    assert {trace.split()[0] for trace in left} >= {"mount", "namespace", "group", "process"}
    ledger.remove_abandoned()
    assert traces(run) == []


def test_kept_hosts_stay_until_they_are_removed() -> None:
    with _rehearsing("--keep", "--only", "smtp-extensions") as process:
        run = _run_of(process)
        said = process.communicate(timeout=120)[0]
    try:
        assert f"mailctl rehearse --remove {run}" in said
        ledger.remove_abandoned()
        assert any("namespace" in trace for trace in traces(run))
        assert any("process" in trace for trace in traces(run))
    finally:
        removed = subprocess.run(
            [sys.executable, "-m", "mailctl", "rehearse", "--remove", run],
            capture_output=True,
            text=True,
            check=False,
        )
    assert removed.returncode == 0, removed.stderr
    assert traces(run) == []


def test_what_is_not_there_cannot_be_removed() -> None:
    with pytest.raises(RehearsalError, match="there is no rehearsal 'abcdef'"):
        Ledger.of("abcdef")
    with pytest.raises(RehearsalError, match=r"there is no rehearsal '\.\./x'"):
        Ledger.of("../x")

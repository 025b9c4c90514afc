"""What apply tells of many hosts: as text, on a terminal, as events; and how signals end it."""

from __future__ import annotations

import errno
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import fleet_client
import pytest
from fleet_client import write_spec

ENVIRONMENT = {"PATH": os.environ["PATH"], "TERM": "xterm", "COLUMNS": "60"}


def begin(spec: Path, *options: str, **streams: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, fleet_client.__file__, str(spec), "--no-dns-check", *options],
        cwd=spec.parent,
        env={**ENVIRONMENT, "PYTHONPATH": str(Path.cwd()), **streams.pop("more", {})},
        **streams,
    )


def said(spec: Path, *options: str) -> tuple[int, list[str], list[str]]:
    """Exit code, and the lines of both streams, warnings of the spec left out."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with begin(spec, *options, **pipes) as process:
        out, err = process.communicate(timeout=60)
    lines = [line for line in err.decode().splitlines() if not line.startswith("warning: mail.y")]
    lines = [line for line in lines if not line.startswith(f"warning: {spec}")]
    return process.returncode, out.decode().splitlines(), lines


@pytest.fixture
def five(tmp_path: Path) -> Path:
    return write_spec(
        tmp_path, well="mx", same="mx", refused="mx", back="mx", lost="mx, submission, store"
    )


def test_the_table_says_how_every_host_stands(five: Path) -> None:
    code, out, err = said(five)
    assert code == 3
    assert sorted(out) == ["same: nothing to do", "well: generation 4 is live"]
    table = [re.sub(r" +\d\.\d s$", "", line) for line in err[-6:-1]]
    assert table == [
        "well     generation 4 is live",
        "same     nothing to do",
        "refused  kept what it had",
        "back     went back to generation 3",
        "lost     unknown: mailctl generations lost",
    ]
    assert err[-1] == "2 of 5 hosts are well; not refused, back, lost"
    errors = sorted(err[:-6])
    assert [line.split(":")[0] for line in errors] == ["back", "lost", "refused"]
    assert "\x1b" not in "".join(err)


def test_all_are_well(tmp_path: Path) -> None:
    code, _, err = said(write_spec(tmp_path, well="mx", same="mx, submission, store"))
    assert (code, err[-1]) == (0, "2 of 2 hosts are well")


def test_of_one_host_a_line_is_enough(five: Path) -> None:
    assert said(five, "--host", "well") == (0, ["well: generation 4 is live"], [])
    code, out, err = said(five, "--host", "back")
    assert (code, out) == (1, [])
    assert err == ["back: the new generation was taken back; mend this"]


def all_said(spec: Path, *options: str) -> str:
    """Both streams as they are, the warnings of the spec too."""
    with begin(spec, *options, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        return process.communicate(timeout=60)[0].decode()


def test_verbose_and_quiet(five: Path) -> None:
    _, _, verbose = said(five, "--verbose", "--host", "well")
    assert verbose == ["well: laying generation 4 of well"]
    code, out, quiet = said(five, "--quiet", "--host", "well", "--host", "back")
    assert (code, out) == (3, [])
    assert quiet == ["back: the new generation was taken back; mend this"]
    text = five.read_text()
    five.write_text(text.replace("debian-12\n", "debian-12\n    ssh: {user: maria}\n", 1))
    assert "warning: " in all_said(five, "--host", "well")
    assert all_said(five, "--quiet", "--host", "well") == ""
    code, _, err = said(five, "--quiet", "--verbose")
    assert code == 64
    assert "two different wishes" in err[-1]


def test_hosts_by_pattern_and_by_role(five: Path) -> None:
    assert said(five, "--host", "w*")[1] == ["well: generation 4 is live"]
    assert said(five, "--role", "store")[2][-1].startswith("lost: ")
    assert said(five, "--host", "[ws]*", "--role", "mx")[2][-1] == "2 of 2 hosts are well"
    for options, told in (
        (("--host", "x*"), "the spec has no host like 'x*'; it has well"),
        (("--host", "well", "--role", "store"), "no host among well has the role store"),
        (
            ("--host", "well", "--canary", "same"),
            "what --canary chooses from has no host 'same'",
        ),
    ):
        code, _, err = said(five, *options)
        assert code == 64
        assert told in err[-1]


def not_begun(host: str, ill: str) -> str:
    reason = f"for {ill}, which had to go first, is not well"
    return f"{host}: not begun, {reason}; nothing was changed; run it again"


def test_a_canary_that_is_not_well_leaves_the_others_as_they_are(five: Path) -> None:
    code, out, err = said(five, "--canary", "back")
    assert (code, out) == (3, ["same: nothing to do"])
    assert err[-1] == "1 of 5 hosts are well; not back; not begun: well, refused, lost"
    assert re.fullmatch(r"well +not begun +-", err[-5])
    assert {not_begun(host, "back") for host in ("well", "refused", "lost")} < {*err}


def test_of_hosts_that_share_a_role_the_first_one_is_the_canary(tmp_path: Path) -> None:
    spec = write_spec(tmp_path, back="mx, submission, store", well="mx")
    code, out, err = said(spec)
    assert (code, out) == (1, [])
    assert err[0] == "back: the new generation was taken back; mend this"
    assert err[1] == not_begun("well", "back")
    code, out, _ = said(spec, "--all-at-once")
    assert (code, out) == (3, ["well: generation 4 is live"])
    code, _, err = said(spec, "--all-at-once", "--canary", "well")
    assert code == 64
    assert "two different wishes" in err[-1]


def test_failures_have_a_limit(five: Path) -> None:
    options = ("--all-at-once", "--parallel", "1", "--max-failures", "0")
    code, _, err = said(five, *options)
    assert code == 3
    assert err[-1] == "2 of 5 hosts are well; not refused; not begun: back, lost"


def test_events_are_one_json_object_a_line(five: Path) -> None:
    options = ("--all-at-once", "--parallel", "1", "--max-failures", "1")
    code, out, err = said(five, "--format", "json", *options)
    assert (code, err) == (3, [])
    events = [json.loads(line) for line in out]
    assert {event.pop("version") for event in events} == {1}
    seconds = [event.pop("seconds") for event in events if "seconds" in event]
    assert all(isinstance(each, float) for each in seconds)
    assert events[:3] == [
        {"event": "begun", "host": "well"},
        {"event": "step", "host": "well", "step": "laying generation 4 of well"},
        {"event": "done", "host": "well", "state": "changed", "generation": 4},
    ]
    ends = [event for event in events if event["event"] in ("done", "failed")]
    assert [(end["host"], end["state"], end["generation"]) for end in ends] == [
        ("well", "changed", 4),
        ("same", "unchanged", 4),
        ("refused", "kept", None),
        ("back", "went-back", 3),
        ("lost", "not-begun", None),
    ]
    assert ends[3] | {"event": "failed"} == {
        "event": "failed",
        "host": "back",
        "state": "went-back",
        "generation": 3,
        "error": "RolledBack",
        "message": "the new generation was taken back",
        "hint": "mend this",
    }
    summary = events[-1]
    assert (summary["event"], summary["exit_code"]) == ("summary", 3)
    assert (summary["well"], summary["failed"]) == (2, 3)
    assert [host["state"] for host in summary["hosts"]] == [end["state"] for end in ends]


def on_a_terminal(spec: Path, *options: str, **more: str) -> str:
    """All that a terminal is sent."""
    ours, theirs = pty.openpty()
    try:
        with begin(spec, *options, stdin=theirs, stdout=theirs, stderr=theirs, more=more) as child:
            os.close(theirs)
            sent = b""
            while chunk := _read(ours):
                sent += chunk
            child.wait(60)
    finally:
        os.close(ours)
    return sent.decode().replace("\r\n", "\n")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError as error:
        if error.errno != errno.EIO:  # Linux' end of a terminal that everybody has left
            raise
        return b""


def seen(sent: str) -> list[str]:
    """What stands there at the end, once every line was written over."""
    lines = [line.rsplit("\r", 1)[-1].replace("\x1b[K", "") for line in sent.split("\n")]
    return [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in lines]


def test_on_a_terminal_a_line_is_written_over(five: Path) -> None:
    sent = on_a_terminal(five, "--all-at-once", "--parallel", "1")
    drawn = re.findall(r"\r\x1b\[K(\d/5 [^\r\n]+)", sent)
    assert "0/5 done, well: laying generation 4 of well" in drawn
    assert "1/5 done, same: connecting" in drawn
    assert max(map(len, drawn)) < 60, "longer than the terminal is wide"
    lasting = "\n".join(seen(sent))
    assert "laying" not in lasting
    assert "connecting" not in lasting
    assert "well: generation 4 is live\n" in lasting
    assert lasting.endswith("2 of 5 hosts are well; not refused, back, lost\n")
    assert "\x1b[31m" in sent


def test_no_colour_where_nobody_wants_it(five: Path) -> None:
    sent = on_a_terminal(five, NO_COLOR="1")
    assert "\r\x1b[K" in sent
    assert not re.search(r"\x1b\[[0-9;]*m", sent)


def test_a_dumb_terminal_is_sent_lines_only(five: Path) -> None:
    assert "\x1b" not in on_a_terminal(five, TERM="dumb")


def stopped(spec: Path, signals: list[int], *options: str) -> tuple[int, list[str]]:
    """Exit code and standard error of an apply that gets signals once a host is at work."""
    pipes = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    with begin(spec, "--verbose", *options, **pipes) as process:
        assert process.stderr is not None
        err = [_line(process)]
        while "laying" not in err[-1]:
            err.append(_line(process))
        for number in signals:
            process.send_signal(number)
            time.sleep(0.3)
        rest = process.stderr.read().decode().splitlines()
        process.wait(60)
    return process.returncode, rest


def _line(process: subprocess.Popen[bytes]) -> str:
    assert process.stderr is not None
    assert select.select([process.stderr], [], [], 60)[0]
    line = process.stderr.readline().decode()
    assert line
    return line


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_lets_those_at_work_end_and_begins_no_other(
    tmp_path: Path, number: int, code: int
) -> None:
    spec = write_spec(tmp_path, slow="mx", well="mx, submission, store")
    ended, err = stopped(spec, [number], "--canary", "slow")
    assert ended == code
    assert any(line.startswith("stopping: ") for line in err)
    assert "slow: stopped before the switch; nothing was switched" in err
    assert err[-1] == "0 of 2 hosts are well; not slow; not begun: well"


def test_the_second_signal_leaves_and_still_says_how_all_stand(tmp_path: Path) -> None:
    spec = write_spec(tmp_path, stubborn="mx", well="mx, submission, store")
    ended, err = stopped(spec, [signal.SIGTERM, signal.SIGINT], "--parallel", "1")
    assert ended == 143
    assert any(re.match("stubborn +unknown: mailctl generations stubborn", line) for line in err)
    assert err[-1] == "0 of 2 hosts are well; not stubborn; not begun: well"


def test_a_reader_who_leaves_does_not_end_the_work(five: Path) -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    with begin(five, "--format", "json", stdout=theirs, stderr=subprocess.PIPE) as process:
        os.close(theirs)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 3
    assert b"Traceback" not in err

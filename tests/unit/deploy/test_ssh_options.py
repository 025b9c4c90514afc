"""Where sudo's password comes from: a file of one's own, or a terminal; never shown."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from mailctl.cli.ssh_options import password_in
from mailctl.errors import SecretError

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("text", ["geheim", "geheim\n", "geheim\r\nmore\n"])
def test_the_first_line_of_a_file(tmp_path: Path, text: str) -> None:
    file = tmp_path / "password"
    file.write_text(text, newline="")
    file.chmod(0o600)
    assert password_in(file) == "geheim"


@pytest.mark.parametrize(
    ("data", "mode", "message"),
    [
        (b"geheim\n", 0o640, r"may be read by others \(mode 0640\); chmod 600"),
        (b"\ngeheim\n", 0o600, "the first line of .* is empty"),
        (b"\xff\n", 0o600, "is no text"),
    ],
)
def test_a_file_that_does_not_do(tmp_path: Path, data: bytes, mode: int, message: str) -> None:
    file = tmp_path / "password"
    file.write_bytes(data)
    file.chmod(mode)
    with pytest.raises(SecretError, match=message) as raised:
        password_in(file)
    assert "geheim" not in str(raised.value)


# a port where nobody listens
COMMAND = (sys.executable, "-m", "mailctl", "generations", "maria@127.0.0.1:1")


def _generations(*options: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        (*COMMAND, *options), stdin=subprocess.DEVNULL, capture_output=True, cwd=ROOT, check=False
    )


def test_without_a_terminal_nobody_is_asked() -> None:
    done = _generations("--ask-sudo-password")
    assert done.returncode == 1
    assert done.stderr == (
        b"--ask-sudo-password: there is no terminal to ask on; use --sudo-password-file FILE\n"
    )


def test_one_of_the_two() -> None:
    done = _generations("--ask-sudo-password", "--sudo-password-file", "/dev/null")
    assert done.returncode == 64
    assert b"exclude each other" in done.stderr


def test_on_a_terminal_it_is_asked_for_and_not_shown() -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        (*COMMAND, "--ask-sudo-password"),
        stdin=theirs, stdout=theirs, stderr=theirs, cwd=ROOT, start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    said = b""
    while b"on the hosts: " not in said:
        said += os.read(ours, 4096)
    os.write(ours, b"geheim\n")
    while b"127.0.0.1 port 1: " not in said:
        said += os.read(ours, 4096)
    assert process.wait(60) == 1
    os.close(ours)
    assert b"geheim" not in said

"""Password sources: what is read, what is refused, and that nothing read is ever quoted."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from mailctl.errors import SecretError
from mailctl.keys.command import first_output
from mailctl.keys.secrets import ClearText, Hash, read_password
from mailctl.model.names import Address, DomainName
from mailctl.model.secret import (
    HashedPassword,
    Password,
    PasswordCommand,
    PasswordFile,
    PasswordVariable,
)
from mailctl.model.user import User

ALICE = Address("alice", DomainName("example.org"))
HASH = "{SHA256-CRYPT}$5$Zz/2B/qNqRFdbkoD$sRwKxaSA4K.Vw6ImAzNuQCJV/qkME5RPFv.yi0dY5UB"


def _read(source: Password, environment: dict[str, str] | None = None) -> Hash | ClearText:
    return read_password(User(ALICE, source), environment or {})


def _refused(source: Password, environment: dict[str, str] | None = None) -> str:
    with pytest.raises(SecretError) as refused:
        _read(source, environment)
    assert "the password of alice@example.org" in str(refused.value)
    assert refused.value.hint
    return str(refused.value)


def _script(text: str, folder: Path) -> PasswordCommand:
    return PasswordCommand((sys.executable, "-c", text), folder)


@pytest.mark.parametrize(
    ("content", "password"),
    [
        (b"hunter2", "hunter2"),
        (b"hunter2\n", "hunter2"),
        (b"hunter2\r\nmore\n", "hunter2"),
        (b" with blanks \n", " with blanks "),
        ("grün:$%{user}#\n".encode(), "grün:$%{user}#"),
    ],
)
def test_the_first_line_of_a_file_is_the_password(
    tmp_path: Path, content: bytes, password: str
) -> None:
    (tmp_path / "p").write_bytes(content)
    assert _read(PasswordFile(tmp_path / "p")) == ClearText(password)


def test_every_source_may_hold_a_hash(tmp_path: Path) -> None:
    (tmp_path / "p").write_text(HASH + "\n")
    for source in (
        HashedPassword(HASH),
        PasswordFile(tmp_path / "p"),
        PasswordVariable("SECRET"),
        _script(f"print({HASH!r})", tmp_path),
    ):
        assert _read(source, {"SECRET": HASH}) == Hash(HASH)


def test_a_command_runs_without_a_shell_in_the_folder_of_its_spec(tmp_path: Path) -> None:
    (tmp_path / "p").write_text("hunter2\n")
    assert _read(PasswordCommand(("cat", "p"), tmp_path)) == ClearText("hunter2")
    assert _read(PasswordCommand(("echo", "$HOME;`id`"), tmp_path)) == ClearText("$HOME;`id`")


def test_a_command_reads_nothing_from_our_input(tmp_path: Path) -> None:
    assert "empty first line" in _refused(PasswordCommand(("cat",), tmp_path))


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "empty first line"),
        (b"\nhunter2\n", "empty first line"),
        (b"hunter2\xff\n", "not UTF-8"),
        (b"hunter2\0\n", "control character"),
        (b"hunter2\x1b[2J\n", "control character"),
        (b"hunter2" * 1000, "longer than 1024 characters"),
        (b"{PLAIN}hunter2\n", "{PLAIN} is no hash"),
        (b"{ARGON2ID}hunter2\n", "what follows {ARGON2ID}"),
        (b"{ROT13}hunter2\n", "{ROT13} is weak, or unknown"),
    ],
)
def test_unusable_content_is_refused_without_being_quoted(
    tmp_path: Path, content: bytes, complaint: str
) -> None:
    (tmp_path / "p").write_bytes(content)
    text = _refused(PasswordFile(tmp_path / "p"))
    assert complaint in text
    assert "hunter2" not in text


def test_a_clear_password_in_place_of_a_hash_is_refused() -> None:
    text = _refused(HashedPassword("hunter2"))
    assert "does not begin with its {SCHEME}" in text
    assert "hunter2" not in text


def test_missing_sources_are_named(tmp_path: Path) -> None:
    assert f"{tmp_path}/p cannot be read: No such file" in _refused(PasswordFile(tmp_path / "p"))
    assert "SECRET is not set" in _refused(PasswordVariable("SECRET"))
    missing = PasswordCommand(("no-such-program", "hunter2"), tmp_path)
    text = _refused(missing)
    assert "no-such-program cannot be run: No such file" in text
    assert "hunter2" not in text


def test_a_pipe_instead_of_a_file_does_not_make_us_wait(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "p")
    assert "not a regular file" in _refused(PasswordFile(tmp_path / "p"))


def test_a_failing_command_gives_its_status_and_nothing_of_what_it_said(tmp_path: Path) -> None:
    script = "import sys; print('hunter2'); print('hunter2', file=sys.stderr); sys.exit(7)"
    text = _refused(_script(script, tmp_path))
    assert "failed with status 7" in text
    assert "hunter2" not in text


def test_what_a_command_says_on_standard_error_does_not_reach_ours(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    _read(_script("import sys; print('x'); print('hunter2', file=sys.stderr)", tmp_path))
    assert capfd.readouterr() == ("", "")


def test_a_command_that_is_killed_says_by_which_signal(tmp_path: Path) -> None:
    assert "signal 9" in _refused(_script("import os; os.kill(os.getpid(), 9)", tmp_path))


def test_a_command_that_hangs_is_ended_with_its_children(tmp_path: Path) -> None:
    started = time.monotonic()
    argv = ("sh", "-c", "sleep 600 & echo $! >child; wait")
    with pytest.raises(SecretError, match=r"did not end within 0\.5 s"):
        first_output(argv, tmp_path, limit=100, patience=0.5)
    assert time.monotonic() - started < 5
    child = int((tmp_path / "child").read_text())
    status = Path(f"/proc/{child}/stat")
    for _ in range(100):
        if not status.exists() or status.read_text().rsplit(")", 1)[1].split()[0] == "Z":
            break
        time.sleep(0.02)
    else:
        pytest.fail("the child of the command still runs")


def test_endless_output_is_cut_off(tmp_path: Path) -> None:
    assert "printed more than 65536 bytes" in _refused(PasswordCommand(("yes",), tmp_path))


def test_passwords_do_not_print() -> None:
    assert "hunter2" not in repr(ClearText("hunter2"))
    assert HASH not in repr(Hash(HASH)) + repr(HashedPassword(HASH))

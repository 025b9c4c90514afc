"""Writes what `mailctl init` makes: the spec, a password, and files that keep it out of Git."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path

from mailctl import resources
from mailctl.cli.prepare import DEFAULT_SPEC
from mailctl.emit.first_spec import SECRETS, Answers, first_spec
from mailctl.errors import MailctlError, SpecError
from mailctl.files import write_new
from mailctl.spec.load import examine

SCHEMA = ".mailctl-schema.json"
_SHIPPED_SCHEMA = "mailctl-1.json"
_IGNORE_ALL = b"# Passwords: nothing in here belongs into version control.\n*\n"
_PASSWORD_BYTES = 18  # 144 bits, 24 characters


def refuse_existing(folder: Path) -> None:
    """Raises MailctlError when there is a spec already."""
    _refuse(folder / DEFAULT_SPEC)


def write_first_files(folder: Path, answers: Answers) -> Path:
    """Write everything, the spec last; what was written is removed when something fails.

    Raises MailctlError when a file is there already, or when the spec would be refused.
    """
    schema = resources.folder("schemas") / _SHIPPED_SCHEMA
    text = first_spec(answers, SCHEMA if schema.is_file() else "")
    _refuse(folder / answers.password_path)
    _refuse_what_check_would(text, answers)
    written: list[Path] = []
    try:
        _folder(folder, 0o755)
        _folder(folder / SECRETS, 0o700)
        for name, content, mode in _missing_files(folder, answers, text, schema):
            write_new(folder / name, content, mode)
            written.append(folder / name)
    except BaseException:
        for path in written:
            path.unlink()
        raise
    return folder / DEFAULT_SPEC


def _missing_files(
    folder: Path, answers: Answers, text: str, schema: Path
) -> Iterator[tuple[str, bytes, int]]:
    """Name, content and mode of each file; the two that are nobody's own may be there already."""
    if not (folder / SECRETS / ".gitignore").exists():
        yield f"{SECRETS}/.gitignore", _IGNORE_ALL, 0o644
    if schema.is_file() and not (folder / SCHEMA).exists():
        yield SCHEMA, schema.read_bytes(), 0o644
    yield answers.password_path, _new_password(), 0o600
    yield DEFAULT_SPEC, text.encode(), 0o644


def _refuse(path: Path) -> None:
    if os.path.lexists(path):
        raise MailctlError(
            f"{path}: is there already, and is not overwritten",
            "name another folder, or move it away",
        )


def _refuse_what_check_would(text: str, answers: Answers) -> None:
    """The spec's own rules judge the text before it is anywhere."""
    with tempfile.TemporaryDirectory(prefix="mailctl-init-") as name:
        draft = Path(name)
        (draft / SECRETS).mkdir()
        (draft / answers.password_path).touch(mode=0o600)
        (draft / DEFAULT_SPEC).write_text(text)
        try:
            examine(draft / DEFAULT_SPEC)
        except SpecError as error:
            first = error.issues[0]
            raise MailctlError(f"this gives no valid spec: {first.message}", first.hint) from None


def _folder(path: Path, mode: int) -> None:
    if not path.is_dir():
        path.mkdir(parents=True)
        path.chmod(mode)


def _new_password() -> bytes:
    return f"{secrets.token_urlsafe(_PASSWORD_BYTES)}\n".encode()

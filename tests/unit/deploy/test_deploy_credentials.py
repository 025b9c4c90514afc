"""Key files that let nobody in are named, each with what is wrong with it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from mailctl.deploy.credentials import authenticate
from mailctl.deploy.hop import Hop
from mailctl.deploy.key_files import KeyFiles
from mailctl.errors import AuthenticationFailed


class Refusing:
    """A transport that takes no key; only its `auth_publickey` is ever asked."""

    auth_timeout = 0.0

    def auth_publickey(self, user: str, key: object) -> list[str]:
        raise AssertionError(f"a key was offered for {user}")

    def is_active(self) -> bool:
        return True


def _made(folder: Path, *options: str) -> Path:
    path = folder / "id"
    command = ["ssh-keygen", "-q", "-N", "a passphrase", "-f", str(path), *options]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return path


def _said(path: Path) -> str:
    with pytest.raises(AuthenticationFailed) as refused:
        hop = Hop("mail", ("mail",), 22, "root", identities=(path,), agent="none")
        authenticate("mail", Refusing(), hop, KeyFiles())  # type: ignore[arg-type]
    return str(refused.value)


@pytest.mark.parametrize(
    "options",
    [("-t", "ed25519"), ("-t", "rsa", "-b", "2048", "-m", "PEM"), ("-t", "ecdsa", "-m", "PKCS8")],
    ids=["openssh", "pem", "pkcs8"],
)
def test_a_key_with_a_passphrase_is_for_the_agent(tmp_path: Path, options: tuple[str, ...]) -> None:
    path = _made(tmp_path, *options)
    assert f"{path} has a passphrase (add it to ssh-agent, or" in _said(path)


def test_the_public_half_is_no_private_key(tmp_path: Path) -> None:
    public = _made(tmp_path, "-t", "ed25519").with_suffix(".pub")
    assert f"{public} is no private key that we know;" in _said(public)


def test_any_other_file_is_no_private_key(tmp_path: Path) -> None:
    path = tmp_path / "mail.yaml"
    path.write_text("mailctl: 1\n")
    assert f"{path} is no private key that we know;" in _said(path)


def test_a_folder_is_there_but_no_file(tmp_path: Path) -> None:
    assert f"{tmp_path} is no file;" in _said(tmp_path)


def test_what_is_missing_is_said_to_be(tmp_path: Path) -> None:
    assert f"{tmp_path}/gone is not there;" in _said(tmp_path / "gone")

"""Which passphrases are asked for before any host is dialled, and what comes of the answers."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from mailctl.deploy.access import Access
from mailctl.deploy.key_files import KeyFiles, Unusable
from mailctl.deploy.passphrases import unlock
from mailctl.deploy.ssh_config import SshConfig
from mailctl.model.destination import Destination
from mailctl.model.host import Ssh

WAYS = [(Destination(name, name, Ssh()),) for name in ("north.example", "south.example")]


class Asked:
    """Somebody who has these answers."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.prompts: list[str] = []

    def __call__(self, prompt: str) -> str:
        self.prompts.append(prompt)
        return self.answers.pop(0)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    folder = tmp_path / ".ssh"
    folder.mkdir()
    return folder


def made(path: Path, *, locked: bool = True) -> Path:
    words = "offen" if locked else ""
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", words, "-f", str(path)]
    subprocess.run(command, check=True)
    return path


def test_a_named_key_is_asked_for_once_for_all_hosts(tmp_path: Path) -> None:
    key, ask = made(tmp_path / "key"), Asked("falsch", "offen")
    access = Access((key,))
    unlock(access, WAYS, ask)
    assert ask.prompts == [f"Passphrase of {key}: "] * 2
    assert access.keys.private(key).get_name() == "ssh-ed25519"


def test_a_key_of_the_configuration(tmp_path: Path) -> None:
    key, ask = made(tmp_path / "key"), Asked("offen")
    config = tmp_path / "config"
    config.write_text(f"Host south.*\n  IdentityFile {key}\n")
    unlock(Access(config=SshConfig((config,))), WAYS, ask)
    assert len(ask.prompts) == 1


def test_of_the_usual_names_the_first_that_opens(home: Path) -> None:
    made(home / "id_ed25519")
    made(home / "id_rsa")
    ask = Asked("", "offen")
    unlock(Access(), WAYS, ask)
    assert ask.prompts == [f"Passphrase of {home / name}: " for name in ("id_ed25519", "id_rsa")]


def test_nothing_is_asked_where_another_key_may_do(home: Path) -> None:
    made(home / "id_ed25519")
    made(home / "id_rsa", locked=False)
    unlock(Access(), WAYS, Asked())


def test_three_wrong_ones_are_enough(tmp_path: Path) -> None:
    key, ask = made(tmp_path / "key"), Asked("a", "b", "c")
    access = Access((key,))
    unlock(access, WAYS, ask)
    with pytest.raises(Unusable, match="has another passphrase than those that were given"):
        access.keys.private(key)


def test_who_gives_none_gives_up(tmp_path: Path) -> None:
    key = made(tmp_path / "key")
    access = Access((key,))
    unlock(access, WAYS, Asked(""))
    with pytest.raises(Unusable, match="has a passphrase, and none was given"):
        access.keys.private(key)


def test_a_key_that_others_may_read(tmp_path: Path) -> None:
    key = made(tmp_path / "key", locked=False)
    key.chmod(0o640)
    with pytest.raises(Unusable, match=rf"may be read by others \(chmod 600 {key}\)"):
        KeyFiles().private(key)


def test_a_circle_in_the_configuration_is_told_later(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text("Host north.example\n ProxyJump b\nHost b\n ProxyJump north.example\n")
    unlock(
        Access((made(tmp_path / "key", locked=False),), config=SshConfig((config,))), WAYS, Asked()
    )

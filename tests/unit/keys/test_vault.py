"""The vault: the same hash on every run, each secret read once, all of them redacted."""

from __future__ import annotations

import json
from pathlib import Path

import argon2
import pytest

from mailctl.backends.base import Vault
from mailctl.errors import SecretError
from mailctl.keys.redaction import Redaction
from mailctl.keys.vault import KeyVault, WithheldVault
from mailctl.model.names import Address, DomainName
from mailctl.model.secret import HashedPassword, PasswordFile
from mailctl.model.settings import DkimSelector
from mailctl.model.user import User

DOMAIN = DomainName("example.org")
HASH = "{SHA256-CRYPT}$5$Zz/2B/qNqRFdbkoD$sRwKxaSA4K.Vw6ImAzNuQCJV/qkME5RPFv.yi0dY5UB"


def _user(local: str, folder: Path) -> User:
    (folder / "p").write_text("hunter2\n")
    return User(Address(local, DOMAIN), PasswordFile(folder / "p"))


def test_a_clear_password_becomes_argon2id_with_the_stated_costs(tmp_path: Path) -> None:
    vault: Vault = KeyVault(tmp_path)
    hashed = vault.password_hash(_user("alice", tmp_path))
    assert hashed is not None
    assert hashed.startswith("{ARGON2ID}$argon2id$v=19$m=19456,t=2,p=1$")
    assert argon2.PasswordHasher().verify(hashed.removeprefix("{ARGON2ID}"), "hunter2")


def test_the_hash_is_the_same_in_the_next_run_and_differs_between_users(tmp_path: Path) -> None:
    alice, bob = _user("alice", tmp_path), _user("bob", tmp_path)
    first = KeyVault(tmp_path)
    assert KeyVault(tmp_path).password_hash(alice) == first.password_hash(alice)
    assert first.password_hash(bob) != first.password_hash(alice)


def test_another_salt_gives_another_hash(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    alice = _user("alice", tmp_path)
    hashes = {KeyVault(tmp_path / name).password_hash(alice) for name in "ab"}
    assert len(hashes) == 2


def test_a_salt_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    alice = _user("alice", tmp_path)
    KeyVault(tmp_path).password_hash(alice)
    (tmp_path / "keys/salt").write_bytes(b"short")
    with pytest.raises(SecretError, match="keys/salt: is shorter than 32 bytes"):
        KeyVault(tmp_path).password_hash(alice)


def test_hashes_alone_need_no_salt_and_make_no_folder(tmp_path: Path) -> None:
    KeyVault(tmp_path).password_hash(User(Address("alice", DOMAIN), HashedPassword(HASH)))
    assert not (tmp_path / "keys").exists()


def test_each_source_is_read_once(tmp_path: Path) -> None:
    vault = KeyVault(tmp_path)
    alice = _user("alice", tmp_path)
    first = vault.password_hash(alice)
    (tmp_path / "p").unlink()
    assert vault.password_hash(alice) == first


def test_many_sources_are_asked_at_once_with_the_same_result(tmp_path: Path) -> None:
    users = [_user(f"user{number}", tmp_path) for number in range(8)]
    together, one_by_one = KeyVault(tmp_path), KeyVault(tmp_path)
    together.read_passwords(users)
    (tmp_path / "p").rename(tmp_path / "q")
    hashes = [together.password_hash(user) for user in users]
    (tmp_path / "q").rename(tmp_path / "p")
    assert hashes == [one_by_one.password_hash(user) for user in users]
    assert len(set(hashes)) == len(users)


def test_of_many_faults_the_first_user_in_order_is_named(tmp_path: Path) -> None:
    users = [
        User(Address(f"user{number}", DOMAIN), PasswordFile(tmp_path / "missing"))
        for number in range(8)
    ]
    with pytest.raises(SecretError, match=r"the password of user0@example\.org"):
        KeyVault(tmp_path).read_passwords(users)


def test_both_halves_of_a_key_come_from_one_file(tmp_path: Path) -> None:
    vault = KeyVault(tmp_path)
    public = vault.public_key(DOMAIN, DkimSelector())
    assert (
        vault.private_key(DOMAIN, DkimSelector())
        == (tmp_path / "keys/dkim/example.org/s1.pem").read_bytes()
    )
    assert KeyVault(tmp_path).public_key(DOMAIN, DkimSelector()) == public


def test_a_withheld_vault_gives_nothing_and_makes_nothing(tmp_path: Path) -> None:
    vault: Vault = WithheldVault()
    assert vault.password_hash(_user("alice", tmp_path)) is None
    assert vault.private_key(DOMAIN, DkimSelector()) is None
    assert not (tmp_path / "keys").exists()


def test_everything_that_was_read_is_redacted(tmp_path: Path) -> None:
    vault = KeyVault(tmp_path)
    hashed = vault.password_hash(_user("alice", tmp_path))
    pem = vault.private_key(DOMAIN, DkimSelector()).decode()
    shown = vault.redaction(f"a hunter2 b {hashed} c {pem} d {pem!r} e {json.dumps(pem)} f")
    assert shown == "a <secret> b <secret> c <secret> d '<secret>' e \"<secret>\" f"


def test_a_secret_within_another_leaves_no_rest() -> None:
    redaction = Redaction(["hunter", "hunter2", ""])
    assert redaction("hunter2 and hunter") == "<secret> and <secret>"
    assert "hunter" not in repr(redaction)

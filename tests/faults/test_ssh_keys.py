"""Who we are to a real sshd: keys, certificates, agents, and passphrases asked for once."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest
from ssh_person import Person, agent, keygen

from mailctl.errors import AuthenticationFailed, HostError

pytestmark = pytest.mark.hosts

ROOT_SAYS = b"data\nroot\n"


@pytest.fixture
def strangers_key(tmp_path: Path) -> Path:
    """A key that the host does not know."""
    path = tmp_path / "id_stranger"
    keygen("-t", "ed25519", "-N", "", "-f", path)
    return path


def certify(person: Person, key: Path, *options: str) -> Path:
    """A certificate for root, by an authority that the host is then told of."""
    authority = person.folder / "authority"
    if not authority.exists():
        keygen("-t", "ed25519", "-N", "", "-f", authority)
        person.put(Path(f"{authority}.pub"), "/etc/ssh/users.pub")
    keygen("-s", authority, "-I", "maria@desk", "-n", "root", *options, f"{key}.pub")
    return Path(f"{key}-cert.pub")


TRUSTING = "TrustedUserCAKeys /etc/ssh/users.pub"


@pytest.mark.parametrize(
    "kind", [("ed25519",), ("ecdsa", "-b", "384"), ("rsa", "-b", "2048")], ids=lambda kind: kind[0]
)
def test_a_certificate_beside_the_key(person: Person, kind: tuple[str, ...]) -> None:
    key = person.folder / "id"
    keygen("-t", *kind, "-N", "", "-f", key)
    certify(person, key)
    with person.sshd(TRUSTING):
        assert person.says(access=person.with_(key)).stdout == ROOT_SAYS


def test_a_certificate_that_is_over(person: Person, strangers_key: Path) -> None:
    place = certify(person, strangers_key, "-V", "20200101:20200102")
    with person.sshd(TRUSTING), pytest.raises(AuthenticationFailed) as raised:
        person.says(access=person.with_(strangers_key))
    assert f"the certificate {place} refused; {strangers_key} refused" in str(raised.value)


def test_a_certificate_of_the_configuration(person: Person, strangers_key: Path) -> None:
    place = person.folder / "elsewhere.pub"
    shutil.move(certify(person, strangers_key), place)
    config = f"IdentityFile {strangers_key}\nCertificateFile {place}\n"
    with person.sshd(TRUSTING):
        assert person.says(access=person.with_(config=config)).stdout == ROOT_SAYS


@pytest.mark.parametrize("kind", ["ed25519", "rsa"])
def test_a_certificate_that_only_the_agent_holds(person: Person, kind: str) -> None:
    key = person.folder / "id"
    keygen("-t", kind, "-N", "", "-f", key)
    certify(person, key)
    with person.sshd(TRUSTING), agent(person.folder, key) as place:
        config = f"IdentityFile none\nIdentityAgent {place}\n"
        for suffix in ("", ".pub", "-cert.pub"):
            Path(f"{key}{suffix}").unlink()
        assert person.says(access=person.with_(config=config)).stdout == ROOT_SAYS


def test_a_key_of_the_agent_with_a_certificate_in_a_file(
    person: Person, strangers_key: Path
) -> None:
    place = person.folder / "elsewhere.pub"
    shutil.move(certify(person, strangers_key), place)
    with person.sshd(TRUSTING), agent(person.folder, strangers_key) as socket:
        strangers_key.unlink()
        config = f"IdentityAgent {socket}\nIdentityFile {strangers_key}\nCertificateFile {place}\n"
        assert person.says(access=person.with_(config=config)).stdout == ROOT_SAYS


def test_keys_of_the_agent_and_identities_only(
    person: Person, strangers_key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with agent(person.folder, person.key) as socket:
        monkeypatch.setenv("SSH_AUTH_SOCK", str(socket))
        config = f"IdentityFile {strangers_key}\n"
        assert person.says(access=person.with_(config=config)).stdout == ROOT_SAYS
        with pytest.raises(AuthenticationFailed, match=f"as root: {strangers_key} refused;"):
            person.says(access=person.with_(config=f"{config}IdentitiesOnly yes\n"))
        with pytest.raises(AuthenticationFailed, match=f"as root: {strangers_key} refused;"):
            person.says(access=person.with_(config=f"{config}IdentityAgent none\n"))


def locked(person: Person) -> Path:
    """The key that the host knows, with the passphrase `offen`."""
    key = person.folder / "id_locked"
    shutil.copy(person.key, key)
    keygen("-p", "-N", "offen", "-f", key)
    return key


def test_an_encrypted_key_that_the_agent_holds_needs_no_passphrase(person: Person) -> None:
    key = locked(person)
    with agent(person.folder, person.key) as socket:
        config = f"IdentityFile {key}\nIdentitiesOnly yes\nIdentityAgent {socket}\n"
        assert person.says(access=person.with_(config=config)).stdout == ROOT_SAYS


def test_a_passphrase_is_asked_for_once_for_all_hosts(person: Person) -> None:
    key = locked(person)
    answers, prompts = ["falsch", "offen"], []

    def ask(prompt: str) -> str:
        prompts.append(prompt)
        return answers.pop(0)

    access = person.with_(key, ask=ask)
    said: list[bytes] = []

    def work() -> None:
        said.append(person.says(access=access).stdout)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said == [ROOT_SAYS] * 4
    assert prompts == [f"Passphrase of {key}: "] * 2


def test_three_wrong_passphrases_are_enough(person: Person) -> None:
    key = locked(person)
    prompts: list[str] = []

    def ask(prompt: str) -> str:
        prompts.append(prompt)
        return "falsch"

    access = person.with_(key, ask=ask)
    for _ in range(2):
        with pytest.raises(
            AuthenticationFailed, match="has another passphrase than those that were given"
        ):
            person.says(access=access)
    assert len(prompts) == 3


def test_too_many_keys(person: Person) -> None:
    keys = [person.folder / f"id{number}" for number in range(8)]
    for key in keys:
        keygen("-t", "ed25519", "-N", "", "-f", key)
    with pytest.raises(HostError) as raised:
        person.says(access=person.with_(*keys))
    assert "refused; then the host hung up; " in str(raised.value)

"""known_hosts: the lines that speak of a host, in all forms of sshd(8)."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from mailctl.deploy.known_hosts import KnownHosts, fingerprint, label

BLOB = b"\x00\x00\x00\x0bssh-ed25519 and so on"
KEY = base64.b64encode(BLOB).decode()


def hashed(name: str, salt: bytes = b"0123456789abcdefghij") -> str:
    digest = hmac.digest(salt, name.encode(), "sha1")
    return f"|1|{base64.b64encode(salt).decode()}|{base64.b64encode(digest).decode()}"


def keys_in(tmp_path: Path, text: str, address: str = "mail.example.org", port: int = 22) -> int:
    file = tmp_path / "known_hosts"
    file.write_text(text)
    return len(KnownHosts().keys((file,), label(address, port)))


@pytest.mark.parametrize(
    ("hosts", "address", "port", "known"),
    [
        ("mail.example.org", "mail.example.org", 22, True),
        ("mail.example.org", "MAIL.example.org", 22, True),
        ("mail.example.org", "mail.example.org", 2222, False),
        ("[mail.example.org]:2222", "mail.example.org", 2222, True),
        ("[mail.example.org]:2222", "mail.example.org", 22, False),
        ("other,203.0.113.1,mail.example.org", "203.0.113.1", 22, True),
        ("*.example.org", "mail.example.org", 22, True),
        ("*.example.org,!mail.example.org", "mail.example.org", 22, False),
        ("[2001:db8::1]:2222", "2001:db8::1", 2222, True),
        ("2001:db8::1", "2001:db8::1", 22, True),
        (hashed("mail.example.org"), "mail.example.org", 22, True),
        (hashed("mail.example.org"), "mail.example.net", 22, False),
        (hashed("[mail.example.org]:2222"), "mail.example.org", 2222, True),
        ("|1|broken", "mail.example.org", 22, False),
        ("@cert-authority *.example.org", "mail.example.org", 22, True),
        ("@someday mail.example.org", "mail.example.org", 22, False),
        ("mail[abc].example.org", "maila.example.org", 22, False),
    ],
)
def test_a_line_speaks_of_a_host(
    tmp_path: Path, hosts: str, address: str, port: int, known: bool
) -> None:
    assert keys_in(tmp_path, f"{hosts} ssh-ed25519 {KEY} note\n", address, port) == known


def test_lines_that_are_none_are_passed_over(tmp_path: Path) -> None:
    text = f"\n# mail.example.org ssh-ed25519 {KEY}\nmail.example.org\nmail.example.org x %%\n"
    assert keys_in(tmp_path, text) == 0


def test_revoked_keys_are_marked(tmp_path: Path) -> None:
    file = tmp_path / "known_hosts"
    file.write_text(f"@revoked mail.example.org ssh-ed25519 {KEY}\n")
    (key,) = KnownHosts().keys((file,), "mail.example.org")
    assert key.revoked
    assert key.blob == BLOB


def test_a_file_that_is_not_there_knows_nobody(tmp_path: Path) -> None:
    assert KnownHosts().keys((tmp_path / "none",), "mail.example.org") == ()


def test_authorities_are_no_hosts_key(tmp_path: Path) -> None:
    file = tmp_path / "known_hosts"
    file.write_text(f"@cert-authority *.example.org ssh-ed25519 {KEY}\n")
    (key,) = KnownHosts().keys((file,), "mail.example.org")
    assert (key.authority, key.revoked) == (True, False)


def test_thousands_of_hashed_lines_are_read_once_for_all_hosts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines, hosts = 5000, 10
    file = tmp_path / "known_hosts"
    file.write_text(
        "".join(f"{hashed(f'host{n}.example', n.to_bytes(20))} ssh-rsa {KEY}\n"
                for n in range(1, lines + 1))
    )  # fmt: skip
    work = {"reads": 0, "sums": 0, "decoded": 0}

    def counted(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def count(*args: Any, **kwargs: Any) -> Any:
            work[name] += 1
            return function(*args, **kwargs)

        return count

    monkeypatch.setattr(Path, "read_bytes", counted("reads", Path.read_bytes))
    monkeypatch.setattr(hmac, "digest", counted("sums", hmac.digest))
    monkeypatch.setattr(base64, "b64decode", counted("decoded", base64.b64decode))
    known = KnownHosts()

    def look_up(number: int) -> int:
        return len(known.keys((file,), f"host{number % hosts + 1}.example"))

    with ThreadPoolExecutor(hosts) as threads:
        # as many times again: other connections to the same jump host
        assert list(threads.map(look_up, range(3 * hosts))) == [1] * 3 * hosts
    # salts and sums are decoded once, and of the keys only those of the hosts
    assert work == {"reads": 1, "sums": lines * hosts, "decoded": 2 * lines + hosts}


def test_a_fingerprint_is_what_ssh_keygen_prints() -> None:
    # SHA-256 of nothing, as base64 without padding
    assert fingerprint(b"") == "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"

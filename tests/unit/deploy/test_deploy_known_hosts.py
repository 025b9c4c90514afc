"""known_hosts: the lines that speak of a host, in all forms of sshd(8)."""

from __future__ import annotations

import base64
import hmac
import time
from pathlib import Path

import pytest

from mailctl.deploy.known_hosts import fingerprint, known_keys

BLOB = b"\x00\x00\x00\x0bssh-ed25519 and so on"
KEY = base64.b64encode(BLOB).decode()


def hashed(name: str, salt: bytes = b"0123456789abcdefghij") -> str:
    digest = hmac.digest(salt, name.encode(), "sha1")
    return f"|1|{base64.b64encode(salt).decode()}|{base64.b64encode(digest).decode()}"


def keys_in(tmp_path: Path, text: str, address: str = "mail.example.org", port: int = 22) -> int:
    file = tmp_path / "known_hosts"
    file.write_text(text)
    return len(known_keys((file,), address, port))


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
        ("@cert-authority *.example.org", "mail.example.org", 22, False),
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
    (key,) = known_keys((file,), "mail.example.org", 22)
    assert key.revoked
    assert key.blob == BLOB


def test_a_file_that_is_not_there_knows_nobody(tmp_path: Path) -> None:
    assert known_keys((tmp_path / "none",), "mail.example.org", 22) == ()


def test_thousands_of_hashed_lines_take_no_time(tmp_path: Path) -> None:
    lines = [f"{hashed(f'host{n}.example', n.to_bytes(20))} ssh-rsa {KEY}\n" for n in range(5000)]
    start = time.process_time()
    assert keys_in(tmp_path, "".join(lines), "host4999.example") == 1
    # decoding each key, as paramiko's own reader does, takes seconds
    assert time.process_time() - start < 0.5


def test_a_fingerprint_is_what_ssh_keygen_prints() -> None:
    # SHA-256 of nothing, as base64 without padding
    assert fingerprint(b"") == "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"

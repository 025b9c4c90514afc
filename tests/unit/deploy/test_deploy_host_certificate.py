"""Certificates of hosts, made by ssh-keygen: what makes them count, and what does not."""

from __future__ import annotations

import base64
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from mailctl.deploy.host_certificate import HostCertificate, fault, read
from mailctl.deploy.known_hosts import KnownKey

NOW = 1_700_000_000.0
SPAN = ("-V", "20200101:20300101")


def blob(path: Path) -> bytes:
    return base64.b64decode(path.read_text().split()[1])


def certified(folder: Path, *options: str, kind: str = "ed25519") -> HostCertificate:
    for name in ("authority", "host"):
        command = ["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", str(folder / name)]
        subprocess.run(command, check=True)
    sign = ["ssh-keygen", "-q", "-s", "authority", "-I", "mail", *options, "host.pub"]
    subprocess.run(sign, check=True, cwd=folder)
    found = read(blob(folder / "host-cert.pub"))
    assert found is not None
    return found


def doubt(folder: Path, certificate: HostCertificate, now: float = NOW) -> str:
    key = blob(folder / "authority.pub")
    known = KnownKey("any", key, "*", Path("known_hosts"), 1, authority=True)
    return fault(certificate, ("mail.example.org",), (known,), now)


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
@pytest.mark.parametrize("names", ["mail.example.org", "web,*.example.org"])
def test_one_that_counts(tmp_path: Path, kind: str, names: str) -> None:
    assert doubt(tmp_path, certified(tmp_path, "-h", "-n", names, *SPAN, kind=kind)) == ""


def test_another_name(tmp_path: Path) -> None:
    found = certified(tmp_path, "-h", "-n", "web.example.org", *SPAN)
    assert doubt(tmp_path, found) == "it is for web.example.org"


def test_another_time(tmp_path: Path) -> None:
    found = certified(tmp_path, "-h", *SPAN)
    for now in (found.after - 1, found.before):
        assert doubt(tmp_path, found, now) == "it is valid at another time"


def test_one_for_users(tmp_path: Path) -> None:
    found = certified(tmp_path, "-n", "mail.example.org", *SPAN)
    assert doubt(tmp_path, found) == "it is a certificate for users"


def test_an_authority_that_nobody_knows(tmp_path: Path) -> None:
    found = certified(tmp_path, "-h", *SPAN)
    assert fault(found, ("mail.example.org",), (), NOW).endswith(" is not in known_hosts")


def test_one_that_somebody_changed(tmp_path: Path) -> None:
    found = certified(tmp_path, "-h", *SPAN)
    assert doubt(tmp_path, replace(found, signed=found.signed + b"x")) == "its signature is wrong"


def test_what_is_none(tmp_path: Path) -> None:
    certified(tmp_path, "-h", *SPAN)
    whole = blob(tmp_path / "host-cert.pub")
    assert read(blob(tmp_path / "host.pub")) is None
    assert read(b"") is None
    for length in range(len(whole)):
        assert read(whole[:length]) is None
    # as if the last byte, which is missing, had been zero
    assert read(whole + b"\0") is None

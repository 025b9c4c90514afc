"""What a host shows is what we expect, or one line that says what came and what was there."""

from __future__ import annotations

from pathlib import Path

import paramiko
import pytest

from mailctl.deploy.hop import Hop
from mailctl.deploy.host_keys import Expected
from mailctl.deploy.known_hosts import KnownHosts, fingerprint
from mailctl.errors import HostError, HostKeyChanged, HostKeyUnknown

SHOWN = paramiko.ECDSAKey.generate()
OTHER = paramiko.ECDSAKey.generate()
NAME, ADDRESS = "mail.example.org", "203.0.113.10"


def line(key: paramiko.PKey) -> str:
    return f"{key.get_name()} {key.get_base64()}"


def printed(key: paramiko.PKey) -> str:
    return f"{key.get_name()} {fingerprint(key.asbytes())}"


def verify(file: Path, text: str, **more: object) -> None:
    file.write_text(text)
    hop = Hop("mail", (NAME, ADDRESS), 22, "root", known_hosts=(file,), **more)  # type: ignore[arg-type]
    Expected.of(hop, ADDRESS, KnownHosts()).verify(SHOWN)


@pytest.mark.parametrize("name", [NAME, ADDRESS, "*.example.org"])
def test_the_known_one(tmp_path: Path, name: str) -> None:
    verify(tmp_path / "known", f"{name} {line(OTHER)}\n{name} {line(SHOWN)}\n")


def test_an_unknown_one_comes_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "known hosts"
    with pytest.raises(HostKeyUnknown) as raised:
        verify(file, "")
    assert str(raised.value) == (
        f"mail: the host key of {ADDRESS} is unknown: {printed(SHOWN)}; if that is the "
        f"fingerprint that the host's console shows, accept it: "
        f"echo '{ADDRESS} {line(SHOWN)}' >> '{file}'"
    )
    verify(file, f"{ADDRESS} {line(SHOWN)}\n")


def test_another_one_than_before_says_where_that_is(tmp_path: Path) -> None:
    file = tmp_path / "known"
    with pytest.raises(HostKeyChanged) as raised:
        verify(file, f"# ours\n{NAME} {line(OTHER)}\n")
    assert str(raised.value) == (
        f"mail: the host key of {ADDRESS} ({printed(SHOWN)}) is not the one in {file}:2 "
        f"({printed(OTHER)}); somebody may be in between; if the host was made anew, remove the "
        f"old key: ssh-keygen -f {file} -R {NAME}"
    )


def test_a_revoked_one(tmp_path: Path) -> None:
    file = tmp_path / "known"
    with pytest.raises(HostKeyChanged, match=rf"is revoked in {file}:2; give the host a new key"):
        verify(file, f"{NAME} {line(SHOWN)}\n@revoked * {line(SHOWN)}\n")


def test_a_revoked_one_is_not_what_another_is_held_against(tmp_path: Path) -> None:
    with pytest.raises(HostKeyUnknown):
        verify(tmp_path / "known", f"@revoked * {line(OTHER)}\n")


@pytest.mark.parametrize("pin", [line(SHOWN), fingerprint(SHOWN.asbytes())])
def test_a_pinned_one_outweighs_known_hosts(tmp_path: Path, pin: str) -> None:
    verify(tmp_path / "known", f"{NAME} {line(OTHER)}\n", host_key=(line(OTHER), pin))


def test_another_one_than_the_pinned_one(tmp_path: Path) -> None:
    with pytest.raises(HostError) as raised:
        verify(tmp_path / "known", f"{NAME} {line(SHOWN)}\n", host_key=(line(OTHER),))
    assert f"is {printed(SHOWN)}, but the spec's `ssh: {{host_key: ...}}` says SHA256:" in str(
        raised.value
    )
    assert fingerprint(OTHER.asbytes()) in str(raised.value)

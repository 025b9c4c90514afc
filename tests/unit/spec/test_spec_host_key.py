"""A host's key in the spec: as ssh-keyscan prints it, or its fingerprint, or refused."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from mailctl.spec.host_key import host_key
from mailctl.spec.problems import Refused

FINGERPRINT = "SHA256:8NHO3e0tgPM0GKYWBnfZhQZzI6oNrfE3LBKEsrZ0EAI"


def made(folder: Path, *options: str) -> str:
    path = folder / "host"
    subprocess.run(["ssh-keygen", "-q", "-N", "", "-f", path, *options], check=True)
    return path.with_suffix(".pub").read_text()


@pytest.mark.parametrize(
    "options",
    [("-t", "ed25519"), ("-t", "ecdsa", "-b", "521"), ("-t", "rsa", "-b", "2048")],
    ids=lambda options: options[1],
)
def test_what_ssh_keygen_makes(tmp_path: Path, options: tuple[str, ...]) -> None:
    public = made(tmp_path, *options)
    # the comment is nobody's business
    assert host_key(public) == " ".join(public.split()[:2])


@pytest.mark.parametrize("text", [FINGERPRINT, f"{FINGERPRINT}="])
def test_a_fingerprint(text: str) -> None:
    assert host_key(text) == FINGERPRINT


@pytest.mark.parametrize(
    "text",
    ["", "ssh-ed25519", "ssh-ed25519 AAAA", "ssh-dss AAAAB3NzaC1kc3M=", "SHA256:short",
     f"{FINGERPRINT[:-1]}J", "MD5:16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48"],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        host_key(text)


def test_a_key_of_another_kind_than_it_says(tmp_path: Path) -> None:
    blob = made(tmp_path, "-t", "ed25519").split()[1]
    with pytest.raises(Refused):
        host_key(f"ssh-rsa {blob}")

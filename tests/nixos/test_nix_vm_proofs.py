"""The proofs of the test in a virtual machine, tried where there is no nixpkgs: on Debian hosts
that run what nixpkgs would make of the module."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from nixos_building import ROOT
from nixos_on_debian import PASSWORD, PUBLIC_KEY, a_nixos_house

from mailctl.proofs.journals import tolerated

pytestmark = pytest.mark.hosts

FOLDER = ROOT / "nix" / "test"


@pytest.mark.parametrize(("debian", "release"), [("debian-12", "25.11"), ("debian-13", "26.05")])
def test_the_proofs_of_the_virtual_machine_hold(tmp_path: Path, debian: str, release: str) -> None:
    if os.geteuid() != 0:
        pytest.skip("boots throwaway hosts, for which one is root")
    spec = FOLDER / "mail.yaml"
    with a_nixos_house(debian, release, tmp_path / "module", spec) as house:
        certificate = tmp_path / "certificate.pem"
        certificate.write_text(house.run("cat", "/var/lib/mailctl/tls/fullchain.pem"))
        given = {
            "name": "mail.example.org",
            "domain": "example.org",
            "certificate": str(certificate),
            "dkim": base64.b64encode(PUBLIC_KEY).decode(),
            "passwords": dict.fromkeys(("anna", "ben", "small"), PASSWORD),
        }
        (tmp_path / "given.json").write_text(json.dumps(given))
        (tmp_path / "hosts").write_text(f"{house.address} mail.example.org\n")
        with house.network.inside():
            done = subprocess.run(
                # the name is known to this process alone
                [
                    *("unshare", "--mount", "sh", "-euc"),
                    *('mount --bind "$1" /etc/hosts; shift; exec "$@"', "sh"),
                    *(str(tmp_path / "hosts"), sys.executable, "-W", "error"),
                    *(str(FOLDER / "try_mail.py"), str(tmp_path / "given.json")),
                ],
                capture_output=True,
                text=True,
                check=False,
            )
        journal = house.run("journalctl", "--no-pager", "--output=cat", "--lines=30")
        assert done.returncode == 0, done.stdout + done.stderr + journal
        assert done.stdout.count("ok  ") == 13
        said = house.run("journalctl", "--no-pager", "--output=short", "-tdovecot", "-topendkim")
        said += house.run("journalctl", "--no-pager", "--output=short", "--unit=postfix*")
        for unit in ("nginx", "mailctl-resolver"):
            said += house.run("journalctl", "--no-pager", "--output=short", f"--unit={unit}")
        assert "delivered" in said or "status=sent" in said
        complaints = [line for line in said.splitlines() if _complains(line)]
        assert not complaints, "\n".join(complaints)


def _complains(line: str) -> bool:
    found = re.search(r"\b(warning|error|fatal|panic): ", line, re.IGNORECASE)
    older = "unused parameter: " in line  # Debian 12's Postfix is older than nixpkgs'
    return bool(found) and not older and not tolerated(line)

"""HOST as an address: what is dialled, as whom, and what is refused."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mailctl.cli.way_in import by_address, way_to
from mailctl.errors import MailctlError


@pytest.mark.parametrize(
    ("text", "user", "address", "port"),
    [
        ("203.0.113.10", "root", "203.0.113.10", 22),
        ("root@203.0.113.10:2222", "root", "203.0.113.10", 2222),
        ("admin@mail.example.org", "admin", "mail.example.org", 22),
        ("root@mail", "root", "mail", 22),
        ("mail:2222", "root", "mail", 2222),
        ("2001:DB8::10", "root", "2001:db8::10", 22),
        ("[2001:db8::10]", "root", "2001:db8::10", 22),
        ("admin@[2001:db8::10]:2222", "admin", "2001:db8::10", 2222),
    ],
)
def test_an_address_needs_no_spec(
    text: str, user: str, address: str, port: int, tmp_path: Path
) -> None:
    (host,) = way_to(text, tmp_path / "there is none.yaml")
    assert (host.name, host.address, host.others) == (text, address, ())
    assert (host.ssh.user, host.ssh.port, host.ssh.jump) == (user, port, "")
    assert host.ssh.sudo == (user != "root")
    # the user's ssh_config may fill what was not said
    assert ("user" in host.ssh.said) == ("@" in text)
    assert ("port" in host.ssh.said) == ("2222" in text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a b@203.0.113.10", "'a b' is no account name"),
        ("@203.0.113.10", "'' is no account name"),
        ("root@", "'' is no name or IP address"),
        ("-oProxyCommand=x.y", "'-oProxyCommand=x.y' is no name or IP address"),
        ("[2001:db8::10", "'[2001:db8::10' is no name or IP address"),
        ("203.0.113.10:0", "'0' is no port"),
        ("203.0.113.10:65536", "'65536' is no port"),
        ("203.0.113.10:", "'' is no port"),
        ("203.0.113.10:٢٢", "'٢٢' is no port"),
        ("[2001:db8::10]22x", "'22x' is no port"),
        ("mail.example.org:" + "9" * 10_000, "is no port"),
    ],
)
def test_what_is_no_address_is_refused(text: str, said: str) -> None:
    with pytest.raises(MailctlError, match="HOST is a name of the spec, or ") as caught:
        by_address(text)
    assert said in str(caught.value)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("command", ["rollback", "generations"])
def test_a_name_without_a_spec_is_one_line(command: str, tmp_path: Path) -> None:
    done = subprocess.run(
        (sys.executable, "-m", "mailctl", command, "mail"),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "mail.yaml: there is no such file; name the spec by --spec, or give its address instead "
        "of its name, as root@203.0.113.10\n"
    )

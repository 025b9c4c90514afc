"""ssh_config(5): what it says about a host, what it cannot say here, and that it is read once."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailctl.deploy import match_exec
from mailctl.deploy.access import Access
from mailctl.deploy.hop import Hop, hops
from mailctl.deploy.ssh_config import SshConfig
from mailctl.errors import HostError, MailctlError
from mailctl.model.destination import Destination
from mailctl.model.host import Ssh


def way(folder: Path, text: str, ssh: Ssh | None = None, host: str = "mail") -> tuple[Hop, ...]:
    file = folder / "config"
    file.write_text(text)
    access = Access(config=SshConfig((file,), must_exist=True))
    return hops((Destination("mail", host, ssh or Ssh()),), access)


def test_it_fills_what_the_spec_leaves(tmp_path: Path) -> None:
    text = "Host mail\n HostName 203.0.113.10\n Port 2222\n User maria\n ConnectTimeout 3\n"
    (hop,) = way(tmp_path, text)
    assert (hop.addresses, hop.port, hop.user, hop.sudo) == (("203.0.113.10",), 2222, "maria", True)
    assert hop.connect_timeout == 3
    said = Ssh(user="root", port=22, said=frozenset({"user", "port"}))
    (hop,) = way(tmp_path, text, said)
    assert (hop.port, hop.user, hop.sudo) == (22, "root", False)


def test_included_files_stand_under_their_condition(tmp_path: Path) -> None:
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "conf.d" / "a").write_text("Port 2201\nHost web\n User web\n")
    text = "Host mail\n Include conf.d/*\n User maria\n"
    (hop,) = way(tmp_path, text)
    assert (hop.port, hop.user) == (2201, "maria")
    (hop,) = way(tmp_path, text, host="web")
    assert (hop.port, hop.user) == (22, "root")


def test_a_condition_that_nobody_here_can_judge(tmp_path: Path) -> None:
    with pytest.raises(HostError, match="config:1: Match localnetwork cannot be judged here"):
        way(tmp_path, "Match localnetwork 192.0.2.0/24\n Port 2201\n")
    # what it says is none of ours
    (hop,) = way(tmp_path, "Match localnetwork 192.0.2.0/24\n ForwardAgent no\n")
    assert hop.port == 22


def test_a_program_that_is_a_condition_runs_once(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    (hop,) = way(tmp_path, f'Match exec "echo %h >> {ran}"\n Port 2201\n')
    assert hop.port == 2201
    assert ran.read_text() == "mail\n"


@pytest.mark.parametrize(
    ("condition", "holds"),
    [("exec true", True), ("exec false", False), ("!exec false", True),
     ("host mail exec true", True), ("host web exec true", False),
     ("host mail !exec true", False)],
)  # fmt: skip
def test_programs_beside_other_conditions(tmp_path: Path, condition: str, holds: bool) -> None:
    (hop,) = way(tmp_path, f"Match {condition}\n Port 2201\n")
    assert (hop.port == 2201) is holds


def test_a_program_that_does_not_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(match_exec, "_TIMEOUT", 0.2)
    with pytest.raises(HostError, match="Match exec 'sleep 9' did not end within 0"):
        way(tmp_path, 'Match exec "sleep 9"\n Port 2201\n')


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nonsense\n", "config:1: this is no line of ssh_config"),
        ("Port many\n", "says port many for mail, which is no number"),
        ("Include config\n", "Include goes deeper than 16 files"),
        ("Host mail\n ProxyJump a\nHost a\n ProxyJump mail\n", "ProxyJump mail goes in a circle"),
        ("ProxyJump a:b:c@:x\n", "ProxyJump 'a:b:c@:x' is no"),
    ],
)
def test_faults_are_one_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(HostError) as raised:
        way(tmp_path, text)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


def test_jumps(tmp_path: Path) -> None:
    text = "Host mail\n ProxyJump one,maria@two:2222\nHost one\n User otto\n"
    one, two, mail = way(tmp_path, text)
    assert (one.name, one.user, one.port) == ("one", "otto", 22)
    assert (two.addresses, two.user, two.port) == (("two",), "maria", 2222)
    assert mail.name == "mail"


def test_it_is_read_once(tmp_path: Path) -> None:
    file = tmp_path / "config"
    file.write_text("Port 2201\n")
    access = Access(config=SshConfig((file,)))
    hops((Destination("a", "a", Ssh()),), access)
    file.unlink()
    (hop,) = hops((Destination("b", "b", Ssh()),), access)
    assert hop.port == 2201


def test_a_file_that_was_named_must_be_there(tmp_path: Path) -> None:
    assert SshConfig((tmp_path / "none",)).settings("mail", {}) == {"hostname": "mail"}
    with pytest.raises(MailctlError, match="none cannot be read: No such file"):
        SshConfig((tmp_path / "none",), must_exist=True).settings("mail", {})

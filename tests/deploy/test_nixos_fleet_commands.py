"""`mailctl plan`, `apply`, `diff`, `generations` and `rollback` with a host of NixOS beside one of
Debian: the spec says which is which, and all else is the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from deploy_machine import Machine
from deploy_machine import bundle as of_debian
from nixos_machine import NixosMachine

from mailctl.bundle import Bundle, HostBundle
from mailctl.cli import main
from mailctl.cli.prepare import Prepared
from mailctl.deploy.host import Answer, Outcome
from mailctl.deploy.local import LocalRemote

SPEC = """\
mailctl: 1
hosts:
  mail: {fqdn: mail.example.org, addresses: [203.0.113.1], platform: debian-12}
  store: {fqdn: store.example.org, addresses: [203.0.113.2], platform: nixos-25.11}
domains: {example.org: {host: store}}
users:
  alice@example.org:
    password: {file: alice}
    aliases: [postmaster@example.org, abuse@example.org]
"""

Run = Callable[..., tuple[int, str, str]]


class At(LocalRemote):
    """One of two machines in folders; the errand names the first one's."""

    def __init__(self, name: str, roots: tuple[Path, Path]) -> None:
        super().__init__(name)
        self.roots = roots

    def run(
        self,
        script: bytes,
        stdin: bytes = b"",
        timeout: float = 60,
        answer: Answer | None = None,
    ) -> Outcome:
        if self.name == "store":
            script = script.replace(*(str(root).encode() for root in self.roots))
        return super().run(script, stdin, timeout, answer)


@pytest.fixture
def nixos(tmp_path: Path) -> NixosMachine:
    tmp_path.chmod(0o755)
    return NixosMachine(tmp_path / "nixos")


@pytest.fixture
def run(
    machine: Machine,
    nixos: NixosMachine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    folder = tmp_path / "desk"
    folder.mkdir()
    (folder / "mail.yaml").write_text(SPEC)
    (folder / "alice").write_text("a long enough password\n")
    monkeypatch.chdir(folder)
    roots = (machine.root, nixos.root)
    compiled = Prepared.compile

    def without_ports(prepared: Prepared, **_: object) -> Bundle:
        """Debian's host is a simple one, and nobody answers at the ports of the other."""
        store = next(one for one in compiled(prepared).hosts if one.host == "store")
        quiet: HostBundle = replace(store, content=replace(store.content, ports=()))
        return Bundle((of_debian(), quiet), ())

    monkeypatch.setattr(Prepared, "compile", without_ports)
    monkeypatch.setattr(
        "mailctl.deploy.connect.remote_for", lambda _system, host, _access: At(host.name, roots)
    )
    monkeypatch.setattr(
        "mailctl.deploy.connect.remote_by", lambda way, _access: At(way[-1].name, roots)
    )
    for name in ("plan", "apply", "diff", "generations", "rollback"):
        monkeypatch.setattr(f"mailctl.cli.{name}.errand", machine.errand)

    def command(*words: str) -> tuple[int, str, str]:
        more = ("--no-dns-check",) if words[0] == "apply" else ()
        with pytest.raises(SystemExit) as ended:
            main([*words, *more])
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return command


def test_a_fleet_of_both_kinds(run: Run, machine: Machine, nixos: NixosMachine) -> None:
    code, said, _ = run("plan", "--detailed-exitcode")
    assert code == 2
    assert "mail (debian-12)" in said
    assert "store (nixos-25.11)" in said
    assert "+ add file /etc/nixos/mailctl/default.nix" in said
    assert "  the system would restart the following units: dovecot2.service" in said
    assert not nixos.module.exists()

    assert run("apply")[0] == 0
    assert machine.main.read_bytes() == b"one\n"
    assert '"mailctl/host".text' in (nixos.module / "default.nix").read_text()
    users = nixos.secrets / "dovecot/users"
    assert b"alice@example.org:{" in users.read_bytes()

    assert run("plan", "--detailed-exitcode")[0] == 0
    nixos.log()
    assert run("apply")[0] == 0
    assert nixos.log() == []


def test_a_saved_plan_and_json_hold_both(run: Run, nixos: NixosMachine) -> None:
    code, said, _ = run("plan", "--format", "json", "--out", "plan.json")
    store = next(one for one in json.loads(said)["hosts"] if one["host"] == "store")
    assert code == 0
    assert store["told"] == ["would restart the following units: dovecot2.service"]
    assert run("apply", "plan.json")[0] == 0
    assert nixos.module.exists()


def test_diff_generations_and_rollback(run: Run, nixos: NixosMachine) -> None:
    run("apply")
    with (nixos.module / "default.nix").open("a") as file:
        file.write("# mine\n")
    _, said, _ = run("diff", "store")
    assert "~ /etc/nixos/mailctl/default.nix was changed" in said
    assert "+# mine" in said
    _, said, _ = run("generations", "store")
    assert said.splitlines()[1].startswith("*   1  ")
    assert "nixos-25.11" in said
    assert run("rollback", "store", "0")[0] == 0
    assert (nixos.module / "default.nix").read_text() == "{ }\n"
    assert nixos.system == "1"

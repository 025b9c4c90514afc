"""A host is listed and rolled back with a broken spec, and without any."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from faulty_host import Keyboard

from mailctl.rehearsal.throwaway import ThrowawayNetwork

pytestmark = pytest.mark.hosts

ADDRESS = "203.0.113.78"


@pytest.fixture
def keyboard(net: ThrowawayNetwork, tmp_path: Path) -> Keyboard:
    """A person whose spec stands on a host of its own."""
    host = net.boot(
        "broken", platform="debian-12", addresses=[ADDRESS], fqdn="broken.faults.example"
    )
    for file, name in ((net.access.identity, "id"), (net.access.known_hosts, "known_hosts")):
        shutil.copy(file, tmp_path / name)
    (tmp_path / "secret").write_text("a long enough password\n")
    person = Keyboard(net, host, tmp_path, tmp_path / "id", tmp_path / "known_hosts")
    person.write_spec(f"address: {ADDRESS}", address=ADDRESS)
    applied = person.run("apply", "--no-dns-check")
    assert applied.code == 0, applied.err
    return person


def test_rollback_needs_no_whole_spec(keyboard: Keyboard) -> None:
    main = keyboard.host.root / "etc/postfix/main.cf"
    assert main.is_symlink()
    with keyboard.spec.open("a") as spec:
        spec.write("  b@faults.example: {password: {\n")
    (keyboard.folder / "secret").unlink()
    shutil.rmtree(keyboard.folder / "keys")
    assert keyboard.run("plan").code == 1

    listed = keyboard.run("generations", "mail")
    assert (listed.code, listed.err) == (0, "")
    assert [line.split()[:2] for line in listed.out.splitlines()] == [["0", "the"], ["*", "1"]]
    back = keyboard.run("rollback", "mail", "0")
    assert (back.code, back.out, back.err) == (0, "mail: generation 0 is live\n", "")
    assert not main.is_symlink()
    assert not (keyboard.folder / "keys").exists(), "nothing is made on the way"

    keyboard.spec.unlink()
    forth = keyboard.run("rollback", f"root@{ADDRESS}:22", "1")
    assert (forth.code, forth.err) == (0, "")
    assert forth.out == f"root@{ADDRESS}:22: generation 1 is live\n"
    assert main.is_symlink()
    assert keyboard.run("generations", ADDRESS).out.splitlines()[1].startswith("*   1 ")
    assert keyboard.run("rollback", "mail").err.startswith("mail.yaml: there is no such file; ")

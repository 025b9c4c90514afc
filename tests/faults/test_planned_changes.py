"""On a real host: what a plan says of users and keys, what a hand did, and what is saved."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from faulty_host import Keyboard

from mailctl.rehearsal.throwaway import ThrowawayNetwork

pytestmark = pytest.mark.hosts

ADDRESS = "203.0.113.79"
MORE_USERS = """\
  b@faults.example: {password: {file: other}, aliases: [info@faults.example], quota: 1G}
  c@faults.example: {password: {file: other}}
"""


@pytest.fixture
def keyboard(net: ThrowawayNetwork, tmp_path: Path) -> Keyboard:
    """A person whose spec is live on a host of its own."""
    host = net.boot(
        "planned", platform="debian-12", addresses=[ADDRESS], fqdn="planned.faults.example"
    )
    for file, name in ((net.access.identity, "id"), (net.access.known_hosts, "known_hosts")):
        shutil.copy(file, tmp_path / name)
    for name in ("secret", "other"):
        (tmp_path / name).write_text("a long enough password\n")
    person = Keyboard(net, host, tmp_path, tmp_path / "id", tmp_path / "known_hosts")
    person.write_spec(f"address: {ADDRESS}", address=ADDRESS)
    first = person.run("plan")
    assert "DNS: must be published: s1._domainkey.faults.example TXT (a new key" in first.out
    assert "DNS: must be published: faults.example MX (the domain is new on the host)" in first.out
    applied = person.run("apply", "--no-dns-check")
    assert applied.code == 0, applied.err
    return person


def test_from_a_plan_to_an_apply_and_a_hand_in_between(keyboard: Keyboard) -> None:
    spec = keyboard.spec.read_text()
    assert keyboard.run("plan", "--detailed-exitcode").out == "mail: nothing to do\n"
    assert keyboard.run("diff").out == "mail: nothing was changed by hand\n"

    keyboard.spec.write_text(spec + MORE_USERS)
    (keyboard.folder / "secret").write_text("another long password\n")
    planned = keyboard.run("plan", "--diff", "--out", "plan.json", "--detailed-exitcode")
    assert (planned.code, planned.err) == (2, "")
    assert ">: 2 users added, 1 password changed\n" in planned.out
    assert "      ~ user a@faults.example: password\n" in planned.out
    assert "postfix/mailboxes: 2 mailboxes added\n" in planned.out
    assert "$argon2" not in planned.out
    assert keyboard.run("apply", "plan.json", "--no-dns-check").code == 0

    keyboard.host.run("sh", "-c", "echo biff = no >>/etc/postfix/main.cf")
    seen = keyboard.run("diff", "--detailed-exitcode")
    assert (seen.code, seen.err) == (2, "")
    assert seen.out.splitlines()[-1] == "+biff = no"
    kept = keyboard.run("apply", "--keep-drift", "--no-dns-check")
    assert kept.code == 1
    assert kept.err.startswith("mail: changed by hand: postfix/main.cf; the host is left alone; ")
    stale = keyboard.run("apply", "plan.json", "--no-dns-check")
    assert stale.err.startswith("mail: generation 2 is live, the plan was made for 1; ")

    assert keyboard.run("apply", "--no-dns-check").code == 0
    assert keyboard.run("diff").out == "mail: nothing was changed by hand\n"

"""One host's way in is read from specs of which everything else is broken."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from spec_building import write

from mailctl.errors import MailctlError
from mailctl.model.destination import Destination, destination
from mailctl.model.host import Ssh
from mailctl.spec.load import load
from mailctl.spec.way_in import way_in

HEAD = "mailctl: 1\n"
HOSTS = """\
hosts:
  # the first one
  mail:
    fqdn: mail.example.org
    addresses:
    - 203.0.113.10
    - "2001:db8::10"
    platform: debian-13
    ssh: {user: admin, sudo: true, jump: gate}

  "gate":
    fqdn: gate.example.org
    addresses: [203.0.113.11]
    platform: debian-12
    ssh: {port: 2222}
"""
REST = "domains:\n  example.org: {host: mail, mx: [mail]}\n"
WAY = (
    Destination("gate", "gate.example.org", Ssh(port=2222), ("203.0.113.11",)),
    Destination(
        "mail",
        "mail.example.org",
        Ssh("admin", sudo=True, jump="gate"),
        ("203.0.113.10", "2001:db8::10"),
    ),
)

BROKEN = {
    "nothing": HEAD + HOSTS + REST,
    "unknown section": HEAD + HOSTS + "userz: {}\n",
    "no version": HOSTS,
    "open brace below": HEAD + HOSTS + "users:\n  a@example.org: {password: {\n  b",
    "open quote below": HEAD + HOSTS + 'users:\n  a: "never closed\n',
    "tab above": HEAD + "policies:\n\tdefault: {}\n" + HOSTS,
    "open bracket above": HEAD + "aliases: {a@example.org: [b\n" + HOSTS,
    "duplicate elsewhere": HEAD + HOSTS + "users:\n  a@b.example: {}\n  a@b.example: {}\n",
    "control character": HEAD + "policies: {a: \x01}\n" + HOSTS,
    "broken neighbour": HEAD + HOSTS + "  third: {fqdn: [\n" + REST,
    "broken neighbour before": HEAD + HOSTS.replace("  # the first one", "  zero: [}") + REST,
    "other platform": HEAD + HOSTS.replace("debian-13", "debian-99") + REST,
    "other keys": HEAD + HOSTS.replace("    platform: debian-13", "    sieve: 3\n    limits: x"),
    "crlf": (HEAD + HOSTS + "users: [\n").replace("\n", "\r\n"),
    "missing files": HEAD + "include: [gone.yaml]\n" + HOSTS + REST,
    "flow": HEAD + "hosts: {mail: {fqdn: mail.example.org, addresses: [203.0.113.10, '2001:db8::10'"
    "], ssh: {user: admin, sudo: true, jump: gate}}, gate: {fqdn: gate.example.org, addresses: "
    "[203.0.113.11], ssh: {port: 2222}}}\nusers: [\n",
}


@pytest.mark.parametrize("name", BROKEN)
def test_the_rest_may_be_broken(name: str, tmp_path: Path) -> None:
    assert way_in(write(tmp_path, BROKEN[name]), "mail") == WAY


def test_a_whole_spec_says_the_same(tmp_path: Path) -> None:
    user = "users: {postmaster@example.org: {password: {env: A}}}\n"
    spec = write(tmp_path, HEAD + HOSTS + REST + user)
    hosts = load(spec).hosts
    assert way_in(spec, "mail") == (destination(hosts["gate"]), destination(hosts["mail"]))


def test_hosts_in_included_files_are_found(tmp_path: Path) -> None:
    write(tmp_path, HOSTS + "users: {", "more/hosts.yaml")
    spec = write(tmp_path, HEAD + "include:\n- gone.yaml\n- mail.yaml\n- more/hosts.yaml\nusers: [")
    assert way_in(spec, "mail") == WAY


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("mail.example.org", "mail_x", ":5:11: bad-domain: 'mail_x' is no domain; "),
        ("user: admin", "usr: admin", ":10:11: unknown-key: 'usr' is no key of ssh; "),
        ("sudo: true", "sudo: perhaps", ":10:30: wrong-type: "),
        ("203.0.113.11]", "203.0.113]", ":14:17: bad-ip-address: '203.0.113' is no IP address; "),
        ("fqdn: mail.example.org", "fqdn: {", ": yaml: this is no YAML: "),
        ("sudo: true", "user: root", ":10:24: yaml-duplicate-key: the key user is here twice; "),
    ],
)
def test_an_entry_that_is_unusable_is_one_line(
    old: str, new: str, said: str, tmp_path: Path
) -> None:
    spec = write(tmp_path, HEAD + HOSTS.replace(old, new) + "users: [\n")
    with pytest.raises(MailctlError) as caught:
        way_in(spec, "mail")
    message = str(caught.value)
    assert said in message
    assert message.startswith(f"{spec}:")
    assert message.endswith("; correct the host's entry, or give its address instead of its name, "
                            "as root@203.0.113.10")  # fmt: skip
    assert "\n" not in message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD + HOSTS, "the spec has no host 'mial'; it has mail, gate; name one of the spec"),
        (HEAD + HOSTS + "users: [", "the spec has no host 'mial'; it has mail, gate; name one"),
        ("", "the spec has no host 'mial'; name one of the spec, or give its address"),
        ("hosts: 3\n", "the spec has no host 'mial'; name one of the spec, or give its address"),
        (HEAD + "hosts: {mial: 3}\n", "mail.yaml:2:15: wrong-type: this is no host; correct"),
        (HEAD + "hosts: {mial: {}}\n", "mail.yaml:2:15: missing-key: the host has no `fqdn:` and"),
    ],
)
def test_a_name_that_is_not_there(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(MailctlError) as caught:
        way_in(write(tmp_path, text), "mial")
    assert said in str(caught.value)


def test_a_key_within_another_host_is_no_host(tmp_path: Path) -> None:
    inner = "  zero:\n    mail: {fqdn: wrong.example.org}\n    x: [}\n  mail:\n"
    spec = write(tmp_path, HEAD + HOSTS.replace("  mail:\n", inner))
    assert way_in(spec, "mail") == WAY
    with pytest.raises(MailctlError, match="this is no YAML"):
        way_in(spec, "ssh")


def test_jumps_in_a_circle_are_refused(tmp_path: Path) -> None:
    spec = write(tmp_path, HEAD + HOSTS.replace("port: 2222", "jump: mail"))
    with pytest.raises(MailctlError, match="goes in a circle; let one of them be reached"):
        way_in(spec, "mail")


def test_a_file_that_is_not_there_or_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name, said in (("gone", "there is no such file"), ("", "this is a folder"),
                       ("pipe", "this is no regular file")):  # fmt: skip
        with pytest.raises(MailctlError, match=f"{said}; name the spec by --spec, or give its"):
            way_in(tmp_path / name, "mail")

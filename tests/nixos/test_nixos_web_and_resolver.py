"""Debian's nginx, Unbound and Postfix run what the module makes of a host that serves over HTTPS
and sends by DANE: as accounts of their own, with keys that are root's alone."""

from __future__ import annotations

import os
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection

import pytest
from nixos_on_debian import NixosHouse, a_nixos_house
from signed_dns import lay_root
from tlsa_receiver import WORLD, identity, lay_receiver

from mailctl.rehearsal import recipe
from mailctl.rehearsal.host import ThrowawayHost

pytestmark = pytest.mark.hosts

SPEC = """\
mailctl: 1
hosts:
  mail:
    fqdn: mail.web.example
    addresses: [203.0.113.214]
    platform: debian-12
    tls: {certificate: /etc/own/chain.pem, key: /etc/own/key.pem}
    roles: [mx, submission, store, web]
    outbound_tls: dane
policies:
  default:
    mta_sts: {mode: enforce}
domains:
  web.example: {}
users:
  anna@web.example:
    password: {file: secret}
    aliases: [postmaster@web.example, abuse@web.example]
"""
PATIENCE = 30.0


@dataclass(slots=True)
class Place:
    """The host, the foreign one that it sends to, and the keys that this may show."""

    house: NixosHouse
    receiver: ThrowawayHost
    right: str
    wrong: str

    def shows(self, pem: str) -> None:
        """The receiver's key and certificate from now on."""
        told = "umask 077 && cat >/etc/postfix/shown.pem && systemctl reload-or-restart postfix"
        status, said = self.receiver.run("sh", "-c", told, stdin=pem.encode())
        assert status == 0, said

    def sends(self, recipient: str, status: str) -> str:
        """A letter into the queue, and what Postfix's client says of it in the end."""
        letter = "printf 'Subject: x\\n\\nx\\n' | sendmail -f anna@web.example"
        self.house.run("sh", "-c", f"{letter} {recipient}")
        return self.outcome(recipient, status)

    def outcome(self, recipient: str, status: str) -> str:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            journal = ("journalctl", "--quiet", "--output=cat", "--identifier=postfix/smtp")
            said = self.house.run(*journal)
            for line in said.splitlines():
                if f"to=<{recipient}>" in line and f"status={status}" in line:
                    return said
            time.sleep(0.2)
        raise AssertionError(f"{recipient} was not {status}: {said}")


@pytest.fixture(scope="module", params=[("debian-12", "24.11"), ("debian-13", "26.05")])
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    if os.geteuid() != 0:
        pytest.skip("boots throwaway hosts, for which one is root")
    folder = tmp_path_factory.mktemp("place")
    (folder / "mail.yaml").write_text(SPEC)
    (folder / "secret").write_text("correct horse\n")
    (right, digest), (wrong, _) = identity(), identity()
    receivers: list[ThrowawayHost] = []

    def before(house: NixosHouse) -> None:
        receiver = house.network.lay(
            "world", recipe=recipe.world(), addresses=[WORLD], fqdn="mx.safe.example"
        )
        for name in ("chain", "key"):
            house.tell(f"/etc/own/{name}.pem", wrong, 0o600)
        lay_root(house.host.root, WORLD, lay_receiver(receiver.root, digest))
        receiver.boot()
        receivers.append(receiver)

    with a_nixos_house(*request.param, folder / "module", folder / "mail.yaml", before) as house:
        receivers[0].wait()
        yield Place(house, receivers[0], right, wrong)


def _asks(place: Place, name: str, path: str, method: str = "GET") -> tuple[HTTPResponse, str]:
    """What is said by HTTPS under a name; the host has made the certificate itself."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with place.house.network.inside():
        session = HTTPSConnection(place.house.address, timeout=20, context=context)
        session.sock = context.wrap_socket(_connected(place.house.address), server_hostname=name)
        session.request(method, path, headers={"Host": name})
        answer = session.getresponse()
        text = answer.read().decode()
        session.close()
    return answer, text


def _connected(address: str) -> object:
    import socket

    return socket.create_connection((address, 443), timeout=20)


def test_every_document_is_served_under_its_name(place: Place) -> None:
    for name, path, kind, word in (
        ("mta-sts.web.example", "/.well-known/mta-sts.txt", "text/plain", "mx: mail.web.example"),
        ("autoconfig.web.example", "/mail/config-v1.1.xml", "text/xml", "mail.web.example"),
        ("autoconfig.web.example", "/mail/web.example.mobileconfig", "application/x-", "plist"),
    ):
        answer, text = _asks(place, name, path)
        assert (answer.status, word in text) == (200, True), (name, answer.status, text)
        assert answer.headers["Content-Type"].startswith(kind)
        assert answer.headers["Strict-Transport-Security"] == "max-age=63072000"
        assert _asks(place, name, "/")[0].status == 404
        assert _asks(place, name, path, "DELETE")[0].status == 403
    answer, text = _asks(
        place, "autodiscover.web.example", "/Autodiscover/Autodiscover.xml", "POST"
    )
    assert answer.status == 200
    assert "<Server>mail.web.example</Server>" in text


def test_other_names_get_no_answer(place: Place) -> None:
    with pytest.raises(ssl.SSLError, match="UNRECOGNIZED_NAME"):
        _asks(place, "elsewhere.example", "/")
    with place.house.network.inside():
        for name, status in (
            ("mta-sts.web.example", 301),
            ("mail.web.example", 404),
        ):
            session = HTTPConnection(place.house.address, 80, timeout=20)
            session.request("GET", "/", headers={"Host": name})
            assert session.getresponse().status == status
            session.close()


def test_the_key_stays_roots_alone(place: Place) -> None:
    """nginx runs as nobody who could read it where it lies."""
    key = "/etc/own/key.pem"
    assert place.house.run("stat", "-c", "%U %a", key).split() == ["root", "600"]
    master = place.house.run("systemctl", "show", "--value", "-p", "MainPID", "nginx").strip()
    assert place.house.run("stat", "-c", "%U", f"/proc/{master}").strip() == "nginx"


def test_what_tlsa_records_do_not_name_gets_no_mail(place: Place) -> None:
    place.shows(place.wrong)
    said = place.sends("a@safe.example", "deferred")
    assert "no matching DANE TLSA records" in said
    place.shows(place.right)
    place.house.run("postqueue", "-f")
    said = place.outcome("a@safe.example", "sent")
    assert "Verified TLS connection established to mx.safe.example[" in said


def test_a_signature_that_does_not_hold_keeps_mail_here(place: Place) -> None:
    said = place.sends("a@forged.example", "deferred")
    assert "TLSA lookup error for mx.forged.example:25" in said


def test_another_resolver_of_the_machine_is_not_asked(place: Place) -> None:
    """Whatever replaces /etc/resolv.conf does not reach those who send mail."""
    house = place.house
    assert "127.0.0.25" not in house.run("cat", "/etc/resolv.conf")
    house.tell("/etc/resolv.conf.new", "nameserver 192.0.2.99\n")
    house.run("mv", "/etc/resolv.conf.new", "/etc/resolv.conf")
    house.run("postfix", "reload")
    place.shows(place.wrong)
    said = place.sends("again@safe.example", "deferred")
    assert said.count("no matching DANE TLSA records") >= 2


def test_the_resolver_answers_the_host_alone_and_confines_itself(place: Place) -> None:
    listening = place.house.run("ss", "--numeric", "--listening", "--udp", "--tcp", "--no-header")
    places = {line.split()[4] for line in listening.splitlines() if line.split()[4][-3:] == ":53"}
    assert places == {"127.0.0.25:53"}
    socket = "/run/mailctl-resolver/control"
    assert "is running" in place.house.run("unbound-control", "-s", socket, "status")
    process = place.house.run(
        "systemctl", "show", "--value", "-p", "MainPID", "mailctl-resolver"
    ).strip()
    owner = place.house.run("stat", "-c", "%u", f"/proc/{process}").strip()
    assert int(owner) > 60000, "no account of its own"


def test_the_journals_have_no_warning(place: Place) -> None:
    said = place.house.run(
        "journalctl", "--quiet", "--output=cat", "--unit=nginx", "--unit=mailctl-resolver"
    )
    said += place.house.run("journalctl", "--quiet", "--output=cat", "-tpostfix/postfix-script")
    words = ("warn", "[emerg]", "error:")
    complaints = [line for line in said.splitlines() if any(word in line for word in words)]
    assert not complaints, complaints

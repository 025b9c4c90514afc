"""Finding the owners of a name, and remembering what was asked."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import dns.flags
import dns.resolver
import pytest
from fake_server import Asked, Reply, answering, rrset
from fake_world import QUICK, World

from mailctl.errors import MailctlError
from mailctl.resolver.answer import Answer, Server, Status
from mailctl.resolver.ask import ask
from mailctl.resolver.asker import Asker
from mailctl.resolver.authority import Authorities
from mailctl.resolver.once import Once
from mailctl.resolver.view import system_resolver


def test_the_owners_of_a_name(world: World) -> None:
    world.zone("example.org", servers=2)
    found = world.view().authorities.of("a.b.example.org")
    assert found.zone == "example.org"
    assert found.servers == (
        (Server("127.0.0.4", world.port, "ns1.example.org"),),
        (Server("127.0.0.5", world.port, "ns2.example.org"),),
    )


def test_a_zone_is_looked_up_once_for_all_names(world: World) -> None:
    world.zone("example.org").add("www.example.org", "A", "203.0.113.1")
    view = world.view()
    for name in ("example.org", "www.example.org", "_dmarc.example.org", "x._y.example.org"):
        view.ask(name, "TXT")
    asked = [(each.name, each.kind) for each in world.resolver.asked]
    assert sorted(asked) == sorted(
        [
            ("example.org", "SOA"),
            ("www.example.org", "SOA"),
            ("example.org", "NS"),
            ("ns1.example.org", "A"),
            ("ns1.example.org", "AAAA"),
        ]
    )


def test_an_alias_belongs_to_the_zone_that_it_stands_in(world: World) -> None:
    world.zone("example.net").add("t.example.net", "A", "203.0.113.1")
    world.zone("example.org").add("www.example.org", "CNAME", "t.example.net.")
    view = world.view()
    assert view.authorities.of("www.example.org").zone == "example.org"
    (answer,) = view.ask("www.example.org", "A")
    assert (answer.status, answer.aliases) == (Status.NODATA, ("t.example.net",))


def test_an_alias_without_end_still_has_a_zone(world: World) -> None:
    world.zone("example.org").add("a.example.org", "CNAME", "a.example.org.")
    assert world.view().authorities.of("a.example.org").zone == "example.org"


def test_a_resolver_that_fails_leaves_no_owner(world: World) -> None:
    world.resolver.behaviour = lambda asked: [answering(asked, code=2)]
    found = world.view().authorities.of("example.org")
    assert (found.servers, found.zone) == ((), "")
    assert found.reason.endswith("answers SERVFAIL")
    (answer,) = world.view().ask("_dmarc.example.org", "TXT")
    assert answer.reason == found.reason


def test_a_resolver_that_shows_no_zone() -> None:
    nothing = Answer("x", "SOA", Status.NODATA, Server("192.0.2.1"))
    found = Authorities(lambda _name, _kind: nothing).of("a.example.org")
    assert found.reason == "192.0.2.1 shows no zone that a.example.org is in"


def test_an_owner_is_asked_at_its_next_address(world: World) -> None:
    world.zone("example.org", servers=2)
    first, second = world.servers["example.org"]
    first.behaviour = lambda asked: [answering(asked, code=5)]
    answer = Asker(QUICK).ask_first((first.place, second.place), "example.org", "SOA")
    assert answer.status is Status.FOUND
    assert answer.server == second.place
    lame = Asker(QUICK).ask_first((world.resolver.place,), "example.org", "SOA")
    assert lame.reason == f"{world.resolver.place} is not authoritative for example.org"


def test_a_server_that_speaks_again_is_heard_again(world: World) -> None:
    asker = Asker(QUICK)
    (server,) = world.zone("example.org") and world.servers["example.org"]
    speaking, server.behaviour = server.behaviour, lambda _asked: []
    assert [asker.ask(server.place, "example.org", "SOA").silent for _ in range(2)] == [True, True]
    server.behaviour = speaking
    assert not asker.ask(server.place, "example.org", "SOA").failed
    server.behaviour = lambda _asked: []
    for _ in range(5):
        last = asker.ask(server.place, "www.example.org", "MX")
        assert (last.name, last.type, last.silent) == ("www.example.org", "MX", True)
    assert len(server.asked) == 2 * 3 + 1 + 3 * 3


def test_what_was_validated_is_told(world: World) -> None:
    def behaviour(asked: Asked) -> list[Reply]:
        reply = answering(asked, rrset("example.org", "A", "203.0.113.1"))
        reply.flags |= asked.message.flags & dns.flags.AD
        return [reply]

    world.resolver.behaviour = behaviour
    assert world.resolver_view().recursive("example.org", "A").authentic
    assert not ask(world.resolver.place, "example.org", "A", QUICK).authentic


def test_once_makes_a_value_once_for_all_threads() -> None:
    once: Once[str, object] = Once()
    barrier = threading.Barrier(8)
    made: list[int] = []

    def one(number: int) -> object:
        barrier.wait()
        return once.get("key", lambda: made.append(number) or object())

    with ThreadPoolExecutor(8) as pool:
        values = set(pool.map(one, range(8)))
    assert len(values) == 1
    assert len(made) == 1


def test_once_gives_a_failure_to_everybody() -> None:
    once: Once[str, int] = Once()

    def fail() -> int:
        raise ValueError("no name")

    for _ in range(2):
        with pytest.raises(ValueError, match="no name"):
            once.get("key", fail)
    assert once.get("other", lambda: 1) == 1


def test_the_resolver_of_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "resolv.conf"
    real = dns.resolver.Resolver
    monkeypatch.setattr(dns.resolver, "Resolver", lambda: real(str(place)))
    place.write_text("search example.org\nnameserver 192.0.2.53\nnameserver 192.0.2.54\n")
    assert system_resolver() == Server("192.0.2.53")
    place.write_text("")
    with pytest.raises(MailctlError, match="names no resolver; name one with --resolver ADDRESS"):
        system_resolver()
    place.unlink()
    with pytest.raises(MailctlError, match="names no resolver"):
        system_resolver()


def test_a_server_that_refuses_everything_gets_one_try_each(world: World) -> None:
    asker = Asker(QUICK)
    world.resolver.behaviour = lambda asked: [answering(asked, code=5)]
    for name in "abcdefg":
        assert asker.ask(world.resolver.place, name, "A").reason.endswith("answers REFUSED")
    assert len(world.resolver.asked) == 3 * 3 + 4
    world.resolver.behaviour = world.resolve
    assert not asker.ask(world.resolver.place, "h", "A").failed


def test_a_network_that_is_not_there_is_told() -> None:
    answer = ask(Server("255.255.255.255"), "example.org", "A", QUICK)
    assert answer.silent
    assert answer.reason.startswith("255.255.255.255: ")

"""Apply asks DNS before a host signs with a key, and changes nothing there where DNS lacks it."""

from __future__ import annotations

import pytest
from rotation_name_server import ADDRESS, name_server
from rotation_world import DOMAIN, World

from mailctl.bundle import HostBundle
from mailctl.cli.keys_in_dns import KeysInDns
from mailctl.cli.prepare import Prepared
from mailctl.compile import compile_system
from mailctl.deploy.events import Noted
from mailctl.deploy.manifest import Manifest
from mailctl.deploy.observation import Observation
from mailctl.deploy.plan import Plan, make_plan
from mailctl.dns.records import records
from mailctl.errors import KeyNotPublished
from mailctl.keys.vault import KeyVault, public_keys
from mailctl.model.host import Role
from mailctl.resolver.answer import Server
from mailctl.rotation.permit import HostKey, keys_of, refuse_unpublished

S1 = f"s1._domainkey.{DOMAIN}"
TABLE = frozenset({"opendkim/KeyTable"})
OTHER = frozenset({"postfix/main.cf"})
RESOLVER = Server(ADDRESS)


def _unheard(host: str, text: str) -> None:
    pytest.fail(f"a warning of {host}: {text}")


def _keys(world: World) -> tuple[HostKey, ...]:
    system = world.held
    return keys_of(system, system.hosts["mail"], public_keys(system, KeyVault(world.folder)))


def _ask(world: World, changed: frozenset[str] = OTHER) -> tuple[str, ...]:
    return refuse_unpublished("mail", _keys(world), world.view, changed)


def test_it_asks_for_the_key_that_will_sign(world: World) -> None:
    world.rotate()
    assert [key.record for key in _keys(world)] == [S1]
    world.publish()
    world.rotate()
    assert [key.record for key in _keys(world)] == [f"s2._domainkey.{DOMAIN}"]
    assert _ask(world, TABLE) == ()


def test_a_missing_key_refuses_the_host(world: World) -> None:
    world.view.zones["ns2.example"] = {}
    with pytest.raises(KeyNotPublished) as refused:
        _ask(world)
    assert str(refused.value) == (
        "mail: it would sign with keys that DNS does not show; nothing was changed:\n"
        f"  {S1}: ns2.example (192.0.2.1) has no such name; publish it: mailctl dns-records; or "
        "--no-dns-check for the first set-up"
    )


def test_another_key_refuses_the_host_too(world: World) -> None:
    world.view.zones["ns1.example"][S1] = ("v=DKIM1; k=rsa; p=AAAA",)
    with pytest.raises(KeyNotPublished, match=r"ns1\.example .* has another key there; publish"):
        _ask(world)


def test_what_cannot_be_asked_refuses_new_keys_alone(world: World) -> None:
    world.view.silent.add("ns1.example")
    (warning,) = _ask(world)
    assert warning == (
        f"mail: {S1}: could not be asked: no answer from ns1.example; it signs with it as before"
    )
    for changed in (TABLE, frozenset({"opendkim/keys/example.org/s1.pem"})):
        with pytest.raises(KeyNotPublished, match=r"no answer from ns1\.example; run it again"):
            _ask(world, changed)
    assert _ask(world, frozenset({"opendkim/keys/example.net/s1.pem"})) == (warning,)


def test_of_a_silent_and_an_empty_server_the_empty_one_decides(world: World) -> None:
    world.view.silent.add("ns1.example")
    world.view.zones["ns2.example"] = {}
    with pytest.raises(KeyNotPublished, match="has no such name; could not be asked: no answer"):
        _ask(world)


def _prepared(world: World) -> Prepared:
    system, vault = world.held, KeyVault(world.folder, {"ALICE": "a long enough password"})
    return Prepared(system, vault, records(system, public_keys(system, vault)))


def _bundle(prepared: Prepared, host: str) -> HostBundle:
    compiled = compile_system(prepared.system, prepared.vault, prepared.records)
    return next(bundle for bundle in compiled.hosts if bundle.host == host)


def _first_plan(prepared: Prepared, host: str) -> Plan:
    fresh = Observation("debian", "13", 0, "-", True, 10**6, 10**5)
    return make_plan(host, Manifest.of(_bundle(prepared, host)), fresh)


def test_real_servers_are_asked(world: World) -> None:
    prepared = _prepared(world)
    plan = _first_plan(prepared, "mail")
    with name_server() as server:
        asks = KeysInDns(prepared, RESOLVER, True, _unheard).permit_for("mail")
        with pytest.raises(
            KeyNotPublished, match=rf"ns.example.org \({ADDRESS}\) has no such name"
        ):
            asks(plan)
        server.texts |= world.wanted()
        # the next run of apply: within one, each name is asked for once
        KeysInDns(prepared, RESOLVER, True, _unheard).permit_for("mail")(plan)
        assert server.asked == [S1, S1]
        server.asked.clear()
        KeysInDns(prepared, RESOLVER, False, _unheard).permit_for("mail")(plan)
        assert server.asked == []


def test_a_host_that_signs_nothing_asks_nothing(world: World) -> None:
    spec = world.folder / "mail.yaml"
    spec.write_text(spec.read_text().replace("[submission]", "[mx]"))
    prepared = _prepared(world)
    assert prepared.system.hosts["out"].roles == {Role.MX}
    plan = _first_plan(prepared, "out")
    with name_server() as server:
        KeysInDns(prepared, RESOLVER, True, _unheard).permit_for("out")(plan)
        assert server.asked == []


def test_a_host_is_noted_after_it_was_brought_there(world: World) -> None:
    world.rotate()
    world.publish()
    world.rotate()
    prepared = _prepared(world)
    keys = KeysInDns(prepared, None, False, _unheard)
    told = [Noted("out", "signs example.org with s2 from now on")]
    assert list(keys.noted("out")) == told
    assert world.rotation.hosts["mail"] is None
    assert world.rotation.hosts["out"] is not None
    assert list(keys.noted("out")) == []
    keys.permit_for("out")(_first_plan(prepared, "out"))
    assert list(keys.noted("out")) == told


def test_what_cannot_be_noted_is_a_warning(world: World) -> None:
    world.rotate()
    world.publish()
    world.rotate()
    prepared = _prepared(world)
    path = world.folder / "keys/dkim/example.org/rotation.json"
    path.write_text("{")
    (said,) = KeysInDns(prepared, None, False, _unheard).noted("mail")
    assert said.warning
    assert said.text.startswith(f"mail cannot be noted as done: {path}: is damaged: ")

"""What servers do wrong, each told in one clear line, and the zone left as it was."""

from __future__ import annotations

import errno
import os
import socket
import threading
from collections.abc import Callable

import dns.flags
import dns.message
import dns.tsig
import pytest
from fake_primary import (
    KEY,
    QUICK,
    TSIG,
    FakePrimary,
    Mangle,
    running,
    with_rcode,
    with_tsig_error,
)
from test_push_plan import ZONE, record

from mailctl.errors import PublishError
from mailctl.model.tsig_key import TsigKey
from mailctl.publish.connection import Connection
from mailctl.publish.dialogue import Dialogue
from mailctl.publish.faults import update_refused
from mailctl.publish.plan import ZonePlan
from mailctl.publish.planning import make_plan
from mailctl.publish.push import Outcome, Pushed, push_zone
from mailctl.publish.survey import survey
from mailctl.resolver.answer import Server

WANTED = (record(ZONE, "MX", "10 m.a.example."), record(ZONE, "TXT", "v=spf1 mx -all"))
HERE = "127.0.0.1 port {port}"


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailctl.publish.push._LOOKS", (0.0, 0.0))


def _plan(dialogue: Dialogue) -> ZonePlan:
    places = [(one.name, one.type) for one in WANTED]
    return make_plan(WANTED, survey(dialogue, places)).zones[0]


def _push(primary: FakePrimary, meanwhile: Callable[[], None] = lambda: None) -> Pushed:
    with running(primary), primary.dialogue() as dialogue:
        plan = _plan(dialogue)
        meanwhile()
        return push_zone(dialogue, plan)


def _primary(mangle: Mangle | None = None, **more: object) -> FakePrimary:
    return FakePrimary({ZONE: [f"{ZONE} 60 TXT hello"]}, mangle, **more)  # type: ignore[arg-type]


def test_a_good_server_is_updated_once() -> None:
    primary = _primary()
    with running(primary), primary.dialogue() as dialogue:
        assert push_zone(dialogue, _plan(dialogue)) == Pushed(ZONE, Outcome.DONE)
        assert sorted(primary.zones[ZONE]) == [
            f'{ZONE} 3600 MX 10 m.a.example.',
            f'{ZONE} 60 TXT "v=spf1 mx -all"',
            f"{ZONE} 60 TXT hello",
        ]  # fmt: skip
        assert push_zone(dialogue, _plan(dialogue)) == Pushed(ZONE, Outcome.NOTHING)
        assert len(primary.updates) == 1


def _truncated(_: FakePrimary, __: dns.message.Message, reply: dns.message.Message) -> bytes:
    reply.flags |= dns.flags.TC
    return reply.to_wire()


def _falsely_signed(_: FakePrimary, __: dns.message.Message, reply: dns.message.Message) -> bytes:
    wire = bytearray(reply.to_wire())
    wire[-10] ^= 1  # within the MAC, which ends before the last six bytes
    return bytes(wire)


def _of_another_key(
    _: FakePrimary, asked: dns.message.Message, reply: dns.message.Message
) -> bytes:
    other = dns.tsig.Key("push.", b"x" * 32, "hmac-sha256.")
    reply.use_tsig(other, original_id=asked.id, algorithm=other.algorithm)
    return reply.to_wire()


def _to_another(_: FakePrimary, asked: dns.message.Message, reply: dns.message.Message) -> bytes:
    reply.id = asked.id ^ 1
    return reply.to_wire()


def _garbage(_: FakePrimary, asked: dns.message.Message, __: dns.message.Message) -> bytes:
    return asked.id.to_bytes(2, "big") + b"\xff" * 40


def _silence(_: FakePrimary, __: dns.message.Message, ___: dns.message.Message) -> None:
    return None


_LATER = (1_800_000_000).to_bytes(6, "big")

_FAULTS: dict[str, tuple[Mangle, str]] = {
    "BADSIG": (with_tsig_error(16), "has another secret for the key push (BADSIG); copy the key"),
    "BADKEY": (with_tsig_error(17), "knows no key push with this algorithm (BADKEY); its name"),
    "BADTIME": (with_tsig_error(18, _LATER), "s (BADTIME): it is "),
    "BADTIME without": (with_tsig_error(18), "differs from ours (BADTIME); signatures hold for"),
    "BADTRUNC": (with_tsig_error(22), "does not accept the signature of the key push (BADTRUNC)"),
    "REFUSED": (with_rcode("REFUSED"), "refuses updates of a.example with the key push; the zone"),
    "unsigned REFUSED": (
        with_rcode("REFUSED", signed=False),
        "does not accept the key push for updates of a.example (REFUSED); name and secret",
    ),
    "unsigned NOTAUTH": (
        with_rcode("NOTAUTH", signed=False),
        "does not accept the key push for updates of a.example (NOTAUTH); name and secret",
    ),
    "NOTAUTH": (with_rcode("NOTAUTH"), "is not the server that a.example is changed at (NOTAUTH)"),
    "NOTIMP": (with_rcode("NOTIMP", signed=False), "knows no dynamic updates; give it zone files"),
    "SERVFAIL": (with_rcode("SERVFAIL"), "could not update a.example (SERVFAIL); its log says why"),
    "FORMERR": (with_rcode("FORMERR", signed=False), "does not understand the update of a.example"),
    "NOTZONE": (with_rcode("NOTZONE"), "says that a name is not in a.example (NOTZONE)"),
    "rare": (with_rcode("BADVERS"), "answers the update of a.example with BADVERS"),
    "truncated": (_truncated, "truncates its answer, though TCP has room for it"),
    "false signature": (_falsely_signed, "bears a false signature, and is not believed (BadSigna"),
    "another's signature": (_of_another_key, "bears a false signature, and is not believed"),
    "unsigned": (with_rcode("NOERROR", signed=False), "does not sign its answer, which is not"),
    "unsigned NXRRSET": (with_rcode("NXRRSET", signed=False), "does not sign its answer, which"),
    "another's answer": (_to_another, "answers something that it was not asked"),
    "garbage": (_garbage, "cannot be read"),
    "silence": (_silence, "within 0.5 s: nobody knows whether a.example was updated; run it again"),
}


@pytest.mark.parametrize("case", _FAULTS)
def test_a_fault_is_one_line(case: str) -> None:
    mangle, message = _FAULTS[case]
    primary = _primary(mangle, applies=False)
    pushed = _push(primary)
    assert pushed.outcome is Outcome.FAILED
    assert message in pushed.fault and "\n" not in pushed.fault
    assert HERE.format(port=primary.port) in pushed.fault
    assert len(primary.updates) == 1


def test_both_clocks_are_told() -> None:
    primary = _primary(with_tsig_error(18, _LATER))
    fault = _push(primary).fault
    signed = primary.updates[0].tsig
    assert signed is not None
    ours = signed[0].time_signed
    assert f"differs from ours by {abs(1_800_000_000 - ours)} s" in fault
    assert "and 2027-01-15 08:00:00 UTC there; signatures hold for five minutes" in fault


def test_a_prerequisite_that_failed_names_what_changed() -> None:
    primary = _primary(with_rcode("NXRRSET"), applies=False)
    pushed = _push(primary, lambda: primary.zones[ZONE].append(f"{ZONE} 60 TXT more"))
    assert pushed.fault == "somebody changed a.example TXT meanwhile; run it again"


def test_a_prerequisite_that_failed_though_nothing_seems_changed() -> None:
    pushed = _push(_primary(with_rcode("YXRRSET"), applies=False))
    assert pushed.fault == (
        "the server holds something else than it shows at a.example, or it forwards updates; push"
        " to the primary"
    )


def test_what_was_accepted_and_is_not_served() -> None:
    pushed = _push(_primary(applies=False))
    assert pushed == Pushed(
        ZONE,
        Outcome.FAILED,
        "sent and accepted, but the server serves something else at a.example MX, a.example TXT",
    )


@pytest.mark.parametrize("case", ["BADSIG", "BADKEY", "BADTIME", "BADTRUNC", "truncated",
                                  "false signature", "another's answer", "garbage"])  # fmt: skip
def test_questions_are_judged_alike(case: str) -> None:
    mangle, message = _FAULTS[case]
    primary = _primary(mangle, mangle_questions=True)
    with running(primary), primary.dialogue() as dialogue:
        with pytest.raises(PublishError) as refused:
            _plan(dialogue)
        assert message in str(refused.value)
    assert primary.updates == []


def test_a_server_without_use_for_signed_questions_is_asked_without() -> None:
    def deny_signed(
        primary: FakePrimary, asked: dns.message.Message, reply: dns.message.Message
    ) -> bytes:
        if asked.had_tsig:
            return with_rcode("NOTAUTH", signed=False)(primary, asked, reply) or b""
        return reply.to_wire()

    primary = _primary(deny_signed, mangle_questions=True)
    with running(primary), primary.dialogue() as dialogue:
        plan = _plan(dialogue)
        assert dialogue.key_unused
        assert len(plan.changes) == 2
        assert "does not accept the key push" in push_zone(dialogue, plan).fault


def test_a_zone_that_is_not_there_costs_no_signature() -> None:
    primary = _primary()
    with running(primary), primary.dialogue() as dialogue:
        found = survey(dialogue, [("b.example", "MX"), (ZONE, "MX")])
        assert not dialogue.key_unused
    (away,) = found.elsewhere
    assert (away.name, away.broken) == ("b.example", False)
    assert away.reason == f"{HERE.format(port=primary.port)} answers REFUSED"
    assert [one.zone for one in found.sets] == [ZONE]


@pytest.mark.parametrize("closes_after", [1, 2])
def test_a_server_that_closes_after_some_answers_is_asked_on(closes_after: int) -> None:
    primary = _primary(closes_after=closes_after)
    assert _push(primary) == Pushed(ZONE, Outcome.DONE)


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(PublishError) as refused:
        Connection([Server("127.0.0.1", port), Server("127.0.0.1", port)], QUICK)
    assert str(refused.value) == (
        f"127.0.0.1 port {port}: connection refused; does a name server run there?"
    )


def test_no_way_to_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(*_place: object, **_options: object) -> None:
        raise OSError(errno.ENETUNREACH, os.strerror(errno.ENETUNREACH))

    monkeypatch.setattr(socket, "create_connection", nowhere)
    with pytest.raises(PublishError, match=r"network is unreachable; .* has this machine a way"):
        Connection([Server("192.0.2.1", 53)], QUICK)


def test_a_name_that_is_too_long_is_one_clear_error() -> None:
    primary = _primary()
    name = ".".join(["x" * 63] * 4)
    illegal = pytest.raises(PublishError, match="is no name that DNS could have")
    with running(primary), primary.dialogue() as dialogue, illegal:
        list(dialogue.ask_all([(name, "TXT")]))


def test_the_root_has_a_name_in_messages() -> None:
    error = update_refused(Server("192.0.2.1"), "SERVFAIL", "", "push", True)
    assert error.message == "192.0.2.1 could not update . (SERVFAIL)"


def test_the_next_address_is_tried() -> None:
    with socket.create_server(("127.0.0.1", 0)) as dead:
        nobody = Server("127.0.0.1", dead.getsockname()[1])
    with socket.create_server(("127.0.0.1", 0)) as listener:
        somebody = Server("127.0.0.1", listener.getsockname()[1])
        connection = Connection([nobody, somebody], QUICK)
        connection.close()
        assert connection.server == somebody


def test_a_connection_that_is_closed_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def close_it() -> None:
            listener.accept()[0].close()

        threading.Thread(target=close_it, daemon=True).start()
        server = Server("127.0.0.1", listener.getsockname()[1])
        closed = pytest.raises(PublishError, match="closed the connection without an answer")
        with Dialogue((server,), KEY, QUICK) as dialogue, closed:
            _plan(dialogue)


def test_without_a_key_nothing_is_sent() -> None:
    primary = _primary()
    with running(primary), primary.dialogue(key=None) as dialogue:
        plan = _plan(dialogue)
        with pytest.raises(ValueError, match="updates are signed"):
            push_zone(dialogue, plan)
    assert primary.updates == []


def test_later_messages_are_not_sent_after_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """A zone that needs several messages says how many of them were done."""
    count = 0

    def second_fails(
        primary: FakePrimary, asked: dns.message.Message, reply: dns.message.Message
    ) -> bytes:
        nonlocal count
        count += 1
        if count == 2:
            return with_rcode("SERVFAIL")(primary, asked, reply) or b""
        return reply.to_wire()

    wanted = [record(f"s{n}._domainkey.{ZONE}", "TXT", f"v=DKIM1; p=AAA{n}") for n in range(3)]
    primary = _primary(second_fails)
    from mailctl.publish import push

    monkeypatch.setattr(push, "parts", lambda plan: tuple((one,) for one in plan.touched))
    with running(primary), primary.dialogue() as dialogue:
        places = [(one.name, one.type) for one in wanted]
        plan = make_plan(wanted, survey(dialogue, places)).zones[0]
        pushed = push_zone(dialogue, plan)
    assert pushed.fault.endswith("its log says why (1 of 3 messages were done before)")
    assert len(primary.updates) == 2


def test_the_secret_is_in_no_object_that_is_shown() -> None:
    key = TsigKey("push", "hmac-sha256", TSIG.secret)
    with Dialogue((Server("127.0.0.1", 1),), key) as dialogue:
        for shown in (repr(dialogue), str(dialogue), repr(key)):
            assert TSIG.secret.decode() not in shown

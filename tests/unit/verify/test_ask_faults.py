"""One question to one server, and everything that goes wrong with it on real networks."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator

import dns.flags
import dns.message
import dns.rcode
import pytest
from fake_server import Asked, FakeServer, Reply, answering, rrset
from hypothesis import given, settings
from hypothesis import strategies as st

from mailctl.dns.formats.strings import quoted
from mailctl.resolver.answer import Answer, Server, Status
from mailctl.resolver.ask import Patience, ask

QUICK = Patience(waits=(0.15, 0.2, 0.3), pause=0.01)
NAME = "mail.example.org"
Start = Callable[..., FakeServer]


def _good(asked: Asked) -> list[Reply]:
    return [answering(asked, rrset(NAME, "A", "203.0.113.7", ttl=300))]


def _asked(server: FakeServer, name: str = NAME, kind: str = "A") -> Answer:
    return ask(server.place, name, kind, QUICK)


def test_a_plain_answer(start: Start) -> None:
    server = start(_good)
    answer = _asked(server)
    assert answer == Answer(
        NAME, "A", Status.FOUND, server.place, ("203.0.113.7",), ttl=300, authoritative=True
    )
    assert len(server.asked) == 1
    assert server.asked[0].message.edns == 0
    assert not server.asked[0].message.flags & dns.flags.RD


@pytest.mark.parametrize(
    "code", [dns.rcode.SERVFAIL, dns.rcode.REFUSED, dns.rcode.NOTAUTH, dns.rcode.YXDOMAIN]
)
def test_what_a_server_will_not_say_is_no_absence(start: Start, code: dns.rcode.Rcode) -> None:
    server = start(lambda asked: [answering(asked, code=code)])
    answer = _asked(server)
    assert answer.status is Status.FAILED
    assert not answer.absent
    assert answer.reason == f"127.0.0.1 port {server.place.port} answers {code.name}"
    assert len(server.asked) == 3


def test_servfail_once_is_asked_again(start: Start) -> None:
    def behaviour(asked: Asked) -> list[Reply]:
        return [answering(asked, code=dns.rcode.SERVFAIL)] if asked.before == 0 else _good(asked)

    assert _asked(start(behaviour)).data == ("203.0.113.7",)


def test_a_lost_question_is_asked_again(start: Start) -> None:
    server = start(lambda asked: _good(asked) if asked.before == 2 else [])
    assert _asked(server).data == ("203.0.113.7",)
    assert len(server.asked) == 3


def test_a_silent_server_is_told_with_its_time(start: Start) -> None:
    server = start(lambda _asked: [])
    answer = _asked(server)
    assert answer.status is Status.FAILED
    assert answer.silent
    assert answer.reason == f"no answer from {server.place} within 0.65 s (3 tries)"


def test_absences(start: Start) -> None:
    soa = "ns1.example.org. root.example.org. 1 2 3 4 5"

    def behaviour(asked: Asked) -> list[Reply]:
        code = dns.rcode.NXDOMAIN if asked.kind == "A" else dns.rcode.NOERROR
        reply = answering(asked, code=code)
        reply.authority = [rrset("Example.org", "SOA", soa)]
        return [reply]

    server = start(behaviour)
    gone, empty = _asked(server), _asked(server, kind="TXT")
    assert (gone.status, gone.zone) == (Status.NXDOMAIN, "example.org")
    assert (empty.status, empty.zone) == (Status.NODATA, "example.org")
    assert gone.absent
    assert empty.absent


def test_a_referral_is_no_absence(start: Start) -> None:
    def behaviour(asked: Asked) -> list[Reply]:
        reply = dns.message.make_response(asked.message)
        reply.authority = [rrset("org", "NS", "a.nic.example.")]
        return [reply]

    answer = _asked(start(behaviour))
    assert answer.failed
    assert answer.reason.endswith("only names other servers")


def test_who_does_not_look_further_is_no_resolver(start: Start) -> None:
    server = start(lambda asked: [dns.message.make_response(asked.message)])
    answer = ask(server.place, NAME, "A", QUICK, recursive=True)
    assert answer.failed
    assert answer.reason.endswith("is no resolver: it does not look further")


def _cut(asked: Asked) -> dns.message.Message:
    reply = dns.message.make_response(asked.message)
    reply.flags |= dns.flags.TC
    return reply


LONG = "v=DKIM1; k=rsa; p=" + "A" * 1800


def test_a_cut_reply_is_asked_for_by_tcp(start: Start) -> None:
    def behaviour(asked: Asked) -> list[Reply]:
        return (
            [answering(asked, rrset(NAME, "TXT", quoted(LONG)))] if asked.by_tcp else [_cut(asked)]
        )

    server = start(behaviour)
    assert _asked(server, kind="TXT").data == (LONG,)
    assert [asked.by_tcp for asked in server.asked] == [False, True]


def test_a_reply_cut_within_a_record_is_asked_for_by_tcp(start: Start) -> None:
    def behaviour(asked: Asked) -> list[Reply]:
        whole = answering(asked, rrset(NAME, "TXT", quoted(LONG)))
        if asked.by_tcp:
            return [whole]
        whole.flags |= dns.flags.TC
        return [whole.to_wire(max_size=65535)[:512]]

    assert _asked(start(behaviour), kind="TXT").data == (LONG,)


def test_tcp_that_is_refused_is_no_absence(start: Start) -> None:
    answer = _asked(start(lambda asked: [_cut(asked)], tcp=False))
    assert answer.failed
    assert answer.reason.endswith("has a long answer, by TCP alone: connection refused")


def test_tcp_that_says_nothing_is_no_absence(start: Start) -> None:
    answer = _asked(start(lambda asked: [] if asked.by_tcp else [_cut(asked)]))
    assert answer.failed
    assert not answer.silent
    assert answer.reason.endswith("by TCP alone: the connection was closed")


def _wrong_id(asked: Asked) -> Reply:
    reply = answering(asked, rrset(NAME, "A", "198.51.100.66"))
    reply.id ^= 1
    return reply


def _wrong_question(asked: Asked) -> Reply:
    reply = answering(asked, rrset("evil.example", "A", "198.51.100.66"))
    reply.question = [rrset("evil.example", "A")]
    return reply


def _question_itself(asked: Asked) -> Reply:
    return asked.message


@pytest.mark.parametrize(
    "bad",
    [
        _wrong_id,
        _wrong_question,
        _question_itself,
        lambda _asked: b"",
        lambda _asked: b"\x00" * 5,
        lambda asked: asked.message.to_wire()[:2] + b"\x84\x00" + b"\xff" * 40,
        lambda _asked: b"GET / HTTP/1.1\r\n\r\n",
    ],
)
def test_what_is_no_answer_is_not_listened_to(start: Start, bad: Callable[[Asked], Reply]) -> None:
    server = start(lambda asked: [bad(asked), *_good(asked)])
    assert _asked(server).data == ("203.0.113.7",)
    assert len(server.asked) == 1
    assert _asked(start(lambda asked: [bad(asked)])).silent


@pytest.fixture
def stranger() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        yield one


def test_an_answer_from_another_port_is_not_listened_to(
    start: Start, stranger: socket.socket
) -> None:
    def behaviour(asked: Asked) -> list[Reply]:
        forged = answering(asked, rrset(NAME, "A", "198.51.100.66"))
        stranger.sendto(forged.to_wire(), asked.sender)
        return _good(asked)

    assert _asked(start(behaviour)).data == ("203.0.113.7",)


def test_records_of_other_names_in_an_answer_are_not_looked_at(start: Start) -> None:
    def behaviour(asked: Asked) -> list[Reply]:
        reply = answering(asked, rrset("evil.example", "A", "198.51.100.66"))
        reply.authority = [rrset("example.org", "SOA", "a. b. 1 2 3 4 5")]
        return [reply]

    assert _asked(start(behaviour)).status is Status.NODATA


@pytest.mark.parametrize("code", [dns.rcode.FORMERR, dns.rcode.NOTIMP])
def test_a_server_from_before_edns(start: Start, code: dns.rcode.Rcode) -> None:
    def behaviour(asked: Asked) -> list[Reply]:
        if asked.message.edns < 0:
            return _good(asked)
        header = asked.message.id.to_bytes(2) + (0x8000 | code).to_bytes(2) + bytes(8)
        return [header]

    server = start(behaviour)
    assert _asked(server).data == ("203.0.113.7",)
    assert len(server.asked) == 2


def test_a_chain_of_aliases(start: Start) -> None:
    server = start(
        lambda asked: [
            answering(
                asked,
                rrset("b.example.net", "A", "203.0.113.7"),
                rrset("A.example.net", "CNAME", "b.example.net."),
                rrset(NAME, "CNAME", "a.Example.net."),
            )
        ]
    )
    answer = _asked(server)
    assert answer.data == ("203.0.113.7",)
    assert answer.aliases == ("a.example.net", "b.example.net")


def test_an_alias_that_leads_out_of_the_server_has_no_data(start: Start) -> None:
    server = start(lambda asked: [answering(asked, rrset(NAME, "CNAME", "a.example.net."))])
    answer = _asked(server)
    assert (answer.status, answer.aliases) == (Status.NODATA, ("a.example.net",))


def _loop(asked: Asked) -> list[Reply]:
    return [answering(asked, rrset(NAME, "CNAME", "b.example.net."),
                      rrset("b.example.net", "CNAME", f"{NAME}."))]  # fmt: skip


def _endless(asked: Asked) -> list[Reply]:
    links = [rrset(f"a{n}.example", "CNAME", f"a{n + 1}.example.") for n in range(1, 30)]
    return [answering(asked, rrset(NAME, "CNAME", "a1.example."), *links)]


@pytest.mark.parametrize("behaviour", [_loop, _endless])
def test_aliases_without_end(start: Start, behaviour: Callable[[Asked], list[Reply]]) -> None:
    answer = _asked(start(behaviour))
    assert answer.failed
    assert answer.reason == f"the aliases from {NAME} never end (RFC 1034, 3.6.2)"
    assert answer.aliases


def test_a_resolver_that_validates_is_asked_not_to_when_it_fails(start: Start) -> None:
    def behaviour(asked: Asked) -> list[Reply]:
        if asked.message.flags & dns.flags.CD:
            return _good(asked)
        return [answering(asked, code=dns.rcode.SERVFAIL)]

    server = start(behaviour)
    assert ask(server.place, NAME, "A", QUICK, recursive=True).data == ("203.0.113.7",)
    assert server.asked[0].message.flags & dns.flags.AD
    assert ask(server.place, NAME, "A", QUICK).failed


@pytest.mark.parametrize("length", [254, 255, 256, 510, 511])
def test_strings_are_joined_without_anything_between(start: Start, length: int) -> None:
    text = "v=spf1 " + "x" * (length - 7)
    server = start(lambda asked: [answering(asked, rrset(NAME, "TXT", quoted(text)))])
    assert _asked(server, kind="TXT").data == (text,)


@pytest.mark.parametrize(
    ("kind", "written", "data"),
    [
        ("MX", "10 Mail.Example.ORG.", "10 mail.example.org."),
        ("MX", "0 .", "0 ."),
        ("SRV", "0 1 993 Imap.Example.org.", "0 1 993 imap.example.org."),
        ("TLSA", "3 1 1 " + "AB" * 32, "3 1 1 " + "ab" * 32),
        ("AAAA", "2001:DB8::0:1", "2001:db8::1"),
        ("CAA", '0 issue "CA.example; x=Y"', '0 issue "CA.example; x=Y"'),
        ("TXT", '"say \\"hi\\"" "\\195\\188"', 'say "hi"ü'),
        ("PTR", "Mail.Example.ORG.", "mail.example.org."),
    ],
)
def test_data_are_written_as_records_have_them(
    start: Start, kind: str, written: str, data: str
) -> None:
    server = start(lambda asked: [answering(asked, rrset(NAME, kind, written))])
    assert _asked(server, kind=kind).data == (data,)


LABEL = "x" * 63
LONGEST = ".".join([LABEL, LABEL, LABEL, "y" * 61])


@pytest.mark.parametrize(
    "name", [f"{LABEL}.example", LONGEST, "xn--mnchen-3ya.example", "*._domainkey.example.org", ""]
)
def test_names_go_out_as_they_are(start: Start, name: str) -> None:
    server = start(lambda asked: [answering(asked, rrset(name, "A", "203.0.113.7"))])
    assert _asked(server, name).data == ("203.0.113.7",)
    assert server.asked[0].name == (name or ".")


def test_the_longest_name_has_253_bytes() -> None:
    assert len(LONGEST) == 253


@pytest.mark.parametrize(
    "name", [f"{LABEL}x.example", f"y{LONGEST}", "a..b", ".a", "\ud800.example"]
)
def test_a_name_that_is_none_is_refused(start: Start, name: str) -> None:
    server = start(_good)
    with pytest.raises(ValueError, match="is no name that DNS could have"):
        _asked(server, name)
    assert server.asked == []


@given(st.binary(max_size=120))
@settings(max_examples=60, deadline=None)
def test_no_bytes_make_it_raise(noise: bytes) -> None:
    server = FakeServer(lambda asked: [asked.message.id.to_bytes(2) + b"\x84\x00" + noise])
    try:
        assert ask(server.place, NAME, "A", Patience((0.02,), 0)).data == ()
    finally:
        server.close()


def test_a_server_that_does_not_run_says_so_by_its_closed_port() -> None:
    """The kernel tells, so that nobody waits for an answer that cannot come."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as gone:
        gone.bind(("127.0.0.1", 0))
        port = gone.getsockname()[1]
    answer = ask(Server("127.0.0.1", port), "example.org", "A", Patience((5.0, 5.0), 0.01))
    assert (answer.status, answer.silent) == (Status.FAILED, True)
    assert answer.reason == f"127.0.0.1 port {port}: connection refused"

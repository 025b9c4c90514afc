"""What a server owns, zone by zone, whatever the world outside delegates."""

from __future__ import annotations

import dns.flags
import dns.message
import dns.rdatatype
import dns.rrset
from fake_primary import FakePrimary, running

from mailctl.publish.seen import Survey
from mailctl.publish.survey import survey


def _survey(primary: FakePrimary, *places: tuple[str, str]) -> Survey:
    with running(primary), primary.dialogue() as dialogue:
        return survey(dialogue, places)


def _zones(found: Survey) -> dict[str, str]:
    return {one.name: one.zone for one in found.sets}


def test_a_domain_inside_its_parents_zone() -> None:
    primary = FakePrimary({"b.example": ["a.b.example 60 MX 10 m.b.example."], "c.example": []})
    found = _survey(
        primary, ("a.b.example", "MX"), ("_dmarc.a.b.example", "TXT"), ("m.c.example", "A")
    )
    assert _zones(found) == {
        "a.b.example": "b.example",
        "_dmarc.a.b.example": "b.example",
        "m.c.example": "c.example",
    }


def test_a_child_zone_is_a_zone_of_its_own() -> None:
    primary = FakePrimary({"b.example": [], "a.b.example": ["a.b.example 60 TXT x"]})
    found = _survey(primary, ("a.b.example", "TXT"), ("b.example", "TXT"))
    assert _zones(found) == {"a.b.example": "a.b.example", "b.example": "b.example"}


def test_an_alias_is_in_the_zone_of_its_parent() -> None:
    """The SOA that comes with an alias is that of its target's zone."""
    primary = FakePrimary({"b.example": ["_dmarc.b.example 60 CNAME d.b.example."]})
    found = _survey(primary, ("_dmarc.b.example", "TXT"))
    assert [(one.type, one.zone, one.texts) for one in found.sets] == [
        ("CNAME", "b.example", ("d.b.example.",)),
        ("TXT", "b.example", ()),
    ]


def test_a_broken_zone_is_told_from_a_strange_one() -> None:
    primary = FakePrimary({"b.example": [], "c.example": []}, rcodes={"c.example": "SERVFAIL"})
    found = _survey(primary, ("b.example", "MX"), ("c.example", "MX"), ("d.example", "MX"))
    assert [(one.name, one.broken) for one in found.elsewhere] == [
        ("c.example", True),
        ("d.example", False),
    ]
    assert found.elsewhere[0].reason.endswith("answers SERVFAIL")
    assert list(_zones(found)) == ["b.example"]


def test_what_is_delegated_away_names_whose_it_is() -> None:
    def refer(_: FakePrimary, asked: dns.message.Message, reply: dns.message.Message) -> bytes:
        if asked.question[0].name.to_text() == "a.b.example.":
            reply.flags &= ~dns.flags.AA
            reply.answer.clear()
            targets = ("ns2.p.example.", "ns1.p.example.")
            reply.authority[:] = [dns.rrset.from_text("a.b.example.", 60, "IN", "NS", *targets)]
        return reply.to_wire()

    primary = FakePrimary({"b.example": []}, refer, mangle_questions=True)
    found = _survey(primary, ("a.b.example", "MX"), ("b.example", "MX"))
    (away,) = found.elsewhere
    assert away.reason == "a.b.example is delegated to ns1.p.example, ns2.p.example"


def test_a_server_that_only_passes_on_answers_owns_nothing() -> None:
    def recurse(_: FakePrimary, __: dns.message.Message, reply: dns.message.Message) -> bytes:
        reply.flags &= ~dns.flags.AA
        return reply.to_wire()

    primary = FakePrimary({"b.example": ["b.example 60 TXT x"]}, recurse, mangle_questions=True)
    (away,) = _survey(primary, ("b.example", "TXT")).elsewhere
    assert away.reason == f"127.0.0.1 port {primary.port} is not authoritative"


def test_many_names_go_in_several_batches() -> None:
    primary = FakePrimary({"b.example": [f"h{n}.b.example 60 A 192.0.2.{n}" for n in range(100)]})
    found = _survey(primary, *((f"h{n}.b.example", "A") for n in range(100)))
    assert {one.name: one.texts for one in found.sets} == {
        f"h{n}.b.example": (f"192.0.2.{n}",) for n in range(100)
    }


def test_a_name_that_no_server_could_have_is_not_asked_for() -> None:
    zone = ".".join(["x" * 60] * 4)
    primary = FakePrimary({zone: []})
    found = _survey(primary, (f"_mta-sts.{zone}", "TXT"), (f"_smtp._tls.{zone}", "TXT"))
    assert [one.name for one in found.sets] == [f"_mta-sts.{zone}"]
    (away,) = found.elsewhere
    assert away.broken
    assert away.reason == f"_smtp._tls.{zone} is longer than a name may be (RFC 1035, 2.3.4)"

"""Which records a system asks for, and what they say."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from dns_building import KEY, Building, address, some_keys

from mailctl.dns.dmarc import missing_consents
from mailctl.dns.record import Record
from mailctl.dns.records import records
from mailctl.model.host import Role
from mailctl.model.settings import DkimSelector, Dmarc, KeyKind, MailPolicy, Spf
from mailctl.model.system import System


@pytest.fixture
def building() -> Building:
    return Building()


SUBMISSION = frozenset({Role.SUBMISSION})
MX = frozenset({Role.MX})


def _all(building: Building) -> tuple[Record, ...]:
    system = building.done()
    return records(system, some_keys(system))


def _data(found: tuple[Record, ...], name: str, kind: str) -> list[str]:
    return [record.data for record in found if (record.name, record.type) == (name, kind)]


def _office(building: Building) -> Building:
    return building.host("mail", "mail.example.org").domain("example.org").user("a@example.org")


def test_the_shortest_system_has_all_that_it_needs(building: Building) -> None:
    found = _all(_office(building))
    assert [(record.name, record.type, record.data, record.zone) for record in found] == [
        ("1.113.0.203.in-addr.arpa", "PTR", "mail.example.org.", "113.0.203.in-addr.arpa"),
        ("_dmarc.example.org", "TXT", "v=DMARC1; p=quarantine", "example.org"),
        ("_imap._tcp.example.org", "SRV", "0 1 143 mail.example.org.", "example.org"),
        ("_imaps._tcp.example.org", "SRV", "0 1 993 mail.example.org.", "example.org"),
        ("_pop3._tcp.example.org", "SRV", "0 0 0 .", "example.org"),
        ("_pop3s._tcp.example.org", "SRV", "0 0 0 .", "example.org"),
        ("_sieve._tcp.example.org", "SRV", "0 1 4190 mail.example.org.", "example.org"),
        ("_submission._tcp.example.org", "SRV", "0 1 587 mail.example.org.", "example.org"),
        ("_submissions._tcp.example.org", "SRV", "0 1 465 mail.example.org.", "example.org"),
        ("example.org", "MX", "10 mail.example.org.", "example.org"),
        ("example.org", "TXT", "v=spf1 mx -all", "example.org"),
        ("mail.example.org", "A", "203.0.113.1", "example.org"),
        ("mail.example.org", "TXT", "v=spf1 a -all", "example.org"),
        (
            "s1._domainkey.example.org",
            "TXT",
            f"v=DKIM1; k=rsa; p={KEY.data};",
            "example.org",
        ),
    ]


def test_every_record_has_a_reason(building: Building) -> None:
    found = _all(_office(building).parked("example.com"))
    assert all(len(record.why) > 20 for record in found)


def test_every_address_has_its_reverse_name(building: Building) -> None:
    building.host("mail", "mail.example.org", ("203.0.113.9", "2001:db8:1:2::a")).domain(
        "example.org"
    )
    found = _all(building)
    reverse = "a.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.2.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"
    assert _data(found, "mail.example.org", "AAAA") == ["2001:db8:1:2::a"]
    assert _data(found, reverse, "PTR") == ["mail.example.org."]
    assert _data(found, "9.113.0.203.in-addr.arpa", "PTR") == ["mail.example.org."]
    zones = {record.zone for record in found if record.type == "PTR"}
    assert zones == {"113.0.203.in-addr.arpa", "2.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"}
    assert all(record.foreign for record in found if record.type == "PTR")


@pytest.mark.parametrize(
    ("fqdn", "zone", "foreign"),
    [
        ("mail.example.org", "example.org", False),
        ("example.org", "example.org", False),
        ("a.b.example.org", "example.org", False),
        ("mail.sub.example.org", "sub.example.org", False),
        ("mailexample.org", "mailexample.org", True),
        ("mx.host.example.net", "host.example.net", True),
        ("mx.example.net", "example.net", True),
    ],
)
def test_the_zone_of_a_host(building: Building, fqdn: str, zone: str, foreign: bool) -> None:
    building.host("mail", fqdn).domain("example.org").domain("sub.example.org")
    found = [record for record in _all(building) if record.type == "A"]
    assert [(record.zone, record.foreign) for record in found] == [(zone, foreign)]


def test_mx_preferences_follow_the_order_of_the_spec(building: Building) -> None:
    building.host("b", "b.example.org").host("a", "a.example.org", ("203.0.113.2",))
    building.domain("example.org", mx=("b", "a"), store="b")
    assert _data(_all(building), "example.org", "MX") == ["10 b.example.org.", "20 a.example.org."]


class TestSpf:
    def test_a_host_that_only_takes_submissions_is_named(self, building: Building) -> None:
        _office(building).host("out", "out.example.org", ("203.0.113.2",), roles=SUBMISSION)
        found = _all(building)
        assert _data(found, "example.org", "TXT") == ["v=spf1 mx a:out.example.org -all"]

    def test_a_host_that_only_receives_is_not(self, building: Building) -> None:
        building.host("in", "in.example.org", ("203.0.113.2",), roles=MX)
        building.host("mail", "mail.example.org")
        building.domain("example.org", mx=("in",)).user("a@example.org")
        found = _all(building)
        assert _data(found, "example.org", "TXT") == ["v=spf1 mx a:mail.example.org -all"]

    @pytest.mark.parametrize(
        "allow",
        [
            lambda b: b.user("x@south.example", aliases=("x@north.example",)),
            lambda b: b.user("x@south.example", send_as=("boss@north.example",)),
            lambda b: b.user("x@south.example", send_as=("*@north.example",)),
            lambda b: b.user("x@south.example").alias("all@north.example", "x@south.example"),
            lambda b: (
                b.user("x@south.example")
                .alias("all@north.example", "every@south.example")
                .alias("every@south.example", "x@south.example")
            ),
            lambda b: b.user("x@south.example").domain(
                "north.example", mx=("north",), store="north", catch_all="x@south.example"
            ),
        ],
        ids=["alias", "send-as", "send-as-all", "shared", "shared-twice", "catch-all"],
    )
    def test_a_host_whose_users_may_send_for_another_domain_is_named(
        self, building: Building, allow: Callable[[Building], Building]
    ) -> None:
        building.host("north", "mx.north.example").host(
            "south", "mx.south.example", ("203.0.113.2",)
        )
        building.domain("north.example", mx=("north",), store="north")
        building.domain("south.example", mx=("south",), store="south")
        building.user("y@north.example")
        assert _data(_all(building), "north.example", "TXT") == ["v=spf1 mx -all"]
        found = _all(allow(building))
        assert _data(found, "north.example", "TXT") == ["v=spf1 mx a:mx.south.example -all"]
        assert _data(found, "south.example", "TXT") == ["v=spf1 mx -all"]

    @pytest.mark.parametrize(
        ("said", "term"), [("fail", "-all"), ("softfail", "~all"), ("neutral", "?all")]
    )
    def test_includes_and_the_verdict_on_others(
        self, building: Building, said: str, term: str
    ) -> None:
        policy = MailPolicy(spf=Spf(all=said, include=("_spf.example.net", "b.example")))
        building.host("mail", "mail.example.org").domain("example.org", policy=policy)
        assert _data(_all(building), "example.org", "TXT") == [
            f"v=spf1 mx include:_spf.example.net include:b.example {term}"
        ]

    def test_a_name_that_is_host_and_domain_has_one_record(self, building: Building) -> None:
        building.host("mail", "example.org").domain("example.org").user("a@example.org")
        assert _data(_all(building), "example.org", "TXT") == ["v=spf1 mx -all"]

    def test_that_record_covers_the_host_even_when_it_is_no_mx(self, building: Building) -> None:
        building.host("in", "in.example.net", ("203.0.113.2",), roles=MX)
        building.host("mail", "example.org").domain("example.org", mx=("in",))
        building.user("a@example.org")
        assert _data(_all(building), "example.org", "TXT") == ["v=spf1 mx a -all"]

    def test_an_exact_record_stands_as_it_is(self, building: Building) -> None:
        policy = MailPolicy(spf=Spf(record="v=spf1  +mx ~all"))
        building.host("mail", "example.org").domain("example.org", policy=policy)
        assert _data(_all(building), "example.org", "TXT") == ["v=spf1  +mx ~all"]


class TestDkim:
    def test_every_selector_is_published(self, building: Building) -> None:
        policy = MailPolicy(
            dkim=(DkimSelector("s2026"), DkimSelector("s2025", KeyKind.RSA_1024, "sha256"))
        )
        building.host("mail", "mail.example.org").domain("example.org", policy=policy)
        found = _all(building)
        assert _data(found, "s2026._domainkey.example.org", "TXT") == [
            f"v=DKIM1; k=rsa; p={KEY.data};"
        ]
        assert _data(found, "s2025._domainkey.example.org", "TXT") == [
            f"v=DKIM1; h=sha256; k=rsa; p={KEY.data};"
        ]

    def test_a_domain_without_dkim_has_no_key(self, building: Building) -> None:
        building.host("mail", "mail.example.org").domain("example.org", policy=MailPolicy(dkim=()))
        assert not any("_domainkey" in record.name for record in _all(building))

    def test_a_key_that_nobody_made_is_an_error_not_an_empty_record(
        self, building: Building
    ) -> None:
        with pytest.raises(KeyError):
            records(_office(building).done(), {})


class TestDmarc:
    @pytest.mark.parametrize(
        ("dmarc", "text"),
        [
            (Dmarc(), "v=DMARC1; p=quarantine"),
            (Dmarc("reject", "none"), "v=DMARC1; p=reject; sp=none"),
            (
                Dmarc("reject", "quarantine", nonexistent_policy="reject", testing=True),
                "v=DMARC1; p=reject; sp=quarantine; np=reject; t=y",
            ),
            (Dmarc(testing=True), "v=DMARC1; p=quarantine; t=y"),
            (
                Dmarc("none", dkim_alignment="strict", spf_alignment="strict"),
                "v=DMARC1; p=none; adkim=s; aspf=s",
            ),
            (
                Dmarc(reports=(address("a@example.org"), address("b@example.org"))),
                "v=DMARC1; p=quarantine; rua=mailto:a@example.org,mailto:b@example.org",
            ),
            (
                Dmarc(failure_reports=(address("a@example.org"),)),
                "v=DMARC1; p=quarantine; ruf=mailto:a@example.org; fo=1",
            ),
            (
                Dmarc(reports=(address("a,b;c!d?e&f+g%h#i@example.org"),)),
                "v=DMARC1; p=quarantine; rua=mailto:a%2Cb%3Bc%21d%3Fe%26f+g%25h%23i@example.org",
            ),
            (Dmarc(record="v=DMARC1;p=none; pct=5"), "v=DMARC1;p=none; pct=5"),
        ],
    )
    def test_the_text(self, building: Building, dmarc: Dmarc, text: str) -> None:
        policy = MailPolicy(dmarc=dmarc)
        building.host("mail", "mail.example.org").domain("example.org", policy=policy)
        assert _data(_all(building), "_dmarc.example.org", "TXT") == [text]

    @pytest.mark.parametrize(
        "dmarc",
        [
            Dmarc(reports=(address("a@example.org"),)),
            Dmarc(failure_reports=(address("a@example.org"),)),
            Dmarc(record="v=DMARC1; p=none; rua=mailto:x@y.example!10m, MAILTO:a@Example.ORG!5k"),
        ],
    )
    def test_reports_to_another_of_our_domains_are_consented_to_there(
        self, building: Building, dmarc: Dmarc
    ) -> None:
        _office(building).domain("example.net", policy=MailPolicy(dmarc=dmarc))
        consents = [record for record in _all(building) if "_report" in record.name]
        assert [(record.name, record.data, record.zone) for record in consents] == [
            ("example.net._report._dmarc.example.org", "v=DMARC1;", "example.org")
        ]

    def test_no_consent_is_needed_within_a_domain_or_in_foreign_ones(
        self, building: Building
    ) -> None:
        to = (address("a@example.org"), address("b@foreign.example"))
        policy = MailPolicy(dmarc=Dmarc(reports=to))
        building.host("mail", "mail.example.org").domain("example.org", policy=policy)
        building.domain("sub.example.org", policy=policy)
        assert not [record for record in _all(building) if "_report" in record.name]

    def test_a_subdomain_consents_to_nothing_either(self, building: Building) -> None:
        to = (address("a@reports.example.org"), address("b@ours.example.org"))
        policy = MailPolicy(dmarc=Dmarc(reports=to))
        building.host("mail", "mail.example.org").domain("example.org", policy=policy)
        building.domain("ours.example.org")
        assert not [record for record in _all(building) if "_report" in record.name]
        assert missing_consents(building.done()) == ()

    def test_what_only_a_foreign_domain_can_consent_to_is_known(self, building: Building) -> None:
        to = (address("a@example.org"), address("b@foreign.example"))
        _office(building).domain("example.net", policy=MailPolicy(dmarc=Dmarc(reports=to)))
        assert missing_consents(building.done()) == (
            ("foreign.example", "example.net._report._dmarc.foreign.example"),
        )


class TestParked:
    POLICY = MailPolicy(
        spf=Spf(record="v=spf1 mx -all"), dmarc=Dmarc("none", reports=(address("a@example.org"),))
    )

    def test_it_says_that_it_has_no_mail_whatever_its_policy_says(self, building: Building) -> None:
        found = _all(_office(building).parked("example.com", self.POLICY))
        here = [(r.name, r.type, r.data) for r in found if r.zone == "example.com"]
        assert here == [
            ("*._domainkey.example.com", "TXT", "v=DKIM1; p="),
            (
                "_dmarc.example.com",
                "TXT",
                "v=DMARC1; p=reject; sp=reject; rua=mailto:a@example.org",
            ),
            ("example.com", "MX", "0 ."),
            ("example.com", "TXT", "v=spf1 -all"),
        ]

    def test_with_an_address_its_host_says_its_name(self, building: Building) -> None:
        building.host("mail", "example.com").domain("example.org").parked("example.com")
        found = _all(building)
        assert _data(found, "example.com", "MX") == ["0 ."]
        assert _data(found, "example.com", "TXT") == ["v=spf1 a -all"]


def test_no_name_has_two_spf_records(building: Building) -> None:
    building.host("mail", "example.org").host("b", "b.example.org", ("203.0.113.2",))
    building.domain("example.org").domain("b.example.org", mx=("b",)).parked("example.com")
    spf = [record.name for record in _all(building) if record.data.startswith("v=spf1")]
    assert sorted(spf) == sorted(set(spf))


def test_records_are_sorted_and_unique(building: Building) -> None:
    system = _office(building).parked("example.com").domain("example.net").done()
    found = records(system, some_keys(system))
    assert list(found) == sorted(set(found))
    backwards = System(
        system.folder,
        system.hosts,
        dict(reversed(list(system.domains.items()))),
        system.users,
        system.aliases,
    )
    assert records(backwards, some_keys(system)) == found

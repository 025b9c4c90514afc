"""Which host serves the web names of a domain, and which names those are."""

from __future__ import annotations

import pytest
from dns_building import Building

from mailctl.model.host import ALL_ROLES, Role
from mailctl.model.names import DomainName
from mailctl.model.settings import MailPolicy, MtaSts
from mailctl.model.web import guided_domains, web_host, web_names

WEB = frozenset({Role.WEB})
ALL_AND_WEB = ALL_ROLES | WEB
STS = MailPolicy(mta_sts=MtaSts())


@pytest.fixture
def building() -> Building:
    return Building()


def _names(building: Building, host: str = "mail") -> list[str]:
    system = building.done()
    return list(web_names(system, system.hosts[host]))


def test_a_domain_with_a_policy_and_users_has_three_names_and_they_are_sorted(
    building: Building,
) -> None:
    building.host("mail", "mail.example.org", roles=ALL_AND_WEB)
    building.domain("example.org", policy=STS).user("a@example.org")
    building.domain("example.net").user("a@example.net")
    assert _names(building) == [
        "autoconfig.example.net",
        "autoconfig.example.org",
        "autodiscover.example.net",
        "autodiscover.example.org",
        "mta-sts.example.org",
    ]


def test_a_host_without_the_role_serves_nothing(building: Building) -> None:
    building.host("mail", "mail.example.org").domain("example.org", policy=STS)
    building.user("a@example.org")
    system = building.done()
    assert web_host(system, system.domains[DomainName("example.org")]) is None
    assert _names(building) == []


def test_web_is_not_among_the_roles_of_a_host_that_says_none(building: Building) -> None:
    building.host("mail", "mail.example.org")
    assert not building.hosts["mail"].has(Role.WEB)


def test_the_store_serves_its_own_domains_and_the_first_web_host_all_others(
    building: Building,
) -> None:
    building.host("plain", "plain.example.org")
    building.host("front", "front.example.org", roles=WEB)
    building.host("back", "back.example.org", roles=WEB)
    building.host("both", "both.example.org", roles=ALL_AND_WEB)
    building.domain("a.example", store="plain", policy=STS)
    building.domain("b.example", store="both", policy=STS)
    assert _names(building, "front") == ["mta-sts.a.example"]
    assert _names(building, "both") == ["mta-sts.b.example"]
    assert _names(building, "back") == _names(building, "plain") == []


def test_discovery_false_leaves_only_the_policy(building: Building) -> None:
    building.host("mail", "mail.example.org", roles=ALL_AND_WEB)
    quiet = MailPolicy(mta_sts=MtaSts(), discovery=False)
    building.domain("example.org", policy=quiet).user("a@example.org")
    assert guided_domains(building.done()) == ()
    assert _names(building) == ["mta-sts.example.org"]


def test_nobody_logs_in_to_a_domain_without_users(building: Building) -> None:
    building.host("mail", "mail.example.org", roles=ALL_AND_WEB)
    building.domain("example.org")
    assert _names(building) == []


def test_a_parked_domain_has_no_names_even_with_a_policy(building: Building) -> None:
    building.host("mail", "mail.example.org", roles=ALL_AND_WEB)
    building.parked("example.org", policy=STS)
    assert _names(building) == []

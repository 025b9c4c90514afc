"""The records of the examples, served by BIND, before checkdmarc, which shares no line with us.

What it holds against them is listed here, each with the reason why it stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import checkdmarc
import pytest
from checkdmarc.mta_sts import parse_mta_sts_policy, parse_mta_sts_record
from rehearsal_examples import spec_file

from mailctl.dns.mta_sts import policies
from mailctl.rehearsal import recipe
from mailctl.rehearsal.stage import Stage, set_stage
from mailctl.rehearsal.throwaway import throwaway_network
from mailctl.rehearsal.world import World, boot_world
from mailctl.spec.load import load

pytestmark = [pytest.mark.hosts, pytest.mark.timeout(180)]

NO_MTA_STS = "An MTA-STS DNS record does not exist."
NO_TLS_RPT = "An SMTP TLS Reporting record does not exist."
EXPLAINED = {
    # RFC 8461 and RFC 8460 are asked for in the spec, or not; a policy needs a web server
    ("office.example", "mta_sts", NO_MTA_STS),
    ("shop.example", "mta_sts", NO_MTA_STS),
    ("office-old.example", "mta_sts", NO_MTA_STS),
    ("office-old.example", "smtp_tls_reporting", NO_TLS_RPT),
    ("north.example", "mta_sts", NO_MTA_STS),
    ("north.example", "smtp_tls_reporting", NO_TLS_RPT),
    ("south.example", "mta_sts", NO_MTA_STS),
    ("south.example", "smtp_tls_reporting", NO_TLS_RPT),
    ("talk.example", "mta_sts", NO_MTA_STS),
    ("talk.example", "smtp_tls_reporting", NO_TLS_RPT),
    ("parked.example", "mta_sts", NO_MTA_STS),
    ("parked.example", "smtp_tls_reporting", NO_TLS_RPT),
    # said of every null MX, which is what a parked domain shall have (RFC 7505, 3)
    *(
        (name, "mx", (f"{name} has a null MX record (RFC 7505): the domain explicitly does not"
                      " accept mail"))
        for name in ("office-old.example", "parked.example")
    ),
    # reports are the administrator's to ask for: RFC 9989, 4.7 has rua as optional
    *(
        (name, "dmarc", "rua tag (destination for aggregate reports) not found.")
        for name in ("north.example", "south.example")
    ),
    # the talk's own record, word for word; `mailctl check` warns of it: dmarc-uri
    ("talk.example", "dmarc", ("jasper@talk.example is not a valid DMARC report URI - please make"
                               " sure that the URI begins with a scheme such as mailto:")),
}  # fmt: skip
"""Domain, topic, and what checkdmarc says."""

NO_WEB_SERVER = "mta_sts"
"""Where a policy is announced checkdmarc fetches it, and nothing in here serves HTTPS."""


@pytest.fixture(scope="module", params=["office", "pair", "talk", "complete"])
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Stage, World]]:
    """A spec's records in the world's DNS; this thread stands in its network."""
    keys: Path = tmp_path_factory.mktemp("keys")
    stage = set_stage(load(spec_file(request.param)), "", keys)
    with throwaway_network(
        recipes=[recipe.world()], client_addresses=stage.free.clients
    ) as network:
        network.name_server = stage.free.world[0]
        up = boot_world(network, stage.foreign, stage.free, stage.world_key, stage.all_records)
        up.wait()
        with network.inside():
            yield stage, up


def _held_against(domain: str, said: dict[str, Any]) -> set[tuple[str, str, str]]:
    """Every error and every warning, by topic."""
    found = set()
    for topic, result in said.items():
        if isinstance(result, dict):
            errors = [result["error"]] if result.get("error") else []
            warnings = result.get("warnings", [])
            found |= {(domain, topic, str(text)) for text in (*errors, *warnings)}
    return found


def test_checkdmarc_finds_nothing_that_is_not_explained(served: tuple[Stage, World]) -> None:
    stage, world = served
    for domain in stage.system.domains.values():
        said: Any = checkdmarc.check_domains(
            [domain.name],
            parked=domain.parked,
            nameservers=[world.address],
            timeout=3,
            bimi_selector=None,  # type: ignore[arg-type]
        )
        assert said["spf"]["valid"], said["spf"]
        held = {
            one
            for one in _held_against(domain.name, said)
            if domain.policy.mta_sts is None or one[1] != NO_WEB_SERVER or domain.parked
        }
        assert held <= EXPLAINED, held - EXPLAINED
        if domain.name != "talk.example":
            assert said["dmarc"]["valid"], said["dmarc"]
        if domain.policy.tls_reports and not domain.parked:
            assert said["smtp_tls_reporting"]["valid"], said["smtp_tls_reporting"]


def test_checkdmarc_reads_the_mta_sts_policy_and_its_announcement(
    served: tuple[Stage, World],
) -> None:
    stage, _ = served
    announced = {
        record.name: record.data
        for record in stage.bundle.records
        if record.name.startswith("_mta-sts.")
    }
    texts = dict(policies(stage.system))
    assert set(announced) == {f"_mta-sts.{domain}" for domain in texts}
    for domain, text in texts.items():
        announcement = parse_mta_sts_record(announced[f"_mta-sts.{domain}"])
        assert not announcement["warnings"]
        policy: Any = parse_mta_sts_policy(text)
        assert policy["warnings"] == []
        sts = stage.system.domains[domain].policy.mta_sts
        assert sts is not None
        assert policy["policy"]["mode"] == sts.mode
        assert policy["policy"]["max_age"] == sts.max_age.total_seconds()
        receivers = stage.system.domains[domain].mx
        assert policy["policy"]["mx"] == [stage.system.hosts[name].fqdn for name in receivers]

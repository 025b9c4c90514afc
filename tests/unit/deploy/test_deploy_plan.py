"""The plan: pure, from what was seen and what is wanted."""

from __future__ import annotations

from dataclasses import replace

import pytest
from deploy_values import KEY, MAIN, MASTER, bundle, settled, untouched

from mailctl.bundle import Artefact, HostBundle, Link, Service
from mailctl.deploy.manifest import Manifest
from mailctl.deploy.observation import LiveAccount, LiveCertificate, LiveService, Observation
from mailctl.deploy.orders import ground_orders
from mailctl.deploy.plan import Kind, Plan, make_plan


def plan_of(wanted: HostBundle, seen: Observation) -> Plan:
    return make_plan("mail", Manifest.of(wanted), seen)


def said(plan: Plan) -> list[tuple[str, str, str]]:
    return [(c.kind.name.lower(), c.action, c.subject) for c in plan.changes]


def test_a_settled_host_has_nothing_to_do() -> None:
    plan = plan_of(bundle(), settled(Manifest.of(bundle())))
    assert plan.is_empty
    assert plan.reuse == ("dkim/s1.pem", "postfix/main.cf", "postfix/master.cf")


def test_the_live_manifest_is_not_needed_where_digests_agree() -> None:
    assert plan_of(bundle(), settled(Manifest.of(bundle()), was=None)).is_empty


def test_a_new_host_gets_everything_and_every_service_restarts() -> None:
    plan = plan_of(bundle(), untouched())
    assert plan.subjects(Kind.PACKAGE, "install") == ("opendkim", "openssl", "postfix")
    assert plan.subjects(Kind.FILE, "add") == (
        "dkim/s1.pem",
        "postfix/main.cf",
        "postfix/master.cf",
    )
    assert plan.subjects(Kind.SERVICE, "restart") == ("postfix", "opendkim")
    assert plan.subjects(Kind.CERTIFICATE, "make") == ("mail.example.org",)
    assert plan.reuse == ()
    assert list(plan.changes[:-4]) == sorted(plan.changes[:-4])


@pytest.mark.parametrize(
    ("changed", "service"),
    [
        (replace(MAIN, content=b"x"), ("service", "reload", "postfix")),
        (replace(MASTER, content=b"x"), ("service", "restart", "postfix")),
        (replace(KEY, content=b"x"), ("service", "restart", "opendkim")),
        (replace(KEY, mode=0o640), ("service", "restart", "opendkim")),
    ],
)
def test_only_the_service_that_reads_a_file_is_told(
    changed: Artefact, service: tuple[str, str, str]
) -> None:
    files = tuple(changed if a.path == changed.path else a for a in (MAIN, MASTER, KEY))
    plan = plan_of(bundle(*files), settled(Manifest.of(bundle())))
    assert said(plan) == [("file", "change", changed.path), service]
    assert changed.path not in plan.reuse


def test_a_prefix_is_a_folder_and_no_beginning_of_a_name() -> None:
    other = Artefact("postfix-extra/x", b"x")
    plan = plan_of(bundle(MAIN, MASTER, KEY, other), settled(Manifest.of(bundle())))
    assert not plan.subjects(Kind.SERVICE, "reload")


def test_a_removed_file_is_a_change_of_its_folder() -> None:
    plan = plan_of(bundle(MAIN, KEY), settled(Manifest.of(bundle())))
    assert said(plan) == [
        ("file", "remove", "postfix/master.cf"),
        ("service", "restart", "postfix"),
    ]


def test_what_somebody_changed_is_said_and_sent_anew() -> None:
    plan = plan_of(bundle(), settled(Manifest.of(bundle()), drift=("postfix/main.cf", "postfix/x")))
    assert [c.detail for c in plan.changes if c.kind is Kind.FILE] == [
        "was changed on the host"
    ] * 2
    assert "postfix/main.cf" not in plan.reuse
    assert plan.subjects(Kind.SERVICE, "reload") == ("postfix",)


def test_a_replaced_link_reloads_whom_it_leads_to() -> None:
    plan = plan_of(bundle(), settled(Manifest.of(bundle()), links={"/etc/postfix/main.cf": "file"}))
    assert said(plan) == [
        ("link", "set", "/etc/postfix/main.cf"),
        ("service", "reload", "postfix"),
    ]


def test_a_link_that_is_no_more_wanted_goes() -> None:
    more = bundle(links=(*bundle().content.links, Link("/etc/x", "postfix/main.cf")))
    plan = plan_of(bundle(), settled(Manifest.of(more)))
    assert plan.subjects(Kind.LINK, "remove") == ("/etc/x",)


def test_an_apply_that_was_cut_off_is_done_again() -> None:
    plan = plan_of(bundle(), settled(Manifest.of(bundle()), confirmed=False))
    assert plan.subjects(Kind.GENERATION, "replace") == ("3",)
    assert plan.subjects(Kind.SERVICE, "restart") == ("postfix", "opendkim")


def test_a_service_that_does_not_run_is_started_and_enabled() -> None:
    services = {
        "postfix": LiveService("inactive", "disabled"),
        "opendkim": LiveService("active", "enabled"),
    }
    plan = plan_of(bundle(), settled(Manifest.of(bundle()), services=services))
    assert said(plan) == [("service", "enable", "postfix"), ("service", "restart", "postfix")]


def test_a_service_that_reloads_runs() -> None:
    wanted = Manifest.of(bundle())
    reloading = {s.unit: LiveService("reloading", "enabled") for s in wanted.services}
    assert make_plan("mail", wanted, settled(wanted, services=reloading)).is_empty


def test_a_service_that_is_no_more_wanted_retires() -> None:
    fewer = bundle(services=(Service("postfix", ("postfix",), ("postfix/master.cf",)),))
    plan = plan_of(fewer, settled(Manifest.of(bundle())))
    assert plan.subjects(Kind.SERVICE, "retire") == ("opendkim",)


def test_a_certificate_is_renewed_before_it_ends_and_services_reload() -> None:
    soon = LiveCertificate("mail.example.org", 59 * 86400)
    plan = plan_of(bundle(), settled(Manifest.of(bundle()), certificate=soon))
    assert said(plan) == [
        ("certificate", "renew", "mail.example.org"),
        ("service", "reload", "postfix"),
        ("service", "reload", "opendkim"),
    ]


def test_some_certificate_is_there_before_an_authority_gives_one() -> None:
    wanted = Manifest.of(bundle(provisional=("mail.example.org", "imap.example.org")))
    plan = make_plan("mail", wanted, settled(wanted, served=frozenset({"mail.example.org"})))
    assert plan.subjects(Kind.CERTIFICATE, "make") == ("imap.example.org",)
    assert [line for line in ground_orders(plan) if "provisional" in line] == [
        "provisional\timap.example.org"
    ]
    assert plan.subjects(Kind.SERVICE, "reload") == ("postfix", "opendkim")


def test_groups_are_joined_and_none_is_left() -> None:
    accounts = {
        "vmail": LiveAccount("/var/vmail", frozenset({"vmail", "backup"})),
        "postfix": LiveAccount("/", frozenset({"postfix"})),
    }
    plan = plan_of(bundle(), settled(Manifest.of(bundle()), accounts=accounts))
    assert [(c.subject, c.action, c.detail) for c in plan.changes] == [
        ("postfix", "join", "opendkim")
    ]


def test_the_digest_is_of_the_start_and_of_the_goal() -> None:
    here = plan_of(bundle(), untouched())
    assert here.digest == plan_of(bundle(), untouched()).digest
    assert here.digest != plan_of(bundle(MAIN), untouched()).digest
    assert here.digest != plan_of(bundle(), replace(untouched(), digest="other")).digest


def test_systemd_is_told_of_drop_ins() -> None:
    drop_in = Artefact("systemd/postfix.conf", b"[Service]\n")
    plan = plan_of(bundle(MAIN, MASTER, KEY, drop_in), settled(Manifest.of(bundle())))
    assert plan.reloads_systemd
    assert not plan_of(bundle(MAIN, KEY), settled(Manifest.of(bundle()))).reloads_systemd

"""User, domain, named policy, default policy, built-in: field by field, with provenance."""

from __future__ import annotations

from pathlib import Path

import pytest
from spec_building import HOST, accept

from mailctl.errors import MailctlError
from mailctl.model.names import Address, DomainName
from mailctl.model.settings import DkimSelector, KeyKind, MailPolicy
from mailctl.spec.explain import explain
from mailctl.spec.inherit import SETTING_NAMES
from mailctl.spec.load import Loaded
from mailctl.spec.table.policies import SETTINGS

SPEC = f"""\
mailctl: 1
{HOST}
policies:
  default:
    quota: 1G
    dkim: {{selector: d1, key: rsa-4096}}
    spf: {{record: "v=spf1 mx -all"}}
    dmarc: {{policy: reject, reports: r@example.org}}
  big:
    quota: 9G
    dmarc: {{dkim_alignment: strict}}
domains:
  example.org: {{dkim: {{selector: own}}, spf: {{all: softfail}}}}
  example.net: {{policy: big, quota: 2G, dmarc: {{record: "v=DMARC1; p=none"}}}}
  example.com: {{policy: big, dkim: none, catch_all: a@example.org}}
  example.edu: {{dkim: [{{selector: x}}, {{selector: y}}]}}
users:
  a@example.org: {{password: {{env: A}}, aliases: [s@example.net]}}
  b@example.org: {{password: {{env: A}}, policy: big}}
  c@example.org: {{password: {{env: A}}, policy: big, quota: 3G}}
  d@example.net: {{password: {{env: A}}}}
  e@example.com: {{password: {{env: A}}}}
  f@example.com: {{password: {{env: A}}, quota: none}}
aliases:
  t@example.org: [a@example.org, b@example.org]
"""
GIB = 1 << 30


@pytest.fixture
def loaded(tmp_path: Path) -> Loaded:
    return accept(tmp_path, SPEC)


def _policy(loaded: Loaded, name: str) -> MailPolicy:
    return loaded.system.domains[DomainName(name)].policy


@pytest.mark.parametrize(
    ("user", "quota"),
    [("a@example.org", 1 * GIB), ("b@example.org", 9 * GIB), ("c@example.org", 3 * GIB),
     ("d@example.net", 2 * GIB), ("e@example.com", 9 * GIB), ("f@example.com", None)],
)  # fmt: skip
def test_quota(loaded: Loaded, user: str, quota: int | None) -> None:
    local, _, domain = user.partition("@")
    assert loaded.system.users[Address(local, DomainName(domain))].quota == quota


def test_mappings_merge_field_by_field(loaded: Loaded) -> None:
    assert _policy(loaded, "example.org").dkim == (DkimSelector("own", KeyKind.RSA_4096),)
    dmarc = _policy(loaded, "example.com").dmarc
    assert (dmarc.policy, dmarc.dkim_alignment) == ("reject", "strict")
    assert [str(address) for address in dmarc.reports] == ["r@example.org"]


def test_lists_and_none_replace(loaded: Loaded) -> None:
    assert _policy(loaded, "example.com").dkim == ()
    assert _policy(loaded, "example.edu").dkim == (DkimSelector("x"), DkimSelector("y"))


def test_a_record_and_keys_never_mix(loaded: Loaded) -> None:
    spf = _policy(loaded, "example.org").spf
    assert (spf.all, spf.record) == ("softfail", "")
    dmarc = _policy(loaded, "example.net").dmarc
    assert dmarc.record == "v=DMARC1; p=none"
    assert not dmarc.reports


def test_all_that_a_policy_says_is_inherited() -> None:
    assert set(SETTING_NAMES) == set(SETTINGS)


def _explained(loaded: Loaded, name: str) -> dict[str, tuple[str, str]]:
    rows = explain(loaded, name)
    return {row.setting: (row.value, row.origin.rpartition("/")[2]) for row in rows}


def test_explain_says_where(loaded: Loaded) -> None:
    rows = _explained(loaded, "example.org")
    assert rows["dkim.selector"] == ("own", "mail.yaml:15:34")
    assert rows["dkim.key"] == ("rsa-4096", "mail.yaml:8:31")
    assert rows["spf.record"] == ("left out", "built-in")
    assert rows["dmarc.policy"] == ("reject", "mail.yaml:10:21")
    assert _explained(loaded, "C@example.org")["quota"] == ("3221225472", "mail.yaml:22:59")
    assert _explained(loaded, "b@example.org")["quota"] == ("9663676416", "mail.yaml:12:12")
    assert _explained(loaded, "s@example.net")["user"][0] == "a@example.org"
    assert _explained(loaded, "t@example.org")["alias of"][0] == "a@example.org, b@example.org"
    assert _explained(loaded, "who@example.com")["caught by"][0] == "a@example.org"


@pytest.mark.parametrize(
    "name", ["nobody@example.org", "example.info", "no domain", "a%b@example.org"]
)
def test_explaining_what_is_not_there(loaded: Loaded, name: str) -> None:
    with pytest.raises(MailctlError):
        explain(loaded, name)

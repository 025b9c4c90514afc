"""Wanted against live, and whose a record is."""

from __future__ import annotations

import pytest

from mailctl.dns.compare import compare
from mailctl.dns.record import Record

APEX = "example.org"
SPF = "v=spf1 mx -all"
CODE = "google-site-verification=abc"


def _records(kind: str, *data: str, name: str = APEX) -> list[Record]:
    return [Record(name, kind, each, zone=APEX) for each in data]


def test_what_means_the_same_fits() -> None:
    found = compare(APEX, "TXT", _records("TXT", SPF), ["v=spf1 +MX -all", CODE])
    assert found.same
    assert [record.data for record in found.fitting] == [SPF]
    assert (found.kept, found.alien, found.outdated) == (("v=spf1 +MX -all",), (CODE,), ())


def test_kept_stands_in_the_order_of_fitting() -> None:
    wanted = _records("MX", "10 a.example.", "20 b.example.")
    found = compare(APEX, "MX", wanted, ["20 B.example.", "10 A.example."])
    assert list(found.fitting) == wanted
    assert found.kept == ("10 A.example.", "20 B.example.")


@pytest.mark.parametrize(
    ("kind", "wanted", "live", "outdated", "alien"),
    [
        ("MX", ("10 a.example.",), ("10 a.example.", "20 b.example."), ("20 b.example.",), ()),
        ("A", ("192.0.2.1",), ("192.0.2.2",), ("192.0.2.2",), ()),
        ("TXT", (SPF,), ("v=spf1 -all", CODE), ("v=spf1 -all",), (CODE,)),
        # a second one of ours, though it means the same: receivers take neither
        ("TXT", (SPF,), (SPF, "v=spf1 +mx -all"), ("v=spf1 +mx -all",), ()),
        # a DMARC record at a name where SPF is wanted is none of ours
        ("TXT", (SPF,), (SPF, "v=DMARC1; p=none"), (), ("v=DMARC1; p=none",)),
        ("TXT", (), (SPF, CODE), (SPF,), (CODE,)),
        ("TXT", (), (CODE,), (), (CODE,)),
        ("TXT", (), ("v=DMARC1; p=none",), (), ("v=DMARC1; p=none",)),
        ("CAA", ('0 issue "a.example"',), ('0 issue "b.example"',), (), ('0 issue "b.example"',)),
        ("CAA", (), ('0 issue "b.example"',), (), ('0 issue "b.example"',)),
        ("SRV", (), ("0 1 993 a.example.",), ("0 1 993 a.example.",), ()),
        ("NS", (), ("ns.example.",), (), ("ns.example.",)),
    ],
)
def test_whose_it_is(
    kind: str,
    wanted: tuple[str, ...],
    live: tuple[str, ...],
    outdated: tuple[str, ...],
    alien: tuple[str, ...],
) -> None:
    found = compare(APEX, kind, _records(kind, *wanted), live)
    assert (found.outdated, found.alien) == (outdated, alien)
    assert found.same == (not found.missing and not outdated)


def test_every_txt_below_domainkey_is_ours() -> None:
    name = "s1._domainkey.example.org"
    found = compare(name, "TXT", _records("TXT", "v=DKIM1; p=AAAA", name=name), ["k=rsa; p=BBBB"])
    assert found.outdated == ("k=rsa; p=BBBB",)
    assert [record.data for record in found.missing] == ["v=DKIM1; p=AAAA"]


@pytest.mark.parametrize(
    ("name", "live", "outdated"),
    [
        ("_dmarc.example.org", "v=DMARC1; p=none", True),
        ("_dmarc.example.org", "v=spf1 -all", False),
        ("a.example._report._dmarc.example.org", "v=DMARC1;", True),
        ("_mta-sts.example.org", "v=STSv1; id=1", True),
        ("_smtp._tls.example.org", "v=TLSRPTv1; rua=mailto:a@b.example", True),
        ("s0._domainkey.example.org", "k=rsa; p=BBBB", True),
        ("*._domainkey.example.org", "v=DKIM1; p=", True),
        # what a wildcard of the whole domain shows there, too
        ("*._domainkey.example.org", "v=spf1 -all", False),
        ("*._domainkey.example.org", "hello", False),
    ],
)
def test_where_nothing_is_wanted_what_is_looked_for_there_is_ours(
    name: str, live: str, outdated: bool
) -> None:
    assert bool(compare(name, "TXT", (), [live]).outdated) is outdated


def test_nothing_is_there() -> None:
    wanted = _records("MX", "10 a.example.")
    found = compare(APEX, "MX", wanted, [])
    assert (list(found.missing), found.fitting, found.same) == (wanted, (), False)

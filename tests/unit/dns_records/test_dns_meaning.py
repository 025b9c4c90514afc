"""Pairs of data that every receiver takes for the same, and pairs that none does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailctl.dns.meaning import meaning
from mailctl.dns.txt_role import TxtRole, role

APEX = "example.org"
KEY = "s1._domainkey.example.org"
POLICY = "_dmarc.example.org"
TLSA = "_25._tcp.mail.example.org"
P = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA"

SAME = [
    ("A", APEX, "203.0.113.1", "203.0.113.1"),
    ("AAAA", APEX, "2001:db8::1", "2001:DB8:0:0::0001"),
    ("MX", APEX, "10 mail.example.org.", "10 MAIL.Example.Org."),
    ("MX", APEX, "10 mail.example.org.", " 010  mail.example.org"),
    ("MX", APEX, "0 .", "0 ."),
    ("SRV", "_imaps._tcp.example.org", "0 1 993 a.example.", "0  1  993 A.Example."),
    ("TLSA", TLSA, "3 1 1 " + "ab" * 32, "3 1 1 " + "AB" * 16 + " " + "ab" * 16),
    ("PTR", "1.113.0.203.in-addr.arpa", "mail.example.org.", "Mail.Example.org."),
    ("CNAME", "www.example.org", "example.org.", "EXAMPLE.org."),
    ("CAA", APEX, '0 issue "ca.example"', "0 ISSUE CA.example."),
    ("CAA", APEX, '0 issue "ca.example; a=1; b=2"', '0 issue "ca.example ;b=2;a=1"'),
    ("TXT", APEX, "some other text", "some other text"),
    # SPF
    ("TXT", APEX, "v=spf1 mx -all", "v=spf1 +mx -all"),
    ("TXT", APEX, "v=spf1 mx -all", "V=SPF1  MX  -ALL "),
    ("TXT", APEX, "v=spf1 ip4:203.0.113.1 -all", "v=spf1 ip4:203.0.113.1/32 -all"),
    ("TXT", APEX, "v=spf1 ?ip4:203.0.113.0/24 -all", "v=spf1 ?IP4:203.0.113.9/24 -all"),
    ("TXT", APEX, "v=spf1 ip6:2001:db8::1 -all", "v=spf1 ip6:2001:DB8:0::1/128 -all"),
    ("TXT", APEX, "v=spf1 a mx -all", "v=spf1 a/32 mx/32//128 -all"),
    ("TXT", APEX, "v=spf1 a:b.example -all", "v=spf1 a:B.example./32 -all"),
    ("TXT", APEX, "v=spf1 include:_spf.b.example ~all", "v=spf1 include:_SPF.b.example. ~all"),
    ("TXT", APEX, "v=spf1 exists:%{i}.b.example -all", "v=spf1 +EXISTS:%{i}.b.example -all"),
    ("TXT", APEX, "v=spf1 x=1 y=2 -all", "v=spf1 -all Y=2 X=1"),
    ("TXT", APEX, "v=spf1 redirect=b.example exp=e.c", "v=spf1 exp=E.c Redirect=b.example"),
    # DKIM
    ("TXT", KEY, f"v=DKIM1; k=rsa; p={P}", f"p={P}"),
    ("TXT", KEY, f"v=DKIM1; k=rsa; p={P};", f"v=DKIM1;p={P[:20]} {P[20:]}"),
    ("TXT", KEY, f"v=DKIM1; k=rsa; p={P}", f" v = DKIM1 ; p = {P[:7]}\t{P[7:]} ; k = rsa "),
    ("TXT", KEY, f"v=DKIM1; h=sha512:sha256; p={P}", f"v=DKIM1; p={P}; h=sha256 : sha512;"),
    ("TXT", KEY, f"v=DKIM1; p={P}", f"v=DKIM1; n=made in May; s=*; t=; p={P}"),
    ("TXT", KEY, f"v=DKIM1; t=y:s; p={P}", f"v=DKIM1; t=s:y; p={P}"),
    ("TXT", KEY, "v=DKIM1; p=", "v=DKIM1;p=;"),
    # DMARC
    ("TXT", POLICY, "v=DMARC1; p=reject", "v=DMARC1;p=reject;"),
    ("TXT", POLICY, "v=DMARC1; p=reject; adkim=s; aspf=s", "v=DMARC1; aspf=s; p=REJECT; ADKIM=S"),
    ("TXT", POLICY, "v=DMARC1; p=none", "v=DMARC1; p=none; sp=none; adkim=R; aspf=r; pct=100"),
    ("TXT", POLICY, "v=DMARC1; p=none; sp=reject", "v=DMARC1; sp=reject; np=reject; p=none; t=n"),
    ("TXT", POLICY, "v=DMARC1; p=none", "v=DMARC1; p=none; ri=86400; rf=AFRF; psd=u; fo=1"),
    ("TXT", POLICY, "v=DMARC1; p=none; rua=mailto:a@x.example,mailto:b@x.example",
     "v=DMARC1; rua=MAILTO:b@X.example , mailto:a@x.example; p=none"),
    ("TXT", POLICY, "v=DMARC1; p=none; ruf=mailto:a@x.example; fo=1:d",
     "v=DMARC1; p=none; fo=d:1; ruf=mailto:a@x.example"),
    ("TXT", "a.example._report._dmarc.b.example", "v=DMARC1;", "v=DMARC1"),
    ("TXT", "_smtp._tls.example.org", "v=TLSRPTv1; rua=mailto:a@x.example,https://x.example/",
     "v=TLSRPTv1;rua=https://x.example/,mailto:a@x.example;"),
    ("TXT", "_mta-sts.example.org", "v=STSv1; id=20260501", "v=STSv1;id=20260501;"),
]  # fmt: skip

OTHER = [
    ("A", APEX, "203.0.113.1", "203.0.113.2"),
    ("AAAA", APEX, "2001:db8::1", "2001:db8::1:1"),
    ("MX", APEX, "10 mail.example.org.", "20 mail.example.org."),
    ("MX", APEX, "10 mail.example.org.", "10 mail.example.net."),
    ("MX", APEX, "0 .", "0 example.org."),
    ("SRV", "_imaps._tcp.example.org", "0 1 993 a.example.", "0 1 143 a.example."),
    ("TLSA", TLSA, "3 1 1 " + "ab" * 32, "3 1 1 " + "ab" * 31 + "ac"),
    ("TLSA", TLSA, "3 1 1 " + "ab" * 32, "2 1 1 " + "ab" * 32),
    ("CAA", APEX, '0 issue "ca.example"', '128 issue "ca.example"'),
    ("CAA", APEX, '0 issue "ca.example"', '0 issuewild "ca.example"'),
    ("CAA", APEX, '0 issue "ca.example; a=B"', '0 issue "ca.example; a=b"'),
    ("TXT", APEX, "Some text", "some text"),
    ("TXT", APEX, "v=spf1 mx -all", "v=spf1 mx ~all"),
    ("TXT", APEX, "v=spf1 mx a -all", "v=spf1 a mx -all"),
    ("TXT", APEX, "v=spf1 mx -all", "v=spf1 mx"),
    ("TXT", APEX, "v=spf1 mx -all", "v=spf1 mx\t-all"),
    ("TXT", APEX, "v=spf1 mx -all", "v=spf10 mx -all"),
    ("TXT", APEX, "v=spf1 ip4:203.0.113.1 -all", "v=spf1 ip4:203.0.113.1/31 -all"),
    ("TXT", APEX, "v=spf1 a -all", "v=spf1 a/24 -all"),
    ("TXT", APEX, "v=spf1 a//64 -all", "v=spf1 a/64 -all"),
    ("TXT", APEX, "v=spf1 a:b.example -all", "v=spf1 mx:b.example -all"),
    ("TXT", APEX, "v=spf1 exists:%{i}.b.example -all", "v=spf1 exists:%{I}.b.example -all"),
    ("TXT", KEY, f"v=DKIM1; p={P}", f"v=DKIM1; p={P.lower()}"),
    ("TXT", KEY, f"v=DKIM1; p={P}", "v=DKIM1; p="),
    ("TXT", KEY, f"v=DKIM1; p={P}", f"v=DKIM1; P={P}"),
    ("TXT", KEY, f"v=DKIM1; p={P}", f"v=DKIM1; k=ed25519; p={P}"),
    ("TXT", KEY, f"v=DKIM1; p={P}", f"v=DKIM1; t=y; p={P}"),
    ("TXT", KEY, f"v=DKIM1; p={P}", f"v=DKIM1; h=sha512; p={P}"),
    ("TXT", KEY, f"v=DKIM1; p={P}", f"p={P}; v=DKIM1"),
    ("TXT", KEY, f"v=DKIM1; p={P}", f"v=DKIM1; p=; p={P}"),
    ("TXT", KEY, f"v=DKIM1; p={P}", f"v=DKIM1; p={P}; stray"),
    ("TXT", KEY, f"v=DKIM1; p={P}", f"v=dkim1; p={P}"),
    ("TXT", POLICY, "v=DMARC1; p=reject", "v=DMARC1; p=none"),
    ("TXT", POLICY, "v=DMARC1; p=reject", "p=reject; v=DMARC1"),
    ("TXT", POLICY, "v=DMARC1; p=reject", "v=DMARC1; p=reject; sp=none"),
    ("TXT", POLICY, "v=DMARC1; p=reject", "v=DMARC1; p=reject; np=none"),
    ("TXT", POLICY, "v=DMARC1; p=reject", "v=DMARC1; p=reject; t=y"),
    ("TXT", POLICY, "v=DMARC1; p=reject", "v=DMARC1; p=none; p=reject"),
    ("TXT", POLICY, "v=DMARC1; p=reject", "v=dmarc1; p=reject"),
    ("TXT", POLICY, "v=DMARC1; p=none; rua=mailto:a@x.example",
     "v=DMARC1; p=none; rua=mailto:A@x.example"),
    ("TXT", POLICY, "v=DMARC1; p=none; ruf=mailto:a@x.example",
     "v=DMARC1; p=none; ruf=mailto:a@x.example; fo=1"),
    ("TXT", "_mta-sts.example.org", "v=STSv1; id=20260501a", "v=STSv1; id=20260501A"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "name", "one", "other"), SAME)
def test_the_same(kind: str, name: str, one: str, other: str) -> None:
    assert meaning(name, kind, one) == meaning(name, kind, other)


@pytest.mark.parametrize(("kind", "name", "one", "other"), OTHER)
def test_not_the_same(kind: str, name: str, one: str, other: str) -> None:
    assert meaning(name, kind, one) != meaning(name, kind, other)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (APEX, "v=spf1", TxtRole.SPF),
        (APEX, "v=spf1 -all", TxtRole.SPF),
        (APEX, "v=spf2.0/pra -all", TxtRole.OTHER),
        (APEX, "v=spf1-all", TxtRole.OTHER),
        (APEX, " v=spf1 -all", TxtRole.OTHER),
        (POLICY, "v=DMARC1; p=none", TxtRole.DMARC),
        (POLICY, "v = DMARC1 ; p=none", TxtRole.DMARC),
        (POLICY, "v=DMARC12; p=none", TxtRole.OTHER),
        (KEY, "anything", TxtRole.DKIM),
        ("*._domainkey.example.org", "v=DKIM1; p=", TxtRole.DKIM),
        ("x_domainkey.example.org", "v=DKIM1; p=", TxtRole.OTHER),
        ("_smtp._tls.example.org", "v=TLSRPTv1;rua=mailto:a@b", TxtRole.TLS_RPT),
        ("_mta-sts.example.org", "v=STSv1; id=1", TxtRole.MTA_STS),
        (APEX, "google-site-verification=abc", TxtRole.OTHER),
    ],
)
def test_what_a_txt_is_for(name: str, text: str, expected: TxtRole) -> None:
    assert role(name, text) is expected


KINDS = st.sampled_from(["A", "AAAA", "MX", "TXT", "CNAME", "PTR", "SRV", "TLSA", "CAA", "LOC"])
NAMES = st.sampled_from([APEX, KEY, POLICY])
STARTS = st.sampled_from(
    ["", "v=spf1 ", "v=spf1 ip4:", "v=DMARC1;", "v=DKIM1;p=", "10 ", "0 issue ", "3 1 1 "]
)


@given(NAMES, KINDS, STARTS, st.text(max_size=80))
def test_no_text_makes_it_raise_and_every_text_means_what_it_means(
    name: str, kind: str, start: str, text: str
) -> None:
    found = meaning(name, kind, start + text)
    assert found == meaning(name, kind, start + text)
    assert isinstance(hash(found), int)


TERMS = st.lists(
    st.sampled_from(["a", "mx/24", "ip4:192.0.2.0/24", "include:x.example", "exists:%{i}.x"]),
    max_size=5,
)


@given(TERMS, st.integers(1, 4))
def test_blanks_and_plus_change_nothing_in_spf(terms: list[str], blanks: int) -> None:
    plain = " ".join(["v=spf1", *terms, "-all"])
    spaced = (" " * blanks).join(["v=spf1", *(f"+{term}" for term in terms), "-all"])
    assert meaning(APEX, "TXT", plain) == meaning(APEX, "TXT", spaced)

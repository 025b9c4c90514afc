"""What the successor is called, and which texts are a wanted key."""

from __future__ import annotations

import pytest

from mailctl.dns.dkim import PublicKey
from mailctl.dns.published_key import REVOKED, gives
from mailctl.errors import MailctlError
from mailctl.model.names import DomainName
from mailctl.rotation.successor import next_selector, refuse_long_name


@pytest.mark.parametrize(
    ("present", "known", "following"),
    [
        ("s1", (), "s2"),
        ("mail", (), "mail2"),
        ("s9", (), "s10"),
        ("s09", (), "s10"),
        ("k01", (), "k02"),
        ("s2026", (), "s2027"),
        ("a1b", (), "a1b2"),
        ("7", (), "8"),
        ("s1", ("s2", "s3", "s5"), "s4"),
        ("mail", ("mail2",), "mail3"),
        ("x" * 61 + "1", (), "x" * 61 + "2"),
    ],
)
def test_the_next_name(present: str, known: tuple[str, ...], following: str) -> None:
    assert next_selector(present, known) == following


@pytest.mark.parametrize("present", ["x" * 63, "x" * 62 + "9"])
def test_a_name_that_would_be_too_long(present: str) -> None:
    with pytest.raises(MailctlError, match="name one: --selector NAME"):
        next_selector(present, ())


KEY = PublicKey("rsa", "QUJDRA==")


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("v=DKIM1; k=rsa; p=QUJDRA==;", True),
        ("p=QUJDRA==", True),
        ("v=DKIM1;p= QUJD\tRA==", True),
        ("v=DKIM1; h=sha256; t=s; p=QUJDRA==", True),
        ("v=DKIM1; k=RSA; p=QUJDRA==", True),
        ("v=DKIM1; k=ed25519; p=QUJDRA==", False),
        ("v=DKIM2; p=QUJDRA==", False),
        ("p=QUJDRA==; v=DKIM1", False),
        ("v=DKIM1; p=; p=QUJDRA==", False),
        ("v=DKIM1; p=QUJDRA==; stray", False),
        ("v=DKIM1; p=QUJDRQ==", False),
        ("v=DKIM1; p=", False),
        ("v=DKIM1; p=!", False),
        ("v=DKIM1", False),
        ("", False),
    ],
)
def test_a_record_that_gives_the_key(text: str, fits: bool) -> None:
    assert gives(text, KEY) is fits


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("v=DKIM1; p=", True),
        ("v=DKIM1; k=ed25519; p= ;", True),
        ("p=", True),
        ("v=DKIM1", False),
        ("v=DKIM1; p=QUJDRA==", False),
        ("", False),
    ],
)
def test_a_record_that_revokes(text: str, fits: bool) -> None:
    assert gives(text, REVOKED) is fits


def test_a_name_that_dns_cannot_hold_is_refused_before_a_key_is_made() -> None:
    domain = DomainName(".".join(["d" * 60] * 3))
    refuse_long_name(domain, "s" * 59)
    with pytest.raises(MailctlError, match="would have 254 characters; 253 are legal"):
        refuse_long_name(domain, "s" * 60)

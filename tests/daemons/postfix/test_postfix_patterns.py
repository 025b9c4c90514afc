"""Tables as Postfix answers them: forged headers, refused recipients, catch-alls."""

from __future__ import annotations

import pytest
from postfix_building import example
from postfix_root import DebianRoot

pytestmark = pytest.mark.daemons

OURS = "mail.office.example"
FORGED = (
    f"Authentication-Results: {OURS}; spf=pass",
    f"authentication-results:{OURS.upper()} 1; spf=pass",
    f'Authentication-Results: "{OURS}"; spf=pass',
    'Authentication-Results: "mail.\\office.example"; spf=pass',
    f"Authentication-Results: (a (nested \\) one) b) {OURS} ; spf=pass",
    f"Authentication-Results:\n\t{OURS};\n\tspf=pass",
    f"Authentication-Results: {OURS}.; spf=pass",
    f"Authentication-Results: {OURS}",
    f"Authentication-Results: {OURS}(a comment); spf=pass",
)
FOREIGN = (
    "Authentication-Results: mx.other.example; spf=pass",
    f"Authentication-Results: {OURS}.other.example; spf=pass",
    f"Authentication-Results: not-{OURS}; spf=pass",
    f"Authentication-Results: mx.other.example; spf=pass ({OURS};)",
    f"X-Authentication-Results: {OURS}; spf=pass",
    "Authentication-Results: mailxoffice.example; spf=pass",
    f"Subject: Authentication-Results: {OURS}",
)


@pytest.fixture(scope="module", autouse=True)
def office(debian: DebianRoot) -> None:
    debian.lay(example("office", debian.platform), "mail")


@pytest.mark.parametrize("header", FORGED)
def test_a_forged_result_in_our_name_is_dropped(debian: DebianRoot, header: str) -> None:
    assert "IGNORE" in debian.header(f"{header}\n\nbody\n")


@pytest.mark.parametrize("header", FOREIGN)
def test_other_headers_are_left_alone(debian: DebianRoot, header: str) -> None:
    assert debian.header(f"{header}\n\nbody\n") == ""


def test_a_comment_of_ninety_kilobytes_does_not_get_past_the_pattern(debian: DebianRoot) -> None:
    comment = "(" * 200 + "x" * 90_000 + ")" * 200
    said = debian.header(f"Authentication-Results: {comment} {OURS}; spf=pass\n\nbody\n")
    assert "IGNORE" in said


@pytest.mark.parametrize(
    ("recipient", "refused"),
    [
        ("anna+é@office.example", True),
        ("anna+\x01@office.example", True),
        ("anna+\x7f@office.example", True),
        ("anna+a b@office.example", False),
        ("anna+detail@office.example", False),
    ],
)
def test_spellings_that_no_mailbox_takes(debian: DebianRoot, recipient: str, refused: bool) -> None:
    found = debian.postmap("undeliverable_syntax", recipient)
    assert found == ("refuse_own_domains" if refused else "")


def test_the_class_of_own_domains_refuses_them_and_no_others(debian: DebianRoot) -> None:
    assert debian.postmap("undeliverable", "office.example").startswith("553 5.1.3 ")
    assert debian.postmap("undeliverable", "foreign.example") == ""


def test_the_received_header_of_submission_tells_nothing_of_the_client(debian: DebianRoot) -> None:
    if debian.platform != "debian-12":
        pytest.skip("Postfix 3.10 hides the client itself")
    received = (
        "Received: from phone.example (host.isp.example [192.0.2.77])\n"
        "\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)\n"
        "\t key-exchange X25519 server-signature ECDSA (prime256v1) server-digest SHA256)\n"
        "\t(No client certificate requested)\n"
        f"\tby {OURS} (Postfix) with ESMTPSA id 4jY40f3CqPz6S6\n"
        "\tfor <q@foreign.example>; Mon, 23 Nov 2026 11:46:42 +0000 (UTC)"
    )
    folder = "/var/lib/mailctl/current/postfix"
    said = debian.run(
        "postmap", "-c", folder, "-hmq", "-", f"pcre:{folder}/submission_header_checks",
        stdin=f"{received}\n\nbody\n",
    )  # fmt: skip
    assert (
        f"REPLACE Received: by {OURS} (Postfix) id 4jY40f3CqPz6S6\n\tfor <q@foreign" in said.stdout
    )
    assert "192.0.2.77" not in said.stdout.split("REPLACE")[1]

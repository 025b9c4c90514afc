"""Proofs about SMTP hold on a good server, and are refuted by each bad one, for its fault."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fake_smtp import GOOD_EXTENSIONS, FakeSmtp

from mailctl.model.host import Host
from mailctl.proofs import (
    address_harvest,
    authentication_offered,
    early_pipelining,
    message_size,
    no_relay,
    rate_limits,
    send_only,
    sender_ownership,
    slide_session,
    smtp_extensions,
    smuggling,
    submission_465,
    submission_587,
    unknown_recipient,
    wrong_password,
)
from mailctl.proofs.base import Refuted, Statement
from mailctl.proofs.ground import Ground

Serve = Callable[..., FakeSmtp]

RELAYED = r"RCPT TO:(?!<(bob|alice)@ours\.example>)"
DENIED = "554 5.7.1 Relay access denied"


def refused(proof: Statement, ground: Ground, host: Host) -> str:
    with pytest.raises(Refuted) as raised:
        proof.try_on(ground, host)
    return str(raised.value)


def without(name: str) -> tuple[str, ...]:
    return tuple(word for word in GOOD_EXTENSIONS if not word.startswith(name))


def test_extensions_hold(ground: Ground, host: Host, serve: Serve) -> None:
    serve(25)
    assert "SIZE 1000" in smtp_extensions.PROOF.try_on(ground, host)


@pytest.mark.parametrize("name", ["PIPELINING", "SMTPUTF8", "CHUNKING", "DSN", "8BITMIME"])
def test_a_missing_extension_is_named(ground: Ground, host: Host, serve: Serve, name: str) -> None:
    serve(25, extensions=without(name))
    assert f"EHLO lacks {name}" in refused(smtp_extensions.PROOF, ground, host)


def test_another_size_than_the_specs(ground: Ground, host: Host, serve: Serve) -> None:
    serve(25, extensions=(*without("SIZE"), "SIZE 10"))
    assert "the spec says SIZE 1000" in refused(smtp_extensions.PROOF, ground, host)


def test_another_name_in_the_greeting(ground: Ground, host: Host, serve: Serve) -> None:
    serve(25, greeting="220 localhost ESMTP")
    assert "not 220 with mail.ours.example" in refused(smtp_extensions.PROOF, ground, host)


def test_authentication_holds(ground: Ground, host: Host, serve: Serve) -> None:
    serve(25, auth_under_tls=False)
    serve(587)
    assert "after it is offered" in authentication_offered.PROOF.try_on(ground, host)


@pytest.mark.parametrize(
    ("on_25", "on_587", "fault"),
    [
        ({"auth_in_clear": True}, {}, "AUTH is offered on 25"),
        ({"auth_under_tls": True}, {}, "AUTH is offered on 25 after STARTTLS"),
        ({}, {"auth_in_clear": True}, "AUTH is offered on 587 before TLS"),
        ({}, {"auth_under_tls": False}, "587 offers no AUTH after STARTTLS"),
        ({"replies": {"AUTH": "334 "}}, {}, "is answered `334 ` instead of being unknown"),
    ],
)
def test_authentication_in_the_wrong_place(
    ground: Ground, host: Host, serve: Serve, on_25: dict, on_587: dict, fault: str
) -> None:
    serve(25, **{"auth_under_tls": False, **on_25})
    serve(587, **on_587)
    assert fault in refused(authentication_offered.PROOF, ground, host)


@pytest.mark.parametrize("proof", [submission_587.PROOF, submission_465.PROOF])
def test_the_slides_session_holds(
    ground: Ground, host: Host, serve: Serve, arrives: Callable[..., None], proof: Statement
) -> None:
    arrives("slide_session", b"")
    servers = [serve(587), serve(465, wrapped=True)]
    assert "235 2.7.0" in proof.try_on(ground, host)
    said = next(server.said for server in servers if server.said)
    assert "MAIL FROM: ALICE@ours.example" in said
    assert said[-1] == "QUIT"


@pytest.mark.parametrize(
    ("traits", "fault"),
    [
        ({"replies": {"MAIL FROM: ": "501 5.1.7 Bad sender address syntax"}}, "`501 5.1.7"),
        ({"password": "another"}, "AUTH PLAIN was answered `535"),
        ({"extensions": without("CHUNKING")}, "EHLO lacks CHUNKING"),
        ({"replies": {"QUIT": "221 Bye"}}, "instead of `221 2.0.0 Bye`"),
        ({"starttls": False}, "EHLO lacks STARTTLS"),
    ],
)
def test_the_slides_session_differs(
    ground: Ground,
    host: Host,
    serve: Serve,
    arrives: Callable[..., None],
    traits: dict,
    fault: str,
) -> None:
    arrives("slide_session", b"")
    serve(587, **traits)
    assert fault in refused(submission_587.PROOF, ground, host)


def test_a_session_whose_mail_never_comes(
    ground: Ground, host: Host, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(*_args: object) -> bytes:
        raise Refuted("no message came")

    monkeypatch.setattr(slide_session, "wait_in_inbox", nothing)
    serve(587)
    assert refused(submission_587.PROOF, ground, host) == "no message came"


def test_a_server_that_takes_any_password(ground: Ground, host: Host, serve: Serve) -> None:
    serve(465, wrapped=True, replies={"AUTH": "235 2.7.0 Authentication successful"})
    assert "with a wrong password was answered `235" in refused(wrong_password.PROOF, ground, host)


def test_a_temporary_failure_is_no_refusal(ground: Ground, host: Host, serve: Serve) -> None:
    serve(465, wrapped=True, replies={"AUTH": "454 4.7.0 Temporary authentication failure"})
    assert "`454" in refused(wrong_password.PROOF, ground, host)


def test_mail_after_a_refused_login(ground: Ground, host: Host, serve: Serve) -> None:
    serve(465, wrapped=True)
    assert "after a refused login RCPT TO" in refused(wrong_password.PROOF, ground, host)


def test_no_relay_holds(ground: Ground, host: Host, serve: Serve) -> None:
    serve(25, replies={RELAYED: DENIED})
    evidence = no_relay.PROOF.try_on(ground, host)
    for name in ("percent hack 554", "bang path 554", "source route 554", "empty sender 554"):
        assert name in evidence


@pytest.mark.parametrize(
    "taken",
    [
        r"RCPT TO:<victim%world.example@ours.example>",
        r"RCPT TO:<world.example!victim>",
        r"RCPT TO:<@ours.example:",
        r'RCPT TO:<"victim@world.example"@ours.example>',
        r"RCPT TO:<victim@\[127",
        r"RCPT TO:<victim@relay\.",
        r"RCPT TO:victim",
        r"RCPT TO:<victim@world.example\.>",
    ],
)
def test_each_way_of_relaying_is_seen(ground: Ground, host: Host, serve: Serve, taken: str) -> None:
    serve(25, replies={taken: "250 2.1.5 Ok", RELAYED: DENIED})
    assert "is answered `250" in refused(no_relay.PROOF, ground, host)


def test_relaying_for_the_empty_sender_only(ground: Ground, host: Host, serve: Serve) -> None:
    # a server that trusts our own senders or none takes the recipient in that case alone
    serve(25, replies={r"MAIL FROM:<[^>]": "550 5.7.1 no", RELAYED: "250 2.1.5 Ok"})
    assert "was answered `550" in refused(no_relay.PROOF, ground, host)


def test_a_server_that_refuses_everything_proves_nothing(
    ground: Ground, host: Host, serve: Serve
) -> None:
    serve(25, replies={"RCPT": DENIED})
    assert "instead of `250`" in refused(no_relay.PROOF, ground, host)


def test_ownership_holds(
    ground: Ground, host: Host, serve: Serve, arrives: Callable[..., None]
) -> None:
    arrives("sender_ownership", b"Return-Path: <team@ours.example>\r\nFrom: team\r\n\r\n")
    own = r"MAIL FROM:<(alice(\+\w+)?|a|team)@ours"
    serve(587, replies={own: "250 2.1.0 Ok", "MAIL": "553 5.7.1 not owned by user"})
    evidence = sender_ownership.PROOF.try_on(ground, host)
    assert "bob@ours.example 553 5.7.1" in evidence
    assert "accepted as alice@ours.example, alice+proof@ours.example, a@ours.example" in evidence


def test_writing_as_somebody_else(ground: Ground, host: Host, serve: Serve) -> None:
    serve(587)
    assert "alice@ours.example writes as bob@ours.example" in refused(
        sender_ownership.PROOF, ground, host
    )


def test_an_alias_that_may_not_send(ground: Ground, host: Host, serve: Serve) -> None:
    serve(587, replies={"MAIL FROM:<alice": "250 2.1.0 Ok", "MAIL": "553 5.7.1 not owned"})
    assert "`MAIL FROM:<a@ours.example>` was answered `553" in refused(
        sender_ownership.PROOF, ground, host
    )


def test_mail_to_a_send_only_user(ground: Ground, host: Host, serve: Serve) -> None:
    ground.outside.answer = lambda token: token.encode()  # type: ignore[attr-defined]
    serve(587)
    serve(25)
    assert "mail to the send-only user" in refused(send_only.PROOF, ground, host)


def test_harvest(ground: Ground, host: Host, serve: Serve) -> None:
    serve(25)
    assert "502" in address_harvest.PROOF.try_on(ground, host)
    serve(25, replies={"VRFY": "252 2.0.0 bob@ours.example"})
    assert "VRFY" in refused(address_harvest.PROOF, ground, host)


def test_unknown_recipient(ground: Ground, host: Host, serve: Serve) -> None:
    serve(25, replies={"RCPT TO:<nobody": "550 5.1.1 User unknown"})
    assert "550 5.1.1" in unknown_recipient.PROOF.try_on(ground, host)
    serve(25)
    assert "is answered `250" in refused(unknown_recipient.PROOF, ground, host)
    serve(25, replies={"RCPT TO:<nobody": "450 4.1.1 later"})
    assert "is answered `450" in refused(unknown_recipient.PROOF, ground, host)


def test_talking_before_ehlo_was_answered(ground: Ground, host: Host, serve: Serve) -> None:
    serve(25)
    assert "was answered" in refused(early_pipelining.PROOF, ground, host)
    serve(25, replies={"MAIL": "503 5.5.0 improper pipelining", "RCPT|DATA": "503 5.5.1 no"})
    assert "503 5.5.0" in early_pipelining.PROOF.try_on(ground, host)


def test_size(ground: Ground, host: Host, serve: Serve) -> None:
    serve(25)
    assert "SIZE=1001 is answered" in refused(message_size.PROOF, ground, host)
    serve(25, replies={"MAIL FROM.*SIZE": "552 5.3.4 too big"})
    assert "1000 bytes and more are answered `250" in refused(message_size.PROOF, ground, host)


@pytest.mark.parametrize("end", smuggling.ENDS, ids=smuggling._spelled)
def test_each_false_end_is_seen(ground: Ground, host: Host, serve: Serve, end: bytes) -> None:
    serve(25, ends=(b"\r\n.\r\n", end))
    fault = refused(smuggling.PROOF, ground, host)
    assert "ended a message" in fault


def test_limits(ground: Ground, host: Host, serve: Serve) -> None:
    bounded = {"most_connections": 5, "replies": {"NONSENSE": "421 4.7.0 too many errors"}}
    serve(25, **bounded)
    serve(587)
    assert "4 messages began in a minute" in refused(rate_limits.PROOF, ground, host)
    serve(25, replies=bounded["replies"])
    assert "one client got 6 connections" in refused(rate_limits.PROOF, ground, host)
    serve(25, most_connections=5)
    assert "errors on one connection" in refused(rate_limits.PROOF, ground, host)

"""A host on which somebody has set up Postfix and Dovecot by hand: the plan shows what would take
their place, the first apply keeps it, and `mailctl rollback HOST 0` brings it back at work.

The tests go on from one another, on a host of each release.
"""

from __future__ import annotations

import json
import smtplib
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hand_made import ERIN, has, set_up, state
from mail_account import wait_for
from mail_host import MailHost
from network_or_skip import network_or_skip
from upgrade_spec import ADDRESS, ANNA, write_spec

from mailctl.model.platform import PLATFORMS
from mailctl.rehearsal.recipe import stocked

pytestmark = pytest.mark.hosts


@dataclass(frozen=True, slots=True)
class Adopted:
    """The host, its release, and how it stood before mailctl came."""

    mail: MailHost
    platform: str
    former: tuple[str, str]


@pytest.fixture(scope="module", params=["debian-12", "debian-13"])
def adopted(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Adopted]:
    platform: str = request.param
    with network_or_skip([stocked(PLATFORMS[platform])]) as net:
        host = net.boot("mail", platform=platform, addresses=[ADDRESS], fqdn="mail.move.example")
        mail = MailHost(net, host, tmp_path_factory.mktemp("adopted"))
        set_up(mail, platform)
        mail.send("info@old.example", "long ago")
        assert has(mail, "long ago")
        write_spec(mail.folder, platform)
        yield Adopted(mail, platform, state(mail))


def test_the_plan_shows_what_would_be_replaced(adopted: Adopted) -> None:
    mail = adopted.mail
    said = mail.run("plan", "--diff")
    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    for line in (
        "  ~ set link /etc/postfix/main.cf (what is there is kept)",
        "--- mail:/etc/postfix/main.cf (live)",
        "+++ mail:/etc/postfix/main.cf (wanted)",
        "-# since 2009; ask Otto before you touch this",
        "-home_mailbox = Maildir/",
        "--- mail:/etc/dovecot/dovecot.conf (live)",
        "-# Otto's Dovecot",
        "mail:/etc/opendkim.conf: <secret> differs",
    ):
        assert line in lines
    as_json = mail.run("plan", "--diff", "--format", "json").out
    changes = {change["subject"]: change for change in json.loads(as_json)["hosts"][0]["changes"]}
    assert "-home_mailbox = Maildir/\n" in changes["/etc/postfix/main.cf"]["diff"]
    # what is not for all to read on the host is not for all to read here
    assert "the-private-remark" not in said.out + as_json
    assert state(mail) == adopted.former


def test_an_apply_takes_over(adopted: Adopted) -> None:
    mail = adopted.mail
    assert mail.apply().out == "mail: generation 1 is live\n"
    write_spec(mail.folder, adopted.platform, "31M")
    assert mail.apply().out == "mail: generation 2 is live\n"
    mail.send(ANNA, "by the spec")
    wait_for(mail, ANNA, "by the spec")
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        mail.send(ERIN, "nobody is at home")
    saved = mail.does("cat /var/lib/mailctl/generations/0/saved/etc/postfix/main.cf")
    assert "ask Otto" in saved


def test_rollback_to_0_brings_it_back_at_work(adopted: Adopted) -> None:
    mail = adopted.mail
    said = mail.run("rollback", "mail", "0")
    assert (said.code, said.out) == (0, "mail: generation 0 is live\n"), said.err
    assert state(mail) == adopted.former
    mail.send("info@old.example", "as if nothing had been")
    assert has(mail, "as if nothing had been")
    assert has(mail, "long ago")

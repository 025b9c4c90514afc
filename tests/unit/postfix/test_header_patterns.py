"""The pattern for forged Authentication-Results: all spellings of our names, and no others'.

Python's `re` lacks the recursion that Postfix's PCRE has; the daemons' tests ask postmap(1).
"""

from __future__ import annotations

from postfix_building import a_host, a_system, example, postfix, text


def test_the_names_of_all_hosts_are_in_it() -> None:
    system = a_system(hosts=(a_host(), a_host("other", number=11)))
    checks = text(postfix(system), "postfix/header_checks")
    assert r"mail\.hosts\.example|other\.hosts\.example" in checks
    assert checks.splitlines()[-1].endswith(" IGNORE")


def test_the_user_s_place_is_hidden_on_both_releases() -> None:
    old = postfix(example("talk", "debian-12"), "flugel")
    assert "REPLACE Received: by $1 (Postfix) id $2$3" in text(
        old, "postfix/submission_header_checks"
    )
    assert "smtpd_hide_client_session" not in text(old, "postfix/master.cf")
    new = text(postfix(example("talk", "debian-13"), "flugel"), "postfix/master.cf")
    assert new.count("-o { smtpd_hide_client_session = yes }") == 2

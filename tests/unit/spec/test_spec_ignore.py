"""`ignore:` takes a rule away where it is said, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest
from spec_building import HOST, USER, accept, issues, spec, write

from mailctl.cli.prepare import backend_findings
from mailctl.errors import Finding, Severity
from mailctl.spec.explain import explain
from mailctl.spec.load import examine


def _found(folder: Path, text: str) -> list[str]:
    return [f"{issue.rule} {issue.line}:{issue.column}" for issue in issues(folder, text)]


def _domains(*lines: str, default: str = "") -> str:
    policies = f"policies:\n  default: {{{default}}}\n" if default else ""
    entries = "".join(f"  {line}\n" for line in lines)
    return f"{policies}domains:\n{entries}"


WEAK = "dkim: {key: rsa-1024}"
NET = "example.net: {catch_all: alice@example.org"

CASES = {
    "nothing is ignored": (spec(domain=_domains(f"example.org: {{{WEAK}}}")), ["dkim-1024 5:29"]),
    "at the domain": (spec(domain=_domains(f"example.org: {{{WEAK}, ignore: [dkim-1024]}}")), []),
    "a single word": (spec(domain=_domains(f"example.org: {{{WEAK}, ignore: dkim-1024}}")), []),
    "another rule": (
        spec(domain=_domains(f"example.org: {{{WEAK}, ignore: dkim-large}}")), ["dkim-1024 5:29"],
    ),
    "by the default policy": (
        spec(domain=_domains("example.org: {}", default=f"{WEAK}, ignore: [dkim-1024]")), [],
    ),
    "by a named policy": (
        spec(domain=f"policies:\n  lax: {{{WEAK}, ignore: [dkim-1024]}}\n"
             "domains:\n  example.org: {policy: lax}\n"), [],
    ),
    "a list replaces": (
        spec(domain=_domains("example.org: {ignore: []}", default=f"{WEAK}, ignore: dkim-1024")),
        ["dkim-1024 5:25"],
    ),
    "one of two domains of a policy": (
        spec(domain=_domains("example.org: {ignore: dkim-1024}", NET + "}", default=WEAK)),
        ["dkim-1024 5:25"],
    ),
    "both domains of a policy": (
        spec(domain=_domains("example.org: {ignore: dkim-1024}", NET + ", ignore: dkim-1024}",
                             default=WEAK)), [],
    ),
    "an error about receivers": (
        spec(domain=_domains('example.org: {dmarc: {record: "v=DMARC1; p=x"}, '
                             "ignore: dmarc-syntax}")), [],
    ),
    "at an alias, by the domain of its address": (
        spec(user="users:\n  r@example.org: {password: {env: R}, send_only: true}\n"
             "aliases:\n  s@example.org: [r@example.org]\n",
             domain=_domains("example.org: {ignore: [send-only-target, no-abuse, no-postmaster]}")),
        [],
    ),
    "at an alias, not by the domain of its target": (
        spec(user=USER + "  r@example.org: {password: {env: R}, send_only: true}\n"
             "aliases:\n  s@example.net: [r@example.org]\n",
             domain=_domains("example.org: {ignore: send-only-target}", NET + "}")),
        ["send-only-target 13:3"],
    ),
    "at a host": (
        spec(host=HOST.replace("203.0.113.10", "10.0.0.1").replace(
            "}\n", ", ignore: [private-address]}\n")), [],
    ),
    "at a host, not by its domains": (
        spec(host=HOST.replace("203.0.113.10", "10.0.0.1"),
             domain=_domains("example.org: {ignore: private-address}")),
        ["private-address 3:46"],
    ),
    "at a domain, not by its host": (
        spec(host=HOST.replace("}\n", ", ignore: [dkim-1024]}\n"),
             domain=_domains(f"example.org: {{{WEAK}}}")), ["dkim-1024 5:29"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_finding_is_ignored_where_it_is_held(name: str, tmp_path: Path) -> None:
    text, wanted = CASES[name]
    assert _found(tmp_path, text) == wanted


def _forwards(ignore: str) -> str:
    return spec(
        domain=_domains(f"example.org: {{ignore: {ignore}}}", NET + "}"),
        more="    forward: {to: [a@elsewhere.example]}\n"
        "  b@example.net: {password: {env: B}, forward: {to: [b@elsewhere.example]}}\n",
    )


def test_forwards_are_told_as_one_and_ignored_each(tmp_path: Path) -> None:
    (told,) = issues(tmp_path, _forwards("[]"))
    assert (told.line, told.message[:16]) == (11, "2 forwards lead ")
    (told,) = issues(tmp_path, _forwards("forward-without-srs"))
    assert (told.line, told.message[:16]) == (12, "1 forward leads ")


def test_findings_of_backends_are_ignored_too(tmp_path: Path) -> None:
    override = "overrides: {postfix: {smtpd_tls_loglevel: 2, smtpd_timeout: 9s}}"
    text = spec(host=HOST.replace("}\n", f", {override}}}\n"))
    loaded = accept(tmp_path, text)
    finding = Finding(("hosts", "mail", "overrides"), "override-shadowed", "x", "",
                      Severity.WARNING)  # fmt: skip
    assert loaded.issues([finding])
    loaded = accept(tmp_path, text.replace(override, f"{override}, ignore: override-shadowed"))
    assert not loaded.issues([finding, *backend_findings(loaded.system)])


def test_findings_of_later_stages_at_users_ask_their_domain(tmp_path: Path) -> None:
    loaded = accept(tmp_path, spec(domain=_domains("example.org: {ignore: no-abuse}", NET + "}")))
    at = [Finding(where, "no-abuse", "x", "", Severity.WARNING) for where in (
        ("users", "alice@example.org", "aliases", 0), ("users", "alice@example.net"), ("hosts",), ()
    )]  # fmt: skip
    assert len(loaded.issues(at)) == 3


def test_it_is_explained_with_its_place(tmp_path: Path) -> None:
    text = spec(domain=_domains("example.org: {}", NET + ", ignore: []}",
                                default="ignore: [no-abuse, dkim-large]"))  # fmt: skip
    loaded = examine(write(tmp_path, text))
    rows = {
        name: {row.setting: (row.value, row.origin.rpartition("/")[2])
               for row in explain(loaded, name)}
        for name in ("example.org", "example.net", "alice@example.org")
    }  # fmt: skip
    assert rows["example.org"]["ignore"] == ("no-abuse, dkim-large", "mail.yaml:5:21")
    assert rows["alice@example.org"]["ignore"] == ("no-abuse, dkim-large", "mail.yaml:5:21")
    assert rows["example.net"]["ignore"] == ("none", "mail.yaml:8:55")


@pytest.mark.parametrize(
    ("said", "message", "hint"),
    [
        ("dkim-2048", "there is no rule 'dkim-2048'", "did you mean 'dkim-1024'?"),
        ("xyzzy", "there is no rule 'xyzzy'", "`mailctl check --rules` names all"),
        ("alias-loop", "alias-loop always holds: mail in a circle", "correct what it finds"),
    ],
)
def test_what_cannot_be_ignored(said: str, message: str, hint: str, tmp_path: Path) -> None:
    (issue,) = issues(tmp_path, spec(domain=_domains(f"example.org: {{ignore: [{said}]}}")))
    assert (issue.line, issue.column, issue.hint) == (5, 26, hint)
    assert issue.message.startswith(message)

"""`mailctl plan`, `diff` and `apply` at the keyboard, against a machine in a folder."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from deploy_machine import Machine, bundle

from mailctl.bundle import Artefact, Bundle, Entries, HostBundle
from mailctl.cli import main
from mailctl.cli.prepare import Prepared
from mailctl.deploy.local import LocalRemote

SPEC = """\
mailctl: 1
hosts:
  mail: {fqdn: mail.example.org, addresses: [203.0.113.1], platform: debian-12}
domains: {example.org: {}}
users:
  alice@example.org:
    password: {file: alice}
    aliases: [postmaster@example.org, abuse@example.org]
"""
USERS = Entries("dovecot/users", "user", "users", ":", ((1, "password"), (7, "quota")), True)

Run = Callable[..., tuple[int, str, str]]


class Desk:
    """A folder with a spec, which compiles to what the test says; every host is the machine."""

    def __init__(self, machine: Machine, folder: Path) -> None:
        self.machine = machine
        self.folder = folder
        self.wanted: tuple[HostBundle, ...] = (bundle(),)
        (folder / "mail.yaml").write_text(SPEC)
        (folder / "alice").write_text("a long enough password\n")

    @property
    def saved(self) -> Path:
        return self.folder / "plan.json"

    def wants(self, main: bytes, *names: str) -> None:
        lines = "".join(f"{name}@example.org:HASH::::::\n" for name in names)
        users = Artefact("dovecot/users", lines.encode(), mode=0o640, secret=True)
        self.wanted = (bundle(main, users, entries=(USERS,)),)


@pytest.fixture
def desk(machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    folder = tmp_path / "desk"
    folder.mkdir()
    made = Desk(machine, folder)
    monkeypatch.chdir(folder)
    monkeypatch.setattr(
        "mailctl.deploy.connect.remote_for", lambda _system, host, _access: LocalRemote(host.name)
    )
    monkeypatch.setattr(Prepared, "compile", lambda _self, **_: Bundle(made.wanted, ()))
    for name in ("plan", "apply", "diff"):
        monkeypatch.setattr(f"mailctl.cli.{name}.errand", machine.errand)
    return made


@pytest.fixture
def run(desk: Desk, capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*words: str) -> tuple[int, str, str]:
        more = ("--no-dns-check",) if words[0] == "apply" else ()
        with pytest.raises(SystemExit) as ended:
            main([*words, *more])
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return command


def test_plan_says_2_only_when_asked(desk: Desk, run: Run) -> None:
    assert run("plan")[0] == 0
    assert run("plan", "--detailed-exitcode")[0] == 2
    assert run("apply")[:2] == (0, "mail: generation 1 is live\n")
    assert run("plan", "--detailed-exitcode") == (0, "mail: nothing to do\n", "")


def test_a_saved_plan_is_applied(desk: Desk, run: Run) -> None:
    code, out, _ = run("plan", "--out", "plan.json")
    assert (code, out.splitlines()[0]) == (
        0,
        "mail (debian-12): 4 changes to the host as it was found",
    )
    assert stat.S_IMODE(desk.saved.stat().st_mode) == 0o600
    assert json.loads(desk.saved.read_bytes())["spec"] == "mail.yaml"
    assert "PRIVATE" not in desk.saved.read_text()
    first = desk.saved.read_bytes()
    run("plan", "--out", "plan.json")
    assert desk.saved.read_bytes() == first
    assert run("apply", "plan.json") == (0, "mail: generation 1 is live\n", "")
    assert run("apply", "plan.json") == (0, "mail: nothing to do\n", "")


def test_a_saved_plan_finds_its_spec_from_elsewhere(
    desk: Desk, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("plan", "--out", "plan.json")
    monkeypatch.chdir(tmp_path)
    assert run("apply", str(desk.saved))[:2] == (0, "mail: generation 1 is live\n")


def test_a_saved_plan_is_refused_when_the_spec_has_changed(desk: Desk, run: Run) -> None:
    run("plan", "--out", "plan.json")
    desk.wanted = (bundle(b"two\n"),)
    code, out, err = run("apply", "plan.json")
    assert (code, out) == (1, "")
    assert err == (
        "mail: the spec has changed since the plan was saved; nothing was done; "
        "make a new plan: mailctl plan --out FILE\n"
    )
    assert not desk.machine.state.exists()


def test_a_saved_plan_is_refused_when_the_host_has_moved(desk: Desk, run: Run) -> None:
    run("plan", "--out", "plan.json")
    desk.machine.apply(bundle(b"other\n"))
    code, out, err = run("apply", "plan.json")
    assert (code, out) == (1, "")
    assert err.startswith("mail: generation 1 is live, the plan was made for 0; nothing was done; ")


def test_a_saved_plan_has_hosts_that_the_spec_has_no_more(desk: Desk, run: Run) -> None:
    run("plan", "--out", "plan.json")
    (desk.folder / "mail.yaml").write_text(SPEC.replace("  mail:", "  post:"))
    desk.wanted = (replace(bundle(), host="post"),)
    code, out, err = run("apply", "plan.json")
    assert (code, out) == (1, "")
    assert err.startswith("mail: the spec has no such host any more; nothing was done; ")
    code, _, err = run("apply", "plan.json", "--host", "post")
    assert (code, "the plan has no host 'post'; it has mail" in err) == (64, True)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ('{"mailctl_plan": 1', "is damaged"),
        ('{"mailctl_plan": 1, "spec": "mail.yaml"}', "is damaged"),
        ('{"mailctl_plan": 1, "spec": "mail.yaml", "hosts": [7]}', "is damaged"),
        ('{"mailctl_plan": 1, "spec": 7, "hosts": []}', "is damaged"),
        ('{"mailctl_plan": 9, "spec": "mail.yaml", "hosts": []}', "version '9', this mailctl"),
    ],
)
def test_a_damaged_plan_is_one_line(desk: Desk, run: Run, content: str, complaint: str) -> None:
    desk.saved.write_text(content)
    code, out, err = run("apply", "plan.json")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert complaint in err


def test_a_plan_overwrites_nothing_but_plans(desk: Desk, run: Run) -> None:
    code, out, err = run("plan", "--out", "mail.yaml")
    assert (code, out) == (1, "")
    assert err == "mail.yaml: there is something else than a saved plan; name another file\n"
    assert (desk.folder / "mail.yaml").read_text() == SPEC
    assert run("plan", "--out", "no/such/folder")[0] == 1


def test_diff_shows_what_a_hand_did(desk: Desk, run: Run) -> None:
    run("apply")
    assert run("diff", "--detailed-exitcode") == (0, "mail: nothing was changed by hand\n", "")
    desk.machine.main.write_bytes(b"by hand\n")
    code, out, err = run("diff", "mail", "--detailed-exitcode")
    assert (code, err) == (2, "")
    assert out.splitlines() == [
        "mail: 1 path was changed by hand since generation 1",
        "  ~ postfix/main.cf was changed",
        "--- mail:postfix/main.cf (laid)",
        "+++ mail:postfix/main.cf (on the host)",
        "@@ -1 +1 @@",
        "-one",
        "+by hand",
    ]
    assert run("diff")[0] == 0
    value = json.loads(run("diff", "--format", "json")[1])
    assert value["hosts"][0]["drift"][0]["path"] == "postfix/main.cf"
    assert run("diff", "nobody")[0] == 64
    assert out.splitlines()[1:] == run("plan")[1].splitlines()[3:]


def test_keep_drift_leaves_the_host_alone(desk: Desk, run: Run) -> None:
    run("apply")
    desk.machine.main.write_bytes(b"by hand\n")
    desk.wanted = (bundle(b"two\n"),)
    code, out, err = run("apply", "--keep-drift")
    assert (code, out) == (1, "")
    assert err == (
        "mail: changed by hand: postfix/main.cf; the host is left alone; see what: "
        "mailctl diff mail; to replace it, leave --keep-drift out\n"
    )
    assert desk.machine.main.read_bytes() == b"by hand\n"
    assert run("apply")[0] == 0
    assert desk.machine.main.read_bytes() == b"two\n"


def test_removals_need_a_word(desk: Desk, run: Run) -> None:
    desk.wants(b"one\n", "anna", "bert")
    run("apply")
    desk.wants(b"one\n")
    code, out, _ = run("plan", "--diff")
    assert "      - user anna@example.org\n" in out
    assert out.endswith("  ! apply refuses this without --allow-removals: all 2 users go\n")
    assert code == 0
    code, out, err = run("apply")
    assert (code, out) == (1, "")
    assert err == (
        "mail: all 2 users would go; nothing was changed; "
        "if the spec is the right one, say --allow-removals\n"
    )
    assert run("apply", "--allow-removals")[1] == "mail: generation 2 is live\n"


@pytest.mark.parametrize(("variable", "coloured"), [("", True), ("1", False)])
def test_colour_is_for_terminals_that_want_it(
    monkeypatch: pytest.MonkeyPatch, variable: str, coloured: bool
) -> None:
    from mailctl.cli import terminal

    text = "  + install package postfix\nplain\n"
    assert terminal.coloured(text) == text
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("NO_COLOR", variable)
    monkeypatch.setenv("TERM", "xterm")
    wanted = "\x1b[32m  + install package postfix\x1b[0m\nplain\n" if coloured else text
    assert terminal.coloured(text) == wanted

"""Nothing secret is in the output of any command, in the list of a host's processes, in its
journal, or in a file that everybody may read there."""

from __future__ import annotations

import json
import re
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import pytest
from agent_processes import processes
from faulty_host import Keyboard

from mailctl.rehearsal.host import ThrowawayHost
from mailctl.rehearsal.throwaway import ThrowawayNetwork

pytestmark = [pytest.mark.hosts, pytest.mark.timeout(600)]

ADDRESS = "203.0.113.80"
PASSWORD = "Kaffee-7-Zwerge.unerraten"
NEXT_PASSWORD = "Tee-8-Riesen.unerraten"
SALT_AND_HASH = "b2ZmaWNlLmV4YW1wbGU$ByzPM39EJiztwMyn18KUCoiXednXtRpuYv4tcUR+bg0"
TSIG = "cGxhbnRlZC1zZWNyZXQtb2YtMzItYnl0ZXMtZm9yLXR4"

SPEC = """\
mailctl: 1
hosts:
  mail:
    fqdn: mail.planted.example
    addresses: [{address}]
    platform: debian-12
    ssh: {{user: root}}
    tls: {{acme: {{dns: {{server: 192.0.2.53, tsig_key: {{file: tsig.key}}}}}}}}
    overrides: {{postfix: {{{override}}}}}
domains:
  planted.example: {{}}
users:
  a@planted.example:
    password: {{file: secret}}
    aliases: [postmaster@planted.example, abuse@planted.example]
  b@planted.example:
    password: {{hash: "{{ARGON2ID}}$argon2id$v=19$m=19456,t=2,p=1${hash}"}}
"""


@dataclass(slots=True)
class Watch:
    """Looks at a host's processes, their environments and the probe's password all the time."""

    host: ThrowawayHost
    seen: set[bytes] = field(default_factory=set)
    probe_passwords: set[bytes] = field(default_factory=set)
    _ended: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._ended.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(0.002):
            for process in processes(self.host).values():
                self.seen.add(b"\0".join(process.argv))
                try:
                    self.seen.add(Path(f"/proc/{process.pid}/environ").read_bytes())
                except OSError:
                    continue
            users = self.host.root / "var/lib/mailctl/probe/users"
            if users.exists() and (found := re.match(rb".*:\{PLAIN\}([^:]+):", users.read_bytes())):
                self.probe_passwords.add(found[1])


@pytest.fixture(scope="module")
def own_host(net: ThrowawayNetwork) -> ThrowawayHost:
    """One that no other test uses: here everything is applied."""
    return net.boot("planted", platform="debian-12", addresses=[ADDRESS], fqdn="planted.example")


@pytest.fixture
def desk(net: ThrowawayNetwork, own_host: ThrowawayHost, tmp_path: Path) -> Keyboard:
    for source, name in ((net.access.identity, "id"), (net.access.known_hosts, "known_hosts")):
        shutil.copy(source, tmp_path / name)
    (tmp_path / "secret").write_text(f"{PASSWORD}\n")
    (tmp_path / "tsig.key").write_text(
        f'key "push" {{ algorithm hmac-sha256; secret "{TSIG}"; }};\n'
    )
    (tmp_path / "tsig.key").chmod(0o600)
    return Keyboard(net, own_host, tmp_path, tmp_path / "id", tmp_path / "known_hosts")


def write_spec(desk: Keyboard, override: str = "") -> None:
    desk.spec.write_text(SPEC.format(address=ADDRESS, hash=SALT_AND_HASH, override=override))


def a_life(desk: Keyboard) -> Iterator[str]:
    """What an administrator does, faults included; all that was printed."""

    def run(code: int, *words: str, there: bool = True) -> str:
        said = desk.run(*words) if there else desk.run_here(*words)
        assert said.code == code, said
        return said.out + said.err

    write_spec(desk)
    yield run(0, "check", there=False)
    yield run(0, "check", "--format", "json", there=False)
    for name in ("a@planted.example", "b@planted.example", "planted.example"):
        yield run(0, "check", "--explain", name, there=False)
    for more in ([], ["--diff"], ["--format", "json"], ["--format", "json", "--diff"]):
        yield run(0, "plan", *more)
    yield run(0, "plan", "--out", "saved.json")
    yield (desk.folder / "saved.json").read_text()
    yield run(0, "apply", "--no-dns-check", "saved.json")
    yield run(0, "apply", "--no-dns-check")
    # another password
    (desk.folder / "secret").write_text(f"{NEXT_PASSWORD}\n")
    for more in ([], ["--format", "json"]):
        yield run(0, "plan", "--diff", *more)
    yield run(0, "apply", "--no-dns-check")
    yield run(0, "rollback", "mail")
    yield run(0, "generations", "mail")
    # somebody edits by hand what is secret, and what is not
    edit = "cd /var/lib/mailctl/current && echo >>dovecot/users && echo >>postfix/main.cf"
    status, said = desk.host.run("sh", "-c", edit)
    assert status == 0, said
    for more in ([], ["--format", "json"]):
        yield run(0, "diff", *more)
        yield run(0, "plan", "--diff", *more)
    # a refusal of a daemon, whose words are told
    write_spec(desk, "smtpd_client_restrictions: check_nothing")
    yield desk.run("apply", "--no-dns-check").err
    write_spec(desk)
    yield run(0, "build", "--output", "tree", there=False)
    for file in (desk.folder / "tree").rglob("*"):
        yield file.read_text() if file.is_file() else ""
    for form in ("table", "zone", "json"):
        yield run(0, "dns-records", "--format", form, there=False)
    yield desk.run_here("dkim", "status").err
    push = ("--push", "--server", "127.0.0.1:9", "--tsig-key", "tsig.key")
    yield desk.run_here("dns-records", *push).err


def secrets(desk: Keyboard, watch: Watch) -> dict[str, bytes]:
    """All that must be nowhere, by what it is."""
    (dkim,) = (desk.folder / "keys").rglob("*.pem")
    users = (desk.host.root / "var/lib/mailctl/current/dovecot/users").read_text()
    tls = (desk.host.root / "var/lib/mailctl/tls/served/mail.planted.example.pem").read_text()
    credentials = (desk.host.root / "var/lib/mailctl/current/certificates/dns.ini").read_text()
    (hashed,) = re.findall(r"^a@[^:]*:\{ARGON2ID\}.*p=1\$([^:]+):", users, re.MULTILINE)
    assert watch.probe_passwords
    assert TSIG in credentials
    return {
        "a password": PASSWORD.encode(),
        "the next password": NEXT_PASSWORD.encode(),
        "a hash of ours": hashed.encode(),
        "a hash of the spec": SALT_AND_HASH.encode(),
        "a line of a DKIM key": dkim.read_text().splitlines()[3].encode(),
        "a line of a TLS key": tls.splitlines()[1].encode(),
        "a TSIG key": TSIG.encode(),
        **{f"a password of the probe {n}": p for n, p in enumerate(watch.probe_passwords)},
    }


def readable_by_all(root: Path) -> Iterator[Path]:
    """Regular files that whoever is logged in can read, below what an apply could have touched."""
    for top in ("etc", "var/lib/mailctl", "var/log", "var/spool", "var/tmp", "tmp", "run"):
        yield from _readable(root / top)


def _readable(folder: Path) -> Iterator[Path]:
    if not folder.stat().st_mode & 0o001:
        return
    for path in folder.iterdir():
        if path.is_symlink():
            continue
        if path.is_dir():
            yield from _readable(path)
        elif path.is_file() and path.stat().st_mode & 0o004:
            yield path


def test_no_secret_is_shown_anywhere(desk: Keyboard) -> None:
    with Watch(desk.host) as watch:
        said = list(a_life(desk))
    planted = secrets(desk, watch)
    assert len(said) > 20
    assert any(b"openssl" in line for line in watch.seen), "the watch saw nothing"
    places = {
        "what commands print": "\n".join(said).encode(),
        "the processes of the host": b"\n".join(watch.seen),
        "the journal": desk.host.run("journalctl", "--no-pager", "--output=json")[1].encode(),
        **{str(path): path.read_bytes() for path in readable_by_all(desk.host.root)},
    }
    assert str(desk.host.root / "var/lib/mailctl/current/dovecot/users") not in places
    found = [
        f"{what} is in {where}"
        for what, secret in planted.items()
        for where, text in places.items()
        if secret in text or json.dumps(secret.decode())[1:-1].encode() in text
    ]
    assert found == []

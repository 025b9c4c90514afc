"""A host of NixOS in a folder: the agent runs here, and stand-ins for NixOS' own programs behave
like them as far as they are used. What they are told to do wrong lies in `told/`."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field, replace
from pathlib import Path

from mailctl.bundle import Artefact, Contribution, HostBundle, Port, Service
from mailctl.deploy.apply import Applied, Permit, Proceed, always, permitted
from mailctl.deploy.generations import Generation, generations
from mailctl.deploy.local import LocalRemote
from mailctl.deploy.nixos.apply import bring
from mailctl.deploy.nixos.content import on_nixos
from mailctl.deploy.nixos.preview import preview
from mailctl.deploy.preview import Preview
from mailctl.deploy.rollback import roll_back
from mailctl.deploy.script import Errand
from mailctl.deploy.terms import DEFAULT_TERMS, Terms

PASSWORD = b"{ARGON2ID}$argon2id$what-nobody-may-see"
KEY = b"PRIVATE-KEY-what-nobody-may-see"
CONFIGURATION = "{\n  imports = [ ./hardware.nix ./mailctl ];\n}\n"

_STAND_INS = {
    "nixos-rebuild": r"""
action=$1
shift
configuration=$root/etc/nixos/configuration.nix
while [ $# -gt 0 ]; do
    [ "$1" != -I ] || configuration=${2#nixos-config=}
    shift
done
echo "nixos-rebuild $action" >>"$root/log"
[ ! -e "$root/told/kill-$action" ] || { rm "$root/told/kill-$action"; kill_all; }
[ ! -e "$root/told/fail-$action" ] || { echo "error: $action was told to fail" >&2; exit 1; }
folder=$(dirname "$configuration")
sum=$(cat "$folder"/*.nix "$folder/mailctl"/*.nix 2>/dev/null | md5sum | cut -c 1-32)
out=$root/nix/store/$sum
if [ ! -e "$out" ]; then
    mkdir -p "$out.new/bin" "$out.new/etc"
    ln -s "$root/sw" "$out.new/sw"
    if grep -q '\./mailctl' "$configuration"; then
        [ -e "$folder/mailctl/default.nix" ] || { echo "error: no such file" >&2; exit 1; }
        mkdir "$out.new/etc/mailctl"
        sed -n 's/.*"mailctl.host".text = "\(.*\).n".*/\1/p' "$folder/mailctl/default.nix" \
            >"$out.new/etc/mailctl/host"
    fi
    sed "s|OUT|$out|" "$root/sw/activate" >"$out.new/bin/switch-to-configuration"
    chmod 755 "$out.new/bin/switch-to-configuration"
    mv -T "$out.new" "$out"
fi
case $action in
build) ln -sfn "$out" result ;;
dry-activate) "$out/bin/switch-to-configuration" dry-activate ;;
switch)
    profile=$root/nix/var/nix/profiles/system
    if [ "$(readlink -f "$profile")" != "$out" ]; then
        last=$(ls -d "$profile"-*-link | sed 's/.*system-\(.*\)-link/\1/' | sort -n | tail -n 1)
        # nix-env --set makes no second one of the newest
        if [ "$(readlink -f "$profile-$last-link")" != "$out" ]; then
            last=$((last + 1))
            ln -s "$out" "$profile-$last-link"
        fi
        ln -sfn "system-$last-link" "$profile"
    fi
    "$out/bin/switch-to-configuration" switch
    ;;
esac
""",
    "nix-env": r"""
echo "nix-env $3 $4" >>"$root/log"
[ -e "$2-$4-link" ] || exit 1
ln -sfn "system-$4-link" "$2"
""",
    "systemctl": r"""
echo "systemctl $*" >>"$root/log"
[ ! -e "$root/told/fail-systemctl" ] || { rm "$root/told/fail-systemctl"; exit 1; }
""",
    "journalctl": "",
    "activate": r"""
[ "$1" != dry-activate ] || {
    echo "would restart the following units: dovecot2.service" >&2
    exit 0
}
[ ! -e "$root/told/kill-activation" ] || { rm "$root/told/kill-activation"; kill_all; }
ln -sfn OUT "$root/run/current-system"
[ ! -e "$root/told/fail-activation" ] || {
    rm "$root/told/fail-activation"
    echo "warning: the following units failed: dovecot2.service" >&2
    exit 4
}
""",
}


_KILL_ALL = """
PATH=/usr/bin:/bin
kill_all() {
    # timeout(1) has a process group of its own
    read -r _ _ _ _ _ agent _ </proc/$$/stat
    kill -KILL "-$agent"
    kill -KILL 0
}
"""


def module(text: str = "one", host: str = "mail") -> tuple[tuple[str, bytes], ...]:
    """A module in which a system is seen to have it, and a file beside it."""
    default = f'{{ environment.etc."mailctl/host".text = "{host}\\n"; }} # {text}\n'
    return (
        ("default.nix", default.encode()),
        ("default/postfix/aliases", f"a@b {text}\n".encode()),
    )


def bundle(
    text: str = "one",
    users: bytes = b"a@b:" + PASSWORD,
    key: bytes = KEY,
    ports: tuple[Port, ...] = (),
    host: str = "mail",
) -> HostBundle:
    """A host with a module, two secrets, and a unit that reads one of them when it is told."""
    artefacts = (
        Artefact("postfix/main.cf", b"of Debian's way\n"),
        Artefact("dovecot/users", users, "root", "daemon", 0o640, secret=True),
        Artefact("opendkim/keys/b/s1.pem", key, "nobody-yet", "nobody-yet", 0o600, secret=True),
    )
    services = (
        Service("postfix.service", reload_on=("postfix/",)),
        Service("opendkim.service", reload_on=("opendkim/keys/",)),
    )
    content = Contribution(artefacts=artefacts, services=services, ports=ports)
    whole = HostBundle("mail", "nixos-25.11", content)
    return on_nixos(whole, module(text, host), ("dovecot/users", "opendkim/keys/b/s1.pem"))


@dataclass(slots=True)
class NixosMachine:
    """`root` stands for /; `steps` are those of the last apply, `execs` its commands."""

    root: Path
    steps: list[str] = field(default_factory=list)
    execs: int = 0
    through: tuple[str, ...] = ("setsid", "--wait")
    """A process group of its own, for a stand-in may kill all of it."""

    def __post_init__(self) -> None:
        for folder in ("etc/nixos", "nix/store/first/bin", "nix/var/nix/profiles", "run", "told"):
            (self.root / folder).mkdir(parents=True)
        (self.root / "sw/bin").mkdir(parents=True)
        (self.root / "etc/os-release").write_text('ID=nixos\nVERSION_ID="25.11"\n')
        (self.root / "etc/nixos/configuration.nix").write_text(CONFIGURATION)
        (self.root / "etc/nixos/hardware.nix").write_text("{ }\n")
        for name, text in _STAND_INS.items():
            path = self.root / ("sw" if name == "activate" else "sw/bin") / name
            path.write_text(f"#!/bin/sh\nroot={self.root}\n{_KILL_ALL}{text}")
            path.chmod(0o755)
        first = self.root / "nix/store/first"
        activate = (self.root / "sw/activate").read_text().replace("OUT", str(first))
        (first / "bin/switch-to-configuration").write_text(activate)
        (first / "bin/switch-to-configuration").chmod(0o755)
        (first / "sw").symlink_to(self.root / "sw")
        (self.root / "run/current-system").symlink_to(first)
        (self.profile.parent / "system-1-link").symlink_to(first)
        self.profile.symlink_to("system-1-link")

    @property
    def profile(self) -> Path:
        return self.root / "nix/var/nix/profiles/system"

    @property
    def module(self) -> Path:
        return self.root / "etc/nixos/mailctl"

    @property
    def state(self) -> Path:
        return self.root / "var/lib/mailctl"

    @property
    def secrets(self) -> Path:
        return self.state / "secrets"

    @property
    def system(self) -> str:
        """Which system is live, by its number; the running one is the profile's."""
        assert (self.root / "run/current-system").resolve() == self.profile.resolve()
        return str(self.profile.readlink()).removeprefix("system-").removesuffix("-link")

    def errand(self) -> Errand:
        return Errand("maria@desk", str(self.root), 10)

    def tell(self, what: str) -> None:
        """One of the stand-ins does this wrong."""
        (self.root / "told" / what).touch()

    def log(self) -> list[str]:
        """What the stand-ins were called with since this was asked last."""
        path = self.root / "log"
        lines = path.read_text().splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return lines

    def apply(
        self,
        wanted: HostBundle,
        proceed: Proceed = always,
        permit: Permit = permitted,
        terms: Terms = DEFAULT_TERMS,
    ) -> Applied:
        self.steps.clear()
        self.log()
        remote = LocalRemote("mail", self.through)
        try:
            report = self.steps.append
            return bring(remote, wanted, self.errand(), report, proceed, permit, terms)
        finally:
            self.execs = remote.execs

    def plan(self, wanted: HostBundle, *, tries: bool = True) -> Preview:
        remote = LocalRemote("mail", self.through)
        return preview(remote, wanted, (), self.errand(), contents=True, tries=tries)

    def roll_back(self, number: int | None = None) -> Applied:
        remote = LocalRemote("mail", self.through)
        return roll_back(remote, number, self.errand(), self.steps.append)

    def generations(self) -> tuple[Generation, ...]:
        return generations(LocalRemote("mail"), self.errand())

    def text(self) -> str:
        """What the module that lies there says last; empty where none does."""
        path = self.module / "default.nix"
        return path.read_text().rpartition("# ")[2].strip() if path.exists() else ""

    def snapshot(self) -> dict[str, object]:
        """All that a failed apply must leave as it was, but for the system's own number."""
        found: dict[str, object] = {"system": self.profile.resolve()}
        for folder in (self.root / "etc", self.secrets, *self.state.glob("generations/[1-9]*")):
            for path in sorted(folder.rglob("*")):
                status = path.lstat()
                content = path.read_bytes() if path.is_file() else b""
                found[str(path)] = (oct(status.st_mode), status.st_uid, status.st_gid, content)
        current = self.state / "current"
        found["current"] = str(current.readlink()) if current.is_symlink() else ""
        return found

    def holding(self, secret: bytes) -> dict[str, str]:
        """The plain files in which these bytes stand, with their modes."""
        return {
            str(path.relative_to(self.root)): f"{stat.S_IMODE(path.stat().st_mode):o}"
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and not path.is_symlink() and secret in path.read_bytes()
        }

    def leftovers(self) -> list[str]:
        """What an apply that was cut off may leave, and the next one removes."""
        patterns = ("**/*.new", "**/*.former", "**/*.partial", "**/mailctl/pending")
        places = (self.root / "etc", self.root / "var")
        found = [path for place in places for each in patterns for path in place.glob(each)]
        return sorted(str(path.relative_to(self.root)) for path in found)


def on_release(wanted: HostBundle, platform: str) -> HostBundle:
    """The same for another release."""
    return replace(wanted, platform=platform)


def is_root() -> bool:
    """The agent insists on it."""
    return os.geteuid() == 0

"""One hop of the way to a host, as it is dialled: the spec, and ssh_config(5) for what it leaves.

The command line wins over the spec, the spec over the configuration.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mailctl.deploy.access import Access
from mailctl.deploy.ssh_config import Settings
from mailctl.errors import HostError, MailctlError
from mailctl.model.destination import Destination
from mailctl.model.host import Ssh

CONNECT_TIMEOUT = 10.0
ALIVE_INTERVAL, ALIVE_COUNT = 15.0, 3
"""A peer that is silent for 45 seconds, though it was asked every 15, is dead."""

_MOST_PORT = 65_535


@dataclass(frozen=True, slots=True)
class Hop:
    """Where a machine is, whom we say we are there, and what it must show.

    `label` is HostKeyAlias, `known_hosts` the files of known keys (None for ssh's own),
    `identities` the configured private keys in their order (None for ssh's own), and `agent`
    what IdentityAgent says. `silence` is in seconds.
    """

    name: str
    addresses: tuple[str, ...]
    port: int
    user: str
    sudo: bool = False
    host_key: tuple[str, ...] = ()
    label: str = ""
    known_hosts: tuple[Path, ...] | None = None
    identities: tuple[Path, ...] | None = None
    certificates: tuple[Path, ...] = ()
    identities_only: bool = False
    agent: str = ""
    command: str = ""
    connect_timeout: float = CONNECT_TIMEOUT
    alive_interval: float = ALIVE_INTERVAL
    silence: float = ALIVE_INTERVAL * ALIVE_COUNT


def hops(way: tuple[Destination, ...], access: Access) -> tuple[Hop, ...]:
    """The hosts to go through, and at the end the one to go to; raises HostError.

    The configuration's ProxyJump leads to the first of them, unless the spec names another
    host to jump through.
    """
    try:
        found = [_hop(each, access) for each in way]
        seen = {way[0].address}
        first = way[0]
        # as for ssh(1), a jump host that a pattern sends through itself is reached directly
        while (before := _jumps(first, access)) and before[0].address != first.address:
            if before[0].address in seen:
                raise _circle(before[0])
            found = [*(_hop(each, access) for each in before), *found]
            first = before[0]
            seen.add(first.address)
    except MailctlError as error:
        raise HostError(way[-1].name, error.message, error.hint) from None
    return tuple(found)


def _circle(jump: Destination) -> MailctlError:
    return MailctlError(
        f"ProxyJump {jump.address} goes in a circle", "let one of them be reached directly"
    )


def _said(destination: Destination) -> dict[str, str]:
    """What was written in the spec or on the command line, as ssh_config(5) would say it."""
    ssh = destination.ssh
    words = {"user": ssh.user, "port": str(ssh.port), "address": destination.address}
    keys = {"user": "user", "port": "port", "address": "hostname"}
    return {keys[name]: word for name, word in words.items() if name in ssh.said}


def _hop(destination: Destination, access: Access) -> Hop:
    settings = access.config.settings(destination.address, _said(destination))
    ssh, text = destination.ssh, _Texts(settings, destination)
    user = text.one("user") or ssh.user
    dialled = text.one("hostname") or destination.address
    interval = text.number("serveraliveinterval") or ALIVE_INTERVAL
    return Hop(
        name=destination.name,
        addresses=(dialled, *(other for other in destination.others if other != dialled)),
        port=int(text.number("port", _MOST_PORT) or ssh.port),
        user=user,
        # an account of the configuration's is no more root than one of the spec's
        sudo=ssh.sudo or (user not in ("root", ssh.user) and "sudo" not in ssh.said),
        host_key=ssh.host_key,
        label=text.one("hostkeyalias"),
        known_hosts=_known_hosts(text, access),
        identities=access.key_files or text.identities(),
        certificates=text.paths("certificatefile") or (),
        identities_only=bool(access.key_files) or text.one("identitiesonly").lower() == "yes",
        agent=text.one("identityagent"),
        command=text.one("proxycommand"),
        connect_timeout=text.number("connecttimeout") or CONNECT_TIMEOUT,
        alive_interval=interval,
        silence=interval * (text.number("serveralivecountmax") or ALIVE_COUNT),
    )


def _known_hosts(text: _Texts, access: Access) -> tuple[Path, ...] | None:
    """The files of the command line, or of the configuration, where either says any."""
    if access.known_hosts_files:
        return access.known_hosts_files
    user, system = text.paths("userknownhostsfile"), text.paths("globalknownhostsfile")
    if user is None and system is None:
        return None
    user_file, system_file = access.known_hosts.usual_files()
    return (
        *(user if user is not None else (user_file,)),
        *(system if system is not None else (system_file,)),
    )


def _jumps(destination: Destination, access: Access) -> tuple[Destination, ...]:
    """Where ProxyJump leads through, from the first one on."""
    settings = access.config.settings(destination.address, _said(destination))
    value = _Texts(settings, destination).one("proxyjump")
    if not value or value.lower() == "none":
        return ()
    return tuple(_jump(word.strip()) for word in value.split(","))


def _jump(text: str) -> Destination:
    """`[user@]host[:port]` or `ssh://...`; raises MailctlError. It has the host's own checks,
    and what is not said of it the configuration may say."""
    user, at, place = text.removeprefix("ssh://").rstrip("/").rpartition("@")
    address, port = place, ""
    if place.startswith("["):
        address, _, port = place[1:].partition("]")
        port = port.removeprefix(":")
    elif place.count(":") == 1:
        address, _, port = place.partition(":")
    if not address or (port and not (port.isascii() and port.isdecimal())):
        raise MailctlError(f"ProxyJump {text!r} is no [user@]host[:port]", "correct it")
    said = {name for name, word in (("user", at), ("port", port)) if word}
    ssh = Ssh(user=user or _me(), port=int(port or 22), said=frozenset(said))
    return Destination(address, address, ssh)


def _me() -> str:
    """Whom ssh(1) logs in as where nothing is said."""
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "root"


@dataclass(frozen=True, slots=True)
class _Texts:
    """Settings of ssh_config(5) as what they mean."""

    settings: Settings
    destination: Destination

    def one(self, key: str) -> str:
        value = self.settings.get(key, "")
        return value if isinstance(value, str) else value[0]

    def number(self, key: str, most: int = 86_400) -> float:
        """A number, 0 for none; raises MailctlError."""
        value = self.one(key)
        if not value or value.lower() == "none":
            return 0
        if not (value.isascii() and value.isdecimal() and int(value[:9]) <= most):
            raise MailctlError(
                f"ssh_config says {key} {value} for {self.destination.address}, which is no number",
                "correct it, or name another file by --ssh-config",
            )
        return float(value)

    def paths(self, key: str) -> tuple[Path, ...] | None:
        """Files, none for `none`, and None where nothing is said."""
        import shlex

        value = self.one(key)
        if not value:
            return None
        return tuple(map(self._path, shlex.split(value))) if value.lower() != "none" else ()

    def identities(self) -> tuple[Path, ...] | None:
        value = self.settings.get("identityfile")
        if value is None:
            return None
        names = [value] if isinstance(value, str) else value
        return tuple(self._path(name) for name in names if name.lower() != "none")

    def _path(self, name: str) -> Path:
        tokens = {"%d": str(Path.home()), "%h": self.one("hostname"), "%r": self.one("user"),
                  "%n": self.destination.address, "%%": "%"}  # fmt: skip
        for token, text in tokens.items():
            name = name.replace(token, text)
        return Path(name).expanduser()

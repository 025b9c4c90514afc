"""A host by SSH: one paramiko connection, its key verified before anything is said."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from shlex import join
from typing import TYPE_CHECKING, Self

from mailctl.deploy import credentials, known_hosts
from mailctl.deploy.host import Answer, Outcome
from mailctl.errors import (
    HostError,
    HostKeyChanged,
    HostKeyUnknown,
    Unreachable,
)
from mailctl.model.destination import Destination

if TYPE_CHECKING:
    from types import TracebackType

    import paramiko

CONNECT_TIMEOUT = 10.0
HANDSHAKE_TIMEOUT = 15.0
_CHUNK = 1 << 15

# what paramiko's thread has to say arrives as exceptions; unasked it would print tracebacks
logging.getLogger("paramiko").addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Access:
    """What the person at the keyboard brings: keys, and files of known host keys.

    Without `key_files` those of ssh(1) are tried, after the agent's.
    """

    key_files: tuple[Path, ...] = ()
    known_hosts_files: tuple[Path, ...] = ()

    def known(self) -> tuple[Path, ...]:
        return self.known_hosts_files or (known_hosts.user_file(), known_hosts.SYSTEM_FILE)


class SshRemote:
    """One connection, through the hosts of `jumps` if there are any, opened by `with`."""

    def __init__(
        self, destination: Destination, access: Access, jumps: Iterable[Destination] = ()
    ) -> None:
        self.name = destination.name
        self.execs = 0
        self._destination = destination
        self._access = access
        self._jumps = tuple(jumps)
        self._open = ExitStack()
        self._transport: paramiko.Transport | None = None

    def __enter__(self) -> Self:
        with ExitStack() as opened:
            before: paramiko.Transport | None = None
            for destination in (*self._jumps, self._destination):
                line, address = _dial(self.name, destination, before)
                opened.callback(line.close)
                before = _log_in(self.name, destination, self._access, line, address)
                opened.callback(before.close)
            self._transport = before
            self._open = opened.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.close()
        self._transport = None

    def run(
        self,
        argv: tuple[str, ...],
        stdin: bytes = b"",
        timeout: float = 60,
        answer: Answer | None = None,
    ) -> Outcome:
        """As in host.Remote."""
        import paramiko

        if self._transport is None:
            raise HostError(self.name, "not connected")
        self.execs += 1
        sudo = ("sudo", "-n", "--") if self._destination.ssh.sudo else ()
        try:
            channel = self._transport.open_session(timeout=timeout)
            with channel:
                channel.exec_command(join((*sudo, *argv)))
                return _converse(channel, stdin, timeout, answer)
        except TimeoutError as error:
            raise Unreachable(
                self.name,
                f"no word from the host for {timeout:g} s",
                "see how it stands: mailctl plan",
            ) from error
        except (paramiko.SSHException, OSError, EOFError) as error:
            raise Unreachable(
                self.name,
                f"the connection broke: {error or 'closed by the host'}",
                "see how it stands: mailctl plan",
            ) from error


def _dial(
    name: str, destination: Destination, through: paramiko.Transport | None
) -> tuple[socket.socket | paramiko.Channel, str]:
    """A TCP connection, from here or from the host before, and the address that took it."""
    import paramiko

    port = destination.ssh.port
    refusals: list[str] = []
    for address in (destination.address, *destination.others):
        try:
            if through is None:
                return socket.create_connection((address, port), CONNECT_TIMEOUT), address
            here = ("127.0.0.1", 0)
            return through.open_channel(
                "direct-tcpip", (address, port), here, timeout=CONNECT_TIMEOUT
            ), address
        except (OSError, paramiko.SSHException) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else error
            refusals.append(f"{address} port {port}: {reason}")
    raise Unreachable(
        name,
        f"cannot connect to {', '.join(refusals)}",
        "is it up, and are `addresses` or `ssh: {address, port}` right?",
    )


def _log_in(
    name: str,
    destination: Destination,
    access: Access,
    line: socket.socket | paramiko.Channel,
    address: str,
) -> paramiko.Transport:
    """SSH over the line: the host proves its key, then we prove ours."""
    import paramiko

    port = destination.ssh.port
    # a line for the address counts as well as one for the name: whoever wrote it meant this host
    names = dict.fromkeys((destination.address, address))
    known = tuple(
        key for each in names for key in known_hosts.known_keys(access.known(), each, port)
    )
    transport = paramiko.Transport(line)
    transport.banner_timeout = transport.handshake_timeout = HANDSHAKE_TIMEOUT
    _prefer(transport, {key.algorithm for key in known})
    try:
        transport.start_client(timeout=HANDSHAKE_TIMEOUT)
        _verify(name, address, port, access, known, transport.get_remote_server_key())
        credentials.authenticate(name, transport, destination.ssh.user, access.key_files)
    except HostError:
        transport.close()
        raise
    except (paramiko.SSHException, EOFError, OSError) as error:
        transport.close()
        raise Unreachable(
            name,
            f"{address} port {port} does not speak SSH with us: {error or 'it hung up'}",
            "is this the right port, and does it allow modern algorithms?",
        ) from error
    return transport


def _prefer(transport: paramiko.Transport, algorithms: set[str]) -> None:
    """Ask for a key of a kind that we know of the host, as ssh(1) does; it may have several."""
    options = transport.get_security_options()
    offered = tuple(options.key_types)
    rsa = {"rsa-sha2-512", "rsa-sha2-256"} if "ssh-rsa" in algorithms else set()
    first = tuple(kind for kind in offered if kind in algorithms | rsa)
    options.key_types = (*first, *(kind for kind in offered if kind not in first))


def _verify(
    name: str,
    address: str,
    port: int,
    access: Access,
    known: tuple[known_hosts.KnownKey, ...],
    shown: paramiko.PKey,
) -> None:
    """Raise unless known_hosts has the key; unknown and changed are two different things."""
    blob = shown.asbytes()
    match = [key for key in known if key.blob == blob]
    if match and not any(key.revoked for key in match):
        return
    print_of_it = f"{shown.get_name()} {known_hosts.fingerprint(blob)}"
    file = access.known()[0]
    if known:
        what = "is revoked in" if match else "is not the one in"
        raise HostKeyChanged(
            name,
            f"the host key of {address} ({print_of_it}) {what} {file}",
            "somebody may be in between; if the host was made anew, remove the old key: "
            f"{join(('ssh-keygen', '-f', str(file), '-R', known_hosts.label(address, port)))}",
        )
    raise HostKeyUnknown(
        name,
        f"the host key of {address} is unknown: {print_of_it}",
        "if that is the fingerprint that the host's console shows, accept it: "
        f"{join(('ssh-keyscan', '-p', str(port), '-t', _scan_type(shown), address))} "
        f">> {join((str(file),))}",
    )


def _scan_type(key: paramiko.PKey) -> str:
    """The name that ssh-keyscan(1) has for a kind of key."""
    name = key.get_name()
    return {"ssh-ed25519": "ed25519", "ssh-rsa": "rsa"}.get(name, "ecdsa")


def _converse(
    channel: paramiko.Channel, stdin: bytes, timeout: float, answer: Answer | None
) -> Outcome:
    """Send all, then hear all. The agent reads its input before it says much, so that neither
    side waits for the other with full buffers (SSH windows are 2 MiB here)."""
    channel.settimeout(timeout)
    _send(channel, stdin)
    if answer is None:
        channel.shutdown_write()
    stdout = bytearray()
    answered = 0
    while chunk := channel.recv(_CHUNK):
        stdout += chunk
        while answer is not None and (end := stdout.find(b"\n", answered)) >= 0:
            _send(channel, answer(stdout[answered:end].decode("utf-8", "replace")))
            answered = end + 1
    stderr = bytearray()
    while chunk := channel.recv_stderr(_CHUNK):
        stderr += chunk
    if not channel.status_event.wait(timeout):
        raise TimeoutError
    if channel.exit_status < 0:
        raise EOFError("the host hung up")
    return Outcome(channel.exit_status, bytes(stdout), bytes(stderr))


def _send(channel: paramiko.Channel, data: bytes) -> None:
    """A command that ends before it has read all is judged by its status, not by this."""
    try:
        channel.sendall(data)
    except TimeoutError:
        raise
    except OSError:
        if not channel.closed and not channel.eof_received:
            raise

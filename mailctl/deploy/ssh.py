"""A host by SSH: one connection, each key on the way verified before anything is said."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from mailctl.deploy import credentials, session
from mailctl.deploy.access import Access as Access
from mailctl.deploy.hop import Hop, hops
from mailctl.deploy.host import Answer, Outcome
from mailctl.deploy.host_keys import Expected
from mailctl.deploy.line import Line, dial, keep_alive
from mailctl.errors import HostError, Unreachable
from mailctl.model.destination import Destination

if TYPE_CHECKING:
    from types import TracebackType

    import paramiko

HANDSHAKE_TIMEOUT = 15.0

# what paramiko's thread has to say arrives as exceptions; unasked it would print tracebacks
logging.getLogger("paramiko").addHandler(logging.NullHandler())


class SshRemote:
    """One connection, through the hosts of `jumps` if there are any, opened by `with`."""

    def __init__(
        self, destination: Destination, access: Access, jumps: Iterable[Destination] = ()
    ) -> None:
        self.name = destination.name
        self.execs = 0
        self._way = (*jumps, destination)
        self._access = access
        self._open = ExitStack()
        self._reached: list[_Reached] = []

    def __enter__(self) -> Self:
        with ExitStack() as opened:
            way = hops(self._way, self._access)
            reached: list[_Reached] = []
            for hop in way:
                before = reached[-1].transport if reached else None
                try:
                    line, address = dial(self.name, hop, before)
                    opened.callback(line.close)
                    transport = _log_in(self.name, hop, self._access, line, address)
                except HostError as error:
                    if hop is way[-1] and before is None:
                        raise
                    raise _on_the_way(error, self.name, way, hop) from error
                opened.callback(transport.close)
                reached.append(_Reached(hop, line, transport))
            self._reached = reached
            self._open = opened.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.close()
        self._reached = []

    def run(
        self,
        script: bytes,
        stdin: bytes = b"",
        timeout: float = 60,
        answer: Answer | None = None,
    ) -> Outcome:
        """As in host.Remote."""
        from mailctl.deploy.lean import paramiko

        if not self._reached:
            raise HostError(self.name, "not connected")
        self.execs += 1
        hop, transport = self._reached[-1].hop, self._reached[-1].transport
        login = session.Login(self.name, hop.user, hop.sudo, self._access.sudo_password)
        try:
            return session.run(transport, login, script, stdin, timeout, answer)
        except TimeoutError as error:
            raise self._lost(f"no word from the host for {timeout:g} s") from error
        except (paramiko.SSHException, OSError, EOFError) as error:
            why = self._reached[-1].line.fault or _text(error)
            raise self._lost(f"the connection broke: {why}") from error

    def _lost(self, what: str) -> Unreachable:
        """What broke: the first hop that is gone takes all behind it along."""
        gone = next((one for one in self._reached[:-1] if not one.transport.is_active()), None)
        if gone is not None:
            why = gone.line.fault or "it hung up"
            what = f"the connection to the jump host {gone.hop.name} broke: {why}"
        return Unreachable(self.name, what, "see how it stands: mailctl plan")


@dataclass(frozen=True, slots=True)
class _Reached:
    """A hop that let us in."""

    hop: Hop
    line: Line
    transport: paramiko.Transport


def _on_the_way(error: HostError, name: str, way: tuple[Hop, ...], hop: Hop) -> HostError:
    """The same error, with the hop that it happened at."""
    number = way.index(hop)
    through = f"through {', '.join(each.name for each in way[:number])}: "
    place = f"at the jump host {hop.name}: " if hop is not way[-1] else through
    return type(error)(name, f"{place}{error.message}", error.hint)


def _log_in(name: str, hop: Hop, access: Access, line: Line, address: str) -> paramiko.Transport:
    """SSH over the line: the host proves its key, then we prove ours."""
    from mailctl.deploy.lean import paramiko

    expected = Expected.of(hop, address, access.known_hosts)
    transport = paramiko.Transport(line)  # type: ignore[arg-type] # it is socket enough
    transport.banner_timeout = transport.handshake_timeout = HANDSHAKE_TIMEOUT
    expected.prefer(transport)
    try:
        transport.start_client(timeout=HANDSHAKE_TIMEOUT)
        expected.verify(transport.get_remote_server_key())
        keep_alive(transport, hop.alive_interval)
        credentials.authenticate(name, transport, hop, access.keys)
    except HostError:
        transport.close()
        raise
    except (paramiko.SSHException, EOFError, OSError) as error:
        transport.close()
        if line.fault:
            raise Unreachable(
                name,
                f"cannot connect to {address} port {hop.port}: {line.fault}",
                "is it up, and does ssh(1) get there?",
            ) from error
        raise Unreachable(
            name,
            f"{address} port {hop.port} does not speak SSH with us: {_text(error)}",
            "is this the right port, and does it allow modern algorithms?",
        ) from error
    return transport


def _text(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    # paramiko appends how it ended, which is chance
    banner = "Error reading SSH protocol banner" in str(error)
    return "it sends no SSH banner" if banner else str(error) or "it hung up"

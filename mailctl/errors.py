"""What can go wrong, as values and as exceptions.

    MailctlError                 anything a user is told in one line; exit 1
    ├── SpecError                the spec is refused; carries every Issue; exit 1
    ├── SecretError              a secret or a key cannot be read or made; exit 1
    ├── RehearsalError           this machine cannot rehearse, or the rehearsal broke; exit 1
    ├── PublishError             a name server did not do, or did not say, what it was asked
    └── HostError                one host could not be brought to its goal; names the host
        ├── Unreachable          no TCP connection, or no SSH within the time
        │   └── OutcomeUnknown   lost after the switch was ordered; the host ends it by itself
        ├── HostKeyUnknown       the key is not in known_hosts
        ├── HostKeyChanged       the key differs from the one in known_hosts
        ├── AuthenticationFailed SSH would not let us in
        ├── PermissionDenied     logged in, but neither root nor sudo
        ├── NoSpace              not enough room for the generation
        ├── WrongPlatform        the host is not what the spec says
        ├── Moved                another generation is live than was looked at; nothing was changed
        ├── Locked               another apply is at work there
        ├── ChangedByHand        somebody changed it by hand, and that shall stay
        ├── PlanOutdated         a saved plan does not fit the spec or the host any more
        ├── RemovesTooMuch       many users, mailboxes or domains would go, and nobody said so
        ├── KeyNotPublished      it would sign with a DKIM key that DNS does not have
        ├── CheckRefused         a daemon refused the staged tree; nothing was switched
        ├── RolledBack           switched, a probe failed, and the former generation is back
        ├── Stuck                the former generation is back, but not all of it came back
        └── NotBegun             nothing was changed there: stopped, or others had failed

Exit codes (as `terraform` and `click` users know them): 0 done or nothing to do, 1 error,
2 changes pending with --detailed-exitcode, 3 some hosts failed or somebody else was at work there,
64 usage, 128 and the signal's number when it was stopped. `dns-records --check`: 2 DNS is not as
the spec says, 3 nothing is known to be wrong but not all could be asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

EXIT_OK = 0
EXIT_ERROR = 1
EXIT_CHANGES = 2
EXIT_SOME_HOSTS_FAILED = 3
EXIT_USAGE = 64

SpecPath = tuple[str | int, ...]


class Severity(Enum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a spec file; line and column count from 1."""

    path: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule holds against the model, at a path through the spec's keys.

    `where` is the path of keys and list indexes, as ("users", "a@example.org", "aliases", 0);
    the spec layer turns it into a Position, so that rules need not carry positions about.
    `on_key` points at the key instead of its value.
    """

    where: SpecPath
    rule: str
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR
    on_key: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Issue:
    """One fault of a spec at its place: what is wrong, and what to write instead."""

    path: str
    line: int
    column: int
    rule: str
    message: str
    hint: str = ""
    severity: str = "error"

    def __str__(self) -> str:
        text = f"{self.path}:{self.line}:{self.column}: {self.rule}: {self.message}"
        return f"{text}; {self.hint}" if self.hint else text


class MailctlError(Exception):
    """Told to the user in one line, without a traceback; `hint` says what to do next."""

    exit_code = EXIT_ERROR

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}; {self.hint}" if self.hint else self.message


class SpecError(MailctlError):
    """The spec is refused; `issues` holds all of them, sorted by place."""

    def __init__(self, issues: tuple[Issue, ...]) -> None:
        super().__init__("\n".join(map(str, issues)))
        self.issues = issues


class SecretError(MailctlError):
    """A secret or a private key cannot be read or made. Never quotes what was read."""


class RehearsalError(MailctlError):
    """This machine cannot rehearse (the hint says what is missing), or the rehearsal broke."""


class PublishError(MailctlError):
    """A name server did not do, or did not say, what it was asked; nothing is known beyond that."""


class HostError(MailctlError):
    """One host could not be brought to its goal; other hosts go on."""

    def __init__(self, host: str, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.host = host

    def __str__(self) -> str:
        return f"{self.host}: {super().__str__()}"


class Unreachable(HostError):
    """No TCP connection, or no SSH banner, within the time."""


class OutcomeUnknown(Unreachable):
    """The connection was lost after the switch was ordered: the host ends it by itself.

    `base` is the generation that was live before, `digest` that of the one that was to become
    live (empty for the host as it was found): so whoever asks later can tell how it ended.
    """

    def __init__(self, host: str, message: str, hint: str = "", *, base: int, digest: str) -> None:
        super().__init__(host, message, hint)
        self.base = base
        self.digest = digest


class HostKeyUnknown(HostError):
    """The host's key is not in known_hosts; the hint shows its fingerprint."""


class HostKeyChanged(HostError):
    """The host shows another key than the one in known_hosts."""


class AuthenticationFailed(HostError):
    """SSH would not let us in."""


class PermissionDenied(HostError):
    """Logged in, but neither root nor allowed to become root by sudo without a password."""


class NoSpace(HostError):
    """Not enough room on the host for the new generation; nothing was changed."""


class WrongPlatform(HostError):
    """The host runs another system than the spec says; the hint says what to write."""


class Locked(HostError):
    """Another apply is at work on the host."""


class Moved(HostError):
    """Another generation is live than the one that was looked at; nothing was changed."""


class ChangedByHand(HostError):
    """Somebody changed files of ours on the host, and was promised that they stay."""


class PlanOutdated(HostError):
    """The spec or the host has changed since the plan was saved; nothing was done."""


class RemovesTooMuch(HostError):
    """Many users, mailboxes or domains would go, and nobody has said that they shall."""


class KeyNotPublished(HostError):
    """The host would sign with a DKIM key, or show a TLS key, that DNS does not have; nothing was
    changed."""


class CheckRefused(HostError):
    """A daemon's own checker refused the staged tree; nothing was switched."""


class RolledBack(HostError):
    """The new generation was switched on, failed its probes, and the former one is back:
    number `generation`."""

    def __init__(self, host: str, message: str, hint: str = "", *, generation: int = 0) -> None:
        super().__init__(host, message, hint)
        self.generation = generation


class Stuck(HostError):
    """The former generation is back, but not everything stands as it did; somebody must look."""


class NotBegun(HostError):
    """Nothing was changed on the host: somebody stopped it all, or others had failed."""

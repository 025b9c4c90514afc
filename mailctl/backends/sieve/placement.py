"""Where Sieve scripts lie in a generation, and in which order they run.

    before   host, then domain           scripts of the spec
    user     the active script, or her `sieve:` file of the spec
    after    domain, then host, then the subaddress policy of the domain

`after` scripts run only while the user's script has left the message where it is
(doc.dovecot.org, executing multiple scripts sequentially).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from mailctl.model.domain import Domain
from mailctl.model.host import Host
from mailctl.model.names import Address
from mailctl.model.settings import SubaddressFolders
from mailctl.model.system import System

BEFORE = "before"
AFTER = "after"


@dataclass(frozen=True, slots=True)
class PlacedScript:
    """A script that runs `before` or `after` the user's own.

    In `path` the mark `<domain>` stands for the domain of the user whose mail it is; where no
    such file is, nothing runs. `order` counts from 1 among those that run at the same time.
    """

    name: str
    when: str
    order: int
    path: str
    because: str
    source: str = ""


def placed_scripts(system: System, host: Host) -> tuple[PlacedScript, ...]:
    """All scripts around the users' own, in the order in which they run."""
    domains = system.stored_on(host)
    before = (
        *_host_scripts(host, BEFORE, host.sieve.before),
        *_domain_scripts(host, BEFORE, max((len(d.sieve.before) for d in domains), default=0)),
    )
    after = (
        *_domain_scripts(host, AFTER, max((len(d.sieve.after) for d in domains), default=0)),
        *_host_scripts(host, AFTER, host.sieve.after),
        *_subaddress_scripts(host, domains),
    )
    return tuple(
        replace(script, order=order)
        for scripts in (before, after)
        for order, script in enumerate(scripts, 1)
    )


def host_file(when: str, index: int) -> str:
    """The path of a host's script in the generation."""
    return f"sieve/host/{when}-{index}.sieve"


def domain_file(domain: str, when: str, index: int) -> str:
    """The path of a domain's script in the generation."""
    return f"sieve/domains/{domain}/{when}-{index}.sieve"


def subaddress_file(domain: str) -> str:
    """The path of a domain's subaddress policy in the generation."""
    return f"sieve/domains/{domain}/subaddress.sieve"


def user_file(address: Address) -> str:
    """The path of the script that the spec gives to a user."""
    return f"sieve/users/{address.domain}/{address.local}.sieve"


def user_script_pattern(host: Host) -> str:
    """The same for every user, `<domain>` and `<local>` standing for her address."""
    return f"{host.platform.places.tree}/sieve/users/<domain>/<local>.sieve"


def compiled_folder(name: str) -> str:
    """Where a script of this name is kept compiled: with each user, who may write there.

    A compiled script names the path of its source, which is another one in each generation; the
    first delivery after a switch compiles it anew, and the mail account may not write into
    generations.
    """
    return f"~/.sieve-compiled/{name}"


def has_subaddress_policy(domain: Domain) -> bool:
    """Whether mail with a detail is treated otherwise than mail without."""
    return domain.policy.subaddress.folders is not SubaddressFolders.IGNORE


def _host_scripts(host: Host, when: str, scripts: tuple[Path, ...]) -> tuple[PlacedScript, ...]:
    return tuple(
        PlacedScript(
            f"host-{when}-{index}",
            when,
            index,
            f"{host.platform.places.tree}/{host_file(when, index)}",
            f"The host's `sieve: {when}`: {script.name}.",
        )
        for index, script in enumerate(scripts, 1)
    )


def _domain_scripts(host: Host, when: str, count: int) -> tuple[PlacedScript, ...]:
    return tuple(
        PlacedScript(
            f"domain-{when}-{index}",
            when,
            index,
            f"{host.platform.places.tree}/{domain_file('<domain>', when, index)}",
            f"A domain's `sieve: {when}`, where it has one.",
        )
        for index in range(1, count + 1)
    )


def _subaddress_scripts(host: Host, domains: tuple[Domain, ...]) -> tuple[PlacedScript, ...]:
    if not any(map(has_subaddress_policy, domains)):
        return ()
    script = PlacedScript(
        "subaddress",
        AFTER,
        1,
        f"{host.platform.places.tree}/{subaddress_file('<domain>')}",
        "Mail to user+detail goes to INBOX.detail, as the domain's `subaddress` says; it runs "
        "last, so that every other script has precedence.",
        "RFC 5233",
    )
    return (script,)

"""Before a host is changed: does DNS have the keys that it will sign with?

Signatures by a key that verifiers do not find are worse than none: with DMARC such mail is
refused for good. Where DNS cannot be asked, a host may go on signing as it did.
"""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from mailctl.dns.dkim import PublicKey, PublicKeys, record_name
from mailctl.errors import KeyNotPublished
from mailctl.model.delivery import signing_domains
from mailctl.model.host import Host
from mailctl.model.names import DomainName
from mailctl.model.system import System
from mailctl.resolver.view import View
from mailctl.rotation.published import Seen, look
from mailctl.rotation.switched import key_file

KEY_TABLE = "opendkim/KeyTable"
WAY_OUT = "publish it: mailctl dns-records; or --no-dns-check for the first set-up"
ASK_AGAIN = "run it again when DNS answers; or --no-dns-check"

_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class HostKey:
    """A key that a host signs with: where verifiers look for it, and what they must find."""

    domain: DomainName
    selector: str
    public: PublicKey

    @property
    def record(self) -> str:
        return record_name(self.domain, self.selector)


def keys_of(system: System, host: Host, public_keys: PublicKeys) -> tuple[HostKey, ...]:
    """The keys that a host signs with, sorted by domain; `system` is the effective one."""
    signers = (
        (name, system.domains[name].policy.dkim[0].selector)
        for name in signing_domains(system, host)
    )
    return tuple(HostKey(name, selector, public_keys[name, selector]) for name, selector in signers)


def refuse_unpublished(
    host: str, keys: Collection[HostKey], view: View, changed: Collection[str]
) -> tuple[str, ...]:
    """Ask all name servers for all keys; warnings for those that go on signing unasked.

    `changed` are the paths of the generation that the apply would change. Raises KeyNotPublished
    for keys that DNS lacks or has otherwise, and for new ones that could not be asked for.
    """
    refusals, warnings = [], []
    for key, seen in zip(keys, _all_seen(keys, view), strict=True):
        if seen.wrong:
            refusals.append(f"{seen.name}: {seen.reasons}; {WAY_OUT}")
        elif seen.silent and _is_new(key, changed):
            refusals.append(f"{seen.name}: {seen.reasons}; {ASK_AGAIN}")
        elif seen.silent:
            warnings.append(f"{host}: {seen.name}: {seen.reasons}; it signs with it as before")
    if refusals:
        raise KeyNotPublished(
            host,
            "it would sign with keys that DNS does not show; nothing was changed:\n"
            + _indented(refusals),
        )
    return tuple(warnings)


def _all_seen(keys: Collection[HostKey], view: View) -> list[Seen]:
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(lambda key: look(view, key.record, key.public), keys))


def _is_new(key: HostKey, changed: Collection[str]) -> bool:
    return KEY_TABLE in changed or key_file(key.domain, key.selector) in changed


def _indented(lines: list[str]) -> str:
    return "\n".join(f"  {line}" for line in lines)

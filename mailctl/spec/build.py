"""From what was read to the model's values, one kind of thing a function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from mailctl.model.domain import Domain
from mailctl.model.host import (
    Acme,
    Host,
    Limits,
    Override,
    Protocols,
    Role,
    SieveScripts,
    Ssh,
    Tls,
)
from mailctl.model.names import Address, DomainName
from mailctl.model.secret import HashedPassword, Password
from mailctl.model.settings import (
    DkimRotation,
    DkimSelector,
    Dmarc,
    MailPolicy,
    MtaSts,
    Spf,
    Subaddress,
)
from mailctl.model.user import Forward, User
from mailctl.spec.inherit import Found, Layer, look_up, values_of
from mailctl.spec.secrets import placed, source_of
from mailctl.spec.tlsa import AUTOMATIC

Given = Mapping[str, Any]


def host(name: str, given: Given, folder: Path) -> Host:
    """A host from its record; `folder` is that of the file it stands in."""
    optional: dict[str, Any] = {}
    automatic = given.get("tlsa") is AUTOMATIC
    if "roles" in given:
        optional["roles"] = frozenset(given["roles"])
    if "tls" in given:
        optional["tls"] = _tls(given["tls"], folder)
    if "names" in given:
        optional["names"] = given["names"]
    if "outbound_tls" in given:
        optional["outbound_tls"] = given["outbound_tls"]
    if "ignore" in given:
        optional["ignore"] = given["ignore"]
    return Host(
        name=name,
        fqdn=given["fqdn"],
        addresses=given["addresses"],
        platform=given["platform"],
        ssh=way_to_log_in(given.get("ssh", {})),
        limits=Limits(**given.get("limits", {})),
        protocols=Protocols(**given.get("protocols", {})),
        sieve=_scripts(given, folder),
        tlsa=() if automatic else tuple(folder / name for name in given.get("tlsa", ())),
        pins_its_keys=automatic,
        caa=given.get("caa", ()),
        overrides=tuple(
            Override(backend, setting, value)
            for backend, settings in given.get("overrides", {}).items()
            for setting, value in settings.items()
        ),
        **optional,
    )


def _tls(tls: Tls, folder: Path) -> Tls:
    """The same, its secrets' sources in the folder of the file that names them."""
    if not isinstance(tls, Acme) or tls.dns is None:
        return tls
    return replace(tls, dns=replace(tls.dns, tsig_key=placed(tls.dns.tsig_key, folder)))


def way_to_log_in(given: Given) -> Ssh:
    """`ssh:` of a host, which remembers what was written there and what was left open."""
    return Ssh(**given, said=frozenset(given))


def _scripts(given: Given, folder: Path) -> SieveScripts:
    sieve = given.get("sieve", {})
    return SieveScripts(
        before=tuple(folder / name for name in sieve.get("before", ())),
        after=tuple(folder / name for name in sieve.get("after", ())),
    )


_MERGED: dict[str, Any] = {
    "dkim_rotation": DkimRotation,
    "spf": Spf,
    "dmarc": Dmarc,
    "subaddress": Subaddress,
    "mta_sts": MtaSts,
}
"""Settings whose fields come from several places."""


def mail_policy(layers: Sequence[Layer]) -> MailPolicy:
    """The settings that hold where these layers apply, the most specific first."""
    settings: dict[str, Any] = {}
    for name in ("quota", "tls_reports", "discovery", "server_name", "ignore"):
        whole = look_up(layers, name)
        if isinstance(whole, Found):
            settings[name] = whole.value
    dkim = look_up(layers, "dkim")
    if isinstance(dkim, Found):
        settings["dkim"] = tuple(DkimSelector(**given) for given in dkim.value)
    elif dkim is not None:
        settings["dkim"] = (DkimSelector(**values_of(dkim)),)
    for name, made in _MERGED.items():
        found = look_up(layers, name)
        if isinstance(found, dict):
            settings[name] = made(**values_of(found))
    return MailPolicy(**settings)


def domain(
    name: DomainName, given: Given, folder: Path, policy: MailPolicy, hosts: Mapping[str, Host]
) -> Domain:
    """A domain; its store and MX hosts are worked out where it does not say them."""
    if given.get("parked", False):
        return Domain(name, policy, parked=True, catch_all=given.get("catch_all"),
                      sieve=_scripts(given, folder))  # fmt: skip
    store = given.get("host") or _only_store(hosts)
    return Domain(
        name=name,
        policy=policy,
        store=store,
        mx=given.get("mx") or _receivers(store, hosts),
        catch_all=given.get("catch_all"),
        sieve=_scripts(given, folder),
    )


def _only_store(hosts: Mapping[str, Host]) -> str:
    stores = [host.name for host in hosts.values() if host.has(Role.STORE)]
    return stores[0] if len(stores) == 1 else ""


def _receivers(store: str, hosts: Mapping[str, Host]) -> tuple[str, ...]:
    if store in hosts and hosts[store].has(Role.MX):
        return (store,)
    return tuple(host.name for host in hosts.values() if host.has(Role.MX))


def user(address: Address, given: Given, folder: Path, quota: int | None) -> User:
    """A user; `quota` is what holds after all policies."""
    sieve = given.get("sieve")
    forward = given.get("forward")
    return User(
        address,
        _password(given["password"], folder),
        given.get("aliases", ()),
        quota,
        None if sieve is None else folder / sieve,
        None if forward is None else Forward(forward["to"], forward.get("keep", True)),
        given.get("send_as", ()),
        given.get("send_only", False),
    )


def _password(given: Given, folder: Path) -> Password:
    if "hash" in given:
        return HashedPassword(given["hash"])
    return source_of(given, folder)

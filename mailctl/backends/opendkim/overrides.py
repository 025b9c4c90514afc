"""The administrator's own settings for OpenDKIM: in place of ours, with both values shown.

Names are those of opendkim.conf(5), which OpenDKIM compares without regard to case.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from mailctl.backends.base import Setting
from mailctl.backends.opendkim.parameters import known as parameters
from mailctl.errors import Finding
from mailctl.model.host import Host, Override
from mailctl.render.opendkim import word

_RULE = "override-opendkim"


def applied(settings: tuple[Setting, ...], host: Host) -> tuple[Setting, ...]:
    """The settings with the host's overrides in the place of ours, or after them."""
    ours = {override.name.lower(): override for override in _of(host)}
    present = {setting.name.lower() for setting in settings}
    replaced = tuple(
        _instead(setting, ours[setting.name.lower()]) if setting.name.lower() in ours else setting
        for setting in settings
    )
    added = tuple(
        Setting(override.name, override.value, "An override of the spec.", "opendkim.conf(5)")
        for name, override in ours.items()
        if name not in present
    )
    return (*replaced, *added)


def is_decided(name: str) -> bool:
    """Whether a parameter is none that an administrator may set otherwise."""
    return name.lower() in _DECIDED


def review(host: Host) -> Iterable[Finding]:
    """One finding for each override that cannot stand."""
    for override in _of(host):
        yield from _review(override, host)


def _of(host: Host) -> tuple[Override, ...]:
    return tuple(override for override in host.overrides if override.backend == "opendkim")


def _instead(setting: Setting, override: Override) -> Setting:
    return replace(
        setting,
        value=override.value,
        because=f"An override of the spec, instead of {setting.value}, of which we say: "
        f"{setting.because}",
    )


def _review(override: Override, host: Host) -> Iterable[Finding]:
    where = ("hosts", host.name, "overrides", "opendkim", override.name)
    name = override.name.lower()
    known = {parameter.lower(): parameter for parameter in parameters()}
    if name not in known:
        from difflib import get_close_matches  # only spoilt specs need it

        near = get_close_matches(name[:60], known, n=1)
        hint = f"did you mean {known[near[0]]}?" if near else "see opendkim.conf(5)"
        message = f"OpenDKIM has no parameter {override.name!r:.60}"
        yield Finding(where, _RULE, message, hint, on_key=True)
    elif name in _DECIDED:
        message = f"{override.name} is not for overrides"
        yield Finding(where, _RULE, message, _DECIDED[name], on_key=True)
    else:
        yield from _review_value(override, where)


def _review_value(override: Override, where: tuple[str, ...]) -> Iterable[Finding]:
    try:
        word(override.value)
    except ValueError:
        message = f"opendkim.conf cannot hold this value of {override.name}"
        hint = "write it on one line, without #, which begins a comment there"
        yield Finding(where, _RULE, message, hint)


_KEYS = "the policy's dkim says which domain is signed with which key"
_PLACE = "Postfix and systemd rest on where OpenDKIM runs"
_WHOSE = "it decides whose mail is signed; only that of our own users may be"

_DECIDED: dict[str, str] = {
    **dict.fromkeys(
        (
            *("keytable", "signingtable", "domain", "keyfile", "selector", "subdomains"),
            *("multiplesignatures", "signaturealgorithm", "include", "requiresafekeys"),
        ),
        _KEYS,
    ),
    **dict.fromkeys(
        (
            *("socket", "umask", "pidfile", "userid", "background", "changerootdirectory"),
            *("autorestart", "testpublickeys", "temporarydirectory"),
        ),
        _PLACE,
    ),
    **dict.fromkeys(
        (
            *("mode", "internalhosts", "externalignorelist", "peerlist", "macrolist", "mta"),
            *("popdbfile", "resignall", "resignmailto", "signbodylengths", "bodylengthdb"),
            *("setuppolicyscript", "screenpolicyscript", "finalpolicyscript"),
            *("statisticspolicyscript", "exemptdomains", "domainkeyscompat", "capture"),
            *("sendermacro", "senderheaders", "dontsignmailto", "maximumheaders", "omitheaders"),
            *("on-default", "on-internalerror", "on-signatureerror", "on-security"),
        ),
        _WHOSE,
    ),
}

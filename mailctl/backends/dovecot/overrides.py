"""The administrator's own settings for Dovecot: in place of ours, with both values shown.

Only plain parameters at the top of the file, under the names of the platform's release. What
the rest of the system rests on is refused (`decided.py`); whether a value is good the daemon
says, when `doveconf` reads the staged file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from mailctl.backends.dovecot.decided import DECIDED
from mailctl.backends.dovecot.lines import Line
from mailctl.backends.dovecot.parameters import known
from mailctl.errors import Finding
from mailctl.model.host import Host, Override
from mailctl.render.dovecot import refuse_control_characters

_RULE = "override-dovecot"
_OLD_TLS = ("sslv3", "tlsv1", "tlsv1.1", "any")


def overrides_of(host: Host) -> tuple[Override, ...]:
    """Those of the host's overrides that are for Dovecot."""
    return tuple(override for override in host.overrides if override.backend == "dovecot")


def instead(lines: Iterable[Line], host: Host) -> tuple[Line, ...]:
    """The lines, with the host's value wherever it has one for a plain parameter of ours."""
    values = {override.name: override.value for override in overrides_of(host)}
    return tuple(
        _replaced(line, values[line.name]) if not line.blocks and line.name in values else line
        for line in lines
    )


def besides(present: Iterable[Line], host: Host) -> tuple[Line, ...]:
    """The host's parameters that we say nothing about."""
    ours = {line.name for line in present if not line.blocks}
    return tuple(
        Line(override.name, override.value, because="An override of the spec.")
        for override in overrides_of(host)
        if override.name not in ours
    )


def review(host: Host) -> Iterable[Finding]:
    """One finding for each override that cannot stand."""
    for override in overrides_of(host):
        yield from _review(override, host)


def _replaced(line: Line, value: str) -> Line:
    told = f", of which we say: {line.because}" if line.because else "."
    because = f"An override of the spec, instead of {line.value or '(empty)'}{told}"
    return replace(line, value=value, because=because, file=False)


def _review(override: Override, host: Host) -> Iterable[Finding]:
    where = ("hosts", host.name, "overrides", "dovecot", override.name)
    version = "{}.{}".format(*host.platform.dovecot)
    names = known(version)
    if override.name not in names:
        message = f"Dovecot {version} has no plain parameter {override.name!r:.60}"
        yield Finding(where, _RULE, message, _nearest(override.name, names, version), on_key=True)
    elif override.name in DECIDED:
        message = f"{override.name} is not for overrides"
        yield Finding(where, _RULE, message, DECIDED[override.name], on_key=True)
    else:
        yield from _review_value(override, where)


def _nearest(name: str, names: frozenset[str], version: str) -> str:
    from difflib import get_close_matches  # only spoilt specs need it

    near = get_close_matches(name[:60], names, n=1)
    return f"did you mean {near[0]}?" if near else f"see doc.dovecot.org of {version}"


def _review_value(override: Override, where: tuple[str, ...]) -> Iterable[Finding]:
    try:
        refuse_control_characters(override.value)
    except ValueError:
        message = f"{override.name} has a line end or another control character in its value"
        yield Finding(where, _RULE, message, "write the value on one line")
        return
    if override.name == "ssl_min_protocol" and override.value.lower() in _OLD_TLS:
        message = f"{override.value} is deprecated and broken (RFC 8996)"
        yield Finding(where, _RULE, message, "write TLSv1.2 or TLSv1.3")

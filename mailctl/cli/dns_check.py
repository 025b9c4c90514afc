"""`mailctl dns-records --check`: the spec's records against what is live in DNS.

Exits with 0 when all is as the spec says, with 2 when something is missing, different, outdated
or an error, with 3 when nothing is known to be wrong but something could not be asked.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from mailctl.cli.unheard import say
from mailctl.errors import MailctlError

if TYPE_CHECKING:
    from mailctl.cli.prepare import Prepared
    from mailctl.resolver.answer import Server
    from mailctl.resolver.view import View

_OURS = frozenset({"spec", "check", "resolver", "form", "zone"})
"""Parameters of the command that go with --check."""

_FORMS = {"table": "text", "json": "json"}

_STYLES: dict[str, dict[str, Any]] = {
    "zone": {"bold": True},
    "host": {"bold": True},
    "fault": {"fg": "red"},
    "missing": {"fg": "red"},
    "different": {"fg": "red"},
    "outdated": {"fg": "red"},
    "error": {"fg": "red"},
    "unknown": {"fg": "yellow"},
    "obsolete": {"fg": "yellow"},
    "warning": {"fg": "yellow"},
    "foreign": {"dim": True},
    "note": {"dim": True},
}


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """`form` is text or json, `zone` limits the check unless empty; with a `resolver` that one
    alone is asked."""

    form: str = "text"
    zone: str = ""
    resolver: Server | None = None


def options_of(context: click.Context) -> CheckOptions:
    """The options as they were given. Raises click.UsageError for one that would do nothing."""
    for parameter in context.command.params:
        name = parameter.name or ""
        given = context.get_parameter_source(name) is not ParameterSource.DEFAULT
        if given and name not in _OURS and context.params.get(name) is not None:
            raise click.UsageError(f"{parameter.opts[-1]} does not go with --check")
    chosen = context.params
    if chosen["form"] not in _FORMS:
        raise click.UsageError(f"--format {chosen['form']} does not go with --check: text or json")
    zone = "" if chosen["zone"] == "*" else chosen["zone"].rstrip(".").lower()
    return CheckOptions(_FORMS[chosen["form"]], zone, chosen["resolver"])


def run_check(prepared: Prepared, options: CheckOptions, view: View | None = None) -> int:
    """Ask, print, and say with which code to exit. Raises MailctlError for an unknown zone, or
    when this machine has no resolver; `view` is how DNS is looked at if not as options say."""
    from mailctl.verify.ground import ground
    from mailctl.verify.survey import survey

    _refuse_unknown_zone(prepared, options.zone)
    report = survey(
        ground(
            prepared.system,
            prepared.records,
            view or _view(options.resolver),
            prepared.retired,
            options.zone,
        )
    )
    if options.form == "json":
        from mailctl.verify.json_text import json_text

        say(json_text(report), nl=False)
        return report.exit_code

    from mailctl.verify.text import lines

    for line in lines(report):
        say(styled(line.text, line.tone))
    return report.exit_code


def styled(text: str, tone: str) -> str:
    """Plain where the user wants no colours (no-color.org), or the terminal has none."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return text
    style = _STYLES.get(tone)
    return click.style(text, **style) if style else text


def _view(resolver: Server | None) -> View:
    from mailctl.resolver.view import OwnersView, ResolverView, system_resolver

    if resolver is not None:
        return ResolverView(resolver)
    return OwnersView(ResolverView(system_resolver()))


def _refuse_unknown_zone(prepared: Prepared, zone: str) -> None:
    names = sorted({record.zone for record in prepared.records})
    if zone and zone not in names:
        raise MailctlError(
            f"--zone {zone}: the spec has no records there", f"it has some in {', '.join(names)}"
        )

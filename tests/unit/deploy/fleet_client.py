"""`mailctl apply` as a process of its own, its hosts being made up: what each does stands in its
name, and nobody is connected to.

Usage: python fleet_client.py SPEC OPTION...
"""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path
from typing import Any, NoReturn, Self

from mailctl import cli
from mailctl.deploy import aftermath, apply, connect
from mailctl.errors import AuthenticationFailed, CheckRefused, HostError, OutcomeUnknown, RolledBack

SPEC = """\
mailctl: 1
hosts:
{hosts}
domains:
  example.org: {{}}
users:
  a@example.org:
    password: {{file: secret}}
    aliases: [postmaster@example.org, abuse@example.org]
"""


def write_spec(folder: Path, **roles: str) -> Path:
    """A spec with hosts of these names and roles."""
    hosts = "".join(
        f"  {name}:\n    fqdn: {name}.example.org\n    addresses: [192.0.2.{number}]\n"
        f"    platform: debian-12\n    roles: [{has}]\n"
        for number, (name, has) in enumerate(roles.items(), start=1)
    )
    (folder / "secret").write_text("a long enough password\n")
    spec = folder / "mail.yaml"
    spec.write_text(SPEC.format(hosts=hosts))
    return spec


class Nobody:
    """A connection that leads nowhere."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None


_ERRORS: dict[str, HostError] = {
    "refused": CheckRefused("refused", "`doveconf -n` refuses the new files", "nothing was done"),
    "back": RolledBack("back", "the new generation was taken back", "mend this", generation=3),
    "lost": OutcomeUnknown("lost", "how it ended is unknown", "ask it", base=0, digest=""),
}


class Something:
    """A plan that is not empty."""

    changes = ()

    def subjects(self, *_: object) -> tuple[str, ...]:
        return ()


def bring(
    _remote: Nobody, bundle: Any, _who: object, report: Any, proceed: Any, permit: Any, _: object
) -> apply.Applied:
    """`slow` ends once it is told to stop, `stubborn` never does; the others as they are named."""
    name = bundle.host
    if name != "same":
        permit(Something())
    report(f"laying generation 4 of {name}")
    if name == "stubborn":
        threading.Event().wait()
    while name == "slow" and proceed():
        time.sleep(0.01)
    if name == "slow":
        raise HostError(name, "stopped before the switch", "nothing was switched")
    if name in _ERRORS:
        raise _ERRORS[name]
    return apply.Applied(name, 4, changed=name != "same")


def nothing_to_hear(_remote: Nobody, _who: object) -> NoReturn:
    raise AuthenticationFailed("lost", "nobody is let in any more")


if __name__ == "__main__":
    connect.remote_for = lambda *_: Nobody()  # type: ignore[assignment,return-value]
    apply.bring = bring  # type: ignore[assignment]
    aftermath.standing = nothing_to_hear  # type: ignore[assignment]
    cli.main(["apply", *sys.argv[1:]])

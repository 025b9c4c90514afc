"""A plan that is kept in a file to be applied later: digests only, never a content.

The file names the spec, and for each host what it wants, what it starts from, and the digest of
the whole plan. Whoever applies it compiles the spec again and looks at the hosts again: what is
done is what was shown, or nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from mailctl.bundle import HostBundle
from mailctl.deploy.manifest import Manifest
from mailctl.deploy.plan import Plan
from mailctl.errors import MailctlError, PlanOutdated

VERSION = 1
_MARK = "mailctl_plan"
_BEGINNING = re.compile(rb'\s*\{\s*"mailctl_plan"')
_AGAIN = "make a new plan: mailctl plan --out FILE"


@dataclass(frozen=True, slots=True)
class SavedHost:
    """One host's plan: digests of the wanted manifest and of the plan; `generation` and `base`
    are what was live, and its digest."""

    host: str
    wanted: str
    generation: int
    base: str
    plan: str

    @classmethod
    def of(cls, plan: Plan) -> SavedHost:
        return cls(plan.host, plan.wanted.digest, plan.base[0], plan.base[1], plan.digest)

    def refuse_bundle(self, bundle: HostBundle) -> None:
        """Raises PlanOutdated where the spec, its secrets or mailctl say something else now."""
        if Manifest.of(bundle).digest != self.wanted:
            raise PlanOutdated(
                self.host, "the spec has changed since the plan was saved; nothing was done", _AGAIN
            )

    def refuse_plan(self, plan: Plan) -> None:
        """Raises PlanOutdated where the host is not as it was."""
        if plan.base != (self.generation, self.base):
            raise PlanOutdated(
                self.host,
                f"generation {plan.base[0]} is live, the plan was made for {self.generation}; "
                "nothing was done",
                _AGAIN,
            )
        if plan.digest != self.plan:
            raise PlanOutdated(
                self.host, "the host has changed since the plan was saved; nothing was done", _AGAIN
            )


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """`spec` is its path, seen from the folder of the plan's file."""

    spec: str
    hosts: tuple[SavedHost, ...]


def is_saved_plan(beginning: bytes) -> bool:
    """Whether a file that begins so is a saved plan, and no spec."""
    return _BEGINNING.match(beginning) is not None


def written(spec: str, plans: Iterable[Plan]) -> bytes:
    """The file's content; the same plans give the same bytes."""
    hosts = [
        {
            "host": one.host,
            "wanted": one.wanted,
            "generation": one.generation,
            "base": one.base,
            "plan": one.plan,
        }
        for one in map(SavedHost.of, plans)
    ]
    value = {_MARK: VERSION, "spec": spec, "hosts": hosts}
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()


def read(name: str, content: bytes) -> SavedPlan:
    """What `written` gave. Raises MailctlError; `name` is what messages call the file."""
    try:
        value = json.loads(content)
        version = value[_MARK]
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(name) from error
    if version != VERSION:
        raise MailctlError(
            f"{name}: the saved plan has version {str(version)[:20]!r}, "
            f"this mailctl reads {VERSION}",
            "use the mailctl that made it, or make a new plan",
        )
    try:
        return SavedPlan(_text(value["spec"]), tuple(map(_host, value["hosts"])))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(name) from error


def _host(value: dict[str, object]) -> SavedHost:
    number = value["generation"]
    if type(number) is not int:
        raise ValueError("a generation is a number")
    texts = (_text(value[key]) for key in ("host", "wanted", "base", "plan"))
    host, wanted, base, plan = texts
    return SavedHost(host, wanted, number, base, plan)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("a text was expected")  # noqa: TRY004 - all faults of a file are one
    return value


def _damaged(name: str) -> MailctlError:
    return MailctlError(f"{name}: the saved plan is damaged", "make a new one: mailctl plan --out")

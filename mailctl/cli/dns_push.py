"""`mailctl dns-records --push`: publish the records by dynamic updates (RFC 2136).

The plan is printed before anything is sent. Ctrl-C ends after the zone that is at work, so that
each zone is either updated or not.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from mailctl.cli.unheard import say
from mailctl.errors import EXIT_ERROR, EXIT_OK, EXIT_SOME_HOSTS_FAILED, MailctlError, PublishError

if TYPE_CHECKING:
    from mailctl.cli.prepare import Prepared
    from mailctl.dns.record import Record
    from mailctl.model.tsig_key import TsigKey
    from mailctl.publish.dialogue import Dialogue
    from mailctl.publish.plan import Plan, ZonePlan
    from mailctl.publish.push import Pushed


@dataclass(frozen=True, slots=True)
class PushOptions:
    """What the command line says. `zone` is "" for all of them; `form` is json, or table for a
    plan as text."""

    server: str
    key_file: Path | None = None
    dry_run: bool = False
    force: bool = False
    prune: bool = False
    zone: str = ""
    form: str = "table"


def check_push_options(push: bool, options: PushOptions) -> None:
    """Raises click.UsageError for options that would do nothing, or are missing."""
    idle = {
        "--server": options.server,
        "--tsig-key": options.key_file,
        "--dry-run": options.dry_run,
        "--force": options.force,
        "--prune": options.prune,
    }
    given = [name for name, value in idle.items() if value]
    if not push and given:
        raise click.UsageError(f"{given[0]} goes with --push")
    if push and not options.server:
        raise click.UsageError("--push goes with --server, the primary name server of the zones")
    if push and options.key_file is None and not options.dry_run:
        raise click.UsageError("--push goes with --tsig-key FILE, or with --dry-run")
    if push and options.form not in ("table", "json"):
        raise click.UsageError("--push shows a plan: as text, or with --format json")


def run_push(prepared: Prepared, options: PushOptions) -> int:
    """Plan, print, send. The exit code: 0 done or nothing to do, 1 nothing or not everything
    done, 3 some zones failed and others are as they should be. Raises MailctlError when no plan
    can be made, and click.UsageError for what cannot be meant."""
    from mailctl.publish.dialogue import Dialogue
    from mailctl.publish.place import servers_at
    from mailctl.publish.threshold import refuse_landslide

    host, port = _place(options)
    key = _key(options)
    wanted = _limited(prepared.records, options)
    with Dialogue(servers_at(host, port), key) as dialogue:
        plan = _plan(prepared, wanted, dialogue, options)
        if options.form == "table":
            _print_plan(plan)
        if dialogue.key_unused:
            _note(f"{dialogue.server} takes no questions that are signed with this key")
        try:
            if not options.force:
                refuse_landslide(plan.zones)
        except PublishError as error:
            if options.form == "json":
                _print_json(plan, dialogue, (), str(error))
            raise
        ended, interrupted = ((), False) if options.dry_run else _send(dialogue, plan, options)
        if options.form == "json":
            _print_json(plan, dialogue, ended)
    if interrupted:
        return 128 + signal.SIGINT
    return _exit_code(plan, ended)


def _place(options: PushOptions) -> tuple[str, int]:
    from mailctl.publish.place import parse_place

    try:
        return parse_place(options.server)
    except ValueError as error:
        raise click.UsageError(f"--server {error}") from None


def _key(options: PushOptions) -> TsigKey | None:
    """The key; a plan alone may be made without."""
    from mailctl.keys.tsig import read_tsig_key

    if options.key_file is None:
        return None
    key = read_tsig_key(options.key_file)
    if key.discouraged:
        _note(f"{options.key_file}: {key.algorithm} is not recommended any more (RFC 8945, 6)")
    return key


def _limited(records: tuple[Record, ...], options: PushOptions) -> tuple[Record, ...]:
    name = _zone_name(options)
    found = tuple(record for record in records if not name or record.zone == name)
    if records and not found:
        zones = ", ".join(sorted({record.zone for record in records}))
        raise MailctlError(
            f"--zone {options.zone}: the spec has no records there", f"it has some in {zones}"
        )
    return found


def _zone_name(options: PushOptions) -> str:
    return options.zone.rstrip(".").lower()


def _plan(
    prepared: Prepared, wanted: tuple[Record, ...], dialogue: Dialogue, options: PushOptions
) -> Plan:
    from mailctl.publish.places import places
    from mailctl.publish.planning import make_plan
    from mailctl.publish.survey import survey

    looked_at = places(wanted, prepared.system, _zone_name(options), prepared.retired)
    return make_plan(wanted, survey(dialogue, looked_at), options.prune, prepared.retired)


def _print_plan(plan: Plan) -> None:
    from mailctl.publish.show_text import plan_text

    say(plan_text(plan), nl=False)


def _print_json(plan: Plan, dialogue: Dialogue, ended: tuple[Pushed, ...], fault: str = "") -> None:
    from mailctl.publish.show_json import plan_json

    say(plan_json(plan, str(dialogue.server), ended, fault), nl=False)


def _send(dialogue: Dialogue, plan: Plan, options: PushOptions) -> tuple[tuple[Pushed, ...], bool]:
    """All zones in turn, and whether somebody stopped it before the last."""
    from mailctl.publish.push import Outcome, Pushed, push_zone

    ended: list[Pushed] = []
    with _held_interrupt() as stopping:
        for zone in plan.zones:
            if stopping.is_set():
                one = Pushed(zone.zone, Outcome.NOT_BEGUN, "interrupted")
            else:
                one = push_zone(dialogue, zone)
            ended.append(one)
            _tell(one, zone, options)
    return tuple(ended), any(one.outcome is Outcome.NOT_BEGUN for one in ended)


def _tell(one: Pushed, zone: ZonePlan, options: PushOptions) -> None:
    from mailctl.publish.push import Outcome

    name = one.zone or "."
    if one.fault:
        say(f"{name}: {one.fault}", err=True)
    elif one.outcome is Outcome.DONE and options.form == "table":
        count = len(zone.changes)
        say(f"{name}: done, {count} {'change' if count == 1 else 'changes'}")


@contextlib.contextmanager
def _held_interrupt() -> Iterator[threading.Event]:
    """The first Ctrl-C is remembered, for the caller to end in order; the second one ends at
    once. Only the main thread may set a handler (signal.signal)."""
    stopping = threading.Event()

    def remember(_number: int, _frame: FrameType | None) -> None:
        if stopping.is_set():
            raise KeyboardInterrupt
        stopping.set()
        _note("stopping after this zone; once more to stop at once")

    if threading.current_thread() is not threading.main_thread():
        yield stopping
        return
    former = signal.signal(signal.SIGINT, remember)
    try:
        yield stopping
    finally:
        signal.signal(signal.SIGINT, former)


def _exit_code(plan: Plan, ended: tuple[Pushed, ...]) -> int:
    from mailctl.publish.push import Outcome

    good = [one for one in ended if one.outcome in (Outcome.DONE, Outcome.NOTHING)]
    failed = len(ended) - len(good) + sum(one.expected for one in plan.not_ours)
    if not ended:
        # only planned, or nothing is there to be planned for
        good, failed = list(ended), failed if not plan.zones else 0
    if not failed:
        return EXIT_OK
    return EXIT_SOME_HOSTS_FAILED if good else EXIT_ERROR


def _note(text: str) -> None:
    say(f"note: {text}", err=True)

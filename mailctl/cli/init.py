"""`mailctl init`: a first spec out of a few questions, or of options alone."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from mailctl.errors import MailctlError
from mailctl.model.platform import PLATFORMS

if TYPE_CHECKING:
    from mailctl.emit.first_spec import Answers
    from mailctl.model.names import Address, DomainName

Value = TypeVar("Value")
Reader = Callable[[str], Value]

DEFAULT_PLATFORM = "debian-13"


@click.command("init")
@click.argument("folder", default=".", type=click.Path(path_type=Path, file_okay=False))
@click.option("--domain", help="The mail domain, as example.org.")
@click.option("--fqdn", help="The host's full name; left out, mail.DOMAIN.")
@click.option(
    "--address",
    "--host-address",
    "addresses",
    multiple=True,
    metavar="IP",
    help="An address of the host; once for IPv4 and once for IPv6.",
)
@click.option("--platform", type=click.Choice(list(PLATFORMS)), help="The host's system.")
@click.option("--user", help="The first user, as alice or alice@example.org.")
@click.option("--no-input", is_flag=True, help="Ask nothing; take defaults for what is left out.")
def command(
    folder: Path,
    domain: str | None,
    fqdn: str | None,
    addresses: tuple[str, ...],
    platform: str | None,
    user: str | None,
    no_input: bool,
) -> None:
    """Write mail.yaml and a password under secrets/ into FOLDER (left out: this one).

    What the options leave open is asked. Nothing that is there already is overwritten.
    """
    from mailctl.cli.first_files import refuse_existing, write_first_files

    refuse_existing(folder)
    answers = _answers(_Asker(no_input), domain, fqdn, addresses, platform, user)
    spec = write_first_files(folder, answers)
    _say_what_is_next(spec, folder / answers.password_path)


class _Asker:
    """Gets each value from its option, or else from the person, or else its default."""

    def __init__(self, no_input: bool) -> None:
        self._no_input = no_input

    def get(
        self, option: str, given: str | None, question: str, read: Reader[Value], default: str = ""
    ) -> Value:
        """The value as the spec reads it. Raises MailctlError when it is refused or missing."""
        if given is None and self._no_input:
            given = default or None
        if given is not None:
            return _read(option, given, read)
        if self._no_input:
            raise MailctlError(f"{option} is missing", "it has no default, so give it")
        return self._asked(option, question, read, default or None)

    def _asked(self, option: str, question: str, read: Reader[Value], default: str | None) -> Value:
        try:
            value: Value = click.prompt(question, default=default, value_proc=_again(read))
        except click.Abort as abort:
            if isinstance(abort.__context__, EOFError):
                raise MailctlError(
                    "the input ended before every question was answered",
                    f"give {option} and the others as options, with --no-input",
                ) from None
            raise
        return value


def _read(option: str, text: str, read: Reader[Value]) -> Value:
    from mailctl.spec.problems import Refused

    try:
        return read(text)
    except Refused as refused:
        problem = refused.problems[0]
        raise MailctlError(f"{option}: {problem.message}", problem.hint) from None


def _again(read: Reader[Value]) -> Reader[Value]:
    """A reader whose refusal makes click ask again."""
    from mailctl.spec.problems import Refused

    def read_or_ask_again(text: str) -> Value:
        try:
            return read(text)
        except Refused as refused:
            problem = refused.problems[0]
            raise click.UsageError(f"{problem.message}; {problem.hint}") from None

    return read_or_ask_again


def _answers(
    asker: _Asker,
    domain: str | None,
    fqdn: str | None,
    addresses: tuple[str, ...],
    platform: str | None,
    user: str | None,
) -> Answers:
    from mailctl.emit.first_spec import Answers
    from mailctl.spec.names import domain_name
    from mailctl.spec.texts import network_address

    name = asker.get("--domain", domain, "Mail domain (as example.org)", domain_name)
    host = asker.get("--fqdn", fqdn, "Full name of the host", domain_name, f"mail.{name}")
    given = ",".join(addresses) or None
    question = "Addresses of the host (IPv4 and IPv6, with a comma between)"
    found = asker.get(
        "--address",
        given,
        question,
        lambda text: tuple(network_address(part.strip()) for part in text.split(",")),
    )
    system = asker.get(
        "--platform",
        platform,
        f"System of the host ({', '.join(PLATFORMS)})",
        _platform,
        DEFAULT_PLATFORM,
    )
    person = asker.get("--user", user, "First user", lambda text: _user(text, name), "postmaster")
    return Answers(domain=name, fqdn=host, addresses=found, platform=system, user=person)


def _platform(text: str) -> str:
    from mailctl.spec.problems import refuse

    if text not in PLATFORMS:
        raise refuse(
            "unknown-platform", f"no platform {text!r}", f"write one of {', '.join(PLATFORMS)}"
        )
    return text


def _user(text: str, domain: DomainName) -> Address:
    from mailctl.spec.names import mailbox
    from mailctl.spec.problems import refuse

    address = mailbox(text if "@" in text else f"{text}@{domain}")
    if address.domain != domain:
        raise refuse("unknown-domain", f"{address} is not in {domain}", f"name a user of {domain}")
    return address


def _say_what_is_next(spec: Path, password: Path) -> None:
    name = "" if spec == Path("mail.yaml") else f" {shlex.quote(str(spec))}"
    click.echo(f"wrote {spec}, and a new password in {password}")
    click.echo("next:")
    for words, why in (
        (f"mailctl check{name}", "is everything right?"),
        (f"sudo mailctl rehearse{name}", "prove it on throwaway hosts"),
        (f"mailctl dns-records{name}", "what to publish in DNS"),
        (f"mailctl plan{name}", "what would change on the host"),
        (f"mailctl apply{name}", "do it"),
    ):
        click.echo(f"  {words:{34 + len(name)}}# {why}")

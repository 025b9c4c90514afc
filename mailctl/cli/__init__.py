"""The command line: it parses, calls and prints; one command a file, imported when it is used."""

from __future__ import annotations

import importlib
import signal
import sys
from typing import Any

import click

from mailctl import __version__
from mailctl.errors import EXIT_ERROR, EXIT_OK, EXIT_USAGE, MailctlError
from mailctl.garbage import collect_seldom

_COMMANDS = {
    "init": "write a first spec, with comments",
    "check": "check a spec; needs no host",
    "build": "write everything a spec compiles to, as a tree of files",
    "nixos": "write a host of the spec as a NixOS module",
    "dns-records": "print, check or publish the DNS records that the spec asks for",
    "dkim": "replace DKIM keys, step by step",
    "tlsa": "pin the keys of TLS that hosts show, and replace them, step by step",
    "rehearse": "prove a spec on throwaway hosts, with real mail",
    "plan": "show what apply would change on the hosts",
    "diff": "show what somebody changed by hand on the hosts",
    "apply": "bring the hosts to what the spec says",
    "generations": "list the generations that a host keeps",
    "rollback": "bring a former generation of a host back",
    "schema": "print the JSON Schema of the spec, for editors",
}


class _Commands(click.Group):
    """Loads a command's module only when it runs, so that `--version` imports nothing else."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, but for a name that nobody knows: which one may be meant."""
        if args[0] not in _COMMANDS and not args[0].startswith("-"):
            from mailctl.spec.suggest import did_you_mean

            hint = did_you_mean(args[0], _COMMANDS)
            ctx.fail(f"there is no command {args[0]!r}; {hint}")
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"mailctl.cli.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="mailctl %(version)s")
def cli() -> None:
    """One YAML spec of hosts, domains, users and policies, made into working mail servers."""


def main(arguments: list[str] | None = None) -> Any:
    """Run the command line and exit; every known error is one message, never a traceback."""
    collect_seldom()
    try:
        status = cli.main(args=arguments, prog_name="mailctl", standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("interrupted", err=True)
        sys.exit(128 + signal.SIGINT)
    except click.ClickException as error:
        error.show()
        sys.exit(EXIT_USAGE if isinstance(error, click.UsageError) else EXIT_ERROR)
    except MailctlError as error:
        from mailctl.cli.unheard import say

        say(str(error), err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # the reader of a pipe has left (`mailctl ... | head`); nothing is wrong
        from mailctl.cli.unheard import hush

        hush()
        sys.exit(EXIT_OK)
    except OSError as error:
        click.echo(f"{error.filename or 'system'}: {error.strerror or error}", err=True)
        sys.exit(EXIT_ERROR)
    except Exception as error:  # noqa: BLE001 - the last net: a bug is told in one line too
        click.echo(_told_as_bug(error), err=True)
        sys.exit(EXIT_ERROR)
    sys.exit(status if isinstance(status, int) else EXIT_OK)


def _told_as_bug(error: Exception) -> str:
    """One line for the user; the traceback goes to a file of her own for the report."""
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile("w", prefix="mailctl-", suffix=".txt", delete=False) as file:
        traceback.print_exception(error, file=file)
    kind = type(error).__name__
    return f"this is a bug of mailctl ({kind}); please report it with the file {file.name}"

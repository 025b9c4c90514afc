"""What is said while work is done. The reader of a pipe may leave (`mailctl ... | head -1`): the
work does not depend on that, and neither does the exit code."""

from __future__ import annotations

import os
import sys

import click


def say(text: str, *, nl: bool = True, err: bool = False) -> None:
    """click.echo(); what nobody reads any more is said to nobody."""
    try:
        click.echo(text, nl=nl, err=err)
    except BrokenPipeError:
        hush(err=err)


def hush(*, err: bool = False) -> None:
    """From now on nobody hears this stream; also not what it still holds back."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, (sys.stderr if err else sys.stdout).fileno())
    os.close(nowhere)

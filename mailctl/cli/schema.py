"""`mailctl schema`: the JSON Schema of the spec, for editors."""

from __future__ import annotations

import click


@click.command()
def command() -> None:
    """Print the JSON Schema of a spec file.

    Editors with a YAML language server take it from a first line
    `# yaml-language-server: $schema=PATH`.
    """
    from mailctl.spec.schema import schema_text

    click.echo(schema_text(), nl=False)

"""Jinja2, set so that a missing value is an error and nothing is escaped by accident.

Templates only lay out: each is given decided values, and the filters of its target grammar.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING

from mailctl import resources

if TYPE_CHECKING:
    from jinja2 import Environment

Filter = Callable[..., str]


@cache
def _environment(grammar: str) -> Environment:
    """One for each folder of templates, so that grammars cannot borrow each other's filters."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    del grammar  # it is the cache's key and nothing else
    return Environment(
        loader=FileSystemLoader(resources.folder("templates")),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - the targets are no HTML; each grammar has its own filter
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def render(template: str, filters: Mapping[str, Filter], **values: object) -> bytes:
    """The text of `templates/TEMPLATE` with these values, in UTF-8.

    `filters` are those of the target grammar; they are registered once for each folder of
    templates. Raises jinja2.UndefinedError for a value that the template names and nobody gave.
    """
    environment = _environment(template.split("/", 1)[0])
    environment.filters.update(filters)
    return environment.get_template(template).render(**values).encode()

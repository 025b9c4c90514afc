"""The tables of all rules, as Markdown, made from the catalogue: a part of docs/lint.md."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mailctl.model.rules.catalogue import TOPICS
from mailctl.model.rules.catalogue.rule import Rule
from mailctl.spec.reference import with_part

BEGIN = (
    "<!-- made by `python -m mailctl.spec.lint_reference` from mailctl/model/rules/catalogue; "
    "do not edit -->"
)


def updated(document: str) -> str:
    """A document with its generated part replaced."""
    return with_part(document, BEGIN, _lines())


def _lines() -> Iterator[str]:
    lint = {topic: [each for each in rules if each.switchable] for topic, rules in TOPICS.items()}
    fixed = {
        topic: [each for each in rules if not each.switchable] for topic, rules in TOPICS.items()
    }
    yield "## Rules that can be switched off"
    yield ""
    yield from _tables(lint, "| rule | severity | when it is ignored | source |")
    yield "## Rules that always hold"
    yield ""
    yield "All of these are errors."
    yield ""
    yield from _tables(fixed, "| rule | why it holds | source |")


def _tables(rules: dict[str, list[Rule]], head: str) -> Iterator[str]:
    for topic, each in rules.items():
        if each:
            yield f"### {topic}"
            yield ""
            yield head
            yield "|" + "---|" * (head.count("|") - 1)
            yield from _rows(each)
            yield ""


def _rows(rules: Iterable[Rule]) -> Iterator[str]:
    for rule in rules:
        severity = (rule.severity.value,) if rule.switchable else ()
        yield "| " + " | ".join((f"`{rule.id}`", *severity, rule.says, rule.reference)) + " |"


def main() -> None:
    """Bring docs/lint.md up to date."""
    from mailctl import resources

    path = resources.folder("schemas").parent / "docs" / "lint.md"
    path.write_text(updated(path.read_text()))


if __name__ == "__main__":
    main()

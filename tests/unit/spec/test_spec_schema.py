"""The JSON Schema is that of the table, and editors can use it on the examples."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from mailctl import resources
from mailctl.spec.schema import FILE_NAME, json_schema, schema_text

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = sorted((ROOT / "examples").glob("*/*.yaml"))


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    schema = json_schema()
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def test_the_file_has_not_drifted() -> None:
    file = resources.folder("schemas") / FILE_NAME
    assert file.read_text() == schema_text(), "run: mailctl schema > schemas/mailctl-1.json"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_examples_are_valid(example: Path, validator: Draft202012Validator) -> None:
    assert not list(validator.iter_errors(yaml.safe_load(example.read_text())))


def test_there_are_examples_with_a_line_for_editors() -> None:
    assert len(EXAMPLES) >= 3
    for example in EXAMPLES:
        if example.name == "mail.yaml":
            first = example.read_text().splitlines()[0]
            path = first.removeprefix("# yaml-language-server: $schema=")
            assert json.loads((example.parent / path).read_text()) == json_schema()


def _valid() -> dict[str, Any]:
    host = {"fqdn": "a.example", "addresses": ["203.0.113.1"], "platform": "debian-12"}
    user = {"password": {"file": "x"}, "quota": "5G"}
    return {"mailctl": 1, "hosts": {"m": host}, "domains": {"b.example": {}, "c.example": None},
            "users": {"a@b.example": user}, "aliases": {"t@b.example": "a@b.example"}}  # fmt: skip


def test_a_small_spec_is_valid(validator: Draft202012Validator) -> None:
    assert not list(validator.iter_errors(_valid()))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("hosst",), {}),
        (("mailctl",), 2),
        (("hosts", "m", "platfrom"), "debian-12"),
        (("hosts", "m", "platform"), "debian-11"),
        (("hosts", "m", "roles"), ["mx", "stor"]),
        (("hosts", "m", "addresses"), []),
        (("hosts", "m", "protocols"), {"imap": "yes"}),
        (("domains", "b.example", "dmarc"), {"policy": "rejct"}),
        (("domains", "b.example", "dkim"), "nothing"),
        (("domains", "b.example", "dkim"), {"key": "rsa-512"}),
        (("users", "a@b.example", "quota"), "5GB"),
        (("users", "a@b.example", "pasword"), {}),
        (("users", "a@b.example", "forward"), {"keep": True}),
        (("users", "d@b.example"), {}),
        (("users", "d@b.example"), None),
        (("aliases", "t@b.example"), []),
    ],
)
def test_what_is_misspelt_is_invalid(
    path: tuple[str, ...], value: object, validator: Draft202012Validator
) -> None:
    document: dict[str, Any] = _valid()
    holder: dict[str, Any] = document
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    assert list(validator.iter_errors(document))

"""The JSON Schema of a spec file, made from the same table that the loader reads by.

It describes one file, so that editors can check included files too. What needs the whole spec
(owners, loops, hosts that exist) is left to `mailctl check`.
"""

from __future__ import annotations

from typing import Any

from mailctl.spec.table.file import FILE_RECORD, VERSION

FILE_NAME = f"mailctl-{VERSION}.json"


def json_schema() -> dict[str, Any]:
    """The whole schema, JSON Schema draft 2020-12."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:mailctl:schema:{VERSION}",
        "title": "A spec of mailctl: hosts, domains, users and policies of a mail system",
        **FILE_RECORD.schema(),
    }


def schema_text() -> str:
    """The schema as the file in schemas/ holds it."""
    import json

    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"

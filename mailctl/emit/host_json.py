"""What a host needs besides the files of its generation, as JSON for programs.

The names are those of the dataclasses in `mailctl.bundle`; the version changes when a reader
would have to change.
"""

from __future__ import annotations

import json
from dataclasses import asdict

from mailctl.bundle import HostBundle

VERSION = 1


def host_json(host: HostBundle) -> str:
    """One JSON document, ending in a newline. Artefacts are left out: they are files."""
    content = asdict(host.content)
    del content["artefacts"]
    content["directories"] = [
        {**folder, "mode": f"{folder['mode']:04o}"} for folder in content["directories"]
    ]
    document = {"version": VERSION, "host": host.host, "platform": host.platform, **content}
    return json.dumps(document, indent=2) + "\n"

"""Where private things lie: in keys/ beside the spec, and nowhere else."""

from __future__ import annotations

from pathlib import Path

from mailctl.model.names import DomainName

FOLDER = "keys"
SALT = "salt"


def key_name(domain: DomainName, selector: str) -> str:
    """A DKIM key's path below keys/."""
    return f"dkim/{domain}/{selector}.pem"


def key_path(folder: Path, domain: DomainName, selector: str) -> Path:
    """Where a DKIM key lies; `folder` is that of the spec."""
    return Path(f"{folder}/{FOLDER}/{key_name(domain, selector)}")

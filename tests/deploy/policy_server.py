"""Receivers' MTA-STS policies (RFC 8461): what stands in DNS, and the web server that has them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from mailctl.rehearsal.web_key import WebKey

POLICIES = {
    "enforced.example.": ("enforce", "mx.enforced.example"),
    "tested.example.": ("testing", "mx.tested.example"),
    "moved.example.": ("enforce", "former.moved.example"),
    "free.example.": None,
}
"""By zone: the mode and the only host that it names, or that there is none."""

_SERVER = """
    server {{
        listen {address}:443 ssl;
        server_name mta-sts.{domain};
        ssl_certificate /etc/nginx/policies.pem;
        ssl_certificate_key /etc/nginx/policies.pem;
        location = /.well-known/mta-sts.txt {{
            default_type text/plain;
            return 200 "version: STSv1\\nmode: {mode}\\nmx: {host}\\nmax_age: 604800\\n";
        }}
    }}
"""


def policy_names() -> Iterable[str]:
    """Names of the web server."""
    return (f"mta-sts.{name.rstrip('.')}" for name, policy in POLICIES.items() if policy)


def policy_records(name: str, address: str) -> tuple[str, ...]:
    """Lines of the zone file, besides those of its mail."""
    if not POLICIES[name]:
        return ()
    return (f'_mta-sts.{name} 300 IN TXT "v=STSv1; id=1"', f"mta-sts.{name} 300 IN A {address}")


def lay_policies(root: Path, address: str, web: WebKey) -> None:
    """nginx's configuration and key in a host's file system; somebody has to start it."""
    servers = (
        _SERVER.format(address=address, domain=name.rstrip("."), mode=policy[0], host=policy[1])
        for name, policy in POLICIES.items()
        if policy
    )
    (root / "etc/nginx/policies.pem").write_bytes(web.key + web.certificate)
    (root / "etc/nginx/nginx.conf").write_text(
        f"user www-data;\nevents {{ }}\nhttp {{\n    access_log off;\n{''.join(servers)}}}\n"
    )

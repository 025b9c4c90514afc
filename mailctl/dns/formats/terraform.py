"""What both Terraform formats begin with: a module that gets the ids of the zones."""

from __future__ import annotations

_HEAD = """\
# DNS records for Terraform or OpenTofu, as a module: put this file into a folder of its own.
#
#   module "mail_dns" {{
#     source   = "./mail-dns"
#     zone_ids = {{ "example.org" = "..." }}
#   }}
#
# Zones that are none of the spec's domains, as reverse zones, are left out unless their id is
# given too.
{more}
terraform {{
  required_providers {{
    {provider} = {{
      source  = "{source}"
      version = "{version}"
    }}
  }}
}}

variable "zone_ids" {{
  description = "The id of each zone, by the zone's name without a final dot."
  type        = map(string)
}}"""


def head(provider: str, source: str, version: str, more: str = "") -> str:
    """Comment, provider and variable; `more` are further comment lines."""
    return _HEAD.format(provider=provider, source=source, version=version, more=more)

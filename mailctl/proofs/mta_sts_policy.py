"""The policy of MTA-STS that DNS announces is there, and names who receives (RFC 8461)."""

from __future__ import annotations

from mailctl.dns.mta_sts import policy_id
from mailctl.model.host import Host, Role
from mailctl.model.web import web_host
from mailctl.proofs.base import NotApplicable, Refuted, Statement
from mailctl.proofs.ground import Ground
from mailctl.proofs.web_request import ask, found
from mailctl.proofs.world_dns import lookup

_PATH = "/.well-known/mta-sts.txt"


def _try(ground: Ground, host: Host) -> str:
    if not host.has(Role.WEB):
        raise NotApplicable(f"{host.name} serves nothing over HTTPS")
    domains = [
        domain
        for domain in ground.system.domains.values()
        if domain.policy.mta_sts is not None and not domain.parked
        if web_host(ground.system, domain) == host
    ]
    if not domains:
        raise NotApplicable(f"{host.name} serves no policy")
    for domain in domains:
        name = f"mta-sts.{domain.name}"
        text = found(ask(ground, host, name, _PATH), name + _PATH, "text/plain").decode()
        announced = lookup(ground, f"_mta-sts.{domain.name}", "TXT")
        if announced != (f"v=STSv1; id={policy_id(text)};",):
            raise Refuted(f"DNS announces {announced}, and the policy is {text!r}")
        fields = [line.partition(": ") for line in text.splitlines()]
        patterns = {value for key, _, value in fields if key == "mx"}
        exchangers = {data.split()[1].rstrip(".") for data in lookup(ground, domain.name, "MX")}
        if patterns != exchangers:
            raise Refuted(f"the policy names {patterns}, and DNS {exchangers}")
    return f"{', '.join(domain.name for domain in domains)}: as announced, with all MX"


PROOF = Statement(
    id="mta-sts-policy",
    statement="the MTA-STS policy that DNS announces is there over HTTPS, and names the MX",
    attempt=_try,
    harmless=True,
)

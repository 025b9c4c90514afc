"""Being in the same network, or in the same spec, earns no trust (postconf(5), mynetworks).

A broad `mynetworks` is how most open relays come about: whatever stands beside the host, a
router or a container among it, then sends in its name.
"""

from __future__ import annotations

from mailctl.model.host import Host, Role
from mailctl.proofs.base import NotApplicable, Refuted, Statement
from mailctl.proofs.connecting import address_of
from mailctl.proofs.ground import Ground
from mailctl.proofs.people import recipient_on, stranger

_DIALOGUE = """
exec 3<>"/dev/tcp/$1/25" || exit 1
shift
answer() {
  while read -r -t 15 line <&3; do
    case "$line" in ???-*) ;; *) printf '%s\\n' "${line%?}"; return 0 ;; esac
  done
  exit 1
}
answer
for said in "$@"; do printf '%s\\r\\n' "$said" >&3; answer; done
"""
"""bash(1), which every Debian has: say lines, print the last line of each answer."""


def _try(ground: Ground, host: Host) -> str:
    if not host.has(Role.MX):
        raise NotApplicable(f"{host.name} receives no mail from the world")
    neighbours = [name for name in ground.machines if name != host.name]
    if not neighbours:
        raise NotApplicable(f"{host.name} is the only host of the spec")
    return "; ".join(_refused(ground, host, name) for name in neighbours)


def _refused(ground: Ground, host: Host, neighbour: str) -> str:
    fqdn = ground.system.hosts[neighbour].fqdn
    lines = (
        f"EHLO {fqdn}",
        f"MAIL FROM:<postmaster@{fqdn}>",
        f"RCPT TO:<{recipient_on(ground.system, host).address}>",
        f"RCPT TO:<{stranger(ground, 'victim')}>",
    )
    arguments = ("bash", "-c", _DIALOGUE, "dialogue", address_of(host), *lines)
    status, said = ground.machines[neighbour].run(*arguments)
    answers = said.splitlines()
    if status != 0 or len(answers) != len(lines) + 1:
        raise Refuted(f"{neighbour} could not talk to {host.name}: {answers}")
    if not answers[-2].startswith("250"):
        raise Refuted(f"{neighbour} may not write to users of {host.name}: `{answers[-2]}`")
    if not answers[-1].startswith("5"):
        raise Refuted(f"{neighbour} may relay through {host.name}: `{answers[-1]}`")
    return f"from {neighbour}: {answers[-1]}"


PROOF = Statement(
    id="no-relay-neighbours",
    statement="relaying is refused to the spec's other hosts as well",
    attempt=_try,
)

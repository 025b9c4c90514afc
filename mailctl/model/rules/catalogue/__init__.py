"""All rules that there are, by topic: the one place that says what each means, and its source.

The code that finds a fault names the rule by its id; what it stands for is looked up here.
A new rule is a new line here; `docs/lint.md` is made from these lines.
"""

from __future__ import annotations

from mailctl.model.rules.catalogue.addresses import ADDRESSES, DOMAINS, USERS
from mailctl.model.rules.catalogue.dns import DKIM, DMARC, SPF, TRANSPORT
from mailctl.model.rules.catalogue.hosts import DAEMONS, HOSTS
from mailctl.model.rules.catalogue.language import LANGUAGE, YAML
from mailctl.model.rules.catalogue.live import LIVE
from mailctl.model.rules.catalogue.rule import Rule

TOPICS: dict[str, tuple[Rule, ...]] = {
    "SPF": SPF,
    "DKIM": DKIM,
    "DMARC": DMARC,
    "Encrypted transport": TRANSPORT,
    "Live DNS": LIVE,
    "Domains": DOMAINS,
    "Users": USERS,
    "Addresses and aliases": ADDRESSES,
    "Hosts": HOSTS,
    "Daemons": DAEMONS,
    "The language": LANGUAGE,
    "Files and YAML": YAML,
}

RULES: dict[str, Rule] = {rule.id: rule for rules in TOPICS.values() for rule in rules}
"""By id, in the order of the topics."""


def reference_of(rule: str) -> str:
    """Where the reason of a rule can be read; nothing for an id that is none."""
    known = RULES.get(rule)
    return known.reference if known else ""

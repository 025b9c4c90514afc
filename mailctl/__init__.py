"""mailctl: one spec of hosts, domains, users and policies, made into working mail servers."""

__version__ = "0.1.0"

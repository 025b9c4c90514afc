"""The grammar, declared once: every key, its kind, its meaning and its default.

The loader reads by it, the JSON Schema and the reference in docs/spec.md are made from it.
One part of the spec a module: hosts, policies, domains, users, and the file itself.
"""

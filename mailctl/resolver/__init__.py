"""Asking DNS: one server, the resolver of this machine, or the servers that own a name.

It never takes silence for an absence: what could not be asked is FAILED, with its reason.
"""

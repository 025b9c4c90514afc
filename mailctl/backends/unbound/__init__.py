"""Unbound: the resolver of a host that believes DNS only where it is signed, or owns to be not."""

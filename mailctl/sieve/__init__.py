"""The language Sieve (RFC 5228) as Pigeonhole speaks it: what can be said against a script
without a host."""

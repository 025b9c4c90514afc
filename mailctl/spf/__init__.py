"""SPF (RFC 7208) as a value: parsed, evaluated as a receiver does, counted and reviewed.

Nothing here asks the network: whoever calls brings a Resolver.
"""

"""Publishing by dynamic updates (RFC 2136), signed with TSIG (RFC 8945).

survey → plan → push: what the server shows, what would change, and one atomic message a zone.
"""

"""What is live in DNS, held against what the spec asks for; `survey` does it.

What could not be asked is UNKNOWN and never missing. A verdict is about a record, an
observation about what surrounds it: zones, name servers, aliases, reverse names, DNSSEC.
"""

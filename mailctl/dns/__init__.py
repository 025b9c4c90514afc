"""DNS records as values, and what the spec asks of DNS."""

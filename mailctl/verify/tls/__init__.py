"""The TLS of live servers: what each port answers, and what is to be thought of it."""

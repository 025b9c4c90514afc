"""Certificates on the host: got, renewed, watched, and shown by every daemon."""

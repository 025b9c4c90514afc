"""OpenDKIM 2.11, as a signer and nothing else (RFC 6376, RFC 8463).

It verifies nothing: its verdict can be forged (CVE-2022-48521), and no policy rests on it.
"""

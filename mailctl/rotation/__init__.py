"""Replacing DKIM keys: publish, see it published, sign, wait, revoke, wait, remove.

What was reached stands in one small file a domain, keys/dkim/DOMAIN/rotation.json, beside its
keys: `record` is what the file says, `form` its text, `store` reads and writes it. `effective`
lays all of them over what the spec says. `rotate` and `retire` take the steps, each of them only
when the one before is true in the world; `switched` notes the hosts that apply has brought to
the new key; `permit` keeps apply from signing with keys that DNS lacks; `calendar` says what is
due and when. The clock, DNS and the hosts are handed in.
"""

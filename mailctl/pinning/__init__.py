"""Replacing the keys that hosts show, where TLSA records pin them: publish the next one's record,
wait until no sender can have a former answer, show it, take the former one's record away.

What was reached stands in one small file a host, keys/tlsa/HOST/pins.json: `record` is what the
file says, `form` its text, `store` reads and writes it. `effective` lays all of them over what the
spec says. `pin`, `rotate` and `retire` take the steps, each of them only when the one before is
true in the world; `permit` keeps apply from showing keys that DNS does not name. The host makes
its keys itself, and they never leave it. The clock, DNS and the hosts are handed in.
"""

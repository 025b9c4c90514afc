"""Throwaway Debian hosts in a network without an uplink, and the world around them.

From the bottom: `program` runs this machine's programs, `requirements` says what it lacks,
`recipe` and `images` make and keep root file systems, `ledger` remembers what must be undone,
`network` and `namespace` are the wires, `host` is one machine that boots, `throwaway` all of
these together for whoever needs hosts; `world`, `vault` and `run` make a rehearsal of it.
"""

"""Hosts of NixOS: no file of a daemon is written there. The host's configuration imports a folder
of ours, its secrets lie in another one, and nixos-rebuild(8) builds and switches.

`content` says what lies there, `look` what was found, `planning` what is to be done; `apply`,
`preview` and `rollback` are what the commands call. Generations, locks, orders and the agent's
language are those of every host.
"""

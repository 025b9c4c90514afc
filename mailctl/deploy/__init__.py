"""Bringing a host to what its bundle says.

The client observes (one exec), makes a plan (pure), and sends what the host lacks with the plan's
orders to an agent (one exec), which lays a generation, lets the daemons check it, switches, probes
and waits for the client's word. The agent is POSIX sh, sent each time and never installed: agent/.
"""

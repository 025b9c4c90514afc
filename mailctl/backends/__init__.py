"""The daemons that a host can have: one package each, and one line in `registry.BACKENDS`."""

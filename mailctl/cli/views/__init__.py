"""How it is told what happens on hosts: as text, as a line that rewrites itself, as JSON."""

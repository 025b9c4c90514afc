"""Laying out decided values as text: Jinja2, and one escape filter for each target grammar."""

"""A plan for people and programs: as text, as a diff, as JSON."""

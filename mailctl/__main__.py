"""`python -m mailctl`."""

from mailctl.cli import main

main()

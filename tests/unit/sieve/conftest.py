"""The systems of the tests of Dovecot serve the tests of Sieve too."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "dovecot"))

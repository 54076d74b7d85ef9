"""The signals at which a node of the harness moves its wall clock by an hour: ahead, and back."""

import signal
from typing import Final

AHEAD: Final = signal.SIGRTMIN + 1
BEHIND: Final = signal.SIGRTMIN + 2

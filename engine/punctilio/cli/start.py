"""Where the command begins: an interrupt ends it in order, even while its modules are being imported."""

from __future__ import annotations

import os
from typing import Final

INTERRUPTED: Final = 130
"""What a program reports that was interrupted: 128 and the number of the signal SIGINT."""


def main() -> None:
    """Run the command and end the process with its code."""
    try:
        from punctilio.cli.main import main as command  # a tenth of a second, in which somebody may think better of it

        command()
    except KeyboardInterrupt:
        os._exit(INTERRUPTED)  # nothing was printed, and nothing else may interrupt

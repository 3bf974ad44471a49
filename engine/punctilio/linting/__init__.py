"""Beyond validity: rules that can be read and are hardly meant so (docs/linting.md). One lint, one module.

A lint is a function from a ``Book`` to what it found. It accuses only where it is sure, whatever the log and calendar.
"""

from punctilio.linting.codes import CODES
from punctilio.linting.values import Book, Slip

__all__ = ["CODES", "Book", "Slip"]

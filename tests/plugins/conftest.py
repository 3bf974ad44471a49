"""Every test here may install distributions."""

from __future__ import annotations

from tests.plugins.installing import install

__all__ = ["install"]

collect_ignore = ["pigeon"]
"""Is a distribution of its own, whose tests run where it is installed (test_pigeon.py)."""

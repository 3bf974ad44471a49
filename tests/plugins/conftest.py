"""Every test here may install distributions."""

from __future__ import annotations

from tests.plugins.installing import install

__all__ = ["install"]

"""A channel for Punctilio."""

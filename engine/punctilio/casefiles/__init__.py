"""Case files: a log, some instants, and what must then be true (docs/testing-rules.md)."""

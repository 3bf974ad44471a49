"""Rules changed one thing at a time, to see whether any case file notices (docs/testing-rules.md)."""

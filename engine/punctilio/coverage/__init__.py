"""Coverage: what of a rulebook the case files have tried, and the cases that would try the rest
(docs/testing-rules.md)."""

"""What a text says: folded for comparison, its bullets, and what it cites.
Expressions and frames only; nothing is judged here."""

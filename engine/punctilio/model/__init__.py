"""The values everything else is made of: frozen, and of the standard library only."""

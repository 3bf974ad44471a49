"""Rule files become a Rulebook, or a list of everything that is wrong with them."""

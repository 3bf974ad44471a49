"""Maps: how the columns of somebody else's table become events (docs/mapping.md)."""

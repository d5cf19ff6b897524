"""How much cold: ensembles, goals, limits, the inverse search and the person's own readings."""

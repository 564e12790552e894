"""Background jobs; each file one job, no chat in it."""

"""The terminal, as one more place where people read."""

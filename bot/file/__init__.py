"""A file as a place to deliver to: one JSON line a message, for programs to read."""
